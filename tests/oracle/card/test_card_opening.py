"""From an address to a card that may be asked: what it proves, and how far a run goes."""

import os
import shlex
import sys
import textwrap

import pytest
from jpki_oracle.card.opening import NotPermitted, OpenCard, Wish, open_card
from jpki_oracle.card.safety import Refused, Tier
from jpki_oracle.card.secret import Secret, SecretError, ask_secrets, checked_secret
from jpki_oracle.card.slot import CardFailure, CardFailureKind

SERIAL = "2026112500000017"

CARD = f"""
    JPKI = "D392F000260100000001"
    INFORMATION = (b"JPKIAPICCTOKEN2".ljust(32) + b"0" * 32 + b"X" * 16 + b"{SERIAL}").ljust(160, b"0").hex()

    class Card:
        marker = False
        jpki = True
        log = []

        def describe(self):
            return {{"protocol": 1, "name": "card", "version": "1", "capabilities": ["card"]}}

        def card(self, apdu=None, power=None):
            if power:
                return {{}} if power == "off" else {{"atr": "3B00"}}
            self.log.append(apdu)
            return {{"response": self.answer(apdu)}}

        def answer(self, apdu):
            if apdu.startswith("00A4040C") and JPKI in apdu:
                return "9000" if self.jpki else "6A82"
            if apdu.startswith("00A4040C"):
                self.here = self.marker
                return "9000" if self.marker else "6A82"
            if apdu == "00B0000000" and self.marker:
                return b"JPKI-SIM emulated card, not a My Number Card".hex() + "9000"
            if apdu == "00B00000A0":
                return INFORMATION + "9000"
            return "63C3" if apdu == "00200080" else "9000"

    class Emulator(Card):
        marker = True

    class Credit(Card):
        jpki = False

    class Nameless(Card):
        def answer(self, apdu):
            return "6982" if apdu == "00B00000A0" else super().answer(apdu)
"""


@pytest.fixture(autouse=True)
def cards(tmp_path, monkeypatch):
    """Cards of several kinds in the current directory; records go there as well."""
    (tmp_path / "my_cards.py").write_text(textwrap.dedent(CARD))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    sys.modules.pop("my_cards", None)


def opened(kind: str, wish: Wish | None = None) -> OpenCard:
    return open_card(f"python:my_cards:{kind}", wish)


def log() -> list[str]:
    return sys.modules["my_cards"].Card.log


PIN = {"jpki/0018": Secret(b"1234")}


def test_an_emulator_proves_to_be_one_and_gets_everything():
    with opened("Emulator") as card:
        assert (card.permission.tier, card.permission.emulator) == (Tier.DESTRUCTIVE, True)
        card.slot.power_on()
        card.slot.transmit(bytes.fromhex("00FF0000"))


def test_a_real_card_gets_what_is_safe():
    with opened("Card") as card:
        assert (card.permission.tier, card.permission.emulator) == (Tier.SAFE, False)
        card.slot.power_on()
        with pytest.raises(Refused):
            card.slot.transmit(bytes.fromhex("00FF0000"))
    assert "00FF0000" not in log()


def test_who_the_card_is_comes_from_its_token_information_and_is_not_printed():
    with opened("Card") as card:
        assert (card.identity.label, card.identity.serial) == ("JPKIAPICCTOKEN2", SERIAL)
        assert SERIAL not in repr(card.identity)


def test_a_foreign_card_is_told_and_left_alone():
    with pytest.raises(CardFailure, match="it is not a My Number Card") as caught:
        opened("Credit")
    assert caught.value.kind is CardFailureKind.FOREIGN
    assert [command[:8] for command in log()] == ["00A4040C", "00A4040C"], "two selections, and nothing else"


def test_with_the_holders_pin_a_real_card_gets_that(tmp_path):
    with opened("Card", Wish(own_pins=PIN)) as card:
        assert card.permission.tier is Tier.OWN_PIN
        card.slot.power_on()
        for command in ("00A4040C0AD392F000260100000001", "00A4020C020018", "00200080", "002000800431323334"):
            assert card.slot.transmit(bytes.fromhex(command))
    assert (tmp_path / "state/jpki-oracle/cards").is_dir()


