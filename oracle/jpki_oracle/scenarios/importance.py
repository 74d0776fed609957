"""How much it matters if a system fails a scenario: how many people it hits, for how long, in which direction."""

from collections.abc import Mapping
from dataclasses import dataclass

DIRECTIONS = ("held", "refused", "both", "other")
"""Held valid though it is not; refused though it is valid; either; neither (an age, the word for why it ended)."""


@dataclass(frozen=True)
class Importance:
    """What a fault does that only this scenario of its suite (or hardly another) shows: the middle one of several.

    `per_million`: people of a million in a plausible population who get a wrong answer, or numbers of a million for
    a check digit (0: fewer than one of the `people` drawn); `people`: how many were drawn; `days`: for how many days
    the answer is wrong, the median of those who are hit (None: without end, or not a matter of days).
    """

    per_million: int
    people: int
    days: int | None
    direction: str

    def as_json(self) -> dict[str, object]:
        """As it stands in a suite file."""
        return {
            "per_million": self.per_million,
            "people": self.people,
            "days": self.days,
            "direction": self.direction,
        }

    @property
    def rank(self) -> tuple[int, int]:
        """A key by which what matters most comes last."""
        return self.per_million, 10**6 if self.days is None else self.days


def read_importance(row: object) -> Importance:
    """The importance in a row of a suite file. Raises ValueError."""
    if not isinstance(row, Mapping) or set(row) != {"per_million", "people", "days", "direction"}:
        raise ValueError("importance has per_million, people, days and direction")
    counts = [row["per_million"], row["people"], *([] if row["days"] is None else [row["days"]])]
    if any(type(count) is not int or count < 0 for count in counts) or row["direction"] not in DIRECTIONS:
        raise ValueError(
            f"importance counts in whole numbers, and its direction is one of {', '.join(DIRECTIONS)}"
        )
    return Importance(row["per_million"], row["people"], row["days"], row["direction"])


def schema() -> dict[str, object]:
    """The JSON Schema of an importance."""
    count = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["per_million", "people", "days", "direction"],
        "properties": {
            "per_million": count,
            "people": count,
            "days": {"anyOf": [count, {"type": "null"}]},
            "direction": {"enum": list(DIRECTIONS)},
        },
    }
