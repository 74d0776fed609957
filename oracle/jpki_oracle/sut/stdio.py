"""The transport `stdio:COMMAND`: one JSON object a line to a program's stdin, one a line from its stdout."""

import shlex
import signal

from jpki_oracle.sut.connection import (
    LONGEST_LINE,
    Failure,
    FailureKind,
    Reply,
    Request,
    Transport,
    read_reply,
)
from jpki_oracle.sut.process import Gap, Process
from jpki_oracle.sut.quoting import shown

GIVE_UP_AFTER = 3
"""Failures in a row after which a program is asked no more."""

_CLOSE_GRACE = 2.0
_EXIT_GRACE = 1.0


class StdioConnection(Transport):
    """A program that is kept for the whole campaign.

    After a failure it is ended and a fresh one answers the next question. After three failures in a row,
    without a result or an error object between, the remaining questions are not asked. A line that nobody
    asked for fails the question that follows it.
    """

    def __init__(self, command: str, *, timeout: float = 10.0, start_timeout: float | None = None) -> None:
        """Splits `command` as a shell would, without a shell; raises ValueError where that is impossible.

        `timeout` are the seconds for an answer, `start_timeout` (unless stated, three times as many) those
        for the first answer of a process, which may have to start a virtual machine. The program is started
        when the first question is asked.
        """
        self._command = shlex.split(command)
        if not self._command:
            raise ValueError("the command is empty")
        self._timeout = timeout
        self._start_timeout = 3 * timeout if start_timeout is None else start_timeout
        self._process: Process | None = None
        self._answered: Request | None = None  # by this process
        self._failures = 0
        self._last_failure = ""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The id of the process that runs now."""
        return self._process.pid if self._process else None

    def ask(self, request: Request) -> Reply:
        """Puts one question; a system that dies, hangs or babbles is ended and becomes a Failure."""
        if self._closed:
            return Failure(FailureKind.NOT_ASKED, f"{request} was not asked: the connection is closed")
        if self._failures >= GIVE_UP_AFTER:
            return Failure(
                FailureKind.NOT_ASKED,
                f"{request} was not asked: given up after {GIVE_UP_AFTER} failures in a row, "
                f"the last being: {self._last_failure}",
            )
        try:
            reply = self._exchange(request)
        except BaseException:  # an interrupt must leave nothing running
            self._end()
            raise
        if isinstance(reply, Failure):
            self._end()
            self._failures += 1
            self._last_failure = reply.detail
        else:
            self._failures = 0
            self._answered = request
        return reply

    def close(self) -> None:
        """Closes the program's stdin, gives it two seconds to end, and then ends it with all it started."""
        self._closed = True
        process, self._process = self._process, None
        if process:
            process.finish(_CLOSE_GRACE)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.end()

    def _exchange(self, request: Request) -> Reply:
        if self._process is None:
            try:
                self._process = Process(self._command)
            except (OSError, ValueError) as error:
                why = (error.strerror if isinstance(error, OSError) else None) or str(error)
                return Failure(
                    FailureKind.NOT_STARTED,
                    f"{shown(self._command[0])} cannot be started: {why}; "
                    "check the command's path and that it may be executed",
                )
            self._answered = None
        process = self._process
        unasked = process.line(0.0)
        if isinstance(unasked, bytes) or (unasked is Gap.LATE and process.unfinished):
            return self._unasked(unasked if isinstance(unasked, bytes) else process.unfinished, request)
        if unasked is not Gap.LATE:
            return self._no_line(unasked, request, process, 0.0)
        process.send(request.line().encode() + b"\n")
        seconds = self._timeout if self._answered else self._start_timeout
        line = process.line(seconds)
        if isinstance(line, Gap):
            return self._no_line(line, request, process, seconds)
        reply = read_reply(line, request.id)
        if isinstance(reply, Failure):
            return _babble(reply, line, f"for {request}")
        return reply

    def _unasked(self, line: bytes, request: Request) -> Failure:
        reply = read_reply(line, request.id)
        where = f"before {request} was sent"
        if isinstance(reply, Failure):
            return _babble(reply, line, where)
        return Failure(FailureKind.NOT_A_RESPONSE, f"{where} it was answered with {shown(line)}")

    def _no_line(self, gap: Gap, request: Request, process: Process, seconds: float) -> Failure:
        if gap is Gap.TOO_LONG:
            return Failure(
                FailureKind.TOO_LONG,
                f"{request}: printed a line of more than {LONGEST_LINE} bytes to stdout, "
                f"starting {shown(process.unfinished[:200])}; an answer is one short line",
            )
        code = process.exit_code(_EXIT_GRACE if gap is Gap.CLOSED else 0.0)
        begun = (
            f"; it had printed {shown(process.unfinished)} without the line's end"
            if process.unfinished
            else ""
        )
        tail = f"{begun}{_last_words(process.stderr_tail)}"
        if code is None and gap is Gap.LATE:
            return Failure(
                FailureKind.TIMEOUT, f"{request}: no answer within {seconds:g} s; flush after each line{tail}"
            )
        if code is None:
            what = "closed its stdout while it runs on"
        elif gap is Gap.LATE:
            what = f"{_ended(code)}, and something that it started keeps its stdout open"
        else:
            what = _ended(code)
        after = f" after it had answered {self._answered}" if self._answered else ""
        return Failure(
            FailureKind.EXITED, f"{request}: {what}{after}; it must run until its stdin is closed{tail}"
        )


def _babble(failure: Failure, line: bytes, where: str) -> Failure:
    if failure.kind is FailureKind.NOT_JSON and not line.lstrip().startswith(b"{"):
        detail = (
            f"printed {shown(line)} to stdout {where}, where only JSON-RPC belongs; log to stderr instead"
        )
    else:
        detail = f"{where}: {failure.detail}"
    return Failure(failure.kind, detail)


def _ended(code: int) -> str:
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _last_words(lines: tuple[str, ...]) -> str:
    # Indented lines are the inside of a stack trace; what happened stands in the last other one.
    telling = [line for line in lines if not line[0].isspace()] or list(lines)
    return f"; its last line on stderr: {shown(telling[-1])}" if telling else ""
