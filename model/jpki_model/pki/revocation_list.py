"""Revocation lists (X.509 version 2) as the service has them: whole, by day, each for one distribution point.

Written as DER directly, so that a list of a million entries is a matter of seconds and of little memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache

from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import AnyPrivateKey, sign
from jpki_model.pki.signing import algorithm_of


class Reason(IntEnum):
    """Why a certificate was revoked (RFC 5280, 5.3.1), as far as the service tells it."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6


@dataclass(frozen=True)
class Revocation:
    """A revoked certificate: its serial number, since when (UTC), and why."""

    serial: int
    since: datetime
    reason: Reason


@dataclass(frozen=True)
class ListFrame:
    """What a list says beside its entries: issuer (a Name in DER), its key's identifier, dates, number, point.

    `point`: the distribution point as a Name in DER; None for a list without one. `following` may be None.
    """

    issuer: bytes
    key_identifier: bytes
    issued: datetime
    following: datetime | None
    number: int | None = 1
    point: bytes | None = None


def revocation_list(frame: ListFrame, revoked: Iterable[Revocation], key: AnyPrivateKey) -> bytes:
    """The list in DER, signed."""
    entries = b"".join(map(_entry, revoked))
    algorithm = algorithm_of(key).encoded()
    following = time(frame.following).encoded() if frame.following else b""
    content = (
        der.integer(1).encoded()
        + algorithm
        + frame.issuer
        + time(frame.issued).encoded()
        + following
        + (wrapped(der.SEQUENCE, entries) if entries else b"")
        + der.explicit(0, der.sequence(*_extensions(frame))).encoded()
    )
    to_sign = wrapped(der.SEQUENCE, content)
    signature = der.bit_string(sign(key, to_sign)).encoded()
    return wrapped(der.SEQUENCE, to_sign + algorithm + signature)


def wrapped(tag: int, content: bytes) -> bytes:
    """Content under a tag."""
    return bytes([tag]) + der.encoded_length(len(content)) + content


def time(instant: datetime) -> Value:
    """An instant as RFC 5280 has it: UTCTime through 2049, GeneralizedTime from 2050 on."""
    utc = instant.astimezone(UTC)
    if utc.year < 2050:
        return Value(der.UTC_TIME, f"{utc:%y%m%d%H%M%SZ}".encode())
    return Value(der.GENERALIZED_TIME, f"{utc:%Y%m%d%H%M%SZ}".encode())


def extension(identifier: str, value: Value, *, critical: bool = False) -> Value:
    """One extension."""
    flag = (Value(der.BOOLEAN, b"\xff"),) if critical else ()
    return der.sequence(der.object_identifier(identifier), *flag, der.octet_string(value.encoded()))


def _entry(revocation: Revocation) -> bytes:
    # Octets and no values: a list has up to millions of entries.
    octets = revocation.serial.bit_length() // 8 + 1
    serial = bytes((der.INTEGER, octets)) + revocation.serial.to_bytes(octets, "big")
    content = serial + _encoded_time(revocation.since) + _REASONS[revocation.reason]
    return bytes((der.SEQUENCE, len(content))) + content


@lru_cache(maxsize=1024)
def _encoded_time(instant: datetime) -> bytes:
    return time(instant).encoded()


_REASONS = {
    reason: der.sequence(extension("2.5.29.21", Value(der.ENUMERATED, bytes([reason])))).encoded()
    for reason in Reason
} | {Reason.UNSPECIFIED: b""}
"""The extension with a reason; a code of 0 is not written (RFC 5280, 5.3.1)."""


def _extensions(frame: ListFrame) -> list[Value]:
    authority = der.sequence(Value(0x80, frame.key_identifier))
    extensions = [extension("2.5.29.35", authority)]
    if frame.number is not None:
        extensions.append(extension("2.5.29.20", der.integer(frame.number)))
    if frame.point is not None:
        name = Value(
            0xA0, children=(Value(0xA0, children=(Value(0xA4, children=(der.decode(frame.point),)),)),)
        )
        extensions.append(extension("2.5.29.28", der.sequence(name), critical=True))
    return extensions
