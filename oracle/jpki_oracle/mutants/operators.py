"""The fault model: for each kind of node, the terms that a programmer might have written in its place.

`changes(node)` gives them all; each has the id of its operator in `operators.toml`, where the model is described.
An operator changes one node of a rule, never the calendar's insides; the calendar's conventions (where a leap
birthday falls, how months are counted) are nodes.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import z3
from jpki_spec.fields import DATE_FIELDS, Text
from jpki_spec.laws import EDITIONS, Law
from jpki_spec.terms import (
    ADD_DAYS,
    ADD_MONTHS,
    BEFORE,
    BIRTHDAY,
    CHOICES,
    DATE,
    LEAP_BIRTHDAY_VALUES,
    LITERAL,
    Term,
)


@dataclass(frozen=True)
class Operator:
    """One kind of fault: its id, what it does to a rule, a real program that makes it (empty if none is known)."""

    id: str
    text: Text
    program: str


@dataclass(frozen=True)
class Change:
    """What stands in a node's place: the operator, what exactly it changed (for the id), the other node."""

    operator: str
    detail: str
    replacement: Term


def _read() -> dict[str, Operator]:
    rows = tomllib.loads(files("jpki_oracle.mutants").joinpath("operators.toml").read_text(encoding="utf-8"))
    return {id: Operator(id, Text(row["en"], row["ja"]), row.get("program", "")) for id, row in rows.items()}


OPERATORS: Mapping[str, Operator] = _read()
DAYS_IN_A_MONTH = 30
"""What a programmer takes for a month who counts days, or for thirty days who counts months."""


def changes(node: Term, *, is_rule: bool = False) -> Iterator[Change]:
    """Every single fault of a node; `is_rule` tells that it is what a rule concludes."""
    kind, name = node.decl().kind(), str(node.decl().name())
    if name == "before":
        yield from _order_of_days(node)
    elif kind in _COMPARISONS:
        yield from _order_of_numbers(node)
    elif kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT):
        yield from _equality(node)
    elif kind in (z3.Z3_OP_AND, z3.Z3_OP_OR):
        yield from _connective(node)
    elif kind == z3.Z3_OP_NOT and not is_condition(node.arg(0)):
        yield Change("not-dropped", "", node.arg(0))
    elif kind == z3.Z3_OP_ITE:
        yield from _choice_of_branches(node)
    elif name == "birthday":
        yield from _leap_birthday(node)
    elif name == "add_months":
        yield from _months(node)
    elif name == "add_days":
        yield from _days(node)
    elif name == "literal":
        yield from _day_of_the_law(node)
        return
    if is_condition(node):
        yield Change("condition-true", "", z3.BoolVal(True))
        yield Change("condition-false", "", z3.BoolVal(False))
    yield from _fields(node)
    yield from _constants(node)
    if node.sort() == DATE and node.num_args() and (is_rule or name in ("birthday", "add_months")):
        yield Change("day-later", "", ADD_DAYS(node, 1))
        yield Change("day-earlier", "", ADD_DAYS(node, -1))


def is_condition(node: Term) -> bool:
    """A Boolean node without Boolean structure of its own: what MC/DC calls a condition."""
    return bool(z3.is_bool(node)) and node.decl().kind() not in _STRUCTURE


_STRUCTURE = (
    z3.Z3_OP_AND,
    z3.Z3_OP_OR,
    z3.Z3_OP_NOT,
    z3.Z3_OP_IMPLIES,
    z3.Z3_OP_ITE,
    z3.Z3_OP_TRUE,
    z3.Z3_OP_FALSE,
)


def _order_of_days(node: Term) -> Iterator[Change]:
    one, other = node.children()
    yield Change("before-or-on", "", z3.Not(BEFORE(other, one)))
    yield Change("after", "", BEFORE(other, one))
    yield Change("on-or-after", "", z3.Not(node))
    yield Change("same-day", "", one == other)
    yield Change("other-day", "", one != other)


_COMPARISONS = {z3.Z3_OP_LT: "less", z3.Z3_OP_LE: "at-most", z3.Z3_OP_GT: "more", z3.Z3_OP_GE: "at-least"}


def _order_of_numbers(node: Term) -> Iterator[Change]:
    one, other = node.children()
    written = {"less": one < other, "at-most": one <= other, "more": one > other, "at-least": one >= other}
    written |= {"equal": one == other, "unequal": one != other}
    for name, term in written.items():
        if name != _COMPARISONS[node.decl().kind()]:
            yield Change("number-comparison", name, term)


def _equality(node: Term) -> Iterator[Change]:
    equal = node.decl().kind() == z3.Z3_OP_EQ
    one, other = node.arg(0), node.arg(1)
    yield Change("equality-negated", "", one != other if equal else one == other)
    if not (z3.is_app_of(other, z3.Z3_OP_DT_CONSTRUCTOR) and equal):
        return
    name = str(other.decl().name()).split(".", 1)[1]
    sort = str(other.sort().name())
    if sort not in CHOICES:
        return
    for value, constant in CHOICES[sort][1].items():
        if value != name:
            yield Change("value-replaced", value, one == constant)
    for field, (field_sort, values) in CHOICES.items():
        if field != sort and name in values and field.endswith("_renewal") and sort.endswith("_renewal"):
            yield Change("field-replaced", field, z3.Const(field, field_sort) == values[name])


