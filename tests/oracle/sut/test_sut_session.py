"""A session: numbered questions, answers whose content was checked."""

import json
import shlex
import sys
from datetime import date

import pytest
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Request, Transport
from jpki_oracle.sut.messages import Description
from jpki_oracle.sut.session import Session

LIFE = {"birth": "1992-02-29", "card_issued": "2020-06-01"}
DESCRIPTION = {"protocol": 1, "name": "acme", "version": "2.3", "capabilities": ["number"]}


class Scripted(Transport):
    """A connection that gives the replies it was made with, and remembers what it was asked."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.asked = []
        self.prepared = []
        self.closed = False

    def prepare(self, requests):
        self.prepared = list(requests)

    def ask(self, request):
        self.asked.append(request)
        return self.replies.pop(0)

    def close(self):
        self.closed = True


def test_questions_are_numbered_from_describe_on():
    connection = Scripted(Answer(DESCRIPTION), Answer({"valid": True}), Answer({"card": "valid"}))
    with Session(connection) as session:
        assert session.describe() == Description.model_validate(DESCRIPTION)
        assert session.ask("number", {"number": "123456789018"}) == Answer({"valid": True})
        assert session.ask("status", {"on": date(2028, 2, 29), "life": LIFE}) == Answer({"card": "valid"})
    assert connection.closed
    assert connection.asked == [
        Request(1, "describe"),
        Request(2, "number", {"number": "123456789018"}),
        Request(3, "status", {"life": LIFE, "on": "2028-02-29"}),
    ]


def test_prepared_questions_have_the_ids_and_the_bytes_of_the_later_ones():
    # Given questions that are announced before the system describes itself
    questions = [("number", {"number": "1"}), ("validity", {"life": LIFE | {"died": None}})]
    connection = Scripted(Answer(DESCRIPTION), Answer({"valid": False}), Answer({}))
    session = Session(connection)
    session.prepare(questions)
    # When they are asked
    session.describe()
    for capability, params in questions:
        session.ask(capability, params)
    # Then nothing differs
    assert [request.id for request in connection.prepared] == [1, 2, 3]
    assert [r.line() for r in connection.asked] == [r.line() for r in connection.prepared]


def test_a_question_out_of_the_prepared_order_is_a_mistake_of_the_caller():
    connection = Scripted(Answer({"valid": True}))
    session = Session(connection)
    session.prepare([("number", {"number": "1"})])
    with pytest.raises(RuntimeError, match=r"question 2 \(number\) was not prepared"):
        session.ask("number", {"number": "2"})
    assert session.ask("number", {"number": "1"}) == Answer({"valid": True})
    with pytest.raises(RuntimeError, match="was not prepared, or for an earlier place"):
        session.ask("number", {"number": "1"})
    with pytest.raises(RuntimeError, match="before the first"):
        session.prepare([])


def test_dates_come_out_as_dates_null_as_none_and_the_rest_not_at_all():
    result = {"card_expires": "2030-02-28", "signature_expires": None, "comment": "extra"}
    assert Session(Scripted(Answer(result))).ask("validity", {"life": LIFE}) == Answer(
        {"card_expires": date(2030, 2, 28), "signature_expires": None}
    )


@pytest.mark.parametrize(
    ("capability", "params", "result", "words"),
    [
        (
            "validity",
            {"life": LIFE},
            {"card_expires": "2023-02-29"},
            "question 2 (validity): "
            "card_expires: '2023-02-29' is not a date that exists; expected YYYY-MM-DD or null",
        ),
        (
            "status",
            {"life": LIFE, "on": "2028-02-29"},
            {"card": "revoked"},
            "question 2 (status): "
            "card: 'revoked' is not known; expected 'not_yet', 'valid', 'expired' or 'lapsed'",
        ),
        (
            "number",
            {"number": "123456789018"},
            {"valid": "true"},
            "question 2 (number): valid: 'true' is not a truth value; expected true or false",
        ),
    ],
)
def test_a_result_of_a_wrong_type_is_a_failure_that_names_the_field(capability, params, result, words):
    reply = Session(Scripted(Answer(result))).ask(capability, params)
    assert reply == Failure(FailureKind.WRONG_TYPE, words)


@pytest.mark.parametrize("reply", [Refusal(-32601, "no"), Failure(FailureKind.TIMEOUT, "slow")])
def test_refusals_and_failures_pass_through(reply):
    assert Session(Scripted(reply)).ask("number", {"number": "1"}) == reply


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Failure(FailureKind.EXITED, "gone"), FailureKind.EXITED, "gone"),
        (Refusal(-32601, "what?"), FailureKind.NOT_A_RESPONSE, "was refused (-32601: what?)"),
        (
            Answer(DESCRIPTION | {"protocol": 2}),
            FailureKind.WRONG_TYPE,
            "protocol: 2 is not known; expected 1",
        ),
        (Answer({}), FailureKind.WRONG_TYPE, "protocol is missing (and 3 more)"),
    ],
)
def test_a_system_that_does_not_describe_itself_is_named(reply, kind, words):
    failure = Session(Scripted(reply)).describe()
    assert failure.kind is kind
    assert words in failure.detail


@pytest.mark.parametrize(
    ("capability", "params", "words"),
    [
        ("telepathy", {}, "'telepathy' is not a capability; there are validity, status, number"),
        ("validity", {"life": {"brith": "1992-02-29"}}, "parameters of validity: life.brith is not a name"),
        ("number", {}, "exactly one of number, resident_record_code"),
    ],
)
def test_questions_that_the_protocol_does_not_know_are_mistakes_of_the_caller(capability, params, words):
    connection = Scripted()
    with pytest.raises(ValueError, match=words):
        Session(connection).ask(capability, params)
    with pytest.raises(ValueError, match=words):
        Session(connection).prepare([(capability, params)])
    assert connection.asked == connection.prepared == []


SYSTEM = """
import json, sys

