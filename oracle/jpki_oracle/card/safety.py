"""No real card is ever harmed: slots that refuse what is not allowed before it is sent.

`SAFE` is what every reader gets by default. `OWN_PIN` presents the holder's own PIN once, if the counter is full, and
stops at the first refusal. `DESTRUCTIVE` is for emulators that prove to be one; on a real card, whose holder has typed
its serial number, it stays within the budget and apart from what is never sent (`jpki_oracle.card.denied`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from jpki_oracle.card.apdu import describe
from jpki_oracle.card.budget import Budget
from jpki_oracle.card.guard import Guard, Permission, Tier
from jpki_oracle.card.marker import proves_to_be_emulator
from jpki_oracle.card.slot import CardFailure, CardFailureKind, CardSlot

__all__ = ["GuardedSlot", "Permission", "Refused", "Tier", "proves_to_be_emulator"]


class Refused(Exception):
    """A command that the tier does not allow; it was not sent, and the card is as before."""

    def __init__(self, command: bytes, reason: str) -> None:
        super().__init__(f"not sent: {describe(command)}: {reason}")
        self.reason = reason


class GuardedSlot:
    """A slot that refuses what the permission does not allow, before it is sent.

    Once a card is lost in the middle of something, another may lie there: nothing is sent to it in this run, unless it
    proves to be an emulator.
    """

    def __init__(self, slot: CardSlot, permission: Permission, budget: Budget | None = None) -> None:
        self._slot = slot
        self._guard = Guard(permission, budget)
        self._permission = permission
        self._lost = False
        self._met = False  # a card has had power

    @property
    def name(self) -> str:
        """What is there, for people."""
        return self._slot.name

    @property
    def permission(self) -> Permission:
        """How far this slot may go."""
        return self._permission

    def power_on(self) -> bytes:
        """Gives the card power, a cold reset."""
        if self._lost:
            self._find_again()
        self._guard.powered()
        with self._same_card():
            answer = self._slot.power_on()
        self._met = True
        return answer

    def power_off(self) -> None:
        """Takes the power away."""
        self._guard.powered()
        with self._same_card():
            self._slot.power_off()

    def reset(self) -> bytes:
        """Resets without taking the power away."""
        self._guard.powered()
        with self._same_card():
            return self._slot.reset()

    def refusal(self, command: bytes) -> str | None:
        """Why `command` may not be sent now; None if it may."""
        return _LOST if self._lost else self._guard.refusal(command)

    def transmit(self, command: bytes) -> bytes:
        """Sends a command that is allowed; raises Refused for any other."""
        if reason := self.refusal(command):
            raise Refused(command, reason)
        self._lost = True  # until the answer is there, whatever comes in between
        self._guard.sending(command)
        try:
            response = self._slot.transmit(command)
        except CardFailure as failure:
            self._lost = failure.outcome_unknown
            raise
        self._guard.answered(command, response)
        self._lost = False
        return response

    def close(self) -> None:
        """Lets the card go without power."""
        self._guard.powered()
        self._slot.close()

    @contextmanager
    def _same_card(self) -> Iterator[None]:
        """After a failure inside, a card that was there before may be another one now."""
        self._lost = self._met
        yield
        self._lost = False

    def _find_again(self) -> None:
        if self._permission.emulator:
            self._slot.power_on()
            if proves_to_be_emulator(self._slot):
                return
            self._guard.halt("the card that is there now does not prove to be an emulator")
        raise CardFailure(CardFailureKind.TORN, self._guard.halted or _LOST)


_LOST = (
    "the card was lost in the middle of a command, and nobody knows what it has done; leave it in the reader and "
    "start a new run, which asks it where it stands"
)
