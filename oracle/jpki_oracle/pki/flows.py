"""The two flows of the source, end to end: a document signed with the card, and a challenge answered with it.

Each step names its clauses, and for a signature the step of the registered seal that it answers to.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from jpki_model.pki.profile import Purpose
from jpki_model.pki.signed_document import signed_document
from jpki_model.pki.verifier import Decision, Question, verify
from jpki_spec.fields import Text

Transmit = Callable[[bytes], bytes]
"""A command to the card, and its response with the status word."""
SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")
FILES: dict[Purpose, tuple[int, int, int]] = {
    "signature": (0x001B, 0x001A, 0x0001),
    "authentication": (0x0018, 0x0017, 0x000A),
}
"""PIN, private key and certificate in the public-key application."""
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
BLOCK = 256


@dataclass(frozen=True)
class FlowStep:
    """One step: what happens, the clauses that say so, and the clauses of the seal's flow to which it answers."""

    id: str
    text: Text
    clauses: tuple[str, ...]
    seal: tuple[str, ...] = ()


SIGNATURE_STEPS = (
    FlowStep(
        "sign",
        Text(
            "The holder signs the document with the private key on the card",
            "本人がカードの秘密鍵で文書に署名する",
        ),
        ("signature-use-signed", "media-private-key-never-output"),
        ("seal-use-pressed", "correspondence-signing"),
    ),
    FlowStep(
        "send",
        Text(
            "Document, signature and signature certificate go to who relies on them",
            "文書・署名・署名用電子証明書を相手方へ送る",
        ),
        ("signature-use-sent", "media-signature-sends"),
        ("seal-use-sent", "correspondence-certificate"),
    ),
    FlowStep(
        "belongs",
        Text("The signature belongs to the document and the certificate", "署名が文書と証明書に対応する"),
        ("signature-use-inference",),
        ("seal-use-inference",),
    ),
    FlowStep(
        "status",
        Text("The certificate is confirmed to be valid", "電子証明書の有効性を確認する"),
        ("flow-status-checked", "application-needs-status"),
    ),
    FlowStep(
        "presumed",
        Text("The document is presumed to be authentic", "文書は真正に成立したものと推定される"),
        ("signature-legal-effect",),
        ("seal-legal-effect",),
    ),
)


class CardRefused(Exception):
    """The card did not do what it was asked; the message has the status word and no PIN."""


def certificate_on(transmit: Transmit, purpose: Purpose, pin: str) -> bytes:
    """The certificate on the card, read as readers do; the one for signatures needs the PIN. Raises `CardRefused`."""
    pin_file, _, file = FILES[purpose]
    _done(transmit, SELECT)
    if purpose == "signature":
        _presented(transmit, pin_file, pin)
    _select(transmit, file)
    length = 4 + int.from_bytes(_done(transmit, bytes.fromhex("00B0000004"))[2:4], "big")
    content = b""
    while len(content) < length:
        offset = len(content)
        count = min(BLOCK, length - offset)
        content += _done(transmit, b"\x00\xb0" + offset.to_bytes(2, "big") + bytes([count % BLOCK]))
    return content


def signature_by(transmit: Transmit, purpose: Purpose, pin: str, octets: bytes) -> bytes:
    """The signature by a key on the card over octets, with SHA-256. Raises `CardRefused`."""
    pin_file, key_file, _ = FILES[purpose]
    _done(transmit, SELECT)
    _presented(transmit, pin_file, pin)
    _select(transmit, key_file)
    info = SHA256_INFO + hashlib.sha256(octets).digest()
    return _done(transmit, b"\x80\x2a\x00\x80" + bytes([len(info)]) + info + b"\x00")


def sign_document(transmit: Transmit, pin: str, document: bytes, at: datetime) -> bytes:
    """The CMS message over a document, made with the card. Raises `CardRefused`."""
    certificate = certificate_on(transmit, "signature", pin)
    return signed_document(
        document, certificate, lambda octets: signature_by(transmit, "signature", pin, octets), at=at
    )


def answer_challenge(transmit: Transmit, pin: str, challenge: bytes) -> tuple[bytes, bytes]:
    """The user-authentication certificate, and the signature over a challenge. Raises `CardRefused`."""
    certificate = certificate_on(transmit, "authentication", pin)
    return certificate, signature_by(transmit, "authentication", pin, challenge)


def signature_flow(question: Question) -> tuple[Decision, tuple[str, ...]]:
    """The decision on a signed document, and the ids of the steps that were reached, in order.

    The presumption is the last, and is reached only by what is accepted.
    """
    decision = verify(question)
    reached = ["sign", "send"]
    without_status = verify(replace(question, revocation_lists=(), status_answers=()))
    if without_status.reason == "status":
        reached.append("belongs")
    if decision.accepted:
        reached += ["status", "presumed"]
    return decision, tuple(reached)


def _presented(transmit: Transmit, file: int, pin: str) -> None:
    _select(transmit, file)
    octets = pin.encode("ascii")
    _done(transmit, b"\x00\x20\x00\x80" + bytes([len(octets)]) + octets)


def _select(transmit: Transmit, file: int) -> None:
    _done(transmit, b"\x00\xa4\x02\x0c\x02" + file.to_bytes(2, "big"))


def _done(transmit: Transmit, command: bytes) -> bytes:
    response = transmit(command)
    if response[-2:] != b"\x90\x00":
        raise CardRefused(f"instruction {command[1]:02X} was answered with {response[-2:].hex().upper()}")
    return response[:-2]
