"""The shipped suite is complete: every mutant is shown or proven equivalent, and no scenario can be left out."""

from dataclasses import replace

import numpy as np
import pytest
from jpki_oracle.mutants.coverage import coverage
from jpki_oracle.mutants.index import shipped_proofs
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, possible
from jpki_oracle.mutants.recheck import distinct_problems, opinion_on, second_opinion
from jpki_oracle.scenarios.scenario import shipped_suite
from jpki_spec.laws import CURRENT_EDITION, law

SUITE = shipped_suite("complete")
PROOFS = shipped_proofs()
EDITIONS_BUILT = sorted({proof.law.edition for proof in PROOFS})


def asked(edition):
    return [scenario for scenario in SUITE if scenario.serves(law(edition))]


def proven(edition):
    return {mutant.id for proof in PROOFS if proof.law.edition == edition for mutant in proof.mutants}


@pytest.mark.parametrize("edition", EDITIONS_BUILT)
def test_every_mutant_is_shown_or_proven_equivalent(edition):
    mutants = mutants_of(law(edition))
    killed = kill_matrix(mutants, asked(edition)).any(axis=1)
    alive = {mutant.id for mutant, dead in zip(mutants, killed, strict=True) if not dead}
    assert alive <= proven(edition)
    assert len(alive) < len(mutants) / 8  # the slides of 2017 alone have so many, since they say so little


@pytest.mark.parametrize("edition", EDITIONS_BUILT)
def test_every_life_can_happen_under_the_edition_that_needs_it(edition):
    lives = [scenario for scenario in asked(edition) if scenario.life is not None]
    assert possible(lives, law(edition)) == lives


@pytest.mark.parametrize("edition", EDITIONS_BUILT)
def test_without_any_one_of_its_lives_and_numbers_some_mutant_would_go_unseen(edition):
    """Numbers of another form, which have no check digit to speak of, are asked beside these."""
    scenarios = [scenario for scenario in asked(edition) if not scenario.is_malformed]
    kills = kill_matrix(mutants_of(law(edition)), scenarios)
    only_by = kills[kills.sum(axis=1) == 1].any(axis=0)
    assert [scenario.id for scenario, needed in zip(scenarios, only_by, strict=True) if not needed] == []


def test_every_condition_of_every_rule_decides_both_ways_or_is_proven_not_to():
    """MC/DC: a side without a scenario is a mutant that the index proves equivalent."""
    current = law(CURRENT_EDITION)
    equivalent = proven(CURRENT_EDITION)
    sides = {
        (m.fault.rule, m.fault.has, m.fault.operator)
        for m in mutants_of(current)
        if m.fault and m.id not in equivalent
    }
    for covered in coverage(current, asked(CURRENT_EDITION)):
        for operator, scenario in (
            ("condition-false", covered.when_true),
            ("condition-true", covered.when_false),
        ):
            if (covered.rule, covered.condition, operator) in sides:
                assert scenario, f"{covered.rule}: {covered.condition} {operator}"


PROBLEMS = distinct_problems(PROOFS)


@pytest.mark.parametrize("proof", PROBLEMS, ids=[proof.digest() for proof in PROBLEMS])
def test_cvc5_agrees_with_the_proof(proof):
    assert opinion_on(proof, seconds=600).startswith("unsat")


def test_cvc5_would_say_so_if_a_mutant_could_be_shown():
    """The same problem about a mutant that the suite shows is satisfiable."""
    shown = next(m for m in mutants_of(law(CURRENT_EDITION)) if m.fault and m.fault.operator == "day-later")
    proof = next(p for p in PROOFS if p.law.edition == CURRENT_EDITION and not p.everywhere)
    assert np.any(kill_matrix([shown], asked(CURRENT_EDITION)))
    assert second_opinion(replace(proof, mutants=(shown,), rung=0).script(), seconds=60) == "sat"
