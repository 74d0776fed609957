"""Between which values an expression lies: one or two stretches of integers, such as a calendar's days and `never`.

Two are kept apart because much is decided by the gap between them: a day that may be `never` is before every day
after the first stretch, or it is `never`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

Stretch = tuple[int, int]
"""Least and greatest value, both inclusive."""


@dataclass(frozen=True, slots=True)
class Values:
    """Stretches in order, with a gap between them; there are one or two."""

    stretches: tuple[Stretch, ...]

    @property
    def low(self) -> int:
        """The least value."""
        return self.stretches[0][0]

    @property
    def high(self) -> int:
        """The greatest value."""
        return self.stretches[-1][1]

    def below(self, limit: int) -> Stretch | None:
        """Of the values less than a limit the least and greatest; None if there are none."""
        return _hull((low, min(high, limit - 1)) for low, high in self.stretches if low < limit)

    def from_on(self, limit: int) -> Stretch | None:
        """Of the values not less than a limit the least and greatest; None if there are none."""
        return _hull((max(low, limit), high) for low, high in self.stretches if high >= limit)

    def or_else(self, other: "Values") -> "Values":
        """What one or the other may be."""
        return values(*self.stretches, *other.stretches)

    def combined(self, other: "Values", operation: Callable[[int, int], int]) -> "Values":
        """What an operation on both gives that never falls, or never rises, while one of them grows."""
        return values(
            *(
                _ends(operation(a, b) for a in one for b in another)
                for one in self.stretches
                for another in other.stretches
            )
        )

    def through(self, function: Callable[[int], int]) -> "Values":
        """What a function gives that never falls, or never rises, while the value grows."""
        return values(*(_ends(map(function, stretch)) for stretch in self.stretches))


def values(*stretches: Stretch) -> Values:
    """All of the given stretches; of more than two that do not meet the nearest are taken together."""
    joined: list[Stretch] = []
    for low, high in sorted(stretches):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    while len(joined) > 2:
        gaps = [after[0] - before[1] for before, after in pairwise(joined)]
        nearest = gaps.index(min(gaps))
        joined[nearest : nearest + 2] = [(joined[nearest][0], joined[nearest + 1][1])]
    return Values(tuple(joined))


def _hull(stretches: Iterable[Stretch]) -> Stretch | None:
    found = list(stretches)
    return (found[0][0], found[-1][1]) if found else None


def _ends(numbers: Iterable[int]) -> Stretch:
    found = list(numbers)
    return min(found), max(found)
