"""Bit-vectors for hard questions: what takes long to compute is left open until a proof needs it.

A day of the week, a sum of a day and a number, and a birthday are free values of which only the plainest is known: what
is later stays later, days of the week of one day are one. Mostly that is all that a proof needs, and far easier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import z3
from jpki_spec.terms import Boolean, Term

from jpki_model.bits import DATE_BITS, NUMBER_BITS, Bits, operation, pack
from jpki_model.comparisons import ComparedByParts
from jpki_model.day import NEVER_DAY

NEVER = pack(NEVER_DAY)


@dataclass(frozen=True)
class OpenOperation:
    """An operation that was left open: its term, what it is of as bits, and the value in its place.

    `count`: what is added to a day, where that is one number.
    """

    name: str
    term: Term
    arguments: list[Term]
    value: Term
    count: int | None

    @property
    def kind(self) -> str:
        """Which operation it is."""
        return str(self.term.decl().name())

    def defined(self) -> Term:
        """The value by the calendar."""
        return operation(self.term, self.arguments)


class Apart(Bits):
    """Translates terms, with dates compared by their parts and operations on days left open.

    Who asks adds `known()`. What is unsatisfiable so has no answer; what is satisfiable so may have one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_parts = ComparedByParts()
        self.operations: list[OpenOperation] = []
        self._told = 0

    def __call__(self, term: Term) -> Term:
        """The bit-vector form of a term; every constant of it is known afterwards, needed or not."""
        rewritten = self._by_parts(term)
        for name, constant in self._by_parts.constants.items():
            self.constant(name, constant.sort())
        return super().__call__(rewritten)

    def known(self) -> Iterator[Boolean]:
        """What is certain of the operations that are new since it was asked for last."""
        for at in range(self._told, len(self.operations)):
            here = self.operations[at]
            yield from self._fact((here,))
            for other in self.operations[:at]:
                if other.kind == here.kind:
                    yield from self._fact((here, other))
        self._told = len(self.operations)

    def _fact(self, about: tuple[OpenOperation, ...]) -> list[Boolean]:
        """What is certain of one operation, or of two."""
        key = tuple(each.name for each in about)
        if key not in self._translations.facts:
            self._translations.facts[key] = list(_of_one(*about) if len(about) == 1 else _of_pair(*about))
        return self._translations.facts[key]

    def _way(self) -> str:
        return "operations apart"

    def _meet(self, new: Any) -> None:
        if isinstance(new, OpenOperation):
            self.operations.append(new)
        else:
            super()._meet(new)

    def _operation(self, term: Term, arguments: list[Term]) -> Term:
        kind = term.decl().name()
        if kind not in _LEFT:
            return super()._operation(term, arguments)
        name = self._translations.name_of(term)
        value = z3.BitVec(name, NUMBER_BITS if kind == "weekday" else DATE_BITS)
        self._met_now = self._translations.bit(
            name, lambda: OpenOperation(name, term, arguments, value, _number_added(term))
        )
        return value


_LEFT = ("weekday", "add_days", "add_months", "birthday")


def _number_added(term: Term) -> int | None:
    if term.decl().name() not in ("add_days", "add_months"):
        return None
    count = z3.simplify(term.arg(1))
    return int(count.as_long()) if z3.is_int_value(count) else None


def _of_one(one: OpenOperation) -> Iterator[Boolean]:
    day, value = one.arguments[0], one.value
    if one.kind == "weekday":
        yield z3.ULE(value, 6)
        yield z3.Implies(day == NEVER, value == 0)
        return
    yield z3.ULE(value, NEVER)
    yield z3.Implies(day == NEVER, value == NEVER)
    if one.kind == "birthday":
        year = one.arguments[1]
        yield z3.Implies(value == NEVER, z3.Or(day == NEVER, year < 1, year >= NEVER_DAY.year))
        return
    yield z3.Implies(value == NEVER, day == NEVER)
    if one.count:
        earlier, later = (day, value) if one.count > 0 else (value, day)
        yield z3.Or(day == NEVER, z3.ULT(earlier, later))


def _of_pair(one: OpenOperation, other: OpenOperation) -> Iterator[Boolean]:
    yield from _of_two(one, other)
    yield from _of_two(other, one)


def _of_two(one: OpenOperation, other: OpenOperation) -> Iterator[Boolean]:
    """What one of two operations of a kind tells about the other."""
    day, other_day = one.arguments[0], other.arguments[0]
    if one.kind == "weekday":
        yield z3.Implies(day == other_day, one.value == other.value)
    elif one.kind == "birthday":
        if one.term.arg(0).eq(other.term.arg(0)) and one.term.arg(2).eq(other.term.arg(2)):
            year, other_year = one.arguments[1], other.arguments[1]
            yield z3.Implies(z3.And(year >= 1, year <= other_year), z3.ULE(one.value, other.value))
    elif one.term.arg(1).eq(other.term.arg(1)):
        yield z3.Implies(z3.ULE(day, other_day), z3.ULE(one.value, other.value))
        if one.kind == "add_days":
            yield z3.Implies(z3.ULT(day, other_day), z3.ULT(one.value, other.value))
    elif one.term.arg(0).eq(other.term.arg(0)) and _adds_less(one, other):
        sure = z3.ULT if one.kind == "add_days" else z3.ULE
        yield z3.Or(day == NEVER, sure(one.value, other.value))


def _adds_less(one: OpenOperation, other: OpenOperation) -> bool:
    return one.count is not None and other.count is not None and one.count < other.count
