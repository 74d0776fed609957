"""Failures on record: a listed one does not fail a run, a listed one that is gone or has changed does.

One line a scenario: its id, its verdict, and each wrong answer as outcome=observed; `#` begins a comment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from jpki_oracle.judge import Judgement, Observed, Verdict


class KnownFileError(ValueError):
    """A record that cannot be read; one line that names file and line."""


class Standing(StrEnum):
    """How a judgement compares with the record."""

    UNLISTED = "unlisted"
    KNOWN = "known"
    CHANGED = "changed"
    FIXED = "fixed"


@dataclass(frozen=True)
class KnownFailures:
    """The record: for each scenario id, its line without the id."""

    lines: dict[str, str] = field(default_factory=dict)

    def ids(self) -> set[str]:
        """The scenarios on record."""
        return set(self.lines)

    def standing(self, judgement: Judgement) -> Standing:
        """Known only if the verdict and every wrong answer are the recorded ones."""
        recorded = self.lines.get(judgement.scenario.id)
        if recorded is None:
            return Standing.UNLISTED
        if judgement.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            return Standing.FIXED
        return Standing.KNOWN if recorded == _line(judgement) else Standing.CHANGED


def read_known(path: Path) -> KnownFailures:
    """The record in a file. Raises `KnownFileError`."""
    lines: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownFileError(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
    verdicts = {verdict.value.replace(" ", "-") for verdict in Verdict}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) < 2 or words[1] not in verdicts:
            raise KnownFileError(f"{path}:{number}: expected `ID VERDICT outcome=observed …`")
        if words[0] in lines:
            raise KnownFileError(f"{path}:{number}: {words[0]} is listed twice")
        lines[words[0]] = " ".join(words[1:])
    return KnownFailures(lines)


def known_text(judgements: Iterable[Judgement], title: str) -> str:
    """A record of everything that did not pass, with what it is about as a comment on each line."""
    rows = [f"# Failures on record of {title}."]
    kept = (Verdict.FAIL, Verdict.ACCEPTABLE, Verdict.INCONCLUSIVE, Verdict.WRONG_REASON)
    for judgement in sorted(judgements, key=lambda judgement: judgement.scenario.id):
        if judgement.verdict in kept:
            edge = _in_english(judgement.scenario.edge)
            rows.append(f"{judgement.scenario.id} {_line(judgement)}  # {judgement.scenario.outcome}: {edge}")
    return "\n".join(rows) + "\n"


def _in_english(edge: str) -> str:
    """An edge that is stated in both languages, in one of them."""
    kind, *stated = edge.split("|")
    return stated[0] if kind == "stated" else edge


def observed_text(value: Observed) -> str:
    """An answer on one word: `none` for null, `yes` or `no`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _line(judgement: Judgement) -> str:
    wrong = [f"{d.outcome}={observed_text(d.observed)}" for d in judgement.differences]
    return " ".join([judgement.verdict.value.replace(" ", "-"), *sorted(wrong)])
