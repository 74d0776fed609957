"""What a suite of boundary scenarios must reach: each comparison of each rule on its edge, where it decides.

A goal is a term over a life (and a day, for states): "this comparison is one day short, and flipping it would
change the outcome". The solver finds scenarios for goals; the compiled goal tells whether a scenario meets it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import z3
from jpki_spec.fields import ITEMS, VALIDITY_OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rulebook import Rulebook, rulebook
from jpki_spec.terms import ADD_DAYS, ADD_MONTHS, BIRTHDAY, LEAP_BIRTHDAY_VALUES, NEVER, Boolean, Term

from jpki_oracle.scenarios.places import name_of, parts


@dataclass(frozen=True)
class Goal:
    """One edge of one rule: which outcome shows it, in which rule it lies, what it is, its term.

    `edge` is a kind and what it is about, joined by `|`, as in `day-before|died|card_issued`; it is put into words
    by `edge_text`.
    """

    pack: str
    outcome: str
    rule: str
    edge: str
    term: Boolean


def boundary_goals(law: Law) -> Iterator[Goal]:
    """The edges of every rule of a law, first for the validity pack, then for the status pack.

    An edge that lies in several outcomes of a pack is taken for the first of them.
    """
    book = rulebook(law)
    seen: set[int] = set()
    for name in VALIDITY_OUTPUTS:
        yield from _edges("validity", name, book.outputs[name], book, seen)
    seen = set()
    for item in ITEMS:
        yield from _edges("status", f"{item}_state", book.states[item], book, seen)


def reading_goals(law: Law) -> Iterator[Goal]:
    """For every single open question: scenarios on which its answers come out differently."""
    book = rulebook(law)
    for other in law.alternatives():
        changed = rulebook(other)
        (question, answer), *_ = law.difference(other).items()
        edge = f"reading|{question}|{answer}"
        for name in VALIDITY_OUTPUTS:
            if not book.outputs[name].eq(changed.outputs[name]):
                yield Goal("validity", name, question, edge, book.outputs[name] != changed.outputs[name])
        for item in ITEMS:
            if not book.states[item].eq(changed.states[item]):
                yield Goal(
                    "status", f"{item}_state", question, edge, book.states[item] != changed.states[item]
                )


def _edges(pack: str, outcome: str, term: Term, book: Rulebook, seen: set[int]) -> Iterator[Goal]:
    for part, rule in parts(term, book, seen):
        for edge, reached in _around(part, book):
            decides = _decides(term, part)
            if decides is not None:
                yield Goal(pack, outcome, rule, edge, z3.And(reached, decides))


def _around(part: Term, book: Rulebook) -> Iterator[tuple[str, Boolean]]:
    """The edges of one node: what each is, and its condition."""
    kind, name = part.decl().kind(), part.decl().name()
    if name == "before":
        one, other = part.children()
        yield from _day_edges(one, other, book)
    elif name == "birthday":
        yield "leap-year", _born_on_leap_day(part, True)
        yield "common-year", _born_on_leap_day(part, False)
    elif name == "add_months":
        for days in (28, 29, 30):
            yield f"month-end|{days}", _month_end(part, days)
    elif kind in (z3.Z3_OP_LE, z3.Z3_OP_LT, z3.Z3_OP_GE, z3.Z3_OP_GT):
        one, other = part.children()
        for offset, edge in ((-1, "one-less"), (0, "as-large"), (1, "one-more")):
            yield f"{edge}|{name_of(one, book)}|{name_of(other, book)}", one == other + offset
    elif kind == z3.Z3_OP_EQ and z3.is_app_of(part.arg(1), z3.Z3_OP_DT_CONSTRUCTOR):
        field, value = str(part.arg(1).decl().name()).split(".", 1)
        yield f"is|{field}|{value}", part
        yield f"is-not|{field}|{value}", z3.Not(part)
    elif kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT) and "never" in {
        str(c.decl().name()) for c in part.children()
    }:
        yield f"there|{name_of(part.arg(0), book)}", part.arg(0) != NEVER
        yield f"absent|{name_of(part.arg(0), book)}", part.arg(0) == NEVER


def _day_edges(one: Term, other: Term, book: Rulebook) -> Iterator[tuple[str, Boolean]]:
    there = z3.And(one != NEVER, other != NEVER)
    names = f"{name_of(one, book)}|{name_of(other, book)}"
    yield f"day-before|{names}", z3.And(there, ADD_DAYS(one, 1) == other)
    yield f"same-day|{names}", z3.And(there, one == other)
    yield f"day-after|{names}", z3.And(there, one == ADD_DAYS(other, 1))


def _born_on_leap_day(part: Term, leap: bool) -> Boolean:
    birth, year, rounding = part.children()
    others = [
        BIRTHDAY(birth, year, value) for value in LEAP_BIRTHDAY_VALUES.values() if not value.eq(rounding)
    ]
    moved = z3.Or(
        *(part != other for other in others)
    )  # only 29 February, in a year without it, can be moved
    if not leap:
        return z3.And(part != NEVER, moved)
    in_a_common_year = [BIRTHDAY(birth, z3.IntVal(2023), value) for value in LEAP_BIRTHDAY_VALUES.values()]
    return z3.And(part != NEVER, in_a_common_year[0] != in_a_common_year[1], z3.Not(moved))


def _month_end(part: Term, days: int) -> Boolean:
    """The result is the last day of a month of so many days, which the argument's number would overrun."""
    day, months = part.children()
    shortened = ADD_MONTHS(part, -months) != day
    first_of_next = ADD_DAYS(part, 1)
    month_before = ADD_MONTHS(first_of_next, -1)
    return z3.And(part != NEVER, shortened, ADD_DAYS(month_before, days) == first_of_next)


def _decides(term: Term, part: Term) -> Boolean | None:
    """The outcome hangs on this node: true where another value of it would change the outcome."""
    if z3.is_bool(part):
        with_true = z3.substitute(term, (part, z3.BoolVal(True)))
        with_false = z3.substitute(term, (part, z3.BoolVal(False)))
        return with_true != with_false
    if part.decl().name() in ("birthday", "add_months"):
        return z3.substitute(term, (part, NEVER)) != term
    return None
