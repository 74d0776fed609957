"""What `docs/` says of the specification and of the protocol is what the code says."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jpki_model.life import life
from jpki_oracle.judge import Judge, Verdict
from jpki_oracle.scenarios.scenario import NUMBER_KINDS, Scenario, suites, write_suite
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, FailureKind
from jpki_oracle.sut.messages import METHODS, Description
from jpki_oracle.sut.session import Session
from jpki_spec.laws import law
from jsonschema import Draft202012Validator

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text(encoding="utf-8")


def _generator() -> ModuleType:
    spec = spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DOCS / "schema" / name).read_text(encoding="utf-8"))
    return content


def _exchanges() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The questions of docs/protocol.md, each with its answer."""
    lines = [line.strip() for line in PROTOCOL.splitlines()]
    asked = [json.loads(line[1:]) for line in lines if line.startswith("→ ")]
    answered = [json.loads(line[1:]) for line in lines if line.startswith("← ")]
    return zip(asked, answered, strict=True)


EXCHANGES = list(_exchanges())
NAMES = [f"{asked['method']}-{asked['id']}" for asked, _ in EXCHANGES]


def test_the_committed_pages_are_what_is_generated() -> None:
    stale = _generator().stale()
    assert not stale, f"run `make docs` and commit what it writes: {', '.join(stale)}"


@pytest.mark.parametrize("name", ["messages.schema.json", "suite.schema.json"])
def test_a_published_schema_is_one(name: str) -> None:
    schema = _schema(name)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("asked", "answered"), EXCHANGES, ids=NAMES)
def test_the_published_schema_accepts_an_exchange_of_the_protocol(
    asked: dict[str, Any], answered: dict[str, Any]
) -> None:
    schema = _schema("messages.schema.json")
    for line, part in ((asked, "request"), (answered, "response")):
        one = {**schema, "anyOf": [{"$ref": f"#/$defs/{asked['method']}_{part}"}]}
        problems = [error.message for error in Draft202012Validator(one).iter_errors(line)]
        assert problems == []
    assert asked["id"] == answered["id"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [each for each in EXCHANGES if each[0]["method"] not in ("describe", "card") and "result" in each[1]],
    ids=lambda line: f"{line.get('method', 'answer')}-{line['id']}",
)
def test_an_answer_of_the_protocol_is_right(asked: dict[str, Any], answered: dict[str, Any]) -> None:
    claims = Description.model_validate(EXCHANGES[0][1]["result"])
    method, params = asked["method"], asked["params"]
    result = METHODS[method].result.model_validate(answered["result"]).content()
    judgement = Judge(law(str(claims.edition), claims.readings)).judge(
        _scenario(method, params), Answer(result)
    )
    assert judgement.verdict is Verdict.PASS, judgement.differences
    assert judgement.unanswered == ()


def _scenario(method: str, params: dict[str, Any]) -> Scenario:
    if method == "number":
        return Scenario(method, NUMBER_KINDS[next(iter(params))], "", "", number=params)
    on = date.fromisoformat(params["on"]) if "on" in params else None
    return Scenario(method, "card_state" if on else "card_expires", "", "", life(params["life"]), on)


def test_the_published_schema_accepts_the_suites() -> None:
    suite = json.loads(write_suite(suites()))
    errors = Draft202012Validator(_schema("suite.schema.json")).iter_errors(suite)
    assert [error.message for error in errors] == []


def test_the_protocol_explains_every_failure() -> None:
    unexplained = [kind for kind in FailureKind if f"| `{kind.value.replace('_', ' ')}` |" not in PROTOCOL]
    assert unexplained == []


def test_the_system_on_the_page_of_the_protocol_runs(tmp_path: Path) -> None:
    program = tmp_path / "plain.py"
    program.write_text(PROTOCOL.split("```python\n")[1].split("```")[0], encoding="utf-8")
    with Session(open_connection(f"stdio:'{sys.executable}' '{program}'")) as session:
        system = session.describe()
        assert isinstance(system, Description)
        assert system.capabilities == ["validity", "number"]
        adult = {"birth": "1990-05-10", "card_issued": "2020-05-10"}
        assert session.ask("validity", {"life": adult}) == Answer({"card_expires": date(2030, 5, 10)})
        assert session.ask("number", {"number": "123456789018"}) == Answer({"valid": True})
