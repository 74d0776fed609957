"""The world's own calendar, against days counted by hand."""

from datetime import date

import pytest
from jpki_model.world.days import age_on, birthdays, months_later, passed, window_opens


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("birth", "start", "count", "expected"),
    [
        ("1990-06-15", "2024-06-14", 1, "2024-06-15"),
        ("1990-06-15", "2024-06-15", 1, "2025-06-15"),  # that day itself does not count
        ("1990-06-15", "2024-06-15", 10, "2034-06-15"),
        ("1992-02-29", "2020-06-01", 10, "2030-02-28"),
    ],
)
def test_birthdays_are_those_after_a_day(birth: str, start: str, count: int, expected: str) -> None:
    assert birthdays(day(birth), day(start), count, "february-28") == day(expected)


@pytest.mark.parametrize(
    ("leapling", "expected"),
    [("february-28", "2025-02-28"), ("march-1", "2025-03-01"), ("next-leap-day", "2028-02-29")],
)
def test_somebody_born_on_29_february_has_a_birthday_each_year(leapling: str, expected: str) -> None:
    assert birthdays(day("1992-02-29"), day("2020-03-01"), 5, leapling) == day(expected)


def test_an_age_is_reached_as_the_eve_ends_or_with_the_eve() -> None:
    eve, birth = day("2024-06-14"), day("2006-06-15")
    assert age_on(birth, eve, "march-1", eve_counts=False) == 17
    assert age_on(birth, eve, "march-1", eve_counts=True) == 18


def test_fourteen_days_from_the_first_are_over_on_the_sixteenth() -> None:
    assert passed(day("2024-04-01"), 14) == day("2024-04-16")


def test_a_last_day_on_a_saturday_or_sunday_becomes_the_monday_if_offices_count() -> None:
    # 14 days from Saturday 30 March 2024 end on Saturday 13 April, so Monday 15 April is the last
    assert passed(day("2024-03-30"), 14, offices_closed=True) == day("2024-04-16")
    assert passed(day("2024-03-31"), 14, offices_closed=True) == day("2024-04-16")
    assert passed(day("2024-03-30"), 14) == day("2024-04-14")


@pytest.mark.parametrize(
    ("forward", "expected"),
    [(False, "2023-03-01"), (True, "2023-02-28")],
)
def test_the_window_before_28_may_opens_on_a_day_by_reading(forward: bool, expected: str) -> None:
    assert window_opens(day("2023-05-28"), 3, forward=forward) == day(expected)


def test_months_end_with_the_month() -> None:
    assert months_later(day("2024-01-31"), 1) == day("2024-02-29")
    assert months_later(day("2024-05-31"), -3) == day("2024-02-29")
