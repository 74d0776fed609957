"""Reads what commands have in common: the law that is meant, and a life from a file."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from jpki_model.day import parse_day
from jpki_model.life import LifeError, LifeRecord, read_life
from jpki_spec.certificate_readings import (
    CERTIFICATE_READINGS,
    CertificateReadings,
    UnknownCertificateReading,
    certificate_readings,
)
from jpki_spec.laws import CURRENT_EDITION, Law, UnknownLaw, law

from jpki_oracle.commands.failure import CommandFailure


def law_argument(edition: str | None, readings: Iterable[str] | None) -> Law:
    """The law of an edition (the current one, if none is named) under readings given as `Q=A`."""
    try:
        return law(edition or CURRENT_EDITION, reading_arguments(readings))
    except UnknownLaw as error:
        raise CommandFailure(str(error)) from None


def reading_arguments(readings: Iterable[str] | None) -> dict[str, str]:
    """Answers to open questions from `Q=A`."""
    answers: dict[str, str] = {}
    for text in readings or ():
        question, equals, answer = text.partition("=")
        if not equals:
            raise CommandFailure(
                f"a reading is written QUESTION=ANSWER, not {text!r}; `jpki-oracle readings` lists them"
            )
        answers[question] = answer
    return answers


def certificate_reading_arguments(readings: Iterable[str] | None) -> CertificateReadings:
    """Answers to questions about certificates from `Q=A`."""
    try:
        return certificate_readings(reading_arguments(readings))
    except UnknownCertificateReading as error:
        raise CommandFailure(f"{error}; `jpki-oracle readings` lists them") from None


def parted_readings(readings: Iterable[str]) -> tuple[CertificateReadings, list[str]]:
    """Answers to questions about certificates, and the rest, which are for the law."""
    about = [text for text in readings if text.partition("=")[0] in CERTIFICATE_READINGS]
    return certificate_reading_arguments(about), [text for text in readings if text not in about]


def law_from_name(name: str) -> Law:
    """The law that `EDITION` or `EDITION,Q=A,…` names."""
    edition, *readings = name.split(",")
    return law_argument(edition, readings)


def life_argument(path: Path) -> LifeRecord:
    """The life in a file."""
    try:
        return read_life(path)
    except LifeError as error:
        raise CommandFailure(str(error)) from None


def day_argument(text: str | None) -> date | None:
    """A day, or none."""
    try:
        return None if text is None else parse_day(text)
    except ValueError as error:
        raise CommandFailure(f"--on: {error}") from None
