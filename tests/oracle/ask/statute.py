"""The few date rules that tests of `ask` need, written from the statute with `datetime` alone.

Card ordinance article 26: the n-th birthday after the day of making; 29 February is 28 February in other years.
"""

import calendar
from datetime import date


def birthday(birth: date, year: int) -> date:
    """The birthday in a year; 28 February in a common year for somebody born on 29 February."""
    if (birth.month, birth.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return birth.replace(year=year)


def nth_birthday_after(birth: date, day: date, count: int) -> date:
    """The `count`-th birthday later than `day`; one on the day itself does not count."""
    years = [year for year in range(day.year, day.year + count + 2) if birthday(birth, year) > day]
    return birthday(birth, years[count - 1])


def age(birth: date, day: date) -> int:
    """Completed years on a day; somebody born on 29 February completes them on 1 March in a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def card_expires(birth: date, issued: date, adult_age: int = 18) -> date:
    """The tenth birthday for an adult, the fifth for a minor."""
    return nth_birthday_after(birth, issued, 10 if age(birth, issued) >= adult_age else 5)
