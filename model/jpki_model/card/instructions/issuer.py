"""What only the issuer may do, and commands that are there and always refuse.

How the real issuer authenticates is not public. Here it answers a challenge by its AES-128 CMAC: GET CHALLENGE of 16
bytes, EXTERNAL AUTHENTICATE (82), then UNLOCK KEY (80 54) for a PIN of the same application.
"""

from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.cmac import CMAC

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Pin

SHORTEST_CHALLENGE = 16
TERMINAL_CERTIFICATE_SIZE = 0x133
TERMINAL_CERTIFICATE_PLACES = (0x00C1, 0x06C1)


def issuer_answer(issuer_key: bytes, challenge: bytes) -> bytes:
    """What the issuer answers to a challenge of the emulated card."""
    code = CMAC(AES128(issuer_key))
    code.update(challenge)
    return code.finalize()


def external_authenticate(chip: Chip, command: Command) -> bytes:
    """The issuer's answer to the last challenge, which it uses up."""
    if command.p1 or command.p2:
        return status.WRONG_PARAMETERS
    challenge, chip.state.challenge = chip.state.challenge, None
    if challenge is None or len(challenge) < SHORTEST_CHALLENGE:
        return status.CONDITIONS_NOT_SATISFIED
    chip.state.issuer = compare_digest(command.data, issuer_answer(chip.contents.issuer_key, challenge))
    return status.OK if chip.state.issuer else status.AUTHENTICATION_FAILED


def unlock_key(chip: Chip, command: Command) -> bytes:
    """Give a PIN all its tries again, and a new value if data come with it; it counts as not verified then."""
    if not chip.state.issuer:
        return status.SECURITY_STATUS_NOT_SATISFIED
    if command.p1 or command.p2 & 0xE0 != 0x80:
        return status.WRONG_PARAMETERS
    pin = chip.referenced(command.p2)
    if not isinstance(pin, Pin) or pin.blocked:
        return status.CONDITIONS_NOT_SATISFIED
    if command.data and not pin.takes(command.data):
        return status.WRONG_DATA
    application = chip.state.application.name
    if command.data:
        chip.values[application, pin.id] = command.data
    chip.tries[chip.counter(application, pin)] = pin.tries
    chip.state.verified.discard((application, pin.id))
    return status.OK


def administer(chip: Chip, command: Command) -> bytes:
    """JICSAP's other commands of the issuer (LOCK DF, UNLOCK DF, ERASE, MANAGE ATTRIBUTES): offered to nobody."""
    return status.CONDITIONS_NOT_SATISFIED if chip.state.issuer else status.SECURITY_STATUS_NOT_SATISFIED


def terminal_certificate(chip: Chip, command: Command) -> bytes:
    """80 A2: no terminal's certificate verifies, since there is no authority for terminals."""
    if chip.state.application.name != "jpki":
        return status.INSTRUCTION_NOT_SUPPORTED
    if command.p1 << 8 | command.p2 not in TERMINAL_CERTIFICATE_PLACES:
        return status.WRONG_PARAMETERS
    return status.WRONG_DATA if len(command.data) == TERMINAL_CERTIFICATE_SIZE else status.WRONG_LENGTH


def telephone_only(chip: Chip, command: Command) -> bytes:
    """80 FC: a command of the telephone's token, which a card refuses."""
    return status.WRONG_LENGTH
