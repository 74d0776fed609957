"""What is never sent to a real card, in whatever tier, and why.

Everything here can lock, change or kill a card, or reads what the law allows few to read. It is a list of its own,
independent of what each tier allows: a command has to pass both.
"""

from jpki_spec.card import APPLICATIONS

from jpki_oracle.card.apdu import (
    GET_CHALLENGE,
    GET_DATA,
    GET_RESPONSE,
    INTERNAL_AUTHENTICATE,
    PERFORM_SECURITY_OPERATION,
    READ_BINARY,
    READ_RECORD,
    SELECT,
    VERIFY,
    Command,
    MalformedCommand,
    parse,
)
from jpki_oracle.card.marker import EMULATOR_APPLICATION
from jpki_oracle.card.position import BY_NAME, Position

ABSENT_APPLICATION = bytes.fromhex("F0000000000000000000")
"""A proprietary identifier (ISO/IEC 7816-5) that no My Number Card has: to see an application not found."""

MY_NUMBER_FILES = frozenset({"text/0001", "card-surface/0005"})
"""Files with the My Number: only authorities and employers may read them, for purposes that a statute names."""

GUESSABLE_SECRETS = frozenset({"code-a", "code-b", "birth-date"})
"""Secrets made of personal data; a wrong one costs a try that only the municipality gives back."""

NEVER_SENT = {
    0x24: "changes a PIN",
    0x32: "changes a PIN (JICSAP CHANGE KEY)",
    0x2C: "resets a retry counter",
    0x50: "locks an application (JICSAP), or opens a session with the issuer's keys, which counts attempts",
    0x52: "unlocks an application (JICSAP), which counts attempts",
    0x54: "unlocks a key (JICSAP), which counts attempts",
    0x06: "erases records (JICSAP)",
    0x8A: "changes attributes (JICSAP)",
    0xA2: "stores a key of a terminal",
    0xAE: "sets a session key",
    0x82: "authenticates a terminal, which counts attempts and can lock the card",
    0xE0: "creates a file",
    0xE2: "appends a record",
    0xE4: "deletes a file",
    0xD0: "writes",
    0xD2: "writes a record",
    0xD6: "writes",
    0xD7: "writes",
    0xDA: "writes a data object",
    0xDB: "writes a data object",
    0xDC: "writes a record",
    0xDD: "writes a record",
    0x0E: "erases",
    0x0F: "erases",
    0x04: "deactivates a file",
    0x44: "activates a file",
    0xE6: "terminates an application (ISO), or installs one (GlobalPlatform)",
    0xE8: "terminates a file (ISO), or loads code (GlobalPlatform)",
    0xF0: "changes the card's life cycle (GlobalPlatform)",
    0xFE: "terminates the card",
    0xD8: "puts a key (GlobalPlatform)",
    0x46: "makes a key pair",
}
"""Instructions that change a card, by what they do, in every class."""

HARMLESS = frozenset(
    {
        SELECT,
        READ_BINARY,
        READ_RECORD,
        GET_DATA,
        GET_CHALLENGE,
        GET_RESPONSE,
        VERIFY,
        PERFORM_SECURITY_OPERATION,
        INTERNAL_AUTHENTICATE,
    }
)
"""Instructions that are known not to change a card (VERIFY apart, which has rules of its own)."""


def denied(command: bytes, position: Position) -> str | None:
    """Why `command` is never sent to a real card that stands at `position`; None if it is not on the list."""
    if len(command) > 1 and command[1] in NEVER_SENT:
        return f"instruction {command[1]:02X} {NEVER_SENT[command[1]]}"
    try:
        taken = parse(command)
    except MalformedCommand as error:
        return f"it is no command ({error})"
    return denied_command(taken, position)


def denied_command(command: Command, position: Position) -> str | None:
    """As `denied`, of a command that was taken apart."""
    instruction = command.ins
    if instruction in NEVER_SENT:
        return f"instruction {instruction:02X} {NEVER_SENT[instruction]}"
    if instruction not in HARMLESS:
        return f"nobody knows what instruction {instruction:02X} does; a real card is not searched for instructions"
    if instruction == SELECT and command.p1 == BY_NAME and not _is_known(command.data):
        return "it searches for applications; a real card is asked for those that are known"
    if instruction == READ_BINARY:
        wanted = position.named(command.p1) if command.p1 & 0x80 else position.file
    elif instruction == READ_RECORD:
        wanted = position.named(command.p2 >> 3)
    elif instruction == VERIFY and command.data:
        pin = position.known(position.named(command.p2))
        if pin and pin.secret in GUESSABLE_SECRETS:
            return f"it presents {pin.title.en}, of which no try is ever spent here"
        return None
    else:
        return None
    if f"{position.application}/{wanted}" in MY_NUMBER_FILES:
        return "it reads the My Number, which may be read only for purposes that a statute names"
    return None


_SHORTEST_PREFIX = 5  # the registered identifier of the provider, ISO/IEC 7816-5
_IDENTIFIERS = (
    *(application.identifier for application in APPLICATIONS.values()),
    EMULATOR_APPLICATION,
    ABSENT_APPLICATION,
)


def _is_known(identifier: bytes) -> bool:
    return len(identifier) >= _SHORTEST_PREFIX and any(known.startswith(identifier) for known in _IDENTIFIERS)
