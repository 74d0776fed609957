"""What one law has where another has something else: the places in the terms of two laws that differ.

A fault is a node of the terms of one law; `between` finds that node again in the terms of a law with other readings.
"""

from functools import cache

import z3
from jpki_model.columns import Shape
from jpki_spec.laws import Law
from jpki_spec.terms import Term

from jpki_oracle.mutants.faults import observed_outcomes

Pairs = tuple[tuple[Term, Term], ...]
"""Nodes with what stands in their place."""


@cache
def between(one: Law, other: Law) -> Pairs:
    """The smallest parts of the terms of one law that are different in the other, each with what it is there."""
    if one == other:
        return ()
    terms = [
        (mine.term, theirs.term)
        for mine, theirs in zip(observed_outcomes(one), observed_outcomes(other), strict=True)
        if mine.pack != "number"
    ]
    blocked: set[int] = set()
    while True:
        walk = _Walk(blocked)
        for mine, theirs in terms:
            walk.look(mine, theirs)
        walk.block_what_is_common()
        if not walk.clashing:
            pairs = tuple(walk.found.values())
            if all(z3.substitute(mine, *pairs).eq(theirs) for mine, theirs in terms):
                return pairs
            return tuple((mine, theirs) for mine, theirs in terms if not mine.eq(theirs))
        blocked |= walk.clashing


def translated(term: Term, pairs: Pairs) -> Term:
    """A term of one law in the other."""
    return z3.substitute(term, *pairs) if pairs else term


class _Walk:
    """Goes down two terms side by side; what is blocked is not taken for a place, but what stands above it."""

    def __init__(self, blocked: set[int]) -> None:
        self._blocked = blocked
        self._seen: set[tuple[int, int]] = set()
        self.found: dict[int, tuple[Term, Term]] = {}
        self.clashing: set[int] = set()
        self._common: list[Term] = []

    def look(self, mine: Term, theirs: Term) -> None:
        key = (mine.get_id(), theirs.get_id())
        if key in self._seen:
            return
        self._seen.add(key)
        if mine.eq(theirs):
            self._common.append(mine)
            return
        pairs = list(zip(mine.children(), theirs.children(), strict=False))
        alike = mine.decl().eq(theirs.decl()) and mine.num_args() == theirs.num_args()
        if alike and all(one.eq(other) or self._goes_deeper(one, other) for one, other in pairs):
            for one, other in pairs:
                self.look(one, other)
            return
        earlier = self.found.setdefault(mine.get_id(), (mine, theirs))
        if not earlier[1].eq(theirs):
            self.clashing.add(mine.get_id())

    def block_what_is_common(self) -> None:
        """What stays as it is elsewhere is no place either."""
        common = Shape.of(self._common).order if self._common else {}
        self.clashing |= self.found.keys() & common.keys()

    def _goes_deeper(self, one: Term, other: Term) -> bool:
        return bool(one.num_args() and other.num_args() and one.get_id() not in self._blocked)
