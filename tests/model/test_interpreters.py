"""Translation validation: the interpreters of one term agree, on every operation and under every law.

The bit-vectors are evaluated by z3's own simplifier, the compiled Python by Python, and the walk that derivations
use by itself; each states the calendar without knowledge of the others.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pytest
import z3
from calendar_days import days, days_or_never, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model import derivation
from jpki_model.bits import CHOICE_BITS, CHOICE_SORTS, DATE_BITS, NUMBER_BITS, Bits, pack, unpack
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import Value, compile_terms
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import (
    DATE,
    LEAP_BIRTHDAYS,
    Date,
    Term,
    birthday,
    choose,
    first,
    last,
    literal,
    never,
)

ALWAYS = settings(derandomize=True, deadline=None, database=None)


class BySolver:
    """A group of terms that z3 evaluates: constants of the bit-vector form replaced, the rest simplified."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._bits = Bits()
        self._sorts = [term.sort() for term in terms]
        translated = [_as_vector(self._bits(term)) for term in terms]
        self._widths = [vector.size() for vector in translated]
        self._joined = z3.Concat(z3.BitVecVal(0, 1), *translated)  # one number: read from z3 once

    def __call__(self, values: Mapping[str, Value]) -> list[Value]:
        known = [
            (constant, self._numeral(name, values[name])) for name, constant in self._bits.constants.items()
        ]
        joined = z3.simplify(z3.substitute(self._joined, *known))
        assert z3.is_bv_value(joined), f"not a value: {joined}"
        number, answers = joined.as_long(), []
        for sort, width in zip(reversed(self._sorts), reversed(self._widths), strict=True):
            answers.append(_value(number & (1 << width) - 1, sort))
            number >>= width
        return answers[::-1]

    def _numeral(self, name: str, value: Value) -> Term:
        if isinstance(value, bool):
            return z3.BoolVal(value)
        if isinstance(value, date):
            return z3.BitVecVal(pack(value), DATE_BITS)
        if isinstance(value, str):
            return z3.BitVecVal(CHOICE_SORTS[self._bits.sorts[name]].index(value), CHOICE_BITS)
        return z3.BitVecVal(value, NUMBER_BITS)


def _as_vector(term: Term) -> Term:
    return z3.If(term, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) if z3.is_bool(term) else term


def _value(number: int, sort: Term) -> Value:
    if sort.kind() == z3.Z3_BOOL_SORT:
        return number == 1
    if sort == DATE:
        return unpack(number) or NEVER_DAY
    if sort.kind() == z3.Z3_INT_SORT:
        return number - (1 << NUMBER_BITS) if number >> (NUMBER_BITS - 1) else number
    return CHOICE_SORTS[sort.name()][number]


