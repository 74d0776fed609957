"""The shortest histories that show something, by bounded search: breadth first over the events that are near.

A history is extended by every kind of event on every day that matters: today, tomorrow, the day on which something
falls due in either world and the day before it, the ends of what is held. What leads to a state in which both worlds
have been before is not followed further. `length` bounds the search; inside of it the first history found is a
shortest one over the kinds of event that were tried.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jpki_model.world.events import ENTRIES, ITEMS_WITH_KEYS, KINDS, Event
from jpki_model.world.holdings import Card, Certificate, Resident
from jpki_model.world.opening import Opening, open_world
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World

from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import NewWorld, Observation, observe

DAY = timedelta(days=1)
FAR = timedelta(days=500)
"""What falls due later than this is not waited for, but by the ends of what is held."""
START = date(2024, 7, 1)
_ISSUED = date(2024, 6, 20)

OPENINGS: dict[str, Opening] = {
    "adult": Opening(
        "A", date(1990, 6, 15), card_made=_ISSUED, authentication_issued=_ISSUED, signature_issued=_ISSUED
    ),
    "nobody's card": Opening("A", date(1990, 6, 15)),
    "child": Opening("A", date(2009, 9, 1), card_made=_ISSUED, authentication_issued=_ISSUED),
    "just eighteen": Opening("A", date(2006, 6, 15)),
    "limited stay": Opening(
        "A",
        date(1990, 6, 15),
        "limited",
        date(2026, 3, 31),
        card_made=_ISSUED,
        authentication_issued=_ISSUED,
        signature_issued=_ISSUED,
    ),
    "leapling": Opening(
        "A", date(1992, 2, 29), card_made=_ISSUED, authentication_issued=_ISSUED, signature_issued=_ISSUED
    ),
    "issued on the birthday": Opening(
        "A", date(1990, 6, 20), card_made=_ISSUED, authentication_issued=_ISSUED, signature_issued=_ISSUED
    ),
}
"""Who there is as the searched histories begin."""
PLAIN = ("adult", "nobody's card", "child", "just eighteen", "limited stay")
"""Those of them whose birthdays are nothing special."""

Differ = Callable[[Observation, Observation], bool]


@dataclass(frozen=True)
class Found:
    """A shortest history, and how many were tried on the way."""

    history: History
    tried: int


@dataclass(frozen=True)
class NotFound:
    """No history up to a length shows a difference; how many were tried, and whether all of them were."""

    tried: int
    whole: bool


def shortest(
    one: NewWorld,
    other: NewWorld,
    kinds: tuple[str, ...],
    length: int,
    openings: tuple[str, ...] = tuple(OPENINGS),
    most: int = 200_000,
) -> Found | NotFound:
    """The shortest history over some kinds of event by which two worlds can be told apart.

    Gives up after `most` plays; then what is not found may be there.
    """
    tried = 0
    levels: list[tuple[str, tuple[Event, ...]]] = [(name, ()) for name in openings]
    seen: set[object] = set()
    for _ in range(length):
        following: list[tuple[str, tuple[Event, ...]]] = []
        for name, events in levels:
            opening = OPENINGS[name]
            for event in _near(opening, events, one, other, kinds):
                tried += 1
                if tried > most:
                    return NotFound(tried, False)
                left, right = _played(opening, events, one), _played(opening, events, other)
                if observe(left, event).outcomes != observe(right, event).outcomes:
                    history = History(START, (opening,), (*events, event))
                    return Found(history, tried)
                key = (name, state_of(left), state_of(right))
                if key not in seen:
                    seen.add(key)
                    following.append((name, (*events, event)))
        levels = following
    return NotFound(tried, True)


def _played(opening: Opening, events: tuple[Event, ...], new_world: NewWorld) -> World:
    world = new_world()
    open_world(world, START, (opening,))
    for event in events:
        try:
            world.play(event)
        except (Refused, CannotHappen):
            continue
    return world


def _near(
    opening: Opening, events: tuple[Event, ...], one: NewWorld, other: NewWorld, kinds: tuple[str, ...]
) -> Iterator[Event]:
    worlds = (_played(opening, events, one), _played(opening, events, other))
    for day in sorted(days_near(worlds)):
        for kind in kinds:
            yield from variants(kind, day)
    if "day" in kinds:
        for day in sorted(_ends(worlds)):
            yield Event("day", day)
    for kind in ("card_requested", "authentication_issued", "signature_issued"):
        if kind in kinds:
            for day in sorted(_windows(worlds)):
                yield from variants(kind, day)


def days_near(worlds: tuple[World, ...]) -> set[date]:
    """The days on which something can go one way or the other soon."""
    today = worlds[0].today
    days = {today, today + DAY}
    for world in worlds:
        for due in world.due_days():
            if due <= today + FAR:
                days |= {due - DAY, due}
    return {day for day in days if day >= today}


def _ends(worlds: tuple[World, ...]) -> set[date]:
    ends = set()
    for world in worlds:
        for holder in world.residents.values():
            for held in _held(holder):
                ends |= {held.expires, held.expires + DAY}
    return {day for day in ends if day > worlds[0].today} | {worlds[0].today - DAY}


def _windows(worlds: tuple[World, ...]) -> set[date]:
    days = set()
    for world in worlds:
        for holder in world.residents.values():
            for held in _held(holder):
                opens = world.renewable_from(held.expires)
                days |= {opens - DAY, opens} if opens else set()
    return {day for day in days if day > worlds[0].today}


def _held(holder: Resident) -> list[Card | Certificate]:
    return [*holder.cards, *holder.certificates]


def variants(kind: str, day: date) -> Iterator[Event]:
    """The events of a kind on a day, with the details that make a difference."""
    plain = Event(kind, day)
    details = KINDS[kind]
    if kind == "born":
        return
    if kind in ("moveout_notified", "moving_abroad_notified"):
        for later in (0, 10):
            event = replace(plain, planned=day + later * DAY)
            yield event
            if "with_card" in details:
                yield replace(event, with_card=True)
    elif "with_card" in details:
        yield plain
        yield replace(plain, with_card=True)
    elif "entry" in details:
        yield from (replace(plain, entry=entry) for entry in ENTRIES)
    elif "item" in details:
        yield from (replace(plain, item=item) for item in ITEMS_WITH_KEYS)
    elif "ground" in details:
        yield plain
        yield from (replace(plain, ground=ground) for ground in ("window", "full_notes"))
    elif kind == "stay_extended":
        yield from (replace(plain, stay_expires=date(year, 3, 31)) for year in (2030, 2045))
    elif kind == "network_held":
        yield replace(plain, until=day + 10 * DAY)
    else:
        yield plain


def state_of(world: World) -> object:
    """What matters of a world, days counted from today: two worlds with the same go on in the same way."""
    today = world.today

    def since(day: date | None) -> int | None:
        return None if day is None else max(-400, min(9000, (day - today).days))

    return (
        tuple(_state(holder, since) for holder in world.residents.values()),
        tuple(since(day) for day in world.due_days()),
        since(world.held_until),
    )


def _state(holder: Resident, since: Callable[[date | None], int | None]) -> object:
    move, waiting, abroad, asked = holder.move, holder.presentation, holder.notice_abroad, holder.application
    return (
        holder.registered,
        holder.abroad,
        since(holder.died),
        since(holder.arrived),
        move
        and (
            since(move.notified),
            since(move.planned),
            since(move.arrived),
            move.settled is None,
            move.too_late,
        ),
        waiting and (waiting.done, waiting.of_return, len(waiting.cards)),
        abroad and (since(abroad.on), since(abroad.planned), abroad.card is None),
        asked and (asked.ground, asked.checked, since(asked.received)),
        since(holder.stay_expires),
        tuple(
            (
                since(c.expires),
                c.delivered,
                c.suspended,
                c.lapsed is None,
                c.cause,
                tuple(sorted(c.wrong_pins.items())),
            )
            for c in holder.cards
        ),
        tuple((c.item, since(c.issued), since(c.expires), c.revoked is None) for c in holder.certificates),
    )
