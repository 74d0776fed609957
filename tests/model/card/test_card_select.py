"""SELECT: applications by name and by the beginning of it, files below them."""

import pytest
from card_terminal import JPKI, LIBRARY, RESIDENT_REGISTER, SHARED, SURFACE, TEXT, Terminal

MARKER = "F04A504B492D53494D"


@pytest.mark.parametrize("identifier", [JPKI, SURFACE, TEXT, RESIDENT_REGISTER, SHARED, MARKER, LIBRARY])
def test_each_application_is_selected_by_its_identifier(identifier: str) -> None:
    assert Terminal().select(identifier).sw == "9000"


@pytest.mark.parametrize(
    "identifier",
    [
        "A0000003080000100000",  # PIV
        "D23300000045737445494420763335",  # EstEID
        "A00000039742544659",  # GIDS
        "D27600012401",  # OpenPGP
        "D392F00026010000000100",  # one byte more than JPKI's
        "D392F000260100000002",
    ],
)
def test_another_application_is_not_found(identifier: str) -> None:
    assert Terminal().select(identifier).sw == "6A82"


def test_the_beginning_of_an_identifier_selects() -> None:
    terminal = Terminal()

    assert terminal.select("D392F0").sw == "9000"
    assert terminal.file("0018").sw == "9000"


def test_the_next_application_with_the_same_beginning() -> None:
    terminal = Terminal()
    seen = [terminal.send("00A40402 05 D392100031 00")]
    while seen[-1].sw == "9000":
        seen.append(terminal.send("00A40402 05 D392100031 00"))

    found = [response.data[4:].hex().upper() for response in seen[:-1]]
    assert sorted(found) == sorted([RESIDENT_REGISTER, SURFACE, TEXT, SHARED])
    assert seen[-1].sw == "6A82"


def test_the_template_names_the_application() -> None:
    response = Terminal().send(f"00A40400 0A {JPKI} 00")

    assert response.data.hex().upper() == f"6F0C840A{JPKI}"


def test_the_template_is_given_only_when_asked_for() -> None:
    assert Terminal().send(f"00A40400 0A {JPKI}").data == b""
    assert Terminal().send(f"00A4040C 0A {JPKI} 00").data == b""


def test_a_name_has_sixteen_bytes_at_most() -> None:
    assert Terminal().select("D3" * 16).sw == "6A82"
    assert Terminal().select("D3" * 17).sw == "6700"


def test_a_file_is_sought_in_the_current_application() -> None:
    terminal = Terminal()
    assert terminal.file("0018").sw == "6A82"
    terminal.select(JPKI)
    assert terminal.file("0018").sw == "9000"
    terminal.select(TEXT)
    assert terminal.file("0018").sw == "6A82"


@pytest.mark.parametrize(
    "command", ["00A4090C 02 0018", "00A4010C 02 0018", "00A40208 02 0018", "00A40401 01 D3"]
)
def test_other_ways_of_selecting_are_not_offered(command: str) -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.send(command).sw == "6A86"


def test_the_master_file_cannot_be_selected() -> None:
    terminal = Terminal()
    assert terminal.send("00A4000C 02 3F00").sw == "6A82"
    assert terminal.send("00A40000").sw == "6A86"
    terminal.select(JPKI)
    terminal.file("0018")
    assert terminal.send("00A40000").sw == "9000"
    assert terminal.send("00200080").sw == "63C3", "the current file stays"


def test_one_internal_file_stands_above_all_applications() -> None:
    terminal = Terminal()
    assert terminal.file("001E").sw == "9000"
    assert terminal.send("00B00000 00").sw == "6981"
    assert terminal.file("2F10").sw == "6A82"


def test_a_failed_selection_leaves_everything_as_it_is() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.verify("0018", "1234")
    terminal.select("A0000003080000100000")
    terminal.file("7777")

    assert terminal.send("802A0097 01 00 00").sw == "9000"


def test_a_card_without_power_takes_no_command() -> None:
    from jpki_model.card.emulator import CardIsOff

    terminal = Terminal()
    terminal.card.power_off()

    with pytest.raises(CardIsOff):
        terminal.send("00A40000")


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00", "6700"),
        ("00A404", "6700"),
        ("00A4040C 02 D3", "6700"),
        ("00E00000", "6D00"),
        ("002C0080", "6D00"),
        ("00D60000 01 00", "6D00"),
        ("80A4040C", "6D00"),
        ("01A4040C 01 D3", "6881"),
        ("82 2A0080", "6881"),
        ("08A4040C 01 D3", "6882"),
        ("0CA4040C 01 D3", "6882"),
        ("08A4040C 02 D3", "6700"),
        ("18A4040C 01 D3", "6E00"),
        ("08B0000000", "69FC"),
        ("0820008000", "69FC"),
        ("10A4040C 01 D3", "6E00"),
        ("FFCA000000", "6E00"),
        ("A0A40000 02 3F00", "6E00"),
    ],
)
def test_what_is_no_command_of_the_card(command: str, sw: str) -> None:
    assert Terminal().send(command).sw == sw
