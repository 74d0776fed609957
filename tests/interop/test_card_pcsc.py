"""Cards in a reader, through PC/SC: what works, and everything that goes wrong with readers and cards."""

import time
from collections.abc import Callable

import pytest
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.presets import example_card
from jpki_oracle.card.address import open_slot
from jpki_oracle.card.opening import Wish, open_card
from jpki_oracle.card.pcsc import ReaderSlot, readers
from jpki_oracle.card.safety import Refused, Tier
from jpki_oracle.card.slot import CardFailure, CardFailureKind, closing
from virtual_card_reader import READER_NAME, VirtualCardReader

pytestmark = pytest.mark.interop

SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
SELECT_PIN = bytes.fromhex("00A4020C020018")
QUERY = bytes.fromhex("00200080")
VERIFY = bytes.fromhex("002000800431323334")


class ForeignCard:
    """A card of another kind: it knows no application, and notes what it is asked."""

    def __init__(self, answer_to_reset: str = "3BE000FF8131FE4514") -> None:
        self.answer_to_reset = bytes.fromhex(answer_to_reset)
        self.powered = False
        self.asked: list[bytes] = []
        self.delay = 0.0

    def power_on(self) -> bytes:
        self.powered = True
        return self.answer_to_reset

    reset = power_on

    def power_off(self) -> None:
        self.powered = False

    def transmit(self, command: bytes) -> bytes:
        time.sleep(self.delay)
        self.asked.append(command)
        return b"\x6a\x82"


def failure_of(act: Callable[[], object]) -> CardFailure:
    with pytest.raises(CardFailure) as caught:
        act()
    assert "\n" not in caught.value.detail
    return caught.value


def test_the_reader_is_listed_by_its_name(reader: VirtualCardReader) -> None:
    assert [name for name in readers() if READER_NAME in name]


@pytest.mark.parametrize("wanted", ["", "0", "00 00", f"{READER_NAME} 00 00"])
def test_a_card_is_found_by_the_readers_name_or_number_and_asked(wanted: str, card: EmulatedCard) -> None:
    with closing(open_slot(f"pcsc:{wanted}")) as slot:
        assert slot.power_on() == card.answer_to_reset
        assert slot.transmit(SELECT_JPKI) == b"\x90\x00"
        assert slot.transmit(SELECT_PIN) == b"\x90\x00"
        assert slot.transmit(QUERY) == b"\x63\xc3"
        assert slot.reset() == card.answer_to_reset


def test_what_was_verified_is_forgotten_by_power_off_and_at_the_end(card: EmulatedCard) -> None:
    key = bytes.fromhex("00A4020C020017")
    sign = bytes.fromhex("802A0080") + b"\x01\xaa\x00"
    with closing(open_slot("pcsc:")) as slot:
        slot.power_on()
        for command in (SELECT_JPKI, SELECT_PIN, VERIFY, key):
            slot.transmit(command)
        assert slot.transmit(sign)[-2:] == b"\x90\x00"
        slot.power_off()
        for command in (SELECT_JPKI, key):
            slot.transmit(command)
        assert slot.transmit(sign) == b"\x69\x82"
        for command in (SELECT_PIN, VERIFY):
            slot.transmit(command)
    with closing(open_slot("pcsc:")) as slot:
        slot.power_on()
        for command in (SELECT_JPKI, key):
            slot.transmit(command)
        assert slot.transmit(sign) == b"\x69\x82"


def test_a_card_in_a_reader_gets_what_is_safe_unless_more_is_asked_for(card: EmulatedCard) -> None:
    with open_card("pcsc:") as opened:
        assert (opened.permission.tier, opened.permission.emulator) == (Tier.SAFE, True)
        opened.slot.power_on()
        with pytest.raises(Refused):
            opened.slot.transmit(VERIFY)
    with open_card("pcsc:", Wish(Tier.DESTRUCTIVE)) as opened:
        opened.slot.power_on()
        opened.slot.transmit(SELECT_JPKI)
        opened.slot.transmit(SELECT_PIN)
        assert opened.slot.transmit(VERIFY) == b"\x90\x00"


