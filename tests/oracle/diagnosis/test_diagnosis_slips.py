"""Slips and habits that only diagnosis knows: what they make of a life, worked out by hand, and that they are apart."""

from datetime import date

import pytest
import z3
from jpki_model.columns import Columns, columns_of
from jpki_model.day_columns import day_of_number
from jpki_model.life import life
from jpki_oracle.diagnosis.conventions import conventions_of
from jpki_oracle.diagnosis.hypothesis import Hypothesis
from jpki_oracle.diagnosis.slips import SLIPS, slips_of
from jpki_oracle.diagnosis.translation import between
from jpki_oracle.mutants.faults import observed_outcomes
from jpki_oracle.mutants.operators import OPERATORS
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook

CURRENT = law("2024-05-27")
OTHERS = [*CURRENT.alternatives(), *(law(edition) for edition in EDITIONS if edition != CURRENT.edition)]
RETURNED_CARD_NEVER_SHOWN = life(
    {
        "birth": "1990-05-10",
        "card_issued": "2020-01-10",
        "moved_in": "2020-03-01",
        "movein_notified": "2020-03-01",
    }
)
"""A notice of moving in that follows no notice of moving out: the rules ask for no card to be presented."""


def lapses(row, *faults):
    """The day on which the card lapses in a system with these faults."""
    term = rulebook(CURRENT).outputs["card_lapses"]
    for fault in faults:
        term = z3.substitute(term, (fault.node, fault.replacement))
    return day_of_number(int(Columns(columns_of([row.values()]))(term)[0]))


def slip(operator, rule):
    return next(each for each in slips_of(CURRENT) if (each.operator, each.rule) == (operator, rule))


def test_ninety_days_that_count_by_themselves_end_a_card_after_any_notice():
    assert lapses(RETURNED_CARD_NEVER_SHOWN) is None
    alone = slip("event-alone", "moves.not-presented")
    assert lapses(RETURNED_CARD_NEVER_SHOWN, alone) == date(2020, 5, 31)  # 1 March and 90 days are 30 May


def test_every_slip_is_made_and_told_of():
    assert {each.operator for each in slips_of(CURRENT)} == set(SLIPS)


def test_no_slip_is_an_operator_of_the_fault_model():
    assert not set(SLIPS) & set(OPERATORS)


def test_a_calendar_that_puts_leap_birthdays_on_1_march_does_so_for_all_three_items():
    found = [
        each
        for each in conventions_of(CURRENT)
        if (each.operator, each.detail) == ("leap-birthday", "march-1")
    ]
    widest = max(found, key=lambda each: len(each.faults))
    assert widest.rules == ("validity.card-birthday", "validity.certificate-birthday")
    fields = " ".join(fault.node.sexpr() for fault in widest.faults)
    assert all(name in fields for name in ("card_issued", "signature_issued", "authentication_issued"))


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_what_differs_between_two_laws_makes_one_of_the_other(other):
    pairs = between(CURRENT, other)
    theirs = Hypothesis(other).terms()
    for observed in observed_outcomes(CURRENT):
        if observed.pack != "number":
            assert z3.substitute(observed.term, *pairs).eq(theirs[observed.outcome])


def test_a_fault_is_found_again_under_another_reading():
    """A slip in a rule about moves does something whatever the age of a leapling is, which the card's term contains."""
    fault = next(each for each in slips_of(CURRENT) if each.rule == "moves.not-presented")
    other = CURRENT.with_reading("leap-age", "february-28")
    assert not Hypothesis(other, (fault,)).terms()["card_state"].eq(Hypothesis(other).terms()["card_state"])
