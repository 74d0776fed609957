"""Decides of a fault whether any sequence shows it: the shortest that does, or a proof that none does.

`Settling(readings).settle(fault)` is the way in. A proof is by induction over the commands: two cards, one with the
fault, that differ in nothing that can still be seen answer alike and differ in nothing afterwards. It holds for
sequences of any length; failing that, the solver looks for sequences up to a stated length.
"""

from dataclasses import dataclass

import z3
from jpki_model.card_machine import CardStep
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import COMMAND, NONE, STATE, CardCommand, CardState
from jpki_spec.properties.card import invariants
from jpki_spec.properties.card_events import History
from jpki_spec.rules.card import first_state
from jpki_spec.terms import Boolean, Term

from jpki_oracle.card.faults import CardFault
from jpki_oracle.card.proofs import STEPS
from jpki_oracle.card.unrolling import SolverGaveUp, Terms, Unrolling, substituted, substitution

LONGEST = 14
"""Commands of the longest sequence that is looked for: power, application and file, ten wrong values, one more."""
LONGEST_NEARBY = 8


@dataclass(frozen=True)
class Shown:
    """A sequence at whose last command the fault shows."""

    commands: tuple[CardStep, ...]


@dataclass(frozen=True)
class Equivalent:
    """No sequence shows it; `length` None for sequences of any length, else up to so many commands."""

    length: int | None


class Settling:
    """Settles faults under some readings; keeps the solvers from one to the next."""

    def __init__(self, readings: CardReadings) -> None:
        self._readings = readings
        self._book = card_rulebook(readings)
        history = History.symbolic()
        self._any_state = z3.Solver()
        self._any_state.set("rlimit", STEPS)
        self._any_state.add(self._book.determined)
        self._any_state.add(
            *(p.invariant(STATE, history, readings) for p in invariants(readings) if p.invariant)
        )
        self._faulty_state = CardState.symbolic("@faulty").terms()
        self._unrollings = [Unrolling(readings, steps=STEPS // 3) for _ in range(LONGEST)]
        self._nearby = [Unrolling(readings, _in_one_application, STEPS // 3) for _ in range(LONGEST_NEARBY)]

    def settle(self, fault: CardFault) -> Shown | Equivalent:
        """What becomes of a fault; where the solver gives up, as far as it came.

        Raises SolverGaveUp where it says nothing at all.
        """
        if self._changes_nothing(fault):
            return Equivalent(None)
        # Most faults of memory show in the public-key application, where looking for them is much faster.
        for length, unrolling in enumerate(self._nearby if fault.more else (), start=1):
            steps = self._shown(fault, unrolling, length)
            if steps:
                return Shown(steps)
        for length, unrolling in enumerate(self._unrollings, start=1):
            try:
                steps = self._shown(fault, unrolling, length)
            except SolverGaveUp:
                return Equivalent(length - 1)
            if steps:
                return Shown(steps)
        return Equivalent(LONGEST)

    def _changes_nothing(self, fault: CardFault) -> bool:
        """By induction: cards alike before a command answer alike, and are alike after it."""
        after, answer = self._book.after.terms(), self._book.answer.terms()
        rules, faulty = after | answer, {**fault.after, **fault.answer}
        same = [rules[name] == faulty[name] for name in rules if not rules[name].eq(faulty[name])]
        if self._follows(z3.BoolVal(True), same, fault):
            return True
        pairs = substitution(self._faulty_state, COMMAND.terms())
        faulty = substituted(faulty, pairs)
        seen = self._can_be_seen(fault)
        answers = [answer[name] == faulty[name] for name in answer]
        return any(
            self._follows(
                alike(STATE.terms(), self._faulty_state, seen), [alike(after, faulty, seen), *answers], fault
            )
            for alike in (_alike, _alike_with_power)
        )

    def _follows(self, before: Boolean, later: list[Boolean], fault: CardFault) -> bool:
        self._any_state.push()
        self._any_state.add(before, z3.Not(z3.And(*later)))
        verdict = self._any_state.check()
        reason = self._any_state.reason_unknown() if verdict == z3.unknown else ""
        self._any_state.pop()
        if verdict == z3.unknown:
            raise SolverGaveUp(f"{fault.id}: {reason}")
        return bool(verdict == z3.unsat)

    def _can_be_seen(self, fault: CardFault) -> set[str]:
        """The parts of the state that an answer can depend on, now or later, with the fault or without it."""
        after = self._book.after.terms()
        # What is asked is decided by the card without the fault, so that adds nothing to it.
        seen = _parts_read([*self._book.answer.terms().values(), *fault.answer.values()])
        while True:
            more = seen | _parts_read([terms[name] for terms in (after, fault.after) for name in seen])
            if more == seen:
                return seen
            seen = more

    def _shown(self, fault: CardFault, unrolling: Unrolling, length: int) -> tuple[CardStep, ...] | None:
        """A sequence of that length at whose end a card with the fault answers otherwise."""
        unrolling.moment(length - 1)
        state: Terms = first_state(self._readings).terms()
        unrolling.solver.push()
        remembers = any(not term.eq(self._book.after.terms()[name]) for name, term in fault.after.items())
        for number, moment in enumerate(unrolling.moments[:length]):
            state = state if remembers else moment.state
            pairs = substitution(state, moment.command)
            if number == length - 1:
                answer = substituted(fault.answer, pairs)
                break
            if remembers:
                later = CardState.symbolic(f"@faulty{number + 1}").terms()
                for name, term in substituted(fault.after, pairs).items():
                    unrolling.solver.add(later[name] == term)
                state = later
        right = unrolling.moments[length - 1].answer
        differs = z3.Or(*(right[name] != answer[name] for name in right))
        try:
            return unrolling.found(differs, length)
        finally:
            unrolling.solver.pop()


def _in_one_application(state: CardState, command: CardCommand) -> Boolean:
    """Nothing but the public-key application is selected."""
    return command.application.is_(NONE, "jpki")


def _alike(one: Terms, other: Terms, seen: set[str]) -> Boolean:
    """Two states differ in no part that can be seen."""
    return z3.And(*(one[name] == other[name] for name in sorted(seen)))


def _alike_with_power(one: Terms, other: Terms, seen: set[str]) -> Boolean:
    """Two states differ in nothing that outlives the power; while there is power, in nothing that can be seen."""
    lasting = [one[name] == other[name] for name in sorted(seen) if name.startswith("tries ")]
    return z3.And(*lasting, z3.Implies(one["powered"], _alike(one, other, seen)))


def _parts_read(terms: list[Term]) -> set[str]:
    """The parts of the state that terms speak of."""
    names, done, stack = set[str](), set[int](), list(terms)
    while stack:
        term = stack.pop()
        if term.get_id() not in done:
            done.add(term.get_id())
            stack.extend(term.children())
            if not term.children():
                names.add(str(term.decl().name()))
    return names & set(STATE.terms())
