"""How an emulated card proves to be one, so that it may be asked for everything."""

from jpki_oracle.card.apdu import status
from jpki_oracle.card.slot import CardSlot

EMULATOR_APPLICATION = bytes.fromhex("F04A504B492D53494D")
"""Identifier of the application that only emulated cards have: F0 (proprietary, ISO/IEC 7816-5) and `JPKI-SIM`."""

EMULATOR = "emulator"
"""What that application is called here, beside the applications of a card."""

EMULATOR_FILE = "0001"
"""Its one file, free to read, which begins with EMULATOR_TEXT."""

EMULATOR_TEXT = b"JPKI-SIM emulated card, not a My Number Card"


def proves_to_be_emulator(slot: CardSlot) -> bool:
    """The card in the slot, which has power, has that application with that text.

    A real card is asked for an application that it has not, which costs nothing. Raises CardFailure.
    """
    length = bytes((len(EMULATOR_APPLICATION),))
    select = b"\x00\xa4\x04\x0c" + length + EMULATOR_APPLICATION
    word = status(slot.transmit(select))
    if word == _NO_DIAGNOSIS:  # some cards answer so to whatever comes first after power-on
        word = status(slot.transmit(select))
    if word != _OK:
        return False
    if status(slot.transmit(b"\x00\xa4\x02\x0c\x02" + bytes.fromhex(EMULATOR_FILE))) != _OK:
        return False
    response = slot.transmit(bytes.fromhex("00B0000000"))
    return status(response) == _OK and response.startswith(EMULATOR_TEXT)


_OK = 0x9000
_NO_DIAGNOSIS = 0x6F00