def test_the_same_wish_keeps_a_destructive_run_off_an_emulator_that_is_treated_as_real():
    with opened("Emulator", Wish(Tier.SAFE)) as card:
        card.slot.power_on()
        with pytest.raises(Refused):
            card.slot.transmit(bytes.fromhex("00FF0000"))


def test_a_destructive_run_on_a_real_card_needs_its_serial_number():
    with pytest.raises(NotPermitted, match="needs its serial number"):
        opened("Card", Wish(Tier.DESTRUCTIVE))
    with pytest.raises(NotPermitted, match="not the serial number"):
        opened("Card", Wish(Tier.DESTRUCTIVE, ask_serial=lambda end: SERIAL[:-1]))
    with opened(
        "Card", Wish(Tier.DESTRUCTIVE, ask_serial=lambda end: SERIAL if end == SERIAL[-4:] else "")
    ) as card:
        assert (card.permission.tier, card.permission.emulator) == (Tier.DESTRUCTIVE, False)
        card.slot.power_on()
        with pytest.raises(Refused):
            card.slot.transmit(bytes.fromhex("00FF0000"))


def test_a_card_without_a_name_gets_no_pin():
    with pytest.raises(NotPermitted, match="does not say which one it is"):
        opened("Nameless", Wish(own_pins=PIN))
    opened("Nameless").close()


def test_the_tier_of_own_pins_needs_one():
    with pytest.raises(NotPermitted, match="--own-pin"):
        opened("Card", Wish(Tier.OWN_PIN))


def test_two_runs_do_not_present_to_one_card_at_once():
    with opened("Card", Wish(own_pins=PIN)):
        from jpki_oracle.card.record import RecordError

        with pytest.raises(RecordError, match="another run uses this card"):
            opened("Card", Wish(own_pins=PIN))
    opened("Card", Wish(own_pins=PIN)).close()


def piped(text: str) -> int:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return reading


def test_pins_are_read_from_a_descriptor_one_a_line_letters_made_capital():
    pins = ask_secrets(["authentication", "signature"], piped("1234\npassword1\n"))
    assert {pin: secret.data for pin, secret in pins.items()} == {
        "jpki/0018": b"1234",
        "jpki/001B": b"PASSWORD1",
    }


@pytest.mark.parametrize(
    ("names", "text", "words"),
    [
        (["authentication"], "", "0 of 1 PINs"),
        (["authentication"], "12345\n", "has 4 digits; nothing was sent"),
        (["authentication"], "12a4\n", "has 4 digits"),
        (["signature"], "SHORT\n", "has 6 to 16 letters and digits"),
        (["signature"], "PASSWORD-1\n", "has 6 to 16 letters and digits"),
        (["code-a"], "123456789018\n", "there is no PIN 'code-a' to present"),
        (["authentication"], "１２３４\n", "is not ASCII"),
    ],
)
def test_what_cannot_be_a_pin_is_not_sent_and_not_repeated(names, text, words):
    descriptor = piped(text)
    with pytest.raises(SecretError) as caught:
        ask_secrets(names, descriptor)
    assert words in str(caught.value)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_descriptor_that_is_not_open_is_explained():
    with pytest.raises(SecretError, match="--pin-fd 97: Bad file descriptor; open it as in"):
        ask_secrets(["authentication"], 97)


def test_a_pin_is_typed_at_a_terminal_only(monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(SecretError, match="--pin-fd"):
        ask_secrets(["authentication"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "1234" if "利用者証明用" in prompt else "")
    assert ask_secrets(["authentication"])["jpki/0018"].data == b"1234"


def test_the_emulated_card_of_this_project_proves_itself():
    with open_card("emulator:") as card:
        assert card.permission.emulator
        assert card.identity.label == "JPKIAPICCTOKEN2"


def test_a_program_with_a_card_is_opened_as_well(tmp_path):
    (tmp_path / "serve.py").write_text(
        "import json, sys, my_cards\ncard = my_cards.Emulator()\n"
        "for line in sys.stdin:\n    asked = json.loads(line)\n"
        "    result = getattr(card, asked['method'])(**asked.get('params', {}))\n"
        "    print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': result}), flush=True)\n"
    )
    with open_card(f"stdio:{shlex.join([sys.executable, 'serve.py'])}") as card:
        assert card.permission.emulator


def test_a_secret_is_checked_by_its_own_alphabet():
    assert checked_secret("text", "2345").data == b"2345"
