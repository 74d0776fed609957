"""What the suites of editions lack for other readings: further scenarios, further proofs.

`build_readings(bases, ...)` takes the complete suites of editions' defaults and makes each complete for every single
other answer to an open question. Mutants are drawn for law by law; those that are left are settled for all laws of all
editions together (`bundles`). A scenario that serves several readings is there once.
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from jpki_spec.laws import Law, law

from jpki_oracle.mutants.asking import settle_all
from jpki_oracle.mutants.complete import Complete, distinct, settled
from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.drawing import Drawn, Progress, Wanted, drawn_on
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.known import known_proofs, proof_key
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import (
    Kills,
    Mutant,
    kill_matrix,
    mutants_of,
    places_of,
    possible_under,
    still_alive,
)
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.scenarios.scenario import Scenario

FEW_CHUNKS = 6
"""How much of the pool is tried for one reading before the solver is asked."""


def build_readings(
    bases: Sequence[Complete],
    executor: Executor,
    memory: Memory,
    progress: Progress,
    leaving_out: Collection[str] = (),
) -> list[Complete]:
    """For each other answer to one open question of the bases' editions, what the suite lacks for that.

    The mutants of each are those that the base does not show. Answers that are left out are named `QUESTION=ANSWER`.
    Raises `MutantUndecided`.
    """
    known = {proof_key(proof) for base in bases for proof in base.proofs}
    drawn: list[Drawn] = []
    proofs, left = dict[Law, list[Proof]](), dict[Law, list[Mutant]]()
    for each in drawn_on(executor, [w for base in bases for w in _wanted(base, leaving_out)], progress):
        drawn.append(each)
        proofs[each.law], left[each.law] = known_proofs(each.alive, each.law, known)
    candidates = distinct(scenario for each in drawn for scenario in each.scenarios)
    for current, can in zip(left, possible_under(candidates, left), strict=True):
        left[current] = still_alive(left[current], can)
    suites = {base.law.edition: base.scenarios for base in bases}
    found, proofs = settle_all(suites, left, proofs, executor, memory, progress)
    alive = {each.law: each.alive for each in drawn}
    return _chosen(alive, proofs, distinct([*candidates, *found]), executor)


def _wanted(base: Complete, leaving_out: Collection[str]) -> list[Wanted]:
    """Lives for each law with one other answer. What is equivalent without it is mostly so with it, too."""
    equivalent = {mutant.id for proof in base.proofs for mutant in proof.mutants}
    return [Wanted(other, base.scenarios, FEW_CHUNKS, equivalent) for other in _others(base.law, leaving_out)]


def _others(current: Law, leaving_out: Collection[str]) -> list[Law]:
    """The laws with one other answer than an edition's own."""
    return [
        other
        for other in (*current.alternatives(), *current.alternatives("numbers"))
        if not {f"{question}={answer}" for question, answer in other.readings.items()} & set(leaving_out)
    ]


def _chosen(
    alive: Mapping[Law, Sequence[Mutant]],
    proofs: Mapping[Law, Sequence[Proof]],
    candidates: Sequence[Scenario],
    executor: Executor,
) -> list[Complete]:
    """For each law few of the candidates; few of them for all laws together, too."""
    rows = [scenario_row(scenario) for scenario in candidates]
    jobs = []
    for current, mutants in alive.items():
        places = [places_of(current)[id(mutant)] for mutant in mutants]
        jobs.append(executor.submit(_kills_elsewhere, current.edition, dict(current.readings), places, rows))
    kills: dict[Law, Kills] = {}
    can_happen = possible_under(candidates, alive)
    for (current, mutants), job, possible in zip(alive.items(), jobs, can_happen, strict=True):
        matrix = job.result()
        can = {scenario.id for scenario in possible}
        kills[current] = matrix & np.array([scenario.id in can for scenario in candidates])
        settled(mutants, kills[current], proofs[current])
    chosen = cover(np.vstack(list(kills.values())), exchanging=True)
    builds = []
    for current, mutants in alive.items():
        own = kills[current][:, chosen]
        few = cover(own)
        scenarios = tuple(candidates[chosen[at]] for at in few)
        builds.append(Complete(current, tuple(mutants), scenarios, own[:, few], tuple(proofs[current])))
    return builds


def _kills_elsewhere(edition: str, readings: dict[str, str], places: list[int], rows: list[Any]) -> Kills:
    """In a process of its own: which mutants of a law, by their places, are shown by which scenarios."""
    mutants = mutants_of(law(edition, readings))
    return kill_matrix([mutants[at] for at in places], [scenario_of(row) for row in rows])
