"""Questions about use that the sources leave open, and the law with the answers chosen: `usage_law(…)` is the way in.

They are of another kind than the readings of the law: no date hangs on them, so they are chosen apart. One question of
the law itself, who makes the key pair, is answered here too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki_spec.answers import chosen_answers
from jpki_spec.clauses import SLIDES
from jpki_spec.fields import Text, read_toml
from jpki_spec.laws import EDITIONS, READINGS, Law, law

KEY_PAIR = "key-pair-made-by"


class UnknownUsageReading(ValueError):
    """A question or an answer that does not exist, or that the edition settles; one line for people."""


@dataclass(frozen=True)
class UsageReading:
    """A question: its answers, the default and why, the clauses that it is about, the editions that leave it open."""

    id: str
    question: Text
    alternatives: Mapping[str, Text]
    default: str
    why: Text
    clauses: tuple[str, ...]
    open_in: tuple[str, ...]


@dataclass(frozen=True)
class UsageLaw:
    """A law with the answers to open questions about use (defaults for the rest); what every rule of use takes."""

    law: Law
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_the_slides(self) -> bool:
        """It is the source of 2017 itself."""
        return self.law.edition == SLIDES

    def reading(self, question: str) -> str:
        """The answer to a question about use. KeyError for one that does not exist."""
        return dict(self.answers).get(question, USAGE_READINGS[question].default)

    def reads(self, question: str, answer: str) -> bool:
        """The question is answered so; KeyError for an answer that does not exist."""
        USAGE_READINGS[question].alternatives[answer]
        return self.reading(question) == answer

    def alternatives(self) -> Iterator[tuple[tuple[str, str], "UsageLaw"]]:
        """Each other answer to a single open question, and the law with it."""
        for question in USAGE_READINGS.values():
            if self.law.edition in question.open_in:
                for answer in question.alternatives:
                    if answer != self.reading(question.id):
                        answers = {**dict(self.answers), question.id: answer}
                        yield (question.id, answer), usage_law(self.law, answers)
        for answer in READINGS[KEY_PAIR].alternatives:
            if answer != self.law.reading(KEY_PAIR):
                yield (KEY_PAIR, answer), UsageLaw(self.law.with_reading(KEY_PAIR, answer), self.answers)

    def __str__(self) -> str:
        return str(self.law) + "".join(f" {question}={answer}" for question, answer in self.answers)


def usage_law(of: Law, answers: Mapping[str, str] | None = None) -> UsageLaw:
    """The law with these answers. Raises `UnknownUsageReading`."""
    chosen = chosen_answers(USAGE_READINGS, answers or {}, "use", UnknownUsageReading)
    for question, _ in chosen:
        if of.edition not in USAGE_READINGS[question].open_in:
            there = ", ".join(USAGE_READINGS[question].open_in)
            raise UnknownUsageReading(f"edition {of.edition} settles {question!r}; it is open in {there}")
    return UsageLaw(of, chosen)


def usage_law_of(edition: str, answers: Mapping[str, str]) -> UsageLaw:
    """The law of an edition under answers to questions of both kinds. Raises `UnknownUsageReading` or `UnknownLaw`."""
    of_use = {question: answer for question, answer in answers.items() if question in USAGE_READINGS}
    of_law = {question: answer for question, answer in answers.items() if question not in USAGE_READINGS}
    return usage_law(law(edition, of_law), of_use)


def _text(row: Mapping[str, str]) -> Text:
    return Text(row["en"], row["ja"])


def _read() -> dict[str, UsageReading]:
    return {
        id: UsageReading(
            id,
            _text(row["question"]),
            MappingProxyType({answer: _text(text) for answer, text in row["alternatives"].items()}),
            row["default"],
            _text(row["why"]),
            tuple(row["clauses"]),
            tuple(row.get("open_in", EDITIONS)),
        )
        for id, row in read_toml("usage_readings.toml").items()
    }


USAGE_READINGS: dict[str, UsageReading] = _read()
