"""File 0006 of the JPKI application: a PKCS#11 CK_TOKEN_INFO as 160 bytes, numbers of 32 bits big-endian."""

import struct

LABEL = "JPKIAPICCTOKEN2"
"""Says that this is a My Number Card; the basic resident register card had no 2."""
MANUFACTURER = "0" * 32
MODEL = "JPKI-SIM"
RANDOM_NUMBERS, LOGIN_REQUIRED, PIN_INITIALISED, TOKEN_INITIALISED = 0x1, 0x4, 0x8, 0x400
FLAGS = RANDOM_NUMBERS | LOGIN_REQUIRED | PIN_INITIALISED | TOKEN_INITIALISED
UNAVAILABLE = 0xFFFFFFFF
LONGEST_PIN, SHORTEST_PIN = 16, 6


def token_information(card_serial: str) -> bytes:
    """The token information of a card with this serial number of digits."""
    texts = ((LABEL, 32), (MANUFACTURER, 32), (MODEL, 16), (card_serial.rjust(16, "0"), 16))
    numbers = (FLAGS, 1, 0, 1, 0, LONGEST_PIN, SHORTEST_PIN, *(UNAVAILABLE,) * 4)
    return (
        b"".join(text.ljust(size).encode("ascii") for text, size in texts)
        + struct.pack(">11I", *numbers)
        + b"03"
        + b"01"
        + b"9" * 16
    )
