"""Settles many groups of mutants, on several processes, and remembers what was found and proven.

What is remembered is kept by the digest of the question's own terms, so that it serves every law whose rules are
the same there, and a later build after other rules have changed. A scenario that is remembered is tried anew.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import z3
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.laws import Law, law
from jpki_spec.terms import Term

from jpki_oracle.mutants.drawing import Progress, shown_near
from jpki_oracle.mutants.equivalence import (
    ANY_PARTS,
    Proof,
    Settled,
    groups,
    rungs_of,
    settle,
    switched_fault,
)
from jpki_oracle.mutants.mutant import Mutant, mutants_of, possible, still_alive
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.mutants.refuting import Refuting
from jpki_oracle.scenarios.scenario import Scenario

BATCH = 24
"""Groups that are asked about before what was found is tried on the rest."""


class Memory:
    """What was found and proven, by the digest of the question; kept in a file where one is given."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, Any] = {}
        self._fresh: dict[str, Any] = {}
        if file and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    key, value = json.loads(line)
                except ValueError:
                    continue  # a line that a killed process left unfinished
                self._known[key] = value

    def get(self, key: str) -> Any:
        """What is known about a question, or None."""
        return self._known.get(key)

    def put(self, key: str, value: Any, *, anew: bool = False) -> None:
        """Remember an answer, in the place of another one if it is `anew`."""
        if key not in self._known or (anew and self._known[key] != value):
            self._known[key] = self._fresh[key] = value

    def save(self) -> None:
        """Append to the file what it does not have yet. Raises OSError."""
        if self._file and self._fresh:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lines = "".join(json.dumps([key, value]) + "\n" for key, value in self._fresh.items())
            with self._file.open("ab", buffering=0) as out:  # in one piece: several processes may append
                out.write(lines.encode())
            self._fresh = {}


