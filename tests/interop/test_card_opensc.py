"""OpenSC's own tools take the emulated card for a My Number Card, and OpenSSL takes what it signs."""

import re
import ssl
from datetime import date
from pathlib import Path

import pytest
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.instructions.issuer import issuer_answer
from jpki_model.card.issuing import EXAMPLE_ISSUER_KEY, CardDates, Issue, issue_card
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER, example_card
from virtual_card_reader import VirtualCardReader, run

pytestmark = pytest.mark.interop

HASH = bytes(range(32))


def read_certificate(number: str, home: Path, *login: str) -> Path:
    file = home / f"{number}.pem"
    done = run(["pkcs15-tool", "--read-certificate", number, "-o", str(file), *login], home)
    assert done.returncode == 0, done.stderr
    return file


def openssl_accepts(signature: Path, certificate: Path, home: Path) -> bool:
    key, digest = home / "key.pem", home / "digest"
    run(["openssl", "x509", "-in", str(certificate), "-noout", "-pubkey", "-out", str(key)], home)
    digest.write_bytes(HASH)
    done = run(
        [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-in", str(digest),
            "-sigfile", str(signature), "-pkeyopt", "digest:sha256",
        ],
        home,
    )  # fmt: skip
    return done.returncode == 0 and "Verified Successfully" in done.stdout


