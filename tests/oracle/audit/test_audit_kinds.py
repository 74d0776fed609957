"""Kinds of fault: what explains wrong values of a register, worked out by hand."""

from datetime import date

import pytest
from jpki_model.columns import columns_of
from jpki_model.life import life
from jpki_model.outcome import outcome_of
from jpki_oracle.audit.kinds import Wrong, kinds_of
from jpki_spec.laws import law

LAW = law("2024-05-27")
CITIZENS = [
    {"birth": "1990-05-04", "card_issued": "2020-06-10"},
    {"birth": "1985-11-11", "card_issued": "2020-06-10"},
    {"birth": "1971-01-02", "card_issued": "2019-12-31"},
    {"birth": "1960-02-29", "card_issued": "2021-03-01"},
]


def wrong(observed, rows=CITIZENS, output="card_expires"):
    """Wrong values: what `observed` makes of each right one."""
    records = [life(row) for row in rows]
    right = [outcome_of(record, LAW).outputs[output] for record in records]
    fields = columns_of([record.values() for record in records])
    values = [observed(day) for day in right]
    numbers = columns_of(
        [{"expected": one, "observed": other} for one, other in zip(right, values, strict=True)]
    )
    return Wrong(output, fields, numbers["expected"], numbers["observed"])


def found(*arguments, **more):
    return [kind.id for kind in kinds_of(wrong(*arguments, **more), LAW)]


def test_every_value_a_day_late_is_one_kind_but_for_leaplings():
    assert found(lambda day: date.fromordinal(day.toordinal() + 1)) == ["leap-march", "day-late"]


def test_the_right_day_of_another_year():
    assert found(lambda day: day.replace(year=day.year - 5)) == ["other-year"]


def test_day_and_month_exchanged():
    rows = [row for row in CITIZENS if row["birth"][8:] <= "12" and row["birth"][5:7] != row["birth"][8:]]
    assert found(lambda day: day.replace(month=day.day, day=day.month), rows) == ["swapped"]


def test_the_validity_of_another_edition():
    # Nineteen on the day of issue: five birthdays before April 2022, ten from then on.
    rows = [
        {"birth": f"2003-0{month}-15", "card_requested": "2022-05-01", "card_issued": "2022-05-20"}
        for month in (1, 2, 3)
    ]
    assert found(lambda day: day.replace(year=day.year - 5), rows) == ["edition:2016-01-01"]


def test_values_that_nothing_explains_have_no_kind():
    odd = iter([date(2050, 1, 17), date(2061, 3, 9), date(2072, 8, 23), date(2083, 10, 5)])
    assert found(lambda day: next(odd)) == []


@pytest.mark.parametrize("days", [-400, 45])
def test_equal_shifts_are_a_kind_of_their_own(days):
    assert found(lambda day: date.fromordinal(day.toordinal() + days)) == [f"days:{days:+}"]