def default_memory() -> Path:
    """Where answers of the solver are kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jpki-oracle" / "mutants.ndjson"


@dataclass
class Solving:
    """How groups are settled: on which processes (here, without), with which memory."""

    executor: Executor | None = None
    memory: Memory = field(default_factory=Memory)


def from_solver(
    mutants: Sequence[Mutant],
    current: Law,
    solving: Solving | None,
    progress: Progress,
    at_hand: Sequence[Scenario] = (),
) -> tuple[list[Scenario], list[Proof]]:
    """Scenarios for the mutants that anything shows, and proofs for all others. Raises `MutantUndecided`.

    What is at hand spares proofs that could only fail.
    """
    solving = solving or Solving()
    refuting = Refuting(current, at_hand)
    place = {id(mutant): at for at, mutant in enumerate(mutants_of(current))}
    found: list[Scenario] = []
    proofs: list[Proof] = []
    left, of = list(mutants), len(mutants)
    while left:
        batch = list(groups(left))[:BATCH]
        progress(of - len(left), of, f"{current}: {batch[0][0].observed.outcome}")
        fresh: list[Scenario] = []
        for group, settled in zip(batch, _batch(batch, current, solving, place, refuting), strict=True):
            fresh += settled.found
            proofs += settled.proofs
            remember(group, current, settled, solving.memory)
        solving.memory.save()
        asked = {id(mutant) for group in batch for mutant in group}
        left = still_alive([mutant for mutant in left if id(mutant) not in asked], fresh)
        if fresh:
            fresh += shown_near(fresh, left, current)
            left = still_alive(left, fresh)
        found += fresh
    return found, proofs


def known_proofs(mutants: Sequence[Mutant], current: Law, memory: Memory) -> tuple[list[Proof], list[Mutant]]:
    """The proofs that are remembered for whole groups, and the mutants of all other groups."""
    proofs: list[Proof] = []
    left: list[Mutant] = []
    for group in groups(mutants):
        known = _remembered(group, current, memory)
        if isinstance(known, Settled) and not known.found:
            proofs += known.proofs
        else:
            left += group
    return proofs, left


def known_everywhere(
    mutants: Sequence[Mutant], current: Law, memory: Memory
) -> tuple[list[Proof], list[Mutant]]:
    """The proofs of single mutants that hold in every law and are remembered, whichever law they were made for."""
    proven: dict[tuple[int, int], list[Mutant]] = {}
    left: list[Mutant] = []
    for at, group in enumerate(groups(mutants)):
        for mutant in group:
            rung = next((rung for rung, key in _rung_keys([mutant]) if memory.get(key)), None)
            if rung is None:
                left.append(mutant)
            else:
                proven.setdefault((at, rung), []).append(mutant)
    return [Proof(current, tuple(each), rung, everywhere=True) for (_, rung), each in proven.items()], left


def remember_everywhere(proofs: Sequence[Proof], memory: Memory) -> None:
    """Keep of each mutant what is proven of it in every law."""
    for proof in proofs:
        for mutant in proof.mutants if proof.everywhere else ():
            for rung, key in _rung_keys([mutant]):
                if rung == proof.rung:
                    memory.put(key, True)


def _batch(
    batch: Sequence[tuple[Mutant, ...]],
    current: Law,
    solving: Solving,
    place: Mapping[int, int],
    refuting: Refuting,
) -> list[Settled]:
    settled: dict[int, Settled] = {}
    pending: dict[int, Any] = {}
    for at, group in enumerate(batch):
        known = _remembered(group, current, solving.memory)
        if isinstance(known, Settled):
            settled[at] = known
            continue
        refuted = sorted({*known, *refuting(group)})
        if solving.executor:
            places = [place[id(mutant)] for mutant in group]
            pending[at] = solving.executor.submit(
                _settle_elsewhere, current.edition, dict(current.readings), places, refuted
            )
        else:
            settled[at] = settle(group, current, refuted)
    for at, future in pending.items():
        settled[at] = _from_plain(future.result(), batch[at], current)
    return [settled[at] for at in range(len(batch))]


def _settle_elsewhere(edition: str, readings: dict[str, str], places: list[int], refuted: list[int]) -> Any:
    current = law(edition, readings)
    mutants = mutants_of(current)
    group = [mutants[at] for at in places]
    return _plain(settle(group, current, refuted), group)


def _plain(settled: Settled, group: Sequence[Mutant]) -> Any:
    """What became of a group, without the group: what crosses to another process, or is remembered."""
    place = {id(mutant): at for at, mutant in enumerate(group)}
    return {
        "found": [scenario_row(scenario) for scenario in settled.found],
        "proofs": [[p.rung, p.everywhere, [place[id(m)] for m in p.mutants]] for p in settled.proofs],
        "refuted": list(settled.refuted),
    }


def _from_plain(plain: Any, group: Sequence[Mutant], current: Law) -> Settled:
    proofs = tuple(
        Proof(current, tuple(group[at] for at in places), rung, everywhere)
        for rung, everywhere, places in plain["proofs"]
    )
    return Settled(tuple(scenario_of(row) for row in plain["found"]), proofs, tuple(plain["refuted"]))


def _remembered(group: Sequence[Mutant], current: Law, memory: Memory) -> Settled | list[int]:
    """What is known of the group; else the rungs at which nothing can be proven."""
    known = memory.get(question_key(group, current))
    if known:
        settled = _from_plain(known, group, current)
        if len(possible(settled.found, current)) == len(settled.found):
            return settled
    refuted = []
    for rung, key in _rung_keys(group):
        proven = memory.get(key)
        if proven:
            return Settled((), (Proof(current, tuple(group), rung, everywhere=True),))
        if memory.get(_under_assumptions(key, current)):
            return Settled((), (Proof(current, tuple(group), rung, everywhere=False),))
        if proven is False:
            refuted.append(rung)
    return refuted


def remember(group: Sequence[Mutant], current: Law, settled: Settled, memory: Memory) -> None:
    """Keep what became of a group."""
    whole = [p for p in settled.proofs if len(p.mutants) == len(group)]
    if not (whole and whole[0].everywhere):
        memory.put(question_key(group, current), _plain(settled, group), anew=True)
    for rung, key in _rung_keys(group):
        if whole and rung == whole[0].rung:
            memory.put(key if whole[0].everywhere else _under_assumptions(key, current), True)
    for rung, key in _rung_keys(group):
        if rung in settled.refuted:
            memory.put(key, False)


def proof_key(proof: Proof) -> str:
    """The digest of the problem that a proof solves; the same for laws that have it in common."""
    below = dict(_rung_keys(proof.mutants)).get(proof.rung)
    if below is None:
        return question_key(proof.mutants, proof.law)
    return below if proof.everywhere else _under_assumptions(below, proof.law)


def question_key(group: Sequence[Mutant], current: Law) -> str:
    """The digest of all that the answer about a group depends on."""
    root, fault = group[0].observed.term, group[0].fault
    parts = [group[0].observed.outcome, _digest(root), _assumptions(current)]
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
