"""What a fuzzer sends: commands as the rules know them, commands as the standard forms them, and what forms none.

One grammar serves two ways of choosing: Hypothesis, which shrinks what it has drawn, and a generator of random
numbers, which is fast. What comes first in each list is the simplest.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hypothesis import strategies as st
from jpki_model.card_machine import CardStep
from jpki_spec.card import APPLICATIONS, FILES, IDENTIFIERS, PINS, SECRETS
from jpki_spec.card_state import PRESENTED

from jpki_oracle.card.apdu import NAMES, Command, encode
from jpki_oracle.card.denied import NEVER_SENT


@dataclass(frozen=True)
class Power:
    """The card's power: `on` (cold), `reset` (warm)."""

    what: str


@dataclass(frozen=True)
class Raw:
    """Bytes that are sent as they are; their representation hides what may be a PIN."""

    command: bytes

    def __repr__(self) -> str:
        from jpki_oracle.card.apdu import shown

        return f"Raw({shown(self.command)})"


T = TypeVar("T")

Action = Power | Raw | CardStep
"""One thing that is done to the card."""


class Choices(Protocol):
    """A way of choosing."""

    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1; 0 is the simplest."""

    def octets(self, least: int, most: int) -> bytes:
        """So many bytes."""


class RandomChoices:
    """Chooses by a generator of random numbers."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def below(self, count: int) -> int:
        """Each number equally often."""
        return int(self._chance.random() * count)

    def octets(self, least: int, most: int) -> bytes:
        """Each length equally often."""
        return self._chance.randbytes(self._chance.randint(least, most))


class _DrawnChoices:
    """Chooses by Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def below(self, count: int) -> int:
        return self._draw(st.integers(0, count - 1))

    def octets(self, least: int, most: int) -> bytes:
        return self._draw(st.binary(min_size=least, max_size=most))


class Grammar:
    """The grammar, with the values that the tester knows, by the name of the secret."""

    def __init__(self, values: Mapping[str, bytes]) -> None:
        self._values = dict(values)
        self._presented = [*values.values(), b"0000", b"WRONG1", b"9" * 12, b"1" * 16, b"A", b""]
        self._openings: list[list[Action]] = [list(steps) for steps in _OPENINGS if steps[1].secret in values]
        self._steps = [step for step in _STEPS if step.operation != "verify" or step.secret in values]

    def traces(self) -> st.SearchStrategy[list[Action]]:
        """Some actions, after a power-on that is not among them."""

        @st.composite
        def trace(draw: st.DrawFn) -> list[Action]:
            known = draw(st.booleans())

            @st.composite
            def part(draw: st.DrawFn) -> list[Action]:
                return self.part(_DrawnChoices(draw), known=known)

            # Hypothesis makes long lists rarely; lists of lists are longer, and shrink as well.
            drawn = draw(st.lists(st.lists(part(), min_size=1, max_size=10), min_size=1, max_size=8))
            return [action for parts in drawn for actions in parts for action in actions]

        return trace()

    def trace(self, choose: Choices, parts: int) -> list[Action]:
        """As many parts, all of the rules' own commands or not."""
        known = bool(choose.below(2))
        return [action for _ in range(parts) for action in self.part(choose, known=known)]

    def part(self, choose: Choices, *, known: bool) -> list[Action]:
        """A few actions: any, or some that open something; `known`: only what the rules speak of."""
        kind = choose.below(8)
        if kind == 7 and self._openings:
            return self._openings[choose.below(len(self._openings))]
        if known:
            return [Power("on") if kind == 6 else self._steps[choose.below(len(self._steps))]]
        return [self.action(choose)]

    def action(self, choose: Choices) -> Action:
        """One action: mostly of the rules' own commands, so that something is selected and verified meanwhile."""
        kind = choose.below(16)
        if kind < 9:
            return self._steps[choose.below(len(self._steps))]
        if kind == 9:
            return Power("on" if choose.below(2) else "reset")
        if kind < 13:
            return Raw(self._command(choose))
        if kind < 15:
            return Raw(_damaged(self._command(choose), choose))
        return Raw(choose.octets(2, 24))

    def _command(self, choose: Choices) -> bytes:
        """A well-formed command, whose header fits or nearly fits."""
        kind = choose.below(6)
        short = choose.below(0x20)
        if kind == 0:
            name = _NAMES[choose.below(len(_NAMES))]
            return encode(
                Command(0x00, 0xA4, 0x04, (0x0C, 0x00, 0x02)[choose.below(3)], name[: 16 - choose.below(10)])
            )
        if kind == 1:
            p1 = (0x02, 0x00, 0x01, 0x03, 0x08, 0x09)[choose.below(6)]
            return encode(Command(_class(choose), 0xA4, p1, 0x0C, bytes.fromhex(_any(IDENTIFIERS, choose))))
        if kind == 2:
            value = _any(self._presented, choose)
            p2 = (0x80, 0x80 | short, short)[choose.below(3)]
            return _lengthened(Command(_class(choose), 0x20, choose.below(2), p2, value), choose)
        if kind == 3:
            p1, p2 = (
                (0x80 | short, choose.below(256))
                if choose.below(2)
                else (choose.below(128), choose.below(256))
            )
            return _lengthened(
                Command(_class(choose), 0xB0 if choose.below(3) else 0xB2, p1, p2, le=_le(choose)), choose
            )
        if kind == 4:
            instruction = _any(_ADMINISTRATIVE, choose)
            data = _any([*self._presented, choose.octets(0, 20)], choose)
            return encode(
                Command(
                    _class(choose), instruction, choose.below(4), (0x80, 0x80 | short)[choose.below(2)], data
                )
            )
        instruction = _any(_INSTRUCTIONS, choose)
        command = Command(
            _class(choose),
            instruction,
            choose.below(256),
            choose.below(256),
            choose.octets(0, 64),
            _le(choose),
        )
        return _lengthened(command, choose)


