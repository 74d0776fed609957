"""Changing a PIN, and what only the issuer does."""

import pytest
from card_terminal import JPKI, LIBRARY, RESIDENT_REGISTER, SHARED, SURFACE, TEXT, Terminal
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

ISSUER_KEY = b"JPKI-SIM issuer!"
ISO, JICSAP = "00240180", "80320080"


def change(terminal: Terminal, file: str, value: str, head: str = ISO) -> str:
    terminal.file(file)
    return terminal.send(f"{head} {len(value):02X} {value.encode().hex()}").sw


@pytest.mark.parametrize(
    ("application", "file", "old", "new", "head"),
    [
        (JPKI, "0018", "1234", "0000", ISO),
        (JPKI, "001B", "PASSWORD1", "A1B2C3D4E5F6G7H8", ISO),
        (TEXT, "0011", "2345", "0000", ISO),
        (RESIDENT_REGISTER, "001C", "3456", "0000", JICSAP),
        (SHARED, "001C", "3456", "0000", JICSAP),
        (LIBRARY, "0011", "4567", "0000", ISO),
    ],
)
def test_a_changed_pin_takes_the_place_of_the_old_one(
    application: str, file: str, old: str, new: str, head: str
) -> None:
    terminal = Terminal()
    terminal.select(application)
    terminal.verify(file, old)
    assert change(terminal, file, new, head) == "9000"
    terminal.card.power_off()
    terminal.card.power_on()
    terminal.select(application)

    assert terminal.verify(file, old).sw[:3] == "63C"
    assert terminal.verify(file, new).sw == "9000"


def test_a_pin_that_stands_in_two_applications_is_changed_in_each() -> None:
    terminal = Terminal()
    terminal.select(RESIDENT_REGISTER)
    terminal.verify("001C", "3456")
    change(terminal, "001C", "0000", JICSAP)
    terminal.select(SHARED)

    assert terminal.verify("001C", "3456").sw == "9000"


@pytest.mark.parametrize(
    ("application", "file", "pin", "value", "head", "sw"),
    [
        (JPKI, "0018", "", "0000", ISO, "6982"),
        (JPKI, "001B", "1234", "PASSWORD2", ISO, "6982"),
        (JPKI, "0018", "1234", "000", ISO, "6A80"),
        (JPKI, "0018", "1234", "00000", ISO, "6A80"),
        (JPKI, "0018", "1234", "ABCD", ISO, "6A80"),
        (JPKI, "0018", "1234", "0000", JICSAP, "6985"),
        (JPKI, "0018", "1234", "0000", "00240080", "6A86"),
        (JPKI, "0006", "1234", "0000", ISO, "6986"),
        (RESIDENT_REGISTER, "001C", "3456", "0000", ISO, "6985"),
    ],
)
def test_what_is_not_changed(application: str, file: str, pin: str, value: str, head: str, sw: str) -> None:
    terminal = Terminal()
    terminal.select(application)
    if pin:
        terminal.verify("001C" if application == RESIDENT_REGISTER else "0018", pin)

    assert change(terminal, file, value, head) == sw


@pytest.mark.parametrize("value", ["password1", "PASS", "PASSWORD1PASSWORD", "パスワード"])
def test_a_password_has_capitals_and_digits_six_to_sixteen(value: str) -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.verify("001B", "PASSWORD1")
    terminal.file("001B")
    data = value.encode("shift_jis")

    assert terminal.send(f"{ISO} {len(data):02X} {data.hex()}").sw == ("6700" if len(data) > 16 else "6A80")


def test_codes_are_not_the_holders_to_change() -> None:
    terminal = Terminal()
    terminal.select(SURFACE)
    terminal.verify("0013", "123456789018")

    assert change(terminal, "0013", "000000000000") == "6985"


def authenticate_issuer(terminal: Terminal, key: bytes = ISSUER_KEY) -> str:
    code = CMAC(AES(key))
    code.update(terminal.send("00840000 10").data)
    return terminal.send(f"00820000 10 {code.finalize().hex()}").sw


def blocked() -> Terminal:
    terminal = Terminal()
    terminal.select(JPKI)
    for _ in range(3):
        terminal.verify("0018", "9999")
    return terminal


def test_the_issuer_unlocks_a_pin() -> None:
    terminal = blocked()
    assert authenticate_issuer(terminal) == "9000"
    assert terminal.send("80540098").sw == "9000"

    assert terminal.tries("0018").sw == "63C3"
    assert terminal.send("802A0097 01 00 00").sw == "6982", "unlocked is not verified"
    assert terminal.verify("0018", "1234").sw == "9000"


def test_what_the_issuer_unlocks_is_not_verified_any_more() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.verify("0018", "1234")
    authenticate_issuer(terminal)
    assert terminal.send("802A0097 01 00 00").sw == "9000"
    terminal.send("80540098")

    assert terminal.send("802A0097 01 00 00").sw == "6982"


def test_the_issuer_sets_a_new_pin_with_it() -> None:
    terminal = blocked()
    authenticate_issuer(terminal)
    assert terminal.send("80540098 04 30303030").sw == "9000"

    assert terminal.verify("0018", "0000").sw == "9000"


@pytest.mark.parametrize("command", ["80540098", "80500000", "80520000", "80060000", "808A2200"])
def test_nobody_else_does(command: str) -> None:
    terminal = blocked()
    assert terminal.send(command).sw == "6982"
    assert authenticate_issuer(terminal, b"another key ....") == "6300"
    assert terminal.send(command).sw == "6982"
    assert terminal.tries("0018").sw == "63C0"


def test_the_issuer_is_forgotten_with_the_next_selection() -> None:
    terminal = blocked()
    authenticate_issuer(terminal)
    terminal.select(JPKI)

    assert terminal.send("80540098").sw == "6982"


def test_an_answer_to_a_challenge_is_taken_once() -> None:
    terminal = blocked()
    code = CMAC(AES(ISSUER_KEY))
    code.update(terminal.send("00840000 10").data)
    answer = f"00820000 10 {code.finalize().hex()}"
    assert terminal.send(answer).sw == "9000"

    assert terminal.send(answer).sw == "6985"
    assert terminal.send("80540098").sw == "9000", "the issuer's status stays"


@pytest.mark.parametrize("head", ["00820100", "00820001"])
def test_the_issuer_answers_without_parameters(head: str) -> None:
    assert blocked().send(f"{head} 10 {'00' * 16}").sw == "6A86"


def test_a_short_challenge_is_none() -> None:
    terminal = blocked()
    code = CMAC(AES(ISSUER_KEY))
    code.update(terminal.send("00840000 08").data)

    assert terminal.send(f"00820000 10 {code.finalize().hex()}").sw == "6985"


@pytest.mark.parametrize(
    ("command", "sw"),
    [("80540098 03 303030", "6A80"), ("80540097", "6985"), ("80540018", "6A86"), ("80500000", "6985")],
)
def test_what_the_issuer_cannot_do_either(command: str, sw: str) -> None:
    terminal = blocked()
    authenticate_issuer(terminal)

    assert terminal.send(command).sw == sw


def test_no_terminals_certificate_is_taken() -> None:
    terminal = Terminal()
    terminal.select(JPKI)

    assert terminal.send("80A206C1 00 0133" + "00" * 0x133).sw == "6A80"
    assert terminal.send("80A206C1 01 00").sw == "6700"
    assert terminal.send("80A20000 00 0133" + "00" * 0x133).sw == "6A86"


def test_a_command_of_telephones_is_refused() -> None:
    assert Terminal().send("80FC0000").sw == "6700"
