"""A program on pipes: whatever it does, the oracle names it, stays alive and goes on with a fresh process."""

import shlex
import signal
import subprocess
import sys
import time
import tracemalloc

import pytest
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Request
from jpki_oracle.sut.stdio import StdioConnection

VALID = Answer({"valid": True})

# name: (what the first process does, kind of the failure, what the detail has to say)
MISBEHAVIOURS = {
    "exits at once": ("sys.exit(3)", FailureKind.EXITED, ["question 1 (number)", "exited with code 3"]),
    "exits when asked": (
        "question(); sys.exit('out of cards')",
        FailureKind.EXITED,
        ["exited with code 1", "stderr: 'out of cards'"],
    ),
    "crashes with a traceback": (
        "question(); {}['birth']",
        FailureKind.EXITED,
        ["exited with code 1", "KeyError: 'birth'"],
    ),
    "is killed": ("os.kill(os.getpid(), signal.SIGSEGV)", FailureKind.EXITED, ["was ended by SIGSEGV"]),
    "exits in the middle of an answer": (
        """question(); sys.stdout.write('{"jsonrpc":"2.0"'); sys.stdout.flush(); sys.exit(0)""",
        FailureKind.EXITED,
        ["exited with code 0", '{"jsonrpc":"2.0"', "without the line's end"],
    ),
    "closes stdout and lives on": (
        "question(); os.close(1); time.sleep(60)",
        FailureKind.EXITED,
        ["closed its stdout while it runs on"],
    ),
    "hangs": (
        "print('waiting for a lock', file=sys.stderr, flush=True); time.sleep(60)",
        FailureKind.TIMEOUT,
        ["question 1 (number)", "within 0.3 s", "waiting for a lock"],
    ),
    "forgets the end of the line": (
        "sys.stdout.write(json.dumps(answer_to(question()))); sys.stdout.flush(); time.sleep(60)",
        FailureKind.TIMEOUT,
        ["within 0.3 s", "without the line's end"],
    ),
    "ignores SIGTERM": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        FailureKind.TIMEOUT,
        ["within 0.3 s"],
    ),
    "logs to stdout": (
        "say('INFO starting up')",
        FailureKind.NOT_JSON,
        ["printed 'INFO starting up' to stdout", "log to stderr instead"],
    ),
    "prints an empty line": ("say('')", FailureKind.NOT_JSON, ["printed ''"]),
    "writes broken JSON": (
        """question(); say('{"jsonrpc": "2.0", "id": 1')""",
        FailureKind.NOT_JSON,
        ["delimiter"],
    ),
    "writes NaN": (
        """question(); say('{"jsonrpc": "2.0", "id": 1, "result": {"valid": NaN}}')""",
        FailureKind.NOT_JSON,
        ["NaN is not a JSON number"],
    ),
    "writes Latin-1": (
        """question(); sys.stdout.buffer.write(b'{"name": "\\xe9"}\\n'); sys.stdout.flush(); question()""",
        FailureKind.NOT_JSON,
        ["byte 11 is not UTF-8"],
    ),
    "answers a list": ("question(); say('[]')", FailureKind.NOT_A_RESPONSE, ["not an object"]),
    "answers another question": (
        "say(answer_to(question() | {'id': 7}))",
        FailureKind.WRONG_ID,
        ["the id 7 where 1 was expected"],
    ),
    "turns the id into a text": (
        "say(answer_to(question() | {'id': '1'}))",
        FailureKind.WRONG_ID,
        ["the id '1' where 1 was expected"],
    ),
    "answers a truth value instead of an object": (
        "say({'jsonrpc': '2.0', 'id': question()['id'], 'result': True})",
        FailureKind.NOT_A_RESPONSE,
        ["its result is true, not an object"],
    ),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_misbehaving_program_is_named_and_a_fresh_one_answers_the_next_question(
    name, connect, number, gone
):
    # Given a program whose first process misbehaves
    body, kind, words = MISBEHAVIOURS[name]
    connection = connect(body, start_timeout=0.3 if kind is FailureKind.TIMEOUT else 5.0)
    # When it is asked
    failure = connection.ask(number(1))
    # Then the failure says what it did, in one short line
    assert isinstance(failure, Failure)
    assert failure.kind is kind
    for word in words:
        assert word in failure.detail
    assert "\n" not in failure.detail
    assert len(failure.detail) < 500
    # And its process is gone, and the next question is answered
    assert connection.pid is None
    assert connection.ask(number(2)) == VALID


def test_one_process_answers_all_questions(connect, number):
    connection = connect("while True: say(answer_to(question(), pid=os.getpid()))")
    replies = [connection.ask(number(i)) for i in range(1, 6)]
    assert {reply.result["pid"] for reply in replies} == {connection.pid}