def signed(number: str, pin: str, home: Path) -> Path:
    digest, signature = home / "digest", home / "signature"
    digest.write_bytes(HASH)
    done = run(
        [
            "pkcs15-crypt", "--sign", "--pkcs1", "--sha-256", "-k", number, "--pin", pin,
            "-i", str(digest), "-o", str(signature),
        ],
        home,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return signature


def wrong_pin(auth_id: str, pin: str, home: Path) -> str:
    return run(["pkcs15-tool", "--verify-pin", "--auth-id", auth_id, "--pin", pin], home).stderr


@pytest.mark.usefixtures("card")
def test_the_driver_for_my_number_cards_takes_it(tmp_path: Path) -> None:
    assert run(["opensc-tool", "-n"], tmp_path).stdout.strip() == "jpki"


@pytest.mark.parametrize("atr", ["3BDA13FF8131FB468012392F31C173C601C03B", "3B888001000005E0B381A1007F"])
def test_a_card_with_another_answer_to_reset_is_found_by_its_application(
    reader: VirtualCardReader, atr: str, tmp_path: Path
) -> None:
    reader.insert(example_card(f"probed,answer_to_reset={atr}"))

    assert run(["opensc-tool", "-n"], tmp_path).stdout.strip() == "jpki"


@pytest.mark.usefixtures("card")
def test_its_objects_are_listed(tmp_path: Path) -> None:
    listed = run(["pkcs15-tool", "-D"], tmp_path).stdout

    assert listed.count("Tries left     : 3") == 1
    assert listed.count("Tries left     : 5") == 1
    assert listed.count("Private RSA Key") == 2
    assert listed.count("X.509 Certificate") == 4


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(("number", "pin"), [("01", "1234"), ("02", "PASSWORD1")])
def test_openssl_verifies_a_signature_by_the_certificate_on_the_card(
    number: str, pin: str, tmp_path: Path
) -> None:
    signature = signed(number, pin, tmp_path)
    login = ["--verify-pin", "--auth-id", number, "--pin", pin] if number == "02" else []

    assert openssl_accepts(signature, read_certificate(number, tmp_path, *login), tmp_path)


@pytest.mark.usefixtures("card")
def test_openssl_refuses_the_signature_of_the_other_key(tmp_path: Path) -> None:
    signature = signed("02", "PASSWORD1", tmp_path)

    assert not openssl_accepts(signature, read_certificate("01", tmp_path), tmp_path)


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(("number", "authority", "pin"), [("01", "03", ""), ("02", "04", "PASSWORD1")])
def test_openssl_verifies_the_certificate_by_the_authority_on_the_card(
    number: str, authority: str, pin: str, tmp_path: Path
) -> None:
    login = ["--verify-pin", "--auth-id", number, "--pin", pin] if pin else []
    root = read_certificate(authority, tmp_path)
    certificate = read_certificate(number, tmp_path, *login)

    command = ["openssl", "verify", "-x509_strict", "-attime", "1780000000", "-CAfile", str(root)]
    done = run([*command, str(certificate)], tmp_path)

    assert done.stdout.strip() == f"{certificate}: OK", done.stderr


@pytest.mark.parametrize(
    ("number", "file", "pin"),
    [("01", "000A", ""), ("02", "0001", "PASSWORD1"), ("03", "000B", ""), ("04", "0002", "")],
)
def test_opensc_reads_the_bytes_that_are_in_the_file(
    card: EmulatedCard, number: str, file: str, pin: str, tmp_path: Path
) -> None:
    login = ["--verify-pin", "--auth-id", number, "--pin", pin] if pin else []
    seen = ssl.PEM_cert_to_DER_cert(read_certificate(number, tmp_path, *login).read_text())

    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    card.transmit(bytes.fromhex("0020009B09") + b"PASSWORD1")
    card.transmit(bytes.fromhex(f"00A4020C02{file}"))
    assert card.transmit(bytes.fromhex("00B00000000000"))[: len(seen)] == seen


def test_opensc_and_the_card_count_the_same_tries(card: EmulatedCard, tmp_path: Path) -> None:
    wrong_pin("01", "9999", tmp_path)
    wrong_pin("02", "WRONG99", tmp_path)
    wrong_pin("02", "WRONG99", tmp_path)

    listed = run(["pkcs15-tool", "--list-pins"], tmp_path).stdout
    assert re.findall(r"Tries left +: ([0-9]+)", listed) == ["2", "3"]
    left = card.tries_left()
    assert (left["jpki", "authentication"], left["jpki", "signature"]) == (2, 3)


@pytest.mark.usefixtures("card")
def test_the_signature_certificate_is_not_read_before_its_pin(tmp_path: Path) -> None:
    done = run(["pkcs15-tool", "--read-certificate", "02"], tmp_path)

    assert "BEGIN CERTIFICATE" not in done.stdout


def test_three_wrong_pins_block_the_authentication_key(card: EmulatedCard, tmp_path: Path) -> None:
    for _ in range(3):
        assert "PIN code or key incorrect" in wrong_pin("01", "9999", tmp_path)

    assert card.tries_left()["jpki", "authentication"] == 0
    assert "Tries left     : 0" in run(["pkcs15-tool", "--list-pins"], tmp_path).stdout
    refused = wrong_pin("01", "1234", tmp_path)
    assert "Operation failed" in refused
    assert "incorrect" not in refused


def test_five_wrong_passwords_block_the_signature_key_and_only_it(card: EmulatedCard, tmp_path: Path) -> None:
    for _ in range(5):
        wrong_pin("02", "WRONG99", tmp_path)

    assert card.tries_left()["jpki", "signature"] == 0
    assert card.tries_left()["jpki", "authentication"] == 3


def test_a_right_pin_gives_all_tries_back(card: EmulatedCard, tmp_path: Path) -> None:
    wrong_pin("01", "9999", tmp_path)
    assert card.tries_left()["jpki", "authentication"] == 2

    signed("01", "1234", tmp_path)

    assert card.tries_left()["jpki", "authentication"] == 3


def test_the_strict_card_signs_too(reader: VirtualCardReader, tmp_path: Path) -> None:
    reader.insert(example_card("iso"))

    assert openssl_accepts(signed("01", "1234", tmp_path), read_certificate("01", tmp_path), tmp_path)


def test_the_issuer_unlocks_what_was_blocked(card: EmulatedCard, tmp_path: Path) -> None:
    for _ in range(3):
        wrong_pin("01", "9999", tmp_path)
    card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    challenge = card.transmit(bytes.fromhex("0084000010"))[:-2]
    card.transmit(bytes.fromhex("0082000010") + issuer_answer(EXAMPLE_ISSUER_KEY, challenge))
    card.transmit(bytes.fromhex("80540098"))

    assert openssl_accepts(signed("01", "1234", tmp_path), read_certificate("01", tmp_path), tmp_path)


def test_a_replaced_certificate_is_the_one_that_is_read(card: EmulatedCard, tmp_path: Path) -> None:
    before = read_certificate("01", tmp_path).read_text()
    renewed = Issue(date(2029, 12, 1), date(2035, 2, 28))
    dates = CardDates(EXAMPLE_DATES.card_expires, renewed, renewed)
    card.update(issue_card(EXAMPLE_HOLDER, dates))

    after = read_certificate("01", tmp_path)
    assert after.read_text() != before
    assert openssl_accepts(signed("01", "1234", tmp_path), after, tmp_path)


def test_a_card_that_says_blocked_instead_of_no_tries_left_is_not_taken(
    reader: VirtualCardReader, tmp_path: Path
) -> None:
    """OpenSC asks the counter at each binding, and takes nothing but 63Cx for an answer."""
    reader.insert(example_card("probed,query_on_blocked=6983"))
    for _ in range(3):
        wrong_pin("01", "9999", tmp_path)

    assert "Unsupported card" in run(["pkcs15-tool", "--list-pins"], tmp_path).stderr
