"""Commands taken apart: the four cases of ISO/IEC 7816-3, clause 12, in short and extended form."""

import pytest
from jpki_model.card.apdu import Command, parse


@pytest.mark.parametrize(
    ("apdu", "data", "expected", "extended"),
    [
        ("00A40000", "", 0, False),  # case 1
        ("00B0000001", "", 1, False),  # case 2, short
        ("00B00000FF", "", 255, False),
        ("00B0000000", "", 256, False),
        ("00B00000000001", "", 1, True),  # case 2, extended
        ("00B00000000100", "", 256, True),
        ("00B00000000000", "", 65536, True),
        ("002000800131", "31", 0, False),  # case 3, short
        ("00200080" + "FF" + "31" * 255, "31" * 255, 0, False),
        ("0020008000000131", "31", 0, True),  # case 3, extended
        ("00200080000100" + "31" * 256, "31" * 256, 0, True),
        ("802A0080013100", "31", 256, False),  # case 4, short
        ("802A0080013120", "31", 32, False),
        ("802A0080" + "000001" + "31" + "0120", "31", 288, True),  # case 4, extended
        ("802A0080" + "000001" + "31" + "0000", "31", 65536, True),
    ],
)
def test_a_command(apdu: str, data: str, expected: int, extended: bool) -> None:
    octets = bytes.fromhex(apdu)
    command = parse(octets)

    assert command is not None
    assert bytes(command[:4]) == octets[:4]
    assert (command.data.hex().upper(), command.expected, command.extended) == (data, expected, extended)


@pytest.mark.parametrize(
    ("apdu", "all_bytes"),
    [
        ("00B0000000", True),
        ("00B0000001", False),
        ("00B00000000000", True),
        ("00B00000000100", False),
        ("802A0080013100", True),
        ("802A0080013101", False),
        ("802A0080000001310000", True),
        ("802A0080000001310100", False),
        ("00A40000", False),
    ],
)
def test_an_expected_length_of_zeros_means_all_bytes(apdu: str, all_bytes: bool) -> None:
    command = parse(bytes.fromhex(apdu))

    assert isinstance(command, Command)
    assert command.all_bytes is all_bytes


@pytest.mark.parametrize(
    "apdu",
    [
        "",
        "00",
        "00A404",
        "0020008002" + "31",
        "0020008001" + "313131",
        "002000800000",
        "00200080000000" + "00",
        "00200080000002" + "31",
        "00200080000001" + "31" + "00",
        "00200080000001" + "31" + "000000",
    ],
)
def test_what_is_no_command(apdu: str) -> None:
    assert parse(bytes.fromhex(apdu)) is None
