"""One command of the card as an onlooker sees it, and what the onlooker keeps of all commands before it."""

from collections.abc import Mapping
from dataclasses import dataclass

import z3

from jpki_spec.card import PINS, CardFile
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import CardAnswer, CardCommand, CardState
from jpki_spec.terms import Boolean, Number, Term


@dataclass(frozen=True)
class History:
    """What an onlooker keeps of the commands and answers so far, by PIN.

    `entered`: a VERIFY with its own value was answered 9000 since the power came and since an application was last
    selected; `wrong`: how many other values were counted since; `exhausted`: no try was left once.
    """

    entered: Mapping[str, Boolean]
    wrong: Mapping[str, Number]
    exhausted: Mapping[str, Boolean]

    @staticmethod
    def symbolic() -> "History":
        """A history of which nothing is known."""
        return History(
            {pin: z3.Bool(f"entered {pin}") for pin in PINS},
            {pin: z3.Int(f"wrong {pin}") for pin in PINS},
            {pin: z3.Bool(f"exhausted {pin}") for pin in PINS},
        )

    @staticmethod
    def none(readings: CardReadings) -> "History":
        """Nothing has happened yet; a PIN that has no try from the beginning is exhausted."""
        return History(
            {pin: z3.BoolVal(False) for pin in PINS},
            {pin: z3.IntVal(0) for pin in PINS},
            {pin: z3.BoolVal(file.all_tries(readings) == 0) for pin, file in PINS.items()},
        )


@dataclass(frozen=True)
class CardEvent:
    """One command: the state and history before it, what was answered, the state after it."""

    readings: CardReadings
    before: CardState
    history: History
    command: CardCommand
    after: CardState
    answer: CardAnswer

    def presents(self, pin: str) -> Boolean:
        """A VERIFY that carries a value and is about this PIN was carried out."""
        return z3.And(
            self.before.powered,
            z3.Not(self.answer.status.is_("6F00")),
            self.command.operation.is_("verify"),
            is_at(self, PINS[pin]),
        )

    def presents_own_value(self, pin: str) -> Boolean:
        """… and the value is its own."""
        secret = PINS[pin].secret
        own = self.command.secret.is_(secret) if secret != "-" else z3.BoolVal(False)
        return z3.And(self.presents(pin), own, self.command.presented.is_("right"))

    def history_after(self) -> History:
        """What an onlooker has kept after it."""
        operation = self.command.operation
        forgotten = operation.is_(
            "power-on", "power-off", *self._also_forgotten("warm_reset_clears", "warm-reset")
        )
        selected = z3.And(operation.is_("select-application"), self.answer.status.is_("9000"))
        same = self.command.application.term == self.before.application.term
        if self.readings.reads("same_application_reselect_clears", "no"):
            selected = z3.And(selected, z3.Not(same))
        if self.readings.reads("other_application_select_clears", "no"):
            selected = z3.And(selected, same)
        entered, wrong, exhausted = {}, {}, {}
        for pin in PINS:
            right = z3.And(self.presents_own_value(pin), self.answer.status.is_("9000"))
            entered[pin] = z3.Or(right, z3.And(self.history.entered[pin], z3.Not(z3.Or(forgotten, selected))))
            sharing = sharing_counter(pin, self.readings)
            counted = z3.Or(*(z3.And(self.presents(p), self.answer.status.is_("63Cx")) for p in sharing))
            restored = z3.Or(
                *(z3.And(self.presents_own_value(p), self.answer.status.is_("9000")) for p in sharing)
            )
            wrong[pin] = z3.If(
                restored, z3.IntVal(0), z3.If(counted, self.history.wrong[pin] + 1, self.history.wrong[pin])
            )
            exhausted[pin] = z3.Or(self.history.exhausted[pin], self.after.tries[pin] == 0)
        return History(entered, wrong, exhausted)

    def _also_forgotten(self, question: str, operation: str) -> tuple[str, ...]:
        return (operation,) if self.readings.reads(question, "yes") else ()


def sharing_counter(pin: str, readings: CardReadings) -> list[str]:
    """The PINs that have one counter with this one."""
    codes = PINS[pin].secret in ("code-a", "code-b") and readings.reads("counters_shared", "shared")
    return [other for other in PINS if other == pin or (codes and PINS[other].secret == PINS[pin].secret)]


def is_at(event: CardEvent, file: CardFile) -> Boolean:
    """The command is about this file: it names it by its short identifier, or it is the current one."""
    named = z3.And(event.command.short, event.command.identifier.is_(file.identifier))
    current = z3.And(z3.Not(event.command.short), event.before.file.is_(file.identifier))
    return z3.And(event.before.application.is_(file.application), z3.Or(named, current))


def gives(event: CardEvent, data: str, file: CardFile) -> Boolean:
    """The answer has this kind of data of this file, or by this key."""
    of = z3.And(event.answer.application.is_(file.application), event.answer.file.is_(file.identifier))
    return z3.And(event.answer.data.is_(data), of)


def terms_of(history: History) -> dict[str, Term]:
    """The parts of a history by name."""
    named = {f"entered {pin}": term for pin, term in history.entered.items()}
    named |= {f"wrong {pin}": term for pin, term in history.wrong.items()}
    return named | {f"exhausted {pin}": term for pin, term in history.exhausted.items()}