def test_a_program_that_does_not_exist_is_not_started(number):
    with StdioConnection("/nowhere/acme-sut --fast") as connection:
        failure = connection.ask(number(1))
    assert failure.kind is FailureKind.NOT_STARTED
    assert "'/nowhere/acme-sut' cannot be started: No such file or directory" in failure.detail


def test_a_file_that_may_not_be_executed_is_not_started(tmp_path, number):
    script = tmp_path / "sut.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o644)
    with StdioConnection(shlex.quote(str(script))) as connection:
        failure = connection.ask(number(1))
    assert failure.kind is FailureKind.NOT_STARTED
    assert "Permission denied" in failure.detail


def test_no_shell_reads_the_command(tmp_path, number):
    with StdioConnection(f"true; touch {tmp_path / 'made-by-a-shell'}") as connection:
        assert connection.ask(number(1)).kind is FailureKind.NOT_STARTED
    assert list(tmp_path.iterdir()) == []


def test_an_error_object_is_a_refusal_and_the_process_goes_on(connect):
    connection = connect(
        """
asked = question()
say({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601, "message": "no such method"}})
"""
    )
    assert connection.ask(Request(1, "lifecycle")) == Refusal(-32601, "no such method")
    pid = connection.pid
    assert connection.ask(Request(2, "number")) == VALID
    assert connection.pid == pid


def test_a_second_answer_to_one_question_fails_the_next_one(connect, number):
    # Given a program that answers its first question twice
    connection = connect("asked = question(); say(answer_to(asked)); say(answer_to(asked)); time.sleep(60)")
    assert connection.ask(number(1)) == VALID
    # When the next question is asked, soon or late
    time.sleep(0.1)
    failure = connection.ask(number(2))
    # Then the line that nobody asked for is named, and is not taken for an answer
    assert failure.kind is FailureKind.WRONG_ID
    assert (
        "before question 2 (number) was sent: the answer has the id 1 where 2 was expected" in failure.detail
    )
    assert connection.ask(number(3)) == VALID


def test_an_answer_to_a_question_that_was_not_sent_yet_is_refused(connect, number):
    connection = connect("asked = question(); say(answer_to(asked)); say(answer_to({'id': 2})); question()")
    assert connection.ask(number(1)) == VALID
    time.sleep(0.1)
    failure = connection.ask(number(2))
    assert failure.kind is FailureKind.NOT_A_RESPONSE
    assert "before question 2 (number) was sent it was answered" in failure.detail


@pytest.mark.parametrize("ending", [r"\n", ""])
def test_a_log_line_between_two_questions_is_named(ending, connect, number):
    connection = connect(
        f"say(answer_to(question())); sys.stdout.write('GC paused{ending}')\n"
        "sys.stdout.flush(); time.sleep(60)"
    )
    assert connection.ask(number(1)) == VALID
    time.sleep(0.1)
    failure = connection.ask(number(2))
    assert failure.kind is FailureKind.NOT_JSON
    assert "printed 'GC paused' to stdout before question 2 (number) was sent" in failure.detail


def test_a_program_that_ends_after_an_answer_has_exited(connect, number):
    connection = connect("say(answer_to(question())); sys.exit(0)")
    assert connection.ask(number(1)) == VALID
    time.sleep(0.1)
    failure = connection.ask(number(2))
    assert failure.kind is FailureKind.EXITED
    assert "exited with code 0 after it had answered question 1 (number)" in failure.detail
    assert connection.ask(number(3)) == VALID


@pytest.mark.parametrize(
    ("chunk", "kind"),
    [("b'x' * 65536", FailureKind.TOO_LONG), (r"b'noise\n' * 8192", FailureKind.NOT_JSON)],
    ids=["on one line", "in many lines"],
)
def test_a_hundred_megabytes_are_not_read(chunk, kind, connect, number):
    # Given a program that pours 100 MB over the first question
    connection = connect(f"for _ in range(1700): sys.stdout.buffer.write({chunk})")
    tracemalloc.start()
    started = time.monotonic()
    # When it is asked
    failure = connection.ask(number(1))
    # Then it is stopped long before the end, and little of it was kept
    assert failure.kind is kind
    assert time.monotonic() - started < 4
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert len(failure.detail) < 500
    assert connection.ask(number(2)) == VALID


def test_a_hundred_megabytes_after_an_answer_are_not_read(connect, number):
    connection = connect(
        "say(answer_to(question()))\nfor _ in range(1700): sys.stdout.buffer.write(b'noise\\n' * 8192)"
    )
    assert connection.ask(number(1)) == VALID
    time.sleep(0.1)
    failure = connection.ask(number(2))
    assert failure.kind is FailureKind.NOT_JSON
    assert "'noise'" in failure.detail


