"""Counting days, as the Civil Code (articles 140 to 143) and the card's ordinance (article 26(2)) do.

Written for the world alone; the solver's and the rules' calendars are other statements of the same articles.
"""

from calendar import isleap, monthrange
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


def next_day(day: date) -> date:
    """The day after."""
    return day + _DAY


def anniversary(birth: date, year: int, leapling: str) -> date:
    """The birthday in a year; for somebody born on 29 February `leapling` says where it falls in other years.

    `leapling`: `february-28`, `march-1` or `next-leap-day` (the next 29 February there is).
    """
    if (birth.month, birth.day) != (2, 29) or isleap(year):
        return birth.replace(year=year)
    if leapling == "next-leap-day":
        while not isleap(year):
            year += 1
        return date(year, 2, 29)
    return date(year, 2, 28) if leapling == "february-28" else date(year, 3, 1)


def birthdays(birth: date, start: date, count: int, leapling: str, *, on_start: bool = False) -> date:
    """The birthday of a holder that is the `count`-th after `start`; with `on_start` one on `start` counts too."""
    year = start.year
    while True:
        day = anniversary(birth, year, leapling)
        if day > start or (on_start and day == start):
            return anniversary(birth, year + count - 1, leapling)
        year += 1


def age_on(birth: date, day: date, leapling: str, *, eve_counts: bool) -> int:
    """Completed years on a day: a year is complete when the eve of the birthday ends, or as the eve begins."""
    if eve_counts:
        day = next_day(day)
    years = day.year - birth.year
    return years if day >= anniversary(birth, day.year, leapling) else years - 1


def months_later(day: date, count: int) -> date:
    """The same day number so many months later (or earlier); the month's last day where it has no such number."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def passed(start: date, count: int, *, offices_closed: bool = False) -> date:
    """The first day on which so many days have passed since `start`, which is not one of them.

    `offices_closed`: a last day on a Saturday or Sunday becomes the Monday.
    """
    last = start + timedelta(days=count)
    if offices_closed and last.weekday() >= _SATURDAY:
        last += timedelta(days=7 - last.weekday())
    return next_day(last)


def window_opens(last: date, months: int, *, forward: bool) -> date:
    """The first day on which less than so many months are left of a validity that ends with `last`.

    Counted back from `last`; or `forward`: the first day from which whole months run past it.
    """
    if forward:
        return months_later(next_day(last), -months)
    return next_day(months_later(last, -months))
