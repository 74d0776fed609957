"""Readers that are not there, and what PC/SC's codes tell people; real exchanges are in tests/interop."""

import sys
from types import SimpleNamespace

import pytest
from jpki_oracle.card import pcsc
from jpki_oracle.card.address import open_slot
from jpki_oracle.card.pcsc import choose_reader, pcsc_failure
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.commands.doctor import examine

# The codes of PC/SC's winscard.h.
CODES = {
    "SCARD_S_SUCCESS": 0,
    "SCARD_E_NO_SERVICE": 0x8010001D,
    "SCARD_E_NO_READERS_AVAILABLE": 0x8010002E,
    "SCARD_E_UNKNOWN_READER": 0x80100009,
    "SCARD_E_NO_SMARTCARD": 0x8010000C,
    "SCARD_W_REMOVED_CARD": 0x80100069,
    "SCARD_E_SHARING_VIOLATION": 0x8010000B,
    "SCARD_W_RESET_CARD": 0x80100068,
    "SCARD_W_UNRESPONSIVE_CARD": 0x80100066,
    "SCARD_E_PROTO_MISMATCH": 0x8010000F,
    "SCARD_E_TIMEOUT": 0x8010000A,
    "SCARD_F_COMM_ERROR": 0x80100013,
}
SCARD = SimpleNamespace(**CODES, SCARD_SCOPE_USER=0, SCardGetErrorMessage=lambda code: " something else. ")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("SCARD_E_NO_SERVICE", "no_support", "apt install pcscd"),
        ("SCARD_E_NO_READERS_AVAILABLE", "no_reader", "connect one"),
        ("SCARD_E_UNKNOWN_READER", "gone", "the reader is gone"),
        ("SCARD_E_NO_SMARTCARD", "no_card", "no card is in the reader"),
        ("SCARD_W_REMOVED_CARD", "torn", "was taken out of the reader"),
        ("SCARD_E_SHARING_VIOLATION", "busy", "another program uses the card"),
        ("SCARD_W_RESET_CARD", "busy", "another program has reset the card"),
        ("SCARD_W_UNRESPONSIVE_CARD", "silent", "turn it round"),
        ("SCARD_E_PROTO_MISMATCH", "foreign", "nothing was sent to it"),
        ("SCARD_E_TIMEOUT", "late", "did not answer in time"),
        ("SCARD_F_COMM_ERROR", "torn", "broke off"),
    ],
)
def test_each_code_of_the_standard_says_what_to_do(code, kind, words):
    failure = pcsc_failure(SCARD, CODES[code], "the reader")
    assert failure.kind is CardFailureKind(kind)
    assert words in failure.detail


def test_another_code_is_shown_with_its_number():
    failure = pcsc_failure(SCARD, 0x80100001 - (1 << 32), "the reader")
    assert failure.detail == "the reader: something else. (PC/SC code 80100001)"


def test_without_pyscard_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    with pytest.raises(CardFailure, match=r"jpki-oracle\[pcsc\]") as caught:
        open_slot("pcsc:0")
    assert caught.value.kind is CardFailureKind.NO_SUPPORT


def test_without_a_service_it_is_said_how_to_start_it(monkeypatch):
    scard = SimpleNamespace(
        **vars(SCARD), SCardEstablishContext=lambda scope: [CODES["SCARD_E_NO_SERVICE"], 0]
    )
    monkeypatch.setattr(pcsc, "_library", lambda: scard)
    for act in (lambda: open_slot("pcsc:0"), pcsc.readers):
        with pytest.raises(CardFailure, match="the PC/SC service does not run"):
            act()


def doctor_on(name: str):
    return next(part for part in examine() if part.name == name)


def test_the_doctor_names_the_readers_that_there_are(monkeypatch):
    monkeypatch.setattr(pcsc, "readers", lambda: ["ACS ACR39U 00 00", "Sony FeliCa"])
    assert doctor_on("readers").found == "ACS ACR39U 00 00; Sony FeliCa"
    monkeypatch.setattr(pcsc, "readers", list)
    part = doctor_on("readers")
    assert (part.found, part.remedy, part.required) == (None, "connect a card reader", False)


def test_the_doctor_says_what_to_do_without_pyscard(monkeypatch):
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    part = doctor_on("readers")
    assert part.found is None
    assert "jpki-oracle[pcsc]" in part.remedy


READERS = ["ACS ACR39U 00 00", "Sony FeliCa RC-S300/P 01 00", "Sony FeliCa RC-S300/P 02 00"]


@pytest.mark.parametrize(
    ("wanted", "chosen"), [(READERS[1], 1), ("0", 0), ("2", 2), ("acr39", 0), ("P 02", 2)]
)
def test_a_reader_is_named_by_its_number_its_name_or_a_part(wanted, chosen):
    assert choose_reader(wanted, READERS) == READERS[chosen]


@pytest.mark.parametrize(
    ("wanted", "names", "words"),
    [
        ("", [], "no card reader is connected"),
        ("0", [], "no card reader is connected"),
        ("", READERS, "there are several readers; name one of them, or its number: 0: ACS"),
        ("sony", READERS, "several readers fit; name one of them"),
        ("3", READERS[:1], "no reader is called '3'"),
        ("Gemalto", READERS, "no reader is called 'Gemalto'"),
    ],
)
def test_what_names_no_reader_is_told_with_all_there_are(wanted, names, words):
    with pytest.raises(CardFailure) as caught:
        choose_reader(wanted, names)
    assert caught.value.kind is CardFailureKind.NO_READER
    assert words in caught.value.detail
