"""A plausible population: random lives as columns, with the frequencies of `population.toml`.

They serve as the yardstick for suites: how many faults does one see who tries so many people at random?
"""

import tomllib
from importlib.resources import files
from typing import Any

import numpy as np
from jpki_model.columns import NEVER_NUMBER, Column, day_number
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law

from jpki_oracle.scenarios.happening import can_happen

RATES: dict[str, Any] = tomllib.loads(
    files("jpki_oracle.scenarios").joinpath("population.toml").read_text(encoding="utf-8")
)


def population(count: int, seed: int, current: Law) -> dict[str, Column]:
    """Columns over all fields and `on` for about `count` people (those whose lives cannot happen are left out)."""
    random = np.random.default_rng([RATES["seed"], seed])
    first, last = (day_number(RATES["days"][name]) for name in ("first", "last"))
    columns: dict[str, Column] = {name: np.full(count, NEVER_NUMBER) for name in DATE_FIELDS}
    issued = random.integers(first, last, count)
    years = RATES["oldest_years"]
    birth = issued - random.integers(0, years * 365, count)
    columns["birth"], columns["card_issued"] = birth, issued
    columns["card_requested"] = _with(random, "card_requested", issued - random.integers(0, 90, count))
    for name in ("signature_issued", "authentication_issued"):
        later = np.where(
            random.random(count) < RATES["share"]["later_certificate"], random.integers(0, 3000, count), 0
        )
        columns[name] = _with(random, name, issued + later)
    for name in CHOICE_FIELDS:
        values = FIELDS[name].values
        weights = np.array([RATES["choice"][name][value] for value in values])
        columns[name] = random.choice(len(values), count, p=weights / weights.sum())
    any_day = issued + random.integers(0, 4000, count)
    planned = any_day + random.integers(-20, 20, count)
    moved = planned + random.integers(0, 20, count)
    notified = moved + random.integers(0, 25, count)
    columns["moveout_notified"] = _with(random, "move", any_day)
    has_moved = columns["moveout_notified"] != NEVER_NUMBER
    for name, day in (
        ("moveout_planned", planned),
        ("moved_in", moved),
        ("movein_notified", notified),
        ("card_presented", notified + random.integers(0, 120, count)),
        ("moved_out_again", moved + random.integers(0, 900, count)),
    ):
        columns[name] = np.where(has_moved, _with(random, name, day), NEVER_NUMBER)
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
        columns[name] = _with(random, name, issued + random.integers(0, 4000, count))
    gone = columns["left_japan"] != NEVER_NUMBER
    handed = _with(random, "card_presented_abroad", columns["left_japan"] - random.integers(0, 14, count))
    columns["card_presented_abroad"] = np.where(gone, handed, NEVER_NUMBER)
    limited = np.isin(
        columns["residence"], [FIELDS["residence"].values.index(v) for v in ("limited", "landing")]
    )
    columns["stay_expires"] = np.where(limited, issued + random.integers(1, 1800, count), NEVER_NUMBER)
    columns["on"] = issued + random.integers(-30, 4000, count)
    kept = can_happen(columns, current)
    return {name: column[kept] for name, column in columns.items()}


def _with(random: np.random.Generator, name: str, day: Column) -> Column:
    return np.where(random.random(len(day)) < RATES["share"][name], day, NEVER_NUMBER)
