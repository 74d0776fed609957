"""The holder's own PIN: taken from the terminal or a file descriptor, held in memory, never shown."""

import getpass
import hmac
import os
import sys
from collections.abc import Sequence

from jpki_spec.card import PINS, SECRETS

from jpki_oracle.card.denied import GUESSABLE_SECRETS

OWN_PINS: dict[str, str] = {
    file.secret: id
    for id, file in PINS.items()
    if file.application in ("jpki", "text", "resident-register")
    and file.secret in SECRETS
    and file.secret not in GUESSABLE_SECRETS
}
"""PINs that a holder may present, by name; each with its file."""


class SecretError(ValueError):
    """A PIN that cannot be one, or that cannot be read; the message never has it."""


class Secret:
    """A PIN; printing it shows nothing."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = bytearray(data)

    @property
    def data(self) -> bytes:
        """The bytes that are sent."""
        return bytes(self._data)

    def is_equal(self, data: bytes) -> bool:
        """`data` are this PIN's bytes, compared in constant time."""
        return bool(self._data) and hmac.compare_digest(self._data, data)

    def forget(self) -> None:
        """Overwrites the PIN, as far as Python allows."""
        self._data[:] = bytes(len(self._data))
        self._data.clear()

    def __repr__(self) -> str:
        return "Secret(**)"

    def __reduce__(self) -> str:
        raise TypeError("a PIN is not written anywhere")


def checked_secret(name: str, text: str) -> Secret:
    """The PIN `text` of that name; raises SecretError for one that the card can only refuse, so that none is spent."""
    if name not in OWN_PINS:
        raise SecretError(f"there is no PIN {name!r} to present; there are {', '.join(OWN_PINS)}")
    kind = SECRETS[name]
    text = text.upper()  # as every client does: the signature password has capital letters alone
    if not kind.least <= len(text) <= kind.most or set(text) - set(kind.alphabet):
        length = str(kind.least) if kind.least == kind.most else f"{kind.least} to {kind.most}"
        what = "digits" if kind.alphabet.isdigit() else "letters and digits"
        raise SecretError(f"the {kind.title.en} has {length} {what}; nothing was sent to the card")
    return Secret(text.encode("ascii"))


def ask_secrets(names: Sequence[str], descriptor: int | None = None) -> dict[str, Secret]:
    """The PINs of those names by their files: one a line from a file descriptor, or asked at the terminal.

    Raises SecretError where that is impossible; nothing is read from the command line or the environment.
    """
    for name in names:
        if name not in OWN_PINS:
            raise SecretError(f"there is no PIN {name!r} to present; there are {', '.join(OWN_PINS)}")
    lines = _asked(names) if descriptor is None else _read(descriptor, len(names))
    return {OWN_PINS[name]: checked_secret(name, line) for name, line in zip(names, lines, strict=True)}


def _asked(names: Sequence[str]) -> list[str]:
    if names and not sys.stdin.isatty():
        raise SecretError(
            "a PIN is typed at a terminal, and this is none; use --pin-fd, as in `--pin-fd 3 3<FILE`"
        )
    return [getpass.getpass(f"{SECRETS[name].title.en} ({SECRETS[name].title.ja}): ") for name in names]


def _read(descriptor: int, count: int) -> list[str]:
    data = bytearray()
    try:
        while data.count(b"\n") < count and len(data) <= _LONGEST and (more := os.read(descriptor, _LONGEST)):
            data += more
    except OSError as error:
        raise SecretError(
            f"--pin-fd {descriptor}: {error.strerror}; open it as in `--pin-fd 3 3<FILE`"
        ) from None
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise SecretError(f"--pin-fd {descriptor}: what stands there is not ASCII") from None
    finally:
        data[:] = bytes(len(data))
    if len(lines) < count:
        raise SecretError(f"--pin-fd {descriptor}: {len(lines)} of {count} PINs stand there, one a line")
    return lines[:count]


_LONGEST = 1024
