"""What a card holds: applications, and in them elementary files, PINs and keys, as values.

Access is the set of PINs of the same application of which any one must be verified: `FREE` asks for none, `NEVER`
is opened by none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Access = frozenset[int] | None
"""Identifiers of the PINs any one of which opens; None for no condition."""

FREE: Access = None
NEVER: Access = frozenset()


@dataclass(frozen=True)
class Transparent:
    """A file of bytes; `size` is its room on the card, filled up with FF where the profile says so."""

    id: int
    name: str
    read: Access = FREE
    data: bytes = field(default=b"", repr=False)
    size: int = 0


@dataclass(frozen=True)
class Records:
    """A file of records, numbered from 1."""

    id: int
    name: str
    read: Access = FREE
    records: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Pin:
    """A PIN or a code that is compared with what is presented; `tries` presentations, each right one restores them."""

    id: int
    name: str
    tries: int
    least: int
    most: int
    alphabet: str = "0123456789"
    change: int | None = None
    """The instruction that changes it: 24 (ISO) or 32 (JICSAP); None where only the issuer does."""
    value: bytes = field(default=b"", repr=False)
    blocked: bool = False
    """Blocked from the beginning, as one key of the text application is on every issued card."""

    def takes(self, value: bytes) -> bool:
        """Whether a value has the form of this PIN."""
        return self.least <= len(value) <= self.most and all(chr(byte) in self.alphabet for byte in value)


@dataclass(frozen=True)
class Key:
    """A private RSA key that never leaves; `answers` are the instructions that use it: 2A, 88, AE."""

    id: int
    name: str
    use: Access = FREE
    answers: frozenset[int] = frozenset({0x2A})
    key: RSAPrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Internal:
    """An internal file of which no more is known than that it can be selected and never read."""

    id: int
    name: str


File = Transparent | Records | Pin | Key | Internal


@dataclass(frozen=True)
class Application:
    """A dedicated file: its identifier (DF name) and the files below it."""

    name: str
    identifier: bytes
    files: Mapping[int, File]
    aliases: tuple[bytes, ...] = ()
    """Other identifiers by which it is selected."""
    default_key: int | None = None
    """The key that `80 2A 00 00` signs with."""
    session_key: int | None = None
    """The key of secure messaging."""
    without_session_key: bytes = b"\x6d\x00"
    """The status with which it refuses secure messaging."""
    card_level: bool = False
    """Whether GET DATA gives the card's own data objects here."""


@dataclass(frozen=True)
class Contents:
    """All that is on one card when it leaves the issuer."""

    applications: tuple[Application, ...]
    master: Application
    """What is current after power-on, before anything is selected."""
    objects: Mapping[int, bytes] = field(repr=False)
    """The card's data objects by tag, for GET DATA."""
    issuer_key: bytes = field(repr=False)
    """AES-128 key by which the issuer authenticates, in this emulator only."""

    def application(self, name: str) -> Application:
        """The application of a name. Raises KeyError where there is none."""
        return {application.name: application for application in self.applications}[name]


def filed(*files: File) -> Mapping[int, File]:
    """Files by their identifiers."""
    return MappingProxyType({file.id: file for file in files})


def any_of(*pins: int) -> Access:
    """Opened by any one of these PINs."""
    return frozenset(pins)