class System:
    def describe(self):
        return {"protocol": 1, "name": "acme", "version": "2.3", "capabilities": ["number", "validity"]}

    def number(self, number=None, resident_record_code=None):
        return {"valid": number == "123456789018"}

    def validity(self, life):
        return {"card_expires": "2030-02-28", "signature_expires": None}

def answer(line):
    asked = json.loads(line)
    result = getattr(System(), asked["method"])(**asked.get("params", {}))
    return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result})

if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(line), flush=True)
"""


@pytest.mark.parametrize("transport", ["python", "stdio", "batch"])
def test_one_system_is_the_same_over_every_transport(transport, tmp_path, monkeypatch):
    # Given one system, reached in three ways
    script = tmp_path / "session_sut.py"
    script.write_text(SYSTEM)
    monkeypatch.chdir(tmp_path)
    address = {
        "python": "python:session_sut:System",
        "stdio": f"stdio:{shlex.join([sys.executable, '-I', str(script)])}",
        "batch": f"batch:{tmp_path / 'round'}",
    }[transport]
    questions = [("number", {"number": "123456789018"}), ("validity", {"life": LIFE})]
    if transport == "batch":
        with Session(open_connection(address)) as session:
            session.prepare(questions)
            assert session.describe().kind is FailureKind.NOT_ANSWERED
        scope: dict[str, object] = {"__name__": "laboratory"}
        exec(compile(SYSTEM, "session_sut", "exec"), scope)
        lines = (tmp_path / "round" / "questions.ndjson").read_text().splitlines()
        (tmp_path / "round" / "answers.ndjson").write_text("\n".join(map(scope["answer"], lines)))
    # When it is asked
    with Session(open_connection(address)) as session:
        session.prepare(questions)
        description = session.describe()
        replies = [session.ask(*question) for question in questions]
    # Then it says the same
    assert json.loads(description.model_dump_json())["name"] == "acme"
    assert replies == [
        Answer({"valid": True}),
        Answer({"card_expires": date(2030, 2, 28), "signature_expires": None}),
    ]
    sys.modules.pop("session_sut", None)
