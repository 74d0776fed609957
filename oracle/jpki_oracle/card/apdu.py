"""Commands and responses of ISO/IEC 7816-4 as bytes: taken apart, and told to people without any secret."""

from dataclasses import dataclass

SELECT, READ_BINARY, READ_RECORD, GET_DATA = 0xA4, 0xB0, 0xB2, 0xCA
VERIFY, CHANGE_REFERENCE_DATA, RESET_RETRY_COUNTER, CHANGE_KEY = 0x20, 0x24, 0x2C, 0x32
GET_CHALLENGE, GET_RESPONSE, INTERNAL_AUTHENTICATE, EXTERNAL_AUTHENTICATE = 0x84, 0xC0, 0x88, 0x82
PERFORM_SECURITY_OPERATION, SET_SESSION_KEY, STORE_TERMINAL_KEY = 0x2A, 0xAE, 0xA2

SECRET_INSTRUCTIONS = frozenset(
    {VERIFY, CHANGE_REFERENCE_DATA, RESET_RETRY_COUNTER, CHANGE_KEY, SET_SESSION_KEY}
)
"""Instructions whose data may be a PIN or open one: it is never shown."""


class MalformedCommand(ValueError):
    """Bytes that are no command APDU; the message never repeats them."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU, taken apart. Its representation hides the data where that may be a secret."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    """Bytes that the response may have at most; None if no Le stands there."""
    extended: bool = False

    def __repr__(self) -> str:
        return f"Command({shown(encode(self))})"


def parse(command: bytes) -> Command:
    """`command` taken apart (ISO/IEC 7816-4, 5.2); raises MalformedCommand."""
    length = len(command)
    if length < _HEADER:
        raise MalformedCommand(f"a command has at least {_HEADER} bytes, not {length}")
    cla, ins, p1, p2 = command[:_HEADER]
    body = command[_HEADER:]
    if not body:
        return Command(cla, ins, p1, p2)
    if len(body) == 1:
        return Command(cla, ins, p1, p2, le=body[0] or _SHORT_MAXIMUM)
    if body[0]:
        return Command(cla, ins, p1, p2, *_data_and_length(body[1:], body[0], 1))
    if len(body) < _EXTENDED_LENGTH:
        raise MalformedCommand("an extended length needs three bytes")
    count = body[1] << 8 | body[2]
    if len(body) == _EXTENDED_LENGTH:
        return Command(cla, ins, p1, p2, le=count or _EXTENDED_MAXIMUM, extended=True)
    if not count:
        raise MalformedCommand("an extended Lc is not 0")
    return Command(cla, ins, p1, p2, *_data_and_length(body[3:], count, 2), extended=True)


def encode(command: Command) -> bytes:
    """The bytes of `command`, in the short form unless it is extended."""
    head = bytes((command.cla, command.ins, command.p1, command.p2))
    if not command.extended:
        length = bytes((len(command.data),)) if command.data else b""
        return head + length + command.data + (b"" if command.le is None else bytes((command.le & 0xFF,)))
    data = b"\x00" + len(command.data).to_bytes(2, "big") + command.data if command.data else b""
    if command.le is None:
        return head + data
    return head + (data or b"\x00") + (command.le & 0xFFFF).to_bytes(2, "big")


def status(response: bytes) -> int:
    """The status word: the last two bytes of a response."""
    return response[-2] << 8 | response[-1]


def tries_left(response: bytes) -> int | None:
    """The tries that a response `63Cx` speaks of; None for any other."""
    word = status(response)
    return word & 0x0F if word & 0xFFF0 == _COUNTER else None


def shown(command: bytes) -> str:
    """`command` in hexadecimal digits, its data as `**` where it may be a secret."""
    try:
        secret = may_hold_secret(command)
        taken = parse(command)
    except MalformedCommand:
        return _hex(command[:5]) + " **" * max(len(command) - 5, 0) if secret else _hex(command)
    if not secret or not taken.data:
        return _hex(command)
    start = _HEADER + (_EXTENDED_LENGTH if taken.extended else 1)
    end = start + len(taken.data)
    return f"{_hex(command[:start])}{' **' * len(taken.data)}{' ' * bool(command[end:])}{_hex(command[end:])}"


def may_hold_secret(command: bytes) -> bool:
    """The data of `command` may be a PIN or a session key, in whatever class it is sent."""
    return len(command) > 1 and command[1] in SECRET_INSTRUCTIONS


def shown_response(response: bytes, longest: int = 32) -> str:
    """A response in hexadecimal digits; of data longer than `longest` bytes only how many they are.

    Short data are shown, so a caller who has read a personal file asks for `longest` 0.
    """
    data, word = response[:-2], response[-2:]
    if not data:
        return _hex(word)
    if len(data) > longest:
        return f"<{len(data)} bytes> {_hex(word)}"
    return f"{_hex(data)} {_hex(word)}"


def describe(command: bytes) -> str:
    """What `command` does, for people: the instruction's name, and its bytes without secrets."""
    name = NAMES.get(command[1]) if len(command) >= _HEADER else None
    return f"{name}: {shown(command)}" if name else shown(command)


NAMES = {
    SELECT: "SELECT",
    READ_BINARY: "READ BINARY",
    READ_RECORD: "READ RECORD",
    GET_DATA: "GET DATA",
    VERIFY: "VERIFY",
    CHANGE_REFERENCE_DATA: "CHANGE REFERENCE DATA",
    RESET_RETRY_COUNTER: "RESET RETRY COUNTER",
    CHANGE_KEY: "CHANGE KEY",
    GET_CHALLENGE: "GET CHALLENGE",
    GET_RESPONSE: "GET RESPONSE",
    INTERNAL_AUTHENTICATE: "INTERNAL AUTHENTICATE",
    EXTERNAL_AUTHENTICATE: "EXTERNAL AUTHENTICATE",
    PERFORM_SECURITY_OPERATION: "COMPUTE DIGITAL SIGNATURE",
    SET_SESSION_KEY: "SET SESSION KEY",
    STORE_TERMINAL_KEY: "VERIFY TERMINAL CERTIFICATE",
}
"""Instructions by name: ISO/IEC 7816-4 and JICSAP 2.0."""

_HEADER = 4
_EXTENDED_LENGTH = 3
_SHORT_MAXIMUM = 256
_EXTENDED_MAXIMUM = 65536
_COUNTER = 0x63C0


def _data_and_length(rest: bytes, count: int, le_bytes: int) -> tuple[bytes, int | None]:
    if len(rest) == count:
        return rest, None
    if len(rest) == count + le_bytes:
        maximum = _SHORT_MAXIMUM if le_bytes == 1 else _EXTENDED_MAXIMUM
        return rest[:count], int.from_bytes(rest[count:], "big") or maximum
    raise MalformedCommand(f"Lc says {count} bytes of data, and {len(rest)} follow")


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()
