"""What outcomes have in common: what changes nothing there is not proven once more for each of them."""

from dataclasses import replace

import numpy as np
import pytest
import z3
from jpki_model.solver import NoLife, Question
from jpki_oracle.mutants.complete import settled
from jpki_oracle.mutants.equivalence import MutantUndecided, Proof, differs_at, rungs_of
from jpki_oracle.mutants.index import shipped_proofs
from jpki_oracle.mutants.known import proof_key
from jpki_oracle.mutants.mutant import mutants_of, outcomes_of
from jpki_oracle.mutants.within import Unchanged, groups_within, outputs_within, parted, precedes
from jpki_spec.laws import law

CURRENT = law("2024-05-27")
TOGETHER = law("2024-05-27", {"card-lapse-and-certificates": "revoked-together"})


def mutants(outcome, rule, current=CURRENT):
    """The mutants of an outcome that have a fault in a rule."""
    return [
        mutant
        for mutant in mutants_of(current)
        if mutant.observed.outcome == outcome and mutant.fault and mutant.fault.rule == rule
    ]


def proof_of(some):
    """As if it had been proven that some mutants change nothing at their own node."""
    return Proof(CURRENT, tuple(some), rung=0, everywhere=False)


def test_a_certificate_is_capped_by_its_card_and_renewed_by_when_it_ends():
    """The caps by the card and by the other certificate (Act, article 5) are parts of what a renewal counts from."""
    parts = outputs_within(CURRENT)
    assert {"card_expires", "authentication_expires"} < parts["signature_expires"]
    assert parts["signature_renewable_from"] == {*parts["signature_expires"], "signature_renewable_from"}
    assert "authentication_expires" not in parts["card_expires"]


def test_a_lapse_of_the_card_is_a_part_of_certificates_only_where_they_end_with_it():
    assert "card_lapses" not in outputs_within(CURRENT)["authentication_state"]
    assert "card_lapses" in outputs_within(TOGETHER)["authentication_state"]


def test_what_is_made_of_less_precedes_and_nothing_precedes_itself():
    assert precedes("card_expires", "card_renewable_from", CURRENT)
    assert precedes("signature_expires", "signature_state", CURRENT)
    assert precedes("card_state", "authentication_state", TOGETHER)
    assert not precedes("card_state", "authentication_state", CURRENT)
    for one in outcomes_of(CURRENT):
        assert not any(
            precedes(one, other, CURRENT) and precedes(other, one, CURRENT) for other in outcomes_of(CURRENT)
        )


def test_a_fault_is_asked_about_first_where_less_is_made_of_it():
    inner, outer = mutants("card_expires", "validity.card"), mutants("card_renewable_from", "validity.card")
    now, later = parted({CURRENT: [*outer, *inner]}, {})
    assert now[CURRENT] == inner
    assert later[CURRENT] == outer


def test_a_fault_waits_for_what_is_being_asked_about():
    inner, outer = mutants("card_expires", "validity.card"), mutants("card_renewable_from", "validity.card")
    now, later = parted({CURRENT: outer}, {CURRENT: inner})
    assert (now[CURRENT], later[CURRENT]) == ([], outer)


def test_a_fault_that_is_not_asked_about_elsewhere_waits_for_nothing():
    outer = mutants("card_renewable_from", "validity.card")
    now, later = parted({CURRENT: outer}, {})
    assert (now[CURRENT], later[CURRENT]) == (outer, [])


def test_a_fault_in_what_two_outcomes_do_not_share_waits_for_nothing():
    """When a card lapses is no part of a certificate's expiry."""
    lapse, expiry = mutants("card_state", "moves.died"), mutants("signature_expires", "moves.died")
    now, later = parted({CURRENT: [*expiry, *lapse]}, {})
    assert (len(now[CURRENT]), later[CURRENT]) == (len(lapse) + len(expiry), [])


def test_what_was_proven_is_told_of_its_own_faults_alone():
    inner, outer = mutants("card_expires", "validity.card"), mutants("card_renewable_from", "validity.card")
    proven = proof_of(inner[:1])
    assert "card_expires" in Unchanged(CURRENT, [proven]).within(outer[0])
    grouped = {
        mutant.id: names for group, names in groups_within(outer, CURRENT, [proven]) for mutant in group
    }
    assert [id for id, names in grouped.items() if names] == [outer[0].id]


