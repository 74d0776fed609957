"""Questions about the chip that public sources leave open, and the answers chosen: `card_readings(…)` is the way in.

They are of another kind than the readings of the law: no edition speaks of them, and no date hangs on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from jpki_spec.answers import chosen_answers
from jpki_spec.fields import Text, read_toml


class UnknownCardReading(ValueError):
    """A question or an answer that does not exist; one line for people."""


@dataclass(frozen=True)
class CardReading:
    """A question about the chip: its answers (the default first), why that default, the facts it belongs to.

    `decides`: "answers" if a command's answer or effect hangs on it in the rules' terms, "bytes" if only its form.
    """

    id: str
    question: Text
    alternatives: Mapping[str, Text]
    default: str
    why: Text
    facts: tuple[str, ...]
    decides: str


@dataclass(frozen=True)
class CardReadings:
    """The answers chosen (defaults for the rest); what every rule of the card takes beside state and command."""

    answers: Mapping[str, str] = field(compare=False)
    _key: tuple[tuple[str, str], ...] = ()

    def reading(self, question: str) -> str:
        """The answer to a question."""
        return self.answers.get(question, CARD_READINGS[question].default)

    def reads(self, question: str, answer: str) -> bool:
        """The question is answered so; KeyError for an answer that does not exist."""
        CARD_READINGS[question].alternatives[answer]
        return self.reading(question) == answer

    def with_reading(self, question: str, answer: str) -> "CardReadings":
        """The same with one question answered differently."""
        return card_readings({**self.answers, question: answer})

    def alternatives(self) -> list["CardReadings"]:
        """All that differ from this in the answer to a single question on which a command's answer hangs."""
        return [
            self.with_reading(question.id, answer)
            for question in CARD_READINGS.values()
            if question.decides == "answers"
            for answer in question.alternatives
            if answer != self.reading(question.id)
        ]

    def difference(self, other: "CardReadings") -> dict[str, str]:
        """The questions that `other` answers differently, with its answers."""
        return {q: other.reading(q) for q in CARD_READINGS if other.reading(q) != self.reading(q)}

    def __str__(self) -> str:
        return " ".join(f"{question}={answer}" for question, answer in self._key) or "default"


def card_readings(answers: Mapping[str, str] | None = None) -> CardReadings:
    """The readings with these answers, defaults for the rest. Raises `UnknownCardReading`."""
    return _card_readings(chosen_answers(CARD_READINGS, answers or {}, "the card", UnknownCardReading))


@cache
def _card_readings(chosen: tuple[tuple[str, str], ...]) -> CardReadings:
    return CardReadings(MappingProxyType(dict(chosen)), chosen)


def _read() -> dict[str, CardReading]:
    readings: dict[str, CardReading] = {}
    for id, row in read_toml("card_readings.toml").items():
        texts = {name: Text(row[name]["en"], row[name]["ja"]) for name in ("question", "why")}
        answers = {answer: Text(text["en"], text["ja"]) for answer, text in row["alternatives"].items()}
        readings[id] = CardReading(
            id,
            texts["question"],
            MappingProxyType(answers),
            row["default"],
            texts["why"],
            tuple(row["facts"]),
            row["decides"],
        )
    return readings


CARD_READINGS: dict[str, CardReading] = _read()
