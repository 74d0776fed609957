"""Whatever bytes come: a response goes out, no secret is in it, and counters rise by a right PIN or the issuer only."""

import random

import pytest
from card_terminal import JPKI, LIBRARY, RESIDENT_REGISTER, SHARED, SURFACE, TEXT, Terminal
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.files import Key
from jpki_model.card.presets import example_contents
from jpki_model.card.profile import alternatives, profile

IDENTIFIERS = [
    bytes.fromhex(one) for one in (JPKI, SURFACE, TEXT, RESIDENT_REGISTER, SHARED, LIBRARY, "A0000001510000")
]
RIGHT = [b"1234", b"PASSWORD1", b"2345", b"3456", b"4567", b"123456789018", b"04022920355678", b"040229"]
INSTRUCTIONS = bytes.fromhex("A4B0B2CA84202482882A32A2AEFC5406508AE0D62CC0")
NEVER_SHOWN = [b"PASSWORD1", b"JPKI-SIM issuer!"]
"""Secrets that no file holds, and that cannot come about by chance."""


def _primes() -> list[bytes]:
    keys = [f.key for a in example_contents().applications for f in a.files.values() if isinstance(f, Key)]
    numbers = [key.private_numbers() for key in keys if key]
    return [p.to_bytes(128, "big") for n in numbers for p in (n.p, n.q)] + [
        n.d.to_bytes(256, "big") for n in numbers
    ]


SECRETS = [*NEVER_SHOWN, *_primes()]

profiles = st.fixed_dictionaries({p: st.sampled_from(v) for p, v in alternatives().items()})

data = st.one_of(
    st.just(b""),
    st.sampled_from(RIGHT),
    st.sampled_from(IDENTIFIERS),
    st.integers(0, 31).map(lambda file: file.to_bytes(2, "big")),
    st.binary(max_size=40),
    st.binary(min_size=256, max_size=256),
)


@st.composite
def commands(draw: st.DrawFn) -> bytes:
    """A command that is often one of the card's."""
    cla = draw(st.sampled_from(b"\x00\x00\x00\x80\x80\x08\x0c\x10\x90\x01"))
    ins = draw(st.sampled_from(INSTRUCTIONS))
    p1 = draw(st.sampled_from(b"\x00\x00\x01\x02\x04\x05\x80\x82"))
    p2 = draw(st.one_of(st.sampled_from(b"\x00\x04\x0c\x80\x98\x9b"), st.integers(0, 255)))
    body = draw(data)
    if len(body) > 255 or draw(st.integers(0, 15)) == 0:
        length = b"\x00" + len(body).to_bytes(2, "big") if body else b""
        expected = draw(st.sampled_from([b"", b"\x00\x00", b"\x01\x00"]))
        return bytes((cla, ins, p1, p2)) + length + body + (expected if body else b"\x00" + expected)
    length = bytes((len(body),)) if body else b""
    return bytes((cla, ins, p1, p2)) + length + body + draw(st.sampled_from([b"", b"\x00", b"\x20"]))


def check(card: EmulatedCard, command: bytes, sent: list[bytes]) -> None:
    """One command under the invariants; `sent` is all that came before it, since commands can be chained."""
    before = card.tries_left()
    response = card.transmit(command)

    assert len(response) >= 2
    assert response[-2] >> 4 in (6, 9), "SW1"
    assert not any(secret in response for secret in SECRETS)
    after = card.tries_left()
    for pin, left in after.items():
        fell_by = before[pin] - left
        assert fell_by <= 1
        if fell_by < 0:
            assert response == b"\x90\x00"
            assert any(right in one for one in (*sent, command) for right in RIGHT), (
                "only a right PIN gives tries back"
            )
    assert not any(after[pin] == 0 for pin in card.verified()), "an exhausted PIN is not verified"


@settings(max_examples=150, deadline=None)
@given(profiles, st.lists(st.one_of(commands(), st.binary(max_size=30)), max_size=40))
def test_any_commands_under_any_profile(answers: dict[str, str], sequence: list[bytes]) -> None:
    card = EmulatedCard(example_contents(), profile("probed", **answers))
    card.power_on()
    for number, command in enumerate(sequence):
        check(card, command, sequence[:number])


@pytest.mark.parametrize("name", ["probed", "iso", "probed,command_chaining=accepted,counters_shared=shared"])
def test_ten_thousand_random_commands_without_a_right_pin(name: str) -> None:
    """Counters can only fall; a PIN of four random bytes is right once in four thousand million times."""
    drawn = random.Random(20260401)
    terminal = Terminal(name)
    for _ in range(10_000):
        kind = drawn.random()
        if kind < 0.2:
            command = bytes.fromhex("00A4040C0A") + drawn.choice(IDENTIFIERS)[:10].ljust(10, b"\x01")
        elif kind < 0.4:
            command = bytes.fromhex("00A4020C0200") + bytes((drawn.randrange(0x1F),))
        elif kind < 0.5:
            command = bytes((0x00, 0x20, 0x00, 0x80, 0x04)) + drawn.randbytes(4)
        elif kind < 0.8:
            head = bytes((drawn.choice((0x00, 0x80)), drawn.choice(INSTRUCTIONS)))
            command = head + drawn.randbytes(drawn.randrange(20))
        else:
            command = drawn.randbytes(drawn.randrange(12))
        before = terminal.card.tries_left()
        response = terminal.card.transmit(command)
        assert len(response) >= 2
        assert all(left <= before[pin] for pin, left in terminal.card.tries_left().items())
