"""What the issuer writes on a card: holder, dates, secrets and keys become the contents of its files."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from jpki_model.card import surface_files, text_files
from jpki_model.card.data_objects import key_identifier, tlv, verifiable_certificate
from jpki_model.card.files import Application, Contents, File, Key, Pin, Records, Transparent, filed
from jpki_model.card.layout import APPLICATIONS, MASTER
from jpki_model.card.token_information import token_information
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import KeyRing, new_keys
from jpki_model.pki.profile import AS_SEEN, CertificateProfile, Purpose

PURPOSES: tuple[Purpose, ...] = ("signature", "authentication")

KEY_NAMES = (
    "signature_key", "authentication_key", "surface_key", "text_key", "session_key", "card_key",
    "signature_authority", "authentication_authority", "card_issuer", "card_root",
)  # fmt: skip
"""The keys on a card by the names of their files, and those of the authorities behind it."""

MARKER_TEXT = b"JPKI-SIM emulated card, not a My Number Card"
EXAMPLE_ISSUER_KEY = b"JPKI-SIM issuer!"
"""AES-128 key of the issuer in the emulator; no secret."""

CARD_SERIAL = "000000000000001"
CARD_KEY_REFERENCE = key_identifier(6000001, 1)


class PersonalisationError(ValueError):
    """A card cannot be made so; the message is one line for people, without any secret."""


@dataclass(frozen=True)
class Issue:
    """One certificate's day of issue and last valid day."""

    issued: date
    expires: date


@dataclass(frozen=True)
class CardDates:
    """The card's last valid day, and the certificates that are on it; None where there is none."""

    card_expires: date
    signature: Issue | None
    authentication: Issue | None

    def of(self, purpose: Purpose) -> Issue | None:
        """The dates of one of the two certificates."""
        return self.signature if purpose == "signature" else self.authentication


@dataclass(frozen=True)
class Secrets:
    """PINs and numbers on a card; the defaults are those of the examples, and no secret."""

    authentication: str = field(default="1234", repr=False)
    signature: str = field(default="PASSWORD1", repr=False)
    text: str = field(default="2345", repr=False)
    resident_register: str = field(default="3456", repr=False)
    library: str = field(default="4567", repr=False)
    my_number: str = field(default="123456789018", repr=False)
    security_code: str = field(default="5678", repr=False)
    """Four digits printed on the card, the end of verification code B."""

    def code_b(self, holder: Holder, card_expires: date) -> str:
        """Verification code B: birth YYMMDD by era, year of expiry, security code."""
        return f"{holder.birth_in_era()}{card_expires:%Y}{self.security_code}"

    def values(self, holder: Holder, card_expires: date) -> dict[str, bytes]:
        """The value of each PIN on the card by its name."""
        values = {
            "authentication": self.authentication,
            "signature": self.signature,
            "text": self.text,
            "resident_register": self.resident_register,
            "library": self.library,
            "code_a": self.my_number,
            "code_b": self.code_b(holder, card_expires),
            "birth_date": holder.birth_in_era(),
            "blocked_0012": "",
        }
        return {name: value.encode() for name, value in values.items()}


EXAMPLE_SECRETS = Secrets()

Authorities = Mapping[Purpose, CertificateAuthority]


