"""A command APDU taken apart (ISO/IEC 7816-3 clause 12, cases 1 to 4, short and extended)."""

from typing import NamedTuple


class Command(NamedTuple):
    """One command; `expected` is Ne, 0 where no response data is asked for."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int = 0
    extended: bool = False
    all_bytes: bool = False
    """Whether Le was all zeros: as many bytes as there are."""


def parse(apdu: bytes) -> Command | None:
    """The command, or None where the lengths in it do not fit."""
    size = len(apdu)
    if size < 4:
        return None
    head = apdu[0], apdu[1], apdu[2], apdu[3]
    if size == 4:
        return Command(*head)
    first = apdu[4]
    if size == 5:
        return Command(*head, b"", first or 256, False, not first)
    if first:
        if size == 5 + first:
            return Command(*head, apdu[5:])
        if size == 6 + first:
            return Command(*head, apdu[5:-1], apdu[-1] or 256, False, not apdu[-1])
        return None
    return _parse_extended(apdu, head)


def _parse_extended(apdu: bytes, head: tuple[int, int, int, int]) -> Command | None:
    size = len(apdu)
    if size < 7:
        return None
    number = apdu[5] << 8 | apdu[6]
    if size == 7:
        return Command(*head, b"", number or 65536, True, not number)
    if not number:
        return None
    if size == 7 + number:
        return Command(*head, apdu[7:], 0, True)
    if size == 9 + number:
        expected = apdu[-2] << 8 | apdu[-1]
        return Command(*head, apdu[7:-2], expected or 65536, True, not expected)
    return None
