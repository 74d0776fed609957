"""Decides of each command whether it may be sent to the card that is there, before a byte goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jpki_spec.card import CardFile

from jpki_oracle.card import budget
from jpki_oracle.card.allowed import beyond_safe
from jpki_oracle.card.apdu import (
    PERFORM_SECURITY_OPERATION,
    READ_BINARY,
    READ_RECORD,
    VERIFY,
    Command,
    MalformedCommand,
    parse,
    status,
    tries_left,
)
from jpki_oracle.card.budget import Budget, Store, Tally
from jpki_oracle.card.denied import denied_command
from jpki_oracle.card.position import NOWHERE, Position
from jpki_oracle.card.secret import Secret


class Tier(StrEnum):
    """How far a run may go."""

    SAFE = "safe"
    OWN_PIN = "own-pin"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True)
class Permission:
    """How far a run may go on the card that is there; `emulator`: it has proven to be one."""

    tier: Tier = Tier.SAFE
    emulator: bool = False
    own_pins: Mapping[str, Secret] = field(default_factory=dict)
    """The holder's PINs that may be presented, by the PIN's file, as in `jpki/0018`."""


class Guard:
    """Decides of each command whether it may be sent, from what was sent and answered before."""

    def __init__(self, permission: Permission, budget: Budget | None = None) -> None:
        self._permission = permission
        self._free = permission.emulator and permission.tier is Tier.DESTRUCTIVE
        self._budget = budget or Budget(Store())
        self._position = self._before = NOWHERE
        self._more = False  # the last response announced that there is more
        self._presented: set[str] = set()
        self._halted = ""

    @property
    def halted(self) -> str:
        """Why nothing is sent any more; empty as long as something is."""
        return self._halted

    def refusal(self, command: bytes) -> str | None:
        """Why `command` may not be sent now; None if it may."""
        if self._halted:
            return self._halted
        if self._free:
            return None
        try:
            taken = parse(command)
        except MalformedCommand as error:
            return f"it is no command ({error})"
        return denied_command(taken, self._position) or self._beyond_tier(taken)

    def sending(self, command: bytes) -> None:
        """`command` goes out now; a presentation is on record before it does."""
        if self._free:
            return
        pin = self._presents(command)
        # Until the answer is there, nobody knows where the card stands.
        self._before, self._position = self._position, NOWHERE
        if pin:
            self._presented.add(pin)
            self._budget.change(pin, budget.presented(self._tally(pin)))

    def answered(self, command: bytes, response: bytes) -> None:
        """The card has answered what went out last."""
        if self._free:
            return
        taken, word = parse(command), status(response)
        if taken.ins == VERIFY:
            pin = self._pin(taken, self._before)
            if pin and self._budget.tally(pin):
                self._take_note(pin, taken, response, word)
        self._more = word >> 8 == _MORE
        self._position = self._before.after(taken, word)

    def powered(self) -> None:
        """The card was reset, or is lost: where it stands and what is left has to be found out again."""
        self._position = NOWHERE
        self._more = False
        self._budget.forget_answers()

    def halt(self, reason: str) -> None:
        """Nothing is sent from now on."""
        self._halted = self._halted or reason

    def _take_note(self, pin: str, command: Command, response: bytes, word: int) -> None:
        tally, tries = self._tally(pin), tries_left(response)
        if word in _BLOCKED:
            tries = 0
        if not command.data:
            if tries is None:
                return
            if tally.asked is not None and tries < tally.tries_feared:
                self.halt(
                    f"the counter of {pin} fell from {tally.asked} to {tries}, and no PIN was presented"
                )
            self._budget.change(pin, budget.told(tally, tries))
        elif word == _OK:
            self._budget.change(pin, budget.accepted(tally))
        else:
            self._budget.change(pin, budget.refused(tally, tries))
            if self._permission.tier is Tier.OWN_PIN:
                left = "" if tries is None else f", tries left: {tries}"
                self.halt(f"the card has refused the PIN of {pin} ({word:04X}{left}); nothing more is sent")

    def _beyond_tier(self, command: Command) -> str | None:
        beyond = beyond_safe(command, self._position, more=self._more)
        if beyond is None or self._permission.tier is Tier.SAFE:
            return beyond
        if command.ins == VERIFY:
            return self._beyond_budget(command)
        if self._permission.tier is Tier.OWN_PIN:
            return self._beyond_own_pin(command)
        if command.ins in (READ_BINARY, READ_RECORD) and not self._position.file:
            return "nobody knows which file it reads"
        return None

    def _beyond_own_pin(self, command: Command) -> str | None:
        file = self._position.known(self._position.file)
        if command.ins in (READ_BINARY, READ_RECORD):
            if file and file.kind == "certificate" and self._owns(file) and not command.p1 & 0x80:
                return None
            return "it reads a file that is neither free nor opened by the PIN that was given"
        if command.ins == PERFORM_SECURITY_OPERATION and command.cla == 0x80 and command.p1 in _SCHEMES:
            key = self._position.known(self._position.named(command.p2))
            if key and key.kind == "key" and self._owns(key) and command.p2 & 0xE0 == 0x80:
                return None
        return f"the tier {Tier.OWN_PIN} presents a PIN, reads the certificate and signs with the key that it opens"

    def _owns(self, file: CardFile) -> bool:
        return any(f"{file.application}/{pin}" in self._permission.own_pins for pin in file.opened_by)

    def _beyond_budget(self, command: Command) -> str | None:
        pin = self._pin(command, self._position)
        tally = self._budget.tally(pin) if pin else None
        if not pin or not tally:
            return "it is not certain which PIN it is presented to, or how many tries that has"
        if (
            command.cla
            or command.p1
            or command.le is not None
            or command.extended
            or command.p2 & 0xE0 != 0x80
        ):
            return "a PIN is presented in one form alone: 00 20 00 8x, its length, the PIN"
        if self._permission.tier is Tier.DESTRUCTIVE:
            return budget.may_present_any(tally)
        own = self._permission.own_pins.get(pin)
        if own is None or not own.is_equal(command.data):
            return "it is not the PIN that the holder has given for this file"
        if pin in self._presented:
            return "the PIN was presented in this run already"
        return budget.may_present_own(tally)

    def _presents(self, command: bytes) -> str | None:
        """The PIN to which `command` presents something."""
        if command[1] != VERIFY or len(command) == _HEADER:
            return None
        taken = parse(command)
        return self._pin(taken, self._position) if taken.data else None

    def _pin(self, command: Command, position: Position) -> str | None:
        file = position.known(position.named(command.p2))
        return file.id if file and file.kind == "pin" else None

    def _tally(self, pin: str) -> Tally:
        tally = self._budget.tally(pin)
        assert tally is not None
        return tally


_OK = 0x9000
_MORE = 0x61
_BLOCKED = (0x6983, 0x6984)
_HEADER = 4
_SCHEMES = range(6)
