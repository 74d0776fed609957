"""The files of the card-surface application (券面事項確認AP): what is printed on the card, signed."""

import hashlib
from datetime import date

from jpki_model.card.data_objects import (
    key_identifier,
    public_key,
    sha256,
    signature,
    tlv,
    verifiable_certificate,
    with_offsets,
)
from jpki_model.card.images import digits_image, line_image, portrait
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import KeyRing

SURFACE_ISSUER = 6000023


def surface_files(
    holder: Holder, card_expires: date, my_number: str, security_code: str, keys: KeyRing
) -> dict[str, bytes]:
    """The contents by the names of the files."""
    key, issuer = keys["surface_key"], keys["card_issuer"]
    birth = f"{holder.birth:%Y%m%d}".encode()
    public = public_key(key.public_key())
    number_image = digits_image(my_number, 72, 12)
    identifier = key_identifier(SURFACE_ISSUER, 2)
    return {
        "age_record": tlv(0xFF10, _signed([(0xDF11, birth), (0xDF12, public)], 0xDF13, keys)),
        "card_face": _card_face(holder, card_expires, security_code, keys),
        "surface_information": tlv(
            0xFF30,
            tlv(0xDF31, bytes.fromhex("06030E01"))
            + tlv(0xDF32, identifier)
            + tlv(0xDF33, b"\x01")
            + tlv(0xDF34, holder.municipality_code.encode())
            + tlv(0xDF35, identifier + _opaque(256)),
        ),
        "surface_key_certificate": verifiable_certificate(
            key_identifier(SURFACE_ISSUER, 1), identifier, issuer.public_key(), keys["card_root"]
        ),
        "my_number_image": tlv(0xFF40, _signed([(0xDF41, number_image), (0xDF42, public)], 0xDF43, keys)),
        "surface_0006": b"\xff" * 16,
    }


def _card_face(holder: Holder, card_expires: date, security_code: str, keys: KeyRing) -> bytes:
    """Signed over three hashes, so that a picture can be left out; expiry and security code stand outside."""
    described = [
        (0xDF22, f"{holder.birth:%Y%m%d}".encode()),
        (0xDF23, holder.sex.encode()),
        (0xDF24, public_key(keys["surface_key"].public_key())),
        (0xDF25, line_image(holder.name, 280, 24)),
        (0xDF26, line_image(holder.address, 400, 24)),
        (0xDF27, portrait()),
    ]
    objects = [tlv(tag, value) for tag, value in described]
    hashes = (sha256(*objects[:3]), sha256(*objects[3:5]), sha256(objects[5]))
    outside = [
        (0xDF28, signature(keys["card_issuer"], *hashes)),
        (0xDF29, f"{card_expires:%Y%m%d}".encode()),
        (0xDF2A, digits_image(security_code, 24, 12)),
    ]
    return with_offsets(0xFF20, 0xDF21, described + outside, len(described) + len(outside))


def _signed(parts: list[tuple[int, bytes]], tag: int, keys: KeyRing) -> bytes:
    objects = b"".join(tlv(name, value) for name, value in parts)
    return objects + tlv(tag, signature(keys["card_issuer"], objects))


def _opaque(size: int) -> bytes:
    """Bytes of unknown meaning, the same for each card."""
    return hashlib.shake_256(b"JPKI-SIM").digest(size)
