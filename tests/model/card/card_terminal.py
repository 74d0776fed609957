"""A terminal for tests: commands in hexadecimal as the standard prints them, responses as data and status word."""

from typing import NamedTuple

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.presets import example_card

JPKI = "D392F000260100000001"
SURFACE = "D3921000310001010402"
TEXT = "D3921000310001010408"
RESIDENT_REGISTER = "D3921000310001010401"
SHARED = "D3921000310001010100"
LIBRARY = "F04C49422D53494D"


class Response(NamedTuple):
    """Response data, and the status word as four hexadecimal digits."""

    data: bytes
    sw: str


class Terminal:
    """A powered card and a way to speak to it; `send` ignores spaces."""

    def __init__(self, profile: str = "probed", card: EmulatedCard | None = None) -> None:
        self.card = card or example_card(profile)
        self.card.power_on()

    def send(self, command: str) -> Response:
        """One command."""
        raw = self.card.transmit(bytes.fromhex(command))
        return Response(raw[:-2], raw[-2:].hex().upper())

    def run(self, *commands: str) -> Response:
        """Commands one after the other; the last one's response."""
        return [self.send(command) for command in commands][-1]

    def select(self, identifier: str) -> Response:
        """An application by its identifier."""
        return self.send(f"00A4040C {len(identifier) // 2:02X} {identifier}")

    def file(self, identifier: str) -> Response:
        """A file of the current application."""
        return self.send(f"00A4020C 02 {identifier}")

    def verify(self, file: str, value: str) -> Response:
        """Present a value for the PIN in a file."""
        self.file(file)
        return self.send(f"00200080 {len(value):02X} {value.encode().hex()}")

    def tries(self, file: str) -> Response:
        """Ask for the counter of the PIN in a file."""
        self.file(file)
        return self.send("00200080")

    def read(self, file: str, length: int = 0) -> Response:
        """The beginning of a file; the refusal, where it cannot be selected."""
        selected = self.file(file)
        if selected.sw != "9000":
            return selected
        return self.send(f"00B00000 {length:02X}")

    def read_whole(self, file: str) -> bytes:
        """All bytes of a file."""
        self.file(file)
        whole = b""
        while (part := self.send(f"00B0{len(whole):04X}00")).sw == "9000":
            whole += part.data
        assert part.sw == "6B00", part.sw
        return whole
