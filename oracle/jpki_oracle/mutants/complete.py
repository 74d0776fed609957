"""A complete suite for one law: scenarios for every mutant that anything can show, proofs for the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jpki_spec.laws import Law

from jpki_oracle.mutants.equivalence import MutantUndecided, Proof
from jpki_oracle.mutants.mutant import Mutant, kill_matrix
from jpki_oracle.mutants.within import Unchanged
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


def settled(mutants: Sequence[Mutant], kills: npt.NDArray[np.bool_], proofs: Sequence[Proof]) -> None:
    """Nothing may be left open: raises `MutantUndecided` for a mutant that is neither shown nor proven equivalent.

    Nor may a proof lean on others that there are not.
    """
    _lean_on_proofs(proofs)
    proven = {id(mutant) for proof in proofs for mutant in proof.mutants}
    for mutant, killed in zip(mutants, np.any(kills, axis=1).tolist(), strict=True):
        if not killed and id(mutant) not in proven:
            raise MutantUndecided(f"{mutant.id} is neither shown nor proven equivalent")


def _lean_on_proofs(proofs: Sequence[Proof]) -> None:
    leaning = [proof for proof in proofs if proof.within]
    if leaning:
        unchanged = Unchanged(leaning[0].law, proofs)
        for proof in leaning:
            for mutant in proof.mutants:
                if not set(proof.within) <= set(unchanged.within(mutant)):
                    raise MutantUndecided(
                        f"{mutant.id} is not proven equivalent in {', '.join(proof.within)}"
                    )


def tried(
    law: Law, mutants: tuple[Mutant, ...], scenarios: tuple[Scenario, ...], proofs: tuple[Proof, ...]
) -> Complete:
    """What was once a complete suite, tried anew as columns. Raises `MutantUndecided` where it lacks something."""
    kills = kill_matrix(mutants, scenarios)
    settled(mutants, kills, proofs)
    return Complete(law, mutants, scenarios, kills, proofs)


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
