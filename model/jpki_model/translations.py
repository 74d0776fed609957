"""What is kept of translations for all questions of a process.

A translation hangs on its term alone, so that it is the same whatever was translated before: what is new in it is named
by the term that it stands for, and what a question has in it is told by name, not in the order in which it came up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from jpki_spec.terms import Term

Growing = TypeVar("Growing")
MOST_TERMS = 60_000
"""After so many terms, some 60 MB, what was kept is forgotten and begun anew."""


class Kept(Generic[Growing]):
    """Something that grows by what it is asked, as long as it has not too many terms."""

    def __init__(self, begin: Callable[[], Growing], terms: Callable[[Growing], int]) -> None:
        self._begin, self._terms = begin, terms
        self._current = begin()

    def current(self) -> Growing:
        """What there is so far; whoever has it may go on with it, even if it is begun anew for others."""
        if self._terms(self._current) > MOST_TERMS:
            self.forget()
        return self._current

    def forget(self) -> None:
        """Begin anew."""
        self._current = self._begin()


@dataclass(frozen=True)
class Constant:
    """A constant of the rules' language, with the bit-vector that stands for it and the name of its sort."""

    name: str
    sort: str
    bits: Term


@dataclass(frozen=True)
class OpenWeekday:
    """A day, as a bit-vector, and the number that stands for its day of the week."""

    name: str
    day: Term
    number: Term


class Translations:
    """What terms were translated to in one way, and what is met in each."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[Term, Term, int]] = {}
        """By id: the term (whose id it stays so), its bits, and what is met in it: a bit for each."""
        self.facts: dict[tuple[str, ...], list[Term]] = {}
        """What is certain about things that were met, by their names."""
        self._met: list[Any] = []
        self._bit: dict[str, int] = {}
        self._named: dict[str, Term] = {}

    def bit(self, key: str, make: Callable[[], Any]) -> int:
        """The bit of what has a key, which is made if it is new."""
        if key not in self._bit:
            self._bit[key] = 1 << len(self._met)
            self._met.append(make())
        return self._bit[key]

    def met(self, bits: int) -> list[Any]:
        """What has these bits, by name."""
        found = []
        while bits:
            lowest = bits & -bits
            found.append(self._met[lowest.bit_length() - 1])
            bits ^= lowest
        return sorted(found, key=lambda each: str(each.name))

    def name_of(self, term: Term) -> str:
        """A name for what stands in the place of an operation: the same for the same term in every process."""
        name = f"{term.decl().name()} {term.hash()}"
        while name in self._named and not self._named[name].eq(term):
            name += "'"
        self._named[name] = term
        return name
