"""A program on three pipes, which is read within bounds and ended for sure, whatever it does."""

import contextlib
import math
import os
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from enum import Enum, auto

from jpki_oracle.sut.connection import LONGEST_LINE

STDERR_LINES = 20
STDERR_LINE_LENGTH = 500
_CHUNK = 1 << 16
_TERM_GRACE = 0.5
_STEP = 0.005


class Gap(Enum):
    """Why there is no line."""

    CLOSED = auto()
    LATE = auto()
    TOO_LONG = auto()


class Process:
    """A running program, leader of a process group of its own, with which its descendants are ended.

    There is no reading thread: while anything is awaited, stdin, stdout and stderr are served together, and
    a program that writes at other times is held back by the pipes. Only a descendant that has left the
    process group can outlive it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Starts `command`; raises OSError or ValueError when that is impossible."""
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        assert self._child.stdin
        assert self._child.stdout
        assert self._child.stderr
        self._stdin, self._stdout, self._stderr = pipes = (
            self._child.stdin.fileno(),
            self._child.stdout.fileno(),
            self._child.stderr.fileno(),
        )
        self._poll = select.poll()
        for pipe in pipes:
            os.set_blocking(pipe, False)
        for pipe in pipes[1:]:
            self._poll.register(pipe, select.POLLIN)
        self._unsent = b""
        self._read = bytearray()
        self._closed = False
        self._words = _LastLines()

    @property
    def pid(self) -> int:
        """The id of the process, and of its group."""
        return self._child.pid

    @property
    def stderr_tail(self) -> tuple[str, ...]:
        """The last lines that the program wrote to stderr, as far as they were read."""
        return self._words.lines()

    @property
    def unfinished(self) -> bytes:
        """What was read from stdout since the end of the last line."""
        return bytes(self._read)

    def send(self, data: bytes) -> None:
        """Starts to write `data` to stdin; what does not fit is written while a line is awaited."""
        self._unsent += data
        self._write()

    def line(self, seconds: float) -> bytes | Gap:
        """The next line of stdout without its end, waiting at most `seconds`; 0 takes what is there."""
        deadline = time.monotonic() + seconds
        last = False
        while True:
            end = self._read.find(b"\n")
            if end > LONGEST_LINE or (end < 0 and len(self._read) > LONGEST_LINE):
                return Gap.TOO_LONG
            if end >= 0:
                line = bytes(self._read[:end])
                del self._read[: end + 1]
                return line
            if self._closed:
                return Gap.CLOSED
            if last:
                return Gap.LATE
            left = deadline - time.monotonic()
            last = left <= 0  # what is there at the deadline still counts, however busy stderr is
            self._serve(max(left, 0.0), keep=True)

    def exit_code(self, seconds: float = 0.0) -> int | None:
        """How the program ended (negative: by which signal), waiting for it; None while it runs.

        What the program still writes is read: to stdout and forgotten, to stderr for `stderr_tail`.
        """
        deadline = time.monotonic() + seconds
        while (code := self._peek()) is None and time.monotonic() < deadline:
            self._serve(_STEP, keep=False)
        for _ in range(32):  # a pipe holds no more; a descendant may go on writing for ever
            if not self._serve(0.0, keep=False):
                break
        return code

    def finish(self, seconds: float) -> None:
        """Closes stdin, as the sign to end; what has not ended after `seconds` is ended."""
        try:
            self._close_stdin()
            self.exit_code(seconds)
        finally:
            self.end()

    def end(self) -> None:
        """Ends the program and its process group: SIGTERM, half a second later SIGKILL."""
        try:
            self._signal_group(signal.SIGTERM)
            self.exit_code(_TERM_GRACE)
        finally:
            self._signal_group(signal.SIGKILL)
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
                if pipe:
                    pipe.close()
            self._closed = True

    def _peek(self) -> int | None:
        # The process is not reaped before its group was killed: until then nobody else can get its id.
        if self._child.returncode is not None or not hasattr(os, "waitid"):
            return self._child.poll()
        ended = os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def _signal_group(self, number: signal.Signals) -> None:
        if self._child.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, number)

    def _serve(self, seconds: float, *, keep: bool) -> bool:
        """Waits for the pipes and serves those that are ready; False if none was."""
        if self._child.stdout is None or self._child.stdout.closed:
            return False
        ready = self._poll.poll(math.ceil(seconds * 1000))
        for pipe, _ in ready:
            if pipe == self._stdin:
                self._write()
                continue
            try:
                data = os.read(pipe, _CHUNK)
            except BlockingIOError:
                continue
            if not data:
                self._poll.unregister(pipe)
            if pipe == self._stderr:
                self._words.add(data)
            elif not data:
                self._closed = True
            elif keep:
                self._read += data
        return bool(ready)

    def _write(self) -> None:
        if self._child.stdin is None or self._child.stdin.closed:
            return
        waiting = bool(self._unsent)
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._stdin, self._unsent) :]
        except BlockingIOError:
            self._poll.register(self._stdin, select.POLLOUT)
            return
        except BrokenPipeError:
            self._unsent = b""  # it reads no more; what it says, or its end, will tell why
        if waiting:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._stdin)

    def _close_stdin(self) -> None:
        assert self._child.stdin
        with contextlib.suppress(KeyError):
            self._poll.unregister(self._stdin)
        self._child.stdin.close()


class _LastLines:
    """The last lines of a stream, each cut to a length, so that no program can fill the memory."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=STDERR_LINES)
        self._open = b""

    def add(self, data: bytes) -> None:
        *whole, rest = data.split(b"\n")
        if whole:
            self._lines.append((self._open + whole[0])[:STDERR_LINE_LENGTH])
            self._lines.extend(line[:STDERR_LINE_LENGTH] for line in whole[1:][-STDERR_LINES:])
            self._open = b""
        self._open = (self._open + rest)[:STDERR_LINE_LENGTH]

    def lines(self) -> tuple[str, ...]:
        lines = [*self._lines, self._open][-STDERR_LINES:]
        return tuple(
            line.decode("utf-8", errors="backslashreplace").rstrip() for line in lines if line.strip()
        )
