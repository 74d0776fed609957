"""The chip as data: what public sources say of applications, PINs and keys, and where each statement comes from."""

import pytest
from jpki_spec.card import (
    APPLICATIONS,
    CARD_SOURCES,
    FACTS,
    FILES,
    OPERATIONS,
    PINS,
    SECRETS,
    STATUSES,
    CardFile,
)
from jpki_spec.card_readings import CARD_READINGS, UnknownCardReading, card_readings
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import READINGS
from jpki_spec.rules import card  # noqa: F401 (registers the rules of the card)
from jpki_spec.rules.registry import CARD_RULES, RULES, Rule

# Written down from the tables of clients and probes of cards, not from card.toml.
IDENTIFIERS = {
    "jpki": "D3 92 F0 00 26 01 00 00 00 01",
    "card-surface": "D3 92 10 00 31 00 01 01 04 02",
    "text": "D3 92 10 00 31 00 01 01 04 08",
    "resident-register": "D3 92 10 00 31 00 01 01 04 01",
    "common": "D3 92 10 00 31 00 01 01 01 00",
}
TRIES = {
    "jpki/0018": 3,
    "jpki/001B": 5,
    "card-surface/0011": 10,
    "card-surface/0012": 10,
    "card-surface/0013": 10,
    "text/0011": 3,
    "text/0012": 0,
    "text/0014": 10,
    "text/0015": 10,
    "resident-register/001C": 3,
    "common/001C": 3,
}
LENGTHS = {
    "authentication": (4, 4),
    "signature": (6, 16),
    "text": (4, 4),
    "resident-register": (4, 4),
    "code-a": (12, 12),
    "code-b": (14, 14),
    "birth-date": (6, 6),
}
OPENED_BY = {
    "jpki/0001": {"jpki/001B"},
    "jpki/0017": {"jpki/0018"},
    "jpki/001A": {"jpki/001B"},
    "card-surface/0001": {"card-surface/0011"},
    "card-surface/0002": {"card-surface/0012", "card-surface/0013"},
    "card-surface/0005": {"card-surface/0013"},
    "text/0001": {"text/0011", "text/0014"},
    "text/0002": {"text/0011", "text/0015"},
}
FREE = [
    "jpki/0002",
    "jpki/0006",
    "jpki/0008",
    "jpki/000A",
    "jpki/000B",
    "text/0004",
    "text/0005",
    "common/0001",
]


def test_applications_have_the_identifiers_that_clients_select() -> None:
    assert {id: a.identifier for id, a in APPLICATIONS.items()} == {
        id: bytes.fromhex(text) for id, text in IDENTIFIERS.items()
    }


def test_pins_have_their_number_of_tries() -> None:
    assert {id: pin.all_tries(card_readings()) for id, pin in PINS.items()} == TRIES


def test_secrets_have_the_lengths_that_holders_are_told() -> None:
    assert {id: (s.least, s.most) for id, s in SECRETS.items()} == LENGTHS


@pytest.mark.parametrize(("file", "pins"), OPENED_BY.items(), ids=OPENED_BY)
def test_a_protected_file_is_opened_by_these_pins(file: str, pins: set[str]) -> None:
    assert set(FILES[file].openers(card_readings())) == pins
    assert not FILES[file].is_free(card_readings())


@pytest.mark.parametrize("file", FREE)
def test_a_free_file_asks_for_no_pin(file: str) -> None:
    assert FILES[file].is_free(card_readings())


def test_the_authorities_certificates_are_protected_under_another_reading() -> None:
    protected = card_readings({"authority_certificates": "pin"})

    assert FILES["jpki/0002"].openers(protected) == ("jpki/001B",)
    assert FILES["jpki/000B"].openers(protected) == ("jpki/0018",)


def test_code_b_has_three_tries_under_another_reading() -> None:
    assert PINS["text/0015"].all_tries(card_readings({"code_b_tries": "3"})) == 3


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_file_stands_in_an_application_and_is_opened_by_pins_that_are_there(file: CardFile) -> None:
    assert file.application in APPLICATIONS
    assert set(file.openers(card_readings())) <= set(PINS)
    assert file.identifier not in APPLICATIONS[file.application].undetermined


@pytest.mark.parametrize("table", [APPLICATIONS, SECRETS, FILES, FACTS], ids=["AP", "secret", "file", "fact"])
def test_every_entry_names_its_source_and_how_sure_it_is(table: dict[str, CardFile]) -> None:
    for entry in table.values():
        assert entry.origin.source in CARD_SOURCES
        assert entry.origin.confidence in ("seen", "run", "told", "open")


def test_a_fact_that_is_open_names_its_reading_or_reading_its_facts() -> None:
    for fact in FACTS.values():
        assert fact.reading in ("", *CARD_READINGS), fact.id
        assert fact.reading or fact.origin.confidence != "open", fact.id
    for reading in CARD_READINGS.values():
        assert reading.facts
        assert set(reading.facts) <= set(FACTS), reading.id


def test_readings_of_the_card_are_of_another_kind_than_those_of_the_law() -> None:
    assert not set(CARD_READINGS) & set(READINGS)
    assert not set(CARD_RULES) & set(RULES)


def test_the_default_of_a_reading_is_its_first_answer_and_it_has_others() -> None:
    for reading in CARD_READINGS.values():
        assert reading.default == next(iter(reading.alternatives)), reading.id
        assert len(reading.alternatives) > 1


@pytest.mark.parametrize("rule", CARD_RULES.values(), ids=CARD_RULES)
def test_a_rule_of_the_card_cites_facts_and_clauses_that_exist(rule: Rule) -> None:
    assert rule.facts
    assert set(rule.facts) <= set(FACTS)
    assert set(rule.clauses) <= set(CLAUSES)
    assert rule.id.startswith("card.")
    assert rule.title.ja
    assert not rule.title.ja.isascii()


def test_every_fact_is_cited_by_a_rule() -> None:
    assert {fact for rule in CARD_RULES.values() for fact in rule.facts} == set(FACTS)


def test_texts_are_there_in_both_languages() -> None:
    texts = [entry.title for table in (APPLICATIONS, SECRETS, FILES, OPERATIONS) for entry in table.values()]
    texts += [status.text for status in STATUSES.values()] + [fact.text for fact in FACTS.values()]
    for text in texts:
        assert text.en
        assert text.ja


def test_an_unknown_reading_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownCardReading, match=r"'blocked_statu' \(did you mean 'blocked_status'\?\)"):
        card_readings({"blocked_statu": "6983"})


def test_an_unknown_answer_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownCardReading, match="6984, 6983"):
        card_readings({"blocked_status": "9000"})


def test_alternatives_differ_in_one_answer_on_which_answers_hang() -> None:
    default = card_readings()
    for other in default.alternatives():
        ((question, _),) = default.difference(other).items()
        assert CARD_READINGS[question].decides == "answers"
