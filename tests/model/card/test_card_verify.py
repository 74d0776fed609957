"""VERIFY: counters, locks, and when a verified PIN is forgotten."""

import pytest
from card_terminal import JPKI, SURFACE, TEXT, Terminal

SIGN_WITH_AUTHENTICATION_KEY = "802A0097 01 00 00"


def in_jpki(profile: str = "probed") -> Terminal:
    terminal = Terminal(profile)
    terminal.select(JPKI)
    return terminal


def test_asking_for_the_counter_costs_nothing() -> None:
    terminal = in_jpki()
    for _ in range(20):
        assert terminal.tries("0018").sw == "63C3"
        assert terminal.tries("001B").sw == "63C5"


def test_a_wrong_pin_costs_one_try_and_the_right_one_gives_all_back() -> None:
    terminal = in_jpki()
    assert terminal.verify("0018", "9999").sw == "63C2"
    assert terminal.verify("0018", "9999").sw == "63C1"
    assert terminal.verify("0018", "1234").sw == "9000"
    assert terminal.tries("0018").sw == "63C3"


def test_the_counter_is_given_even_while_verified() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")

    assert terminal.tries("0018").sw == "63C3"


@pytest.mark.parametrize(
    ("file", "wrong", "right", "tries"), [("0018", "9999", "1234", 3), ("001B", "WRONG99", "PASSWORD1", 5)]
)
def test_at_zero_nothing_opens_it(file: str, wrong: str, right: str, tries: int) -> None:
    terminal = in_jpki()
    for left in reversed(range(tries)):
        assert terminal.verify(file, wrong).sw == f"63C{left}"

    assert terminal.verify(file, right).sw == "6984"
    assert terminal.tries(file).sw == "63C0"
    terminal.card.power_off()
    terminal.card.power_on()
    terminal.select(JPKI)
    assert terminal.verify(file, right).sw == "6984", "the counter outlives the power"


def test_counters_are_each_pins_own() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "9999")

    assert terminal.tries("001B").sw == "63C5"


def test_a_wrong_pin_takes_back_what_was_verified() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.verify("0018", "9999")

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "6982"


def test_a_wrong_pin_leaves_the_other_one_verified() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.verify("001B", "WRONG99")

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "9000"


def test_a_pin_by_short_identifier() -> None:
    terminal = in_jpki()

    assert terminal.send("00200098 04 31323334").sw == "9000"
    assert terminal.send("0020009B").sw == "63C5"


def test_letters_are_capitals_on_the_card() -> None:
    assert in_jpki().verify("001B", "password1").sw == "63C4"


def test_more_than_sixteen_bytes_are_no_presentation() -> None:
    terminal = in_jpki()

    assert terminal.verify("001B", "A" * 17).sw == "6700"
    assert terminal.tries("001B").sw == "63C5"


def test_what_is_no_pin_cannot_be_verified() -> None:
    terminal = in_jpki()
    terminal.file("0006")
    assert terminal.send("00200080 04 31323334").sw == "6986"
    assert terminal.send("00200180 04 31323334").sw == "6A86"
    assert terminal.send("00200018 04 31323334").sw == "6A86"
    assert terminal.send("0020009F 04 31323334").sw == "6A88"


def test_selecting_another_application_forgets() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.select(TEXT)
    terminal.select(JPKI)

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "6982"


def test_selecting_the_same_application_again_forgets() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.select(JPKI)

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "6982"


def test_power_off_forgets() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.card.power_off()
    terminal.card.power_on()
    terminal.select(JPKI)

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "6982"


def test_a_warm_reset_does_not_forget() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.card.reset()

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "9000"


def test_selecting_files_and_reading_do_not_forget() -> None:
    terminal = in_jpki()
    terminal.verify("0018", "1234")
    terminal.read("000A")
    terminal.tries("001B")

    assert terminal.send(SIGN_WITH_AUTHENTICATION_KEY).sw == "9000"


def test_one_key_of_the_text_application_is_blocked_on_every_card() -> None:
    terminal = Terminal()
    terminal.select(TEXT)

    assert terminal.tries("0012").sw == "63C0"
    assert terminal.verify("0012", "0000").sw == "6984"


def test_codes_count_apart_in_each_application() -> None:
    terminal = Terminal()
    terminal.select(TEXT)
    terminal.verify("0014", "000000000000")
    assert terminal.tries("0014").sw == "63C9"
    terminal.select(SURFACE)
    assert terminal.tries("0013").sw == "63CA"
