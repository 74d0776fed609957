"""Populations: random lives as columns, with the frequencies of `population.toml`.

One in which everything happens often is the yardstick for suites: how many faults does one see who tries so many
people at random? A plausible one says how many people a fault hits.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np
from jpki_model.day_columns import NEVER_NUMBER, Column, day_number
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law

from jpki_oracle.scenarios.happening import can_happen

Rates = Mapping[str, Any]

FREQUENT: Rates = tomllib.loads(
    files("jpki_oracle.scenarios").joinpath("population.toml").read_text(encoding="utf-8")
)
"""Everything happens often."""
PLAUSIBLE: Rates = {
    **FREQUENT,
    "ages": FREQUENT["plausible"]["ages"],
    "share": {**FREQUENT["share"], **FREQUENT["plausible"]["share"]},
    "choice": {**FREQUENT["choice"], **FREQUENT["plausible"]["choice"]},
}
"""About as often as in Japan."""


def population(count: int, seed: int, current: Law, rates: Rates = FREQUENT) -> dict[str, Column]:
    """Columns over all fields and `on` for about `count` people (those whose lives cannot happen are left out)."""
    random = np.random.default_rng([rates["seed"], seed])
    share = rates["share"]

    def with_share(name: str, day: Column) -> Column:
        return np.where(random.random(len(day)) < share[name], day, NEVER_NUMBER)

    def days_after(most: int) -> Column:
        days = random.integers(0, most, count)
        return np.where(random.random(count) < share["same_day"], 0, days) if share["same_day"] else days

    first, last = (day_number(rates["days"][name]) for name in ("first", "last"))
    columns: dict[str, Column] = {name: np.full(count, NEVER_NUMBER) for name in DATE_FIELDS}
    issued = random.integers(first, last, count)
    birth = issued - _age_in_days(random, count, rates)
    columns["birth"], columns["card_issued"] = birth, issued
    columns["card_requested"] = with_share("card_requested", issued - random.integers(0, 90, count))
    for name in ("signature_issued", "authentication_issued"):
        later = np.where(
            random.random(count) < share["later_certificate"], random.integers(0, 3000, count), 0
        )
        columns[name] = with_share(name, issued + later)
    for name in CHOICE_FIELDS:
        values = FIELDS[name].values
        weights = np.array([rates["choice"][name][value] for value in values])
        columns[name] = random.choice(len(values), count, p=weights / weights.sum())
    any_day = issued + random.integers(0, 4000, count)
    planned = any_day + random.integers(-20, 20, count)
    moved = planned + days_after(20)
    notified = moved + days_after(25)
    columns["moveout_notified"] = with_share("move", any_day)
    has_moved = columns["moveout_notified"] != NEVER_NUMBER
    for name, day in (
        ("moveout_planned", planned),
        ("moved_in", moved),
        ("movein_notified", notified),
        ("card_presented", notified + days_after(120)),
        ("moved_out_again", moved + random.integers(0, 900, count)),
    ):
        columns[name] = np.where(has_moved, with_share(name, day), NEVER_NUMBER)
    for name in (
        "left_japan",
        "record_corrected",
        "died",
        "record_deleted",
        "card_returned",
        "reissue_requested",
        "signature_revocation_requested",
        "authentication_revocation_requested",
        "revocation_recorded",
    ):
        columns[name] = with_share(name, issued + random.integers(0, 4000, count))
    gone = columns["left_japan"] != NEVER_NUMBER
    handed = with_share("card_presented_abroad", columns["left_japan"] - random.integers(0, 14, count))
    columns["card_presented_abroad"] = np.where(gone, handed, NEVER_NUMBER)
    limited = np.isin(
        columns["residence"], [FIELDS["residence"].values.index(v) for v in ("limited", "landing")]
    )
    columns["stay_expires"] = np.where(limited, issued + random.integers(1, 1800, count), NEVER_NUMBER)
    columns["on"] = issued + random.integers(-30, 4000, count)
    kept = can_happen(columns, current)
    return {name: column[kept] for name, column in columns.items()}


def _age_in_days(random: np.random.Generator, count: int, rates: Rates) -> Column:
    bands = rates.get("ages")
    if not bands:
        return random.integers(0, rates["oldest_years"] * 365, count)
    shares = np.array([band["share"] for band in bands])
    chosen = random.choice(len(bands), count, p=shares / shares.sum())
    low, high = (np.array([band[end] for band in bands])[chosen] for end in ("from", "to"))
    return np.asarray(np.floor((low + random.random(count) * (high + 1 - low)) * 365.2425), dtype=np.int64)
