"""Builds the complete suite of a law: scenarios for every mutant that anything can show, proofs for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jpki_model.bits import CHOICE_SORTS
from jpki_model.columns import Column, Columns, columns_of, day_of_number
from jpki_model.life import LifeRecord, life
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law
from jpki_spec.terms import CHOICES, LIFE

from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.mutant import Mutant, Trial, kill_matrix, mutants_of, question_values, still_alive
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.mutants.solving import Progress, Solving, from_solver
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS, STRONGER_CHUNKS = 60, 18
"""How much of the pool is tried on mutants that are left, and on those that cost a scenario each."""


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
    drawn = from_pool(alive, current, progress)
    found, proofs = from_solver(still_alive(alive, drawn), current, solving, progress)
    candidates = distinct([*candidates, *drawn, *found])
    candidates = distinct([*candidates, *_stronger(mutants, candidates, current, progress)])
    matrix = kill_matrix(mutants, candidates)
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


def possible(scenarios: Iterable[Scenario], current: Law) -> list[Scenario]:
    """The scenarios whose lives can happen under the law."""
    listed = list(scenarios)
    lives = [scenario for scenario in listed if scenario.life is not None]
    if not lives:
        return listed
    holds = can_happen(columns_of([question_values(scenario) for scenario in lives]), current)
    impossible = {scenario.id for scenario, possible in zip(lives, holds, strict=True) if not possible}
    return [scenario for scenario in listed if scenario.id not in impossible]


def from_pool(
    mutants: Sequence[Mutant], current: Law, progress: Progress, chunks: int = CHUNKS
) -> list[Scenario]:
    """Scenarios out of the pool for as many mutants as so many chunks of it show."""
    alive = [mutant for mutant in mutants if mutant.observed.pack != "number"]
    chosen: list[Scenario] = []
    for number, columns in enumerate(lives_near_edges(current, chunks)):
        progress(number, chunks, f"{current}: {len(alive)} mutants left")
        shown, killed = _best_of(columns, alive)
        chosen += shown
        alive = [mutant for mutant in alive if id(mutant) not in killed]
    return chosen


def _stronger(
    mutants: Sequence[Mutant], candidates: Sequence[Scenario], current: Law, progress: Progress
) -> list[Scenario]:
    """Scenarios that show several of those mutants at once for which a cover needs one each."""
    matrix = kill_matrix(mutants, candidates)
    times = matrix[:, cover(matrix)].sum(axis=1)
    hard = [
        mutant
        for mutant, count in zip(mutants, times, strict=True)
        if count == 1 and mutant.observed.pack != "number"
    ]
    chosen: list[Scenario] = []
    for number, columns in enumerate(lives_near_edges(current, STRONGER_CHUNKS)):
        progress(number, STRONGER_CHUNKS, f"{current}: fewer scenarios")
        chosen += _best_of(columns, hard)[0]
    return chosen


def _best_of(columns: dict[str, Column], mutants: Sequence[Mutant]) -> tuple[list[Scenario], set[int]]:
    """Few questions out of the columns that show whatever the columns can, and the mutants that they show."""
    order = np.argsort(_stated(columns), kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    chosen: list[Scenario] = []
    killed: set[int] = set()
    for pack in ("validity", "status"):
        asked = [mutant for mutant in mutants if mutant.observed.pack == pack]
        trial = Trial(columns, {mutant.observed.outcome: mutant.observed for mutant in asked}.values())
        kills = np.array([trial.kills(mutant) for mutant in asked]).reshape(len(asked), -1)
        chosen += [_scenario(columns, at, asked[int(kills[:, at].argmax())]) for at in cover(kills)]
        killed |= {
            id(mutant) for mutant, dead in zip(asked, np.any(kills, axis=1).tolist(), strict=True) if dead
        }
    return chosen, killed


def _stated(columns: dict[str, Column]) -> Column:
    dates = sum(Columns(columns)(getattr(LIFE, name).exists).astype(int) for name in DATE_FIELDS)
    return np.asarray(dates + sum((columns[name] != 0).astype(int) for name in CHOICE_FIELDS))


def _scenario(columns: dict[str, Column], at: int, mutant: Mutant) -> Scenario:
    rule = mutant.fault.rule if mutant.fault else ""
    return scenario_at(columns, at, mutant.observed.pack, mutant.observed.outcome, rule)


def scenario_at(columns: Mapping[str, Column], at: int, pack: str, outcome: str, rule: str) -> Scenario:
    """One row of the columns as a scenario."""
    on = day_of_number(int(columns["on"][at])) if pack == "status" else None
    return Scenario(pack, outcome, rule, "", life=_record(columns, at), on=on)


def _record(columns: Mapping[str, Column], at: int) -> LifeRecord:
    stated: dict[str, object] = {}
    for name, field in FIELDS.items():
        code = int(columns[name][at])
        if field.default is None:
            stated[name] = day_of_number(code)
        elif (value := CHOICE_SORTS[CHOICES[name][0].name()][code]) != field.default:
            stated[name] = value
    return life(stated)
