"""What a life must look like to be one that can happen: ordinary lives do, each impossible one breaks one rule."""

from datetime import date

import pytest
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import compile_terms
from jpki_model.life import life
from jpki_spec.assumptions import ASSUMPTIONS, Assumption, assumptions_on
from jpki_spec.fields import DATE_FIELDS, FIELDS
from jpki_spec.laws import EDITIONS, law
from jpki_spec.terms import LIFE

CURRENT = law("2024-05-27")
ASSUMED = pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=ASSUMPTIONS)
A_DAY = date(2024, 6, 3)


def broken(row: dict[str, str], edition: str = "2024-05-27") -> list[str]:
    """The assumptions that a life does not meet."""
    values = life(row).values()
    terms = [assumption.holds(LIFE, law(edition)) for assumption in ASSUMPTIONS.values()]
    return [id for id, holds in zip(ASSUMPTIONS, compile_terms(terms)(values), strict=True) if not holds]


ORDINARY: dict[str, dict[str, str]] = {
    "nothing at all": {},
    "somebody born": {"birth": "1990-06-15"},
    "an adult with a card": {
        "birth": "1990-06-15",
        "card_requested": "2024-12-20",
        "card_issued": "2025-01-20",
        "signature_issued": "2025-02-10",
        "authentication_issued": "2025-02-10",
    },
    "a leapling who renews on the last day": {
        "birth": "2004-02-29",
        "card_requested": "2026-02-28",
        "card_issued": "2026-03-10",
        "card_renewal": "window",
        "signature_issued": "2026-03-10",
        "authentication_issued": "2026-03-10",
    },
    "a child of the day": {
        "birth": "2024-02-29",
        "card_requested": "2024-02-29",
        "card_issued": "2024-03-14",
    },
    "a certificate renewed three months early": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "authentication_issued": "2029-03-16",
        "authentication_renewal": "window",
    },
    "a stay with an end": {
        "birth": "1990-06-15",
        "residence": "limited",
        "stay_expires": "2027-03-31",
        "card_issued": "2025-01-20",
    },
    "a newborn whose sixty days run": {
        "birth": "2025-01-02",
        "residence": "transitional",
        "card_issued": "2025-01-20",
    },
    "a loss of nationality": {
        "birth": "1990-06-15",
        "residence": "transitional",
        "nationality_lost": "2025-01-02",
        "card_issued": "2025-01-20",
    },
    "a move and another": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "moveout_notified": "2025-03-20",
        "moveout_planned": "2025-03-28",
        "moved_in": "2025-04-01",
        "movein_notified": "2025-04-14",
        "card_presented": "2025-04-14",
        "moved_out_again": "2025-09-30",
    },
    "a move that was notified late": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "moveout_notified": "2025-04-10",
        "moveout_planned": "2025-03-28",
        "moved_in": "2025-03-28",
    },
    "somebody who leaves with the card": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "card_presented_abroad": "2025-05-30",
        "left_japan": "2025-06-01",
    },
    "a death that was recorded later": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "died": "2025-06-01",
        "revocation_recorded": "2025-06-05",
    },
    "a card that is given back, and what else may come": {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "signature_issued": "2025-01-20",
        "record_corrected": "2025-02-01",
        "correction": "name",
        "signature_revocation_requested": "2025-03-01",
        "authentication_revocation_requested": "2025-03-01",
        "card_returned": "2025-03-02",
        "reissue_requested": "2025-03-03",
        "record_deleted": "2025-03-04",
        "revocation_recorded": "2025-03-05",
    },
    "somebody of 130": {"birth": "1895-06-15", "card_issued": "2025-12-31"},
}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("row", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_life_can_happen(row: dict[str, str], edition: str) -> None:
    assert broken(row, edition) == []


MOVED = ORDINARY["a move and another"]
CARD = ORDINARY["an adult with a card"]
IMPOSSIBLE = [
    ("card-requested-before-card-issued", CARD | {"card_requested": "2025-01-21"}),
    ("card-issued-within-a-year-of-card-requested", CARD | {"card_requested": "2024-01-19"}),
    ("signature-on-valid-card", CARD | {"signature_issued": "2025-01-19"}),
    ("authentication-on-valid-card", CARD | {"authentication_issued": "2034-06-16"}),
    ("card-renewed-in-window", CARD | {"card_renewal": "window"}),
    (
        "authentication-renewed-in-window",
        ORDINARY["a certificate renewed three months early"] | {"authentication_issued": "2029-03-15"},
    ),
    ("stay-has-end", CARD | {"stay_expires": "2026-01-01"}),
    ("stay-has-end", CARD | {"residence": "limited"}),
    (
        "card-issued-before-stay-expires",
        ORDINARY["a stay with an end"] | {"card_issued": "2027-04-01"},
    ),
    ("nationality-lost-is-transitional", CARD | {"nationality_lost": "2024-01-01"}),
    ("at-most-130-years-old", {"birth": "1895-06-15", "card_issued": "2026-01-01"}),
    (
        "card-issued-before-died",
        CARD | {"died": "2025-01-19", "signature_issued": "", "authentication_issued": ""},
    ),
    ("moveout-notified-before-movein-notified", MOVED | {"moveout_notified": "2025-04-15"}),
    ("moved-in-before-movein-notified", MOVED | {"movein_notified": "2025-03-31"}),
    ("movein-notified-before-card-presented", MOVED | {"card_presented": "2025-04-13"}),
    ("card-presented-before-moved-out-again", MOVED | {"moved_out_again": "2025-04-13"}),
    ("moveout-planned-needs-moveout-notified", MOVED | {"moveout_notified": ""}),
    ("moveout-notified-needs-moveout-planned", MOVED | {"moveout_planned": ""}),
    ("card-presented-needs-movein-notified", MOVED | {"movein_notified": ""}),
    ("moveout-planned-within-a-year-of-moveout-notified", MOVED | {"moveout_planned": "2026-03-21"}),
    ("moveout-notified-within-a-year-of-moveout-planned", MOVED | {"moveout_planned": "2024-03-19"}),
    (
        "card-presented-abroad-before-left-japan",
        CARD | {"card_presented_abroad": "2025-06-02", "left_japan": "2025-06-01"},
    ),
    ("card-presented-abroad-needs-left-japan", CARD | {"card_presented_abroad": "2025-06-02"}),
]


@pytest.mark.parametrize(
    ("id", "row"), IMPOSSIBLE, ids=[f"{id}-{number}" for number, (id, _) in enumerate(IMPOSSIBLE)]
)
def test_a_life_that_cannot_happen_breaks_the_assumption_that_says_so(id: str, row: dict[str, str]) -> None:
    assert broken(row) == [id]


@pytest.mark.parametrize("name", [name for name in DATE_FIELDS if name != "birth"])
def test_nothing_comes_before_birth(name: str) -> None:
    holds = compile_terms([ASSUMPTIONS[f"birth-before-{name}".replace("_", "-")].holds(LIFE, CURRENT)])
    assert holds({"birth": A_DAY, name: date(2024, 6, 2)}) == (False,)
    assert holds({"birth": A_DAY, name: A_DAY}) == (True,)


@ASSUMED
def test_an_assumption_is_told_in_both_languages_and_speaks_of_fields_that_exist(
    assumption: Assumption,
) -> None:
    assert assumption.text.en.strip()
    assert not assumption.text.ja.isascii()
    assert assumption.fields
    assert assumption.fields <= set(FIELDS)


@ASSUMED
def test_an_assumption_is_met_by_leaving_its_fields_out(assumption: Assumption) -> None:
    nothing = {name: field.default or NEVER_DAY for name, field in FIELDS.items()}
    for edition in EDITIONS:
        assert compile_terms([assumption.holds(LIFE, law(edition))])(nothing) == (True,)


def test_every_date_can_be_in_a_life_that_can_happen() -> None:
    assert {name for row in ORDINARY.values() for name in row} >= set(DATE_FIELDS)


def test_an_assumption_is_taken_in_when_all_its_fields_are_there() -> None:
    assert [each.id for each in assumptions_on({"birth", "died"})] == ["birth-before-died"]
    assert assumptions_on({"died", "residence"}) == []
    assert len(assumptions_on(set(FIELDS))) == len(ASSUMPTIONS)
