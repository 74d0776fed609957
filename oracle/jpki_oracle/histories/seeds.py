"""Histories written by hand for faults that a breadth-first search reaches too late, taken down to what is needed."""

from dataclasses import replace
from datetime import date

from jpki_model.world.events import Event

from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import NewWorld, first_difference
from jpki_oracle.histories.search import OPENINGS, START


def _history(*events: Event) -> History:
    return History(START, (OPENINGS["adult"],), events)


def _move(day: date, *, with_card: bool | None = None) -> tuple[Event, ...]:
    return (
        Event("moveout_notified", day, planned=day),
        Event("moved_in", day),
        Event("movein_notified", day, with_card=with_card),
    )


_FIRST, _SECOND = date(2024, 7, 1), date(2024, 8, 1)

SEEDS: dict[str, History] = {
    "second-move-forgotten": _history(
        *_move(_FIRST, with_card=True),
        Event("moveout_notified", _SECOND, planned=_SECOND),
        Event("day", date(2024, 9, 1)),
    ),
    "first-move-s-ninety-days": _history(
        *_move(_FIRST), *_move(_SECOND, with_card=True), Event("day", date(2024, 9, 30))
    ),
    "planned-day-after-arrival": _history(
        Event("moveout_notified", _FIRST, planned=date(2024, 7, 11)),
        Event("moved_in", date(2024, 7, 2)),
        Event("movein_notified", date(2024, 7, 2)),
        Event("signature_issued", date(2024, 7, 2)),
        Event("day", date(2024, 7, 11)),
    ),
    "return-without-ninety-days": _history(
        Event("moving_abroad_notified", _FIRST, planned=date(2024, 7, 11), with_card=True),
        Event("left_japan", date(2024, 7, 11)),
        Event("moved_in", _SECOND),
        Event("movein_notified", _SECOND),
        Event("day", date(2024, 10, 31)),
    ),
}
"""By the fault's id."""


def taken_down(history: History, one: NewWorld, other: NewWorld) -> History:
    """The history without every event that is not needed to tell two worlds apart, up to where they differ.

    Raises ValueError for a history that does not tell them apart.
    """
    last = first_difference(history, one, other)
    if last is None:
        raise ValueError(f"{history.id} does not tell the two apart")
    history = replace(history, events=history.events[: last + 1])
    place = 0
    while place < len(history.events):
        events = history.events[:place] + history.events[place + 1 :]
        shorter = replace(history, events=events)
        at = first_difference(shorter, one, other)
        if at is None:
            place += 1
        else:
            history = replace(shorter, events=events[: at + 1])
    return history
