"""Commands of the rules as bytes: `apdu(step, …)` writes one, with PINs by name from the tester's settings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from jpki_model.card_machine import CardStep
from jpki_spec.card import APPLICATIONS, SECRETS, CardFile, Secret
from jpki_spec.card_state import NONE

from jpki_oracle.card.apdu import Command, encode
from jpki_oracle.card.denied import ABSENT_APPLICATION

OFFSET_BEYOND = 0x7FFF
"""The last offset that READ BINARY can name; no file of the card is as long."""
ASKED_OVER_END = 0x20
LONGEST_TO_SIGN = 245
"""Bytes that fit under the padding of PKCS #1 v1.5 with a key of 2048 bits."""
UNKNOWN_SCHEME = 0x7F
CHALLENGE_LENGTH = 8
MUNICIPALITY = 0x00F0
SHA256_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
"""What stands before a SHA-256 hash in a DigestInfo (RFC 8017, 9.2)."""


class MissingValue(Exception):
    """A value that the tester has not given; the message names which."""


@dataclass(frozen=True)
class HolderValues:
    """The right values that a tester gives, by secret; printing them shows nothing."""

    right: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def value(self, secret: str, presented: str) -> bytes:
        """What is presented for a secret: its value, another of its form, or one of a length that it cannot have.

        Raises MissingValue for a right value that was not given.
        """
        if secret not in self.right:
            raise MissingValue(f"no value is given for {SECRETS[secret].title.en}")
        own, form = self.right[secret], SECRETS[secret]
        if presented == "right":
            return own
        return self._other(own, form) if presented == "wrong" else _of_other_length(own, form)

    def _other(self, own: bytes, form: Secret) -> bytes:
        """A value of the same form that is none of those given."""
        first, second = form.alphabet[0], form.alphabet[1]
        for number in range(len(own) * len(form.alphabet)):
            at, letter = divmod(number, len(form.alphabet))
            other = own[:at] + form.alphabet[letter].encode() + own[at + 1 :]
            if other not in self.right.values():
                return other
        raise MissingValue(f"there is no value beside {first}{second}… to present as a wrong one")


def _of_other_length(own: bytes, form: Secret) -> bytes:
    """The right value with one character more; with too few where VERIFY takes no more (16 bytes, JICSAP)."""
    return own + form.alphabet[0].encode() if form.most < 16 else own[: form.least - 1]


@dataclass(frozen=True)
class Message:
    """What is signed: a text, which the card gets as a DigestInfo."""

    text: bytes

    @property
    def digest_info(self) -> bytes:
        """The DigestInfo of its SHA-256 hash."""
        return SHA256_INFO + hashlib.sha256(self.text).digest()


def apdu(step: CardStep, file: CardFile | None, values: HolderValues, message: Message) -> bytes:
    """The bytes of a command; `file` is the one that it is about, as far as the rules know.

    Raises MissingValue, and ValueError for an operation that is done to the power.
    """
    short = int(step.identifier, 16) & 0x1F if step.short else 0
    match step.operation:
        case "select-application":
            return encode(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATIONS[step.application].identifier))
        case "select-stranger":
            return encode(Command(0x00, 0xA4, 0x04, 0x0C, ABSENT_APPLICATION))
        case "select-file":
            return encode(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex(step.identifier)))
        case "select-master":
            return encode(Command(0x00, 0xA4, 0x00, 0x00))
        case "select-secured":
            return encode(Command(0x0C, 0xA4, 0x02, 0x0C, bytes.fromhex("0001")))
        case "read":
            return encode(_read(short, 0, 256))
        case "read-extended":
            return encode(_read(short, 0, 65536, extended=True))
        case "read-over-end":
            length = file.bytes if file and file.bytes else ASKED_OVER_END
            return encode(_read(short, length - 2, ASKED_OVER_END))
        case "read-beyond":
            return encode(_read(0, OFFSET_BEYOND, 256))
        case "read-record":
            return encode(Command(0x00, 0xB2, 0x01, 0x04, le=256))
        case "query":
            return encode(Command(0x00, 0x20, 0x00, 0x80 | short))
        case "verify":
            value = values.value(step.secret, step.presented)
            return encode(Command(0x00, 0x20, 0x00, 0x80 | short, value))
        case "change":
            return encode(Command(0x00, 0x24, 0x01, 0x80 | short, values.value(step.secret, "right")))
        case "sign":
            return encode(Command(0x80, 0x2A, 0x00, 0x80 | short, message.digest_info, 256))
        case "sign-too-long":
            return encode(Command(0x80, 0x2A, 0x00, 0x80 | short, bytes(LONGEST_TO_SIGN + 1), 256))
        case "sign-unknown-scheme":
            return encode(Command(0x80, 0x2A, UNKNOWN_SCHEME, 0x80 | short, message.digest_info, 256))
        case "sign-by-default-key":
            return encode(Command(0x80, 0x2A, 0x00, 0x00, message.digest_info, 256))
        case "internal-authenticate":
            return encode(Command(0x00, 0x88, 0x00, 0x80 | 0x19, message.text, 256))
        case "challenge":
            return encode(Command(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH))
        case "get-data":
            return encode(Command(0x00, 0xCA, MUNICIPALITY >> 8, MUNICIPALITY & 0xFF, le=256))
        case "unknown-instruction":
            return encode(Command(0x00, 0xF8, 0x00, 0x00))
        case "unknown-class":
            return encode(Command(0xF0, 0xA4, 0x02, 0x0C, bytes.fromhex("0001")))
        case "other-channel":
            return encode(Command(0x01, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH))
        case "chained":
            return encode(Command(0x10, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH))
    raise ValueError(f"{step.operation} is not sent to the card")


def told(step: CardStep) -> str:
    """A command in a few words, without any value."""
    words = [step.operation]
    if step.application != NONE:
        words.append(step.application)
    if step.identifier != NONE:
        words.append(f"{step.identifier}{' (short)' if step.short else ''}")
    if step.operation in ("verify", "change"):
        words.append(f"{step.secret}{'' if step.presented == 'right' else f' ({step.presented})'}")
    return " ".join(words)


def _read(short: int, offset: int, length: int, *, extended: bool = False) -> Command:
    first = 0x80 | short if short else offset >> 8
    return Command(0x00, 0xB0, first, offset & 0xFF, le=length, extended=extended)
