"""The card's expiry under the edition of 27 May 2024, written by hand: for NumPy, for OpenFisca, for `dateutil`.

The three are what a team would write that has no rules to derive it from. They are checked against each other and
against the rules on every run of the comparison. Dates are `datetime64[D]`, NaT for none.
"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from dateutil.relativedelta import relativedelta

Column = npt.NDArray[np.generic]
CHANGE = np.datetime64("2022-04-01")
FIELDS = (
    "birth",
    "residence",
    "stay_expires",
    "nationality_lost",
    "card_requested",
    "card_issued",
    "card_renewal",
)


def birthday(birth: Column, year: Column, leap: str) -> Column:
    """The birthday in a year (a number); 29 February is 28 February (`back`) or 1 March (`on`) in other years."""
    months = birth.astype("datetime64[M]")
    day = (birth - months).astype(int)
    month = months.astype(int) % 12
    first = ((year - 1970) * 12 + month).astype("datetime64[M]")
    found = first.astype("datetime64[D]") + day
    leapling = (month == 1) & (day == 28)
    over = leapling & (found.astype("datetime64[M]") != first)
    return np.where(over, found - 1, found) if leap == "back" else found


def year_of(day: Column) -> Column:
    """The calendar year as a number."""
    return day.astype("datetime64[Y]").astype(int) + 1970


def nth_after(birth: Column, day: Column, count: Column) -> Column:
    """The n-th birthday after a day."""
    year = year_of(day)
    return birthday(birth, year + count - (day < birthday(birth, year, "back")), "back")


def nth_from(birth: Column, day: Column, count: int) -> Column:
    """The n-th birthday on or after a day."""
    year = year_of(day)
    return birthday(birth, year + count - (day <= birthday(birth, year, "back")), "back")


def count_of_birthdays(birth: Column, issued: Column, requested: Column) -> Column:
    """Ten from 18 on (20 for applications before April 2022), else five."""
    year = year_of(issued)
    age = year - year_of(birth) - (issued < birthday(birth, year, "on"))
    received = np.where(np.isnat(requested), issued, requested)
    return np.where(age >= np.where(received < CHANGE, 20, 18), 10, 5)


def card_expires(lives: dict[str, Column]) -> Column:
    """NumPy by hand."""
    birth, issued, requested = lives["birth"], lives["card_issued"], lives["card_requested"]
    count = count_of_birthdays(birth, issued, requested)
    renewed = nth_after(birth, issued, count + 1)
    expires = np.where(lives["card_renewal"] == "window", renewed, nth_after(birth, issued, count))
    lost = lives["nationality_lost"]
    sixty = np.where(np.isnat(lost), birth, lost) + 60
    expires = np.where(lives["residence"] == "transitional", sixty, expires)
    return np.where(np.isin(lives["residence"], ("limited", "landing")), lives["stay_expires"], expires)


def one_card_expires(row: dict[str, object]) -> date | None:
    """One row, by `dateutil`."""
    birth, issued = row["birth"], row["card_issued"]
    assert isinstance(birth, date)
    assert isinstance(issued, date)
    if row["residence"] in ("limited", "landing"):
        return row["stay_expires"]  # type: ignore[return-value]
    if row["residence"] == "transitional":
        return (row["nationality_lost"] or birth) + timedelta(days=60)  # type: ignore[operator]
    received = row["card_requested"] or issued
    grown = 20 if received < date(2022, 4, 1) else 18  # type: ignore[operator]
    age = relativedelta(issued, birth).years
    count = (10 if age >= grown else 5) + (row["card_renewal"] == "window")
    passed = birth + relativedelta(years=issued.year - birth.year) <= issued
    return birth + relativedelta(years=issued.year - birth.year + count - (not passed))
