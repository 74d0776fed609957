"""Mutants of several laws, settled together, come to the same as each law alone; the solver is asked both ways."""

from functools import cache

import pytest
import z3
from card_faults import card_faults
from jpki_model import solver
from jpki_model.joint_question import JointQuestion
from jpki_model.solver import Unknown
from jpki_oracle.mutants import bundles as settling
from jpki_oracle.mutants.bundles import bundles, settle_by_itself, settle_together
from jpki_oracle.mutants.equivalence import MutantUndecided, any_parts, settle
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, possible
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.laws import law
from jpki_spec.terms import LIFE

LAWS = (
    law("2024-05-27"),
    law("2024-05-27", {"age-attained": "eve"}),
    law("2024-05-27", {"leap-age": "february-28"}),
)


def nothing_refuted(mutant, current):
    return frozenset()


@cache
def of_the_card():
    """The faults in how long a card lives, by law: some change nothing, since one bound makes another idle."""
    return card_faults(LAWS, ("before-or-on", "then-always", "condition-true", "day-later"))


def answers(bundle):
    """What becomes of a bundle, and then of what was too hard together."""
    together = settle_together(bundle, nothing_refuted)
    return [together, *(settle_by_itself(alike) for alike in together.left)]


def proven(answers):
    return {
        (str(proof.law), mutant.id)
        for together in answers
        for proof in together.proofs
        for mutant in proof.mutants
    }


def test_every_mutant_of_every_law_is_in_one_bundle():
    listed = [
        (str(member.law), mutant.id)
        for bundle in bundles(of_the_card())
        for member in bundle
        for mutant in member.group
    ]
    assert sorted(listed) == sorted(
        (str(current), mutant.id) for current, mutants in of_the_card().items() for mutant in mutants
    )


def test_faults_at_one_place_of_several_laws_are_asked_about_together():
    assert any(len({member.law for member in bundle}) == len(LAWS) for bundle in bundles(of_the_card()))


def test_settled_together_is_as_settled_alone():
    for bundle in bundles(of_the_card()):
        settled = answers(bundle)
        alone = {
            (str(member.law), mutant.id)
            for member in bundle
            for proof in settle(member.group, member.law).proofs
            for mutant in proof.mutants
        }
        assert proven(settled) == alone
        found = [life for together in settled for life in together.found]
        for member in bundle:
            shown = [mutant for mutant in member.group if (str(member.law), mutant.id) not in alone]
            kills = kill_matrix(shown, possible(found, member.law))
            assert kills.any(axis=1).all()


def test_what_is_too_hard_together_is_settled_law_by_law(monkeypatch):
    """A solver that answers nothing about several laws at once is asked about each."""
    ask = solver.Question.ask

    def impatient(question, *, readable=True, given=()):
        return Unknown("tired") if given else ask(question, readable=readable)

    bundle = max(bundles(of_the_card()), key=len)
    patient = proven(answers(bundle))
    monkeypatch.setattr(solver.Question, "ask", impatient)
    monkeypatch.setattr(JointQuestion, "_asked_easier", lambda question, most, given: Unknown("tired"))
    assert settle_together(bundle, nothing_refuted).left
    assert proven(answers(bundle)) == patient


def test_nothing_is_claimed_of_what_the_solver_gives_up_on(monkeypatch):
    monkeypatch.setattr(solver.Question, "ask", lambda question, readable=True, given=(): Unknown("tired"))
    monkeypatch.setattr(settling, "any_parts", lambda group: Tired())
    with pytest.raises(MutantUndecided, match="tired"):
        answers(bundles(of_the_card())[0])


class Tired:
    """A solver that gives up."""

    def check(self):
        return "unknown"


def test_laws_are_taken_for_alike_only_where_they_assume_the_same_of_lives():
    """Asked before the terms are held in hand here: ids of terms that are gone would be given again."""
    laws = [law("2024-05-27"), *law("2024-05-27").alternatives()]
    settling._assumptions.cache_clear()
    ids = [settling._assumption_ids(each) for each in laws]
    held = [[each.holds(LIFE, one) for each in ASSUMPTIONS.values()] for one in laws]
    same = [[all(map(z3.eq, one, other)) for other in held] for one in held]
    assert [[one == other for other in ids] for one in ids] == same
    assert len(set(ids)) > 1


def test_of_what_a_node_compares_the_number_of_days_that_is_added_is_not_any_number():
    """A deadline on a Saturday moves by two days, on a Sunday by one: exchanged, that is another day."""
    current = law("2024-05-27", {"deadline-on-holiday": "weekends"})
    exchanged = [
        mutant
        for mutant in mutants_of(current)
        if mutant.id.startswith("card_state/moves.not-presented:branches-swapped")
        and z3.is_int(mutant.fault.node)
    ]
    assert exchanged
    for mutant in exchanged:
        assert any_parts([mutant]).check() == z3.sat
