"""Terms as bit-vectors: its calendar against datetime and python-dateutil, for single days and for all days."""

import calendar
from datetime import date, timedelta
from functools import cache

import pytest
import z3
from calendar_days import EDGES, FIRST, LAST, days
from hypothesis import given, settings
from hypothesis import strategies as st
from independent import birthday_in, months_later
from jpki_model import bits
from jpki_model.bits import DATE_BITS, NUMBER_BITS, Bits, pack, unpack, well_formed
from jpki_model.day import NEVER_DAY
from jpki_model.language import NotInTheLanguage
from jpki_spec.terms import (
    BIRTHDAY,
    DATE,
    LEAP_BIRTHDAY_VALUES,
    LEAP_BIRTHDAYS,
    LIFE,
    NEVER,
    Date,
    Term,
    literal,
)

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=150)
DAY, OTHER = Date(z3.Const("a", DATE)), Date(z3.Const("b", DATE))
PACKED_DAY, PACKED_OTHER = z3.BitVec("a", DATE_BITS), z3.BitVec("b", DATE_BITS)
DAY_COUNTS = (-120, -90, -60, -30, -1, 0, 1, 2, 14, 30, 59, 60, 90, 120)
MONTH_COUNTS = (-12, -3, -1, 1, 3, 12)


def numeral(day: date) -> Term:
    return z3.BitVecVal(pack(day), DATE_BITS)


@cache
def translated(term: Term) -> Term:
    return Bits()(term)


def number_of(term: Term, day: date) -> int:
    """The value of a term over the day `a`, by z3's simplifier."""
    return int(z3.simplify(z3.substitute(translated(term), (PACKED_DAY, numeral(day)))).as_long())


def day_of(term: Term, day: date) -> date | None:
    return unpack(number_of(term, day))


DAYS_LATER = {count: DAY.plus_days(count).term for count in DAY_COUNTS}
MONTHS_LATER = {count: DAY.plus_months(count).term for count in MONTH_COUNTS}
WEEKDAY, YEAR = DAY.weekday, DAY.year


@ALWAYS
@given(day=days(), count=st.sampled_from(DAY_COUNTS))
def test_days_are_added_as_timedelta_adds_them(day: date, count: int) -> None:
    assert day_of(DAYS_LATER[count], day) == day + timedelta(count)


@ALWAYS
@given(day=days(), count=st.sampled_from(MONTH_COUNTS))
def test_months_are_added_as_dateutil_adds_them(day: date, count: int) -> None:
    assert day_of(MONTHS_LATER[count], day) == months_later(day, count)


@ALWAYS
@given(day=days())
def test_weekdays_are_those_of_datetime(day: date) -> None:
    assert number_of(WEEKDAY, day) == day.weekday()


def test_weekdays_of_every_month_of_the_calendar_are_those_of_the_calendar_module() -> None:
    firsts = [date(year, month, 1) for year in range(FIRST.year, LAST.year + 1) for month in range(1, 13)]
    assert [number_of(WEEKDAY, day) for day in firsts] == [
        calendar.weekday(d.year, d.month, 1) for d in firsts
    ]


@ALWAYS
@given(day=days())
def test_the_year_is_that_of_the_day(day: date) -> None:
    assert number_of(YEAR, day) == day.year


@ALWAYS
@given(birth=days(), year=st.integers(1868, 2412), leap_birthday=st.sampled_from(LEAP_BIRTHDAYS))
def test_birthdays_fall_where_the_calendar_puts_them(birth: date, year: int, leap_birthday: str) -> None:
    term = BIRTHDAY(DAY.term, z3.Int("y"), LEAP_BIRTHDAY_VALUES[leap_birthday])
    of_year = z3.substitute(translated(term), (z3.BitVec("y", NUMBER_BITS), z3.BitVecVal(year, NUMBER_BITS)))
    placed = z3.simplify(z3.substitute(of_year, (PACKED_DAY, numeral(birth))))
    assert unpack(placed.as_long()) == birthday_in(birth, year, leap_birthday)


def test_packed_days_are_in_the_order_of_the_days() -> None:
    assert sorted(EDGES) == sorted(EDGES, key=pack)
    assert pack(LAST) < pack(NEVER_DAY)


@pytest.mark.parametrize("day", [FIRST, date(2024, 2, 29), date(1999, 12, 31), LAST])
def test_a_packed_day_unpacks_to_itself(day: date) -> None:
    assert unpack(pack(day)) == day