def _connective(node: Term) -> Iterator[Change]:
    both = node.decl().kind() == z3.Z3_OP_AND
    operands = node.children()
    if both:
        yield Change("or-for-and", "", z3.Or(*operands))
    else:
        yield Change("and-for-or", "", z3.And(*operands))
    join = z3.And if both else z3.Or
    for position in range(len(operands)):
        rest = operands[:position] + operands[position + 1 :]
        kept = rest[0] if len(rest) == 1 else join(*rest)
        yield Change("condition-dropped", str(position + 1), kept)


def _choice_of_branches(node: Term) -> Iterator[Change]:
    condition, then, otherwise = node.children()
    if str(condition.decl().name()) == "before" and {p.get_id() for p in condition.children()} == {
        then.get_id(),
        otherwise.get_id(),
    }:
        is_first = condition.arg(0).eq(then)
        yield Change(
            "last-for-first" if is_first else "first-for-last", "", z3.If(condition, otherwise, then)
        )
    else:
        yield Change("branches-swapped", "", z3.If(condition, otherwise, then))
    yield Change("then-always", "", then)
    yield Change("else-always", "", otherwise)


def _leap_birthday(node: Term) -> Iterator[Change]:
    birth, year, rounding = node.children()
    for value, constant in LEAP_BIRTHDAY_VALUES.items():
        if not constant.eq(rounding):
            yield Change("leap-birthday", value, BIRTHDAY(birth, year, constant))


def _months(node: Term) -> Iterator[Change]:
    day, count = node.children()
    if z3.is_int_value(count):
        yield Change("months-as-days", "", ADD_DAYS(day, count.as_long() * DAYS_IN_A_MONTH))
        yield Change("months-run-over", "", _run_over(day, count.as_long()))


def _run_over(day: Term, months: int) -> Term:
    """Months added so that a day number which the month lacks runs over into the next, as JavaScript does it."""
    there = ADD_MONTHS(day, months)
    back = ADD_MONTHS(there, -months)  # earlier than `day` by as many days as the month was too short
    return z3.If(
        back == day,
        there,
        z3.If(
            ADD_DAYS(back, 1) == day,
            ADD_DAYS(there, 1),
            z3.If(ADD_DAYS(back, 2) == day, ADD_DAYS(there, 2), ADD_DAYS(there, 3)),
        ),
    )


def _days(node: Term) -> Iterator[Change]:
    day, count = node.children()
    if z3.is_int_value(count) and count.as_long() and count.as_long() % DAYS_IN_A_MONTH == 0:
        yield Change("days-as-months", "", ADD_MONTHS(day, count.as_long() // DAYS_IN_A_MONTH))


def _day_of_the_law(node: Term) -> Iterator[Change]:
    number = node.arg(0).as_long()
    day = date(number // 10000, number // 100 % 100, number % 100)
    for operator, other in (
        ("constant-more", day + timedelta(1)),
        ("constant-less", day - timedelta(1)),
    ):
        yield Change(operator, "", LITERAL(z3.IntVal(other.year * 10000 + other.month * 100 + other.day)))


def _fields(node: Term) -> Iterator[Change]:
    for position, child in enumerate(node.children()):
        name = str(child.decl().name())
        if child.num_args() == 0 and child.sort() == DATE and name in DATE_FIELDS:
            for other in DATE_FIELDS:
                if other != name:
                    yield Change(
                        "field-replaced", f"{name}|{other}", _with(node, position, z3.Const(other, DATE))
                    )


def _constants(node: Term) -> Iterator[Change]:
    for position, child in enumerate(node.children()):
        if not z3.is_int_value(child):
            continue
        value = child.as_long()
        yield Change("constant-more", str(value), _with(node, position, z3.IntVal(value + 1)))
        yield Change("constant-less", str(value), _with(node, position, z3.IntVal(value - 1)))
        for other in _of_the_same_kind(node, value):
            yield Change("constant-replaced", f"{value}|{other}", _with(node, position, z3.IntVal(other)))


def _with(node: Term, position: int, child: Term) -> Term:
    children = node.children()
    children[position] = child
    if node.decl().kind() == z3.Z3_OP_ITE:
        return z3.If(*children)
    return node.decl()(*children)


def _of_the_same_kind(node: Term, value: int) -> list[int]:
    """The other numbers that the editions use for such a thing, with the sign of this one."""
    name = str(node.decl().name())
    kind = {"add_days": "days", "add_months": "months"}.get(name)
    kinds = [kind] if kind else [k for k in ("birthdays", "age") if abs(value) in _numbers_of_kind()[k]]
    sign = -1 if value < 0 else 1
    return [sign * other for k in kinds for other in _numbers_of_kind()[k] if other != abs(value)]


@cache
def _numbers_of_kind() -> dict[str, list[int]]:
    """The numbers that occur in the editions, by what they count; birthdays also with those that a renewal adds."""
    found: dict[str, set[int]] = {"birthdays": set(), "days": set(), "months": set(), "age": set()}
    extra: set[int] = set()
    for edition in EDITIONS.values():
        for name, parameter in edition.parameters.items():
            if isinstance(parameter.value, bool) or not isinstance(parameter.value, int):
                continue
            if name.startswith("extra_birthdays"):
                extra.add(parameter.value)
            else:
                (kind,) = {k for k in found if k in name.split("_")}
                found[kind].add(parameter.value)
    found["birthdays"] |= {count + more for count in found["birthdays"] for more in extra}
    return {kind: sorted(values) for kind, values in found.items()}


def days_of_the_law(law: Law) -> list[date]:
    """The days that stand in the law itself, and its first day in force."""
    edition = EDITIONS[law.edition]
    stated = [p.value for p in edition.parameters.values() if isinstance(p.value, date)]
    return [edition.in_force, *stated]
