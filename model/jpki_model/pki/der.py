"""DER as a tree that can be read strictly, changed in one place, and written again.

`decode(data)` is the way in; it refuses whatever X.690 does not allow, and trees that are too deep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

DEEPEST = 24
"""Levels that a certificate, list or message never needs more of."""
LARGEST = 1 << 28
BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
ENUMERATED, UTF8_STRING, PRINTABLE_STRING, UTC_TIME, GENERALIZED_TIME = 0x0A, 0x0C, 0x13, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED = 0x20


class NotDer(ValueError):
    """Bytes that are not DER; the message says what and where, without repeating them."""


@dataclass(frozen=True)
class Value:
    """One value: its tag octet, and its content as octets or, if it is constructed, as further values."""

    tag: int
    content: bytes = b""
    children: tuple["Value", ...] = ()

    @property
    def is_constructed(self) -> bool:
        """Its content is further values."""
        return bool(self.tag & CONSTRUCTED)

    def encoded(self) -> bytes:
        """The value in DER."""
        content = (
            b"".join(child.encoded() for child in self.children) if self.is_constructed else self.content
        )
        return bytes([self.tag]) + encoded_length(len(content)) + content

    def at(self, *path: int) -> "Value":
        """The value at a path of positions. IndexError if there is none."""
        found = self
        for position in path:
            found = found.children[position]
        return found

    def with_at(self, path: Sequence[int], new: "Value | None") -> "Value":
        """The same with another value at a path, or without one there. IndexError if there is none."""
        position, *rest = path
        children = list(self.children)
        if rest:
            children[position] = children[position].with_at(rest, new)
        elif new is None:
            del children[position]
        else:
            children[position] = new
        return replace(self, children=tuple(children))

    def with_inserted(self, path: Sequence[int], new: "Value") -> "Value":
        """The same with one more value before the one at a path; the last position may be one past the end."""
        *parent, position = path
        holder = self.at(*parent)
        children = (*holder.children[:position], new, *holder.children[position:])
        return (
            self.with_at(parent, replace(holder, children=children))
            if parent
            else replace(self, children=children)
        )

    def walk(self) -> Iterator["Value"]:
        """This value and all within it."""
        yield self
        for child in self.children:
            yield from child.walk()


def decode(data: bytes) -> Value:
    """The one value that the octets are. Raises `NotDer`."""
    value, end = _value(data, 0, len(data), 0)
    if end != len(data):
        raise NotDer(f"{len(data) - end} octets behind the value")
    return value


def sequence(*children: Value) -> Value:
    """A SEQUENCE."""
    return Value(SEQUENCE, children=children)


def set_of(*children: Value) -> Value:
    """A SET OF, its elements in the order that DER has."""
    return Value(SET, children=tuple(sorted(children, key=Value.encoded)))


def explicit(number: int, inner: Value) -> Value:
    """A value under an explicit context tag."""
    return Value(0xA0 | number, children=(inner,))


def integer(number: int) -> Value:
    """An INTEGER."""
    octets = (number + (number < 0)).bit_length() // 8 + 1
    return Value(INTEGER, number.to_bytes(octets, "big", signed=True))


def object_identifier(dotted: str) -> Value:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    return Value(OBJECT_IDENTIFIER, b"".join(map(_arc, [first * 40 + second, *rest])))


def octet_string(content: bytes) -> Value:
    """An OCTET STRING."""
    return Value(OCTET_STRING, content)


def bit_string(content: bytes, unused: int = 0) -> Value:
    """A BIT STRING."""
    return Value(BIT_STRING, bytes([unused]) + content)


def null() -> Value:
    """NULL."""
    return Value(NULL)


def dotted(value: Value) -> str:
    """An OBJECT IDENTIFIER with dots. Raises `NotDer`."""
    if value.tag != OBJECT_IDENTIFIER or not value.content or value.content[-1] & 0x80:
        raise NotDer("not an object identifier")
    arcs, arc = list[int](), 0
    for octet in value.content:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def number_in(value: Value) -> int:
    """An INTEGER or ENUMERATED. Raises `NotDer`."""
    if value.tag not in (INTEGER, ENUMERATED):
        raise NotDer("not an integer")
    return int.from_bytes(value.content, "big", signed=True)


def encoded_length(length: int) -> bytes:
    """A length in its shortest form."""
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _arc(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | 0x80)
    return bytes(reversed(octets))


def _value(data: bytes, start: int, end: int, depth: int) -> tuple[Value, int]:
    if depth > DEEPEST:
        raise NotDer(f"more than {DEEPEST} levels at octet {start}")
    if end - start < 2:
        raise NotDer(f"ends within a value at octet {start}")
    tag = data[start]
    if tag & 0x1F == 0x1F:
        raise NotDer(f"a tag of several octets at octet {start}")
    content, stop = _content(data, start + 1, end)
    if tag & CONSTRUCTED:
        children, place = list[Value](), content
        while place < stop:
            child, place = _value(data, place, stop, depth + 1)
            children.append(child)
        if tag == SET and [c.encoded() for c in children] != sorted(c.encoded() for c in children):
            raise NotDer(f"a SET that is not in order at octet {start}")
        return Value(tag, children=tuple(children)), stop
    value = Value(tag, data[content:stop])
    _check_primitive(value, start)
    return value, stop


def _content(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where a content begins and ends, by its length octets at `start`."""
    first = data[start]
    if first < 0x80:
        content, length = start + 1, first
    else:
        count = first & 0x7F
        if count == 0:
            raise NotDer(f"a length that is not stated at octet {start}")
        content = start + 1 + count
        if count > 4 or content > end:
            raise NotDer(f"a length of {count} octets at octet {start}")
        length = int.from_bytes(data[start + 1 : content], "big")
        if encoded_length(length) != data[start:content]:
            raise NotDer(f"a length that is not in its shortest form at octet {start}")
    if length > min(end - content, LARGEST):
        raise NotDer(f"a length beyond the end at octet {start}")
    return content, content + length


def _check_primitive(value: Value, place: int) -> None:
    tag, content = value.tag, value.content
    if tag in (SEQUENCE & 0x1F, SET & 0x1F):
        raise NotDer(f"a sequence or set that is not constructed at octet {place}")
    if tag == BOOLEAN and content not in (b"\x00", b"\xff"):
        raise NotDer(f"a truth value that is neither 00 nor FF at octet {place}")
    if tag in (INTEGER, ENUMERATED):
        if not content:
            raise NotDer(f"an empty integer at octet {place}")
        if len(content) > 1 and (content[0], content[1] >> 7) in ((0, 0), (0xFF, 1)):
            raise NotDer(f"an integer that is not in its shortest form at octet {place}")
    if tag == NULL and content:
        raise NotDer(f"a NULL with content at octet {place}")
    if tag == BIT_STRING:
        if not content or content[0] > 7 or (len(content) == 1 and content[0]):
            raise NotDer(f"a bit string with wrong unused bits at octet {place}")
        if content[-1] & ((1 << content[0]) - 1):
            raise NotDer(f"a bit string with unused bits set at octet {place}")
    if tag == OBJECT_IDENTIFIER and (not content or content[-1] & 0x80 or content[0] == 0x80):
        raise NotDer(f"a broken object identifier at octet {place}")