def test_a_proof_for_an_outcome_made_of_more_is_nothing_to_one_made_of_less():
    inner, outer = mutants("card_expires", "validity.card"), mutants("card_renewable_from", "validity.card")
    assert Unchanged(CURRENT, [proof_of(outer)]).within(inner[0]) == ()


def test_a_lapse_that_is_no_other_is_no_other_for_certificates_that_end_with_it():
    card = mutants("card_state", "moves.died", TOGETHER)
    at_the_lapse = next(at for at, terms in enumerate(rungs_of(card[:1])) if len(terms) == 1 and at > 0)
    proven = Proof(TOGETHER, tuple(card[:1]), at_the_lapse, everywhere=False)
    state = mutants("authentication_state", "moves.died", TOGETHER)[0]
    assert "card_lapses" in Unchanged(TOGETHER, [proven]).within(state)


def test_a_state_that_is_no_other_tells_nothing_of_the_dates_that_it_is_made_of():
    """A card that has expired is not valid on whichever later day it would lapse."""
    card = mutants("card_state", "moves.died", TOGETHER)[:1]
    proven = Proof(TOGETHER, tuple(card), len(rungs_of(card)) - 1, everywhere=False)
    state = mutants("authentication_state", "moves.died", TOGETHER)[0]
    assert Unchanged(TOGETHER, [proven]).within(state) == ()


def test_a_fault_that_changes_nothing_where_all_must_pass_leaves_nothing_to_ask():
    """When a card can be renewed hangs on its dates by its expiry alone."""
    outer = mutants("card_renewable_from", "validity.card")[:1]
    whole = rungs_of(outer)[-1]
    assert z3.is_false(differs_at(whole, outer, ["card_expires"]))
    assert not z3.is_false(differs_at(whole, outer))


def test_a_fault_is_still_asked_about_past_what_it_leaves_as_it_is():
    """Moving ends the signature certificate itself, beside what it does to the other one that caps it."""
    outer = mutants("signature_state", "moves.first-notice")[:1]
    whole = rungs_of(outer)[-1]
    past = differs_at(whole, outer, ["signature_expires"])
    assert not z3.is_false(past)
    assert not past.eq(differs_at(whole, outer))


def test_a_proof_that_leans_on_one_that_there_is_not_is_no_proof():
    inner = mutants("card_expires", "validity.card")[:1]
    outer = mutants("card_renewable_from", "validity.card")[:1]
    leaning = replace(proof_of(outer), within=("card_expires",))
    nothing_shown = np.zeros((1, 1), dtype=bool)
    settled(outer, nothing_shown, [leaning, proof_of(inner)])
    with pytest.raises(
        MutantUndecided, match=r"card_renewable_from/.* not proven equivalent in card_expires"
    ):
        settled(outer, nothing_shown, [leaning])


def leaning_proofs():
    """Proofs of the shipped suite that lean on others, a few of each outcome."""
    listed = [proof for proof in shipped_proofs() if proof.law == CURRENT and proof.within]
    return [
        proof
        for outcome in outcomes_of(CURRENT)
        for proof in listed
        if proof.mutants[0].observed.outcome == outcome
    ]


@pytest.mark.parametrize("proof", leaning_proofs()[::12], ids=lambda proof: proof.digest())
def test_what_is_proven_by_leaning_on_another_proof_is_proven_without_it(proof):
    whole = rungs_of(proof.mutants)[proof.rung]
    question = Question(differs_at(whole, proof.mutants), CURRENT, naming=False)
    assert question.ask(readable=False) == NoLife()


def test_problems_that_lean_on_others_are_not_taken_for_those_that_do_not():
    outer = mutants("signature_state", "moves.first-notice")[:1]
    alone = Proof(CURRENT, tuple(outer), len(rungs_of(outer)) - 1, everywhere=False)
    assert proof_key(alone) != proof_key(replace(alone, within=("signature_expires",)))
    assert alone.script() != replace(alone, within=("signature_expires",)).script()
