"""`emulate card` as a process: a reader talks to it, ends it, Ctrl-C ends it, and bad input is told in one line."""

import json
import signal
import socket
import subprocess
import sys

import pytest
from checkout import ROOT, environment
from cryptography import x509

SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")


class EmulatedCardProcess:
    """The command, connected to a reader that is this test."""

    def __init__(self, *arguments: object) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(30)
            place = f"127.0.0.1:{listener.getsockname()[1]}"
            command = [sys.executable, "-m", "jpki_oracle.cli", "emulate", "card", "--vpcd", place]
            self.process = subprocess.Popen(
                [*command, *map(str, arguments)],
                cwd=ROOT,
                env=environment(LANG="C.UTF-8"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.reader, _ = listener.accept()
        self.reader.settimeout(30)

    def ask(self, command: bytes) -> bytes:
        self.reader.sendall(len(command).to_bytes(2, "big") + command)
        size = int.from_bytes(self.reader.recv(2, socket.MSG_WAITALL), "big")
        return self.reader.recv(size, socket.MSG_WAITALL)

    def end(self) -> tuple[int, str, str]:
        self.reader.close()
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def authentication_certificate(card: EmulatedCardProcess) -> x509.Certificate:
    card.ask(SELECT_JPKI)
    data = card.ask(bytes.fromhex("00B08A0000"))[:-2]
    while len(data) < 2048:
        data += card.ask(bytes.fromhex(f"00B0{len(data):04X}00"))[:-2]
    return x509.load_der_x509_certificate(data[: int.from_bytes(data[2:4], "big") + 4])


def test_a_card_of_a_life_is_served_until_the_reader_ends(leapling) -> None:
    card = EmulatedCardProcess("--life", leapling)
    certificate = authentication_certificate(card)
    code, out, err = card.end()

    assert f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S}" == "2025-02-28 14:59:59"
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "The virtual reader has ended."


def test_the_profile_is_the_cards(leapling) -> None:
    card = EmulatedCardProcess("--profile", "iso,select_fci=empty")
    verified = [
        card.ask(SELECT_JPKI),
        card.ask(bytes.fromhex("002000980431323334")),
        card.ask(b"\x00\x20\x00\x98"),
    ]
    card.end()

    assert verified == [b"\x90\x00"] * 3


def test_ctrl_c_takes_the_card_out() -> None:
    card = EmulatedCardProcess()
    card.ask(SELECT_JPKI)
    card.process.send_signal(signal.SIGINT)
    out, err = card.process.communicate(timeout=30)

    assert (card.process.returncode, err) == (130, "jpki-oracle: interrupted\n")
    assert card.reader.recv(1) == b"", "the reader sees that the card is gone"
    card.reader.close()
    assert "PASSWORD1" not in out


def test_a_reader_that_breaks_off_is_told_in_one_line() -> None:
    card = EmulatedCardProcess()
    card.reader.sendall(b"\x00\x05\x00\xa4")
    code, _, err = card.end()

    assert code == 2
    assert err == "jpki-oracle: the virtual reader is gone: it ended in the middle of a message\n"


def test_contents_are_printed_without_any_secret(main) -> None:
    done = main("emulate", "card", "--contents", "--format", "json")
    rows = json.loads(done.stdout)

    assert {row["application"] for row in rows} >= {"jpki", "surface", "text", "resident_register", "shared"}
    conditions = {(r["application"], r["file"]): r["condition"] for r in rows}
    assert conditions["jpki", "0001"] == "001B signature"
    assert conditions["jpki", "000A"] == "free"
    assert conditions["text", "0002"] == "0011 text or 0015 code_b"
    assert not any(secret in done.stdout for secret in ("1234", "PASSWORD1", "2345", "3456"))


def test_contents_in_japanese(main) -> None:
    assert "暗証番号" in main("emulate", "card", "--contents", "--lang", "ja").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--vpcd", "nowhere"], "--vpcd is written HOST:PORT, as in localhost:35963, not 'nowhere'"),
        (["--vpcd", "localhost:0"], "--vpcd is written HOST:PORT"),
        (["--vpcd", "localhost:65536"], "--vpcd is written HOST:PORT"),
        (["--vpcd", ":35963"], "--vpcd is written HOST:PORT"),
        (["--vpcd", "localhost:１"], "--vpcd is written HOST:PORT"),
        (["--vpcd", "host.invalid:35963"], "no virtual reader listens at host.invalid:35963"),
        (["--profile", "real"], "no card profile 'real'; there are probed, iso"),
        (
            ["--profile", "probed,end_of_file=9000"],
            "end_of_file of a card profile is one of short, 6282, 6Cxx",
        ),
        (["--keys", "nowhere"], "nowhere: no folder of keys"),
        (["--life", "nowhere.toml"], "nowhere.toml: No such file or directory"),
        (["--edition", "1999-01-01", "--life", "{life}"], "unknown edition '1999-01-01'"),
    ],
)
def test_what_cannot_be_emulated(main, leapling, arguments: list[str], told: str) -> None:
    done = main("emulate", "card", *(argument.format(life=leapling) for argument in arguments))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"jpki-oracle: {told}")
    assert done.stderr.count("\n") == 1


def test_a_life_without_a_card(main, tmp_path) -> None:
    life = tmp_path / "life.toml"
    life.write_text("birth = 1992-02-29\n")
    done = main("emulate", "card", "--life", life, "--contents")

    assert (
        done.stderr
        == f"jpki-oracle: {life}: a card needs `card_issued` in the life, and a day on which it expires\n"
    )
    assert done.returncode == 2