class ByAll:
    """A group of named terms under all three interpreters."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self._terms = terms
        self._by_solver = BySolver(list(terms.values()))
        self._by_python = compile_terms(list(terms.values()))
        claimed = [z3.Const(f"claimed {name}", term.sort()) for name, term in terms.items()]
        # The walk evaluates a single term at a time, so it is asked whether the answers of Python are right.
        self._all_claimed = z3.And(*(t == c for t, c in zip(terms.values(), claimed, strict=True)))

    def disagreements(self, values: Mapping[str, Value]) -> dict[str, tuple[Value, Value, Value]]:
        """What the bit-vectors, the compiled Python and the walk say, of each term on which they differ."""
        by_solver, by_python = self._by_solver(values), self._by_python(values)
        claims = {f"claimed {name}": value for name, value in zip(self._terms, by_python, strict=True)}
        if by_solver == list(by_python) and derivation.evaluate(self._all_claimed, {**values, **claims}):
            return {}
        by_walk = [derivation.evaluate(term, values) for term in self._terms.values()]
        answers = zip(self._terms, by_solver, by_python, by_walk, strict=True)
        return {name: (a, b, c) for name, a, b, c in answers if not a == b == c}


A, B = Date(z3.Const("a", DATE)), Date(z3.Const("b", DATE))
YEAR_ASKED = z3.Int("y")
DAY_COUNTS = (
    -120,
    -91,
    -90,
    -60,
    -31,
    -30,
    -29,
    -2,
    -1,
    0,
    1,
    2,
    13,
    14,
    15,
    27,
    28,
    29,
    30,
    31,
    59,
    60,
    61,
    90,
    91,
    127,
)
"""Every count of days in the editions with its neighbours, and as far as carries are said to reach."""
MONTH_COUNTS = tuple(range(-13, 14))
TO_MONDAY = z3.If(A.weekday == 5, 2, z3.If(A.weekday == 6, 1, 0))


def operations_on_one_day() -> dict[str, Term]:
    """Each operation on one day, with each count of days and months that rules use, alone and as a choice."""
    return {
        "year": A.year,
        "weekday": A.weekday,
        "exists": A.exists,
        **{f"{count} days": A.plus_days(count).term for count in DAY_COUNTS},
        **{f"{count} months": A.plus_months(count).term for count in MONTH_COUNTS},
        "132 months": A.plus_months(132).term,
        "to Monday": A.plus_days(TO_MONDAY).term,
        "to Monday and on": A.plus_days(TO_MONDAY).plus_days(1).weekday,
        "back or on": A.plus_days(z3.If(A.weekday < 3, -90, 31)).term,
        "negated choice": A.plus_days(-z3.If(A.weekday < 3, 1, 30)).term,
        "months back or on": A.plus_months(z3.If(A.weekday == 0, -3, 12)).term,
        "window backward": A.plus_months(-3).plus_days(1).term,
        "window forward": A.plus_days(1).plus_months(-3).term,
        "plus nine, two": A.plus_days(9).plus_days(-2).year,
    }


def operations_on_two_days() -> dict[str, Term]:
    """Each operation that relates two days or a day and a year."""
    return {
        "before": A < B,
        "not after": A <= B,
        "after": A > B,
        "not before": A >= B,
        "same": A == B,
        "other": A != B,
        "first": first(A, B).term,
        "last": last(A, B).term,
        "chosen": choose(literal(2024, 2, 29) > A, B, never).term,
        "years between": A.year - B.year,
        **{f"birthday {r}": birthday(A, YEAR_ASKED, r).term for r in LEAP_BIRTHDAYS},
        **{f"birthday in that year {r}": birthday(A, B.year, r).term for r in LEAP_BIRTHDAYS},
        **{
            f"tenth birthday {r}": birthday(A, B.year + 10 - z3.If(A < B, 1, 0), r).term
            for r in LEAP_BIRTHDAYS
        },
    }


@cache
def _all_on_one_day() -> ByAll:
    return ByAll(operations_on_one_day())


@cache
def _all_on_two_days() -> ByAll:
    return ByAll(operations_on_two_days())


@settings(ALWAYS, max_examples=400)
@given(day=days_or_never())
def test_interpreters_agree_on_every_operation_on_one_day(day: date) -> None:
    assert _all_on_one_day().disagreements({"a": day}) == {}


@settings(ALWAYS, max_examples=400)
@given(one=days_or_never(), other=days_or_never(), year=st.integers(1868, 2412))
def test_interpreters_agree_on_every_operation_on_two_days(one: date, other: date, year: int) -> None:
    assert _all_on_two_days().disagreements({"a": one, "b": other, "y": year}) == {}


@settings(ALWAYS, max_examples=100)
@given(day=days())
def test_interpreters_agree_on_literals(day: date) -> None:
    term = literal(day.year, day.month, day.day).term
    assert ByAll({"literal": term}).disagreements({}) == {}
    assert derivation.evaluate(term, {}) == day


def test_interpreters_agree_on_never() -> None:
    assert ByAll({"never": never.term}).disagreements({}) == {}
    assert derivation.evaluate(never.term, {}) == NEVER_DAY


@settings(ALWAYS, max_examples=200)
@given(a=st.booleans(), b=st.booleans(), m=st.integers(-300, 300), n=st.integers(0, 400))
def test_interpreters_agree_on_logic_and_arithmetic(a: bool, b: bool, m: int, n: int) -> None:
    values: dict[str, Value] = {"p": a, "q": b, "m": m, "n": n}
    assert _logic().disagreements(values) == {}


@cache
def _logic() -> ByAll:
    p, q = z3.Bools("p q")
    m, n = z3.Ints("m n")
    return ByAll(
        {
            "true": z3.BoolVal(True),
            "false": z3.BoolVal(False),
            "and": z3.And(p, q, m < n),
            "or": z3.Or(p, q, m > n),
            "not": z3.Not(p),
            "implies": z3.Implies(p, q),
            "equivalent": p == q,
            "distinct": z3.Distinct(m, n),
            "if": z3.If(p, m, n),
            "if Boolean": z3.If(p, q, m <= n),
            "sum": m + n + 3,
            "difference": m - n,
            "negation": -m,
            "product": 6 * m,
            "remainder": n % 11,
            "compared": z3.And(m <= n, m >= -n),
        }
    )


LAWS = [each for edition in EDITIONS for each in [law(edition), *law(edition).alternatives()]]


@cache
def _rules(current: Law) -> ByAll:
    book = rulebook(current)
    causes = {f"{item} by {name}": term for item, of in book.causes.items() for name, term in of.items()}
    states = {f"{item} on": term for item, term in book.states.items()}
    return ByAll({**book.outputs, **states, **causes, **book.predicates})


@pytest.mark.parametrize("edition", EDITIONS)
@settings(ALWAYS, max_examples=80)
@given(row=rows())
def test_interpreters_agree_on_every_term_of_an_edition(edition: str, row: dict[str, Value]) -> None:
    assert _rules(law(edition)).disagreements(row) == {}


@pytest.mark.parametrize("current", [each for each in LAWS if each.readings], ids=str)
@settings(ALWAYS, max_examples=8)
@given(row=rows())
def test_interpreters_agree_on_every_term_under_another_reading(current: Law, row: dict[str, Value]) -> None:
    assert _rules(current).disagreements(row) == {}
