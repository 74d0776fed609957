"""Days, birthdays, ages: Civil Code 140, 141, 143; Act on the calculation of ages; card ordinance 26(2)."""

import calendar
from datetime import date, timedelta


def earliest(*days: date | None) -> date | None:
    """The earliest of the days that there are (「いずれか早い日」)."""
    return min((day for day in days if day is not None), default=None)


def days_after(day: date | None, count: int) -> date | None:
    """The day `count` days later; the first day is not counted (Civil Code 140)."""
    return None if day is None else day + timedelta(days=count)


def on_or_after(day: date | None, start: date) -> date | None:
    """The day itself if it is not before `start`, otherwise none."""
    return day if day is not None and day >= start else None


def after(day: date | None, start: date) -> date | None:
    """The day itself if it is strictly later than `start`, otherwise none."""
    return day if day is not None and day > start else None


def in_month(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last day where the number does not exist (Civil Code 143(2))."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def months_before(day: date, count: int) -> date:
    """The day `count` calendar months earlier (Civil Code 143)."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return in_month(year, month + 1, day.day)


def birthday(birth: date, year: int) -> date:
    """The birthday in a year; 29 February becomes 28 February in a common year (card ordinance 26(2)).

    The ordinance says so for cards only; for certificates it is the default reading.
    """
    return in_month(year, birth.month, birth.day)


def nth_birthday_after(birth: date, start: date, count: int) -> date:
    """The `count`-th birthday strictly later than `start` (「作成の日後の」, card ordinance 26(1))."""
    first = start.year if birthday(birth, start.year) > start else start.year + 1
    return birthday(birth, first + count - 1)


def age(birth: date, day: date) -> int:
    """Completed years at the start of a day (Act on the calculation of ages; Civil Code 143(2)).

    An age is reached at 24:00 of the birthday's eve, so it holds from the birthday on. Nothing is deemed:
    somebody born on 29 February completes a year, in a common year, with the end of 28 February.
    """
    reached = (day.month, day.day) >= (birth.month, birth.day)
    return day.year - birth.year - (not reached)
