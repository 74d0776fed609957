"""What the law builds on dates, against counting by hand and by python-dateutil."""

import calendar as calendar_module
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import compile_terms
from jpki_spec.calendar import (
    age_at,
    day_after_lapse_of,
    nth_birthday_after,
    nth_birthday_from,
    on_or_after,
    opening_of_window,
)
from jpki_spec.laws import Law, law
from jpki_spec.terms import LIFE, ON, Term, never

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=150)
CURRENT = law("2024-05-27")
ONE_DAY = timedelta(1)
BIRTHS = st.one_of(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from([date(1896, 2, 29), date(1996, 2, 29), date(2000, 2, 29), date(2096, 2, 29)]),
    st.sampled_from([date(2000, 1, 1), date(2000, 12, 31), date(2001, 3, 1), date(2001, 2, 28)]),
)


@st.composite
def birth_and_day(draw: st.DrawFn) -> tuple[date, date]:
    """A birth and a day that is often a birthday, the eve or the day after."""
    birth = draw(BIRTHS)
    anniversary = birth + relativedelta(years=draw(st.integers(0, 100)))
    return birth, max(anniversary + timedelta(draw(st.sampled_from((-1, 0, 1, 2, 60, 200)))), birth)


def value(term: Term, birth: date, on: date = NEVER_DAY) -> object:
    return compile_terms([term])({"birth": birth, "on": on})[0]


# ---------------------------------------------------------------------------------------------- ages


@ALWAYS
@given(days=birth_and_day())
def test_ages_are_those_of_dateutil(days: tuple[date, date]) -> None:
    # python-dateutil lets somebody born on 29 February be a year older on 28 February, the alternative reading
    birth, on = days
    leaplings_as_dateutil = law("2024-05-27", {"leap-age": "february-28"})
    age = relativedelta(on, birth).years
    assert value(age_at(LIFE.birth, ON, leaplings_as_dateutil), birth, on) == age
    assert (birth.month, birth.day) == (2, 29) or value(age_at(LIFE.birth, ON, CURRENT), birth, on) == age


@pytest.mark.parametrize(
    ("reading", "birth", "on", "age"),
    [
        ({}, "2004-04-02", "2022-04-01", 17),
        ({}, "2004-04-02", "2022-04-02", 18),
        ({"age-attained": "eve"}, "2004-04-02", "2022-03-31", 17),
        ({"age-attained": "eve"}, "2004-04-02", "2022-04-01", 18),
        ({}, "2004-02-29", "2022-02-28", 17),
        ({}, "2004-02-29", "2022-03-01", 18),
        ({"leap-age": "february-28"}, "2004-02-29", "2022-02-27", 17),
        ({"leap-age": "february-28"}, "2004-02-29", "2022-02-28", 18),
        ({"age-attained": "eve"}, "2004-02-29", "2022-02-28", 18),
        ({"age-attained": "eve"}, "2004-02-29", "2022-02-27", 17),
        ({}, "2004-02-29", "2024-02-28", 19),
        ({}, "2004-02-29", "2024-02-29", 20),
        ({}, "2004-12-31", "2004-12-31", 0),
        ({"age-attained": "eve"}, "2005-01-01", "2022-12-31", 18),
    ],
)
def test_an_age_is_reached_when_the_reading_says(
    reading: dict[str, str], birth: str, on: str, age: int
) -> None:
    current = law("2024-05-27", reading)
    found = value(age_at(LIFE.birth, ON, current), date.fromisoformat(birth), date.fromisoformat(on))
    assert found == age


# ---------------------------------------------------------------------------------------------- birthdays


def birthdays_from(day: date, birth: date) -> Iterator[date]:
    """Every birthday on or after a day, found by walking; 28 February stands for a missing 29th."""
    while True:
        leap = calendar_module.isleap(day.year)
        celebrated = (2, 28) if (birth.month, birth.day) == (2, 29) and not leap else (birth.month, birth.day)
        if (day.month, day.day) == celebrated:
            yield day
        day += ONE_DAY


@settings(ALWAYS, max_examples=60)
@given(days=birth_and_day(), count=st.sampled_from((1, 5, 6, 10, 11)))
def test_birthdays_are_counted_by_walking_the_days(days: tuple[date, date], count: int) -> None:
    birth, on = days
    after, at = birthdays_from(on + ONE_DAY, birth), birthdays_from(on, birth)
    expected = [next(found) for _ in range(count) for found in (after, at)][-2:]
    found = compile_terms(
        [
            nth_birthday_after(LIFE.birth, ON, count, "february-28").term,
            nth_birthday_from(LIFE.birth, ON, count, "february-28").term,
        ]
    )
    assert list(found({"birth": birth, "on": on})) == expected


@pytest.mark.parametrize(
    ("rounding", "tenth"),
    [("february-28", "2030-02-28"), ("march-1", "2030-03-01"), ("next-leap-day", "2032-02-29")],
)
def test_the_tenth_birthday_of_a_leapling_by_hand(rounding: str, tenth: str) -> None:
    # Given somebody born on 29 February and a card made on 1 June 2020: birthdays in 2021 … 2030
    term = nth_birthday_after(LIFE.birth, ON, 10, rounding).term
    assert value(term, date(1992, 2, 29), date(2020, 6, 1)) == date.fromisoformat(tenth)


