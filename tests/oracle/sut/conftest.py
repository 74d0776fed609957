"""Systems under test that misbehave on purpose: small programs, each run by this Python."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jpki_oracle.sut.connection import Request
from jpki_oracle.sut.stdio import StdioConnection

PRELUDE = """
import json, os, signal, subprocess, sys, time
from pathlib import Path

ran_before = Path(__file__).with_suffix(".ran")
first_run = not ran_before.exists()
ran_before.touch()

def question():
    line = sys.stdin.readline()
    return json.loads(line) if line else sys.exit(0)

def say(text):
    sys.stdout.write(text if isinstance(text, str) else json.dumps(text))
    sys.stdout.write("\\n")
    sys.stdout.flush()

def answer_to(asked, **result):
    return {"jsonrpc": "2.0", "id": asked["id"], "result": result or {"valid": True}}

def behave():
    while True:
        say(answer_to(question()))
"""


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., StdioConnection]]:
    """Makes a connection to a program that runs `body` once and behaves in every later process.

    With `always` every process runs it. A `body` that comes to its end behaves from there on.
    """
    opened = []

    def make(
        body: str, *, always: bool = False, timeout: float = 5.0, start_timeout: float | None = None
    ) -> StdioConnection:
        script = tmp_path / f"sut{len(opened)}.py"
        indented = "".join(f"    {line}\n" for line in body.strip().splitlines()) or "    pass\n"
        script.write_text(f"{PRELUDE}\nif {always} or first_run:\n{indented}\nbehave()\n", encoding="utf-8")
        command = shlex.join([sys.executable, "-I", "-S", str(script)])
        opened.append(StdioConnection(command, timeout=timeout, start_timeout=start_timeout))
        return opened[-1]

    yield make
    for connection in opened:
        pid = connection.pid
        connection.close()
        assert pid is None or gone(pid)


def number(question_id: int) -> Request:
    """A question that every well-behaved program here answers with `{"valid": true}`."""
    return Request(question_id, "number", {"number": "123456789018"})


def gone(pid: int, within: float = 2.0) -> bool:
    """Whether the process `pid` has ended and, if it is a child of this one, was reaped."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z" and int(parent) != os.getpid():
            return True  # ended; the init process takes its time to reap it
        time.sleep(0.01)
    return False


@pytest.fixture(name="number")
def number_fixture() -> Callable[[int], Request]:
    """Makes a question that every well-behaved program here answers with `{"valid": true}`."""
    return number


@pytest.fixture(name="gone")
def gone_fixture() -> Callable[[int], bool]:
    """Tells whether a process has ended and was reaped."""
    return gone
