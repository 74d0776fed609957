"""A fast card that remembers all that is done to it, and a man in the middle who may tear it out at any moment.

Written from ISO/IEC 7816-4 and the public descriptions of the card, without a look at what is tested with it: what
harms a card stands here a second time, in other words.
"""

import random
from collections.abc import Callable

from jpki_oracle.card.slot import CardFailure, CardFailureKind

JPKI = bytes.fromhex("D392F000260100000001")
SURFACE = bytes.fromhex("D3921000310001010402")
TEXT = bytes.fromhex("D3921000310001010408")
RESIDENT_REGISTER = bytes.fromhex("D3921000310001010401")
COMMON = bytes.fromhex("D3921000310001010100")

# Public tables: which PIN has how many tries. Codes A and B: ten on the card that was probed.
TRIES = {
    (JPKI, 0x18): 3,
    (JPKI, 0x1B): 5,
    (TEXT, 0x11): 3,
    (TEXT, 0x14): 10,
    (TEXT, 0x15): 10,
    (SURFACE, 0x11): 10,
    (SURFACE, 0x12): 10,
    (SURFACE, 0x13): 10,
    (RESIDENT_REGISTER, 0x1C): 3,
    (COMMON, 0x1C): 3,
}
RIGHT = {(JPKI, 0x18): b"1234", (JPKI, 0x1B): b"PASSWORD1", (TEXT, 0x11): b"2345"}

# What each of these may do to a card: change or reset a PIN, lock, unlock, erase, write, install, delete, terminate.
HARMFUL = bytes.fromhex("24322C 50525406 8AA2AE82 E0E2E4E6E8 D0D2D6D7D8DADBDCDD 0E0F0444 F0FE46")
KNOWN = bytes.fromhex("A4B0B2CA84C0202A88")


class RememberingCard:
    """Applications, files and counters; nothing else. `harm` says what was done to it that must not be done."""

    def __init__(self, tries: dict[tuple[bytes, int], int] | None = None) -> None:
        self.tries = dict(tries or TRIES)
        self.harm: list[str] = []
        self.presented = 0
        self._application: bytes | None = None
        self._file: int | None = None
        self._verified: set[tuple[bytes, int]] = set()

    def reset(self) -> None:
        self._application = self._file = None
        self._verified.clear()

    def transmit(self, command: bytes) -> bytes:
        if len(command) < 4:
            self.harm.append("bytes that are no command")
            return b"\x67\x00"
        instruction = command[1]
        if instruction in HARMFUL:
            self.harm.append(f"instruction {instruction:02X}")
        elif instruction not in KNOWN:
            self.harm.append(f"a search for instructions: {instruction:02X}")
        if instruction == 0xA4:
            return self._select(command)
        if instruction == 0x20:
            return self._verify(command)
        if instruction in (0xB0, 0xB2):
            return self._read(command)
        if instruction == 0x2A:
            return b"\x90\x00" if self._verified else b"\x69\x82"
        return b"\x00" * 8 + b"\x90\x00" if instruction == 0x84 else b"\x6d\x00"

    def _select(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[2] == 0x04:
            # Prefixes match, as on the card that was probed: a short name may open any application.
            found = [
                aid
                for aid in (SURFACE, TEXT, RESIDENT_REGISTER, COMMON, JPKI)
                if name and aid.startswith(name)
            ]
            if not found:
                if name[:1] != b"\xf0":
                    self.harm.append("a search for applications")
                return b"\x6a\x82"
            self._application, self._file = found[0], None
            self._verified.clear()
            return b"\x90\x00"
        if command[2] == 0x02 and self._application and len(name) == 2 and not command[0]:
            if name[0] or name[1] > 0x1E:
                return b"\x6a\x82"
            self._file = name[1]
            return b"\x90\x00"
        return b"\x6a\x86"

    def _verify(self, command: bytes) -> bytes:
        # A mistrustful card: everything but the four bytes of a query costs a try.
        self._file = command[3] & 0x1F or self._file
        pin = (self._application or b"", self._file or 0)
        if pin not in self.tries:
            return b"\x69\x86"
        if len(command) == 4:
            return bytes((0x63, 0xC0 | self.tries[pin]))
        self.presented += 1
        if not self.tries[pin]:
            return b"\x69\x84"
        if (
            pin in RIGHT
            and command == b"\x00\x20\x00" + command[3:4] + bytes((len(RIGHT[pin]),)) + RIGHT[pin]
        ):
            self.tries[pin] = TRIES[pin]
            self._verified.add(pin)
            return b"\x90\x00"
        self.tries[pin] -= 1
        return bytes((0x63, 0xC0 | self.tries[pin]))

    def _read(self, command: bytes) -> bytes:
        if command[1] == 0xB0 and command[2] & 0x80:
            self._file = command[2] & 0x1F
        elif command[1] == 0xB2 and command[3] >> 3:
            self._file = command[3] >> 3
        if (self._application, self._file) in ((TEXT, 0x01), (SURFACE, 0x05)):
            self.harm.append("the My Number was read")
        return b"\x30\x82\x01\x00\x90\x00"


class ManInTheMiddle:
    """A slot with a card that is torn out, hangs, answers nonsense or is interrupted, as chance will have it.

    With `lies` an answer may also be a false one, which says that all is well.
    """

    name = "a reader"

    def __init__(
        self, card: RememberingCard, chance: random.Random, trouble: float, lies: bool = False
    ) -> None:
        self._card = card
        self._chance = chance
        self._trouble = trouble
        self._nonsense = [b"\x6f\x00", b"\x6a\x82", b"\x61\x10"]
        if lies:
            self._nonsense += [b"\x90\x00", b"\x63\xc3", b"\x63\xc0"]

    def power_on(self) -> bytes:
        return self._disturbed(self._reset)

    def power_off(self) -> None:
        self._reset()

    def reset(self) -> bytes:
        return self._disturbed(self._reset)

    def transmit(self, command: bytes) -> bytes:
        return self._disturbed(lambda: self._card.transmit(command))

    def close(self) -> None:
        self._card.reset()

    def _reset(self) -> bytes:
        self._card.reset()
        return b"\x3b\x00"

    def _disturbed(self, act: Callable[[], bytes]) -> bytes:
        chance = self._chance
        if chance.random() >= self._trouble:
            return act()
        if chance.random() < 0.5:
            act()  # the command arrives, its answer does not
        what = chance.randrange(4)
        if what == 0:
            raise CardFailure(CardFailureKind.TORN, "torn out")
        if what == 1:
            raise CardFailure(CardFailureKind.LATE, "late")
        if what == 2:
            raise KeyboardInterrupt
        return chance.choice(self._nonsense)
