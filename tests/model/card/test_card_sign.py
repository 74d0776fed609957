"""Signing: by the right key, after its PIN, in each of the six forms; verified by another library's code."""

import hashlib

import pytest
from card_terminal import JPKI, SHARED, SURFACE, TEXT, Terminal
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

MESSAGE = b"message"
HASH = hashlib.sha256(MESSAGE).digest()
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420") + HASH

KEYS = {"0017": ("0018", "1234", "000A"), "001A": ("001B", "PASSWORD1", "0001")}


def ready(key: str) -> Terminal:
    terminal = Terminal()
    terminal.select(JPKI)
    pin, value, _ = KEYS[key]
    terminal.verify(pin, value)
    terminal.file(key)
    return terminal


def sign(terminal: Terminal, p1: str, data: bytes, p2: str = "80") -> bytes:
    response = terminal.send(f"802A{p1}{p2} {len(data):02X} {data.hex()} 00")
    assert response.sw == "9000"
    return response.data


def public_key(terminal: Terminal, key: str) -> RSAPublicKey:
    certificate = terminal.read_whole(KEYS[key][2])
    size = int.from_bytes(certificate[2:4], "big") + 4
    found = x509.load_der_x509_certificate(certificate[:size]).public_key()
    assert isinstance(found, RSAPublicKey)
    return found


def unpadded(key: RSAPublicKey, signature: bytes) -> bytes:
    """What PKCS#1 v1.5 padding holds, by plain arithmetic."""
    numbers = key.public_numbers()
    block = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    padding, _, content = block[2:].partition(b"\x00")
    assert block[:2] == b"\x00\x01"
    assert set(padding) == {0xFF}
    return content


@pytest.mark.parametrize("key", ["0017", "001A"])
def test_a_digest_info_is_padded_as_it_is(key: str) -> None:
    terminal = ready(key)
    signature = sign(terminal, "00", DIGEST_INFO)

    public_key(terminal, key).verify(signature, MESSAGE, PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    ("p1", "data", "content"),
    [
        ("00", b"\x00", b"\x00"),
        ("00", b"x" * 245, b"x" * 245),
        ("01", MESSAGE, HASH),
        ("02", HASH, DIGEST_INFO),
        ("03", MESSAGE, DIGEST_INFO),
    ],
)
def test_what_is_under_the_padding(p1: str, data: bytes, content: bytes) -> None:
    terminal = ready("0017")

    signature = sign(terminal, p1, data)

    assert unpadded(public_key(terminal, "0017"), signature) == content


@pytest.mark.parametrize(("p1", "data"), [("04", HASH), ("05", MESSAGE)])
def test_probabilistic_signatures_differ_and_verify(p1: str, data: bytes) -> None:
    terminal = ready("0017")
    one, other = sign(terminal, p1, data), sign(terminal, p1, data)

    assert one != other
    public_key(terminal, "0017").verify(one, MESSAGE, PSS(MGF1(SHA256()), 32), SHA256())


def test_the_other_forms_are_deterministic() -> None:
    terminal = ready("0017")

    assert sign(terminal, "00", DIGEST_INFO) == sign(terminal, "02", HASH) == sign(terminal, "03", MESSAGE)


def test_a_signature_has_256_bytes_even_with_leading_zeros() -> None:
    """One signature in 256 begins with a zero byte; sixty-four of them are enough to see many lengths."""
    terminal = ready("0017")

    assert {len(sign(terminal, "00", bytes((number, 7)))) for number in range(64)} == {256}


def test_a_key_by_short_identifier() -> None:
    terminal = ready("0017")
    terminal.file("0006")

    assert sign(terminal, "02", HASH, "97") == sign(ready("0017"), "02", HASH)


@pytest.mark.parametrize(("key", "pin", "value"), [("97", "001B", "PASSWORD1"), ("9A", "0018", "1234")])
def test_the_other_keys_pin_opens_nothing(key: str, pin: str, value: str) -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    assert terminal.send(f"802A00{key} 01 00 00").sw == "6982"
    terminal.verify(pin, value)

    assert terminal.send(f"802A00{key} 01 00 00").sw == "6982"


@pytest.mark.parametrize("key", ["0017", "001A"])
def test_a_key_signs_more_than_once_after_one_pin(key: str) -> None:
    terminal = ready(key)

    assert sign(terminal, "02", HASH) == sign(terminal, "02", HASH)


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("802A0680 20" + "00" * 32 + "00", "6A86"),
        ("802A0020 01 00 00", "6A86"),
        ("802A0080 F6" + "00" * 246 + "00", "6700"),
        ("802A0280 1F" + "00" * 31 + "00", "6700"),
        ("802A0480 21" + "00" * 33 + "00", "6700"),
        ("802A0080 01 00 10", "6700"),
        ("802A0000 01 00 00", "6986"),
    ],
)
def test_what_is_not_signed(command: str, sw: str) -> None:
    assert ready("0017").send(command).sw == sw


def test_without_a_key_nothing_is_signed() -> None:
    terminal = Terminal()
    terminal.select(JPKI)
    terminal.file("0018")

    assert terminal.send("802A0080 01 00 00").sw == "6986"
    assert terminal.send("002A9E9A 01 00 00").sw == "6D00"


def tlv_key(data: bytes) -> RSAPublicKey:
    """A key in the card's form, 90 exponent and 91 modulus, found in a file."""
    at = data.index(bytes.fromhex("900301000191820100"))
    modulus = data[at + 9 : at + 9 + 256]
    return RSAPublicNumbers(65537, int.from_bytes(modulus, "big")).public_key()


def test_the_surface_application_signs_with_a_key_of_its_own_without_any_pin() -> None:
    terminal = Terminal()
    terminal.select(SURFACE)
    signature = sign(terminal, "00", DIGEST_INFO, "00")
    terminal.verify("0011", "040229")

    tlv_key(terminal.read_whole("0001")).verify(signature, MESSAGE, PKCS1v15(), SHA256())


def test_the_text_application_signs_with_a_key_of_its_own_without_any_pin() -> None:
    terminal = Terminal()
    terminal.select(TEXT)
    signature = sign(terminal, "00", DIGEST_INFO, "00")
    terminal.verify("0011", "2345")

    tlv_key(terminal.read_whole("0007")).verify(signature, MESSAGE, PKCS1v15(), SHA256())


def test_the_card_proves_that_it_is_genuine() -> None:
    terminal = Terminal()
    terminal.select(SHARED)
    challenge = bytes(range(8))
    answer = terminal.send(f"00880099 08 {challenge.hex()} 00")
    assert answer.sw == "9000"
    terminal.select("A0000001510000")
    key = tlv_key(terminal.send("00CA7F21 000000").data)

    key.verify(answer.data, challenge, PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(answer.data, bytes(8), PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    ("application", "command", "sw"),
    [
        (JPKI, "00880097 08 0001020304050607 00", "6982"),
        (TEXT, "00880093 08 0001020304050607 00", "6985"),
        (SHARED, "0088009C 08 0001020304050607 00", "6A88"),
        (SHARED, "00880099 00", "6700"),
        (SHARED, "00880199 08 0001020304050607 00", "6A86"),
    ],
)
def test_no_other_key_answers_a_challenge(application: str, command: str, sw: str) -> None:
    terminal = Terminal()
    terminal.select(application)

    assert terminal.send(command).sw == sw
