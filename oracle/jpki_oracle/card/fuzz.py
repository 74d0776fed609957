"""The pack `card-fuzz`: random traces against an emulated card, until the time is over or one shows what must not be.

Each trace starts from a power-on. The rules run beside it as long as it has only commands that they know, and the
`Watch` looks at everything. What is found is shrunk by Hypothesis to the shortest trace that still shows it. The same
seed sends the same traces, as far as the time allows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from jpki_model.card_machine import CardMachine, CardStep, ExpectedAnswer, card_machine, file_of, first_values
from jpki_model.evaluate import Value
from jpki_spec.card_readings import CardReadings, card_readings

from jpki_oracle.card.apdu import VERIFY, describe, shown_response
from jpki_oracle.card.commands import HolderValues, Message, apdu, told
from jpki_oracle.card.denied import GUESSABLE_SECRETS, NEVER_SENT
from jpki_oracle.card.fuzz_grammar import Action, Grammar, Power, Raw
from jpki_oracle.card.fuzz_watch import Finding, Watch, census, counted
from jpki_oracle.card.slot import CardFailure, CardFailureKind, CardSlot

TRACES_A_ROUND = 100
SECONDS_TO_SHRINK = 30.0
SPARED = 0.8
"""The part of the time in which a card that cannot be replaced keeps a try of each PIN."""
SLOWEST_ANSWER = 5.0
"""Seconds; a card that takes longer hangs."""


@dataclass(frozen=True)
class FuzzRequest:
    """For how long, from which seed, with what the tester knows.

    `values`: PINs and codes by the name of the secret; `keys`: numbers of private keys, by what they are; neither may
    come back in an answer. `readings`: what the card claims. `fresh`: gives a new card for each trace, where it can.
    """

    seconds: float = 10.0
    seed: int = 0
    values: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    readings: CardReadings = field(default_factory=card_readings)
    fresh: Callable[[], CardSlot] | None = None


@dataclass(frozen=True)
class Line:
    """One action of a trace with what came back, for people: no PIN in it."""

    sent: str
    came: str


@dataclass(frozen=True)
class FuzzResult:
    """How many traces and commands were sent; what was found, and the shortest trace that shows it.

    `unstable`: sent again, the trace did not show it every time.
    """

    traces: int
    commands: int
    seed: int
    finding: Finding | None = None
    trace: tuple[Line, ...] = ()
    unstable: bool = False


def fuzz(
    slot: CardSlot, request: FuzzRequest, tell: Callable[[int, int], None] = lambda done, of: None
) -> FuzzResult:
    """Fuzz the card in `slot`, which may have power and must be an emulator's: PINs are locked and changed.

    `tell` hears the seconds that have gone by, and all there are.
    """
    return _Fuzzer(slot, request, tell).result()


class _Shown(Exception):
    """Tells Hypothesis that a trace shows what is looked for."""


class _TimeIsOver(BaseException):
    """Ends everything at once; no Exception, so that Hypothesis does not look for a smaller trace."""


class _Fuzzer:
    def __init__(self, slot: CardSlot, request: FuzzRequest, tell: Callable[[int, int], None]) -> None:
        self._slot = slot
        self._request = request
        self._tell = tell
        self._end = time.monotonic() + request.seconds
        self._traces = self._commands = 0
        self._found: Finding | None = None
        self._shortest: tuple[Line, ...] = ()
        self._runner = TraceRunner(request)

    def result(self) -> FuzzResult:
        """Rounds of traces, each with a seed of its own, until something is found or the time is over."""
        drawn = Grammar(self._request.values).traces()
        number = unstable = 0
        begun = time.monotonic()
        while self._found is None and time.monotonic() < self._end:
            # A card that cannot be replaced is locked only at the end: a locked one shows little.
            early = time.monotonic() - begun < SPARED * self._request.seconds
            self._runner.sparing = self._request.fresh is None and early

            @seed(self._request.seed + number)
            @settings(
                max_examples=TRACES_A_ROUND,
                database=None,
                deadline=None,
                derandomize=False,
                print_blob=False,
                report_multiple_bugs=False,
                verbosity=Verbosity.quiet,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )
            @given(drawn)
            def attack(actions: list[Action]) -> None:
                self._attack(actions)

            try:
                attack()
            except _TimeIsOver:
                break
            except _Shown:
                break
            except Flaky:
                unstable = 1
                break
            number += 1
        return FuzzResult(
            self._traces, self._commands, self._request.seed, self._found, self._shortest, bool(unstable)
        )

    def _attack(self, actions: Sequence[Action]) -> None:
        now = time.monotonic()
        if now > self._end:
            raise _TimeIsOver
        self._tell(round(self._request.seconds - self._end + now), round(self._request.seconds))
        slot = self._request.fresh() if self._request.fresh else self._slot
        lines: list[Line] = []
        finding = self._runner.run(slot, actions, lines)
        self._traces += 1
        self._commands += len(lines)
        if finding is None or (self._found is not None and finding.kind != self._found.kind):
            return
        if self._found is None:
            self._end = now + SECONDS_TO_SHRINK
        if not self._shortest or len(lines) <= len(self._shortest):
            self._found, self._shortest = finding, tuple(lines)
        raise _Shown


class TraceRunner:
    """Runs traces, and says what is wrong with what came back."""

    def __init__(self, request: FuzzRequest) -> None:
        self._machine: CardMachine = card_machine(request.readings)
        self._readings = request.readings
        self._holder = HolderValues(request.values)
        pins = {f"the PIN {n}": v for n, v in request.values.items() if n not in GUESSABLE_SECRETS}
        self._secrets = {**pins, **request.keys}
        self.sparing = False
        """Leave out what may spend the last try of a PIN or change its value: the card has to serve for long."""

    def run(self, slot: CardSlot, actions: Sequence[Action], lines: list[Line]) -> Finding | None:
        """The first thing that is wrong; what was done is added to `lines`."""
        watch = Watch(self._secrets)
        try:
            slot.power_on()
            tries = census(slot)
            finding = self._trace(slot, actions, watch, tries, lines)
            if finding:
                return finding
            slot.power_on()
            return counted(tries, census(slot), watch)
        except CardFailure as failure:
            kind = "hang" if failure.kind is CardFailureKind.LATE else "crash"
            lines.append(Line("", failure.detail))
            return Finding(kind, f"the card gave no answer: {failure.detail}")

    def _trace(
        self,
        slot: CardSlot,
        actions: Sequence[Action],
        watch: Watch,
        tries: Mapping[str, int],
        lines: list[Line],
    ) -> Finding | None:
        slot.power_on()
        # The rules run along from here until something is sent that they do not speak of.
        state: dict[str, Value] | None
        state, _ = self._machine.step(first_values(self._readings, tries), CardStep("power-on"))
        to_spend = min((left for left in tries.values() if left), default=1) - 1
        for action in actions:
            if self.sparing and (cost := self._cost(action, state)):
                if cost > to_spend:
                    continue
                to_spend -= cost
            if isinstance(action, Power):
                slot.power_on() if action.what == "on" else slot.reset()
                watch.powered(cold=action.what == "on")
                lines.append(Line(f"power {action.what}", ""))
                state = self._after_power(action, state)
                continue
            expected: ExpectedAnswer | None = None
            if isinstance(action, Raw):
                command, state = action.command, None
                words = describe(command)
            else:
                file = file_of(state, action) if state else None
                command = apdu(action, file, self._holder, _MESSAGE)
                words = f"{told(action)}: {describe(command)}"
                if state and self._machine.is_determined(state, action):
                    state, expected = self._machine.step(state, action)
                else:
                    state = None
            begun = time.monotonic()
            response = slot.transmit(command)
            took = time.monotonic() - begun
            lines.append(Line(words, shown_response(response, longest=0)))
            if took > SLOWEST_ANSWER:
                return Finding("hang", f"the card took {took:.0f} s for an answer")
            finding = watch.sent(command, response) or _differs(expected, response)
            if finding:
                return finding
        return None

    def _cost(self, action: Action, state: Mapping[str, Value] | None) -> int:
        """The tries that an action may cost; more than there are, if it may change a value."""
        if isinstance(action, Raw):
            if action.command[1] in _CHANGING:
                return _ALL_TRIES
            return int(action.command[1] == VERIFY and len(action.command) > 4)
        if isinstance(action, Power) or action.operation != "verify":
            return 0
        file = file_of(state, action) if state else None
        return int(file is None or file.secret != action.secret or action.presented != "right")

    def _after_power(self, action: Power, state: dict[str, Value] | None) -> dict[str, Value] | None:
        """Once something was sent that the rules do not speak of, counters and values may be others for good."""
        if state is None:
            return None
        steps = ("power-off", "power-on") if action.what == "on" else ("warm-reset",)
        for step in steps:
            state, _ = self._machine.step(state, CardStep(step))
        return state


def _differs(expected: ExpectedAnswer | None, response: bytes) -> Finding | None:
    if expected is None:
        return None
    word = response[-2:].hex().upper()
    same = word[:2] == "6C" if expected.status == "6Cxx" else word == expected.word
    if same and (len(response) > 2) == (expected.data != _NOTHING):
        return None
    came = f"{word}{' with data' if len(response) > 2 else ''}"
    wanted = f"{expected.word}{' with data' if expected.data != _NOTHING else ''}"
    return Finding("rules", f"the card answers {came}, the rules say {wanted}")


_MESSAGE = Message(b"jpki-oracle")
_NOTHING = "none"
_CHANGING = frozenset(NEVER_SENT)
_ALL_TRIES = 16
