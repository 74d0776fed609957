"""The calendar by integer arithmetic: what the operations of the rules mean in columns.

A date is its day number (days since 1970-01-01), as in `columns.py`. Years are counted from 1 March where months
matter, so that a leap day is a year's last; one division by the days of 400 years and one by those of four give a
year. Where all days lie between two centuries that are no leap years, the four years are enough.

`never` is NEVER_NUMBER in columns and results. Inside, a number from NEVER_FROM on is `never` where the values of a
cell leave it no other meaning: so days added to it, or a birthday in its year, need no look at it. `certain` makes
NEVER_NUMBER of it again, where two that may both be `never` are compared.
"""

from jpki_model.day_columns import NEVER_NUMBER
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
    negation,
    number,
    settled,
    some,
    unequal,
)
from jpki_model.relation_values import Stretch, Values, values

NEVER = as_cell(NEVER_NUMBER)
NEVER_FROM = 700_000
"""A day of the year 3886, later than the calendar's last and whatever rules add to it."""
_NEVER_YEAR, _LAST_YEAR = 4095, 3800
"""The year of `never`, and the last of which a birthday is before NEVER_FROM for certain."""
_YEAR_0, _MARCH_0 = 719_528, 719_468
"""Days from 1 January and from 1 March of the year 0 to 1 January 1970."""
_OF_4, _OF_400 = 1461, 146_097
"""Days of four years with a leap year, and of the calendar's whole period."""
_FOURTH_DAYS, _FOURTH_YEARS, _FOURTH_MARCH_YEARS = (-25_202, 47_481), (1901, 2099), (1900, 2099)
"""1 January 1901 to 31 December 2099, in which every fourth year is a leap year."""
_LEFT_OUT = 15
"""Leap days that the years before, being centuries, did not have."""
_MARCH_TO_DECEMBER = 306
"""Days from 1 March to 31 December, both inclusive."""


def exists(day: Cell) -> Cell:
    """The day is not `never`."""
    proper, none = _split(day)
    if none is None or proper is None:
        return settled(none is None)
    return unequal(day, NEVER) if _is_certain(day) else less(day, as_cell(NEVER_FROM))


def certain(day: Cell) -> Cell:
    """The day with NEVER_NUMBER for `never`."""
    return day if _is_certain(day) else choice(exists(day), day, NEVER)


def before(one: Cell, other: Cell) -> Cell:
    """One day is earlier than the other; `never` is later than every day and not earlier than itself."""
    nones = _split(one)[1], _split(other)[1]
    if nones[0] and nones[1] and nones[0][0] < nones[1][1]:
        if nones[0][0] < NEVER_NUMBER:
            one = certain(one)
        other = certain(other)
    return less(one, other)


def same(one: Cell, other: Cell) -> Cell:
    """Both are one day, or both are `never`."""
    if NEVER in (one, other):
        return negation(exists(other if one is NEVER else one))
    return equal(certain(one), certain(other))


def earlier_or_later(one: Cell, other: Cell, is_earlier: bool) -> Cell:
    """The earlier of two days, or the later; of two that are `never` either is."""
    return choice(less(one, other), one, other) if is_earlier else choice(less(one, other), other, one)


def add_days(day: Cell, count: Cell) -> Cell:
    """The day `count` days later; `never` stays."""
    if day is NEVER:
        return NEVER
    if day.operation == "if" and NEVER in day.parts:
        condition, then, otherwise = day.parts
        return choice(condition, add_days(then, count), add_days(otherwise, count))
    later = day + count
    proper, none = _split(day)
    if none is None:
        return later
    stays_later = none[0] + count.low >= NEVER_FROM
    stays_earlier = proper is None or proper[1] + count.high < NEVER_FROM
    return later if stays_later and stays_earlier else choice(exists(day), later, NEVER)


