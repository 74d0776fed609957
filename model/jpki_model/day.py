"""Days as concrete values: the calendar's limits, the stand-in for `never`, reading a day from text."""

import re
from datetime import date

from jpki_spec.calendar import FIRST_YEAR, LAST_YEAR

NEVER_DAY = date(4095, 12, 31)
"""The stand-in for `never` inside interpreters: later than every day of the calendar."""
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
"""The calendar of lives and of what the rules conclude from them, both days inclusive."""

_FORM = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class OutOfCalendar(ValueError):
    """A day before FIRST_DAY or after LAST_DAY."""


def parse_day(text: str) -> date:
    """A day from `YYYY-MM-DD`.

    Raises ValueError, in a few words that say what is allowed, for another form, a day that does not exist
    (2023-02-29) or one outside of the calendar (`OutOfCalendar`).
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD, as in 2024-02-29")
    year, month, day = (int(part) for part in match.groups())
    try:
        value = date(year, month, day)
    except ValueError:
        raise ValueError(f"{text} does not exist in the calendar") from None
    return within_calendar(value)


def within_calendar(day: date) -> date:
    """The day itself; raises `OutOfCalendar` where it is outside."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfCalendar(f"{day} is outside of the calendar, {FIRST_DAY} to {LAST_DAY}")
    return day