def test_a_line_of_one_mebibyte_is_read_and_one_byte_more_is_too_long(connect, number):
    connection = connect(
        """
for length in (1 << 20, (1 << 20) + 1):
    line = json.dumps(answer_to(question()))
    say(line + " " * (length - len(line)))
time.sleep(60)
"""
    )
    assert connection.ask(number(1)) == VALID
    assert connection.ask(number(2)).kind is FailureKind.TOO_LONG


def test_a_long_log_on_stderr_neither_blocks_the_program_nor_fills_the_memory(connect, number):
    # Given a program that logs 12 MB before its answer, far more than a pipe holds
    connection = connect(
        """
sys.stderr.write("x" * (3 << 20))
sys.stderr.write(("y" * 600 + "\\n") * 15_000)
for number in range(1000): sys.stderr.write(f"\\nlog {number}")
sys.stderr.flush()
say(answer_to(question()))
"""
    )
    tracemalloc.start()
    assert connection.ask(number(1)) == VALID
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_the_last_line_on_stderr_that_tells_something_is_quoted(connect, number):
    connection = connect("question(); sys.exit('Exception: no such card\\n    at Main.java:7')")
    assert connection.ask(number(1)).detail.endswith("its last line on stderr: 'Exception: no such card'")


def test_a_my_number_that_the_program_prints_is_not_repeated(connect, number):
    connection = connect("say('checking ' + question()['params']['number'])")
    assert "checking [12 digits]" in connection.ask(number(1)).detail


def test_a_long_question_and_a_long_answer_pass_each_other(connect):
    # Given a program that answers at length before it has read the question, each more than a pipe holds
    connection = connect(
        """
os.read(0, 1)
say({"jsonrpc": "2.0", "id": 1, "result": {"valid": True, "note": "x" * 500_000}})
sys.stdin.readline()
"""
    )
    # When the question is as long
    reply = connection.ask(Request(1, "number", {"number": "1" * 500_000}))
    # Then neither blocks the other, and what was left of the question is sent with the next
    assert reply.result["valid"] is True


def test_a_long_question_is_sent_whole(connect):
    connection = connect("asked = question(); say(answer_to(asked, length=len(asked['params']['number'])))")
    assert connection.ask(Request(1, "number", {"number": "1" * 500_000})) == Answer({"length": 500_000})


def test_a_program_that_closes_its_stdin_is_not_waited_for_longer_than_others(connect, number):
    connection = connect(
        "asked = question(); os.close(0); say(answer_to(asked)); time.sleep(60)",
        timeout=0.3,
        start_timeout=5.0,
    )
    assert connection.ask(number(1)) == VALID
    assert connection.ask(number(2)).kind is FailureKind.TIMEOUT
    assert connection.ask(number(3)) == VALID


def test_the_first_answer_of_each_process_may_take_longer(connect, number):
    # Given a program that needs half a second to start, and as long for its second answer
    connection = connect(
        "time.sleep(0.4); say(answer_to(question()))\n"
        "asked = question(); time.sleep(0.4); say(answer_to(asked))",
        always=True,
        timeout=0.2,
        start_timeout=5.0,
    )
    # When less is allowed for an answer, but not for the first one
    assert connection.ask(number(1)) == VALID
    assert connection.ask(number(2)).kind is FailureKind.TIMEOUT
    # Then a fresh process has the time to start again
    assert connection.ask(number(3)) == VALID


def test_after_three_failures_in_a_row_the_program_is_asked_no_more(connect, number, tmp_path):
    # Given a program that always exits, and notes each start
    connection = connect(f"open({str(tmp_path / 'starts')!r}, 'a').write('.'); sys.exit(4)", always=True)
    # When it is asked five times
    kinds = [connection.ask(number(i)).kind for i in range(1, 6)]
    # Then three were tried, and the rest says why not
    assert kinds == [FailureKind.EXITED] * 3 + [FailureKind.NOT_ASKED] * 2
    assert (tmp_path / "starts").read_text() == "..."
    detail = connection.ask(number(6)).detail
    assert "question 6 (number) was not asked: given up after 3 failures in a row" in detail
    assert "exited with code 4" in detail


def test_an_answer_between_failures_keeps_the_program_in_the_campaign(connect, number):
    # Given a program that crashes on every third question
    connection = connect("say(answer_to(question())); question(); sys.exit(1)", always=True)
    kinds = [type(connection.ask(number(i))) for i in range(1, 11)]
    assert kinds == [Answer, Failure] * 5


