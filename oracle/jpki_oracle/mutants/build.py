"""Builds the complete suite of a law: scenarios for every mutant that anything can show, proofs for the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jpki_spec.laws import Law

from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.drawing import Progress, drawn_for, stronger
from jpki_oracle.mutants.equivalence import MutantUndecided, Proof
from jpki_oracle.mutants.mutant import Mutant, kill_matrix, mutants_of, possible, still_alive
from jpki_oracle.mutants.solving import Solving, from_solver
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Complete:
    """A complete suite for one law.

    `kills`: mutants by scenarios; a mutant that no scenario kills is in one of the `proofs`.
    """

    law: Law
    mutants: tuple[Mutant, ...]
    scenarios: tuple[Scenario, ...]
    kills: npt.NDArray[np.bool_]
    proofs: tuple[Proof, ...]


def build(
    current: Law,
    at_hand: Sequence[Scenario] = (),
    *,
    solving: Solving | None = None,
    progress: Progress = lambda done, of, what: None,
) -> Complete:
    """The suite of a law; scenarios at hand are used where they serve. Raises `MutantUndecided`."""
    mutants = mutants_of(current)
    candidates = possible([*at_hand, *(number_scenarios() if not at_hand else ())], current)
    matrix = kill_matrix(mutants, candidates)
    alive = [
        mutant for mutant, killed in zip(mutants, np.any(matrix, axis=1).tolist(), strict=True) if not killed
    ]
    drawn = drawn_for(alive, current, progress)
    found, proofs = from_solver(still_alive(alive, drawn), current, solving, progress, drawn)
    candidates = possible(distinct([*candidates, *drawn, *found]), current)
    executor = solving.executor if solving else None
    candidates = distinct([*candidates, *stronger(mutants, candidates, current, progress, executor)])
    matrix = kill_matrix(mutants, candidates)
    settled(mutants, matrix, proofs)
    chosen = cover(matrix, exchanging=True)
    return Complete(
        current, mutants, tuple(candidates[at] for at in chosen), matrix[:, chosen], tuple(proofs)
    )


def distinct(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Each question once, the easiest to read first."""
    return sorted({scenario.id: scenario for scenario in scenarios}.values(), key=_cost)


def _cost(scenario: Scenario) -> tuple[object, ...]:
    """How much there is to read in a scenario; the id makes costs different."""
    fields = len(scenario.life.stated) if scenario.life else 0
    years = (
        [day.year for day in scenario.life.stated.values() if not isinstance(day, str)]
        if scenario.life
        else []
    )
    return (fields, max((abs(year - 2024) for year in years if year > 2015), default=0), scenario.id)


def settled(mutants: Sequence[Mutant], kills: npt.NDArray[np.bool_], proofs: Sequence[Proof]) -> None:
    """Nothing may be left open: raises `MutantUndecided` for a mutant that is neither shown nor proven equivalent."""
    proven = {id(mutant) for proof in proofs for mutant in proof.mutants}
    for mutant, killed in zip(mutants, np.any(kills, axis=1).tolist(), strict=True):
        if not killed and id(mutant) not in proven:
            raise MutantUndecided(f"{mutant.id} is neither shown nor proven equivalent")
