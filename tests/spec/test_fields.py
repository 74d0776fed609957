"""The row: its table, the symbolic life and what is promised about its names."""

import dataclasses

import pytest
from jpki_spec.fields import (
    CHOICE_FIELDS,
    DATE_FIELDS,
    DATE_OUTPUTS,
    FIELDS,
    ITEMS,
    OUTPUTS,
    STATES,
    VALIDITY_OUTPUTS,
    Field,
    Text,
    read_toml,
)
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import CHOICES, DATE, LIFE, Date, Life

# Typed from the published names, with the two fields that were added since: nationality_lost, revocation_recorded
DATES = [
    *("birth", "stay_expires", "nationality_lost"),
    *("card_requested", "card_issued", "signature_issued"),
    *("authentication_issued", "moveout_notified", "moveout_planned"),
    *("moved_in", "movein_notified", "card_presented"),
    *("moved_out_again", "left_japan", "card_presented_abroad"),
    *("record_corrected", "died", "record_deleted"),
    *("card_returned", "reissue_requested", "signature_revocation_requested"),
    *("authentication_revocation_requested", "revocation_recorded"),
]
CHOICES_BY_DESIGN = {
    "residence": ("citizen", "permanent", "limited", "landing", "transitional"),
    "card_renewal": ("none", "window", "overseas", "full_notes", "other"),
    "signature_renewal": ("none", "window"),
    "authentication_renewal": ("none", "window"),
    "correction": ("name", "address", "birth", "sex", "minor"),
}
OUTPUTS_BY_DESIGN = [
    *("card_expires", "signature_expires", "authentication_expires"),
    *("card_renewable_from", "signature_renewable_from", "authentication_renewable_from"),
    *("card_lapses", "signature_revoked", "authentication_revoked"),
    *("card_ends", "signature_ends", "authentication_ends"),
    *("age",),
]


def test_the_table_has_exactly_the_fields_of_the_symbolic_life() -> None:
    assert [field.name for field in dataclasses.fields(Life)] == list(FIELDS)
    assert [row["name"] for row in read_toml("fields.toml")["field"]] == list(FIELDS)


def test_fields_are_those_of_the_design() -> None:
    assert list(DATE_FIELDS) == DATES
    assert {name: FIELDS[name].values for name in CHOICE_FIELDS} == CHOICES_BY_DESIGN


def test_outputs_are_those_of_the_design() -> None:
    assert list(OUTPUTS) == OUTPUTS_BY_DESIGN
    assert set(DATE_OUTPUTS) == set(OUTPUTS) - {"age"}
    assert len(VALIDITY_OUTPUTS) == 6


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_rulebook_has_a_term_for_every_output_and_every_item(edition: str) -> None:
    book = rulebook(law(edition))
    assert list(book.outputs) == list(OUTPUTS)
    assert list(book.states) == list(book.causes) == list(ITEMS)
    assert {name for name, term in book.outputs.items() if term.sort() == DATE} == set(DATE_OUTPUTS)


def test_states_are_those_of_the_design() -> None:
    assert STATES == {
        "card": ("not_yet", "valid", "expired", "lapsed"),
        "signature": ("not_yet", "valid", "expired", "revoked"),
        "authentication": ("not_yet", "valid", "expired", "revoked"),
    }


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_of_the_symbolic_life_is_a_constant_of_its_kind_and_name(name: str) -> None:
    part = getattr(LIFE, name)
    assert part.term.decl().name() == name
    assert isinstance(part, Date) == (FIELDS[name].kind == "date")
    assert part.term.sort() == (DATE if name in DATE_FIELDS else CHOICES[name][0])


@pytest.mark.parametrize("field", [*FIELDS.values(), *OUTPUTS.values()], ids=lambda field: field.name)
def test_each_column_has_a_meaning_in_both_languages(field: Field) -> None:
    assert field.meaning.en.strip()
    assert field.meaning.ja.strip()
    assert field.meaning.en.isascii()
    assert not field.meaning.ja.isascii()


def test_the_default_of_a_choice_is_its_first_value_and_of_a_date_nothing() -> None:
    assert FIELDS["residence"].default == "citizen"
    assert FIELDS["card_renewal"].default == "none"
    assert {FIELDS[name].default for name in DATE_FIELDS} == {None}


def test_a_text_has_two_languages() -> None:
    text = Text("day", "日")
    assert (text["en"], text["ja"]) == ("day", "日")