def issue_card(
    holder: Holder,
    dates: CardDates,
    secrets: Secrets = EXAMPLE_SECRETS,
    keys: KeyRing | None = None,
    authorities: Authorities | None = None,
    certificates: CertificateProfile = AS_SEEN,
) -> Contents:
    """The contents of a new card; keys and authorities that are not given are made.

    Raises `PersonalisationError` for a PIN that the card would not take.
    """
    ring = new_keys(KEY_NAMES, keys)
    signers = authorities or new_authorities(dates, ring, certificates)
    issued: dict[Purpose, bytes] = {}
    for purpose in PURPOSES:
        issue = dates.of(purpose)
        if issue is not None:
            public = ring[f"{purpose}_key"].public_key()
            certificate = signers[purpose].issue(holder, public, issue.issued, issue.expires)
            issued[purpose] = certificate.public_bytes(Encoding.DER)
    data: dict[str, bytes] = {
        "signature_certificate": issued.get("signature", b""),
        "authentication_certificate": issued.get("authentication", b""),
        "certificate_availability": bytes((*(purpose in issued for purpose in PURPOSES), 0)),
        "token_information": token_information(CARD_SERIAL),
        "protected_0009": b"\xff" * 16,
        "emulator_marker": MARKER_TEXT,
        "library_information": "見本市立図書館".encode(),
        **surface_files.surface_files(
            holder, dates.card_expires, secrets.my_number, secrets.security_code, ring
        ),
        **text_files.text_files(holder, secrets.my_number, ring),
    }
    for purpose in PURPOSES:
        data[f"{purpose}_authority"] = signers[purpose].certificate.public_bytes(Encoding.DER)
    serial = f"{CARD_SERIAL}{holder.municipality_code}{dates.card_expires:%Y%m%d}"
    records = {
        "card_key_reference": (CARD_KEY_REFERENCE,),
        "card_serial": (tlv(0x01, serial.encode()),),
        "library_card": (b"0000000001",),
    }
    private = {name: key for name, key in ring.items() if name.removesuffix("_key") not in PURPOSES}
    private |= {f"{purpose}_key": ring[f"{purpose}_key"] for purpose in issued}
    pins = secrets.values(holder, dates.card_expires)
    return Contents(
        tuple(_filled(application, data, records, private, pins) for application in APPLICATIONS),
        MASTER,
        _card_objects(holder, dates.card_expires, ring),
        EXAMPLE_ISSUER_KEY,
    )


def new_authorities(dates: CardDates, keys: KeyRing, certificates: CertificateProfile) -> Authorities:
    """Two roots whose validity begins with the year before the card's certificates and ends with the year after."""
    days = [day for p in PURPOSES if (issue := dates.of(p)) for day in (issue.issued, issue.expires)]
    days.append(dates.card_expires)
    first, last = date(min(days).year - 1, 1, 1), date(max(days).year + 1, 12, 31)
    return {
        purpose: CertificateAuthority.new(purpose, first, last, keys[f"{purpose}_authority"], certificates)
        for purpose in PURPOSES
    }


def _filled(
    application: Application,
    data: Mapping[str, bytes],
    records: Mapping[str, tuple[bytes, ...]],
    keys: Mapping[str, RSAPrivateKey],
    pins: Mapping[str, bytes],
) -> Application:
    """The application of the layout with its contents, each under the name of its file."""

    def filled(file: File) -> File:
        if isinstance(file, Transparent):
            return dataclasses.replace(file, data=data[file.name])
        if isinstance(file, Records):
            return dataclasses.replace(file, records=records[file.name])
        if isinstance(file, Key):
            return dataclasses.replace(file, key=keys.get(file.name))
        if isinstance(file, Pin):
            return _with_value(file, pins[file.name])
        return file

    return dataclasses.replace(application, files=filed(*map(filled, application.files.values())))


def _with_value(pin: Pin, value: bytes) -> Pin:
    if not pin.blocked and not pin.takes(value):
        size = f"{pin.least}" if pin.least == pin.most else f"{pin.least} to {pin.most}"
        kind = "digits" if pin.alphabet.isdigit() else "capital letters and digits"
        raise PersonalisationError(f"the {pin.name} PIN has {size} {kind}; the one given has not")
    return dataclasses.replace(pin, value=value)


def _card_objects(holder: Holder, card_expires: date, keys: KeyRing) -> dict[int, bytes]:
    """GET DATA: the card's own data objects."""
    upper, lower = key_identifier(6000011, 1), key_identifier(6000012, 1)
    root, issuer = keys["card_root"], keys["card_issuer"]
    upper_certificate = verifiable_certificate(upper, lower, issuer.public_key(), root)
    return {
        0x0042: upper,
        0x0045: b"JPKI-SIM" + CARD_SERIAL.encode(),
        0x0066: tlv(0x73, tlv(0x06, bytes.fromhex("2A864886FC6B01"))),
        0x00F0: holder.municipality_code.encode(),
        0x00F2: f"{card_expires:%Y%m%d}".encode(),
        0x00F7: lower,
        0x00F8: upper_certificate[5:],
        0x7F21: verifiable_certificate(lower, CARD_KEY_REFERENCE, keys["card_key"].public_key(), issuer),
    }
