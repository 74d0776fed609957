"""One term that stands for several: which of them it is hangs on free Boolean choices.

What the solver proves of `Joint(n)(terms)` holds for each of the terms, and where it finds a value, the choices tell
for which. Parts that the terms share stay shared, so a joint term is little larger than one of them where several
laws differ in few places only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import z3
from jpki_spec.terms import Boolean, Term

from jpki_model.traversal import on_parts


@dataclass(frozen=True)
class _Placed:
    """A term, and the positions at which it stands, in their order."""

    term: Term
    positions: tuple[int, ...]


class Joint:
    """Joins tuples of `count` terms of one sort, term by term; the first is meant where nothing else is chosen."""

    def __init__(self, count: int, name: str = "law") -> None:
        self.choices = [z3.Bool(f"{name} {position}") for position in range(1, count)]
        """One for each term but the first."""
        self._made: dict[tuple[tuple[int, tuple[int, ...]], ...], Term] = {}
        self._kept: list[Sequence[_Placed]] = []  # since the ids of terms that are gone are given again
        self._place: dict[tuple[int, int], int] = {}

    def __call__(self, terms: Sequence[Term]) -> Term:
        """The joint term of as many terms as were announced."""
        if len(terms) != len(self.choices) + 1:
            raise ValueError(f"{len(terms)} terms in the place of {len(self.choices) + 1}")
        return self._joined([_Placed(term, (position,)) for position, term in enumerate(terms)])

    def one_choice(self) -> Boolean:
        """No two of the choices are made: what every question about a joint term has to demand."""
        pairs = [z3.Not(z3.And(one, other)) for one, other in combinations(self.choices, 2)]
        return z3.And(*pairs) if pairs else z3.BoolVal(True)

    def place(self, position: int, node: Term) -> tuple[str, int]:
        """Where a node of the term at a position stands in the joint terms made so far.

        Nodes of several terms that are the same, or were joined, have one place.
        """
        number = self._place.get((position, node.get_id()))
        return ("shared", node.get_id()) if number is None else ("joined", number)

    def _joined(self, placed: Sequence[_Placed]) -> Term:
        different = _merged(placed)
        if len(different) == 1:
            return different[0].term
        key = tuple((each.term.get_id(), each.positions) for each in different)
        if key not in self._made:
            self._kept.append(different)
            for each in different:
                for position in each.positions:
                    self._place.setdefault((position, each.term.get_id()), len(self._kept))
            self._made[key] = self._chosen(different)
        return self._made[key]

    def _chosen(self, different: Sequence[_Placed]) -> Term:
        """A choice between those of the terms that are not alike even at their tops."""
        joined: Term | None = None
        for alike in _alike(different):
            term = self._of_parts(alike)
            if joined is None:
                joined = term
            else:
                positions = sorted(position for each in alike for position in each.positions)
                conditions = [self.choices[position - 1] for position in positions]
                joined = z3.If(conditions[0] if len(conditions) == 1 else z3.Or(*conditions), term, joined)
        return joined

    def _of_parts(self, alike: Sequence[_Placed]) -> Term:
        """The terms are one operation on as many parts: the operation on the joint parts."""
        first = alike[0].term
        if len(alike) == 1:
            return first
        parts = [
            self._joined([_Placed(each.term.arg(at), each.positions) for each in alike])
            for at in range(first.num_args())
        ]
        return on_parts(first, parts)


def _merged(placed: Sequence[_Placed]) -> list[_Placed]:
    """Each term once, with all of its positions: most laws have most parts in common."""
    found: dict[int, list[_Placed]] = {}
    for each in placed:
        found.setdefault(each.term.get_id(), []).append(each)
    return [
        _Placed(same[0].term, tuple(sorted(position for each in same for position in each.positions)))
        for same in found.values()
    ]


def _alike(different: Sequence[_Placed]) -> Iterable[list[_Placed]]:
    """The terms that are the same operation on as many parts; the first term's come first."""
    groups: dict[tuple[object, int], list[_Placed]] = {}
    for each in different:
        term = each.term
        whole = (
            not term.num_args() or str(term.decl().name()) == "literal"
        )  # a literal is no choice of numbers
        operation = ("itself", term.get_id()) if whole else (term.decl().get_id(), term.num_args())
        groups.setdefault(operation, []).append(each)
    return groups.values()
