"""Certificates changed in one place and signed again, so that nothing else is wrong with them."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import AnyPrivateKey, digest_for

Change = Callable[[Value], Value]
"""What becomes of a TBSCertificate of version 3."""
VERSION, SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = range(8)


def altered(certificate: bytes, change: Change, key: AnyPrivateKey) -> bytes:
    """The certificate after a change, signed again by the authority's key with its hash."""
    whole = der.decode(certificate)
    return signed(change(whole.at(0)), whole.at(1), key)


def signed(tbs: Value, algorithm: Value, key: AnyPrivateKey, digest: HashAlgorithm | None = None) -> bytes:
    """A certificate over a TBSCertificate."""
    signature = signature_over(tbs.encoded(), key, digest)
    return der.sequence(tbs, algorithm, der.bit_string(signature)).encoded()


def signature_over(octets: bytes, key: AnyPrivateKey, digest: HashAlgorithm | None = None) -> bytes:
    """A signature with any hash: PKCS #1 version 1.5, or ECDSA in DER, which comes out the same again."""
    used = digest or digest_for(key)
    if isinstance(key, RSAPrivateKey):
        return key.sign(octets, PKCS1v15(), used)
    return key.sign(octets, ECDSA(used, deterministic_signing=True))


def setting(*path: int, to: Value | None) -> Change:
    """Puts a value at a path, or takes away what is there."""
    return lambda tbs: tbs.with_at(path, to)


def extension(tbs: Value, identifier: str) -> int:
    """The place of an extension among the extensions. ValueError if it is not there."""
    wanted = der.object_identifier(identifier)
    return [each.at(0) for each in tbs.at(EXTENSIONS, 0).children].index(wanted)


def setting_extension(identifier: str, value: Value) -> Change:
    """Gives an extension another value."""

    def change(tbs: Value) -> Value:
        place = extension(tbs, identifier)
        last = len(tbs.at(EXTENSIONS, 0, place).children) - 1
        return tbs.with_at((EXTENSIONS, 0, place, last), der.octet_string(value.encoded()))

    return change


def changing_extension(identifier: str, change_of: Change) -> Change:
    """Changes the value of an extension."""

    def change(tbs: Value) -> Value:
        octets = tbs.at(EXTENSIONS, 0, extension(tbs, identifier)).children[-1].content
        return setting_extension(identifier, change_of(der.decode(octets)))(tbs)

    return change


def without_extension(identifier: str) -> Change:
    """Takes an extension away."""
    return lambda tbs: tbs.with_at((EXTENSIONS, 0, extension(tbs, identifier)), None)


def with_extension(identifier: str, value: Value, *, critical: bool = False, at: int | None = None) -> Change:
    """Adds an extension, as the last or at a place."""
    flag = (der.Value(der.BOOLEAN, b"\xff"),) if critical else ()
    added = der.sequence(der.object_identifier(identifier), *flag, der.octet_string(value.encoded()))

    def change(tbs: Value) -> Value:
        place = len(tbs.at(EXTENSIONS, 0).children) if at is None else at
        return tbs.with_inserted((EXTENSIONS, 0, place), added)

    return change


def with_criticality(identifier: str, *, critical: bool) -> Change:
    """Makes an extension critical, or not."""

    def change(tbs: Value) -> Value:
        place = extension(tbs, identifier)
        named, octets = tbs.at(EXTENSIONS, 0, place, 0), tbs.at(EXTENSIONS, 0, place).children[-1]
        flag = (der.Value(der.BOOLEAN, b"\xff"),) if critical else ()
        return tbs.with_at((EXTENSIONS, 0, place), der.sequence(named, *flag, octets))

    return change


def swapping_extensions(one: str, other: str) -> Change:
    """Exchanges the places of two extensions."""

    def change(tbs: Value) -> Value:
        first, second = extension(tbs, one), extension(tbs, other)
        former, latter = tbs.at(EXTENSIONS, 0, first), tbs.at(EXTENSIONS, 0, second)
        return tbs.with_at((EXTENSIONS, 0, first), latter).with_at((EXTENSIONS, 0, second), former)

    return change
