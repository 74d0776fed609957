"""Problems by the digest of their own terms: a proof serves every law whose rules are the same there."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from functools import cache

import z3
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Term

from jpki_oracle.mutants.equivalence import ANY_PARTS, Proof, rungs_of, switched_fault
from jpki_oracle.mutants.mutant import Mutant
from jpki_oracle.mutants.within import groups_within, parted


def known_proofs(
    mutants: Sequence[Mutant], current: Law, known: Collection[str]
) -> tuple[list[Proof], list[Mutant]]:
    """Of proofs by their keys those that hold of whole groups under another law; the mutants of all other groups."""
    found: list[Proof] = []
    left: list[Mutant] = []
    waiting = {current: list(mutants)}
    while waiting[current]:
        now, waiting = parted(waiting, {})
        for group, within in groups_within(now[current], current, found):
            proof = next((proof for key, proof in _problems(group, current, within) if key in known), None)
            if proof:
                found.append(proof)
            else:
                left += group
    return found, left


def _problems(group: Sequence[Mutant], current: Law, within: tuple[str, ...]) -> Iterator[tuple[str, Proof]]:
    """What may be proven of a group, by the key of the problem."""
    for rung, key in _rung_keys(group):
        yield key, Proof(current, tuple(group), rung, everywhere=True)
        yield _under_assumptions(key, current), Proof(current, tuple(group), rung, everywhere=False)
    last = Proof(current, tuple(group), len(rungs_of(group)) - 1, False, within)
    yield proof_key(last), last


def proof_key(proof: Proof) -> str:
    """The digest of the problem that a proof solves; the same for laws that have it in common."""
    below = dict(_rung_keys(proof.mutants)).get(proof.rung)
    if below is None:
        return question_key(proof.mutants, proof.law, proof.within)
    return below if proof.everywhere else _under_assumptions(below, proof.law)


def question_key(group: Sequence[Mutant], current: Law, within: Sequence[str] = ()) -> str:
    """The digest of all that the answer about a group depends on."""
    root, fault = group[0].observed.term, group[0].fault
    parts = [group[0].observed.outcome, _digest(root), _assumptions(current)]
    parts += [_digest(rulebook(current).outputs[name]) for name in within]
    if fault:
        parts += [_digest(fault.node), _digest(switched_fault(group))]
    else:
        parts.append(_digest(group[0].term()))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _rung_keys(group: Sequence[Mutant]) -> list[tuple[int, str]]:
    fault = group[0].fault
    if fault is None or group[0].observed.pack == "number":
        return []
    same = f"{_digest(fault.node)} {_digest(switched_fault(group))}"
    rungs = rungs_of(group)
    keys = [(rung, " ".join([*map(_digest, frontier), same])) for rung, frontier in enumerate(rungs[:-1])]
    if keys:
        keys.insert(0, (ANY_PARTS, f"any parts {_digest(rungs[1][0])} {same}"))
    return [(rung, hashlib.sha256(key.encode()).hexdigest()) for rung, key in keys]


def _under_assumptions(key: str, current: Law) -> str:
    """The key of a proof that holds under what one law assumes of lives."""
    return hashlib.sha256(f"{key} {_assumptions(current)}".encode()).hexdigest()


_DIGESTS: dict[int, tuple[Term, str]] = {}


def _digest(term: Term) -> str:
    if term.get_id() not in _DIGESTS:
        text = f"{z3.get_version_string()} {term.sexpr()}"
        _DIGESTS[term.get_id()] = (term, hashlib.sha256(text.encode()).hexdigest())
    return _DIGESTS[term.get_id()][1]


@cache
def _assumptions(current: Law) -> str:
    digests = " ".join(_digest(assumed(assumption, current)) for assumption in ASSUMPTIONS.values())
    return hashlib.sha256(digests.encode()).hexdigest()