def _class(choose: Choices) -> int:
    return (0x00, 0x80, 0x08, 0x0C, 0x10, 0x01, 0x84, 0xFF)[choose.below(8)]


def _le(choose: Choices) -> int | None:
    return (256, None, 1, 8, 65536)[choose.below(5)]


def _lengthened(command: Command, choose: Choices) -> bytes:
    """The command in its short form, or in the extended one."""
    extended = choose.below(4) == 3 or (command.le or 0) > 256
    return encode(
        Command(command.cla, command.ins, command.p1, command.p2, command.data, command.le, extended)
    )


def _damaged(command: bytes, choose: Choices) -> bytes:
    """The command cut off, lengthened, or with a byte changed."""
    kind, place = choose.below(3), choose.below(len(command))
    if kind == 0:
        damaged = command[:place]
    elif kind == 1:
        damaged = command + choose.octets(1, 4)
    else:
        damaged = command[:place] + choose.octets(1, 1) + command[place + 1 :]
    return damaged if len(damaged) > 1 else command  # one byte is no command for any reader


def _any(values: Sequence[T], choose: Choices) -> T:
    return values[choose.below(len(values))]


_INSTRUCTIONS = (*NAMES, *NEVER_SENT, 0xCB, 0xFC, 0xF8)
_ADMINISTRATIVE = (0x24, 0x32, 0x2C, 0x54, 0x50, 0x52, 0x82, 0x88, 0xAE, 0xA2)
_NAMES = tuple(application.identifier for application in APPLICATIONS.values())


def _steps() -> list[CardStep]:
    """The rules' commands, those that lead somewhere several times."""
    places = [(file.application, file.identifier) for file in FILES.values()]
    selections = [CardStep("select-application", application) for application in APPLICATIONS]
    files = [CardStep("select-file", identifier=identifier) for identifier in IDENTIFIERS]
    reads = [CardStep("read", identifier=i, short=True) for _, i in places] + [CardStep("read")] * 8
    queries = [CardStep("query")] * 4
    verifies = [
        CardStep("verify", identifier=file.identifier, short=True, secret=file.secret, presented=presented)
        for file in PINS.values()
        if file.secret in SECRETS
        for presented in PRESENTED[:2]
    ]
    here = [CardStep("verify", secret=s, presented=p) for s in SECRETS for p in PRESENTED]
    signs = [CardStep("sign", identifier=identifier, short=True) for identifier in ("0017", "001A")]
    others = [
        CardStep(name)
        for name in ("challenge", "get-data", "select-stranger", "sign-by-default-key", "read-record")
    ]
    return (
        selections * 6
        + files * 2
        + reads
        + queries
        + verifies * 2
        + here
        + signs * 4
        + [CardStep("sign")] * 4
        + others * 6
    )


_STEPS = _steps()


def _openings() -> list[list[CardStep]]:
    """For each PIN the ways to open what it opens, in an application or another."""
    return [
        [
            CardStep("select-application", file.application),
            CardStep("verify", identifier=file.identifier, short=True, secret=file.secret),
            CardStep("sign" if key else "read", identifier=opened, short=True),
        ]
        for file in PINS.values()
        for opened, key in [
            (other.identifier, other.kind == "key")
            for other in FILES.values()
            if other.application == file.application and file.identifier in other.opened_by
        ]
    ]


_OPENINGS = _openings()
