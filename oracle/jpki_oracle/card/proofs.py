"""Proves the properties of the card: invariants by induction over commands, guarantees for any single command.

`prove(property, readings)` is the way in. A proof holds for any number of commands, since every state that can be
reached meets the invariants; each is also checked not to be empty.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import z3
from jpki_model.patience import STEPS_A_MILLISECOND
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import COMMAND, STATE, CardAnswer, CardCommand, CardState
from jpki_spec.properties.card import CARD_PROPERTIES, invariants
from jpki_spec.properties.card_events import CardEvent, History, terms_of
from jpki_spec.properties.card_registry import CardClaim, CardProperty
from jpki_spec.rules.card import card_step, first_state
from jpki_spec.terms import Boolean, Term

Rules = Callable[[CardState, CardCommand, CardReadings], tuple[CardState, CardAnswer]]
"""The rules of the card, or rules that somebody broke on purpose."""
STEPS = 60_000 * STEPS_A_MILLISECOND
"""The solver's own steps for one question, so that a busy machine only takes longer; most take few of them."""


@dataclass(frozen=True)
class Inductive:
    """It holds after any number of commands, and not for want of cases."""


@dataclass(frozen=True)
class Empty:
    """It holds, but nothing meets its premise: it says nothing."""


@dataclass(frozen=True)
class Broken:
    """A state, the command in it, and the state after it that speak against it; each by the names of its parts.

    Only parts that are neither zero nor false are told. `at_first`: it fails already before the first command.
    """

    before: Mapping[str, str]
    command: Mapping[str, str]
    after: Mapping[str, str]
    at_first: bool = False


@dataclass(frozen=True)
class Undecided:
    """The solver gave up."""

    why: str


CardFinding = Inductive | Empty | Broken | Undecided


def prove_all(
    rules: Rules = card_step, progress: Callable[[int, int, str], None] = lambda done, of, what: None
) -> Iterator[tuple[CardProperty, CardReadings, CardFinding]]:
    """Every property under every reading for which it is claimed, one reading after the other."""
    claimed: dict[CardReadings, list[CardProperty]] = {}
    for each in CARD_PROPERTIES.values():
        for readings in each.readings():
            claimed.setdefault(readings, []).append(each)
    number, total = 0, sum(len(properties) for properties in claimed.values())
    for readings, properties in claimed.items():
        prover = Prover(readings, rules)
        for each in properties:
            progress(number, total, f"{each.id}, {readings}")
            yield each, readings, prover.prove(each)
            number += 1


def prove(each: CardProperty, readings: CardReadings, rules: Rules = card_step) -> CardFinding:
    """Whether a property holds under the readings, of the rules or of others in their place."""
    return Prover(readings, rules).prove(each)


class Prover:
    """Proves properties under one reading: keeps a solver that knows the invariants and one step of the rules."""

    def __init__(self, readings: CardReadings, rules: Rules = card_step) -> None:
        self._readings = readings
        self._history = History.symbolic()
        after, answer = rules(STATE, COMMAND, readings)
        self._event = CardEvent(readings, STATE, self._history, COMMAND, after, answer)
        self._solver = z3.Solver()
        self._solver.set("rlimit", STEPS)
        self._solver.add(
            *(p.invariant(STATE, self._history, readings) for p in invariants(readings) if p.invariant)
        )

    def prove(self, each: CardProperty) -> CardFinding:
        """What becomes of one property."""
        if each.invariant:
            start = each.invariant(first_state(self._readings), History.none(self._readings), self._readings)
            if not z3.is_true(z3.simplify(start)):
                return Broken({}, {}, {}, at_first=True)
            later = each.invariant(self._event.after, self._event.history_after(), self._readings)
            claim = CardClaim(z3.BoolVal(True), later)
        else:
            assert each.guarantee is not None
            claim = each.guarantee(self._event)
        against = self._asked(z3.And(claim.premise, z3.Not(claim.conclusion)))
        if against is not None:
            return against
        met = self._asked(claim.premise)
        return Empty() if met is None else met if isinstance(met, Undecided) else Inductive()

    def _asked(self, condition: Boolean) -> Broken | Undecided | None:
        """A case in which the condition is met; None if there is none."""
        self._solver.push()
        self._solver.add(condition)
        verdict = self._solver.check()
        found: Broken | Undecided | None = None
        if verdict == z3.sat:
            model, event = self._solver.model(), self._event
            found = Broken(
                _told(model, {**STATE.terms(), **terms_of(self._history)}),
                _told(model, COMMAND.terms()),
                _told(model, {**event.after.terms(), **event.answer.terms()}),
            )
        elif verdict == z3.unknown:
            found = Undecided(self._solver.reason_unknown())
        self._solver.pop()
        return found


def _told(model: z3.ModelRef, terms: Mapping[str, Term]) -> dict[str, str]:
    told = {}
    for name, term in terms.items():
        value = str(model.eval(term, model_completion=True))
        if value not in ("False", "0", "none") and not value.endswith(".none"):
            told[name] = value.partition(".")[2] or value
    return told
