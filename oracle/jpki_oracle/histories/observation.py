"""What is to be observed of a history: after each event, whether it was accepted, and the states; by the world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from jpki_model.world.events import Event
from jpki_model.world.opening import open_world
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World
from jpki_spec.laws import Law

from jpki_oracle.histories.history import History

OUTCOMES = ("accepted", "card", "signature", "authentication", "signature_pin", "authentication_pin")
"""What is observed after an event."""

NewWorld = Callable[[], World]
"""Makes the world by which a history is judged; a faulty one, in tests of the histories themselves."""


@dataclass(frozen=True)
class Observation:
    """What an event leads to: the outcomes, why it was refused, and what has ended things and by which clause."""

    outcomes: tuple[tuple[str, object], ...]
    refusal: str = ""
    clause: str = ""
    causes: tuple[tuple[str, tuple[str, str]], ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The outcomes by name."""
        return dict(self.outcomes)

    def clause_of(self, outcome: str) -> str:
        """The clause behind an outcome, where one is at work."""
        if outcome == "accepted":
            return self.clause
        return dict(self.causes).get(outcome, ("", ""))[1]

    def cause_of(self, outcome: str) -> str:
        """What ended an item, or why the event was refused."""
        if outcome == "accepted":
            return self.refusal
        return dict(self.causes).get(outcome, ("", ""))[0]


class Unplayable(ValueError):
    """A history whose opening cannot be; one line for people."""


def observe(world: World, event: Event) -> Observation:
    """Play one event and look at the person whom it is about."""
    refusal = clause = ""
    try:
        world.play(event)
    except Refused as refused:
        refusal, clause = refused.why, refused.clause
    except CannotHappen as impossible:
        refusal = str(impossible)
    if event.person not in world.residents:
        return Observation((("accepted", not refusal),), refusal, clause)
    states: dict[str, object] = {
        "accepted": not refusal,
        **world.states(event.person),
        **world.pins(event.person),
    }
    return Observation(tuple(states.items()), refusal, clause, tuple(world.causes(event.person).items()))


def observations(history: History, new_world: NewWorld) -> Iterator[Observation]:
    """The observations of a history's events, in order. Raises `Unplayable`."""
    world = new_world()
    try:
        open_world(world, history.start, history.openings)
    except (Refused, CannotHappen) as error:
        raise Unplayable(f"nobody can begin so: {error}") from None
    for event in history.events:
        yield observe(world, event)


@cache
def expected(history: History, law: Law) -> tuple[Observation, ...]:
    """What is to be observed under a law. Raises `Unplayable`."""
    return tuple(observations(history, lambda: World(law)))


def first_difference(history: History, one: NewWorld, other: NewWorld) -> int | None:
    """The place of the first event after which two worlds are observed to differ; None if there is none."""
    for place, (left, right) in enumerate(
        zip(observations(history, one), observations(history, other), strict=True)
    ):
        if left.outcomes != right.outcomes:
            return place
    return None
