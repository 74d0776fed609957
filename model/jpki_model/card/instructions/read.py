"""READ BINARY (B0), READ RECORD (B2), GET DATA (CA) and GET CHALLENGE (84)."""

import secrets

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Records, Transparent

SHORT = 256
ONE_RECORD, RECORDS_TO_LAST = 0x04, 0x05


def read_binary(chip: Chip, command: Command) -> bytes:
    """Bytes of the current file, or of one by its short identifier, which becomes current."""
    if command.data or not command.expected:
        return status.WRONG_LENGTH
    if command.extended and chip.profile.extended_read == "6700":
        return status.WRONG_LENGTH
    offset = command.p1 << 8 | command.p2
    if command.p1 & 0x80:
        if command.p1 & 0x60:
            return status.WRONG_PARAMETERS
        named = chip.state.application.files.get(command.p1 & 0x1F)
        if named is None:
            return status.FILE_NOT_FOUND
        chip.state.file, offset = named, command.p2
    file = chip.state.file
    if file is None:
        return status.NO_CURRENT_FILE
    if not isinstance(file, Transparent):
        unreadable = status.INCOMPATIBLE_FILE if isinstance(file, Records) else None
        return unreadable or bytes.fromhex(chip.profile.read_of_key_file)
    if not chip.opened(file.read):
        return status.SECURITY_STATUS_NOT_SATISFIED
    return _bytes_of(file.data, offset, command, chip.profile.end_of_file, chip.profile.offset_beyond)


def _bytes_of(data: bytes, offset: int, command: Command, end_of_file: str, offset_beyond: str) -> bytes:
    left = len(data) - offset
    if left <= 0:
        return status.OK if offset_beyond == "empty" else status.WRONG_OFFSET
    if command.all_bytes or command.expected <= left or end_of_file == "short":
        return data[offset : offset + command.expected] + status.OK
    if end_of_file == "6282":
        return data[offset:] + status.END_OF_FILE
    return bytes((0x6C, left)) if left < SHORT else status.WRONG_LENGTH


def read_record(chip: Chip, command: Command) -> bytes:
    """One record of the current file, or of one by its short identifier, which becomes current."""
    if command.data or not command.expected:
        return status.WRONG_LENGTH
    if command.p2 & 0x07 != ONE_RECORD:
        return status.FUNCTION_NOT_SUPPORTED
    short = command.p2 >> 3
    if short:
        named = chip.state.application.files.get(short)
        if named is None:
            return status.FILE_NOT_FOUND
        chip.state.file = named
    file = chip.state.file
    if file is None:
        return status.NO_CURRENT_FILE
    if not isinstance(file, Records):
        return status.INCOMPATIBLE_FILE
    if not chip.opened(file.read):
        return status.SECURITY_STATUS_NOT_SATISFIED
    if not 1 <= command.p1 <= len(file.records):
        return status.RECORD_NOT_FOUND
    return file.records[command.p1 - 1][: command.expected] + status.OK


def get_data(chip: Chip, command: Command) -> bytes:
    """One of the card's data objects; only where no application of the card is current."""
    data = chip.objects.get(command.p1 << 8 | command.p2)
    if data is None or not chip.state.application.card_level:
        return status.REFERENCE_NOT_FOUND
    if command.data or not command.expected or (len(data) > SHORT and not command.extended):
        return status.WRONG_LENGTH
    return data[: command.expected] + status.OK


def get_challenge(chip: Chip, command: Command) -> bytes:
    """So many random bytes as are asked for, 1 to 256."""
    if command.p1 or command.p2:
        return status.WRONG_PARAMETERS
    if command.extended:
        return status.CONDITIONS_NOT_SATISFIED
    if command.data or not command.expected:
        return status.WRONG_LENGTH
    chip.state.challenge = secrets.token_bytes(command.expected)
    return chip.state.challenge + status.OK
