"""The calendar by integer arithmetic, without division or branches: what the operations of the rules mean in columns.

A date is its day number (days since 1970-01-01), as in `columns.py`; `never` is NEVER_NUMBER. Years are counted from
1 March where months matter, so that a leap day is a year's last. The constants of the divisions are exact for the
days from 1600 to 4095; the tests try every one of them.
"""

from jpki_model.columns import NEVER_NUMBER
from jpki_model.relation_arithmetic import (
    Cell,
    as_cell,
    at_most,
    bounded,
    choice,
    equal,
    every,
    less,
    lesser,
    number,
    operation,
    tested,
    unequal,
)

NEVER = as_cell(NEVER_NUMBER)
_FIRST_YEAR, _END_OF_YEARS = 1600, 4095
_EPOCH = 719_528
"""Days from 1 January of the year 0 to 1 January 1970."""
_MARCH_TO_DECEMBER = 306
"""Days from 1 March to 31 December, both inclusive."""


def add_days(day: Cell, count: Cell) -> Cell:
    """The day `count` days later; `never` stays."""
    return choice(unequal(day, NEVER), day + count, NEVER)


def year(day: Cell) -> Cell:
    """The calendar year; 4095 for `never`."""
    return _year(day + _EPOCH)


def weekday(day: Cell) -> Cell:
    """0 for Monday to 6 for Sunday; 0 for `never`."""
    of_week = (day + 3).remainder(7)  # 1970-01-01 was a Thursday
    return choice(unequal(day, NEVER), of_week, as_cell(0))


def year_of_birth(birth: Cell) -> Cell:
    """The calendar year, from what birthdays need anyway."""
    march_year, passed = _in_march_year(birth)
    return march_year + number(_is_january_or_february(passed))


def birthday(birth: Cell, of_year: Cell, leap_birthday: str) -> Cell:
    """The birthday in a year; `never` for an unknown birth or a year beyond every calendar."""
    _, passed = _in_march_year(birth)
    leapling = equal(passed, as_cell(365))
    if leap_birthday == "next-leap-day":
        of_year = choice(
            leapling, operation("leap_year_from", of_year, of_year.low, of_year.high + 8), of_year
        )
    # 29 February is the day after 28 February of a common year, too: its 1 March.
    day = _first_of_march(of_year - number(_is_january_or_february(passed))) + passed
    if leap_birthday == "february-28":
        day = day - choice(leapling, number(tested("is_common", of_year)), as_cell(0))
    known = every(
        (unequal(birth, NEVER), at_most(as_cell(1), of_year), less(of_year, as_cell(_END_OF_YEARS)))
    )
    return choice(known, day, NEVER)


def add_months(day: Cell, count: Cell) -> Cell:
    """The same day number `count` months later, or that month's last day; `never` stays."""
    march_year, passed = _in_march_year(day)
    month = (passed * 535 + 333).shifted(14)
    in_month = passed - _days_before(month)
    months = (march_year - _FIRST_YEAR) * 12 + month + count
    years = (months * 43_691).shifted(19)
    new_month = bounded(months - years * 12, 0, 11)
    new_year = years + _FIRST_YEAR
    after = lesser(_days_before(new_month + 1), as_cell(366) - number(tested("is_common", new_year + 1)))
    new_day = _first_of_march(new_year) + lesser(_days_before(new_month) + in_month, after - 1)
    return choice(unequal(day, NEVER), new_day, NEVER)


def _year(days: Cell) -> Cell:
    """The year of a day counted from 1 January of the year 0."""
    estimate = operation("year_at_least", days - 2, (days.low - 2) // 366, days.high // 365)
    return estimate + number(at_most(_new_year_after(estimate), days))


def _new_year_after(of_year: Cell) -> Cell:
    """1 January of the year after, counted from 1 January of the year 0."""
    return operation("days_of_years", of_year, 365 * of_year.low, 366 * of_year.high) + 366


def _first_of_march(of_year: Cell) -> Cell:
    """The day number of 1 March."""
    return _new_year_after(of_year) - (_EPOCH + _MARCH_TO_DECEMBER)


def _in_march_year(day: Cell) -> tuple[Cell, Cell]:
    """The year of the last 1 March, and the days since then (0 to 365, a leap day's number)."""
    moved = day + (_EPOCH + _MARCH_TO_DECEMBER)
    march_year = _year(moved) - 1
    return march_year, bounded(day - _first_of_march(march_year), 0, 365)


def _is_january_or_february(passed: Cell) -> Cell:
    return at_most(as_cell(_MARCH_TO_DECEMBER), passed)


def _days_before(month: Cell) -> Cell:
    """Days from 1 March to the first of a month, counted from 0 for March."""
    return (month * 979 + 15).shifted(5)
