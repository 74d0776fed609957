"""Lives near to those that show something, and the proofs that they spare."""

import numpy as np
import pytest
from jpki_model.columns import columns_of
from jpki_oracle.mutants.equivalence import UNDER_ASSUMPTIONS, rungs_of
from jpki_oracle.mutants.index import shipped_proofs
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, question_values
from jpki_oracle.mutants.refuting import Refuting
from jpki_oracle.mutants.variations import CHANGES, variations
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import shipped_suite
from jpki_spec.fields import FIELDS
from jpki_spec.laws import CURRENT_EDITION, law

CURRENT = law(CURRENT_EDITION)
SUITE = [
    each for each in shipped_suite("complete") if each.serves(law(CURRENT_EDITION)) and each.life is not None
]
ONE = columns_of([question_values(SUITE[0])])


@pytest.mark.parametrize("number", range(CHANGES))
def test_a_variation_changes_few_fields_of_a_life_and_can_happen(number):
    varied = variations(ONE, CURRENT, number)
    changed = sum((varied[name] != ONE[name][0]).astype(int) for name in FIELDS)
    assert len(changed) > 100
    assert changed.max() <= number + 1
    assert can_happen(varied, CURRENT).all()


def test_the_same_number_gives_the_same_variations_and_another_gives_others():
    once, again, other = (variations(ONE, CURRENT, number) for number in (4, 4, 8))
    assert all(np.array_equal(once[name], again[name]) for name in once)
    assert not np.array_equal(once["on"], other["on"])


REFUTING = Refuting(CURRENT, SUITE[:60])


def test_no_rung_is_refuted_at_which_something_is_proven():
    """A life against a proof would be a defect of the solver's interpreter or of the columns."""
    proofs = [proof for proof in shipped_proofs() if proof.law == CURRENT and proof.rung >= 0]
    assert len(proofs) > 20
    for proof in proofs:
        if proof.rung == len(rungs_of(proof.mutants)) - 1:
            continue  # proven of the outcome, below which anything may differ
        place = proof.rung if proof.everywhere else UNDER_ASSUMPTIONS
        for mutant in proof.mutants:
            assert place not in REFUTING(mutant, CURRENT), mutant.id


def test_what_a_scenario_shows_is_refuted_at_every_rung():
    mutants = [m for m in mutants_of(CURRENT) if m.fault and m.observed.pack == "validity"][::40]
    lives = [each for each in SUITE[:60] if each.pack == "validity"]
    shown = kill_matrix(mutants, lives).any(axis=1)
    seen = Refuting(CURRENT, lives)
    missed = 0
    for mutant, killed in zip(mutants, shown.tolist(), strict=True):
        every = {*range(len(rungs_of([mutant])) - 1)}
        missed += killed and {rung for rung in seen(mutant, CURRENT) if rung >= 0} != every
    assert shown.sum() > 20
    assert missed < shown.sum() / 10  # a variation near enough is not sure to be drawn
