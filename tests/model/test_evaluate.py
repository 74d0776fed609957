"""Terms as compiled Python: its calendar against python-dateutil and datetime, and how terms are compiled."""

import calendar
from datetime import date, timedelta

import pytest
import z3
from calendar_days import EDGES, LEAP_DAYS, days
from hypothesis import given, settings
from hypothesis import strategies as st
from independent import birthday_in, months_later
from jpki_model import evaluate
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import add_days, add_months, birthday, compile_terms, weekday
from jpki_model.language import NotInTheLanguage
from jpki_spec.terms import DATE, LEAP_BIRTHDAYS, LIFE, OPERATIONS, Date, literal, never
from jpki_spec.terms import birthday as birthday_term

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@ALWAYS
@given(day=days(), count=st.integers(-400, 400))
def test_days_are_added_as_timedelta_adds_them(day: date, count: int) -> None:
    assert add_days(day, count) == date.fromordinal(day.toordinal() + count)


@ALWAYS
@given(day=days(), count=st.integers(-30, 140))
def test_months_are_added_as_dateutil_adds_them(day: date, count: int) -> None:
    assert add_months(day, count) == months_later(day, count)


@ALWAYS
@given(day=days())
def test_weekdays_are_those_of_the_calendar_module(day: date) -> None:
    assert weekday(day) == calendar.weekday(day.year, day.month, day.day)


@ALWAYS
@given(birth=days(), year=st.integers(1868, 2412), leap_birthday=st.sampled_from(LEAP_BIRTHDAYS))
def test_birthdays_fall_where_the_calendar_puts_them(birth: date, year: int, leap_birthday: str) -> None:
    assert birthday(birth, year, leap_birthday) == birthday_in(birth, year, leap_birthday)


@pytest.mark.parametrize(
    ("year", "by_28_february", "by_1_march", "by_next_leap_day"),
    [
        (2096, "2096-02-29", "2096-02-29", "2096-02-29"),
        (2097, "2097-02-28", "2097-03-01", "2104-02-29"),  # 2100 is no leap year
        (2100, "2100-02-28", "2100-03-01", "2104-02-29"),
        (2103, "2103-02-28", "2103-03-01", "2104-02-29"),
        (2021, "2021-02-28", "2021-03-01", "2024-02-29"),
        (2397, "2397-02-28", "2397-03-01", "2400-02-29"),  # 2400 is one
        (1897, "1897-02-28", "1897-03-01", "1904-02-29"),
    ],
)
def test_the_birthday_of_a_leapling_worked_by_hand(
    year: int, by_28_february: str, by_1_march: str, by_next_leap_day: str
) -> None:
    placed = [str(birthday(date(1896, 2, 29), year, rounding)) for rounding in LEAP_BIRTHDAYS]
    assert placed == [by_28_february, by_1_march, by_next_leap_day]


def test_never_passes_through_every_operation() -> None:
    assert add_days(NEVER_DAY, 1) is NEVER_DAY
    assert add_days(NEVER_DAY, -1) is NEVER_DAY
    assert add_months(NEVER_DAY, 12) is NEVER_DAY
    assert add_months(NEVER_DAY, -12) is NEVER_DAY
    assert birthday(NEVER_DAY, 2024, "february-28") is NEVER_DAY
    assert birthday(date(2000, 1, 1), NEVER_DAY.year, "february-28") is NEVER_DAY
    assert weekday(NEVER_DAY) == 0
    assert compile_terms([LIFE.birth.year])({"birth": NEVER_DAY}) == (4095,)


def test_every_operation_of_the_language_compiles() -> None:
    a, b = Date(z3.Const("a", DATE)), Date(z3.Const("b", DATE))
    terms = {
        "before": a < b,
        "add_days": a.plus_days(1).term,
        "add_months": a.plus_months(-1).term,
        "year": a.year,
        "weekday": a.weekday,
        "birthday": birthday_term(a, b.year, "march-1").term,
        "literal": literal(2024, 5, 27).term,
        "never": never.term,
    }
    assert set(terms) == set(OPERATIONS)
    compiled = compile_terms(list(terms.values()))
    assert compiled({"a": date(2020, 2, 29), "b": date(2023, 3, 31)}) == (
        True,
        date(2020, 3, 1),
        date(2020, 1, 29),
        2020,
        5,  # a Saturday
        date(2023, 3, 1),
        date(2024, 5, 27),
        NEVER_DAY,
    )


def test_parameters_are_the_constants_of_the_terms_alone() -> None:
    compiled = compile_terms([LIFE.birth < LIFE.died])
    assert compiled.parameters == ("birth", "died")
    assert compiled({"birth": date(2000, 1, 1), "died": NEVER_DAY, "card_issued": date(2020, 1, 1)}) == (
        True,
    )


def test_a_shared_part_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[date] = []

    def counting(day: date, count: int) -> date:
        counted.append(day)
        return day + timedelta(count)

    monkeypatch.setattr(evaluate, "OPERATIONS", {**evaluate.OPERATIONS, "add_days": counting})
    soon = LIFE.birth.plus_days(14)
    compiled = compile_terms([soon.year, soon.weekday, soon.term])
    compiled({"birth": date(2024, 2, 15)})
    assert len(counted) == 1


def test_a_constant_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="died"):
        compile_terms([LIFE.died.exists])({})


def test_what_the_language_does_not_have_is_refused() -> None:
    n = z3.Int("n")
    with pytest.raises(NotInTheLanguage, match="the rules' language has no"):
        compile_terms([n / 2])


def test_the_edges_are_what_the_tests_of_interpreters_promise() -> None:
    assert {date(1868, 1, 1), date(2400, 12, 31), date(1900, 2, 28), date(2100, 2, 28)} <= set(EDGES)
    assert {date(2000, 2, 29), date(2400, 2, 29), date(2104, 2, 29)} <= set(LEAP_DAYS)
    assert not {day.year for day in LEAP_DAYS} & {1900, 2100, 2200, 2300}
