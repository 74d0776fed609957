"""A card that does not prove to be an emulator, on the command line: what it gets, the plan before, the PIN's way."""

import io
import os
import sys
import textwrap

import pytest
from jpki_model.card_machine import CardStep
from jpki_oracle.card import campaign
from jpki_oracle.card.sequences import CardSequence, Suite
from jpki_oracle.commands import card_pack

CARD = """
    from jpki_model.card.presets import example_card

    class Real:
        inside = example_card()
        log = []

        def describe(self):
            return {"protocol": 1, "name": "real", "version": "1", "capabilities": ["card"]}

        def card(self, apdu=None, power=None):
            if power == "off":
                self.inside.power_off()
                return {}
            if power:
                return {"atr": (self.inside.power_on() if power == "on" else self.inside.reset()).hex()}
            command = bytes.fromhex(apdu)
            self.log.append(command)
            response = b"\\x6a\\x82" if b"JPKI-SIM" in command else self.inside.transmit(command)
            return {"response": response.hex()}
"""
TO_THE_PIN = (
    CardStep("power-on"),
    CardStep("select-application", "jpki"),
    CardStep("select-file", identifier="0018"),
)
SEQUENCES = (
    CardSequence((*TO_THE_PIN, CardStep("query"))),
    CardSequence((*TO_THE_PIN, CardStep("query"), CardStep("verify", secret="authentication"))),
    CardSequence(
        (*TO_THE_PIN, CardStep("query"), CardStep("verify", secret="authentication", presented="wrong"))
    ),
)


@pytest.fixture(autouse=True)
def real_card(tmp_path, monkeypatch):
    """A card in the current directory, and three sequences: a safe one, one with a PIN, one with a wrong one."""
    (tmp_path / "real_card.py").write_text(textwrap.dedent(CARD))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for module in (campaign, card_pack):
        monkeypatch.setattr(module, "shipped_sequences", lambda: Suite(SEQUENCES, 0, 0, (), {}))
    yield
    sys.modules.pop("real_card", None)


def certify(main, tmp_path, *more: str, pin: str = ""):
    given: list[object] = []
    if pin:
        reading, writing = os.pipe()
        os.write(writing, f"{pin}\n".encode())
        os.close(writing)
        given = ["--own-pin", "authentication", "--pin-fd", reading]
    return main("certify", "python:real_card:Real", "--pack", "card", *given, *more, cwd=tmp_path)


def presented() -> list[bytes]:
    """What was presented to the card, with any VERIFY that is not the query."""
    return [
        command for command in sys.modules["real_card"].Real.log if command[1] == 0x20 and len(command) > 4
    ]


def test_by_default_it_gets_what_is_safe(main, tmp_path):
    done = certify(main, tmp_path)
    assert done.returncode == 0, done.stdout
    assert presented() == []
    instructions = {command[1] for command in sys.modules["real_card"].Real.log}
    assert instructions <= {0xA4, 0xB0, 0xB2, 0x20, 0x84, 0xCA}
    assert not (tmp_path / "state").exists()


def test_the_plan_tells_what_is_left_out_and_sends_no_pin(main, tmp_path):
    done = certify(main, tmp_path, "--plan", pin="1234")
    assert done.returncode == 0
    assert (
        "user-authentication PIN (jpki/0018)  1                       0                       3"
        in done.stdout
    )
    assert "Proven by the solver" in done.stdout
    assert presented() == []


def test_the_holders_pin_is_presented_once_and_the_plan_comes_before(main, tmp_path):
    done = certify(main, tmp_path, pin="1234")
    assert done.returncode == 0, done.stdout
    assert presented() == [b"\x00\x20\x00\x80\x041234"]
    assert "Proven by the solver" in done.stderr
    assert "1234" not in done.stdout + done.stderr


def test_a_wrong_pin_costs_one_try_and_the_next_run_presents_none(main, tmp_path):
    certify(main, tmp_path, pin="9999")
    assert len(presented()) == 1
    certify(main, tmp_path, pin="1234")
    assert len(presented()) == 1, "the counter is not full"


def test_a_second_run_at_the_same_time_is_refused(main, tmp_path, monkeypatch):
    from jpki_oracle.card.opening import Wish, open_card
    from jpki_oracle.card.secret import Secret

    monkeypatch.chdir(tmp_path)
    with open_card("python:real_card:Real", Wish(own_pins={"jpki/0018": Secret(b"1234")})):
        done = certify(main, tmp_path, pin="1234")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "another run uses this card" in done.stderr
