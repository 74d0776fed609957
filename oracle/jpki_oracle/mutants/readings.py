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
from jpki_oracle.mutants.build import Complete, distinct, settled
from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.drawing import Progress, drawn_for
from jpki_oracle.mutants.equivalence import Proof, Settled
from jpki_oracle.mutants.mutant import Mutant, kill_matrix, mutants_of, possible, still_alive
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.mutants.solving import (
    Memory,
    known_everywhere,
    known_proofs,
    remember,
)
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
    alive: dict[Law, list[Mutant]] = {}
    candidates: list[Scenario] = []
    for base in bases:
        more, drawn = _drawn(base, _others(base.law, leaving_out), executor, progress)
        alive |= more
        candidates = distinct([*candidates, *drawn])
    proofs, unproven = _proven_before(bases, alive, memory)
    left = {
        current: still_alive(mutants, possible(candidates, current)) for current, mutants in unproven.items()
    }
    found, more_proofs = settle_all(bases, left, executor, memory, progress)
    for current in alive:
        proofs[current] += more_proofs[current]
    return _chosen(alive, proofs, distinct([*candidates, *found]))


def _others(current: Law, leaving_out: Collection[str]) -> list[Law]:
    """The laws with one other answer than an edition's own."""
    return [
        other
        for other in (*current.alternatives(), *current.alternatives("numbers"))
        if not {f"{question}={answer}" for question, answer in other.readings.items()} & set(leaving_out)
    ]


def _drawn(
    base: Complete, laws: Sequence[Law], executor: Executor, progress: Progress
) -> tuple[dict[Law, list[Mutant]], list[Scenario]]:
    """The mutants of each law that the base's suite does not show, and lives that were drawn for them."""
    suite = [scenario_row(scenario) for scenario in base.scenarios]
    equivalent = sorted(mutant.id for proof in base.proofs for mutant in proof.mutants)
    jobs = [
        executor.submit(_drawn_elsewhere, each.edition, dict(each.readings), suite, equivalent)
        for each in laws
    ]
    alive: dict[Law, list[Mutant]] = {}
    drawn: list[Scenario] = []
    for number, (current, job) in enumerate(zip(laws, jobs, strict=True)):
        progress(number, len(laws), f"{current}: drawn")
        places, rows = job.result()
        mutants = mutants_of(current)
        alive[current] = [mutants[at] for at in places]
        drawn += [scenario_of(row) for row in rows]
    return alive, drawn


def _drawn_elsewhere(edition: str, readings: dict[str, str], rows: list[Any], equivalent: list[str]) -> Any:
    """In a process of its own: the places of the mutants that a suite does not show, and lives drawn for them.

    None are drawn for what is equivalent without the reading: that is mostly so with it, too.
    """
    current = law(edition, readings)
    suite = [scenario_of(row) for row in rows]
    mutants = mutants_of(current)
    place = {id(mutant): at for at, mutant in enumerate(mutants)}
    alive = still_alive(mutants, possible(suite, current))
    suspects = set(equivalent)
    fresh = [mutant for mutant in alive if mutant.id not in suspects]
    drawn = drawn_for(fresh, current, lambda done, of, what: None, FEW_CHUNKS, suite)
    return [place[id(mutant)] for mutant in alive], [scenario_row(scenario) for scenario in drawn]


def _proven_before(
    bases: Sequence[Complete], alive: Mapping[Law, Sequence[Mutant]], memory: Memory
) -> tuple[dict[Law, list[Proof]], dict[Law, list[Mutant]]]:
    """The proofs of the bases and of laws that were built before which hold as they are, and the mutants left."""
    known = Memory()
    for base in bases:
        for proof in base.proofs:
            remember(proof.mutants, base.law, Settled((), (proof,)), known)
    proofs: dict[Law, list[Proof]] = {}
    left: dict[Law, list[Mutant]] = {}
    for current, mutants in alive.items():
        proofs[current], unproven = known_proofs(mutants, current, known)
        more, left[current] = known_everywhere(unproven, current, memory)
        proofs[current] += more
    return proofs, left


def _chosen(
    alive: Mapping[Law, Sequence[Mutant]],
    proofs: Mapping[Law, Sequence[Proof]],
    candidates: Sequence[Scenario],
) -> list[Complete]:
    """For each law few of the candidates; few of them for all laws together, too."""
    kills = {}
    for current, mutants in alive.items():
        matrix = kill_matrix(mutants, candidates)
        can = {scenario.id for scenario in possible(candidates, current)}
        kills[current] = matrix & np.array([scenario.id in can for scenario in candidates])
        settled(mutants, kills[current], proofs[current])
    chosen = cover(np.vstack(list(kills.values())))
    builds = []
    for current, mutants in alive.items():
        own = kills[current][:, chosen]
        few = cover(own)
        scenarios = tuple(candidates[chosen[at]] for at in few)
        builds.append(Complete(current, tuple(mutants), scenarios, own[:, few], tuple(proofs[current])))
    return builds
