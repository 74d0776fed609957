"""What the suite of an edition lacks for the other readings of it: further scenarios, further proofs.

`build_readings(base, ...)` takes the complete suite of an edition's defaults and makes it complete for every single
other answer to an open question. A scenario that serves several readings is there once.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from jpki_spec.laws import Law, law

from jpki_oracle.mutants.build import Complete, distinct, possible
from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.drawing import drawn_for
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, still_alive
from jpki_oracle.mutants.solving import (
    Memory,
    Progress,
    Solving,
    from_solver,
    known_proofs,
    scenario_of,
    scenario_row,
)
from jpki_oracle.scenarios.scenario import Scenario

FEW_CHUNKS = 6
"""How much of the pool is tried before the solver is asked."""


def build_readings(
    base: Complete, executor: Executor, memory: Path | None, progress: Progress
) -> list[Complete]:
    """For each other answer to one open question of the base's edition, what its suite lacks for that.

    The mutants of each are those that neither the base nor what came before shows, so that each scenario is needed.
    Raises `MutantUndecided`.
    """
    laws = [*base.law.alternatives(), *base.law.alternatives("numbers")]
    suite = [scenario_row(scenario) for scenario in base.scenarios]
    jobs = [executor.submit(_elsewhere, other.edition, dict(other.readings), suite, memory) for other in laws]
    added: list[Scenario] = []
    builds: list[Complete] = []
    for number, (other, job) in enumerate(zip(laws, jobs, strict=True)):
        progress(number, len(laws), str(other))
        plain = job.result()
        mutants = mutants_of(other)
        alive = still_alive([mutants[at] for at in plain["alive"]], possible(added, other))
        candidates = distinct(scenario_of(row) for row in plain["candidates"])
        matrix = kill_matrix(alive, candidates)
        chosen = cover(matrix)
        scenarios = tuple(candidates[at] for at in chosen)
        proofs = tuple(
            Proof(other, tuple(mutants[at] for at in places), rung, everywhere)
            for rung, everywhere, places in plain["proofs"]
        )
        proven = tuple(mutant for proof in proofs for mutant in proof.mutants)
        kills = kill_matrix([*alive, *proven], scenarios)
        builds.append(Complete(other, (*alive, *proven), scenarios, kills, proofs))
        added += scenarios
    return builds


def _elsewhere(edition: str, readings: dict[str, str], suite: list[Any], memory: Path | None) -> Any:
    """In a process of its own: what a suite lacks for a law, as plain values."""
    current = law(edition, readings)
    solving = Solving(None, Memory(memory))
    alive, candidates, proofs = _lacking(current, [scenario_of(row) for row in suite], solving)
    solving.memory.save()
    place = {id(mutant): at for at, mutant in enumerate(mutants_of(current))}
    return {
        "alive": [place[id(mutant)] for mutant in alive],
        "candidates": [scenario_row(scenario) for scenario in candidates],
        "proofs": [[p.rung, p.everywhere, [place[id(mutant)] for mutant in p.mutants]] for p in proofs],
    }


def _lacking(current: Law, suite: Sequence[Scenario], solving: Solving) -> Any:
    """The mutants that a suite does not show though a scenario can, such scenarios, and proofs for the others."""

    def silent(done: int, of: int, what: str) -> None:
        """The other process tells how far things are."""

    alive = still_alive(mutants_of(current), possible(suite, current))
    proofs, alive = known_proofs(alive, current, solving.memory)
    drawn = drawn_for(alive, current, silent, FEW_CHUNKS, suite)
    found, further = from_solver(still_alive(alive, drawn), current, solving, silent, [*suite, *drawn])
    proven = {id(mutant) for proof in further for mutant in proof.mutants}
    left = [mutant for mutant in alive if id(mutant) not in proven]
    return left, distinct([*drawn, *found]), [*proofs, *further]
