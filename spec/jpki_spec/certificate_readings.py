"""Questions about certificates that public sources leave open: `certificate_readings(…)` is the way in.

They are of another kind than the readings of the law: no edition speaks of them, and no date hangs on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki_spec.answers import chosen_answers
from jpki_spec.fields import Text, read_toml


class UnknownCertificateReading(ValueError):
    """A question or an answer that does not exist; one line for people."""


@dataclass(frozen=True)
class CertificateReading:
    """A question: its answers (the default among them), why that default, the ids of the rules that hang on it."""

    id: str
    question: Text
    alternatives: Mapping[str, Text]
    default: str
    why: Text
    rules: tuple[str, ...]


@dataclass(frozen=True)
class CertificateReadings:
    """The answers chosen, defaults for the rest."""

    answers: tuple[tuple[str, str], ...] = ()

    def reading(self, question: str) -> str:
        """The answer to a question. KeyError for one that does not exist."""
        return dict(self.answers).get(question, CERTIFICATE_READINGS[question].default)

    def reads(self, question: str, answer: str) -> bool:
        """The question is answered so; KeyError for an answer that does not exist."""
        CERTIFICATE_READINGS[question].alternatives[answer]
        return self.reading(question) == answer

    def alternatives(self) -> list["CertificateReadings"]:
        """All that differ from this in the answer to a single question."""
        return [
            certificate_readings({**dict(self.answers), question.id: answer})
            for question in CERTIFICATE_READINGS.values()
            for answer in question.alternatives
            if answer != self.reading(question.id)
        ]

    def difference(self, other: "CertificateReadings") -> dict[str, str]:
        """The questions that `other` answers differently, with its answers."""
        return {q: other.reading(q) for q in CERTIFICATE_READINGS if other.reading(q) != self.reading(q)}


def certificate_readings(answers: Mapping[str, str] | None = None) -> CertificateReadings:
    """The readings with these answers, defaults for the rest. Raises `UnknownCertificateReading`."""
    return CertificateReadings(
        chosen_answers(CERTIFICATE_READINGS, answers or {}, "certificates", UnknownCertificateReading)
    )


def _text(row: Mapping[str, str]) -> Text:
    return Text(row["en"], row["ja"])


def _read() -> dict[str, CertificateReading]:
    return {
        id: CertificateReading(
            id,
            _text(row["question"]),
            MappingProxyType({answer: _text(text) for answer, text in row["alternatives"].items()}),
            row["default"],
            _text(row["why"]),
            tuple(row["rules"]),
        )
        for id, row in read_toml("certificate_readings.toml").items()
    }


CERTIFICATE_READINGS: dict[str, CertificateReading] = _read()
