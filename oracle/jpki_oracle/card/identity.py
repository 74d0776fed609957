"""Which card it is: what a My Number Card says of itself to everybody."""

from dataclasses import dataclass

from jpki_spec.card import APPLICATIONS

from jpki_oracle.card.apdu import status
from jpki_oracle.card.slot import CardFailure, CardFailureKind, CardSlot

LABELS = {
    "JPKIAPICCTOKEN2": "My Number Card",
    "JPKIAPICCTOKEN": "resident-register card of before 2016",
    "JPKIAPGPSETOKEN": "Android phone",
    "JPKIAPIOSTOKEN": "iPhone",
}
"""Labels of the token information, and what bears them."""


@dataclass(frozen=True)
class Identity:
    """The token's label and serial number, from the token information; its representation hides the number."""

    label: str
    serial: str

    def __repr__(self) -> str:
        return f"Identity({self.label!r}, serial number of {len(self.serial)} characters)"

    @property
    def last_digits(self) -> str:
        """The end of the serial number, by which the holder of the card recognises it."""
        return self.serial[-4:]

    @property
    def octets(self) -> bytes:
        """What tells this card from every other."""
        return f"{self.label}/{self.serial}".encode()


def identify(slot: CardSlot) -> Identity | None:
    """Who the card in the slot says it is; None if its token information cannot be read or is none.

    The card has power. Raises CardFailure if it has no public-key application: then it is not a My Number Card, and
    nothing more is sent to it.
    """
    identifier = APPLICATIONS["jpki"].identifier
    word = status(slot.transmit(b"\x00\xa4\x04\x0c" + bytes((len(identifier),)) + identifier))
    if word != _OK:
        raise CardFailure(
            CardFailureKind.FOREIGN,
            f"the card in {slot.name} has no public-key application ({word:04X}): it is not a My Number Card, and "
            "nothing more was sent to it",
        )
    if status(slot.transmit(bytes.fromhex("00A4020C020006"))) != _OK:
        return None
    response = slot.transmit(bytes.fromhex("00B00000A0"))
    information = response[:-2]
    return _read(information) if status(response) == _OK and len(information) == _LENGTH else None


def _read(information: bytes) -> Identity | None:
    label, serial = information[:_LABEL_END].strip(b" \x00"), information[_SERIAL].strip(b" \x00")
    if not label.isascii() or not serial.isalnum():
        return None
    return Identity(label.decode("ascii"), serial.decode("ascii"))


# CK_TOKEN_INFO of PKCS#11: label 32, manufacturer 32, model 16, serial number 16 bytes, then numbers.
_LENGTH = 160
_LABEL_END = 32
_SERIAL = slice(80, 96)
_OK = 0x9000