@pytest.mark.parametrize(("birth", "on"), [(NEVER_DAY, date(2024, 1, 1)), (date(2000, 1, 1), NEVER_DAY)])
def test_no_birthday_without_a_birth_or_a_day(birth: date, on: date) -> None:
    assert value(nth_birthday_after(LIFE.birth, ON, 10, "february-28").term, birth, on) == NEVER_DAY
    assert value(nth_birthday_from(LIFE.birth, ON, 10, "february-28").term, birth, on) == NEVER_DAY


# ---------------------------------------------------------------------------------------------- deadlines


def lapsed(start: date, days: int, current: Law) -> object:
    return compile_terms([day_after_lapse_of(ON, days, current).term])({"on": start})[0]


@ALWAYS
@given(start=st.dates(date(1868, 1, 1), date(2390, 1, 1)), days=st.sampled_from((14, 30, 90)))
def test_days_have_lapsed_on_the_day_after_the_last_one(start: date, days: int) -> None:
    assert lapsed(start, days, CURRENT) == start + timedelta(days) + ONE_DAY


@ALWAYS
@given(start=st.dates(date(1868, 1, 1), date(2390, 1, 1)), days=st.sampled_from((14, 30, 90)))
def test_a_deadline_at_the_weekend_moves_to_monday_where_that_is_read(start: date, days: int) -> None:
    deadline = start + timedelta(days)
    while deadline.isoweekday() > 5:
        deadline += ONE_DAY
    assert lapsed(start, days, law("2024-05-27", {"deadline-on-holiday": "weekends"})) == deadline + ONE_DAY


@pytest.mark.parametrize(
    ("start", "plain", "moved"),
    [
        ("2024-06-28", "2024-07-13", "2024-07-13"),  # the 14th day is Friday 12 July
        ("2024-06-29", "2024-07-14", "2024-07-16"),  # Saturday 13 July moves to Monday the 15th
        ("2024-06-30", "2024-07-15", "2024-07-16"),  # so does Sunday 14 July
        ("2024-07-01", "2024-07-16", "2024-07-16"),
    ],
)
def test_fourteen_days_by_hand(start: str, plain: str, moved: str) -> None:
    weekends = law("2024-05-27", {"deadline-on-holiday": "weekends"})
    first_day = date.fromisoformat(start)
    assert str(lapsed(first_day, 14, CURRENT)) == plain
    assert str(lapsed(first_day, 14, weekends)) == moved


# ---------------------------------------------------------------------------------------------- windows


def opened(end: str, current: Law) -> str:
    return str(compile_terms([opening_of_window(ON, 3, current).term])({"on": date.fromisoformat(end)})[0])


@pytest.mark.parametrize(
    ("end", "backward", "forward"),
    [
        ("2029-06-15", "2029-03-16", "2029-03-16"),
        ("2029-05-31", "2029-03-01", "2029-03-01"),  # 28 February, the month's last day, and the day after it
        ("2028-05-31", "2028-03-01", "2028-03-01"),
        ("2029-05-30", "2029-03-01", "2029-02-28"),  # from 28 February three whole months end on 27 May
        ("2029-05-28", "2029-03-01", "2029-02-28"),
        ("2029-05-27", "2029-02-28", "2029-02-28"),
        ("2029-12-30", "2029-10-01", "2029-09-30"),
        ("2029-12-31", "2029-10-01", "2029-10-01"),
        ("2029-02-28", "2028-11-29", "2028-12-01"),
        ("2029-03-31", "2029-01-01", "2029-01-01"),
    ],
)
def test_a_window_of_three_months_opens(end: str, backward: str, forward: str) -> None:
    assert opened(end, CURRENT) == backward
    assert opened(end, law("2024-05-27", {"renewal-window-months": "forward"})) == forward


@ALWAYS
@given(end=st.dates(date(1868, 6, 1), date(2390, 1, 1)))
def test_a_window_opens_on_the_first_day_with_less_than_three_months_left(end: date) -> None:
    # The rule of a ward: the day after the same number three months before; else the 1st of the next month
    months = end.year * 12 + end.month - 1 - 3
    year, month = divmod(months, 12)
    if end.day <= calendar_module.monthrange(year, month + 1)[1]:
        expected = date(year, month + 1, end.day) + ONE_DAY
    else:
        following = divmod(months + 1, 12)
        expected = date(following[0], following[1] + 1, 1)
    assert opened(str(end), CURRENT) == str(expected)


# ---------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("event", "counts"),
    [(date(2024, 5, 26), False), (date(2024, 5, 27), True), (date(2024, 5, 28), True), (NEVER_DAY, False)],
)
def test_an_event_counts_from_its_start_on(event: date, counts: bool) -> None:
    taken = value(on_or_after(LIFE.birth, ON, never).term, event, date(2024, 5, 27))
    assert taken == (event if counts else NEVER_DAY)


def test_no_event_counts_from_never_on() -> None:
    assert value(on_or_after(LIFE.birth, ON, never).term, date(2024, 5, 27), NEVER_DAY) == NEVER_DAY
