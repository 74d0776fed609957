"""One term that stands for several: which of them it is hangs on free Boolean choices.

What the solver proves of `Joint(n)(terms)` holds for each of the terms, and where it finds a value, the choices tell
for which. Parts that the terms share stay shared, so a joint term is little larger than one of them where several
laws differ in few places only.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import z3
from jpki_spec.terms import Boolean, Term

from jpki_model.traversal import on_parts


class Joint:
    """Joins tuples of `count` terms of one sort, term by term; the first is meant where nothing else is chosen."""

    def __init__(self, count: int, name: str = "law") -> None:
        self.choices = [z3.Bool(f"{name} {position}") for position in range(1, count)]
        """One for each term but the first."""
        self._made: dict[tuple[tuple[int, ...], tuple[int, ...]], Term] = {}
        self._kept: list[Sequence[Term]] = []  # since the ids of terms that are gone are given again
        self._place: dict[tuple[int, int], int] = {}

    def __call__(self, terms: Sequence[Term]) -> Term:
        """The joint term of as many terms as were announced."""
        if len(terms) != len(self.choices) + 1:
            raise ValueError(f"{len(terms)} terms in the place of {len(self.choices) + 1}")
        return self._joined(tuple(terms), tuple(range(len(terms))))

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

    def _joined(self, terms: tuple[Term, ...], which: tuple[int, ...]) -> Term:
        first = terms[0]
        if all(term.eq(first) for term in terms):
            return first
        key = (tuple(term.get_id() for term in terms), which)
        if key not in self._made:
            self._kept.append(terms)
            number = len(self._kept)
            for position, term in zip(which, terms, strict=True):
                self._place.setdefault((position, term.get_id()), number)
            self._made[key] = self._chosen(terms, which)
        return self._made[key]

    def _chosen(self, terms: Sequence[Term], which: tuple[int, ...]) -> Term:
        """A choice between those of the terms that are not alike even at their tops."""
        joined: Term | None = None
        for places in _alike(terms):
            chosen = tuple(which[at] for at in places)
            term = self._of_parts([terms[at] for at in places], chosen)
            if joined is None:
                joined = term
            else:
                conditions = [self.choices[position - 1] for position in chosen]
                joined = z3.If(conditions[0] if len(conditions) == 1 else z3.Or(*conditions), term, joined)
        return joined

    def _of_parts(self, terms: Sequence[Term], which: tuple[int, ...]) -> Term:
        """The terms are one operation on as many parts: the operation on the joint parts."""
        first = terms[0]
        if all(term.eq(first) for term in terms):
            return first
        parts = [self._joined(tuple(term.arg(at) for term in terms), which) for at in range(first.num_args())]
        return on_parts(first, parts)


def _alike(terms: Sequence[Term]) -> Iterator[list[int]]:
    """The positions of terms that are the same operation on as many parts; the first term's come first."""
    groups: dict[tuple[object, int], list[int]] = {}
    for at, term in enumerate(terms):
        whole = (
            not term.num_args() or str(term.decl().name()) == "literal"
        )  # a literal is no choice of numbers
        operation = ("itself", term.get_id()) if whole else (term.decl().get_id(), term.num_args())
        groups.setdefault(operation, []).append(at)
    yield from groups.values()
