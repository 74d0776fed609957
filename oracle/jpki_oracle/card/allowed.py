"""The commands of the safe tier: they only ask, and cost nothing. What is not described here is not among them."""

from jpki_oracle.card.apdu import (
    GET_CHALLENGE,
    GET_DATA,
    GET_RESPONSE,
    READ_BINARY,
    READ_RECORD,
    SELECT,
    VERIFY,
    Command,
)
from jpki_oracle.card.marker import EMULATOR, EMULATOR_FILE
from jpki_oracle.card.position import BY_IDENTIFIER, BY_NAME, Position


def beyond_safe(command: Command, position: Position, *, more: bool = False) -> str | None:
    """Why `command` is not one of the safe tier's at `position`; `more`: the card has announced more to fetch."""
    instruction = command.ins
    if command.cla not in (0x00, 0x0C) or (command.cla and instruction != SELECT):
        return f"class {command.cla:02X} is not of the safe tier"
    if instruction == SELECT:
        return (
            None if _is_plain_select(command) else "it is a form of SELECT that is not known to be harmless"
        )
    if instruction == VERIFY:
        if command.data or command.le is not None or command.p1 or command.p2 & 0xE0 != 0x80:
            return "it is not the VERIFY of four bytes that asks for the counter"
        return None if position.application else "no application of a My Number Card is selected"
    if command.data or command.le is None:
        return "it has data, or expects no answer; the safe tier only asks"
    if instruction == READ_BINARY:
        identifier = position.named(command.p1) if command.p1 & 0x80 else position.file
        return (
            None
            if _is_free(position, identifier) and (command.p1 < 0x80 or command.p1 & 0xE0 == 0x80)
            else _NOT_FREE
        )
    if instruction == READ_RECORD:
        identifier = position.named(command.p2 >> 3)
        return None if _is_free(position, identifier) and command.p2 & 0x07 in (0x04, 0x05) else _NOT_FREE
    if instruction == GET_CHALLENGE:
        return "parameters of GET CHALLENGE are 00 00" if command.p1 or command.p2 else None
    if instruction == GET_DATA:
        tag = command.p1 << 8 | command.p2
        return None if tag in FREE_DATA_OBJECTS else f"nobody knows the data object {tag:04X}"
    if instruction == GET_RESPONSE and more and not command.p1 and not command.p2:
        return None
    return f"instruction {instruction:02X} is not of the safe tier"


FREE_DATA_OBJECTS = frozenset({0x0042, 0x0045, 0x0066, 0x00F0, 0x00F2, 0x00F7, 0x00F8, 0x5F51, 0x7F21})
"""Tags that the card gives to everybody while no application is selected."""

_NOT_FREE = "it reads a file that is not free, or of which nobody knows which one it is"


def _is_free(position: Position, identifier: str | None) -> bool:
    if (position.application, identifier) == (EMULATOR, EMULATOR_FILE):
        return True
    file = position.known(identifier)
    return file is not None and not file.is_internal and not file.opened_by


def _is_plain_select(command: Command) -> bool:
    if command.p1 == BY_NAME:
        return not command.cla and bool(command.data) and command.p2 in (0x00, 0x0C)
    if command.p1 == BY_IDENTIFIER:
        return command.p2 in (0x00, 0x0C) and len(command.data) == 2
    master = command.p1 == 0x00 and (command.p2, command.data) in ((0x00, b""), (0x0C, b"\x3f\x00"))
    return master and not command.cla and command.le is None
