"""The fuzzer: an emulator that holds, and cards with one fault each, which it finds and shrinks."""

import random
import time
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jpki_model.card.presets import example_card, example_contents
from jpki_oracle.card.emulator import EmulatorSlot
from jpki_oracle.card.fuzz import FuzzRequest, TraceRunner, fuzz
from jpki_oracle.card.fuzz_grammar import Grammar, RandomChoices, Raw
from jpki_oracle.card.fuzz_watch import Watch, census
from jpki_oracle.card.slot import CardFailure, CardFailureKind

# As the emulator's page documents them.
VALUES = {
    "authentication": b"1234",
    "signature": b"PASSWORD1",
    "text": b"2345",
    "resident-register": b"3456",
    "code-a": b"123456789018",
}


@cache
def private_numbers() -> dict[str, bytes]:
    """The secret numbers of the keys on the example card."""
    numbers = {}
    for application in example_contents().applications:
        for file in application.files.values():
            key = getattr(file, "key", None)
            if isinstance(key, RSAPrivateKey):
                parts = key.private_numbers()
                for name, number in (("p", parts.p), ("q", parts.q), ("d", parts.d)):
                    numbers[f"{name} of {file.name}"] = number.to_bytes((number.bit_length() + 7) // 8, "big")
    assert len(numbers) > 6
    return numbers


def request(**more) -> FuzzRequest:
    return FuzzRequest(**{"seconds": 60.0, "seed": 1, "values": VALUES, "keys": private_numbers(), **more})


class Faulty(EmulatorSlot):
    """The example card in process, behind a fault."""

    def __init__(self) -> None:
        super().__init__(example_card(), "a faulty card")
        self.verified = b""

    def transmit(self, command: bytes) -> bytes:
        return self.spoil(command, super().transmit(command))

    def spoil(self, command: bytes, response: bytes) -> bytes:
        return response


class TellsThePin(Faulty):
    def spoil(self, command, response):
        return b"PASSWORD1" + response if command[1:2] == b"\xca" else response


class TellsTheKey(Faulty):
    def spoil(self, command, response):
        secret = private_numbers()["d of authentication_key"]
        return secret + b"\x90\x00" if command[:4] == b"\x00\xb0\x97\x00" else response


class SignsForAnybody(Faulty):
    def spoil(self, command, response):
        return (
            bytes(256) + b"\x90\x00" if command[:2] == b"\x80\x2a" and response == b"\x69\x82" else response
        )


class GivesTriesBack(Faulty):
    """A reset restores the counters."""

    def power_on(self):
        self._card = example_card()
        return super().power_on()


class CountsQueries(Faulty):
    def spoil(self, command, response):
        self.asked = getattr(self, "asked", 0) + (command == b"\x00\x20\x00\x80")
        if response[:1] == b"\x63" and len(command) == 4 and self.asked > 14:
            return bytes((0x63, max(response[1] - 1, 0xC0)))
        return response


class RepeatsItself(Faulty):
    def spoil(self, command, response):
        return (
            bytes(len(response) - 2) + b"\x90\x00"
            if command[:2] == b"\x00\x84" and len(response) > 2
            else response
        )


class Dies(Faulty):
    def spoil(self, command, response):
        if command[1:2] == b"\xb2":
            raise CardFailure(CardFailureKind.GONE, "the program has ended")
        return response


class FindsEverything(Faulty):
    def spoil(self, command, response):
        return b"\x90\x00" if command[:4] == b"\x00\xa4\x04\x0c" else response


class SaysTooMuch(Faulty):
    def spoil(self, command, response):
        return (
            response[:-2] + b"\x00" + response[-2:]
            if command[:2] == b"\x00\x84" and len(response) > 2
            else response
        )


@pytest.mark.parametrize(
    ("card", "kind", "words", "longest"),
    [
        (TellsThePin, "leak", "an answer holds the PIN signature", 1),
        (TellsTheKey, "leak", "an answer holds d of authentication_key", 1),
        (SignsForAnybody, "unopened", "authentication key (jpki/0017) was used without its PIN", 2),
        (GivesTriesBack, "counter", "rose from", 4),
        (CountsQueries, "counter", "fell from", 3),
        (RepeatsItself, "challenge", "the same challenge came twice", 2),
        (Dies, "crash", "the program has ended", 2),
        (FindsEverything, "rules", "the card answers 9000, the rules say 6A82", 1),
        (SaysTooMuch, "length", "bytes came where", 1),
    ],
)
def test_a_fault_is_found_and_shrunk_to_a_short_trace(card, kind, words, longest):
    result = fuzz(card(), request(fresh=card if card is not GivesTriesBack else None))
    assert result.finding is not None
    assert (result.finding.kind, len(result.trace) <= longest) == (kind, True), (result.finding, result.trace)
    assert words in result.finding.what or kind == "unopened"
    assert not result.unstable


def test_a_trace_shows_no_pin():
    result = fuzz(TellsThePin(), request(fresh=TellsThePin))
    text = repr(result.trace)
    assert "PASSWORD1" not in text
    assert b"PASSWORD1".hex(" ").upper() not in text
    assert "1234" not in repr(Raw(b"\x00\x20\x00\x80\x041234"))


def test_the_time_is_kept_and_what_was_sent_is_told():
    told = []
    begun = time.monotonic()
    result = fuzz(
        EmulatorSlot(example_card(), "e"),
        request(seconds=1.0, values={"authentication": b"1234"}),
        tell=lambda done, of: told.append((done, of)),
    )
    assert time.monotonic() - begun < 5
    assert result.commands > 100
    assert told[0] == (0, 1)


def rolled(commands: int, seed: int) -> tuple[int, list[object]]:
    """So many random commands to fresh emulated cards; what was found."""
    runner, grammar = TraceRunner(request()), Grammar(VALUES)
    choices = RandomChoices(random.Random(seed))
    sent, found = 0, []
    while sent < commands:
        lines: list[object] = []
        finding = runner.run(EmulatorSlot(example_card(), "e"), grammar.trace(choices, 50), lines)
        sent += len(lines)
        if finding:
            found.append((finding, lines))
    return sent, found


def test_the_emulator_survives_thousands_of_random_commands_with_its_invariants():
    sent, found = rolled(60_000, seed=7816)
    assert found == []
    assert sent >= 60_000


def test_a_watch_is_silent_about_what_a_card_may_say():
    slot = EmulatorSlot(example_card(), "e")
    slot.power_on()
    watch = Watch({"the PIN authentication": b"1234", **private_numbers()})
    for command in (
        "00A4040C0AD392F000260100000001",
        "00A4020C020018",
        "002000800431323334",
        "00A4020C020017",
        "802A008001AA00",
        "00B08A0000",
        "0084000008",
        "00A4040C0AD3921000310001010408",
        "002000910432333435",
        "00B0810011",
    ):
        octets = bytes.fromhex(command)
        assert watch.sent(octets, slot.transmit(octets)) is None


def test_the_census_counts_every_pin_and_costs_none():
    slot = EmulatorSlot(example_card(), "e")
    slot.power_on()
    first, second = census(slot), census(slot)
    assert first == second
    assert (first["jpki/0018"], first["jpki/001B"], first["text/0011"], first["text/0012"]) == (3, 5, 3, 0)
