"""Which mutants which scenarios show: the columns say of each what the mutant's own term says in compiled Python."""

import numpy as np
import pytest
from jpki_model.evaluate import compile_terms
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, question_values
from jpki_oracle.scenarios.scenario import shipped_suite
from jpki_spec.laws import law

SAMPLE = 41
"""Every so many mutants are compared: more than three hundred, of all kinds."""


@pytest.mark.parametrize("pack", ["validity", "status"])
def test_a_mutant_is_shown_by_what_its_term_answers_otherwise_than_the_rules(pack):
    current = law("2024-05-27")
    mutants = [mutant for mutant in mutants_of(current) if mutant.observed.pack == pack][::SAMPLE]
    scenarios = [s for s in shipped_suite("complete") if s.pack == pack and s.serves(current)]
    questions = [question_values(scenario) for scenario in scenarios]
    rules = {mutant.observed.outcome: compile_terms([mutant.observed.term]) for mutant in mutants}
    expected = []
    for mutant in mutants:
        faulty, right = compile_terms([mutant.term()]), rules[mutant.observed.outcome]
        expected.append([faulty(question) != right(question) for question in questions])
    assert {mutant.fault is None for mutant in mutants} == {True, False}
    assert kill_matrix(mutants, scenarios).tolist() == expected
    assert np.any(expected, axis=1).mean() > 0.9


def test_of_no_mutants_and_of_no_scenarios_there_is_an_empty_matrix():
    current = law("2024-05-27")
    some = list(shipped_suite("complete"))[:3]
    assert kill_matrix([], some).shape == (0, 3)
    assert kill_matrix(mutants_of(current)[:5], []).shape == (5, 0)
