"""What is proven of a mutant in every law need not be proven again for another edition with the same rules there."""

import pytest
from jpki_oracle.mutants.bundles import Member, settle_together
from jpki_oracle.mutants.equivalence import groups
from jpki_oracle.mutants.index import shipped_complete
from jpki_oracle.mutants.known import known_everywhere, known_proofs, remember_everywhere
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import mutants_of
from jpki_spec.laws import law

EARLIER, LATER = law("2022-04-01"), law("2024-05-27")


def of_the_signature_certificate(current, operator):
    """Faults in how long it lives; `before-or-on` changes nothing between dates of which the earlier counts."""
    return [
        mutant
        for mutant in mutants_of(current)
        if mutant.observed.outcome == "signature_expires"
        and mutant.fault
        and mutant.fault.operator == operator
    ]


@pytest.fixture(scope="module")
def memory():
    """What the earlier edition's proofs leave behind."""
    memory = Memory()
    for group in list(groups(of_the_signature_certificate(EARLIER, "before-or-on")))[:8]:
        together = settle_together([Member(EARLIER, group)], lambda mutant, current: frozenset())
        remember_everywhere(together.proofs, memory)
    return memory


def test_a_proof_for_every_law_is_known_for_another_edition(memory):
    proofs, _ = known_everywhere(of_the_signature_certificate(LATER, "before-or-on"), LATER, memory)
    assert proofs
    assert all(proof.law == LATER and proof.everywhere for proof in proofs)


def test_what_is_known_is_proven_for_the_other_edition_by_itself(memory):
    proofs, _ = known_everywhere(of_the_signature_certificate(LATER, "before-or-on"), LATER, memory)
    for proof in proofs:
        again = settle_together([Member(LATER, proof.mutants)], lambda mutant, current: frozenset())
        assert not again.found


def test_each_mutant_is_either_known_or_left(memory):
    mutants = of_the_signature_certificate(LATER, "before-or-on")
    proofs, left = known_everywhere(mutants, LATER, memory)
    known = [mutant for proof in proofs for mutant in proof.mutants]
    assert sorted(mutant.id for mutant in (*known, *left)) == sorted(mutant.id for mutant in mutants)


def test_nothing_is_known_of_faults_that_were_not_asked_about(memory):
    mutants = of_the_signature_certificate(LATER, "day-later")
    assert known_everywhere(mutants, LATER, memory) == ([], mutants)


def proven_under_its_own_assumptions():
    """Proofs that hold under what the later edition assumes of lives."""
    return [proof for proof in shipped_complete(LATER).proofs if not proof.everywhere]


def those_proven(proofs, current):
    """The same mutants under another law."""
    names = {mutant.id for proof in proofs for mutant in proof.mutants}
    return [mutant for mutant in mutants_of(current) if mutant.id in names and mutant.fault]


def test_a_proof_under_what_one_law_assumes_is_known_where_another_assumes_the_same():
    """Whether a card that is presented on the day of leaving survives is nothing to certificates' ends."""
    proofs = proven_under_its_own_assumptions()
    other = law("2024-05-27", {"presented-on-leaving-day": "too-late"})
    found, _ = known_proofs(those_proven(proofs, other), other, proofs)
    assert found
    for proof in found:
        assert proof.law == other
        again = settle_together([Member(other, proof.mutants)], lambda mutant, current: frozenset())
        assert not again.found


def test_a_proof_is_not_known_under_a_law_that_assumes_otherwise():
    proofs, eve = proven_under_its_own_assumptions(), law("2024-05-27", {"age-attained": "eve"})
    mutants = those_proven(proofs, eve)
    assert mutants
    found, left = known_proofs(mutants, eve, proofs)
    assert found == []
    assert len(left) == len(mutants)
