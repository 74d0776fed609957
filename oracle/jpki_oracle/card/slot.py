"""What every way to a card offers, and how it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol


class CardFailureKind(StrEnum):
    """Why a card gave no answer."""

    NO_SUPPORT = "no_support"  # something that the transport needs is not installed or does not run
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    BUSY = "busy"  # the port is taken, or another program holds the card
    FOREIGN = "foreign"  # a card, but not a My Number Card
    OFF = "off"  # it has no power
    TORN = "torn"  # taken out of the reader
    LATE = "late"
    SILENT = "silent"  # the reader works, the card does not answer
    GONE = "gone"  # the reader, the program or the connection is gone
    BABBLED = "babbled"  # what came back is no response


OUTCOME_UNKNOWN = frozenset(
    {
        CardFailureKind.TORN,
        CardFailureKind.LATE,
        CardFailureKind.SILENT,
        CardFailureKind.GONE,
        CardFailureKind.BABBLED,
    }
)
"""After these nobody knows whether the card has carried out the command."""


class CardFailure(Exception):
    """There is no response; `detail` says in one line what happened, where, what to do."""

    def __init__(self, kind: CardFailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail

    @property
    def outcome_unknown(self) -> bool:
        """The card may have carried out the command, or not."""
        return self.kind in OUTCOME_UNKNOWN


class CardSlot(Protocol):
    """A place where one card is, used by one thread. Every method but `close` raises CardFailure."""

    @property
    def name(self) -> str:
        """What is there, for people: the reader's name, or the address."""

    def power_on(self) -> bytes:
        """Gives the card power, after taking it away if it had some (a cold reset); its answer to reset."""

    def power_off(self) -> None:
        """Takes the power away: everything that the card holds in memory is forgotten."""

    def reset(self) -> bytes:
        """Resets the card while it keeps its power (a warm reset); its answer to reset."""

    def transmit(self, command: bytes) -> bytes:
        """The response to a command; ends with the two status bytes."""

    def close(self) -> None:
        """Lets the card go without power, so that the next run finds it fresh; can be called again."""


@contextmanager
def closing(slot: CardSlot) -> Iterator[CardSlot]:
    """The slot, closed at the end however that comes."""
    try:
        yield slot
    finally:
        slot.close()


def checked_response(response: bytes, where: str) -> bytes:
    """`response` if it can be one; raises CardFailure if it has no status bytes or is too long."""
    if len(response) < _STATUS_LENGTH:
        raise CardFailure(
            CardFailureKind.BABBLED,
            f"{where}: a response of {len(response)} bytes has no status; it ends with SW1 and SW2",
        )
    if len(response) > LONGEST_RESPONSE:
        raise CardFailure(
            CardFailureKind.BABBLED,
            f"{where}: a response of {len(response)} bytes; ISO/IEC 7816-4 allows {LONGEST_RESPONSE}",
        )
    return response


LONGEST_RESPONSE = 65536 + 2
"""Bytes of the longest response with its status (ISO/IEC 7816-4, 5.1)."""

_STATUS_LENGTH = 2
