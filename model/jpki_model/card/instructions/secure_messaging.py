"""Secure messaging: SET SESSION KEY (80 AE), and commands of class 08 under a session.

Data objects: 86 a cryptogram behind a byte 01, 96 an expected length of three bytes. A cryptogram that does not
decipher breaks the session; a command that is refused otherwise still counts.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Key
from jpki_model.card.secure_session import SecureSession

SELECT, VERIFY, READ_BINARY = 0xA4, 0x20, 0xB0
KEY_SIZE = 256
SEED = bytes.fromhex("A0228020")
SEED_SIZE = 32
SESSION_KEY_SIZE = 16
CRYPTOGRAM, EXPECTED_LENGTH, PADDED = 0x86, 0x96, 0x01

Handler = Callable[[Chip, Command], bytes]


def set_session_key(chip: Chip, command: Command) -> bytes:
    """Begin a session by a seed under the application's public key."""
    application = chip.state.application
    key = None if application.session_key is None else application.files.get(application.session_key)
    if not isinstance(key, Key) or key.key is None:
        return application.without_session_key
    if command.p1 or command.p2:
        return status.WRONG_PARAMETERS
    if not chip.opened(key.use):
        return status.SECURITY_STATUS_NOT_SATISFIED
    cryptogram = command.data
    if len(cryptogram) != KEY_SIZE:
        return status.WRONG_LENGTH
    if int.from_bytes(cryptogram, "big") >= key.key.private_numbers().public_numbers.n:
        return status.EXECUTION_ERROR
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    try:
        plain = key.key.decrypt(cryptogram, oaep)
    except ValueError:
        return status.WRONG_DATA
    if not plain.startswith(SEED) or len(plain) != len(SEED) + SEED_SIZE:
        return status.WRONG_DATA
    chip.state.session = SecureSession(plain[len(SEED) : len(SEED) + SESSION_KEY_SIZE])
    return status.OK


def under_session(chip: Chip, command: Command, handlers: dict[int, Handler]) -> bytes:
    """A command of class 08: taken out of its data objects, carried out, the answer put into one."""
    session = chip.state.session
    if session is None or session.broken:
        outside = command.ins == SELECT and chip.state.application.session_key is None
        return status.SECURE_MESSAGING_NOT_SUPPORTED if outside else status.SECURE_MESSAGING_REFUSED
    session.next()
    if command.ins not in (SELECT, VERIFY, READ_BINARY):
        return status.SECURE_MESSAGING_NOT_SUPPORTED
    plain = _plain(session, command)
    if plain is None:
        session.broken = True
        return status.SECURE_MESSAGING_WRONG
    response = handlers[command.ins](chip, plain)
    data, ending = response[:-2], response[-2:]
    return _object(CRYPTOGRAM, bytes((PADDED,)) + session.encipher(data)) + ending if data else response


def _plain(session: SecureSession, command: Command) -> Command | None:
    if command.ins == READ_BINARY:
        value = _value(command.data, EXPECTED_LENGTH)
        if value is None or len(value) != 3:
            return None
        expected = int.from_bytes(value, "big")
        return command._replace(data=b"", expected=expected or 65536, extended=False, all_bytes=not expected)
    if not command.data:
        return command
    value = _value(command.data, CRYPTOGRAM)
    if not value or value[0] != PADDED:
        return None
    plain = session.decipher(value[1:])
    return None if plain is None else command._replace(data=plain, expected=0)


def _value(data: bytes, tag: int) -> bytes | None:
    """The value of the only data object in the data, if it has this tag."""
    if len(data) < 2 or data[0] != tag:
        return None
    head = {0x81: 3, 0x82: 4}.get(data[1], 2)
    length = data[1] if head == 2 else int.from_bytes(data[2:head], "big")
    return data[head:] if len(data) == head + length else None


def _object(tag: int, value: bytes) -> bytes:
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    return (
        bytes((tag, 0x81, size)) + value
        if size < 0x100
        else bytes((tag, 0x82, *size.to_bytes(2, "big"))) + value
    )
