"""What holds from when to when in a history: a lane for each card, each certificate and each period of a notice."""

from dataclasses import dataclass
from datetime import date, timedelta

from jpki_model.world.events import Event
from jpki_model.world.holdings import Card, Certificate, Resident
from jpki_model.world.opening import open_world
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World
from jpki_spec.laws import Law

from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import Unplayable

LOOK_AHEAD = timedelta(days=120)
"""How long after the last event the world goes on, so that what falls due then is seen."""


@dataclass(frozen=True)
class Bar:
    """A stretch of days, both inclusive (no end: it stays), with the state or what it is, and why it began."""

    state: str
    start: date
    end: date | None
    why: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Lane:
    """One thing over time: a card, a certificate, or a period that a notice began."""

    item: str
    number: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Lanes:
    """The lanes of one history, and its events with whether each was refused (and by which clause)."""

    history: History
    law: Law
    lanes: tuple[Lane, ...]
    events: tuple[tuple[Event, str], ...]
    until: date


def lanes_of(history: History, law: Law) -> Lanes:
    """Play a history and note what begins and ends. Raises `Unplayable`."""
    world = World(law)
    try:
        open_world(world, history.start, history.openings)
    except (Refused, CannotHappen) as error:
        raise Unplayable(f"nobody can begin so: {error}") from None
    events: list[tuple[Event, str]] = []
    periods: dict[tuple[str, date, date], None] = {}
    for event in history.events:
        try:
            world.play(event)
            events.append((event, ""))
        except Refused as refused:
            events.append((event, refused.clause))
        except CannotHappen as impossible:
            events.append((event, str(impossible)))
        periods |= dict.fromkeys(_periods(world, event))
    until = world.today + LOOK_AHEAD
    world.advance(until)
    lanes: list[Lane] = []
    for holder in world.residents.values():
        lanes += _held(holder)
    for number, (what, start, last) in enumerate(periods, start=1):
        lanes.append(Lane(what, number, (Bar("period", start, last),)))
    return Lanes(history, law, tuple(lanes), tuple(events), until)


def _held(holder: Resident) -> list[Lane]:
    lanes = [
        Lane("card", n, _bars(card, card.made, card.lapsed, "lapsed"))
        for n, card in enumerate(holder.cards, 1)
    ]
    for item in ("signature", "authentication"):
        of_kind = [each for each in holder.certificates if each.item == item]
        lanes += [Lane(item, n, _bars(c, c.issued, c.revoked, "revoked")) for n, c in enumerate(of_kind, 1)]
    return lanes


def _bars(held: Card | Certificate, start: date, ended: date | None, word: str) -> tuple[Bar, ...]:
    if ended is None:
        return (Bar("valid", start, held.expires), Bar("expired", held.expires + timedelta(1), None))
    valid = (Bar("valid", start, ended - timedelta(1)),) if ended > start else ()
    return (*valid, Bar(word, ended, None, held.cause, held.clause))


def _periods(world: World, event: Event) -> list[tuple[str, date, date]]:
    """The periods that an event began: until the last day in time."""
    holder = world.residents.get(event.person)
    if holder is None or holder.move is None:
        return []
    move, day = holder.move, timedelta(days=1)
    rules = world.regulations
    periods = []
    if event.kind == "moveout_notified" and move.notified == event.on and move.planned is not None:
        periods.append(
            ("period-planned", move.planned, world.after_days(move.planned, rules.planned_days) - day)
        )
    if event.kind == "moved_in" and move.arrived == event.on:
        periods.append(("period-arrival", event.on, world.after_days(event.on, rules.arrival_days) - day))
    waiting = holder.presentation
    if (
        event.kind == "movein_notified"
        and move.settled == event.on
        and waiting is not None
        and not waiting.done
    ):
        periods.append(
            ("period-presentation", event.on, world.after_days(event.on, rules.presentation_days) - day)
        )
    return periods
