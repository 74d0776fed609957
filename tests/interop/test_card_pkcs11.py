"""PKCS#11 programs on the emulated card through OpenSC's module: pkcs11-tool, GnuTLS, python-pkcs11, Java."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.presets import example_card
from virtual_card_reader import PKCS11_MODULE, VirtualCardReader, run

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("card")]

HERE = Path(__file__).parent
AUTHENTICATION, SIGNATURE = "JPKI (User Authentication PIN)", "JPKI (Digital Signature PIN)"


def pkcs11_tool(slot: int, home: Path, *arguments: str) -> str:
    command = ["pkcs11-tool", "--module", str(PKCS11_MODULE), "--slot-index", str(slot), *arguments]
    done = run(command, home)
    return done.stdout + done.stderr


def python_client(label: str, pin: str, home: Path) -> dict[str, str]:
    done = run([sys.executable, str(HERE / "pkcs11_client.py"), str(PKCS11_MODULE), label, pin], home)
    assert done.returncode == 0, done.stderr
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def java(slot: int, pin: str, home: Path) -> str:
    if not shutil.which("java") and not os.environ.get("CI"):
        pytest.skip("java is missing; in CI this is a failure")
    configuration = home / "pkcs11.cfg"
    configuration.write_text(f"name=card\nlibrary={PKCS11_MODULE}\nslotListIndex={slot}\n")
    done = run(["java", str(HERE / "CardSigner.java"), str(configuration), pin], home)
    return done.stdout + done.stderr


def test_there_is_a_token_for_each_pin(tmp_path: Path) -> None:
    listed = pkcs11_tool(0, tmp_path, "--list-token-slots")

    assert AUTHENTICATION in listed
    assert SIGNATURE in listed


def test_the_self_test_of_pkcs11_tool_finds_no_error(tmp_path: Path) -> None:
    assert "No errors" in pkcs11_tool(0, tmp_path, "--login", "--pin", "1234", "--test")


def test_no_private_key_is_seen_before_login(tmp_path: Path) -> None:
    assert "Private Key Object" not in pkcs11_tool(0, tmp_path, "--list-objects")
    assert "Private Key Object" in pkcs11_tool(0, tmp_path, "--login", "--pin", "1234", "--list-objects")


@pytest.mark.parametrize(("slot", "pin"), [(0, "9999"), (1, "WRONG99")])
def test_a_wrong_pin_is_an_incorrect_pin(slot: int, pin: str, tmp_path: Path) -> None:
    told = pkcs11_tool(slot, tmp_path, "--login", "--pin", pin, "--list-objects")

    assert "CKR_PIN_INCORRECT" in told


@pytest.mark.parametrize(
    ("slot", "pin", "right", "tries"), [(0, "9999", "1234", 3), (1, "WRONG99", "PASSWORD1", 5)]
)
def test_a_blocked_pin_is_an_error_even_when_right(
    slot: int, pin: str, right: str, tries: int, tmp_path: Path
) -> None:
    """OpenSC knows the card's 6984 as "data not usable", which becomes a general error."""
    for _ in range(tries):
        pkcs11_tool(slot, tmp_path, "--login", "--pin", pin, "--list-objects")

    told = pkcs11_tool(slot, tmp_path, "--login", "--pin", right, "--list-objects")

    assert "CKR_GENERAL_ERROR" in told


def test_a_card_that_answers_6983_is_locked_in_pkcs11(reader: VirtualCardReader, tmp_path: Path) -> None:
    reader.insert(example_card("probed,blocked_status=6983"))
    for _ in range(3):
        pkcs11_tool(0, tmp_path, "--login", "--pin", "9999", "--list-objects")

    assert "CKR_PIN_LOCKED" in pkcs11_tool(0, tmp_path, "--login", "--pin", "1234", "--list-objects")


def test_a_pin_that_is_too_long_never_reaches_the_card(card: EmulatedCard, tmp_path: Path) -> None:
    told = pkcs11_tool(0, tmp_path, "--login", "--pin", "12345", "--list-objects")

    assert "CKR_PIN_LEN_RANGE" in told
    assert card.tries_left()["jpki", "authentication"] == 3


def test_gnutls_lists_both_tokens(tmp_path: Path) -> None:
    listed = run(["p11tool", "--provider", str(PKCS11_MODULE), "--list-tokens"], tmp_path).stdout

    assert f"Label: {AUTHENTICATION}" in listed
    assert f"Label: {SIGNATURE}" in listed


def test_gnutls_reads_the_authentication_certificate(tmp_path: Path) -> None:
    url = "pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;id=%01;type=cert"
    exported = run(["p11tool", "--provider", str(PKCS11_MODULE), "--export", url], tmp_path).stdout

    certificate = x509.load_pem_x509_certificate(exported.encode())
    assert "O=JPKI-SIM" in certificate.issuer.rfc4514_string()


@pytest.mark.parametrize(("label", "pin"), [(AUTHENTICATION, "1234"), (SIGNATURE, "PASSWORD1")])
def test_python_signs_with_each_key(label: str, pin: str, tmp_path: Path) -> None:
    answer = python_client(label, pin, tmp_path)

    key = x509.load_der_x509_certificate(bytes.fromhex(answer["certificate"])).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(bytes.fromhex(answer["signature"]), b"message", PKCS1v15(), SHA256())


def test_python_is_told_of_a_wrong_pin(tmp_path: Path) -> None:
    assert python_client(AUTHENTICATION, "9999", tmp_path) == {"error": "PinIncorrect"}


@pytest.mark.parametrize(("slot", "pin"), [(0, "1234"), (1, "PASSWORD1")])
def test_java_signs_and_verifies_with_each_key(slot: int, pin: str, tmp_path: Path) -> None:
    told = java(slot, pin, tmp_path).split()

    assert len(told) == 3, told  # one key: serial number, verified, signature
    assert told[1] == "true"


def test_java_is_told_of_a_wrong_pin(tmp_path: Path) -> None:
    assert "CKR_PIN_INCORRECT" in java(0, "9999", tmp_path)
