"""One step of the card's rules under some readings: what every interpreter and every question about it starts from."""

from dataclasses import dataclass
from functools import cache

from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import COMMAND, STATE, CardAnswer, CardState
from jpki_spec.rules.card import card_step
from jpki_spec.rules.card_determined import is_determined
from jpki_spec.rules.registry import Trace, tracing
from jpki_spec.terms import Boolean


@dataclass(frozen=True)
class CardRulebook:
    """The terms of a step from any state by any command.

    `determined`: the sources say what happens; `trace`: which rule a sub-term is, by the sub-term's id.
    """

    readings: CardReadings
    after: CardState
    answer: CardAnswer
    determined: Boolean
    trace: Trace


@cache
def card_rulebook(readings: CardReadings) -> CardRulebook:
    """The step under the readings, built once."""
    determined = is_determined(STATE, COMMAND, readings)
    with tracing() as trace:
        after, answer = card_step(STATE, COMMAND, readings)
    return CardRulebook(readings, after, answer, determined, trace)