def test_never_unpacks_to_none() -> None:
    assert unpack(pack(NEVER_DAY)) is None


def test_what_is_no_day_does_not_unpack() -> None:
    with pytest.raises(ValueError, match="day"):
        unpack(2023 << 9 | 2 << 5 | 29)


def test_a_day_takes_twelve_four_and_five_bits() -> None:
    assert pack(date(2024, 2, 29)) == 2024 * 512 + 2 * 32 + 29
    assert pack(NEVER_DAY) < 1 << DATE_BITS


@pytest.mark.parametrize("year", [1900, 2000, 2023, 2024])
def test_well_formed_numbers_of_a_year_are_its_days(year: int) -> None:
    formed = {
        (month, number)
        for month in range(16)
        for number in range(32)
        if z3.is_true(z3.simplify(well_formed(z3.BitVecVal(year << 9 | month << 5 | number, DATE_BITS))))
    }
    days_of_year = {(m, n) for m in range(1, 13) for n in range(1, calendar.monthrange(year, m)[1] + 1)}
    assert formed == days_of_year


def _for_all_days(claim: Term) -> z3.CheckSatResult:
    """Unsat if the claim holds for every day `a` and `b` of the calendar."""
    solver = z3.Solver()
    for day in (PACKED_DAY, PACKED_OTHER):
        solver.add(well_formed(day), z3.UGE(day, pack(FIRST)), z3.ULE(day, pack(LAST)))
    solver.add(z3.Not(Bits()(claim)))
    return solver.check()


TOMORROW = DAY.plus_days(1)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(TOMORROW.plus_days(-1) == DAY, id="a day on and a day back is the day itself"),
        pytest.param(z3.Or(OTHER <= DAY, TOMORROW <= OTHER), id="nothing is between a day and the next"),
        pytest.param(DAY < TOMORROW, id="the next day is later"),
        pytest.param(DAY.plus_days(13).plus_days(1) == DAY.plus_days(14), id="days add up"),
        pytest.param(DAY.plus_months(12).year == DAY.year + 1, id="twelve months are a year"),
        pytest.param(DAY.plus_months(1) <= DAY.plus_days(31), id="no month has more than 31 days"),
        pytest.param(DAY.plus_days(27) < DAY.plus_months(1), id="none has fewer than 28"),
        pytest.param(
            z3.Implies(DAY < OTHER, DAY.plus_months(-3) <= OTHER.plus_months(-3)), id="months keep the order"
        ),
        pytest.param(Date(NEVER) > DAY, id="every day is before never"),
    ],
)
def test_it_holds_for_every_day_of_the_calendar(claim: Term) -> None:
    assert _for_all_days(claim) == z3.unsat


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(DAY.plus_days(28) < DAY.plus_months(1), id="every month has 29 days"),
        pytest.param(DAY.plus_months(1).plus_months(-1) == DAY, id="a month on and back is the day itself"),
    ],
)
def test_what_does_not_hold_for_every_day_is_refuted(claim: Term) -> None:
    assert _for_all_days(claim) == z3.sat


def test_the_reach_of_a_count_is_that_of_its_choices() -> None:
    n = z3.If(DAY < OTHER, z3.IntVal(-90), z3.If(DAY == OTHER, z3.IntVal(2), z3.IntVal(31)))
    assert bits.reach(n) == (-90, 31)
    assert bits.reach(-n) == (-31, 90)


def test_a_count_of_days_that_is_no_number_is_refused() -> None:
    with pytest.raises(NotInTheLanguage, match="days and months are added by a number"):
        Bits()(DAY.plus_days(z3.Int("n")).term)


def test_what_the_language_does_not_have_is_refused() -> None:
    with pytest.raises(NotInTheLanguage, match="the rules' language has no"):
        Bits()(z3.Int("n") / 2)


def test_constants_are_remembered_with_their_sorts() -> None:
    translation = Bits()
    translation(z3.And(LIFE.birth < LIFE.died, LIFE.residence.is_("landing"), z3.Bool("p"), z3.Int("n") > 3))
    assert {name: str(sort) for name, sort in translation.sorts.items()} == {
        "birth": "Date",
        "died": "Date",
        "residence": "residence",
        "p": "Bool",
        "n": "Int",
    }


def test_a_literal_is_its_day() -> None:
    assert unpack(z3.simplify(Bits()(literal(2024, 2, 29).term)).as_long()) == date(2024, 2, 29)
