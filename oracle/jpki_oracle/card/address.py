"""Addresses of cards: which way, and to what."""

from collections.abc import Callable

from jpki_oracle.card.emulator import open_emulator
from jpki_oracle.card.messages import MessageSlot
from jpki_oracle.card.slot import CardSlot
from jpki_oracle.sut.address import AddressError, check_timeout, open_connection

CARD_SCHEMES = ("emulator", "vpcd", "pcsc")
"""Ways that lead to a card alone; `python:`, `stdio:` and `http:` lead to systems that may have one."""


def open_slot(address: str, *, timeout: float = 10.0) -> CardSlot:
    """The slot at `address`: `emulator:PROFILE`, `vpcd:PORT`, `pcsc:READER`, or `card` messages over
    `python:MODULE:NAME`, `stdio:COMMAND` or `http://HOST:PORT`.

    `timeout` are the seconds that a response may take (not `emulator:` and `python:`). No card gets power
    before `power_on`. Raises AddressError, and CardFailure for a port that is taken or a reader that is not there.
    """
    check_timeout(timeout)
    scheme, colon, rest = address.partition(":")
    if colon and scheme in _OPENERS:
        return _OPENERS[scheme](address, rest.strip(), timeout)
    if scheme in _MESSAGES:
        return MessageSlot(address, open_connection(address, timeout=timeout))
    raise _error(address, "is not the address of a card")


def is_card_address(address: str) -> bool:
    """`address` leads to a card and to nothing else, by its scheme."""
    scheme, colon, _ = address.partition(":")
    return bool(colon) and scheme in CARD_SCHEMES


_MESSAGES = ("python", "stdio", "http", "https")
_FORMS = (
    "emulator:PROFILE, vpcd:PORT, pcsc:READER, python:MODULE:NAME, stdio:COMMAND or http://HOST:PORT, "
    "for example 'emulator:probed'"
)


def _error(address: str, what: str) -> AddressError:
    return AddressError(f"{address!r} {what}; write {_FORMS}")


def _emulator(address: str, rest: str, timeout: float) -> CardSlot:
    try:
        return open_emulator(address, rest)
    except ValueError as error:
        raise AddressError(f"{address!r}: {error}") from None


def _vpcd(address: str, rest: str, timeout: float) -> CardSlot:
    from jpki_oracle.card.vpcd import VirtualReaderSlot

    host, colon, port = rest.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16 or (colon and not host):
        raise _error(address, "needs a port from 1 to 65535, as in vpcd:35963")
    return VirtualReaderSlot(host or "127.0.0.1", int(port), timeout=timeout)


def _pcsc(address: str, rest: str, timeout: float) -> CardSlot:
    from jpki_oracle.card.pcsc import ReaderSlot

    return ReaderSlot(rest, timeout=timeout)


_OPENERS: dict[str, Callable[[str, str, float], CardSlot]] = {
    "emulator": _emulator,
    "vpcd": _vpcd,
    "pcsc": _pcsc,
}
