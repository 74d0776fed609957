"""The register of the card's properties: invariants of a state, and guarantees about any single command."""

from collections.abc import Callable
from dataclasses import dataclass

from jpki_spec.card_readings import CARD_READINGS, CardReadings, card_readings
from jpki_spec.card_state import CardState
from jpki_spec.fields import Text
from jpki_spec.properties.card_events import CardEvent, History
from jpki_spec.terms import Boolean


@dataclass(frozen=True)
class CardClaim:
    """If the premise holds of an event, so does the conclusion."""

    premise: Boolean
    conclusion: Boolean


Invariant = Callable[[CardState, History, CardReadings], Boolean]
Guarantee = Callable[[CardEvent], CardClaim]


@dataclass(frozen=True)
class CardProperty:
    """A claim about every card that follows the rules; exactly one of `invariant` and `guarantee` is there.

    `excepting`: the answers to open questions under which it is not claimed.
    """

    id: str
    statement: Text
    excepting: tuple[tuple[str, str], ...]
    invariant: Invariant | None = None
    guarantee: Guarantee | None = None

    def readings(self) -> list[CardReadings]:
        """All readings for which it is claimed: the defaults, and one other answer at a time."""
        default = card_readings()
        return [each for each in (default, *default.alternatives()) if self.is_claimed(each)]

    def is_claimed(self, readings: CardReadings) -> bool:
        """It is claimed under these readings."""
        return not any(readings.reading(question) == answer for question, answer in self.excepting)


CARD_PROPERTIES: dict[str, CardProperty] = {}


def invariants(readings: CardReadings) -> list[CardProperty]:
    """The invariants that are claimed under the readings, and may be assumed of a state."""
    return [p for p in CARD_PROPERTIES.values() if p.invariant and p.is_claimed(readings)]


def _register(made: CardProperty) -> None:
    if made.id in CARD_PROPERTIES:
        raise ValueError(f"two properties are called {made.id}")
    for question, answer in made.excepting:
        CARD_READINGS[question].alternatives[answer]
    CARD_PROPERTIES[made.id] = made


def always(
    id: str, en: str, ja: str, excepting: tuple[tuple[str, str], ...] = ()
) -> Callable[[Invariant], Invariant]:
    """Register an invariant."""

    def decorate(function: Invariant) -> Invariant:
        _register(CardProperty(id, Text(en, ja), excepting, invariant=function))
        return function

    return decorate


def on_every_command(
    id: str, en: str, ja: str, excepting: tuple[tuple[str, str], ...] = ()
) -> Callable[[Guarantee], Guarantee]:
    """Register a guarantee."""

    def decorate(function: Guarantee) -> Guarantee:
        _register(CardProperty(id, Text(en, ja), excepting, guarantee=function))
        return function

    return decorate
