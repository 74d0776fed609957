"""The pictures on the card's surface: black and white PNG files with digits, and a blank portrait."""

import struct
import zlib
from importlib.resources import files

GLYPHS = {
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001001001001",
    "8": "111101111101111",
    "9": "111101111001111",
}
"""Digits, three columns by five rows."""

COLUMNS, ROWS, ADVANCE = 3, 5, 6


def digits_image(digits: str, width: int, height: int) -> bytes:
    """Digits in the middle of an image of so many pixels, as a PNG file."""
    left, top = (width - ADVANCE * len(digits) + ADVANCE - COLUMNS) // 2, (height - ROWS) // 2
    black = {
        (left + ADVANCE * number + index % COLUMNS, top + index // COLUMNS)
        for number, digit in enumerate(digits)
        for index, dot in enumerate(GLYPHS[digit])
        if dot == "1"
    }
    return black_and_white(black, width, height)


def line_image(text: str, width: int, height: int) -> bytes:
    """A line of writing as a PNG file: one box for each character, blank for a space, since there is no font here."""
    boxes = {
        (height * number + x, y)
        for number, character in enumerate(text)
        if not character.isspace()
        for x in range(2, height - 2)
        for y in range(2, height - 2)
        if x in (2, height - 3) or y in (2, height - 3)
    }
    return black_and_white({(x, y) for x, y in boxes if x < width}, width, height)


def black_and_white(black: set[tuple[int, int]], width: int, height: int) -> bytes:
    """A PNG file of one bit a pixel."""
    lines = bytearray()
    for y in range(height):
        row = "".join("0" if (x, y) in black else "1" for x in range(width))
        lines += b"\x00" + int(row.ljust(-(-width // 8) * 8, "1"), 2).to_bytes(-(-width // 8), "big")
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(lines), 9))
        + _chunk(b"IEND", b"")
    )


def portrait() -> bytes:
    """A grey JPEG 2000 picture (JP2) of nobody."""
    return files("jpki_model.card").joinpath("portrait.jp2").read_bytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
