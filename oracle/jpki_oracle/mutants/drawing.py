"""Scenarios drawn for mutants: out of the pool of lives near edges, then by varying what already shows something."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jpki_model.bits import CHOICE_SORTS
from jpki_model.columns import Columns, columns_of
from jpki_model.day_columns import Column, day_of_number
from jpki_model.life import LifeRecord, life
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law, law
from jpki_spec.terms import CHOICES, LIFE

from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.mutant import (
    Mutant,
    Trial,
    kill_matrix,
    mutants_of,
    places_of,
    possible,
    question_values,
    still_alive,
)
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.mutants.variations import variations
from jpki_oracle.scenarios.scenario import Scenario

Progress = Callable[[int, int, str], None]
"""Told how many steps of how many are done, and what is."""
CHUNKS = 24
"""How much of the pool is tried before what it showed is varied."""
IN_VAIN, VARIED = 12, 96
"""So many chunks of variations in a row that show nothing more are the last, or so many in all."""
STRONGER = 28
"""How many chunks of variations are tried for scenarios that show several mutants at once."""
BEST = 40
"""How many of each such chunk are taken at the most."""
NEAR = 8
"""How many chunks of variations are tried of what the solver found."""


@dataclass(frozen=True)
class Wanted:
    """Lives that are wanted for a law's mutants which scenarios do not show; `chunks`: how much of the pool is tried.

    None are drawn for mutants with ids that are `spared`.
    """

    law: Law
    shown_by: Sequence[Scenario]
    chunks: int
    spared: Collection[str] = ()


@dataclass(frozen=True)
class Drawn:
    """The mutants of a law that scenarios do not show, and lives that were drawn for them."""

    law: Law
    alive: tuple[Mutant, ...]
    scenarios: tuple[Scenario, ...]


def drawn_on(executor: Executor, wanted: Sequence[Wanted], progress: Progress) -> Iterator[Drawn]:
    """Lives for each law, in their order; drawn on the processes of an executor."""
    for number, each in enumerate(wanted):  # before there are processes, which then have them from the start
        progress(number, len(wanted), f"{each.law}: mutants are made")
        mutants_of(each.law)
    jobs = [
        executor.submit(
            _drawn_elsewhere,
            each.law.edition,
            dict(each.law.readings),
            [scenario_row(scenario) for scenario in each.shown_by],
            each.chunks,
            sorted(each.spared),
        )
        for each in wanted
    ]
    for number, (each, job) in enumerate(zip(wanted, jobs, strict=True)):
        progress(number, len(wanted), f"{each.law}: lives are drawn")
        places, rows = job.result()
        mutants = mutants_of(each.law)
        yield Drawn(each.law, tuple(mutants[at] for at in places), tuple(scenario_of(row) for row in rows))


def _drawn_elsewhere(
    edition: str, readings: dict[str, str], rows: list[Any], chunks: int, spared: list[str]
) -> Any:
    """In a process of its own: the places of the mutants that are not shown, and lives drawn for them."""
    current = law(edition, readings)
    scenarios = [scenario_of(row) for row in rows]
    alive = still_alive(mutants_of(current), possible(scenarios, current))
    suspects = set(spared)
    asked = [mutant for mutant in alive if mutant.id not in suspects]
    drawn = drawn_for(asked, current, chunks, scenarios)
    return [places_of(current)[id(mutant)] for mutant in alive], [
        scenario_row(scenario) for scenario in drawn
    ]


def drawn_for(
    mutants: Sequence[Mutant], current: Law, chunks: int = CHUNKS, at_hand: Sequence[Scenario] = ()
) -> list[Scenario]:
    """Scenarios for as many mutants as can be shown so; what is at hand is varied too."""
    alive = [mutant for mutant in mutants if mutant.observed.pack != "number"]
    chosen: list[Scenario] = []
    for columns in lives_near_edges(current, chunks):
        shown, killed = _shown_by(columns, alive)
        chosen += shown
        alive = [mutant for mutant in alive if id(mutant) not in killed]
    return chosen + _varied([*at_hand, *chosen], alive, current, (VARIED, IN_VAIN))


def shown_near(scenarios: Sequence[Scenario], mutants: Sequence[Mutant], current: Law) -> list[Scenario]:
    """Variations of some scenarios that show some mutants: what shows one fault is near to what shows the next."""
    alive = [mutant for mutant in mutants if mutant.observed.pack != "number"]
    return _varied(scenarios, alive, current, (NEAR, NEAR))


def _varied(
    scenarios: Sequence[Scenario],
    alive: Sequence[Mutant],
    current: Law,
    chunks: tuple[int, int],
) -> list[Scenario]:
    """Variations of scenarios, and of each other, that show mutants.

    `chunks`: how many are tried at the most, and how many in a row that show nothing.
    """
    most, most_in_vain = chunks
    lives = _columns_of_lives(scenarios)
    chosen: list[Scenario] = []
    in_vain = number = 0
    while lives and alive and in_vain < most_in_vain and number < most:
        shown, killed = _shown_by(variations(lives, current, number), alive)
        chosen += shown
        if shown:
            lives = {name: np.append(lives[name], more) for name, more in _columns_of_lives(shown).items()}
        alive = [mutant for mutant in alive if id(mutant) not in killed]
        in_vain, number = (0 if shown else in_vain + 1), number + 1
    return chosen


def _columns_of_lives(scenarios: Sequence[Scenario]) -> dict[str, Column]:
    """The questions about lives among some scenarios; no columns if there is none."""
    return columns_of([question_values(each) for each in scenarios if each.life is not None])


def stronger(
    mutants: Sequence[Mutant],
    candidates: Sequence[Scenario],
    current: Law,
    progress: Progress,
    executor: Executor,
) -> list[Scenario]:
    """Scenarios that show several of those mutants at once for which a cover needs one each.

    Of mutants that the same candidates show, one is tried. Chunks are tried on the processes of an executor.
    """
    matrix = kill_matrix(mutants, candidates)
    chosen = cover(matrix)
    once = np.flatnonzero(matrix[:, chosen].sum(axis=1) == 1)
    _, apart = np.unique(matrix[once], axis=0, return_index=True)
    hard = [mutants[at] for at in once[np.sort(apart)] if mutants[at].observed.pack != "number"]
    lives = [candidates[at] for at in chosen if candidates[at].life is not None]
    place = places_of(current)
    plain = (
        [place[id(mutant)] for mutant in hard],
        [scenario_row(scenario) for scenario in lives],
        current.edition,
        dict(current.readings),
    )
    jobs = [executor.submit(_stronger_elsewhere, *plain, number) for number in range(STRONGER)]
    made: list[Scenario] = []
    for number, job in enumerate(jobs):
        progress(number, STRONGER, f"{current}: fewer scenarios")
        made += [scenario_of(row) for row in job.result()]
    return made


def _stronger_of_chunk(
    hard: Sequence[Mutant], lives: Sequence[Scenario], current: Law, number: int
) -> list[Scenario]:
    columns = variations(_columns_of_lives(lives), current, VARIED + number)
    return _shown_by(columns, hard, BEST)[0]


def _stronger_elsewhere(
    places: list[int], rows: list[Any], edition: str, readings: dict[str, str], number: int
) -> list[Any]:
    """In a process of its own: the scenarios of one chunk, as plain values."""
    current = law(edition, readings)
    mutants = mutants_of(current)
    hard, lives = [mutants[at] for at in places], [scenario_of(row) for row in rows]
    return [scenario_row(scenario) for scenario in _stronger_of_chunk(hard, lives, current, number)]


def _shown_by(
    columns: dict[str, Column], mutants: Sequence[Mutant], best: int | None = None
) -> tuple[list[Scenario], set[int]]:
    """Few questions out of the columns that show whatever the columns can, and the mutants that they show.

    `best`: only so many, those that show most.
    """
    order = np.argsort(_stated(columns), kind="stable")
    columns = {name: column[order] for name, column in columns.items()}
    chosen: list[Scenario] = []
    killed: set[int] = set()
    for pack in ("validity", "status"):
        asked = [mutant for mutant in mutants if mutant.observed.pack == pack]
        if not asked:
            continue
        trial = Trial(columns, {mutant.observed.outcome: mutant.observed for mutant in asked}.values())
        kills = trial.kills(asked)
        places = sorted(cover(kills), key=lambda at: -int(kills[:, at].sum()))[:best]
        chosen += [_scenario(columns, at, asked[int(kills[:, at].argmax())]) for at in places]
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
