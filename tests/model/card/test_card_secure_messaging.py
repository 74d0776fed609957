"""Secure messaging of the text application, from the terminal's side as it was seen on cards."""

import pytest
from card_terminal import JPKI, RESIDENT_REGISTER, SHARED, SURFACE, TEXT, Response, Terminal
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SEED = bytes(range(32))
OAEP_SHA256 = OAEP(MGF1(hashes.SHA256()), hashes.SHA256(), None)


def cbc(key: bytes, vector: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(vector))


class Session:
    """The terminal's side: sixteen bytes of the seed as key, a counter that begins with one."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal, self.counter = terminal, 0

    def send(self, command: str) -> Response:
        self.counter += 1
        return self.terminal.send(command)

    def vector(self, counter: int) -> bytes:
        encryptor = cbc(SEED[:16], bytes(16)).encryptor()
        return encryptor.update(counter.to_bytes(16, "big")) + encryptor.finalize()

    def with_data(self, head: str, data: bytes) -> Response:
        return self.with_padded(head, data + b"\x80" + bytes(15 - len(data) % 16))

    def with_padded(self, head: str, padded: bytes) -> Response:
        encryptor = cbc(SEED[:16], self.vector(self.counter + 1)).encryptor()
        cryptogram = encryptor.update(padded) + encryptor.finalize()
        wrapped = bytes((0x86, len(cryptogram) + 1, 1)) + cryptogram
        return self.send(f"{head} {len(wrapped):02X} {wrapped.hex()}")

    def read(self, length: int) -> bytes:
        response = self.send(f"08B00000 05 9603 00{length:04X} 00")
        assert response.sw == "9000"
        assert response.data[0] == 0x86
        value = response.data[2 if response.data[1] < 0x80 else response.data[1] - 0x80 + 2 :]
        assert value[0] == 1
        decryptor = cbc(SEED[:16], self.vector(self.counter)).decryptor()
        padded = decryptor.update(value[1:]) + decryptor.finalize()
        return padded[: padded.rindex(b"\x80")]


def seed_cryptogram(terminal: Terminal, plain: bytes = bytes.fromhex("A0228020") + SEED) -> bytes:
    data = terminal.read_whole("0006")
    assert data[:4].hex() == "a1820109"
    modulus = int.from_bytes(data[-256:], "big")
    return RSAPublicNumbers(65537, modulus).public_key().encrypt(plain, OAEP_SHA256)


def in_text() -> Terminal:
    terminal = Terminal()
    terminal.select(TEXT)
    terminal.verify("0011", "2345")
    return terminal


def begin(terminal: Terminal) -> Session:
    assert terminal.send(f"80AE0000 000100 {seed_cryptogram(terminal).hex()}").sw == "9000"
    return Session(terminal)


def test_my_number_is_read_enciphered() -> None:
    session = begin(in_text())
    assert session.with_data("08A4020C", bytes.fromhex("0001")).sw == "9000"

    assert session.read(17) == bytes.fromhex("FF100C") + b"123456789018" + b"\xff\xff"


def test_a_long_file_is_read_enciphered() -> None:
    session = begin(in_text())
    session.with_data("08A4020C", bytes.fromhex("0004"))

    assert session.read(200)[:5].hex() == "7f21820233"
    assert len(session.read(100)) == 100
    assert len(session.read(300)) == 300
    assert len(session.read(0)) == 568, "no length: the whole file"


def test_a_pin_is_presented_enciphered() -> None:
    session = begin(in_text())
    session.with_data("08A4020C", bytes.fromhex("0015"))

    assert session.with_data("08200080", b"00000000000000").sw == "63C9"
    assert session.with_data("08200080", b"04022920355678").sw == "9000"


def test_refused_commands_count_too() -> None:
    session = begin(in_text())
    assert session.with_data("08A4020C", bytes.fromhex("7777")).sw == "6A82"
    assert session.with_data("08A4020C", bytes.fromhex("0008")).sw == "9000"
    assert session.send("08B00000 05 9603 000010 00").sw == "6982"

    assert session.with_data("08A4020C", bytes.fromhex("0001")).sw == "9000"


def test_a_wrong_cryptogram_ends_the_session_for_good() -> None:
    session = begin(in_text())
    assert session.send("08A4020C 13 8611 01" + "00" * 16).sw == "6988"
    assert session.with_data("08A4020C", bytes.fromhex("0001")).sw == "69FC"


@pytest.mark.parametrize(
    "padded", [bytes(16), b"\x00\x01" + bytes(14), b"\x00\x01" + bytes(13) + b"\x80" + bytes(16)]
)
def test_a_padding_in_a_wrong_form(padded: bytes) -> None:
    session = begin(in_text())

    assert session.with_padded("08A4020C", padded).sw == "6988"


@pytest.mark.parametrize(
    "data",
    ["00", "8600", "8601", "860102", "8611 02" + "00" * 16, "8702 0100", "8681", "8602 0100", "9603 000001"],
)
def test_data_that_are_no_cryptogram(data: str) -> None:
    session = begin(in_text())
    size = len(bytes.fromhex(data))

    assert session.send(f"08A4020C {size:02X} {data}").sw == "6988"


@pytest.mark.parametrize("data", ["9602 0010", "9604 00000010", "8603 000010", "96", "00"])
def test_data_that_are_no_expected_length(data: str) -> None:
    session = begin(in_text())
    session.with_data("08A4020C", bytes.fromhex("0001"))
    size = len(bytes.fromhex(data))

    assert session.send(f"08B00000 {size:02X} {data} 00").sw == "6988"


def test_only_three_commands_go_under_a_session() -> None:
    session = begin(in_text())

    assert session.send("08840000 08").sw == "6882"


def test_a_checksum_is_asked_for_in_vain() -> None:
    session = begin(in_text())

    assert session.send("0CB00000 05 9603 000011 00").sw == "6987"


def test_selecting_an_application_ends_the_session() -> None:
    session = begin(in_text())
    session.terminal.select(TEXT)

    assert session.with_data("08A4020C", bytes.fromhex("0001")).sw == "69FC"


def test_a_session_needs_a_pin_first() -> None:
    terminal = in_text()
    cryptogram = seed_cryptogram(terminal)
    terminal.select(TEXT)

    assert terminal.send(f"80AE0000 000100 {cryptogram.hex()}").sw == "6982"


@pytest.mark.parametrize(
    "plain", [SEED, bytes.fromhex("A0228021") + SEED, bytes.fromhex("A0228020") + SEED[:-1]]
)
def test_a_seed_in_a_wrong_form(plain: bytes) -> None:
    terminal = in_text()

    assert terminal.send(f"80AE0000 000100 {seed_cryptogram(terminal, plain).hex()}").sw == "6A80"


@pytest.mark.parametrize(("data", "sw"), [("FF" * 256, "6F00"), ("00" * 255 + "02", "6A80")])
def test_what_is_no_cryptogram_of_the_key(data: str, sw: str) -> None:
    assert in_text().send(f"80AE0000 000100 {data}").sw == sw


@pytest.mark.parametrize(
    ("application", "sw"), [(SHARED, "66F1"), (SURFACE, "66F1"), (JPKI, "6982"), (RESIDENT_REGISTER, "6982")]
)
def test_other_applications_offer_no_session(application: str, sw: str) -> None:
    terminal = Terminal()
    terminal.select(application)

    assert terminal.send("80AE0000 000100" + "00" * 256).sw == sw
