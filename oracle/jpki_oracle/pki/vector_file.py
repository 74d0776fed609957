"""The file in which verifier cases are published: `read_cases()` reads those that come with the program."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from jpki_model.pki.verifier import Question
from jpki_spec.certificates import ALGORITHMS, REJECTIONS, TODAYS_ALGORITHM
from jpki_spec.fields import Text

FORMAT, VERSION = "jpki-oracle-verifier-cases", 1
FILE = "verifier_cases.json"
TASKS = ("signature", "authentication")
SINGLE = ("content", "signed_data", "certificate", "signature")
SEVERAL = ("anchors", "revocation_lists", "status_answers", "spent")
NO_READINGS: Mapping[str, str] = MappingProxyType({})
ACCEPT = "accept"


class CaseFileError(ValueError):
    """A file that has no verifier cases; one line for people."""


@dataclass(frozen=True)
class VerifierCase:
    """A question with the decision on it. `reason` is the class expected of a rejection, `also` are others that can be
    defended; `difference` is the one thing in which it differs from the case `based_on` (for an accepted one: what is
    special about it). `under`: the decision where a question about certificates is answered otherwise, by
    `QUESTION=ANSWER`: `accept`, or the class of the reason."""

    id: str
    question: Question
    accepted: bool
    difference: Text
    reason: str = ""
    also: tuple[str, ...] = ()
    based_on: str = ""
    under: Mapping[str, str] = field(default_factory=dict)

    @property
    def algorithm(self) -> str:
        """The id in `ALGORITHMS` of the specification of what it is about: the last of those that it allows."""
        return self.question.algorithms[-1]


def write_cases(made: Iterable[VerifierCase]) -> str:
    """The file: octets once each, by a part of their SHA-256, in Base64; one case a line."""
    octets: dict[str, str] = {}

    def kept(data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()[:16]
        octets[name] = base64.b64encode(data).decode()
        return name

    rows = [_row(case, kept) for case in made]
    head = {
        "format": FORMAT,
        "version": VERSION,
        "count": len(rows),
        "reasons": {id: {"en": text.en, "ja": text.ja} for id, text in REJECTIONS.items()},
    }
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    stored = ",\n".join(f'"{name}": "{text}"' for name, text in sorted(octets.items()))
    begin = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{begin}, "cases": [\n{lines}\n], "octets": {{\n{stored}\n}}}}\n'


def _row(case: VerifierCase, kept: Any) -> dict[str, object]:
    question = case.question
    row: dict[str, object] = {"id": case.id, "task": question.task, "at": f"{question.at:%Y-%m-%dT%H:%M:%SZ}"}
    wanted = (
        ("content", "signed_data")
        if question.task == "signature"
        else ("content", "certificate", "signature")
    )
    row |= {name: kept(getattr(question, name)) for name in wanted}
    row |= {name: [kept(each) for each in getattr(question, name)] for name in SEVERAL}
    if question.algorithms != (TODAYS_ALGORITHM,):
        row["algorithms"] = list(question.algorithms)
    row["expected"] = ACCEPT if case.accepted else "reject"
    if not case.accepted:
        row |= {"reason": case.reason, "also": list(case.also), "based_on": case.based_on}
    if case.under:
        row["under"] = dict(case.under)
    return {**row, "difference": {"en": case.difference.en, "ja": case.difference.ja}}


def read_cases(text: str | None = None) -> list[VerifierCase]:
    """The cases in a file's text, or those that come with the program. Raises `CaseFileError`."""
    if text is None:
        text = files("jpki_oracle.pki").joinpath(FILE).read_text(encoding="utf-8")
    try:
        content = json.loads(text)
        if (content["format"], content["version"]) != (FORMAT, VERSION):
            raise CaseFileError(f"not a file of format {FORMAT}, version {VERSION}")
        stored = {name: base64.b64decode(data, validate=True) for name, data in content["octets"].items()}
        return [_case(row, stored) for row in content["cases"]]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, CaseFileError):
            raise
        raise CaseFileError(f"not a file of verifier cases ({type(error).__name__}: {error})") from None


def _case(row: Mapping[str, Any], stored: Mapping[str, bytes]) -> VerifierCase:
    at = datetime.strptime(row["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    single: dict[str, Any] = {name: stored[row[name]] for name in SINGLE if name in row}
    several: dict[str, Any] = {name: tuple(stored[each] for each in row[name]) for name in SEVERAL}
    allowed = tuple(row.get("algorithms", (TODAYS_ALGORITHM,)))
    question = Question(row["task"], at, **single, **several, algorithms=allowed)
    text = Text(row["difference"]["en"], row["difference"]["ja"])
    accepted = row["expected"] == "accept"
    return VerifierCase(
        row["id"],
        question,
        accepted,
        text,
        row.get("reason", ""),
        tuple(row.get("also", ())),
        row.get("based_on", ""),
        MappingProxyType(row.get("under", {})),
    )


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the file."""
    name = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
    text = {
        "type": "object",
        "properties": {"en": {"type": "string"}, "ja": {"type": "string"}},
        "required": ["en", "ja"],
        "additionalProperties": False,
    }
    properties: dict[str, object] = {
        "id": {"type": "string", "pattern": "^(signature|authentication)/[a-z0-9-]+/[a-z0-9-]+$"},
        "task": {"enum": list(TASKS)},
        "at": {
            "type": "string",
            "format": "date-time",
            "description": "the instant at which it is judged, UTC",
        },
        **dict.fromkeys(SINGLE, name),
        **{each: {"type": "array", "items": name} for each in SEVERAL},
        "algorithms": {
            "type": "array",
            "items": {"enum": list(ALGORITHMS)},
            "description": f"those that are allowed; without it {TODAYS_ALGORITHM} alone",
        },
        "expected": {"enum": ["accept", "reject"]},
        "reason": {"enum": list(REJECTIONS)},
        "also": {"type": "array", "items": {"enum": list(REJECTIONS)}},
        "based_on": {"type": "string"},
        "under": {
            "type": "object",
            "description": "the decision where an open question is answered otherwise, by QUESTION=ANSWER",
            "propertyNames": {"pattern": "^[a-z_]+=[a-z0-9]+$"},
            "additionalProperties": {"enum": [ACCEPT, *REJECTIONS]},
        },
        "difference": text,
    }
    always = ["id", "task", "at", "content", *SEVERAL, "expected", "difference"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Cases for verifiers of signed documents and answered challenges",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "count": {"type": "integer"},
            "reasons": {"type": "object", "additionalProperties": text},
            "cases": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": properties,
                    "required": always,
                    "additionalProperties": False,
                    "oneOf": [{"required": ["signed_data"]}, {"required": ["certificate", "signature"]}],
                    "if": {"properties": {"expected": {"const": "reject"}}},
                    "then": {"required": ["reason", "also", "based_on"]},
                },
            },
            "octets": {
                "description": "DER and other octets in Base64, by the first 16 digits of their SHA-256",
                "type": "object",
                "propertyNames": name,
                "additionalProperties": {"type": "string", "contentEncoding": "base64"},
            },
        },
        "required": ["format", "version", "count", "reasons", "cases", "octets"],
        "additionalProperties": False,
    }
