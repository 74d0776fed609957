"""What must hold of a card whatever is sent to it: no leak, no use without a PIN, no try given back for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from jpki_spec.card import APPLICATIONS, PINS, CardFile

from jpki_oracle.card.apdu import (
    GET_CHALLENGE,
    READ_BINARY,
    READ_RECORD,
    VERIFY,
    Command,
    MalformedCommand,
    parse,
    status,
    tries_left,
)
from jpki_oracle.card.position import NOWHERE, Position
from jpki_oracle.card.slot import CardSlot

SHORTEST_UNMISTAKABLE = 8
"""Bytes of a secret that do not come up by chance in a signature or a challenge."""


@dataclass(frozen=True)
class Finding:
    """Something that must not happen; `kind` is what the shortest trace has to show as well."""

    kind: str
    what: str


class Watch:
    """Looks at every command and response of a trace, from a power-on on.

    `secrets` are what no answer may hold, by what it is: PINs, and numbers of private keys. What was verified is known
    too generously, and where the card stands too carefully, so that nothing is reported that might be right.
    """

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._secrets = secrets
        self._long = {name: value for name, value in secrets.items() if len(value) >= SHORTEST_UNMISTAKABLE}
        self._position = NOWHERE
        self._opened: set[str] = set()
        self._challenges: set[bytes] = set()
        self.spent: dict[str, int] = {}
        """How often each PIN may have been presented something, by its file; under "" where nobody knows to which."""
        self.told: dict[str, int] = {}
        """The tries left by the answer to the last PIN that was refused, by its file."""
        self.restored: set[str] = set()
        """PINs that may have got tries back by what was sent."""

    def powered(self, *, cold: bool) -> None:
        """The card was reset; after a warm reset it may still know what was verified."""
        self._position = NOWHERE
        if cold:
            self._opened.clear()

    def sent(self, command: bytes, response: bytes) -> Finding | None:
        """What is wrong with the response, or with the card that gave it."""
        try:
            taken = parse(command)
        except MalformedCommand:
            self._position = NOWHERE
            self._spend("", command)
            return self._leak(None, response)
        before = self._position
        finding = (
            self._leak(taken, response)
            or self._length(taken, response)
            or self._unopened(taken, before, response)
        )
        self._count(command, taken, before, response)
        # In a class that is not plain, nobody knows what the card makes of it.
        self._position = before.after(taken, status(response)) if taken.cla in (0x00, 0x80) else NOWHERE
        return finding

    def _leak(self, command: Command | None, response: bytes) -> Finding | None:
        data = response[:-2]
        if len(data) < 4:
            return None
        for name, value in self._long.items():
            if value in data and not (command and command.data and value in command.data):
                return Finding("leak", f"an answer holds {name}")
        bare = data.rstrip(b"\xff\x00")
        for name, value in self._secrets.items():
            if bare == value and (
                command is None or command.ins not in (READ_BINARY, READ_RECORD, GET_CHALLENGE)
            ):
                return Finding("leak", f"an answer is {name}")
        return None

    def _length(self, command: Command, response: bytes) -> Finding | None:
        if len(response) - 2 > (command.le or 0) and command.le is not None:
            return Finding("length", f"{len(response) - 2} bytes came where {command.le} were asked for")
        return None

    def _unopened(self, command: Command, position: Position, response: bytes) -> Finding | None:
        if len(response) <= 2 or command.cla not in (0x00, 0x80):
            return None
        if command.ins == READ_BINARY:
            file = position.known(position.named(command.p1) if command.p1 & 0x80 else position.file)
        elif command.ins == 0x2A and command.p2 & 0x80:
            file = position.known(position.named(command.p2))
        else:
            return self._challenge(command, response)
        if file is None or self._may_be_open(file, use=command.ins == 0x2A):
            return None
        what = "was used" if command.ins == 0x2A else "was read"
        return Finding("unopened", f"{file.title.en} ({file.id}) {what} without its PIN")

    def _challenge(self, command: Command, response: bytes) -> Finding | None:
        if command.ins != GET_CHALLENGE or command.cla or len(response) < SHORTEST_UNMISTAKABLE + 2:
            return None
        if response in self._challenges:
            return Finding("challenge", "the same challenge came twice")
        self._challenges.add(response)
        return None

    def _may_be_open(self, file: CardFile, *, use: bool) -> bool:
        if file.is_internal and not (use and file.kind == "key"):
            return False
        allowed = file.otherwise[2] if file.otherwise and not file.otherwise[2] else file.opened_by
        return not allowed or any(f"{file.application}/{pin}" in self._opened for pin in allowed)

    def _count(self, command: bytes, taken: Command, position: Position, response: bytes) -> None:
        if taken.ins == VERIFY:
            pin = position.known(position.named(taken.p2))
            certain = pin is not None and pin.kind == "pin" and not taken.cla
            at = {pin.id} if certain and pin else set(PINS)
            self._spend(pin.id if certain and pin else "", command)
            if taken.data and status(response) == _OK:
                self._opened |= at
                self.restored |= at
            elif taken.data and len(at) == 1 and (tries := tries_left(response)) is not None:
                self.told |= dict.fromkeys(at, tries)
                self.restored -= at
        elif taken.ins in _MAY_RESTORE and status(response) == _OK:
            self.restored |= set(PINS)

    def _spend(self, pin: str, command: bytes) -> None:
        if len(command) != 4:
            self.spent[pin] = self.spent.get(pin, 0) + 1


def census(slot: CardSlot) -> dict[str, int]:
    """The tries left of every PIN that the card answers for, by its file; the card has power, and is moved about."""
    tries: dict[str, int] = {}
    for id, file in PINS.items():
        identifier = APPLICATIONS[file.application].identifier
        select = b"\x00\xa4\x04\x0c" + bytes((len(identifier),)) + identifier
        if status(slot.transmit(select)) != _OK:
            continue
        if status(slot.transmit(b"\x00\xa4\x02\x0c\x02" + bytes.fromhex(file.identifier))) != _OK:
            continue
        response = slot.transmit(b"\x00\x20\x00\x80")
        left = 0 if status(response) in _BLOCKED else tries_left(response)
        if left is not None:
            tries[id] = left
    return tries


def counted(before: Mapping[str, int], after: Mapping[str, int], watch: Watch) -> Finding | None:
    """What is wrong with the counters after a trace, by what was presented in it."""
    for pin in before:
        tries = watch.told.get(pin, before[pin])
        if pin not in after:
            return Finding("counter", f"the counter of {pin} answers no more")
        spent = watch.spent.get(pin, 0) + watch.spent.get("", 0)
        if pin in watch.restored:
            continue
        if after[pin] < tries and tries - after[pin] > spent:
            return Finding(
                "counter", f"the counter of {pin} fell from {tries} to {after[pin]} by {spent} presentations"
            )
        if after[pin] > tries:
            return Finding(
                "counter", f"the counter of {pin} rose from {tries} to {after[pin]} by no right PIN"
            )
    return None


_OK = 0x9000
_BLOCKED = (0x6983, 0x6984)
_MAY_RESTORE = (0x24, 0x32, 0x2C, 0x54, 0x52, 0x50)