def test_a_closed_connection_asks_nothing(connect, number):
    connection = connect("")
    connection.close()
    connection.close()
    assert connection.ask(number(1)).kind is FailureKind.NOT_ASKED


def test_close_lets_the_program_end_by_itself(connect, number, tmp_path):
    # Given a program that writes a file when its stdin is closed
    farewell = tmp_path / "farewell"
    connection = connect(
        f"""
say(answer_to(question()))
sys.stdin.read()
sys.stderr.write("x" * 300_000)
time.sleep(0.1)
Path({str(farewell)!r}).touch()
sys.exit(0)
"""
    )
    assert connection.ask(number(1)) == VALID
    # When the connection is closed, though nobody listens to its last log
    started = time.monotonic()
    connection.close()
    # Then it had the time to do so, and no more was waited for
    assert farewell.exists()
    assert time.monotonic() - started < 1


def test_close_ends_a_program_that_stays(connect, number, gone, monkeypatch):
    monkeypatch.setattr("jpki_oracle.sut.stdio._CLOSE_GRACE", 0.2)
    connection = connect("say(answer_to(question())); time.sleep(60)")
    assert connection.ask(number(1)) == VALID
    pid = connection.pid
    connection.close()
    assert gone(pid)


def test_what_a_program_prints_while_it_ends_is_not_kept(connect, number):
    connection = connect(
        "say(answer_to(question())); sys.stdin.read()\nsys.stdout.write('x' * 30_000_000); sys.exit(0)"
    )
    assert connection.ask(number(1)) == VALID
    tracemalloc.start()
    connection.close()
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


CHILD = """
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"])
say(answer_to(question(), child=child.pid))
"""


@pytest.mark.parametrize("then", ["sys.exit(0)", "question(); time.sleep(60)", "behave()"])
def test_what_the_program_started_ends_with_it(then, connect, number, gone):
    # Given a program with a child of its own, which then exits, hangs, or behaves
    connection = connect(CHILD + then, timeout=0.3, start_timeout=5.0)
    child = connection.ask(number(1)).result["child"]
    # When the next question was asked and the connection is closed
    connection.ask(number(2))
    connection.close()
    # Then the child is gone too
    assert gone(child)


def test_a_launcher_that_ends_while_its_child_holds_stdout_has_exited(connect, number, gone):
    connection = connect(
        'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]); sys.exit(0)',
        start_timeout=0.3,
    )
    failure = connection.ask(number(1))
    assert failure.kind is FailureKind.EXITED
    assert "exited with code 0, and something that it started keeps its stdout open" in failure.detail


def test_an_interrupt_while_a_question_is_asked_leaves_no_process(tmp_path, gone):
    # Given an oracle that waits for a system which hangs and ignores SIGTERM
    note = tmp_path / "pid"
    system = tmp_path / "sut.py"
    system.write_text(
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "sys.stdin.readline()\n"
        f"open({str(note)!r}, 'w').write(str(os.getpid()) + '\\n')\n"
        "time.sleep(60)\n"
    )
    oracle = (
        "from jpki_oracle.sut.connection import Request\n"
        "from jpki_oracle.sut.stdio import StdioConnection\n"
        f"StdioConnection({shlex.join([sys.executable, str(system)])!r}).ask(Request(1, 'describe'))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "default", "-c", oracle], stderr=subprocess.PIPE, text=True
    ) as process:
        while not (note.exists() and note.read_text().endswith("\n")):
            time.sleep(0.01)
        # When it is interrupted
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=5)
    # Then the interrupt goes on, no resource was left open, and the system is gone
    assert errors.strip().endswith("KeyboardInterrupt")
    assert "ResourceWarning" not in errors
    assert gone(int(note.read_text()))


def test_a_question_costs_little(connect, number):
    connection = connect("")
    connection.ask(number(1))
    started = time.monotonic()
    for i in range(2, 202):
        assert connection.ask(number(i)) == VALID
    assert time.monotonic() - started < 0.5  # 2.5 ms each; usually 0.05


def test_the_command_is_split_like_a_shell_does(tmp_path, number):
    script = tmp_path / "my sut.py"
    script.write_text("import sys; sys.exit(sys.argv[1])")
    with StdioConnection(f"{sys.executable} '{script}' \"two words\"") as connection:
        assert "'two words'" in connection.ask(number(1)).detail


@pytest.mark.parametrize("command", ["", "   ", "java 'unclosed"])
def test_a_command_that_cannot_be_split_is_an_error(command):
    with pytest.raises(ValueError, match=r"empty|quotation"):
        StdioConnection(command)
