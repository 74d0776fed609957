"""The commands that use a private key: sign (80 2A) and INTERNAL AUTHENTICATE (88)."""

from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Key

SIGN, INTERNAL_AUTHENTICATE = 0x2A, 0x88
SIGNATURE_SIZE = 256
LONGEST_VERBATIM = SIGNATURE_SIZE - 11
"""PKCS#1 v1.5 needs eleven bytes of padding (RFC 8017, 8.2.1)."""
ANY_LENGTH = 65535

PSS = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)


class Scheme(NamedTuple):
    """What P1 asks for: a signature over inputs of these lengths."""

    sign: Callable[[RSAPrivateKey, bytes], bytes]
    shortest: int
    longest: int


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()


def _padded(key: RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, padding.PKCS1v15(), NoDigestInfo())


def _of_hash(key: RSAPrivateKey, digest: bytes) -> bytes:
    return key.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))


def _pss_of_hash(key: RSAPrivateKey, digest: bytes) -> bytes:
    return key.sign(digest, PSS, Prehashed(SHA256()))


SCHEMES = {
    0x00: Scheme(_padded, 1, LONGEST_VERBATIM),
    0x01: Scheme(lambda key, data: _padded(key, sha256(data)), 1, ANY_LENGTH),
    0x02: Scheme(_of_hash, 32, 32),
    0x03: Scheme(lambda key, data: _of_hash(key, sha256(data)), 1, ANY_LENGTH),
    0x04: Scheme(_pss_of_hash, 32, 32),
    0x05: Scheme(lambda key, data: _pss_of_hash(key, sha256(data)), 1, ANY_LENGTH),
}
"""By P1: data padded as they are; the card's SHA-256 padded; PKCS#1 v1.5 of a hash, of data; PSS of a hash, of data."""


def sign(chip: Chip, command: Command) -> bytes:
    """A signature with the current key, with one by its short identifier, or with the application's own key."""
    scheme = SCHEMES.get(command.p1)
    if scheme is None or (chip.profile.sign_schemes == "verbatim" and command.p1):
        return status.WRONG_PARAMETERS
    if command.p2 == 0x00:
        default = chip.state.application.default_key
        key = None if default is None else chip.state.application.files.get(default)
    elif command.p2 & 0xE0 == 0x80:
        key = chip.referenced(command.p2)
    else:
        return status.WRONG_PARAMETERS
    if not isinstance(key, Key) or key.key is None or SIGN not in key.answers:
        return bytes.fromhex(chip.profile.sign_without_key)
    if not chip.opened(key.use):
        return status.SECURITY_STATUS_NOT_SATISFIED
    if not command.data:
        return bytes.fromhex(chip.profile.sign_empty)
    if not scheme.shortest <= len(command.data) <= scheme.longest:
        return bytes.fromhex(chip.profile.sign_input_length)
    if command.expected < SIGNATURE_SIZE:
        return status.WRONG_LENGTH
    signature = scheme.sign(key.key, command.data)
    if key.name == "signature_key" and chip.profile.signature_status_after_signing == "drop":
        chip.state.verified.clear()
    return signature + status.OK


def internal_authenticate(chip: Chip, command: Command) -> bytes:
    """Prove that the card is genuine: a signature over the SHA-256 of a challenge, by the card's own key."""
    if command.p1 or command.p2 & 0xE0 != 0x80:
        return status.WRONG_PARAMETERS
    key = chip.referenced(command.p2)
    if not isinstance(key, Key) or key.key is None:
        return status.REFERENCE_NOT_FOUND
    if not chip.opened(key.use):
        return status.SECURITY_STATUS_NOT_SATISFIED
    if INTERNAL_AUTHENTICATE not in key.answers:
        return status.CONDITIONS_NOT_SATISFIED
    if not command.data or command.expected < SIGNATURE_SIZE:
        return status.WRONG_LENGTH
    return _of_hash(key.key, sha256(command.data)) + status.OK
