"""The calendar once more: what the operations of the rules do to whole columns of days, by NumPy's `datetime64`.

A date is its day number, days since 1970-01-01; NEVER_NUMBER stands for `never`.
"""

from datetime import date
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from jpki_spec.terms import LEAP_BIRTHDAYS

from jpki_model.day import NEVER_DAY

Column: TypeAlias = npt.NDArray[Any]
"""One value for each life: day numbers and numbers as int64, choices as int64, Booleans as bool."""

NEVER_NUMBER = int(np.datetime64(NEVER_DAY, "D").astype(np.int64))
"""The day number that stands for `never`."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of_number(number: int) -> date | None:
    """The day of a day number; None for `never`."""
    return None if number == NEVER_NUMBER else date.fromordinal(number + _EPOCH)


_EPOCH = date(1970, 1, 1).toordinal()


def _passes_never(day: Column, result: Column) -> Column:
    return np.where(day == NEVER_NUMBER, NEVER_NUMBER, result)


def _months(day: Column) -> Column:
    """Months since January 1970."""
    table = _months_of_days()
    return _looked_up(table, day - _FIRST_LOOKED_UP).astype(np.int64)


@cache
def _months_of_days() -> Column:
    """The month of each day: made once, since NumPy takes ten times as long to find it as to look it up."""
    end = np.datetime64(f"{_LAST_YEAR}-01-01", "D").astype(np.int64)
    days = np.arange(_FIRST_LOOKED_UP, end).astype("datetime64[D]")
    return np.asarray(days.astype("datetime64[M]").astype(np.int16))


_FIRST_YEAR, _LAST_YEAR = 1, NEVER_DAY.year + 20
"""Years of which the days are looked up: those of all dates, and as many more as the rules add to one."""
_FIRST_LOOKED_UP = int(np.datetime64("-0020-01-01", "D").astype(np.int64))
"""Days before the first year have a month and a year, too, since rules may take days away."""
_MONTHS_BEFORE = (_FIRST_YEAR - 1970) * 12
_FIRST_DAYS = (
    np.arange(_MONTHS_BEFORE, (_LAST_YEAR - 1969) * 12)
    .astype("datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int64)
)


def _first_of(months: Column) -> Column:
    """The day number of a month's first day."""
    return _looked_up(_FIRST_DAYS, months - _MONTHS_BEFORE)


def _looked_up(table: Column, at: Column) -> Column:
    """What stands at these places; an IndexError for places before the first, too."""
    if np.min(at, initial=0) < 0:
        raise IndexError("a day before the first year")
    return np.asarray(table[at])


def add_days(day: Column, count: Column) -> Column:
    """The day `count` days later; `never` stays."""
    return _passes_never(day, day + count)


def add_months(day: Column, count: Column) -> Column:
    """The same day number `count` months later, or that month's last day; `never` stays."""
    months = _months(day)
    in_month = day - _first_of(months)
    there = _first_of(months + count)
    last = _first_of(months + count + 1) - 1
    return _passes_never(day, np.minimum(there + in_month, last))


def year(day: Column) -> Column:
    """The calendar year."""
    return _months(day) // 12 + 1970


def weekday(day: Column) -> Column:
    """0 for Monday to 6 for Sunday; 0 for `never`."""
    return np.where(day == NEVER_NUMBER, 0, (day + 3) % 7)  # 1970-01-01 was a Thursday


def birthday(birth: Column, of_year: Column, leap_birthday: Column) -> Column:
    """The birthday in a year; `never` for an unknown birth or a year beyond every calendar."""
    known = (birth != NEVER_NUMBER) & (of_year >= 1) & (of_year < NEVER_DAY.year)
    there = np.where(known, of_year, 2000)
    months = _months(birth)
    month = months - 12 * (months // 12)
    first = _first_of((there - 1970) * 12 + month)
    number = birth - _first_of(months)
    day = np.asarray(first + number)
    leapling = np.broadcast_to((month == 1) & (number == 28), day.shape)
    if leapling.any():
        years, places = (np.broadcast_to(each, day.shape)[leapling] for each in (there, leap_birthday))
        day[leapling] = _leap_birthdays(years, places)
    return np.where(known, day, NEVER_NUMBER)


def _leap_birthdays(of_year: Column, leap_birthday: Column) -> Column:
    """The birthdays in these years of people who were born on 29 February."""
    march = _first_of((of_year - 1970) * 12 + 2)
    common = march - _first_of((of_year - 1970) * 12 + 1) == 28
    return np.where(common, np.choose(leap_birthday, [march - 1, march, _leap_day_from(of_year)]), march - 1)


def _leap_days() -> Column:
    """For each year, 29 February in the first leap year from it on."""
    years = np.arange(_FIRST_YEAR, _LAST_YEAR)
    first_of_march = _first_of((years - 1970) * 12 + 2)
    is_leap = first_of_march - _first_of((years - 1970) * 12 + 1) == 29
    following = np.searchsorted(years[is_leap], years)
    return np.asarray((first_of_march[is_leap] - 1)[np.minimum(following, is_leap.sum() - 1)])


_LEAP_DAYS = _leap_days()


def _leap_day_from(of_year: Column) -> Column:
    """29 February in the first leap year from a year on."""
    return _looked_up(_LEAP_DAYS, of_year - _FIRST_YEAR)


if LEAP_BIRTHDAYS != ("february-28", "march-1", "next-leap-day"):
    raise ImportError("the places of a leap birthday in terms.py and in day_columns.py differ")
