"""A folder with questions and answers, for a laboratory without a network."""

import json

import pytest
from jpki_oracle.sut.batch import BatchConnection
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Request

QUESTIONS = [
    Request(1, "describe"),
    Request(2, "number", {"number": "123456789018"}),
    Request(3, "number", {"number": "123456789019"}),
]


def answer(number: int, **result: object) -> str:
    """One line of answers.ndjson."""
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": result}) + "\n"


@pytest.fixture
def folder(tmp_path):
    """A folder in which the questions lie already."""
    BatchConnection(tmp_path).prepare(QUESTIONS)
    return tmp_path


@pytest.fixture
def replies(folder):
    """Writes answers (text or bytes) and gives the reply to each question."""

    def read(content: str | bytes) -> dict[int, object]:
        (folder / "answers.ndjson").write_bytes(content if isinstance(content, bytes) else content.encode())
        with BatchConnection(folder) as connection:
            connection.prepare(QUESTIONS)
            assert not connection.waiting
            return {request.id: connection.ask(request) for request in QUESTIONS}

    return read


def test_the_questions_are_written_one_a_line_and_wait(tmp_path):
    # Given a folder that is not there yet
    connection = BatchConnection(tmp_path / "round" / "1")
    # When the questions are prepared
    connection.prepare(QUESTIONS)
    # Then they lie there, alone
    [written] = (tmp_path / "round" / "1").iterdir()
    assert written.name == "questions.ndjson"
    assert written.read_text() == (
        '{"jsonrpc":"2.0","id":1,"method":"describe"}\n'
        '{"jsonrpc":"2.0","id":2,"method":"number","params":{"number":"123456789018"}}\n'
        '{"jsonrpc":"2.0","id":3,"method":"number","params":{"number":"123456789019"}}\n'
    )
    # And each says what to do
    assert connection.waiting
    failure = connection.ask(QUESTIONS[1])
    assert failure.kind is FailureKind.NOT_ANSWERED
    assert "question 2 (number) waits: answer each line of" in failure.detail
    assert "answers.ndjson, then run the same command again" in failure.detail


def test_questions_that_nobody_answered_can_be_replaced(folder):
    BatchConnection(folder).prepare(QUESTIONS[:2])
    assert (folder / "questions.ndjson").read_text().count("\n") == 2


def test_answers_are_read_in_any_order(replies):
    refusal = '{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"no"}}\r\n'
    assert replies(answer(2, valid=True) + "\n" + refusal + answer(1, name="acme")) == {
        1: Answer({"name": "acme"}),
        2: Answer({"valid": True}),
        3: Refusal(-32602, "no"),
    }


def test_a_question_without_an_answer_is_not_answered(replies):
    missing = replies(answer(1) + answer(2))[3]
    assert missing.kind is FailureKind.NOT_ANSWERED
    assert "question 3 (number) has no answer in" in missing.detail


def test_an_empty_file_answers_nothing(replies):
    assert {reply.kind for reply in replies("").values()} == {FailureKind.NOT_ANSWERED}


def test_two_answers_to_one_question_are_none(replies):
    found = replies(answer(1) + answer(2, valid=True) + answer(3, valid=True) + answer(2, valid=False))
    assert found[2].kind is FailureKind.WRONG_ID
    assert "answers the id 2 more than once, on the lines 2 and 4" in found[2].detail
    assert found[3] == Answer({"valid": True})


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        (b"# our answers\n", "not_json", "answers.ndjson line 2: '# our answers"),
        (b'{"jsonrpc": "2.0", "id"\n', "not_json", "line 2"),
        (b'{"name": "\xe9"}\n', "not_json", "line 2: "),
        (b"[]\n", "not_a_response", "line 2"),
        (answer(99).encode(), "wrong_id", "line 2: the id 99, which was not asked"),
        (answer("3").encode(), "wrong_id", "line 2: the id '3', which was not asked"),
        (b'{"jsonrpc": "2.0", "result": {}}\n', "wrong_id", "line 2: no id, which was not asked"),
        (b"x" * ((1 << 20) + 1) + b"\n", "too_long", "line 2: 'xxx"),
        (
            b'{"jsonrpc": "2.0", "id": [3], "result": {}}\n',
            "wrong_id",
            "line 2: the id [3], which was not asked",
        ),
        (b"x" * 3_000_000 + b"\n", "too_long", "has more than 1048576 bytes"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_to_the_question_without_an_answer(line, kind, words, replies):
    found = replies(answer(1).encode() + line + answer(2, valid=True).encode())
    assert found[2] == Answer({"valid": True})
    assert found[3].kind is FailureKind(kind)
    assert words in found[3].detail
    assert len(found[3].detail) < 500


def test_a_line_that_is_too_long_counts_as_one(replies):
    found = replies("x" * 3_000_000 + "\n" + answer(2) + answer(2))
    assert "on the lines 2 and 3" in found[2].detail


def test_a_wrong_answer_with_a_good_id_belongs_to_its_question(replies):
    found = replies(answer(1) + '{"jsonrpc":"2.0","id":2,"result":true}\n' + answer(3, valid=True))
    assert found[2].kind is FailureKind.NOT_A_RESPONSE
    assert "answers.ndjson line 2: " in found[2].detail
    assert found[3] == Answer({"valid": True})


def test_a_line_of_one_mebibyte_is_read(replies):
    line = answer(3, valid=True).rstrip("\n")
    assert replies(line + " " * ((1 << 20) - len(line)) + "\n")[3] == Answer({"valid": True})


def test_answers_to_other_questions_count_for_none_however_often_it_is_tried(folder):
    # Given answers to three questions
    before = (folder / "questions.ndjson").read_bytes()
    (folder / "answers.ndjson").write_text(answer(1) + answer(2, valid=True) + answer(3, valid=True))
    others = [QUESTIONS[0], Request(2, "number", {"number": "999999999999"})]
    for _ in range(2):
        # When other questions are prepared
        connection = BatchConnection(folder)
        connection.prepare(others)
        # Then the old answers are not taken for theirs, and the folder stays as it was
        failure = connection.ask(others[1])
        assert failure.kind is FailureKind.NOT_ANSWERED
        assert "answers.ndjson belongs to other questions" in failure.detail
        assert "name another folder" in failure.detail
        assert not connection.waiting
        assert (folder / "questions.ndjson").read_bytes() == before


def test_answers_without_their_questions_count_for_none(tmp_path):
    (tmp_path / "answers.ndjson").write_text(answer(1))
    connection = BatchConnection(tmp_path)
    connection.prepare(QUESTIONS)
    assert "lies there without questions.ndjson" in connection.ask(QUESTIONS[0]).detail
    assert not (tmp_path / "questions.ndjson").exists()


def test_a_question_that_was_not_prepared_is_not_answered(folder):
    connection = BatchConnection(folder)
    assert connection.ask(QUESTIONS[0]) == Failure(
        FailureKind.NOT_ANSWERED, "question 1 (describe) was not among the prepared questions"
    )


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    connection = BatchConnection(tmp_path / "taken")
    connection.prepare(QUESTIONS)
    failure = connection.ask(QUESTIONS[0])
    assert failure.kind is FailureKind.NOT_STARTED
    assert "taken' cannot be used: File exists" in failure.detail
