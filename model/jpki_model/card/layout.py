"""The file system of the card as data: what stands where, and what opens it.

Sources: OpenSC card-jpki.c and pkcs15-jpki.c, jpki/myna, and published probes of cards in circulation. Each name is
the key under which personalisation gives the content.
"""

from jpki_model.card.files import (
    FREE,
    NEVER,
    Application,
    Internal,
    Key,
    Pin,
    Records,
    Transparent,
    any_of,
    filed,
)

DIGITS = "0123456789"
CAPITALS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

SIGN = frozenset({0x2A})
AUTHENTICATE = frozenset({0x88})
DECIPHER_SESSION_KEY = frozenset({0xAE})

CERTIFICATE_SIZE = 2048
"""Room for a certificate; the real size is not public."""

UNADDRESSED = 0x10000
"""In place of a file identifier, for a key of which none is known: no command reaches it by number."""

JPKI = Application(
    "jpki",
    bytes.fromhex("D392F000260100000001"),
    filed(
        Transparent(0x0001, "signature_certificate", any_of(0x001B), size=CERTIFICATE_SIZE),
        Transparent(0x0002, "signature_authority", FREE, size=CERTIFICATE_SIZE),
        Internal(0x0005, "unnamed_0005"),
        Transparent(0x0006, "token_information", FREE),
        Transparent(0x0008, "certificate_availability", FREE),
        Transparent(0x0009, "protected_0009", NEVER),
        Transparent(0x000A, "authentication_certificate", FREE, size=CERTIFICATE_SIZE),
        Transparent(0x000B, "authentication_authority", FREE, size=CERTIFICATE_SIZE),
        Internal(0x0010, "unnamed_0010"),
        Internal(0x0016, "terminal_authority_key"),
        Key(0x0017, "authentication_key", any_of(0x0018), SIGN),
        Pin(0x0018, "authentication", 3, 4, 4, DIGITS, change=0x24),
        Internal(0x0019, "unnamed_0019"),
        Key(0x001A, "signature_key", any_of(0x001B), SIGN),
        Pin(0x001B, "signature", 5, 6, 16, CAPITALS_AND_DIGITS, change=0x24),
        Internal(0x001C, "unnamed_001C"),
        Internal(0x001E, "unnamed_001E"),
    ),
    without_session_key=b"\x69\x82",
)

SURFACE = Application(
    "surface",
    bytes.fromhex("D3921000310001010402"),
    filed(
        Transparent(0x0001, "age_record", any_of(0x0011)),
        Transparent(0x0002, "card_face", any_of(0x0012, 0x0013)),
        Transparent(0x0003, "surface_information", FREE),
        Transparent(0x0004, "surface_key_certificate", FREE),
        Transparent(0x0005, "my_number_image", any_of(0x0013)),
        Transparent(0x0006, "surface_0006", any_of(0x0012, 0x0013)),
        Key(UNADDRESSED, "surface_key", FREE, SIGN),
        Pin(0x0011, "birth_date", 10, 6, 6, DIGITS),
        Pin(0x0012, "code_b", 10, 14, 14, DIGITS),
        Pin(0x0013, "code_a", 10, 12, 12, DIGITS),
        Internal(0x0014, "unnamed_0014"),
        Internal(0x0015, "unnamed_0015"),
        Internal(0x001A, "unnamed_001A"),
        Internal(0x001C, "unnamed_001C"),
        Internal(0x001E, "unnamed_001E"),
    ),
    default_key=UNADDRESSED,
    without_session_key=b"\x66\xf1",
)

TEXT = Application(
    "text",
    bytes.fromhex("D3921000310001010408"),
    filed(
        Transparent(0x0001, "my_number", any_of(0x0011, 0x0014)),
        Transparent(0x0002, "four_attributes", any_of(0x0011, 0x0015)),
        Transparent(0x0003, "text_signature", any_of(0x0011, 0x0014, 0x0015)),
        Transparent(0x0004, "text_key_certificate", FREE),
        Transparent(0x0005, "text_information", FREE),
        Transparent(0x0006, "session_public_key", any_of(0x0011, 0x0014, 0x0015)),
        Transparent(0x0007, "text_public_key", any_of(0x0011, 0x0014, 0x0015)),
        Transparent(0x0008, "text_0008", NEVER),
        Key(UNADDRESSED, "session_key", any_of(0x0011, 0x0014, 0x0015), DECIPHER_SESSION_KEY),
        Internal(0x0010, "unnamed_0010"),
        Pin(0x0011, "text", 3, 4, 4, DIGITS, change=0x24),
        Pin(0x0012, "blocked_0012", 3, 4, 4, DIGITS, blocked=True),
        Key(0x0013, "text_key", FREE, SIGN),
        Pin(0x0014, "code_a", 10, 12, 12, DIGITS),
        Pin(0x0015, "code_b", 10, 14, 14, DIGITS),
        Internal(0x001C, "unnamed_001C"),
        Internal(0x001E, "unnamed_001E"),
    ),
    default_key=0x0013,
    session_key=UNADDRESSED,
)

RESIDENT_REGISTER = Application(
    "resident_register",
    bytes.fromhex("D3921000310001010401"),
    filed(
        Records(0x0002, "card_key_reference", FREE),
        Pin(0x001C, "resident_register", 3, 4, 4, DIGITS, change=0x32),
    ),
    without_session_key=b"\x69\x82",
)

SHARED = Application(
    "shared",
    bytes.fromhex("D3921000310001010100"),
    filed(
        Records(0x0001, "card_serial", FREE),
        Records(0x0002, "card_key_reference", FREE),
        Key(0x0019, "card_key", FREE, AUTHENTICATE),
        Pin(0x001C, "resident_register", 3, 4, 4, DIGITS, change=0x32),
        Internal(0x001E, "unnamed_001E"),
    ),
    without_session_key=b"\x66\xf1",
)
"""The application common to the card's uses (共通カードAP)."""

CARD_MANAGER = Application(
    "card_manager",
    bytes.fromhex("A0000001510000"),
    filed(),
    aliases=(bytes.fromhex("A000000151000000"),),
    card_level=True,
)
"""GlobalPlatform's issuer security domain; selecting it brings the card's own data objects back."""

MUNICIPAL = Application(
    "municipal",
    bytes.fromhex("F04C49422D53494D"),
    filed(
        Records(0x0001, "library_card", any_of(0x0011)),
        Transparent(0x0002, "library_information", FREE),
        Pin(0x0011, "library", 3, 4, 4, DIGITS, change=0x24),
    ),
)
"""The free area as one municipality's ordinance uses it: an example, a public library's card."""

MARKER = Application(
    "emulator",
    bytes.fromhex("F04A504B492D53494D"),
    filed(Transparent(0x0001, "emulator_marker", FREE)),
)
"""Says that this is no My Number Card; tests that could harm a card run only where they find it."""

MASTER = Application("master", b"", filed(Internal(0x001E, "unnamed_001E")), card_level=True)

APPLICATIONS = (RESIDENT_REGISTER, SURFACE, TEXT, SHARED, JPKI, CARD_MANAGER, MARKER, MUNICIPAL)
"""In the order in which a short identifier finds them."""
