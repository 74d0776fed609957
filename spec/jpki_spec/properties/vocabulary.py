"""The words that properties are stated in: outcomes, states and issues of the symbolic life under a law."""

import z3

from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, ON, STATE_VALUES, Boolean, Date, Life, Term, birthday


def outcome(law: Law, name: str) -> Date:
    """A dated output of the rules."""
    return Date(rulebook(law).outputs[name])


def state_of(law: Law, item: str, on: Date) -> Term:
    """The state of an item on a day."""
    return z3.substitute(rulebook(law).states[item], (ON.term, on.term))


def is_in_state(law: Law, item: str, state: str, on: Date = ON) -> Boolean:
    """The item is in that state on a day (the day asked for, unless another is named)."""
    return state_of(law, item, on) == STATE_VALUES[state]


def issue_of(item: str) -> Date:
    """The day of issue of an item."""
    value: Date = getattr(LIFE, f"{item}_issued")
    return value


def nothing_else_happened() -> Boolean:
    """None of the events that end a card without a move."""
    ends = ("died", "left_japan", "record_deleted", "card_returned", "reissue_requested")
    return z3.And(*(z3.Not(getattr(LIFE, name).exists) for name in ends))


def born_on_leap_day(life: Life) -> Boolean:
    """In 2023, a year without 29 February, the birthday has to be placed."""
    return birthday(life.birth, 2023, "february-28") != birthday(life.birth, 2023, "march-1")
