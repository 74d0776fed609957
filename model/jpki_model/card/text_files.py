"""The files of the text application (券面事項入力補助AP): My Number and the four attributes as text, signed."""

import hashlib

from jpki_model.card.data_objects import (
    key_identifier,
    public_key,
    sha256,
    signature,
    tlv,
    verifiable_certificate,
    with_offsets,
)
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import KeyRing

TEXT_ISSUER = 6000033
NUMBER_SIZE = 17
"""Room of the file with My Number; its hash is over all of it."""
ATTRIBUTES = 4


def text_files(holder: Holder, my_number: str, keys: KeyRing) -> dict[str, bytes]:
    """The contents by the names of the files."""
    issuer = keys["card_issuer"]
    number = tlv(0xFF10, my_number.encode()).ljust(NUMBER_SIZE, b"\xff")
    attributes = [
        (0xDF22, holder.name.encode()),
        (0xDF23, holder.address.encode()),
        (0xDF24, f"{holder.birth:%Y%m%d}".encode()),
        (0xDF25, holder.sex.encode()),
    ]
    hashes = tlv(0xDF31, sha256(number))
    hashes += tlv(0xDF32, sha256(*(tlv(tag, value) for tag, value in attributes)))
    identifier = key_identifier(TEXT_ISSUER, 2)
    own_key = tlv(0xDF51, public_key(keys["text_key"].public_key()))
    return {
        "my_number": number,
        "four_attributes": with_offsets(0xFF20, 0xDF21, attributes, ATTRIBUTES),
        "text_signature": tlv(0xFF30, hashes + tlv(0xDF33, signature(issuer, hashes))),
        "text_key_certificate": verifiable_certificate(
            key_identifier(TEXT_ISSUER, 1), identifier, issuer.public_key(), keys["card_root"]
        ),
        "text_information": tlv(
            0xFF40,
            tlv(0xDF41, bytes.fromhex("01030E01"))
            + tlv(0xDF42, identifier)
            + tlv(0xDF43, hashlib.shake_256(b"JPKI-SIM text").digest(32) + b"\xff" * 96),
        ),
        "session_public_key": tlv(0xA1, public_key(keys["session_key"].public_key())),
        "text_public_key": tlv(0xFF50, own_key + tlv(0xDF52, signature(issuer, own_key))),
        "text_0008": b"\xff" * 16,
    }
