"""READ BINARY, READ RECORD, GET DATA and GET CHALLENGE."""

import pytest
from card_terminal import JPKI, RESIDENT_REGISTER, SHARED, SURFACE, TEXT, Terminal


def test_the_label_of_the_token_says_my_number_card() -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.read("0006", 0x20).data == b"JPKIAPICCTOKEN2".ljust(32)


def test_the_token_information_has_160_bytes_with_big_endian_numbers() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    whole = terminal.read_whole("0006")

    assert len(whole) == 160
    assert whole[96:100].hex() == "0000040d"
    assert (whole[116:120].hex(), whole[120:124].hex()) == ("00000010", "00000006"), (
        "longest and shortest PIN"
    )
    assert whole[124:140] == b"\xff" * 16
    assert whole[140:] == b"0301" + b"9" * 16


def test_both_certificates_are_said_to_be_there() -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.read("0008").data.hex() == "8f8f00"


@pytest.mark.parametrize("file", ["000A", "000B", "0002"])
def test_other_certificates_are_read_freely(file: str) -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.read(file, 4).data[:2].hex() == "3082"


def test_the_signature_certificate_is_read_after_its_pin_only() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    assert terminal.read("0001", 4).sw == "6982"
    terminal.verify("0018", "1234")
    assert terminal.read("0001", 4).sw == "6982", "the other PIN opens nothing here"
    terminal.verify("001B", "PASSWORD1")
    assert terminal.read("0001", 4).data[:2].hex() == "3082"


def test_reading_goes_on_at_an_offset_and_ends_with_the_file() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.file("0006")

    assert terminal.send("00B00090 20") == (b"9" * 16, "9000"), "fewer bytes than asked for"
    assert terminal.send("00B000A0 01").sw == "6B00"
    assert terminal.send("00B00000").sw == "6700", "no length"
    assert terminal.send("00B00000 01 00 01").sw == "6700", "data"


def test_a_short_identifier_reads_and_makes_current() -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.send("00B08600 04").data == b"JPKI"
    assert terminal.send("00B00004 04").data == b"APIC"
    assert terminal.send("00B09F00 00").sw == "6A82"
    assert terminal.send("00B0A600 00").sw == "6A86"


def test_a_long_answer_by_extended_length() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.file("000A")

    assert len(terminal.send("00B00000 000000").data) == 2048


@pytest.mark.parametrize("file", ["0017", "0018", "001A", "001B"])
def test_keys_and_pins_are_never_read(file: str) -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.verify("0018", "1234")
    terminal.verify("001B", "PASSWORD1")

    assert terminal.read(file) == (b"", "6981")


def test_there_is_nothing_to_read_before_a_file_is_selected() -> None:
    terminal = Terminal()
    assert terminal.send("00B00000 00").sw == "6986"
    terminal.select(JPKI)
    assert terminal.send("00B00000 00").sw == "6986"


def test_no_pin_opens_0009() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.verify("0018", "1234")
    terminal.verify("001B", "PASSWORD1")

    assert terminal.read("0009").sw == "6982"


def test_the_serial_number_is_a_record() -> None:
    terminal = Terminal()
    terminal.select(SHARED)

    record = terminal.send("00B2010C 00").data
    assert record[:2].hex() == "011c"
    assert record[2:].decode() == "000000000000001" + "99201" + "20350228"


def test_two_applications_name_the_same_key_of_the_card() -> None:
    terminal = Terminal()
    terminal.select(SHARED)
    one = terminal.send("00B20114 00")
    terminal.select(RESIDENT_REGISTER)
    terminal.file("0002")

    assert terminal.send("00B20104 00") == one
    assert len(one.data) == 16


@pytest.mark.parametrize(
    ("command", "sw"), [("00B20204 00", "6A83"), ("00B20004 00", "6A83"), ("00B20105 00", "6A81")]
)
def test_a_record_that_is_not_there(command: str, sw: str) -> None:
    terminal = Terminal()
    terminal.select(RESIDENT_REGISTER)
    terminal.file("0002")

    assert terminal.send(command).sw == sw


def test_bytes_are_not_records_and_records_not_bytes() -> None:
    terminal = Terminal()
    terminal.select(SHARED)
    assert terminal.read("0001").sw == "6981"
    terminal.select(JPKI)
    terminal.file("0006")
    assert terminal.send("00B20104 00").sw == "6981"


def test_the_cards_own_data_are_given_before_anything_is_selected() -> None:
    terminal = Terminal()

    assert terminal.send("00CA00F0 00").data == b"99201"
    assert terminal.send("00CA00F2 00").data == b"20350228"
    assert terminal.send("00CA5F51 00").data.hex().upper() == "E000FF8131FE4514", (
        "the ATR without its first byte"
    )
    assert terminal.send("00CA1234 00").sw == "6A88"
    terminal.select(JPKI)
    assert terminal.send("00CA00F0 00").sw == "6A88"
    terminal.select("A0000001510000")
    assert terminal.send("00CA00F0 00").data == b"99201"


def test_a_long_data_object_needs_extended_length() -> None:
    terminal = Terminal()

    assert terminal.send("00CA7F21 00").sw == "6700"
    assert terminal.send("00CA7F21 000000").data[:5].hex() == "7f21820233"
    assert terminal.send("00CA00F8 000000").data[:5].hex() == "5f4e820129"


@pytest.mark.parametrize(("length", "count"), [("01", 1), ("08", 8), ("00", 256)])
def test_a_challenge_has_the_length_that_is_asked_for(length: str, count: int) -> None:
    assert len(Terminal().send(f"00840000 {length}").data) == count


def test_challenges_differ() -> None:
    terminal = Terminal()

    assert terminal.send("00840000 10") != terminal.send("00840000 10")


def test_a_challenge_is_short() -> None:
    assert Terminal().send("00840000 000010").sw == "6985"
    assert Terminal().send("00840000").sw == "6700"
    assert Terminal().send("00840100 08").sw == "6A86"
    assert Terminal().send("00840001 08").sw == "6A86"


# Surface and text: what each PIN and code opens.

CODE_A, CODE_B, BIRTH, TEXT_PIN = "123456789018", "04022920355678", "040229", "2345"


@pytest.mark.parametrize(
    ("application", "pin", "value", "opened"),
    [
        (TEXT, None, "", {"0004", "0005"}),
        (TEXT, "0011", TEXT_PIN, {"0001", "0002", "0003", "0004", "0005", "0006", "0007"}),
        (TEXT, "0014", CODE_A, {"0001", "0003", "0004", "0005", "0006", "0007"}),
        (TEXT, "0015", CODE_B, {"0002", "0003", "0004", "0005", "0006", "0007"}),
        (SURFACE, None, "", {"0003", "0004"}),
        (SURFACE, "0011", BIRTH, {"0001", "0003", "0004"}),
        (SURFACE, "0012", CODE_B, {"0002", "0003", "0004", "0006"}),
        (SURFACE, "0013", CODE_A, {"0002", "0003", "0004", "0005", "0006"}),
    ],
)
def test_what_a_pin_opens(application: str, pin: str | None, value: str, opened: set[str]) -> None:
    terminal = Terminal()
    terminal.select(application)
    if pin:
        assert terminal.verify(pin, value).sw == "9000"

    files = [f"{number:04X}" for number in range(1, 9)]
    assert {file for file in files if terminal.read(file).sw == "9000"} == opened
