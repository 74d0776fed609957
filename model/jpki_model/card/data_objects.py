"""The data objects on the card: BER-TLV, public keys in the card's own form, card-verifiable certificates."""

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, Hash


def tlv(tag: int, value: bytes) -> bytes:
    """Tag, length in BER, value."""
    name = tag.to_bytes(1 if tag < 0x100 else 2, "big")
    size = len(value)
    if size < 0x80:
        return name + bytes((size,)) + value
    if size < 0x100:
        return name + bytes((0x81, size)) + value
    return name + b"\x82" + size.to_bytes(2, "big") + value


def public_key(key: RSAPublicKey) -> bytes:
    """Exponent (90) and modulus (91) of an RSA key of 2048 bits."""
    numbers = key.public_numbers()
    return tlv(0x90, numbers.e.to_bytes(3, "big")) + tlv(0x91, numbers.n.to_bytes(256, "big"))


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the parts, one behind the other."""
    digest = Hash(SHA256())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def signature(key: RSAPrivateKey, *parts: bytes) -> bytes:
    """PKCS#1 v1.5 with SHA-256 over the parts, 256 bytes."""
    return key.sign(sha256(*parts), padding.PKCS1v15(), Prehashed(SHA256()))


def key_identifier(number: int, series: int) -> bytes:
    """Sixteen bytes that name a key: seven digits, 08 05, three digits, four bytes of padding."""
    return f"{number:07}".encode() + b"\x08\x05" + f"{series:03}".encode() + bytes(4)


def verifiable_certificate(
    issuer: bytes, subject: bytes, key: RSAPublicKey, issuer_key: RSAPrivateKey
) -> bytes:
    """A card-verifiable certificate: two key identifiers and a key (5F4E), signed (5F37), in a template 7F21."""
    body = issuer + subject + public_key(key)
    return tlv(0x7F21, tlv(0x5F4E, body) + tlv(0x5F37, signature(issuer_key, body)))


def with_offsets(template: int, table: int, parts: list[tuple[int, bytes]], described: int) -> bytes:
    """A template whose first object is a table of where the first `described` objects begin, two bytes each.

    The offsets count from the beginning of the file, so they shift with the length of the template's own head.
    """
    objects = [tlv(tag, value) for tag, value in parts]
    table_size = len(tlv(table, bytes(2 * described)))
    inner = table_size + sum(map(len, objects))
    place = len(tlv(template, bytes(inner))) - inner + table_size
    offsets = b""
    for entry in objects[:described]:
        offsets += place.to_bytes(2, "big")
        place += len(entry)
    return tlv(template, tlv(table, offsets) + b"".join(objects))
