"""Commands as bytes: taken apart and told to people, secrets hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jpki_oracle.card.apdu import (
    Command,
    MalformedCommand,
    describe,
    encode,
    parse,
    shown,
    shown_response,
    status,
    tries_left,
)

# ISO/IEC 7816-3, 12.1.3: the seven forms of a command.
FORMS = [
    ("00200080", Command(0x00, 0x20, 0x00, 0x80)),
    ("00840000 08", Command(0x00, 0x84, 0x00, 0x00, le=8)),
    ("00B00000 00", Command(0x00, 0xB0, 0x00, 0x00, le=256)),
    ("00A4020C 02 0018", Command(0x00, 0xA4, 0x02, 0x0C, b"\x00\x18")),
    ("802A0080 02 AABB 00", Command(0x80, 0x2A, 0x00, 0x80, b"\xaa\xbb", 256)),
    ("00CA7F21 000000", Command(0x00, 0xCA, 0x7F, 0x21, le=65536, extended=True)),
    ("80AE0000 000002 AABB", Command(0x80, 0xAE, 0x00, 0x00, b"\xaa\xbb", extended=True)),
    ("802A0080 000002 AABB 0100", Command(0x80, 0x2A, 0x00, 0x80, b"\xaa\xbb", 256, extended=True)),
]


@pytest.mark.parametrize(("text", "command"), FORMS, ids=[text for text, _ in FORMS])
def test_each_form_of_the_standard_is_taken_apart_and_put_together_again(text, command):
    assert parse(bytes.fromhex(text)) == command
    assert encode(command) == bytes.fromhex(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least 4 bytes, not 0"),
        ("00A404", "at least 4 bytes, not 3"),
        ("00A4040C0A D392", "Lc says 10 bytes of data, and 2 follow"),
        ("00A4020C01 0018 0018", "Lc says 1 bytes of data, and 4 follow"),
        ("00A4020C00 01", "an extended length needs three bytes"),
        ("00A4020C00 0000 00", "an extended Lc is not 0"),
        ("00A4020C00 0003 0018", "Lc says 3 bytes of data, and 2 follow"),
    ],
)
def test_what_is_no_command_is_explained(text, words):
    with pytest.raises(MalformedCommand, match=words):
        parse(bytes.fromhex(text))


def test_the_explanation_of_a_malformed_command_repeats_no_byte_of_it():
    with pytest.raises(MalformedCommand) as caught:
        parse(bytes.fromhex("0020008009") + b"1234")
    assert "1234" not in str(caught.value)
    assert "31" not in str(caught.value)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (bytes.fromhex("0020008004") + b"1234", "00 20 00 80 04 ** ** ** **"),
        (bytes.fromhex("0820008004") + b"1234", "08 20 00 80 04 ** ** ** **"),
        (bytes.fromhex("0024018004") + b"5678", "00 24 01 80 04 ** ** ** **"),
        (bytes.fromhex("8032008004") + b"5678" + b"\x00", "80 32 00 80 04 ** ** ** ** 00"),
        (bytes.fromhex("00200080000004") + b"1234", "00 20 00 80 00 00 04 ** ** ** **"),
        (bytes.fromhex("0020008009") + b"1234", "00 20 00 80 09 ** ** ** **"),
        (bytes.fromhex("00200080"), "00 20 00 80"),
        (bytes.fromhex("00A4020C020018"), "00 A4 02 0C 02 00 18"),
    ],
)
def test_what_may_be_a_pin_is_shown_as_asterisks(command, text):
    assert shown(command) == text


def test_a_command_is_told_by_its_name():
    assert describe(bytes.fromhex("0084000008")) == "GET CHALLENGE: 00 84 00 00 08"
    assert describe(bytes.fromhex("00F7000008")) == "00 F7 00 00 08"
    assert describe(b"\x00") == "00"


def test_a_command_that_is_printed_by_accident_has_no_pin():
    assert repr(parse(bytes.fromhex("0020008004") + b"1234")) == "Command(00 20 00 80 04 ** ** ** **)"


@given(st.binary(max_size=40), st.sampled_from([0x20, 0x24, 0x2C, 0x32, 0xAE]))
def test_no_byte_after_the_fifth_of_a_secret_instruction_is_ever_shown_unless_it_is_a_length(
    rest, instruction
):
    text = shown(bytes((0x00, instruction, 0x00, 0x80)) + rest)
    assert set(text.split()[7:-2]) <= {"**"}


def test_a_response_is_told_short_and_its_status_read():
    assert shown_response(bytes.fromhex("9000")) == "90 00"
    assert shown_response(bytes.fromhex("8F8F009000")) == "8F 8F 00 90 00"
    assert shown_response(bytes(256) + b"\x90\x00") == "<256 bytes> 90 00"
    assert shown_response(bytes.fromhex("8F8F009000"), longest=0) == "<3 bytes> 90 00"
    assert status(bytes.fromhex("AA6982")) == 0x6982


@pytest.mark.parametrize(
    ("response", "tries"), [("63C3", 3), ("63C0", 0), ("6300", None), ("9000", None), ("6984", None)]
)
def test_the_tries_left_are_read_from_63cx_alone(response, tries):
    assert tries_left(bytes.fromhex(response)) == tries
