"""A man in the middle: a hundred thousand random campaigns with torn cards, faults and interrupts.

Whatever is asked for, a safe run never costs a try and never sends what could harm a card; the other tiers keep to
what they promise.
"""

import random
from contextlib import suppress

import pytest
from guarded_card import COMMON, HARMFUL, JPKI, SURFACE, TEXT, TRIES, ManInTheMiddle, RememberingCard
from jpki_oracle.card.budget import Budget, Store
from jpki_oracle.card.safety import GuardedSlot, Permission, Refused, Tier
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardFailure


def _select(name: bytes) -> bytes:
    return b"\x00\xa4\x04\x0c" + bytes((len(name),)) + name


def _commands(chance: random.Random) -> list[bytes]:
    """Commands as a tester, a fuzzer and a vandal would send them, the harmless ones more often."""
    files = [bytes((0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file)) for file in range(0x20)]
    names = [_select(name) for name in (JPKI, SURFACE, TEXT, COMMON)]
    prefixes = [_select(JPKI[:length]) for length in range(10)] + [_select(bytes.fromhex("A000000151000000"))]
    pins = [b"1234", b"0000", b"PASSWORD1", b"2345", b"123456789018", b""]
    verifies = [
        bytes((cla, 0x20, p1, p2)) + length(pin) + pin + le
        for cla in (0x00, 0x00, 0x08, 0x80)
        for p1 in (0x00, 0x01)
        for p2 in (0x80, 0x80, 0x98, 0x9B, 0x91, 0x00)
        for pin in pins
        for length in (lambda pin: bytes((len(pin),)), lambda pin: b"\x00\x00" + bytes((len(pin),)))
        for le in (b"", b"\x00")
    ]
    queries = [bytes((0x00, 0x20, 0x00, p2)) for p2 in (0x80, 0x98, 0x9B, 0x91)]
    reads = [
        bytes((0x00, ins, p1, p2, 0x20))
        for ins in (0xB0, 0xB2)
        for p1 in (0, 1, 0x81, 0x85, 0x8A)
        for p2 in (0, 4, 0x0C)
    ]
    signs = [
        bytes((0x80, 0x2A, p1, p2, 0x01, 0xAA, 0x00)) for p1 in (0, 6) for p2 in (0x80, 0x97, 0x9A, 0x00)
    ]
    harmful = [
        bytes((cla, ins, p1, 0x80)) + tail
        for cla in (0, 0x80, 0x84)
        for ins in HARMFUL
        for p1 in (0, 1)
        for tail in (b"", b"\x01\xaa")
    ]
    nonsense = [chance.randbytes(chance.randrange(12)) for _ in range(600)]
    some = [chance.choice(verifies) for _ in range(200)]
    return (
        names * 100
        + files * 12
        + prefixes * 4
        + some
        + queries * 60
        + reads * 4
        + signs * 6
        + harmful
        + nonsense
    )


@pytest.fixture(scope="module")
def commands() -> list[bytes]:
    return _commands(random.Random(7816))


def campaign(slot: GuardedSlot, commands: list[bytes], chance: random.Random, length: int) -> int:
    """Sends so many random commands, whatever happens; how many went out."""
    sent = 0
    for _ in range(length):
        with suppress(CardFailure, KeyboardInterrupt):
            if chance.random() < 0.04:
                chance.choice((slot.power_on, slot.power_off, slot.reset))()
            try:
                slot.transmit(commands[chance.randrange(len(commands))])
                sent += 1
            except Refused:
                pass
    slot.close()
    return sent


def test_a_safe_run_never_lowers_a_counter_and_never_sends_what_could_harm(commands):
    chance = random.Random(1)
    sent = 0
    for number in range(100_000):
        card = RememberingCard()
        slot = GuardedSlot(ManInTheMiddle(card, chance, 0.02, lies=True), Permission())
        sent += campaign(slot, commands, chance, 10)
        assert (card.tries, card.harm, card.presented) == (TRIES, [], 0), f"campaign {number}"
    assert sent > 300_000, "it must not be safe by sending nothing"


@pytest.mark.parametrize("given", ["right", "wrong"])
def test_an_own_pin_is_presented_once_a_run_and_a_wrong_one_never_costs_a_second_try(commands, given):
    chance = random.Random(2)
    fallen = presented = 0
    for number in range(4_000):
        card, store = RememberingCard(), Store()
        pins = (
            {"jpki/0018": Secret(b"1234"), "text/0011": Secret(b"2345")}
            if given == "right"
            else {"jpki/0018": Secret(b"0000")}
        )
        own = [_select(JPKI), bytes.fromhex("00A4020C020018"), bytes.fromhex("00200080")] * 4
        own += [bytes.fromhex("0020008004") + pin for pin in (b"1234", b"0000")] * 3
        for _ in range(3):  # three runs with one card
            before = card.presented
            slot = GuardedSlot(
                ManInTheMiddle(card, chance, 0.05), Permission(Tier.OWN_PIN, own_pins=pins), Budget(store)
            )
            campaign(slot, own if chance.random() < 0.7 else commands, chance, 20)
            assert card.presented - before <= len(pins), f"campaign {number}"
        presented += card.presented
        fallen += card.tries != TRIES
        lost = {pin: TRIES[pin] - tries for pin, tries in card.tries.items() if tries != TRIES[pin]}
        assert card.harm == []
        assert lost in ({}, {(JPKI, 0x18): 1}), f"campaign {number}"
    assert presented > 1_000
    assert (fallen > 500) == (given == "wrong")


def test_a_destructive_run_on_a_real_card_leaves_two_tries_at_the_least(commands):
    chance = random.Random(3)
    least = set()
    wrong = [_select(JPKI), bytes.fromhex("00A4020C020018"), bytes.fromhex("00A4020C02001B")] * 2
    wrong += [
        bytes.fromhex("00200080"),
        bytes.fromhex("0020008004") + b"9999",
        bytes.fromhex("0020008006") + b"WRONG1",
    ] * 3
    for number in range(4_000):
        card, store = RememberingCard(), Store()
        for _ in range(3):
            slot = GuardedSlot(
                ManInTheMiddle(card, chance, 0.05), Permission(Tier.DESTRUCTIVE), Budget(store)
            )
            campaign(slot, wrong if chance.random() < 0.7 else commands, chance, 25)
        assert card.harm == [], f"campaign {number}"
        assert min(card.tries.values()) >= 2, f"campaign {number}"
        assert all(tries == TRIES[pin] for pin, tries in card.tries.items() if TRIES[pin] == 10), (
            "a code was guessed"
        )
        least.add(card.tries[JPKI, 0x1B])
    assert least == {2, 3, 4, 5}, "it must not be safe by presenting nothing"


def test_the_card_of_these_tests_notices_harm():
    card = RememberingCard()
    for command in (_select(JPKI), bytes.fromhex("00A4020C020018"), bytes.fromhex("0020008004") + b"9999"):
        card.transmit(command)
    assert card.tries[JPKI, 0x18] == 2
    for command in (
        bytes.fromhex("0024018001AA"),
        bytes.fromhex("00FF0000"),
        _select(TEXT),
        bytes.fromhex("00B0810020"),
    ):
        card.transmit(command)
    assert card.harm == ["instruction 24", "a search for instructions: FF", "the My Number was read"]
