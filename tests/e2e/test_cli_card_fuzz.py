"""Cards from the command line: fuzzing, plans, and one line for everything that can be wrong with a card or reader."""

import io
import json
import os
import socket
import subprocess
import sys
import textwrap
import time

import pytest
from checkout import ROOT, environment

CARDS = """
    from jpki_model.card.presets import example_card

    class Emulator:
        def __init__(self):
            self.inside = example_card()

        def describe(self):
            return {"protocol": 1, "name": "acme", "version": "1", "capabilities": ["card"]}

        def card(self, apdu=None, power=None):
            if power == "off":
                self.inside.power_off()
                return {}
            if power:
                return {"atr": (self.inside.power_on() if power == "on" else self.inside.reset()).hex()}
            return {"response": self.answer(bytes.fromhex(apdu)).hex()}

        def answer(self, command):
            return self.inside.transmit(command)

    class Leaky(Emulator):
        def answer(self, command):
            response = self.inside.transmit(command)
            return b"PASSWORD1" + response if command[1:2] == b"\\xca" else response

    class Unmarked(Emulator):
        def answer(self, command):
            return b"\\x6a\\x82" if b"JPKI-SIM" in command else self.inside.transmit(command)

    class OtherPin(Emulator):
        def __init__(self):
            from jpki_model.card.emulator import EmulatedCard
            from jpki_model.card.issuing import Secrets, issue_card
            from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER
            from jpki_model.card.profile import profile
            contents = issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, Secrets(authentication="8642"))
            self.inside = EmulatedCard(contents, profile("probed"))

    class Transit(Emulator):
        def answer(self, command):
            return b"\\x6a\\x82"
"""


@pytest.fixture
def cards(tmp_path, monkeypatch):
    """A folder with cards behind `python:`; records of PINs go there too."""
    (tmp_path / "cards_of_acme.py").write_text(textwrap.dedent(CARDS))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop("cards_of_acme", None)


def one_line(done) -> str:
    """The one line with which a command has failed."""
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_the_emulated_card_holds_against_a_short_fuzzing(main):
    done = main("certify", "emulator:", "--pack", "card-fuzz", "--seconds", "5", "--format", "json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["finding"]) == (0, None)
    assert result["commands"] > 100


def test_an_emulator_with_other_pins_is_told_them(main, cards):
    reading, writing = os.pipe()
    os.write(writing, b"8642\n")
    os.close(writing)
    address, given = "python:cards_of_acme:OtherPin", ["--own-pin", "authentication", "--pin-fd", reading]
    done = main("certify", address, "-p", "card-fuzz", "--seconds", "2", *given, cwd=cards)
    assert done.returncode == 0, done.stdout
    wrong = main("certify", address, "-p", "card-fuzz", "--seconds", "20", cwd=cards)
    assert "the rules say 9000" in wrong.stdout, "with the example's PINs it does not fit the rules"


def test_what_is_found_is_shown_with_its_shortest_trace_and_without_the_pin(main, cards):
    done = main("certify", "python:cards_of_acme:Leaky", "-p", "card-fuzz", "--seconds", "20", cwd=cards)
    assert done.returncode == 1
    assert "an answer holds the PIN signature" in done.stdout
    assert "The shortest trace that shows it" in done.stdout
    assert "PASSWORD1" not in done.stdout
    assert b"PASSWORD1".hex(" ").upper() not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["emulator:nope", "-p", "card-fuzz"], "no card profile 'nope'"),
        (["emulator:", "-p", "card-fuzz", "--seconds", "0"], "--seconds 0: state a number"),
        (["emulator:", "-p", "card-fuzz", "-p", "number"], "runs alone"),
        (["emulator:", "-p", "card-fuzz", "-r", "blocked_status=7"], "blocked_status"),
        (["emulator:", "-p", "card-fuzz", "--own-pin", "authentication"], "a PIN is typed at a terminal"),
        (["emulator:", "-p", "card-fuzz", "--own-pin", "code-a"], "there is no PIN 'code-a' to present"),
        (["emulator:", "-p", "card-fuzz", "--own-pin", "text", "--pin-fd", "97"], "Bad file descriptor"),
        (["vpcd:0", "-p", "card-fuzz"], "needs a port from 1 to 65535"),
        (["batch:x", "-p", "card-fuzz"], "is not the address of a card"),
        (["python:cards_of_acme:Transit", "-p", "card-fuzz"], "it is not a My Number Card"),
        (["python:cards_of_acme:Unmarked", "-p", "card-fuzz"], "only on an emulator that proves to be one"),
        (["python:cards_of_acme:Unmarked", "-p", "card-fuzz", "--destructive"], "needs its serial number"),
        (["python:cards_of_acme:Nobody", "-p", "card-fuzz"], "has no attribute 'Nobody'"),
        (["http://127.0.0.1:9", "-p", "card-fuzz"], "start the server, or check host and port"),
        (["stdio:/no/such/program", "-p", "card-fuzz"], "cannot be started"),
        (["pkcs11:"], "there is no PKCS#11 module at ''"),
        (["pkcs11:/no/such/module.so"], "there is no PKCS#11 module at '/no/such/module.so'"),
        (["pkcs11:x.so", "--destructive"], "no plan, no destructive run"),
        (["emulator:nope"], "no card profile 'nope'"),
        (["python:cards_of_acme:Transit", "-p", "card"], "it is not a My Number Card"),
        (["python:cards_of_acme:Unmarked", "-p", "card", "--destructive"], "needs its serial number"),
        (["emulator:", "-p", "card", "-p", "number"], "runs alone"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_wrong_with_a_card_is_one_line_and_exit_code_2(arguments, words, main, cards, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # no terminal
    assert words in one_line(main("certify", *arguments, cwd=cards))


def test_a_port_that_is_taken_and_a_card_that_does_not_come_are_told(main):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert "is taken by another program" in one_line(main("certify", f"vpcd:{port}", "-p", "card-fuzz"))
    line = one_line(main("certify", f"vpcd:{port}", "-p", "card-fuzz", "--timeout", "0.2"))
    assert "no card has connected" in line
    assert f"--port {port}" in line


def test_an_emulated_card_connects_to_this_program_as_to_a_virtual_reader(jpki):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jpki_oracle.cli", "certify", f"vpcd:{port}", "-p", "card-fuzz"]
    reader = subprocess.Popen(
        [*command, "--seconds", "1", "--format", "json"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while (card := jpki("emulate", "card", "--vpcd", f"127.0.0.1:{port}")).returncode == 2:
        assert time.monotonic() < deadline, card.stderr
        time.sleep(0.2)
    out, err = reader.communicate(timeout=60)
    result = json.loads(out)
    assert (reader.returncode, result["finding"], err) == (0, None, "")
    assert result["commands"] > 50
    assert card.returncode == 0
