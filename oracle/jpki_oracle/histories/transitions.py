"""What can happen to a holder in one step: transitions of the world, and shortest histories that reach each.

A transition is a kind of event, whether and by which clause it was refused, and how the states changed by it, with the
causes. A pair is two of them, one right after the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jpki_model.world.events import KINDS, Event
from jpki_model.world.opening import open_world
from jpki_model.world.world import World

from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import NewWorld, Observation, observe
from jpki_oracle.histories.search import OPENINGS, START, days_near, state_of, variants

STATES = ("card", "signature", "authentication")


@dataclass(frozen=True)
class Transition:
    """A kind of event, why it was refused (empty if it was not), the states that changed, what ended them."""

    kind: str
    refused: str
    changed: tuple[tuple[str, str, str], ...]
    causes: tuple[str, ...]

    def __str__(self) -> str:
        changes = ", ".join(f"{item} {before} to {after}" for item, before, after in self.changed)
        end = f" refused by {self.refused}" if self.refused else ""
        return f"{self.kind}{end}" + (f": {changes}" if changes else "")


def transition(event: Event, before: dict[str, str], seen: Observation) -> Transition:
    """The transition that an event made, from the states before it."""
    after = seen.as_dict()
    changed = tuple(
        (item, before[item], str(after.get(item))) for item in STATES if before[item] != after.get(item)
    )
    causes = tuple(seen.cause_of(item) for item, _, _ in changed)
    refused = "" if after["accepted"] else seen.clause or "impossible"
    return Transition(event.kind, refused, changed, causes)


def reached(new_world: NewWorld, length: int, most: int) -> dict[Transition, History]:
    """Every transition that histories of up to `length` events make, with a shortest one for each; `most` plays."""
    found: dict[Transition, History] = {}
    for events, history, steps in walks(new_world, length, most):
        if events and steps[-1] not in found:
            found[steps[-1]] = history
    return found


def walks(
    new_world: NewWorld, length: int, most: int
) -> Iterator[tuple[tuple[Event, ...], History, tuple[Transition, ...]]]:
    """Histories, shorter ones first, with the transitions that they make; none goes on from a state seen before."""
    levels: list[tuple[History, tuple[Transition, ...]]] = [
        (History(START, (opening,), ()), ()) for opening in OPENINGS.values()
    ]
    seen: set[object] = set()
    tried = 0
    for _ in range(length):
        following = []
        for history, steps in levels:
            for event in next_events(history, new_world):
                tried += 1
                if tried > most:
                    return
                world = after(history, new_world)
                step = _make(world, event)
                longer = replace(history, events=(*history.events, event))
                yield longer.events, longer, (*steps, step)
                key = (history.openings, state_of(world))
                if key not in seen:
                    seen.add(key)
                    following.append((longer, (*steps, step)))
        levels = following


def played_steps(history: History, new_world: NewWorld) -> list[Transition]:
    """The transitions that a history makes, one an event."""
    world = after(replace(history, events=()), new_world)
    return [_make(world, event) for event in history.events]


def made_by(history: History, event: Event, new_world: NewWorld) -> Transition:
    """The transition that an event makes after a history."""
    return _make(after(history, new_world), event)


def next_events(history: History, new_world: NewWorld) -> Iterator[Event]:
    """The events by which a history can go on soon."""
    for day in sorted(days_near((after(history, new_world),))):
        for kind in KINDS:
            yield from variants(kind, day)


def after(history: History, new_world: NewWorld) -> World:
    """A world after a history."""
    world = new_world()
    open_world(world, history.start, history.openings)
    for event in history.events:
        observe(world, event)
    return world


def _make(world: World, event: Event) -> Transition:
    if event.on >= world.today:
        world.advance(event.on)
    before = world.states(event.person)
    return transition(event, before, observe(world, event))
