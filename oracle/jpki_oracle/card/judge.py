"""Judges a card: runs sequences of commands on it and compares each answer with what the rules say.

`CardJudge(target, readings).judge(sequence)` is the way in. The first answer that differs ends a sequence, since from
there on nobody knows in which state the card is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jpki_model.card_machine import (
    CardStep,
    CardValues,
    ExpectedAnswer,
    card_machine,
    file_of,
    first_values,
)
from jpki_model.derivation import Step, derive
from jpki_model.evaluate import Value
from jpki_spec.card import NOBODY, PINS
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import NONE
from jpki_spec.laws import CURRENT_EDITION

from jpki_oracle.card.apdu import describe, shown_response, status, tries_left
from jpki_oracle.card.case import CardCase, sequence_case
from jpki_oracle.card.commands import HolderValues, Message, MissingValue, apdu, told
from jpki_oracle.card.observation import Observation, Onlooker, expected_line
from jpki_oracle.card.safety import GuardedSlot, Refused, Tier
from jpki_oracle.card.sequences import CardSequence
from jpki_oracle.card.slot import CardFailure
from jpki_oracle.judge import Difference, Judgement, Verdict

ON, OFF = CardStep("power-on"), CardStep("power-off")


@dataclass
class Target:
    """The card that is judged: its slot, the values that the tester gives, and how to get a new one, where one can."""

    slot: GuardedSlot
    values: HolderValues = field(default_factory=HolderValues)
    renew: Callable[[], GuardedSlot] | None = None


@dataclass(frozen=True)
class Exchange:
    """One command of a run: what the rules expected in which state, what was observed, the line of the trace."""

    state: CardValues
    step: CardStep
    expected: ExpectedAnswer
    observed: Observation
    line: str

    @property
    def fits(self) -> bool:
        """The card answered as the rules do."""
        return self.observed.fits(self.expected)


class CardJudge:
    """Judges one card under one set of readings; keeps what it has seen of it, in memory alone."""

    def __init__(self, target: Target, readings: CardReadings, onlooker: Onlooker | None = None) -> None:
        self.target = target
        self.readings = readings
        self.onlooker = onlooker or Onlooker()
        self._machine = card_machine(readings)
        self._tries: dict[str, int] | None = None
        self._signed = 0

    def judge(self, sequence: CardSequence) -> Judgement:
        """The verdict on one sequence."""
        case = sequence_case(sequence)
        try:
            self._prepare(sequence)
            exchanges = self._run(sequence)
        except CardFailure as failure:
            self._tries = None
            reason = f"{failure.kind.value.replace('_', ' ')}: {failure.detail}"
            return Judgement(case, Verdict.INCONCLUSIVE, reason=reason)
        except Refused as refused:
            self._tries = None
            reason = f"the tier {self.target.slot.permission.tier} does not allow it: {refused.reason}"
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=reason)
        except (MissingValue, _Locked) as reason_:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=str(reason_))
        return self._judged(case, exchanges)

    def perform(self, steps: list[CardStep]) -> list[Exchange]:
        """Commands from power-on, with their observations; stops at the first that the rules do not expect.

        Raises CardFailure, Refused and MissingValue.
        """
        state: CardValues = first_values(self.readings, self._tries or {})
        exchanges: list[Exchange] = []
        for step in steps:
            if not self._machine.is_determined(state, step):
                break
            after, expected = self._machine.step(state, step)
            exchange = self._exchange(state, step, expected)
            exchanges.append(exchange)
            if not exchange.fits:
                self._tries = None
                return exchanges
            state = after
        self._tries = {pin: int(str(state[f"tries {pin}"])) for pin in PINS}
        return exchanges

    def tries(self) -> dict[str, int]:
        """The tries left of each PIN, asked for by empty VERIFY where they are not known; by default all of them."""
        if self._tries is None:
            self._tries = self._asked()
        return self._tries

    def _prepare(self, sequence: CardSequence) -> None:
        """Brings the card into a known state: without power, all tries of the PINs that are presented there."""
        presented = [pin for pin in (*sequence.right, *sequence.wrong) if PINS[pin].secret != NOBODY]
        if self.target.slot.permission.tier is not Tier.DESTRUCTIVE:
            self.tries()
            return
        for pin in dict.fromkeys(presented):
            full = PINS[pin].all_tries(self.readings)
            left = self.tries()[pin]
            if 0 < left < full:
                self._restore(pin)
                left = self.tries()[pin]
            if left < full and self.target.renew:
                self._new_card()
            elif left < full:
                raise _Locked(
                    f"{PINS[pin].title.en} ({pin}) has {left} of {full} tries left, and no new card is at hand"
                )
        self.tries()

    def _restore(self, pin: str) -> None:
        """Presents the right value, which brings all tries back."""
        file = PINS[pin]
        select = [
            CardStep("select-application", file.application),
            CardStep("select-file", identifier=file.identifier),
        ]
        slot = self.target.slot
        slot.power_on()
        self._wake()
        for step in [*select, CardStep("query"), CardStep("verify", secret=file.secret)]:
            slot.transmit(apdu(step, file, self.target.values, Message(b"")))
        slot.power_off()
        self._tries = None

    def _new_card(self) -> None:
        assert self.target.renew is not None
        self.target.slot.close()
        self.target.slot = self.target.renew()
        self._tries = None

    def _asked(self) -> dict[str, int]:
        slot, left = self.target.slot, {pin: file.all_tries(self.readings) for pin, file in PINS.items()}
        slot.power_on()
        self._wake()
        current = ""
        for pin, file in PINS.items():
            if file.application != current:
                current = file.application
                slot.transmit(self._plain(CardStep("select-application", current)))
            if status(slot.transmit(self._plain(CardStep("select-file", identifier=file.identifier)))) != _OK:
                continue
            answer = slot.transmit(self._plain(CardStep("query")))
            told_tries = tries_left(answer)
            if told_tries is not None:
                left[pin] = min(told_tries, left[pin])
            elif status(answer) in _BLOCKED:
                left[pin] = 0
        slot.power_off()
        return left

    def _wake(self) -> None:
        """Sends a command to throw away where the first after power-on is not carried out."""
        if self.readings.reads("first_command_after_power", "6F00"):
            self.target.slot.transmit(self._plain(CardStep("select-master")))

    def _plain(self, step: CardStep) -> bytes:
        return apdu(step, None, self.target.values, Message(b""))

    def _run(self, sequence: CardSequence) -> list[Exchange]:
        try:
            return self.perform(list(sequence.commands))
        finally:
            self.target.slot.power_off()
            if sequence.wrong:
                self._tries = None  # a counter may be shared with one that nothing was presented to

    def _exchange(self, state: CardValues, step: CardStep, expected: ExpectedAnswer) -> Exchange:
        slot = self.target.slot
        if step.operation in _POWER:
            return self._power(state, step, expected)
        self._signed += 1
        message = Message(f"jpki-oracle {self._signed}".encode())
        file = file_of(state, step)
        command = apdu(step, file, self.target.values, message)
        response = slot.transmit(command)
        observed = self.onlooker.observe(step, response, expected, message)
        line = f"> {describe(command)}  < {shown_response(response, longest=0)}"
        return Exchange(state, step, expected, observed, line)

    def _power(self, state: CardValues, step: CardStep, expected: ExpectedAnswer) -> Exchange:
        slot = self.target.slot
        if step.operation == "power-off":
            slot.power_off()
            return Exchange(state, step, expected, Observation("silent", NONE, ""), "> power off")
        answer = slot.power_on() if step.operation == "power-on" else slot.reset()
        word = "atr" if answer[:1] in _INITIAL else "no answer to reset"
        return Exchange(state, step, expected, Observation(word, NONE, ""), f"> {told(step)}  < ATR")

    def _judged(self, case: CardCase, exchanges: list[Exchange]) -> Judgement:
        if not exchanges:
            return Judgement(
                case, Verdict.NOT_APPLICABLE, reason="under these readings no source determines it"
            )
        last = exchanges[-1]
        lines = tuple(exchange.line for exchange in exchanges)
        outcome = told(last.step)
        expected, observed = {outcome: expected_line(last.expected)}, {outcome: str(last.observed)}
        if last.fits:
            return Judgement(case, Verdict.PASS, expected=expected, observed=observed, trace=lines)
        readings = self._right_under(exchanges)
        difference = Difference(
            outcome, expected[outcome], observed[outcome], CURRENT_EDITION, self._why(last), readings
        )
        verdict = Verdict.ACCEPTABLE if readings else Verdict.FAIL
        return Judgement(case, verdict, (difference,), (), readings, "", expected, observed, lines)

    def _right_under(self, exchanges: list[Exchange]) -> tuple[tuple[str, str], ...]:
        """The other answers to one open question under which all that was observed is right, or not determined."""
        first = exchanges[0].state
        right = []
        for other in self.readings.alternatives():
            machine, ((reading),) = card_machine(other), self.readings.difference(other).items()
            state: CardValues = first_values(other, _spent(first, self.readings, other))
            for exchange in exchanges:
                determined = machine.is_determined(state, exchange.step)
                state, expected = machine.step(state, exchange.step)
                if determined and not exchange.observed.fits(expected):
                    break
            else:
                right.append(reading)
        return tuple(right)

    def _why(self, exchange: Exchange) -> tuple[Step, ...]:
        """The rules that decided the part of the answer that differs."""
        book = card_rulebook(self.readings)
        answer, expected, observed = book.answer, exchange.expected, exchange.observed
        if observed.word != expected.word:
            same = observed.word[:3] == expected.word[:3] == "63C"
            term = answer.tries if same else answer.status.term
        elif observed.data != expected.data:
            term = answer.data.term
        else:
            term = answer.file.term
        values: dict[str, Value] = {**exchange.state, **exchange.step.values()}
        return derive(term, book, values)


class _Locked(Exception):
    """A PIN that a sequence presents has lost tries that nothing brings back."""


def _spent(first: CardValues, readings: CardReadings, other: CardReadings) -> Mapping[str, int]:
    """The tries at the start that were not all of them, which stay what they were under other readings."""
    counts = {pin: int(str(first[f"tries {pin}"])) for pin in PINS}
    return {pin: left for pin, left in counts.items() if left != PINS[pin].all_tries(readings)}


_POWER = ("power-on", "power-off", "warm-reset")
_INITIAL = (b"\x3b", b"\x3f")
"""The first byte of an answer to reset (ISO/IEC 7816-3, 8.1)."""
_OK = 0x9000
_BLOCKED = (0x6983, 0x6984)
