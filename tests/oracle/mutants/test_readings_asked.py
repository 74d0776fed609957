"""What other readings need is asked on several processes, and yet hangs on none of them being faster."""

from functools import cache

import pytest
from card_faults import card_faults
from executors import AtOnce, NotBefore
from jpki_oracle.mutants import asking
from jpki_oracle.mutants.bundles import Together, bundles
from jpki_oracle.mutants.complete import settled
from jpki_oracle.mutants.index import shipped_complete
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, possible
from jpki_spec.laws import law

LAWS = (
    law("mic-2017", {"age-attained": "eve"}),
    law("mic-2017", {"leap-age": "february-28"}),
    law("2022-04-01", {"age-attained": "eve"}),
)


@cache
def of_the_card():
    """The faults in how long a card lives, by law, as if nothing showed them."""
    return card_faults(
        LAWS, ("before-or-on", "condition-true", "day-later", "constant-more", "branches-swapped")
    )


@cache
def at_hand():
    """The suites of the laws' editions."""
    return {edition: shipped_complete(law(edition)).scenarios for edition in ("mic-2017", "2022-04-01")}


def asked(executor, memory=None):
    found, proofs = asking.settle_all(
        at_hand(), of_the_card(), {}, executor, memory or Memory(), lambda *told: None
    )
    return (
        [scenario.id for scenario in found],
        {str(current): sorted(proof.digest() for proof in made) for current, made in proofs.items()},
    )


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(asking, "BLOCK", 2)
    monkeypatch.setattr(asking, "BLOCKS_IN_FLIGHT", 2)


def test_the_same_is_found_whatever_is_done_when():
    assert len(bundles(of_the_card())) > 6
    found, proofs = asked(AtOnce())
    assert found
    assert all(proofs[str(current)] for current in LAWS if current.edition == "mic-2017")
    assert asked(NotBefore()) == (found, proofs)


def test_what_is_remembered_is_not_asked_again():
    memory = Memory()
    before = asked(AtOnce(), memory)

    class Nobody:
        def submit(self, work, *arguments):
            raise AssertionError("this is remembered")

    assert asked(Nobody(), memory) == before


def test_what_is_too_hard_together_is_asked_by_itself(monkeypatch):
    def mutants_proven():
        made = asking.settle_all(at_hand(), of_the_card(), {}, AtOnce(), Memory(), lambda *told: None)[1]
        return {current: {m.id for proof in each for m in proof.mutants} for current, each in made.items()}

    together = mutants_proven()

    def gives_up(bundle, refuted_of):
        return Together((), (), tuple((member,) for member in bundle))

    monkeypatch.setattr(asking, "settle_together", gives_up)
    assert mutants_proven() == together


def of_the_authentication_certificate(current, outcome):
    """Faults in when it ends, of which one changes nothing: where it ends with its card on the same day."""
    return [
        mutant
        for mutant in mutants_of(current)
        if mutant.fault
        and mutant.observed.outcome == outcome
        and mutant.fault.rule == "validity.authentication"
        and mutant.fault.operator in ("before-or-on", "day-later")
    ]


def settled_under(current, left, known=()):
    """What became of mutants of an edition; each is shown or proven."""
    suites = {current.edition: shipped_complete(current).scenarios}
    found, proofs = asking.settle_all(
        suites, {current: left}, {current: known}, AtOnce(), Memory(), lambda *told: None
    )
    settled(left, kill_matrix(left, possible(found, current)), proofs[current])
    return proofs[current]


def leaned_on(proofs, outcome):
    """By fault that proofs show to be harmless in an outcome, the outputs that the proof leans on."""
    return {m.fault: proof.within for proof in proofs for m in proof.mutants if m.observed.outcome == outcome}


def test_what_is_proven_of_an_expiry_is_not_asked_about_its_renewal():
    current, outcomes = law("2024-05-27"), ("authentication_expires", "authentication_renewable_from")
    left = [mutant for outcome in outcomes for mutant in of_the_authentication_certificate(current, outcome)]
    proofs = settled_under(current, left)
    expiry, renewal = (leaned_on(proofs, outcome) for outcome in outcomes)
    assert expiry
    assert expiry.keys() == renewal.keys()
    assert all("authentication_expires" in names for names in renewal.values())
    assert not any(expiry.values())


def test_what_was_known_of_an_expiry_before_is_not_asked_about_its_renewal():
    current = law("2024-05-27")
    known = settled_under(current, of_the_authentication_certificate(current, "authentication_expires"))
    renewals = of_the_authentication_certificate(current, "authentication_renewable_from")
    proofs = settled_under(current, renewals, known)
    assert proofs[: len(known)] == known
    renewal = leaned_on(proofs, "authentication_renewable_from")
    assert renewal
    assert all("authentication_expires" in names for names in renewal.values())
