"""Histories for tests of the world: an adult holder, events by a short form, states as three words."""

from datetime import date

from jpki_model.world.events import Event, event
from jpki_model.world.opening import Opening, open_world
from jpki_model.world.world import World
from jpki_spec.laws import law

CURRENT = "2024-05-27"
START = date(2024, 7, 1)
HOLDER = Opening(
    "A",
    date(1990, 6, 15),
    card_made=date(2024, 6, 20),
    authentication_issued=date(2024, 6, 20),
    signature_issued=date(2024, 6, 20),
)


def a_world(edition: str = CURRENT, opening: Opening | None = HOLDER, **readings: str) -> World:
    """A world on 1 July 2024 with one adult who holds a card and both certificates (or another opening)."""
    world = World(law(edition, {name.replace("_", "-"): answer for name, answer in readings.items()}))
    open_world(world, START, () if opening is None else (opening,))
    return world


def happens(world: World, on: str, kind: str, **details: object) -> World:
    """Play one event."""
    world.play(an_event(on, kind, **details))
    return world


def an_event(on: str, kind: str, **details: object) -> Event:
    """An event from its day, kind and details as text."""
    return event({"kind": kind, "on": on, **details})


def on(world: World, day: str, person: str = "A") -> str:
    """The states of card, signature and authentication on a day, to which the clock is put."""
    world.advance(date.fromisoformat(day))
    return " ".join(world.states(person).values())
