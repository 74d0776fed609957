"""Cards of systems that speak `card` messages, in this process and in another."""

import shlex
import sys
import textwrap

import pytest
from jpki_oracle.card.address import is_card_address, open_slot
from jpki_oracle.card.slot import CardFailure, CardFailureKind, closing
from jpki_oracle.sut.address import AddressError

SYSTEM = """
    import json, sys

    class Acme:
        capabilities = ["card"]
        log = []

        def describe(self):
            return {"protocol": 1, "name": "acme", "version": "2", "capabilities": self.capabilities}

        def card(self, apdu=None, power=None):
            self.log.append(apdu or power)
            if power == "off":
                return {}
            if power:
                return {"atr": "3BE000FF8131FE4514"}
            return ANSWERS[apdu]() if apdu in ANSWERS else {"response": "6D00"}

    class WithoutCard(Acme):
        capabilities = ["validity"]

    def fall():
        raise RuntimeError("short circuit")

    ANSWERS = {
        "0084000002": lambda: {"response": "ab129000"},
        "00000001": lambda: {"response": ""},
        "00000002": lambda: {"response": "9 00"},
        "00000003": lambda: {},
        "00000004": lambda: fall(),
        "00000005": lambda: {"response": "00" * 65537 + "9000"},
    }

    if __name__ == "__main__":
        system = Acme()
        for line in sys.stdin:
            asked = json.loads(line)
            if asked.get("params") == {"apdu": "00000006"}:
                sys.exit(4)
            result = getattr(system, asked["method"])(**asked.get("params", {}))
            print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"""


@pytest.fixture(autouse=True)
def acme(tmp_path, monkeypatch):
    """A module of card systems in the current directory."""
    (tmp_path / "acme_card.py").write_text(textwrap.dedent(SYSTEM))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    sys.modules.pop("acme_card", None)


@pytest.fixture(params=["python:acme_card:Acme", "stdio:"])
def slot(request):
    """The same card, called directly and as a program."""
    command = shlex.join([sys.executable, "acme_card.py"])
    with closing(open_slot(request.param if "Acme" in request.param else f"stdio:{command}")) as opened:
        yield opened


def test_a_card_is_given_power_and_asked(slot):
    assert slot.power_on().hex() == "3be000ff8131fe4514"
    assert slot.transmit(bytes.fromhex("0084000002")).hex() == "ab129000"
    assert slot.transmit(bytes.fromhex("00FF0000")).hex() == "6d00"
    assert slot.reset().hex() == "3be000ff8131fe4514"
    assert slot.name.startswith("acme 2 at ")
    slot.power_off()


def test_a_card_is_left_without_power_and_can_be_closed_again():
    slot = open_slot("python:acme_card:Acme")
    slot.power_on()
    slot.close()
    slot.close()
    assert sys.modules["acme_card"].Acme.log == ["on", "off"]


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        ("00000001", "babbled", "a response of 0 bytes has no status"),
        ("00000002", "babbled", "is not bytes; expected a string of two hexadecimal digits a byte"),
        ("00000003", "babbled", "the answer has no 'response'"),
        ("00000004", "gone", "short circuit"),
        ("00000005", "babbled", "65539 bytes"),
    ],
)
def test_what_is_no_response_is_named_and_its_outcome_unknown(command, kind, words):
    with closing(open_slot("python:acme_card:Acme")) as slot:
        slot.power_on()
        with pytest.raises(CardFailure) as caught:
            slot.transmit(bytes.fromhex(command))
        assert caught.value.kind is CardFailureKind(kind)
        assert words in caught.value.detail
        assert caught.value.outcome_unknown
        slot.power_on()
        assert slot.transmit(bytes.fromhex("0084000002")).hex() == "ab129000"


def test_a_program_that_ends_is_gone_and_a_fresh_one_serves_the_next_power_on():
    with closing(open_slot(f"stdio:{shlex.join([sys.executable, 'acme_card.py'])}")) as slot:
        slot.power_on()
        with pytest.raises(CardFailure, match="exited with code 4") as caught:
            slot.transmit(bytes.fromhex("00000006"))
        assert caught.value.kind is CardFailureKind.GONE
        slot.power_on()
        assert slot.transmit(bytes.fromhex("0084000002")).hex() == "ab129000"


def test_a_system_without_a_card_is_told_apart():
    with closing(open_slot("python:acme_card:WithoutCard")) as slot:
        with pytest.raises(
            CardFailure, match=r"does not claim the capability card \(it claims: validity\)"
        ) as caught:
            slot.power_on()
        assert caught.value.kind is CardFailureKind.NO_CARD
        assert not caught.value.outcome_unknown


def test_a_system_that_cannot_start_is_told_apart():
    with (
        closing(open_slot("python:no_such_card:Acme")) as slot,
        pytest.raises(CardFailure, match="No module") as caught,
    ):
        slot.power_on()
    assert caught.value.kind is CardFailureKind.NO_SUPPORT


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not the address of a card"),
        ("emulator", "is not the address of a card"),
        ("batch:dir", "is not the address of a card"),
        ("journal:file", "is not the address of a card"),
        ("vpcd:", "needs a port from 1 to 65535"),
        ("vpcd:65536", "needs a port from 1 to 65535"),
        ("vpcd:-1", "needs a port from 1 to 65535"),
        ("vpcd::99", "needs a port from 1 to 65535"),
        ("vpcd:１", "needs a port from 1 to 65535"),
    ],
)
def test_a_wrong_address_is_explained_with_all_forms(address, words):
    with pytest.raises(AddressError) as caught:
        open_slot(address)
    message = str(caught.value)
    assert words in message
    assert "vpcd:PORT, pcsc:READER" in message
    assert "\n" not in message


def test_a_timeout_is_a_number_of_seconds():
    with pytest.raises(AddressError, match="not possible"):
        open_slot("emulator:probed", timeout=0)


def test_addresses_of_cards_are_known_by_their_scheme():
    assert is_card_address("pcsc:0")
    assert is_card_address("emulator:")
    assert not is_card_address("python:acme:Acme")
    assert not is_card_address("pcsc")
