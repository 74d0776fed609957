"""Runs the rules of the card: commands in, states and answers out, as the specification has them.

It is the rules compiled, and so the opposite of the emulated card, which never asks them. `CardMachine(readings)` is
the way in; one command takes a few microseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from jpki_spec.card import FILES, OPERATIONS, PINS, SECRETS, CardFile
from jpki_spec.card_readings import CardReadings, card_readings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import NONE
from jpki_spec.terms import Term

from jpki_model.evaluate import Compiled, Value, compile_terms

CardValues = Mapping[str, Value]
"""A state of the card, by the names of its parts."""
FIRST_SECRET = next(iter(SECRETS))


@dataclass(frozen=True, order=True)
class CardStep:
    """One command in the rules' terms; a parameter that its operation has not is at the first value."""

    operation: str
    application: str = NONE
    identifier: str = NONE
    short: bool = False
    secret: str = FIRST_SECRET
    presented: str = "right"

    def values(self) -> dict[str, Value]:
        """The command by the names of its parts."""
        return {
            "operation": self.operation,
            "application": self.application,
            "identifier": self.identifier,
            "short": self.short,
            "secret": self.secret,
            "presented": self.presented,
        }


@dataclass(frozen=True)
class ExpectedAnswer:
    """What the rules answer: the status word, the tries told in it, the kind of data, and whose they are."""

    status: str
    tries: int
    data: str
    application: str
    file: str

    @property
    def word(self) -> str:
        """The status word with the tries in it, as in `63C2`."""
        return f"63C{self.tries:X}" if self.status == "63Cx" else self.status

    @property
    def source(self) -> str:
        """The file whose content came, or the key that signed; empty if neither did."""
        return f"{self.application}/{self.file}" if NONE not in (self.application, self.file) else ""


class CardMachine:
    """The card as the rules have it under some readings, or as rules with a fault would."""

    def __init__(
        self,
        readings: CardReadings,
        after: Mapping[str, Term] | None = None,
        answer: Mapping[str, Term] | None = None,
    ) -> None:
        """`after` and `answer` are terms of a step, by name; what is not given is as the rules have it."""
        self.readings = readings
        book = card_rulebook(readings)
        rules = book.after.terms() | book.answer.terms()
        other = {**(after or {}), **(answer or {})}
        self._names = tuple(book.after.terms())
        self._all = tuple(rules)
        self._changed = tuple(name for name in other if not other[name].eq(rules[name]))
        self._step = _compiled(readings)
        self._fault = compile_terms([other[name] for name in self._changed]) if self._changed else None
        self._determined = _determined(readings)

    def step(self, state: CardValues, command: CardStep) -> tuple[dict[str, Value], ExpectedAnswer]:
        """The state after a command, and the answer to it."""
        values = {**state, **command.values()}
        results = self._step(values)
        if self._fault:
            parts = dict(zip(self._all, results, strict=True))
            parts.update(zip(self._changed, self._fault(values), strict=True))
            results = tuple(parts.values())
        count = len(self._names)
        status, tries, data, application, file = results[count:]
        answer = ExpectedAnswer(str(status), int(str(tries)), str(data), str(application), str(file))
        return dict(zip(self._names, results[:count], strict=True)), answer

    def run(self, commands: Iterable[CardStep], state: CardValues | None = None) -> list[ExpectedAnswer]:
        """The answers to commands, one after the other."""
        current = state or first_values(self.readings)
        answers = []
        for command in commands:
            current, answer = self.step(current, command)
            answers.append(answer)
        return answers

    def is_determined(self, state: CardValues, command: CardStep) -> bool:
        """The sources say how a card in that state answers the command."""
        return bool(self._determined({**state, **command.values()})[0])


@cache
def card_machine(readings: CardReadings) -> CardMachine:
    """The rules under some readings, compiled once."""
    return CardMachine(readings)


@cache
def _compiled(readings: CardReadings) -> Compiled:
    book = card_rulebook(readings)
    return compile_terms([*book.after.terms().values(), *book.answer.terms().values()])


@cache
def _determined(readings: CardReadings) -> Compiled:
    return compile_terms([card_rulebook(readings).determined])


def first_values(readings: CardReadings, tries: Mapping[str, int] | None = None) -> dict[str, Value]:
    """A card without power; `tries` are those left where not all are."""
    values: dict[str, Value] = {"powered": False, "fresh": False}
    values |= {"current_application": NONE, "current_file": NONE}
    values |= {f"verified {pin}": False for pin in PINS}
    left = {pin: file.all_tries(readings) for pin, file in PINS.items()} | dict(tries or {})
    return values | {f"tries {pin}": left[pin] for pin in PINS}


def file_of(state: CardValues, command: CardStep) -> CardFile | None:
    """The file that a command is about: the one that it names, or the current one; None where there is none."""
    identifier = command.identifier if command.short else str(state["current_file"])
    return FILES.get(f"{state['current_application']}/{identifier}")


def is_safe(state: CardValues, command: CardStep) -> bool:
    """The command is of the safe tier: its operation is, and it reads nothing but what every card gives freely."""
    if OPERATIONS[command.operation].tier != "safe":
        return False
    if command.operation == "query" and state["current_application"] == NONE:
        return False  # nobody knows of what it asks
    if not command.operation.startswith("read"):
        return True
    file = file_of(state, command)
    return file is not None and file.is_free(card_readings()) and not file.is_internal and not file.otherwise
