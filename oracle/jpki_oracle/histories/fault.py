"""Faults: single ways in which a system can get an event rule wrong, each as a world of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from jpki_model.world.world import World
from jpki_spec.fields import Text


@dataclass(frozen=True)
class Fault:
    """One fault: its id, in words, the world that has it, the kinds of event that it is about."""

    id: str
    text: Text
    world: type[World]
    kinds: tuple[str, ...]


FAULTS: dict[str, Fault] = {}


def fault(id: str, en: str, ja: str, kinds: str) -> Callable[[type[World]], type[World]]:
    """Register a world as the fault `id`; `kinds` are the kinds of event it is about. ValueError for an id twice."""

    def register(world: type[World]) -> type[World]:
        if id in FAULTS:
            raise ValueError(f"there is a fault {id!r} already")
        FAULTS[id] = Fault(id, Text(en, ja), world, tuple(kinds.split()))
        return world

    return register