def chosen(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    """One of two days."""
    result = choice(condition, then, otherwise)
    return choice(condition, certain(then), certain(otherwise)) if _is_dense(result) else result


def year(day: Cell) -> Cell:
    """The calendar year; 4095 for `never`."""
    proper, none = _split(day)
    if none is None or (_is_certain(day) and not _lies_in(proper, _FOURTH_DAYS)):
        return _year(day, day.values)
    return choice(exists(day), _year(day, values(proper or none)), as_cell(_NEVER_YEAR))


def weekday(day: Cell) -> Cell:
    """0 for Monday to 6 for Sunday; 0 for `never`."""
    return choice(exists(day), (day + 3).remainder(7), as_cell(0))  # 1970-01-01 was a Thursday


def year_of_birth(birth: Cell) -> Cell:
    """The calendar year, from what birthdays need anyway; 4095 for `never`."""
    march_year, passed = _in_march_year(birth)
    found = march_year + number(_is_january_or_february(passed))
    return choice(exists(birth), found, as_cell(_NEVER_YEAR))


def birthday(birth: Cell, of_year: Cell, leap_birthday: str) -> Cell:
    """The birthday in a year; `never` for an unknown birth or a year beyond every calendar."""
    _, passed = _in_march_year(birth)
    leapling = equal(passed, as_cell(365))
    if leap_birthday == "next-leap-day":
        of_year = choice(leapling, _leap_year_from(of_year), of_year)
    # 29 February is the day after 28 February of a common year, too: its 1 March.
    day = _first_of_march(of_year - number(_is_january_or_february(passed))) + passed
    if leap_birthday == "february-28":
        day = day - number(every((leapling, _is_common(of_year))))
    proper = of_year.values.below(_NEVER_YEAR)
    if of_year.low >= 1 and (proper is None or proper[1] <= _LAST_YEAR):
        return choice(exists(birth), day, NEVER)
    in_calendar = at_most(as_cell(1), of_year), less(of_year, as_cell(_NEVER_YEAR))
    return choice(every((exists(birth), *in_calendar)), day, NEVER)


def add_months(day: Cell, count: Cell) -> Cell:
    """The same day number `count` months later, or that month's last day; `never` stays."""
    march_year, passed = _in_march_year(day)
    month = bounded((passed * 535 + 333).quotient(1 << 14), values((0, 11)))
    in_month = bounded(passed - _days_before(month), values((0, 30)))
    earlier = max(0, -(count.low // 12))
    months = month + count + 12 * earlier
    years = _of_two(months, 12) or months.quotient(12)
    new_month = bounded(months - years * 12, values((0, 11)))
    new_year = march_year + years - earlier
    same_day = _days_before(new_month) + in_month
    after = lesser(_days_before(new_month + 1), as_cell(366) - number(_is_common(new_year + 1)))
    new_passed = choice(less(in_month, as_cell(28)), same_day, lesser(same_day, after - 1))
    return choice(exists(day), _first_of_march(new_year) + new_passed, NEVER)


def _split(day: Cell) -> tuple[Stretch | None, Stretch | None]:
    """Between which numbers the cell's days lie, and between which stands for `never`; None where there is none."""
    if _is_dense(day):
        return (day.low, NEVER_NUMBER - 1), (NEVER_NUMBER, NEVER_NUMBER) if day.high >= NEVER_NUMBER else None
    return day.values.below(NEVER_FROM), day.values.from_on(NEVER_FROM)


def _is_dense(day: Cell) -> bool:
    """Days are possible that are later than NEVER_FROM, so that NEVER_NUMBER alone is `never`."""
    return any(low < NEVER_FROM <= high for low, high in day.values.stretches)


def _is_certain(day: Cell) -> bool:
    return _split(day)[1] in (None, (NEVER_NUMBER, NEVER_NUMBER))


def _lies_in(proper: Stretch | None, whole: Stretch) -> bool:
    return proper is None or (whole[0] <= proper[0] and proper[1] <= whole[1])


def _has_every_fourth(years: Cell, whole: Stretch) -> bool:
    """All years but those of `never`, and the two before, lie where every fourth year is a leap year."""
    beyond = years.values.from_on(_LAST_YEAR)
    return _lies_in(years.values.below(_LAST_YEAR), whole) and (
        beyond is None or beyond[0] >= _NEVER_YEAR - 2
    )


def _year(day: Cell, known: Values) -> Cell:
    """The year of a day whose values are known; of NEVER_NUMBER 4095 if it is among them, else any."""
    if _lies_in((known.low, known.high), _FOURTH_DAYS):
        found = ((day + (_YEAR_0 + _LEFT_OUT)) * 4).quotient(_OF_4)
    else:
        before = _periods_before(day.low + _YEAR_0, _OF_400)
        days = day + (_YEAR_0 + before * _OF_400)
        century = (days * 4).quotient(_OF_400)
        in_century = bounded(days - (century * _OF_400).quotient(4), values((0, 36_525)))
        found = (in_century * 4).quotient(_OF_4) + century * 100 - 400 * before
    return bounded(found, known.through(_year_number))


def _in_march_year(day: Cell) -> tuple[Cell, Cell]:
    """The year of the last 1 March, and the days since then (0 to 365, a leap day's number); for `never` any."""
    between = values(
        *((_year_number(low) - 1, _year_number(high + 30)) for low, high in day.values.stretches)
    )
    if _lies_in(_split(day)[0], _FOURTH_DAYS):
        days = day + (_MARCH_0 + _LEFT_OUT)
        found = bounded((days * 4 + 3).quotient(_OF_4), between)
        passed = days - (found * _OF_4).quotient(4)
    else:
        before = _periods_before(day.low + _MARCH_0, _OF_400)
        days = day + (_MARCH_0 + before * _OF_400)
        century = (days * 4 + 3).quotient(_OF_400)
        in_century = bounded(days - (century * _OF_400).quotient(4), values((0, 36_524)))
        in_hundred = (in_century * 4 + 3).quotient(_OF_4)
        passed = in_century - (in_hundred * _OF_4).quotient(4)
        found = bounded(in_hundred + century * 100 - 400 * before, between)
    return found, bounded(passed, values((0, 365)))


def _first_of_march(of_year: Cell) -> Cell:
    """The day number of 1 March."""
    if _has_every_fourth(of_year, _FOURTH_MARCH_YEARS):
        return (of_year * _OF_4).quotient(4) - (_MARCH_0 + _LEFT_OUT)
    before = _periods_before(of_year.low, 400)
    years = of_year + 400 * before
    leap_days = years.quotient(4) - years.quotient(100) + years.quotient(400)
    found = years * 365 + leap_days - (_MARCH_0 + _OF_400 * before)
    return bounded(found, of_year.values.through(_first_of_march_number))


def _periods_before(low: int, period: int) -> int:
    """How many periods are to be added to what is not less than `low` for it not to be negative."""
    return max(0, -(low // period))


def _year_number(day: int) -> int:
    days = day + _YEAR_0
    century = days * 4 // _OF_400
    return century * 100 + (days - century * _OF_400 // 4) * 4 // _OF_4


def _first_of_march_number(year: int) -> int:
    return 365 * year + year // 4 - year // 100 + year // 400 - _MARCH_0


def _is_january_or_february(passed: Cell) -> Cell:
    return at_most(as_cell(_MARCH_TO_DECEMBER), passed)


def _is_common(year: Cell) -> Cell:
    """The year has no 29 February."""
    fourth = unequal(year.remainder(4), as_cell(0))
    if _has_every_fourth(year, _FOURTH_YEARS):
        return fourth
    century = every((equal(year.remainder(100), as_cell(0)), unequal(year.remainder(400), as_cell(0))))
    return some((fourth, century))


def _leap_year_from(year: Cell) -> Cell:
    """The year, if it has a 29 February, or the next that has."""
    fourth = year + (as_cell(0) - year).remainder(4)
    return choice(_is_common(fourth), fourth + 4, fourth)


def _of_two(cell: Cell, divisor: int) -> Cell | None:
    """A quotient that is one of two numbers, by a comparison; None if it can be others."""
    first = cell.low // divisor
    if cell.high // divisor > first + 1:
        return None
    return number(at_most(as_cell((first + 1) * divisor), cell)) + first


def _days_before(month: Cell) -> Cell:
    """Days from 1 March to the first of a month, counted from 0 for March."""
    return (month * 979 + 15).quotient(32)
