"""VERIFY (20), and the two commands that change a PIN: 24 (ISO) and 32 (JICSAP)."""

from hmac import compare_digest

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Pin

LONGEST = 16
"""Bytes that a presentation may have at most (JICSAP)."""


def verify(chip: Chip, command: Command) -> bytes:
    """Compare a PIN with the one on the card; without data, ask how many tries are left."""
    if command.p1 or not _names_a_file(command.p2):
        return status.WRONG_PARAMETERS
    pin = chip.referenced(command.p2)
    if pin is None and command.p2 & 0x1F:
        return status.REFERENCE_NOT_FOUND
    if not isinstance(pin, Pin):
        return bytes.fromhex(chip.profile.verify_without_pin_file)
    if not command.data:
        return _query(chip, command, pin)
    if len(command.data) > LONGEST:
        return status.WRONG_LENGTH
    if not chip.tries[chip.counter(chip.state.application.name, pin)]:
        return bytes.fromhex(chip.profile.blocked_status)
    return _compare(chip, command.data, pin)


def change(chip: Chip, command: Command) -> bytes:
    """Put a new value in the place of a verified PIN."""
    if command.p1 != (0x01 if command.ins == 0x24 else 0x00) or not _names_a_file(command.p2):
        return status.WRONG_PARAMETERS
    pin = chip.referenced(command.p2)
    if pin is None and command.p2 & 0x1F:
        return status.REFERENCE_NOT_FOUND
    if not isinstance(pin, Pin):
        return bytes.fromhex(chip.profile.verify_without_pin_file)
    place = chip.state.application.name, pin.id
    if place not in chip.state.verified:
        return status.SECURITY_STATUS_NOT_SATISFIED
    if pin.change != command.ins:
        return status.CONDITIONS_NOT_SATISFIED
    if not command.data or len(command.data) > LONGEST:
        return status.WRONG_LENGTH
    if not pin.takes(command.data):
        return status.WRONG_DATA
    chip.values[place] = command.data
    return status.OK


def _names_a_file(p2: int) -> bool:
    """80: the current file; 80+SFI: the file of that short identifier."""
    return p2 & 0xE0 == 0x80


def _query(chip: Chip, command: Command, pin: Pin) -> bytes:
    profile, application = chip.profile, chip.state.application.name
    if command.expected and profile.verify_with_le == "6700":
        return status.WRONG_LENGTH
    left = chip.tries[chip.counter(application, pin)]
    if not left:
        return bytes.fromhex(profile.query_on_blocked)
    if profile.query_when_verified == "9000" and (application, pin.id) in chip.state.verified:
        return status.OK
    return status.tries_left(left)


def _compare(chip: Chip, presented: bytes, pin: Pin) -> bytes:
    profile = chip.profile
    if not pin.least <= len(presented) <= pin.most:
        if profile.verify_wrong_length != "consumes":
            return bytes.fromhex(profile.verify_wrong_length)
    elif not pin.takes(presented) and profile.verify_wrong_characters != "consumes":
        return bytes.fromhex(profile.verify_wrong_characters)
    if compare_digest(presented, chip.values[chip.state.application.name, pin.id]):
        chip.right(pin)
        return status.OK
    return status.tries_left(chip.wrong(pin))
