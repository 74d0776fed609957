"""The nearest flip: the smallest change of one date of a life that changes an outcome out of proportion.

A date that moves by a day moves many outcomes by a day, which says little. A flip is a change by which an outcome
appears, vanishes, or moves by more than the date did: the edges of the rules, seen from this life.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from jpki_model.day import FIRST_DAY, OutOfCalendar
from jpki_model.life import LifeError, LifeRecord
from jpki_model.outcome import Answer, outcome_of
from jpki_model.solver import LAST_ASKED
from jpki_spec.fields import DATE_FIELDS
from jpki_spec.laws import Law

FARTHEST = 120
"""Days by which a date is moved at most."""


@dataclass(frozen=True)
class Flip:
    """Moving `field` from `before` to `after` turns the outcome from `was` into `becomes`."""

    field: str
    before: date
    after: date
    outcome: str
    was: Answer
    becomes: Answer

    @property
    def days(self) -> int:
        """By how many days the field moved; negative for earlier."""
        return (self.after - self.before).days


def nearest_flips(life: LifeRecord, law: Law) -> dict[str, Flip]:
    """For each outcome the flip that takes the fewest days, if one lies within `FARTHEST` days."""
    base = outcome_of(life, law).outputs
    flips: dict[str, Flip] = {}
    for days in sorted(range(-FARTHEST, FARTHEST + 1), key=lambda n: (abs(n), n)):
        if days == 0 or len(flips) == len(base):
            continue
        for field in DATE_FIELDS:
            before = life[field]
            if not isinstance(before, date):
                continue
            after = before + timedelta(days)
            if not FIRST_DAY <= after <= LAST_ASKED:
                continue
            try:
                changed = outcome_of(life.replace(**{field: after}), law).outputs
            except (LifeError, OutOfCalendar):
                continue  # not a life any more: born later than it happened
            for outcome, was in base.items():
                if outcome not in flips and _out_of_proportion(was, changed[outcome], days):
                    flips[outcome] = Flip(field, before, after, outcome, was, changed[outcome])
    return flips


def _out_of_proportion(was: Answer, becomes: Answer, days: int) -> bool:
    if isinstance(was, date) and isinstance(becomes, date):
        return abs((becomes - was).days) > abs(days) + 3  # months differ in length by up to three days
    return was != becomes
