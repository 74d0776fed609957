"""What holds from when to when in a life: for each item its states in order, and what begins each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jpki_spec.fields import DATE_FIELDS, ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import ENDED_BY_EVENT, rulebook

from jpki_model.day import LAST_DAY
from jpki_model.derivation import Step, derive
from jpki_model.life import LifeRecord
from jpki_model.outcome import causes_of, outcome_of


@dataclass(frozen=True)
class Span:
    """A state of an item from `start` to `end`, both inclusive; no end for a state that stays.

    `causes`: the events that began it, for a lapse or revocation; `why`: the rules that decided its beginning.
    """

    item: str
    state: str
    start: date
    end: date | None
    causes: tuple[str, ...]
    why: tuple[Step, ...]


@dataclass(frozen=True)
class Timeline:
    """The spans of every item that was issued, and the dates that the life itself states."""

    life: LifeRecord
    law: Law
    spans: tuple[Span, ...]
    events: tuple[tuple[str, date], ...]


def timeline_of(life: LifeRecord, law: Law) -> Timeline:
    """The timeline of a life. Raises `OutOfCalendar` where a result would leave the calendar."""
    spans = tuple(span for item in ITEMS for span in _spans(life, law, item))
    events = [(name, day) for name in DATE_FIELDS if isinstance(day := life[name], date)]
    return Timeline(life, law, spans, tuple(sorted(events, key=lambda event: event[1])))


def _spans(life: LifeRecord, law: Law, item: str) -> Sequence[Span]:
    outcome = outcome_of(life, law)
    issued = life[f"{item}_issued"]
    if not isinstance(issued, date):
        return ()
    expires, ended = outcome.outputs[f"{item}_expires"], outcome.outputs[ENDED_BY_EVENT[item]]
    turns = {issued}
    turns |= {expires + timedelta(1)} if isinstance(expires, date) else set()
    turns |= {ended} if isinstance(ended, date) else set()
    changes: list[tuple[date, str]] = []
    for day in sorted(turns):
        state = outcome.states(day)[item] if day <= LAST_DAY else "expired"
        if day >= issued and (not changes or changes[-1][1] != state):
            changes.append((day, state))
    ends: list[date | None] = [day - timedelta(1) for day, _ in changes[1:]]
    return [
        Span(item, state, start, end, _causes(life, law, item, state, start), _why(life, law, item, state))
        for (start, state), end in zip(changes, [*ends, None], strict=True)
    ]


def _causes(life: LifeRecord, law: Law, item: str, state: str, start: date) -> tuple[str, ...]:
    if state not in ("lapsed", "revoked"):
        return ()
    events = causes_of(life, law, item)
    earliest = min(events.values(), default=None)
    return tuple(name for name, day in events.items() if day == earliest and day <= start)


def _why(life: LifeRecord, law: Law, item: str, state: str) -> tuple[Step, ...]:
    book = rulebook(law)
    output = {"expired": f"{item}_expires", "valid": None}.get(state, ENDED_BY_EVENT[item])
    return () if output is None else derive(book.outputs[output], book, life.values())
