"""A card for a life: what the issuer writes on it, from the dates of the rules, signed so that others can check it."""

import hashlib
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from card_terminal import JPKI, SURFACE, TEXT, Terminal
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.issuing import EXAMPLE_SECRETS, CardDates, Issue, PersonalisationError, issue_card
from jpki_model.card.personalisation import personalise
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER
from jpki_model.card.profile import profile
from jpki_model.life import life
from jpki_model.pki.keys import KeyRing, new_keys

BOTH = {
    "birth": "1992-02-29",
    "card_issued": "2020-06-01",
    "signature_issued": "2020-06-01",
    "authentication_issued": "2020-06-01",
}


@pytest.fixture(scope="module")
def keys() -> KeyRing:
    from jpki_model.card.issuing import KEY_NAMES

    return new_keys(KEY_NAMES)


def card_of(row: dict[str, str], keys: KeyRing, behaviour: str = "probed") -> Terminal:
    return Terminal(card=EmulatedCard(personalise(life(row), keys=keys), profile(behaviour)))


def certificate(terminal: Terminal, file: str) -> x509.Certificate:
    data = terminal.read_whole(file)
    return x509.load_der_x509_certificate(data[: int.from_bytes(data[2:4], "big") + 4])


def objects(data: bytes) -> dict[str, bytes]:
    """The BER-TLV data objects in some bytes, by their tags; filler ends them."""
    found: dict[str, bytes] = {}
    while data and data[:2] != b"\xff\xff":
        tag_size = 2 if data[0] & 0x1F == 0x1F else 1
        tag, data = data[:tag_size].hex().upper(), data[tag_size:]
        count = data[0] - 0x80 if data[0] > 0x80 else 0
        length = int.from_bytes(data[1 : 1 + count], "big") if count else data[0]
        found[tag], data = data[1 + count : 1 + count + length], data[1 + count + length :]
    return found


def rsa_key(data: bytes) -> RSAPublicKey:
    parts = objects(data)
    numbers = (int.from_bytes(parts[tag], "big") for tag in ("90", "91"))
    return RSAPublicNumbers(*numbers).public_key()


def tlv(tag: str, value: bytes) -> bytes:
    size = len(value)
    length = (
        bytes((size,))
        if size < 128
        else bytes((0x81, size))
        if size < 256
        else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes.fromhex(tag) + length + value


def test_certificates_end_with_the_last_valid_day_in_japan(keys: KeyRing) -> None:
    """Born on 29 February 1992, issued on 1 June 2020: the fifth birthday is in 2025, kept on the 28th."""
    terminal = card_of(BOTH, keys)
    terminal.select(JPKI)
    terminal.verify("001B", "PASSWORD1")

    for file in ("0001", "000A"):
        assert certificate(terminal, file).not_valid_after_utc == datetime(
            2025, 2, 28, 14, 59, 59, tzinfo=UTC
        )


def test_the_cards_own_end_is_on_it_in_three_places(keys: KeyRing) -> None:
    """The tenth birthday after the issue is in 2030."""
    terminal = card_of(BOTH, keys)
    assert terminal.send("00CA00F2 00").data == b"20300228"
    assert terminal.send("00A4040C 0A D3921000310001010100").sw == "9000"
    assert terminal.send("00B2010C 00").data.endswith(b"20300228")
    terminal.select(SURFACE)
    assert terminal.verify("0012", "040229" + "2030" + "5678").sw == "9000"
    assert objects(objects(terminal.read_whole("0002"))["FF20"])["DF29"] == b"20300228"


@pytest.mark.parametrize(
    ("behaviour", "availability", "select", "read"),
    [
        ("probed", "008f00", "9000", "6982"),
        ("probed,availability_when_absent=FF", "ff8f00", "9000", "6982"),
        ("probed,missing_certificate=absent", "008f00", "6A82", "6A82"),
    ],
)
def test_a_certificate_that_was_never_issued(
    keys: KeyRing, behaviour: str, availability: str, select: str, read: str
) -> None:
    """A child's card has no signature certificate."""
    child = {"birth": "2015-05-05", "card_issued": "2020-06-01", "authentication_issued": "2020-06-01"}
    terminal = card_of(child, keys, behaviour)
    terminal.select(JPKI)

    assert terminal.read("0008").data.hex() == availability
    assert terminal.file("0001").sw == select
    assert terminal.read("0001").sw == read
    assert terminal.send("802A009A 01 00 00").sw == "6986", "no key to sign with"
    assert terminal.verify("0018", "1234").sw == "9000"


def test_the_file_of_a_certificate_never_issued_is_filler(keys: KeyRing) -> None:
    child = {"birth": "2015-05-05", "card_issued": "2020-06-01"}
    terminal = card_of(child, keys)
    terminal.select(JPKI)

    assert set(terminal.read_whole("000A")) == {0xFF}


@pytest.mark.parametrize(
    ("row", "told"), [({"birth": "1992-02-29"}, "`card_issued`"), ({"card_issued": "2020-06-01"}, "`birth`")]
)
def test_a_life_without_a_card_gives_none(row: dict[str, str], told: str, keys: KeyRing) -> None:
    with pytest.raises(PersonalisationError, match=told):
        personalise(life(row), keys=keys)


def test_a_card_does_not_know_that_it_expired_or_lapsed(keys: KeyRing) -> None:
    """An old card, of somebody who has left the country since, signs like any other."""
    terminal = card_of({**BOTH, "left_japan": "2021-01-01"}, keys)
    terminal.select(JPKI)
    terminal.verify("0018", "1234")

    assert terminal.send("802A0097 01 00 00").sw == "9000"


def test_a_pin_in_a_wrong_form_is_refused_without_being_told(keys: KeyRing) -> None:
    with pytest.raises(PersonalisationError) as failure:
        issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, replace(EXAMPLE_SECRETS, signature="secret"), keys)

    assert (
        str(failure.value)
        == "the signature PIN has 6 to 16 capital letters and digits; the one given has not"
    )