def test_two_programs_on_one_card_are_told_apart(card: EmulatedCard) -> None:
    with closing(open_slot("pcsc:")) as first:
        first.power_on()
        with closing(open_slot("pcsc:")) as second:
            failure = failure_of(second.power_on)
    assert failure.kind is CardFailureKind.BUSY
    assert "another program uses the card" in failure.detail
    with closing(open_slot("pcsc:")) as third:
        third.power_on()


def test_an_empty_reader_has_no_card(reader: VirtualCardReader) -> None:
    reader.remove()
    with closing(open_slot("pcsc:0")) as slot:
        failure = failure_of(slot.power_on)
    assert failure.kind is CardFailureKind.NO_CARD
    assert "put one in" in failure.detail


def test_a_reader_that_is_not_there_is_told_with_those_that_are(reader: VirtualCardReader) -> None:
    failure = failure_of(lambda: open_slot("pcsc:Gemalto"))
    assert failure.kind is CardFailureKind.NO_READER
    assert "no reader is called 'Gemalto'" in failure.detail
    assert f"0: {READER_NAME}" in failure.detail


def test_several_empty_readers_are_not_chosen_from(reader: VirtualCardReader) -> None:
    reader.remove()
    failure = failure_of(lambda: open_slot("pcsc:"))
    assert failure.kind is CardFailureKind.NO_READER
    assert f"there are several readers; name one of them, or its number: 0: {READER_NAME}" in failure.detail


def test_a_card_that_is_taken_out_half_way_is_torn_and_the_next_run_works(
    reader: VirtualCardReader, card: EmulatedCard
) -> None:
    with closing(open_slot("pcsc:")) as slot:
        slot.power_on()
        slot.transmit(SELECT_JPKI)
        reader.remove()
        failure = failure_of(lambda: slot.transmit(SELECT_PIN))
        assert failure.kind in (CardFailureKind.TORN, CardFailureKind.NO_CARD)
        assert failure.outcome_unknown or failure.kind is CardFailureKind.NO_CARD
        assert failure_of(lambda: slot.transmit(SELECT_PIN)).kind is CardFailureKind.OFF
    reader.insert(example_card())
    with closing(open_slot("pcsc:")) as slot:
        slot.power_on()
        assert slot.transmit(SELECT_JPKI) == b"\x90\x00"


def test_a_card_of_another_kind_is_left_alone(reader: VirtualCardReader) -> None:
    foreign = ForeignCard()
    reader.insert(foreign)  # type: ignore[arg-type]
    failure = failure_of(lambda: open_card("pcsc:"))
    assert failure.kind is CardFailureKind.FOREIGN
    assert "not a My Number Card" in failure.detail
    assert [command[:4].hex() for command in foreign.asked] == ["00a4040c", "00a4040c"]
    reader.remove()


def test_a_card_that_speaks_another_protocol_is_not_spoken_to(reader: VirtualCardReader) -> None:
    foreign = ForeignCard("3B6500002063CB6800")  # T=0 alone
    reader.insert(foreign)  # type: ignore[arg-type]
    failure = failure_of(lambda: open_card("pcsc:"))
    assert failure.kind is CardFailureKind.FOREIGN
    assert "T=1" in failure.detail
    assert foreign.asked == []
    reader.remove()


def test_a_reader_that_answers_late_is_not_waited_for(reader: VirtualCardReader) -> None:
    slow = ForeignCard()
    reader.insert(slow)  # type: ignore[arg-type]
    slot = ReaderSlot("0", timeout=0.5)
    slot.power_on()
    slow.delay = 1.5
    begun = time.monotonic()
    failure = failure_of(lambda: slot.transmit(SELECT_JPKI))
    slot.close()
    assert failure.kind is CardFailureKind.LATE
    assert time.monotonic() - begun < 1.2
    time.sleep(1.2)  # the late answer arrives
    slow.delay = 0.0
    reader.insert(example_card())
    with closing(open_slot("pcsc:")) as again:
        again.power_on()
        assert again.transmit(SELECT_JPKI) == b"\x90\x00"
    reader.remove()
