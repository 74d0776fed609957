"""Days for the strategies: near others, at the distances of an edition, at birthdays and at ends of months.

A day is drawn between two others. Hypothesis holds simpler what takes fewer draws: the plain day takes one, a day
some way from it two, and each kind of edge more; so a day shrinks to an edge only where nothing else will do.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import z3
from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import Compiled, add_months, birthday, compile_terms
from jpki_model.life import LifeRecord
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.calendar import opening_of_window
from jpki_spec.laws import EDITIONS, Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import DATE, Date

PLAIN_BIRTH, PLAIN_DAY = date(1990, 6, 15), date(2025, 7, 1)
"""What a birth and any other day shrink to: far from every edge of the rules."""
CENTURY_WITHOUT_LEAP_DAY = 2100
"""A year that a rule of thumb for leap years gets wrong."""
SLIPS = (0, 1, -1)


@dataclass(frozen=True)
class Distances:
    """How far the edges of an edition are away: days, months and years (each with 0 first), and its dates."""

    days: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    changes: tuple[date, ...]


@dataclass(frozen=True)
class Window:
    """The days in which something can be renewed early, both inclusive."""

    first: date
    last: date


@cache
def distances(edition: str) -> Distances:
    """The distances that an edition states."""
    stated = EDITIONS[edition].parameters
    whole = {name: p.value for name, p in stated.items() if type(p.value) is int}  # neither yes nor a date
    changes = {p.value for p in stated.values() if isinstance(p.value, date)}
    changes.add(EDITIONS[edition].in_force)
    years = [n for name, n in whole.items() if "birthdays" in name or name.endswith("age")]
    return Distances(
        _from_zero(n for name, n in whole.items() if "_days" in name),
        _from_zero(n for name, n in whole.items() if "months" in name),
        _from_zero(years),
        tuple(sorted(changes)),
    )


def day_within(
    draw: st.DrawFn,
    low: date,
    high: date,
    plain: date,
    known: tuple[date, ...],
    judged_by: Law,
    birth: date | None = None,
    after: date | None = None,
) -> date:
    """A day from `low` to `high`, both inclusive: a plain one, or at an edge seen from `known` days or a birth.

    Most often the edge is that of a period from `after`, where that is stated. What would lie outside becomes the
    nearer of the two ends, which is an edge as well.
    """
    edges = distances(judged_by.edition)
    far = _far_from(plain)
    plain = min(max(plain, low), high)
    kind = draw(st.integers(0, 8))
    if kind == 0:
        return plain
    if kind == 1:
        nearest, farthest = (low - plain).days, (high - plain).days
        return plain + timedelta(draw(st.integers(max(far[0], nearest), min(far[1], farthest))))
    reach = timedelta(edges.days[-1])
    near = [day for day in known if low - reach <= day <= high + reach]
    if kind in (2, 3, 4) and after:
        day = after + timedelta(draw(st.sampled_from(edges.days)))
    elif kind in (2, 3) and near:
        back = draw(st.sampled_from((1, -1)))
        day = draw(st.sampled_from(near)) + back * timedelta(draw(st.sampled_from(edges.days)))
    elif kind in (2, 3) and not known:  # the birth of somebody who completes an age as the law changes
        day = shifted_year(draw(st.sampled_from(edges.changes)), -draw(st.sampled_from(edges.years)))
    elif kind in (2, 3, 4, 5) and birth:
        day = draw(st.sampled_from(_birthdays(birth, (birth, *known), edges.years, low, high)))
        if kind == 5:
            day = add_months(day, -draw(st.sampled_from(edges.months)))
    elif kind == 6:
        day = draw(st.sampled_from(edges.changes))
    else:
        day = _end_of_month(draw, plain)
    return min(max(day + timedelta(draw(st.sampled_from(SLIPS))), low), high)


def _birthdays(
    birth: date, bases: tuple[date, ...], years: tuple[int, ...], low: date, high: date
) -> list[date]:
    """The birthdays so many years after the year of some day, from `low` to `high`; else so many after `low`."""
    for every in (bases, (low,)):
        ahead = dict.fromkeys(base.year + count for base in every for count in years)
        days = [birthday(birth, year, "february-28") for year in ahead]
        inside = [day for day in days if low <= day <= high]
        if inside:
            return inside
    return [high]


def first_card_day() -> date:
    """The day from which the law has known cards."""
    return min(edition.in_force for edition in EDITIONS.values() if edition.is_law)


def shifted_year(day: date, years: int) -> date:
    """The same day of another year, or 28 February."""
    return birthday(day, day.year + years, "february-28")


def last_of_year_after(day: date, years: int) -> date:
    """The last day of the year that many years after a day's own."""
    return date(day.year + years, 12, 31)


def window_of(former: date, low: date, high: date, judged_by: Law) -> Window | None:
    """The window that ends with `former`, cut to what lies between two days; None if nothing is left."""
    if former == NEVER_DAY:
        return None
    opened = former
    if judged_by.speaks_of("renewal_window_months"):
        (value,) = _opening(judged_by)({"end": former})
        opened = value if isinstance(value, date) else former
    first, last = max(opened, low), min(former, high)
    return Window(first, last) if first <= last else None


def card_end(life: LifeRecord, judged_by: Law) -> date:
    """The last day of a life's card."""
    (end,) = _card_expires(judged_by)(life.values())
    return end if isinstance(end, date) else NEVER_DAY


def number_holds(kind: str, digits: str, judged_by: Law) -> bool:
    """The check digit of a number that has the right form is right; quicker than with reasons."""
    (valid,) = _number(kind, judged_by)(
        {f"d{place}": int(digit) for place, digit in enumerate(digits, start=1)}
    )
    return valid is True


def happens(life: LifeRecord, judged_by: Law) -> bool:
    """Every assumption about lives holds for it."""
    return all(_assumptions(judged_by)(life.values()))


def _far_from(plain: date) -> tuple[int, int]:
    """Days by which a day is away from a plain one: a birth lies mostly before, anything else mostly after."""
    before, after = (60, 34) if plain < PLAIN_DAY else (8, 60)
    return -366 * before, 366 * after


def _end_of_month(draw: st.DrawFn, plain: date) -> date:
    """Mostly a 29 February near a plain day, or the one that a century lacks; else the end of another month."""
    leap_year = plain.year + 2 - (plain.year + 2) % 4
    year = leap_year + 4 * draw(st.integers(-5, 5))
    if draw(st.integers(0, 9)) == 9:
        year = CENTURY_WITHOUT_LEAP_DAY - draw(st.sampled_from((0, 4, 10)))
    month = 2 if draw(st.integers(0, 3)) < 3 else draw(st.integers(1, 12))
    return date(year, month, calendar.monthrange(year, month)[1])


def _from_zero(numbers: Iterable[int]) -> tuple[int, ...]:
    return (0, *sorted({number for number in numbers if number}))


@cache
def _assumptions(judged_by: Law) -> Compiled:
    return compile_terms([assumed(assumption, judged_by) for assumption in ASSUMPTIONS.values()])


@cache
def _card_expires(judged_by: Law) -> Compiled:
    return compile_terms([rulebook(judged_by).outputs["card_expires"]])


@cache
def _number(kind: str, judged_by: Law) -> Compiled:
    return compile_terms([rulebook(judged_by).numbers[kind]])


@cache
def _opening(judged_by: Law) -> Compiled:
    end = Date(z3.Const("end", DATE))
    return compile_terms([opening_of_window(end, judged_by.number("renewal_window_months"), judged_by).term])
