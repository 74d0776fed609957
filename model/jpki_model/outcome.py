"""What the rules conclude from one concrete life: the compiled rules of a law, and their answers.

`outcome_of(life, law)` gives all dates; `Outcome.states(on)` the states on a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from jpki_spec.fields import ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook

from jpki_model.day import NEVER_DAY, within_calendar
from jpki_model.evaluate import Compiled, Value, compile_terms
from jpki_model.life import LifeRecord

Answer = date | int | None


@dataclass(frozen=True)
class Outcome:
    """The rules' answers for one life: each output's value, None for none."""

    life: LifeRecord
    law: Law
    outputs: Mapping[str, Answer]

    def states(self, on: date) -> dict[str, str]:
        """The state of card, signature and authentication on a day. Raises `OutOfCalendar`."""
        values = state_function(self.law)({**self.life.values(), "on": within_calendar(on)})
        return dict(zip(ITEMS, (str(value) for value in values), strict=True))


def outcome_of(life: LifeRecord, law: Law) -> Outcome:
    """All outputs for a life.

    Raises `OutOfCalendar` where a result would leave the calendar.
    """
    names, function = output_function(law)
    values = zip(names, function(life.values()), strict=True)
    return Outcome(life, law, {name: answer_of(name, value, life) for name, value in values})


def causes_of(life: LifeRecord, law: Law, item: str) -> dict[str, date]:
    """The events that can end an item of this life, with the day of each; only those that happened."""
    names, function = _cause_functions(law)[item]
    values = zip(names, function(life.values()), strict=True)
    return {name: day for name, day in values if isinstance(day, date) and day != NEVER_DAY}


def answer_of(name: str, value: Value, life: LifeRecord) -> Answer:
    """An evaluated output as an answer: None for `never`, and for the age of somebody without a card."""
    if name == "age":
        known = life["birth"] is not None and life["card_issued"] is not None
        return int(value) if known and isinstance(value, int) else None
    if not isinstance(value, date):
        raise TypeError(f"{name} is {value!r}, not a date")
    return None if value == NEVER_DAY else within_calendar(value)


@cache
def output_function(law: Law) -> tuple[tuple[str, ...], Compiled]:
    """The names of all outputs and one compiled function for them."""
    outputs = rulebook(law).outputs
    return tuple(outputs), compile_terms(list(outputs.values()))


@cache
def state_function(law: Law) -> Compiled:
    """One compiled function for the three states, over a life and `on`."""
    return compile_terms([rulebook(law).states[item] for item in ITEMS])


@cache
def _cause_functions(law: Law) -> dict[str, tuple[tuple[str, ...], Compiled]]:
    causes = rulebook(law).causes
    return {item: (tuple(causes[item]), compile_terms(list(causes[item].values()))) for item in ITEMS}
