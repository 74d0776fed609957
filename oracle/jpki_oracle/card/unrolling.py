"""Commands one after the other, as the solver sees them: a card that follows the rules from its first state on.

`Unrolling(readings)` is the way in; `shortest(goal)` gives the shortest sequence whose last command meets a goal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import z3
from jpki_model.card_machine import CardStep
from jpki_model.patience import STEPS_A_MILLISECOND
from jpki_spec.card import FILES, OPERATIONS, PINS
from jpki_spec.card_readings import CardReadings, card_readings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import COMMAND, NONE, STATE, CardCommand, CardState
from jpki_spec.rules.card import first_state
from jpki_spec.rules.card_access import file_of_command
from jpki_spec.terms import Boolean, Term

Terms = Mapping[str, Term]


class SolverGaveUp(Exception):
    """A question about the card that the solver did not answer in time."""


@dataclass(frozen=True)
class Moment:
    """One command of an unrolled sequence: the state before it, the command, the answer, each by names of parts."""

    state: Terms
    command: Terms
    answer: Terms


@dataclass
class Unrolling:
    """The rules, unrolled as far as somebody has asked; `allowed` narrows the commands further.

    `steps` limits a question in the solver's own units, so that a busy machine only takes longer.
    """

    readings: CardReadings
    allowed: Callable[[CardState, CardCommand], Boolean] = lambda state, command: z3.BoolVal(True)
    steps: int = 240_000 * STEPS_A_MILLISECOND
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        book = card_rulebook(self.readings)
        self.solver = z3.Solver()
        self.solver.set("rlimit", self.steps)
        self._after, self._answer = book.after.terms(), book.answer.terms()
        self._may = z3.And(book.determined, self.allowed(STATE, COMMAND))
        self._state: Terms = first_state(self.readings).terms()

    def moment(self, at: int) -> Moment:
        """The command at a place, counted from 0."""
        while len(self.moments) <= at:
            self._grow()
        return self.moments[at]

    def _grow(self) -> None:
        number = len(self.moments)
        command = CardCommand.symbolic(f"@{number}").terms()
        pairs = substitution(self._state, command)
        self.solver.add(z3.substitute(self._may, *pairs))
        self.moments.append(Moment(self._state, command, substituted(self._answer, pairs)))
        later = CardState.symbolic(f"@{number + 1}").terms()
        for name, term in substituted(self._after, pairs).items():
            self.solver.add(later[name] == term)
        self._state = later

    def found(self, condition: Boolean, length: int) -> tuple[CardStep, ...] | None:
        """A sequence of that length that meets a condition over its moments; None if there is none."""
        self.moment(length - 1)
        self.solver.push()
        self.solver.add(condition)
        verdict = self.solver.check()
        steps = None
        if verdict == z3.sat:
            model = self.solver.model()
            steps = tuple(_step(model, moment.command) for moment in self.moments[:length])
        reason = self.solver.reason_unknown() if verdict == z3.unknown else ""
        self.solver.pop()
        if verdict == z3.unknown:
            raise SolverGaveUp(reason)
        return steps


def substitution(state: Terms, command: Terms) -> list[tuple[Term, Term]]:
    """What puts a moment's state and command into the terms of a step."""
    names = STATE.terms() | COMMAND.terms()
    given = {**state, **command}
    return [(names[name], given[name]) for name in names]


def substituted(terms: Terms, pairs: list[tuple[Term, Term]]) -> dict[str, Term]:
    """Terms of a step, put into a moment."""
    return {name: z3.substitute(term, *pairs) for name, term in terms.items()}


def only_safe(state: CardState, command: CardCommand) -> Boolean:
    """The command is of the safe tier (`is_safe` of the machine says the same of one case)."""
    operation = command.operation
    safe = operation.is_(*(id for id, o in OPERATIONS.items() if o.tier == "safe"))
    reads = operation.is_(*(id for id in OPERATIONS if id.startswith("read")))
    at = file_of_command(state, command)
    free = [
        z3.And(state.application.is_(file.application), at.is_(file.identifier))
        for file in FILES.values()
        if file.is_free(card_readings()) and not file.is_internal and not file.otherwise
    ]
    nowhere = z3.And(operation.is_("query"), state.application.is_(NONE))
    return z3.And(safe, z3.Not(nowhere), z3.Implies(reads, z3.Or(*free)))


def only_own_pin(state: CardState, command: CardCommand) -> Boolean:
    """The command is safe, or presents a holder's PIN rightly, or uses what that PIN opens, in the plain form."""
    operation, at = command.operation, file_of_command(state, command)
    in_application = state.application.is_("jpki")
    own = [
        z3.And(at.is_(pin.identifier), command.secret.is_(pin.secret))
        for pin in PINS.values()
        if pin.application == "jpki"
    ]
    verifies = z3.And(operation.is_("verify"), command.presented.is_("right"), z3.Or(*own))
    signs = operation.is_(*(id for id, o in OPERATIONS.items() if o.tier == "own-pin"))
    certificates = [f.identifier for f in FILES.values() if f.kind == "certificate"]
    reads = z3.And(operation.is_("read"), z3.Not(command.short), at.is_(*certificates))
    return z3.Or(only_safe(state, command), z3.And(in_application, z3.Or(verifies, signs, reads)))


def _step(model: z3.ModelRef, command: Terms) -> CardStep:
    values = {name: str(model.eval(term, model_completion=True)) for name, term in command.items()}
    plain = {name: value.partition(".")[2] for name, value in values.items() if name != "short"}
    return CardStep(**plain, short=values["short"] == "True")
