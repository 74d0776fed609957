"""Strategies for tests: days at the edges of the calendar, and lives whose days lie near one another."""

import calendar
from datetime import date, timedelta

from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY
from jpki_model.life import LifeRecord, life
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS

FIRST, LAST = date(1868, 1, 1), date(2400, 12, 31)
"""The calendar as the specification promises it to users."""

_YEARS = (
    *(1868, 1869, 1871, 1872, 1899, 1900, 1901, 1904, 1999, 2000, 2001, 2004),
    *(2021, 2022, 2023, 2024, 2025, 2026, 2096, 2099, 2100, 2101, 2104),
    *(2196, 2199, 2200, 2204, 2296, 2299, 2300, 2304, 2396, 2397, 2399, 2400),
)
EDGES = tuple(
    date(year, month, day)
    for year in _YEARS
    for month in range(1, 13)
    for day in {1, 28, calendar.monthrange(year, month)[1] - 1, calendar.monthrange(year, month)[1]}
)
"""Starts and ends of months in leap years, in common years, in centuries and at both ends of the calendar."""
LEAP_DAYS = tuple(day for day in EDGES if (day.month, day.day) == (2, 29))


def days() -> st.SearchStrategy[date]:
    """A day of the calendar; most are at an edge."""
    return st.one_of(
        st.sampled_from(EDGES),
        st.sampled_from(LEAP_DAYS),
        st.sampled_from((FIRST, LAST)),
        st.dates(FIRST, LAST),
    )


def days_or_never() -> st.SearchStrategy[date]:
    """A day of the calendar or, seldom, `never`."""
    return st.one_of(days(), days(), days(), st.just(NEVER_DAY))


_DEADLINES = (0, 14, 15, 30, 31, 60, 90, 91)
_OFFSETS = tuple(
    sorted(
        {sign * days + slip for days in _DEADLINES for slip in (-1, 0, 1) for sign in (1, -1)}
        | {200, 400, 2000}
    )
)
_CHANGES_OF_LAW = (date(2022, 4, 1), date(2024, 5, 27))


def _years_later(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


@st.composite
def rows(draw: st.DrawFn, first: date = FIRST, last: date = LAST) -> dict[str, date | str]:
    """Values for every field and for `on`, as interpreters take them; each date near another or at a deadline.

    Many rows are in no sensible order: a rule has a value for them too.
    """

    def within(day: date) -> date:
        return min(max(day, first), last)

    birth = draw(
        st.one_of(
            st.dates(date(1930, 1, 1), date(2020, 12, 31)),
            st.sampled_from([day for day in LEAP_DAYS if day.year < 2300]),
            st.sampled_from([day for day in EDGES if day.year < 2300]),
        )
    )
    ages = st.sampled_from((0, 1, 5, 14, 15, 16, 17, 18, 19, 20, 21, 40, 96))
    slips = st.sampled_from((-366, -31, -1, 0, 0, 1, 30, 365))
    issued = draw(
        st.one_of(
            st.builds(lambda age, slip: _years_later(birth, age) + timedelta(slip), ages, slips),
            st.builds(
                lambda day, slip: day + timedelta(slip),
                st.sampled_from(_CHANGES_OF_LAW),
                st.sampled_from((-1, 0, 1, 40)),
            ),
        )
    )
    known = [within(issued)]
    row: dict[str, date | str] = {"birth": within(birth), "card_issued": known[0]}
    share = draw(st.integers(1, 4))
    absent_anyway = draw(st.booleans())
    for name in (*DATE_FIELDS, "on"):
        if name in row:
            continue
        if name != "on" and draw(st.integers(0, 4)) >= share:
            row[name] = NEVER_DAY
            continue
        anchor = draw(st.sampled_from(known[-4:] + known[:1]))
        known.append(within(anchor + timedelta(draw(st.sampled_from(_OFFSETS)))))
        row[name] = known[-1]
    if draw(st.booleans()):  # the day asked for is often a round number of years after the issue
        years = draw(st.sampled_from((4, 5, 6, 9, 10, 11)))
        row["on"] = within(
            _years_later(birth, max(known[0].year - birth.year, 0) + years) + timedelta(draw(slips))
        )
    if absent_anyway and draw(st.integers(0, 5)) == 0:
        row[draw(st.sampled_from(("birth", "card_issued")))] = NEVER_DAY
    for name in CHOICE_FIELDS:
        values = FIELDS[name].values
        row[name] = draw(st.one_of(st.just(values[0]), st.sampled_from(values)))
    return row


@st.composite
def lives(draw: st.DrawFn) -> LifeRecord:
    """A record of a life: nothing in it comes before birth, and whatever the rules conclude is in the calendar."""
    row = draw(rows(FIRST + timedelta(1), date(2388, 12, 31)))
    birth = row["birth"]
    return life(
        {
            name: value
            for name, value in row.items()
            if name != "on"
            and value != NEVER_DAY
            and not (isinstance(value, date) and birth != NEVER_DAY and value < birth)
        }
    )
