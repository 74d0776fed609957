"""What the shipped suites have for other readings is complete: nothing of an edition's other readings goes unseen."""

import pytest
from jpki_oracle.mutants import index
from jpki_oracle.mutants.index import NotComplete, shipped_complete, shipped_proofs
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, possible, still_alive
from jpki_oracle.scenarios.scenario import shipped_suite, suites
from jpki_spec.laws import CURRENT_EDITION, EDITIONS, law, law_named

SUITE = shipped_suite("other-readings")
PROOFS = shipped_proofs("other-readings")
LAWS = sorted({reading for scenario in SUITE for reading in scenario.readings} | {str(p.law) for p in PROOFS})


def needed_beyond_the_edition(current):
    """The mutants of a law that the suite of its edition does not show, without those that are proven equivalent."""
    edition = [each for each in shipped_suite("complete") if each.serves(law(current.edition))]
    asked = possible([each for each in edition if each.edge.split("|")[0] != "form"], current)
    proven = {mutant.id for proof in PROOFS if proof.law == current for mutant in proof.mutants}
    return [mutant for mutant in still_alive(mutants_of(current), asked) if mutant.id not in proven]


@pytest.mark.parametrize("name", LAWS)
def test_every_mutant_of_a_reading_is_shown_or_proven_equivalent_and_nothing_is_there_in_vain(name):
    current = law_named(name)
    alive = needed_beyond_the_edition(current)
    further = [scenario for scenario in SUITE if name in scenario.readings]
    assert possible(further, current) == further
    kills = kill_matrix(alive, further)
    assert [mutant.id for mutant, shown in zip(alive, kills.any(axis=1), strict=True) if not shown] == []
    alone = kills[kills.sum(axis=1) == 1].any(axis=0)
    assert [scenario.id for scenario, needed in zip(further, alone, strict=True) if not needed] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_other_reading_of_each_edition_is_there(edition):
    current = law(edition)
    others = {str(each) for each in [*current.alternatives(), *current.alternatives("numbers")]}
    there = {name for name in LAWS if law_named(name).edition == edition}
    assert there == others


def test_who_claims_the_defaults_is_asked_nothing_for_other_readings():
    default = [scenario.id for scenario in suites() if scenario.serves(law("2024-05-27"))]
    only_theirs = {scenario.id for scenario in SUITE if not scenario.editions}
    edition = {scenario.id for scenario in suites(("boundary", "complete"))}
    assert set(default).isdisjoint(only_theirs - edition)


def test_who_claims_two_other_readings_is_asked_what_each_of_them_needs():
    answers = {"leap-age": "february-28", "age-attained": "eve"}
    asked = {scenario.id for scenario in suites() if scenario.serves(law("2024-05-27", answers))}
    for question, answer in answers.items():
        single = {s.id for s in suites() if s.serves(law("2024-05-27", {question: answer}))}
        assert single <= asked


def test_readings_are_not_built_upon_a_suite_that_leaves_something_open(monkeypatch):
    monkeypatch.setattr(index, "shipped_proofs", lambda suite="complete": [])
    with pytest.raises(NotComplete, match="neither shown nor proven equivalent"):
        shipped_complete(law(CURRENT_EDITION))
