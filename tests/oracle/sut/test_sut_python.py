"""An object in this process."""

import sys
import textwrap

import pytest
from jpki_oracle.sut.connection import Answer, FailureKind, Refusal, Request
from jpki_oracle.sut.python import PythonConnection

MODULE = """
    import datetime, sys

    class Acme:
        def describe(self):
            print("describing")
            return {"protocol": 1, "capabilities": ("number",)}

        def validity(self, life):
            life["birth"] = "changed"
            return {"card_expires": None, 1: "one"}

        def number(self, number):
            raise LookupError(f"no check digit in\\n{number}")

        def status(self, life, on):
            return {"card": datetime.date(2030, 1, 1)}

        def nan(self):
            return {"age": float("nan")}

        def text(self):
            return "valid"

        def leave(self):
            sys.exit(3)

        def bug(self):
            return len(5)

    ready = Acme()
    nothing = None

    def factory():
        return Acme()

    def broken_factory():
        raise RuntimeError("no licence file")

    class Outer:
        Inner = Acme
"""


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """A module in the current directory; gives connections to what it holds."""
    (tmp_path / "acme_sut.py").write_text(textwrap.dedent(MODULE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path_before = list(sys.path)
    opened = []

    def connection(name: str, module: str = "acme_sut") -> PythonConnection:
        opened.append(PythonConnection(module, name))
        return opened[-1]

    yield connection
    for each in opened:
        each.close()
    sys.modules.pop("acme_sut", None)
    assert sys.path == path_before


@pytest.mark.parametrize("name", ["Acme", "ready", "factory", "Outer.Inner"])
def test_a_class_a_factory_and_an_object_can_be_named(name, acme):
    reply = acme(name).ask(Request(1, "describe"))
    assert reply == Answer({"protocol": 1, "capabilities": ["number"]})


def test_what_the_object_prints_stays_out_of_stdout(acme, capsys):
    acme("Acme").ask(Request(1, "describe"))
    assert capsys.readouterr() == ("", "describing\n")


def test_the_question_is_kept_from_changes_and_the_answer_has_json_types(acme):
    params = {"life": {"birth": "1992-02-29"}}
    assert acme("Acme").ask(Request(2, "validity", params)) == Answer({"card_expires": None, "1": "one"})
    assert params == {"life": {"birth": "1992-02-29"}}


def test_a_missing_method_is_a_refusal(acme):
    assert acme("Acme").ask(Request(2, "lifecycle")) == Refusal(
        -32601, "acme_sut:Acme has no method lifecycle"
    )


def test_parameters_that_a_method_does_not_take_are_a_refusal(acme):
    reply = acme("Acme").ask(Request(2, "number", {"resident_record_code": "24727059608"}))
    assert isinstance(reply, Refusal)
    assert reply.code == -32602
    assert "number" in reply.message


@pytest.mark.parametrize(
    ("request_", "kind", "words"),
    [
        (
            Request(2, "number", {"number": "123456789018"}),
            "raised",
            r"LookupError: 'no check digit in\n[12 digits]'",
        ),
        (Request(2, "bug"), "raised", "TypeError: \"object of type 'int' has no len()\""),
        (Request(2, "leave"), "raised", "SystemExit: '3'"),
        (
            Request(2, "status", {"life": {}, "on": "2030-01-01"}),
            "not_a_response",
            "date is not JSON serializable",
        ),
        (Request(2, "nan"), "not_a_response", "JSON cannot hold"),
        (Request(2, "text"), "not_a_response", "returned 'valid', not a dictionary"),
    ],
)
def test_what_is_no_answer_is_named(request_, kind, words, acme):
    connection = acme("Acme")
    failure = connection.ask(request_)
    assert failure.kind is FailureKind(kind)
    assert words in failure.detail
    assert str(request_) in failure.detail
    assert isinstance(connection.ask(Request(3, "describe")), Answer)


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("acme_sut", "Missing", "AttributeError"),
        ("acme_sut", "nothing", "acme_sut:nothing is None"),
        ("acme_sut", "broken_factory", "RuntimeError: 'no licence file'"),
        ("no_such_module", "Acme", "ModuleNotFoundError: \"No module named 'no_such_module'\""),
    ],
)
def test_what_cannot_be_loaded_is_not_started(module, name, words, acme):
    failure = acme(name, module).ask(Request(1, "describe"))
    assert failure.kind is FailureKind.NOT_STARTED
    assert words in failure.detail
