"""What is proven of a mutant under one law need not be proven again under another with the same rules there."""

from jpki_oracle.mutants.bundles import Member, settle_together
from jpki_oracle.mutants.index import shipped_complete
from jpki_oracle.mutants.known import known_proofs, proof_key
from jpki_oracle.mutants.mutant import mutants_of
from jpki_spec.laws import law

CURRENT = law("2024-05-27")


def proven_under_its_own_assumptions():
    """Proofs that hold under what the edition assumes of lives."""
    return [proof for proof in shipped_complete(CURRENT).proofs if not proof.everywhere]


def keys(proofs):
    return {proof_key(proof) for proof in proofs}


def those_proven(proofs, current):
    """The same mutants under another law."""
    names = {mutant.id for proof in proofs for mutant in proof.mutants}
    return [mutant for mutant in mutants_of(current) if mutant.id in names and mutant.fault]


def test_a_proof_under_what_one_law_assumes_is_known_where_another_assumes_the_same():
    """Whether a card that is presented on the day of leaving survives is nothing to certificates' ends."""
    proofs = proven_under_its_own_assumptions()
    other = law("2024-05-27", {"presented-on-leaving-day": "too-late"})
    found, _ = known_proofs(those_proven(proofs, other), other, keys(proofs))
    assert found
    for proof in found:
        assert proof.law == other
        again = settle_together([Member(other, proof.mutants)], lambda mutant, current: frozenset())
        assert not again.found


def test_a_proof_is_not_known_under_a_law_that_assumes_otherwise():
    proofs, eve = proven_under_its_own_assumptions(), law("2024-05-27", {"age-attained": "eve"})
    mutants = those_proven(proofs, eve)
    assert mutants
    found, left = known_proofs(mutants, eve, keys(proofs))
    assert found == []
    assert len(left) == len(mutants)


def test_a_proof_for_every_law_is_known_under_one_that_assumes_otherwise():
    proofs, eve = shipped_complete(CURRENT).proofs, law("2024-05-27", {"age-attained": "eve"})
    everywhere = [proof for proof in proofs if proof.everywhere and proof.mutants[0].fault]
    found, _ = known_proofs(those_proven(everywhere, eve), eve, keys(everywhere))
    assert found
    for proof in found[:6]:
        again = settle_together([Member(eve, proof.mutants)], lambda mutant, current: frozenset())
        assert not again.found
