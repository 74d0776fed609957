"""The calendar once more, by other programs than the project's: what tests of the interpreters expect."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(1)


def months_later(day: date, months: int) -> date:
    """By python-dateutil: the same day number, or the last day of a shorter month."""
    return day + relativedelta(months=months)


def birthday_in(birth: date, year: int, leap_birthday: str) -> date:
    """The birthday in a year: 29 February is the day before 1 March where it exists, else placed by the reading."""
    if (birth.month, birth.day) != (2, 29):
        return date(year, birth.month, birth.day)
    march = date(year, 3, 1)
    eve = march - ONE_DAY
    if eve.day == 29 or leap_birthday == "february-28":
        return eve
    if leap_birthday == "march-1":
        return march
    while (march.month, march.day) != (2, 29):  # walk to the next 29 February
        march += ONE_DAY
    return march
