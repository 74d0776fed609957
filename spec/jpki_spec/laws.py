"""The law in force: an edition's parameters together with the readings chosen for what it leaves open.

`law(edition, readings)` is the way in. Numbers live in `editions.toml`, questions in `readings.toml`.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from jpki_spec.fields import Text, read_toml


class UnknownLaw(ValueError):
    """An edition, question or answer that does not exist, or a question that the edition settles."""


@dataclass(frozen=True)
class Parameter:
    """One number, date or yes of an edition, with the clause that it comes from."""

    value: int | bool | date
    clause: str


@dataclass(frozen=True)
class Edition:
    """The rules' parameters in force at a date; an absent parameter is one of which the source is silent."""

    id: str
    title: Text
    in_force: date
    is_law: bool
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True)
class Reading:
    """A question that a source leaves open: its answers (the default first) and why that default.

    `decides`: what hangs on it, one of "dates", "numbers" or "nothing" that can be observed of a life or a number.
    """

    id: str
    question: Text
    alternatives: Mapping[str, Text]
    default: str
    why: Text
    clauses: tuple[str, ...]
    open_in: tuple[str, ...]
    decides: str


@dataclass(frozen=True)
class Law:
    """An edition under chosen readings; what every rule takes beside a life."""

    edition: str
    readings: Mapping[str, str] = field(compare=False)
    _key: tuple[tuple[str, str], ...] = ()

    def number(self, name: str) -> int:
        """A parameter of the edition; KeyError if the source is silent about it."""
        value = EDITIONS[self.edition].parameters[name].value
        if not isinstance(value, int):
            raise TypeError(f"{name} of {self.edition} is not a number")
        return value

    def day(self, name: str) -> date:
        """A date of the edition; KeyError if the source is silent about it."""
        value = EDITIONS[self.edition].parameters[name].value
        if not isinstance(value, date):
            raise TypeError(f"{name} of {self.edition} is not a date")
        return value

    def speaks_of(self, name: str) -> bool:
        """The source states this parameter (a `false` counts as not stated)."""
        parameter = EDITIONS[self.edition].parameters.get(name)
        return parameter is not None and parameter.value is not False

    def reading(self, question: str) -> str:
        """The answer to an open question: the one chosen, else the default."""
        return self.readings.get(question, READINGS[question].default)

    def reads(self, question: str, answer: str) -> bool:
        """The question is answered so; KeyError for an answer that does not exist."""
        READINGS[question].alternatives[answer]
        return self.reading(question) == answer

    def with_reading(self, question: str, answer: str) -> "Law":
        """The same edition with one question answered differently."""
        return law(self.edition, {**self.readings, question: answer})

    def alternatives(self, deciding: str = "dates") -> list["Law"]:
        """Every law that differs from this one in the answer to a single open question about dates or numbers."""
        return [
            self.with_reading(question.id, answer)
            for question in open_questions(self.edition, deciding)
            for answer in question.alternatives
            if answer != self.reading(question.id)
        ]

    def difference(self, other: "Law") -> dict[str, str]:
        """The questions that `other` answers differently, with its answers."""
        return {q: other.reading(q) for q in READINGS if other.reading(q) != self.reading(q)}

    def __str__(self) -> str:
        return self.edition + "".join(f" {q}={a}" for q, a in self._key)


def law(edition: str, readings: Mapping[str, str] | None = None) -> Law:
    """The law of an edition under the given answers (defaults for the rest).

    Raises `UnknownLaw` in one line that says what is allowed.
    """
    if edition not in EDITIONS:
        raise UnknownLaw(
            f"unknown edition {edition!r}; known: {', '.join(EDITIONS)}{_nearest(edition, EDITIONS)}"
        )
    chosen: dict[str, str] = {}
    for question, answer in (readings or {}).items():
        known = READINGS.get(question)
        if known is None:
            raise UnknownLaw(
                f"unknown reading {question!r}{_nearest(question, READINGS)}; `jpki-oracle readings` lists them"
            )
        if answer not in known.alternatives:
            raise UnknownLaw(
                f"reading {question!r} has no answer {answer!r}; it has {', '.join(known.alternatives)}"
            )
        if edition not in known.open_in:
            raise UnknownLaw(
                f"edition {edition} settles {question!r}; it is open in {', '.join(known.open_in)}"
            )
        if answer != known.default:
            chosen[question] = answer
    return _law(edition, tuple(sorted(chosen.items())))


def law_named(text: str) -> Law:
    """The law that `str(law)` names: an edition, then answers as `QUESTION=ANSWER`. Raises `UnknownLaw`."""
    edition, *answers = text.split()
    pairs = [answer.partition("=") for answer in answers]
    return law(edition, {question: answer for question, _, answer in pairs})


@cache
def _law(edition: str, chosen: tuple[tuple[str, str], ...]) -> Law:
    return Law(edition, MappingProxyType(dict(chosen)), chosen)


def open_questions(edition: str, deciding: str = "dates") -> list[Reading]:
    """The questions that an edition leaves open and on which dates (or numbers) hang."""
    return [r for r in READINGS.values() if edition in r.open_in and r.decides == deciding]


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _editions() -> dict[str, Edition]:
    editions: dict[str, Edition] = {}
    for id, row in read_toml("editions.toml").items():
        inherited = dict(editions[row["extends"]].parameters) if "extends" in row else {}
        own = {name: Parameter(p["value"], p["clause"]) for name, p in row.get("parameters", {}).items()}
        editions[id] = Edition(
            id, _text(row["title"]), row["in_force"], row["is_law"], MappingProxyType(inherited | own)
        )
    return editions


def _readings(editions: Iterable[str]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for id, row in read_toml("readings.toml").items():
        answers = {answer: _text(text) for answer, text in row["alternatives"].items()}
        readings[id] = Reading(
            id,
            _text(row["question"]),
            MappingProxyType(answers),
            row["default"],
            _text(row["why"]),
            tuple(row["clauses"]),
            tuple(row.get("open_in", editions)),
            row.get("decides", "dates"),
        )
    return readings


def _text(row: Mapping[str, Any]) -> Text:
    return Text(row["en"], row["ja"])


EDITIONS: dict[str, Edition] = _editions()
READINGS: dict[str, Reading] = _readings(tuple(EDITIONS))
CURRENT_EDITION = max((e for e in EDITIONS.values() if e.is_law), key=lambda e: e.in_force).id
"""The latest edition that is law: what is meant when nothing else is said."""