def test_certificates_are_replaced_while_pins_and_counters_stay(keys: KeyRing) -> None:
    card = EmulatedCard(issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, keys=keys))
    terminal = Terminal(card=card)
    terminal.select(JPKI)
    terminal.verify("0018", "1234")
    terminal.send("00240198 04 30303030")
    terminal.verify("0018", "9999")
    before = certificate(terminal, "000A")
    new = Issue(date(2029, 12, 1), date(2035, 2, 28))
    renewed = CardDates(EXAMPLE_DATES.card_expires, new, new)
    other_keys = {**keys, **new_keys(("authentication_key", "signature_key"))}
    card.update(issue_card(EXAMPLE_HOLDER, renewed, keys=other_keys))
    terminal.select(JPKI)

    after = certificate(terminal, "000A")
    assert after.serial_number != before.serial_number
    assert after.not_valid_after_utc == datetime(2035, 2, 28, 14, 59, 59, tzinfo=UTC)
    assert terminal.tries("0018").sw == "63C2"
    assert terminal.verify("0018", "0000").sw == "9000"


def test_secrets_are_not_in_what_is_printed(keys: KeyRing) -> None:
    secrets = replace(EXAMPLE_SECRETS, authentication="8642", text="9753", resident_register="7531")
    printed = repr(issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, secrets, keys)) + repr(secrets)

    for secret in ("8642", "9753", "7531", "PASSWORD1", "123456789018", "JPKI-SIM issuer!"):
        assert secret not in printed


