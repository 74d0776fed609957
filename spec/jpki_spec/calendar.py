"""What the law builds on dates: ages, birthdays, days that pass, windows before an end.

Conventions (first day not counted, the last day whole, months by day number) follow the Civil Code,
articles 140 to 143, and the Act on the Calculation of Ages; where they are open, a reading decides.
"""

import z3

from jpki_spec.laws import Law
from jpki_spec.terms import Date, Number, birthday, choose

SATURDAY, SUNDAY = 5, 6
FIRST_YEAR, LAST_YEAR = 1868, 2400
"""The calendar that lives may use: 1 January of the first year to 31 December of the last."""


def age_at(birth: Date, day: Date, law: Law) -> Number:
    """Completed years on `day`.

    A year of age is complete when the eve of the birthday ends; the reading `age-attained` may count the
    eve itself, and `leap-age` says when somebody born on 29 February completes it in other years.
    """
    if law.reads("age-attained", "eve"):
        day = day.plus_days(1)
    anniversary = birthday(birth, day.year, law.reading("leap-age"))
    return day.year - birth.year - z3.If(day < anniversary, 1, 0)


def nth_birthday_after(birth: Date, day: Date, count: Number, leap_birthday: str) -> Date:
    """The `count`-th birthday strictly later than `day`; `never` if either is."""
    in_the_same_year = birthday(birth, day.year, leap_birthday)
    return birthday(birth, day.year + count - z3.If(day < in_the_same_year, 1, 0), leap_birthday)


def nth_birthday_from(birth: Date, day: Date, count: Number, leap_birthday: str) -> Date:
    """The `count`-th birthday on or after `day`; `never` if either is."""
    in_the_same_year = birthday(birth, day.year, leap_birthday)
    return birthday(birth, day.year + count - z3.If(in_the_same_year < day, 0, 1), leap_birthday)


def day_after_lapse_of(start: Date, days: int, law: Law) -> Date:
    """The first day on which `days` days have passed since `start`, which is not counted.

    The last day in time is `start + days`; it may move to a Monday under `deadline-on-holiday`.
    """
    deadline = start.plus_days(days)
    if law.reads("deadline-on-holiday", "weekends"):
        monday = z3.If(deadline.weekday == SATURDAY, 2, z3.If(deadline.weekday == SUNDAY, 1, 0))
        deadline = deadline.plus_days(monday)
    return deadline.plus_days(1)


def opening_of_window(end: Date, months: int, law: Law) -> Date:
    """The first day on which less than `months` months remain until `end` (inclusive)."""
    if law.reads("renewal-window-months", "forward"):
        return end.plus_days(1).plus_months(-months)
    return end.plus_months(-months).plus_days(1)


def on_or_after(event: Date, start: Date, otherwise: Date) -> Date:
    """The event if it happened on `start` or later, else `otherwise`."""
    return choose(start <= event, event, otherwise)
