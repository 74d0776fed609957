"""Variations of lives: what shows one fault is near to what shows the next.

A variation takes a life that already shows something and moves a day by little, puts another day near one of the
life's days, takes a day away or changes a choice, one to four times. Like the pool it decides nothing.
"""

from collections.abc import Collection, Mapping

import numpy as np
from jpki_model.day_columns import NEVER_NUMBER, Column
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law

from jpki_oracle.mutants.pool import CHUNK, asked_on, near_day, possible_lives

CHANGES = 4
"""How many changes a variation has at the most."""
_BY_LITTLE, _NEAR_ANOTHER = 0.45, 0.8
"""Up to these shares a day is moved by little, or put near another; else it is taken away."""


def variations(
    lives: Mapping[str, Column], current: Law, number: int, leaving_out: Collection[str] = ()
) -> dict[str, Column]:
    """The chunk of that number of variations of lives, over all fields and `on`, that can happen under the law.

    Assumptions that are left out, by their ids, may be broken.
    """
    random = np.random.default_rng([20240527, number])
    picked = random.integers(0, len(lives["birth"]), CHUNK)
    columns: dict[str, Column] = {name: column[picked] for name, column in lives.items()}
    for _ in range(1 + number % CHANGES):
        _change(random, columns)
    if number % 3:
        columns = asked_on(random, columns, current)
    return possible_lives(columns, current, leaving_out)


def _change(random: np.random.Generator, columns: dict[str, Column]) -> None:
    """Change one field of each life."""
    chosen = random.integers(0, len(FIELDS), CHUNK)
    days = np.stack([columns[name] for name in DATE_FIELDS])
    another = near_day(random, days[random.integers(0, len(DATE_FIELDS), CHUNK), np.arange(CHUNK)])
    step, how = random.integers(-2, 3, CHUNK), random.random(CHUNK)
    for position, name in enumerate((*DATE_FIELDS, *CHOICE_FIELDS)):
        old = columns[name]
        if name in CHOICE_FIELDS:
            new = random.integers(0, len(FIELDS[name].values), CHUNK)
        else:
            moved = np.where(old == NEVER_NUMBER, another, old + step)
            gone = old if name == "birth" else NEVER_NUMBER
            new = np.where(how < _BY_LITTLE, moved, np.where(how < _NEAR_ANOTHER, another, gone))
        columns[name] = np.where(chosen == position, new, old)
    columns["birth"] = np.where(columns["birth"] == NEVER_NUMBER, days[0], columns["birth"])