def test_the_card_itself_loads_no_rules() -> None:
    program = (
        "import sys; from jpki_model.card.presets import example_card; example_card().power_on();"
        "print([name for name in sys.modules if name.startswith(('jpki_spec', 'z3'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# The files of the text application


def opened_text() -> Terminal:
    terminal = Terminal()
    terminal.select(TEXT)
    terminal.verify("0011", "2345")
    return terminal


def test_my_number_as_text_fills_seventeen_bytes() -> None:
    assert opened_text().read_whole("0001") == b"\xff\x10\x0c123456789018\xff\xff"


def test_the_four_attributes_stand_where_the_table_says() -> None:
    whole = opened_text().read_whole("0002")
    table = objects(objects(whole)["FF20"])["DF21"]

    assert table[:2].hex() == "000e"
    texts = []
    for at in struct.unpack(">4H", table):
        (value,) = objects(whole[at : at + 3 + whole[at + 2]]).values()
        texts.append(value.decode())
    assert texts == ["見本　花子", "見本県見本市見本町１丁目２番３号", "19920229", "2"]


def test_the_text_files_are_signed_by_the_certified_key() -> None:
    terminal = opened_text()
    certified = objects(objects(terminal.read_whole("0004"))["7F21"])["5F4E"]
    signed = objects(objects(terminal.read_whole("0003"))["FF30"])
    attributes = objects(objects(terminal.read_whole("0002"))["FF20"])
    values = b"".join(tlv(tag, attributes[tag]) for tag in ("DF22", "DF23", "DF24", "DF25"))

    assert signed["DF31"] == hashlib.sha256(terminal.read_whole("0001")).digest()
    assert signed["DF32"] == hashlib.sha256(values).digest()
    message = tlv("DF31", signed["DF31"]) + tlv("DF32", signed["DF32"])
    rsa_key(certified[32:]).verify(signed["DF33"], message, PKCS1v15(), SHA256())


def test_a_long_address_shifts_the_table_by_the_longer_head(keys: KeyRing) -> None:
    holder = replace(EXAMPLE_HOLDER, address="見" * 60)
    terminal = Terminal(card=EmulatedCard(issue_card(holder, EXAMPLE_DATES, keys=keys)))
    terminal.select(TEXT)
    terminal.verify("0011", "2345")
    whole = terminal.read_whole("0002")

    assert whole[:3].hex() == "ff2081"
    assert whole[4:9].hex() == "df2108000f"


# The files of the surface application


def opened_surface(pin: str, value: str) -> Terminal:
    terminal = Terminal()
    terminal.select(SURFACE)
    assert terminal.verify(pin, value).sw == "9000"
    return terminal


def test_the_age_record() -> None:
    whole = opened_surface("0011", "040229").read_whole("0001")

    assert whole[:5].hex() == "ff1082021e"
    assert objects(objects(whole)["FF10"])["DF11"] == b"19920229"


def test_the_card_face_is_signed_over_three_hashes_and_dates_stand_outside() -> None:
    terminal = opened_surface("0012", "04022920355678")
    face = objects(objects(terminal.read_whole("0002"))["FF20"])
    certified = objects(objects(terminal.read_whole("0004"))["7F21"])["5F4E"]
    groups = (("DF22", "DF23", "DF24"), ("DF25", "DF26"), ("DF27",))
    hashes = [hashlib.sha256(b"".join(tlv(tag, face[tag]) for tag in group)).digest() for group in groups]

    assert list(face)[-3:] == ["DF28", "DF29", "DF2A"]
    digest = hashlib.sha256(b"".join(hashes)).digest()
    rsa_key(certified[32:]).verify(face["DF28"], digest, PKCS1v15(), Prehashed(SHA256()))


def test_pictures_have_their_formats_and_sizes() -> None:
    terminal = opened_surface("0013", "123456789018")
    face = objects(objects(terminal.read_whole("0002"))["FF20"])
    number = objects(objects(terminal.read_whole("0005"))["FF40"])["DF41"]

    for picture, size in ((number, (72, 12)), (face["DF2A"], (24, 12))):
        assert picture.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", *size))
    assert face["DF27"][4:8] == b"jP  "


def test_a_card_verifiable_certificate_is_signed() -> None:
    terminal = Terminal()
    upper = objects(terminal.send("00CA00F8 000000").data)
    lower = objects(objects(terminal.send("00CA7F21 000000").data)["7F21"])

    assert (len(upper["5F4E"]), len(upper["5F37"])) == (297, 256)
    issuer = rsa_key(upper["5F4E"][32:])
    issuer.verify(lower["5F37"], lower["5F4E"], PKCS1v15(), SHA256())
    assert lower["5F4E"][:16] == terminal.send("00CA00F7 00").data == upper["5F4E"][16:32]
