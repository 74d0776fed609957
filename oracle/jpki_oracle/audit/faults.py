"""Faults that are planted in a synthetic register: what a wrong program or a tired hand would have written.

Each is a function of the right values and of the fields; a fault that would change nothing is not planted.
"""

from collections.abc import Callable, Mapping

import numpy as np
from jpki_model.day_columns import NEVER_NUMBER, Column

Lives = Mapping[str, Column]


def _of(column: Column) -> tuple[Column, Column, Column]:
    days = column.astype("datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    return years.astype(int) + 1970, (months - years).astype(int) + 1, (days - months).astype(int) + 1


def _on(year: Column, month: Column, day: Column) -> Column:
    """The day number of a day that exists."""
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + day - 1


def leap_march(right: Column, lives: Lives) -> Column:
    """1 March for 29 February, in a year without that day."""
    _, birth_month, birth_day = _of(lives["birth"])
    _, month, day = _of(right)
    moved = (birth_month == 2) & (birth_day == 29) & (month == 2) & (day == 28)
    return np.where(moved, right + 1, right)


def day_late(right: Column, lives: Lives) -> Column:
    """The first day that is no longer valid, in the place of the last that is."""
    return right + 1


def day_early(right: Column, lives: Lives) -> Column:
    """The eve of the last valid day."""
    return right - 1


def missing(right: Column, lives: Lives) -> Column:
    """Nothing."""
    return np.full_like(right, NEVER_NUMBER)


def swapped(right: Column, lives: Lives) -> Column:
    """Day and month exchanged, where that is a day."""
    year, month, day = _of(right)
    possible = day <= 12
    return np.where(possible, _on(year, np.where(possible, day, 1), month), right)


def five_for_ten(right: Column, lives: Lives) -> Column:
    """Five years early: a grown-up's card with the validity of a child's."""
    year, month, day = _of(right)
    return _on(year - 5, month, np.where((month == 2) & (day == 29), 28, day))


FAULTS: dict[str, Callable[[Column, Lives], Column]] = {
    "leap-march": leap_march,
    "day-late": day_late,
    "day-early": day_early,
    "missing": missing,
    "swapped": swapped,
    "five-for-ten": five_for_ten,
}
"""By name; the name stands in the column `planted` of a register."""

DIRTY: dict[str, Callable[[dict[str, str]], None]] = {
    "no-such-day": lambda row: row.update(birth="2023-02-29"),
    "no-birth": lambda row: row.update(birth=""),
    "unknown-value": lambda row: row.update(residence="tourist"),
    "not-a-date": lambda row: row.update(card_issued="soon"),
    "before-birth": lambda row: row.update(died="1868-01-01"),
}
"""Ways to make a row of text that cannot be judged, by name."""
