"""Scenarios drawn for mutants: out of the pool of lives near edges, then by varying what already shows something."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from jpki_model.bits import CHOICE_SORTS
from jpki_model.columns import Column, Columns, columns_of, day_of_number
from jpki_model.life import LifeRecord, life
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law, law
from jpki_spec.terms import CHOICES, LIFE

from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.mutant import Mutant, Trial, kill_matrix, mutants_of, question_values
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.mutants.solving import Progress, scenario_of, scenario_row
from jpki_oracle.mutants.variations import variations
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS = 24
"""How much of the pool is tried before what it showed is varied."""
IN_VAIN, VARIED = 12, 96
"""So many chunks of variations in a row that show nothing more are the last, or so many in all."""
STRONGER = 28
"""How many chunks of variations are tried for scenarios that show several mutants at once."""
BEST = 20
"""How many of each such chunk are taken at the most, for each piece of the mutants."""


def drawn_for(
    mutants: Sequence[Mutant],
    current: Law,
    progress: Progress,
    chunks: int = CHUNKS,
    at_hand: Sequence[Scenario] = (),
) -> list[Scenario]:
    """Scenarios for as many mutants as can be shown so; what is at hand is varied too."""
    alive = [mutant for mutant in mutants if mutant.observed.pack != "number"]
    chosen: list[Scenario] = []
    for number, columns in enumerate(lives_near_edges(current, chunks)):
        progress(number, chunks + VARIED, f"{current}: {len(alive)} mutants left")
        shown, killed = _shown_by(columns, alive)
        chosen += shown
        alive = [mutant for mutant in alive if id(mutant) not in killed]
    lives = [scenario for scenario in (*at_hand, *chosen) if scenario.life is not None]
    in_vain = number = 0
    while lives and alive and in_vain < IN_VAIN and number < VARIED:
        progress(chunks + number, chunks + VARIED, f"{current}: {len(alive)} mutants left")
        columns = variations(columns_of([question_values(each) for each in lives]), current, number)
        shown, killed = _shown_by(columns, alive)
        chosen += shown
        lives += shown
        alive = [mutant for mutant in alive if id(mutant) not in killed]
        in_vain, number = (0 if shown else in_vain + 1), number + 1
    return chosen


def drawn_in_pieces(
    mutants: Sequence[Mutant], current: Law, executor: Executor | None, progress: Progress
) -> list[Scenario]:
    """As `drawn_for`, for some outcomes at a time, on the executor's processes where there are any."""
    place = {id(mutant): at for at, mutant in enumerate(mutants_of(current))}
    plain = [[place[id(mutant)] for mutant in piece] for piece in _pieces(mutants)]
    drawn = _on_processes(executor, _drawn_elsewhere, current, plain, progress, f"{current}: drawn")
    return [scenario_of(row) for rows in drawn for row in rows]


def stronger(
    mutants: Sequence[Mutant],
    candidates: Sequence[Scenario],
    current: Law,
    executor: Executor | None,
    progress: Progress,
) -> list[Scenario]:
    """Scenarios that show several of those mutants at once for which a cover needs one each.

    Of mutants that the same candidates show, one is tried.
    """
    matrix = kill_matrix(mutants, candidates)
    chosen = cover(matrix)
    once = np.flatnonzero(matrix[:, chosen].sum(axis=1) == 1)
    _, apart = np.unique(matrix[once], axis=0, return_index=True)
    place = {id(mutant): at for at, mutant in enumerate(mutants_of(current))}
    hard = [mutants[at] for at in once[np.sort(apart)]]
    lives = [scenario_row(candidates[at]) for at in chosen if candidates[at].life is not None]
    plain = [([place[id(mutant)] for mutant in piece], lives) for piece in _pieces(hard)]
    made = _on_processes(
        executor, _stronger_elsewhere, current, plain, progress, f"{current}: fewer scenarios"
    )
    return [scenario_of(row) for rows in made for row in rows]


def _pieces(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """The mutants that lives can show, by pack, the outcomes of each pack in two parts of about one size."""
    pieces: list[list[Mutant]] = []
    for pack in ("validity", "status"):
        by_outcome: dict[str, list[Mutant]] = {}
        for mutant in mutants:
            if mutant.observed.pack == pack:
                by_outcome.setdefault(mutant.observed.outcome, []).append(mutant)
        parts: tuple[list[Mutant], list[Mutant]] = ([], [])
        for group in sorted(by_outcome.values(), key=len, reverse=True):
            min(parts, key=len).extend(group)
        pieces += [part for part in parts if part]
    return pieces


def _on_processes(
    executor: Executor | None,
    work: Callable[[str, dict[str, str], Any], Any],
    current: Law,
    pieces: Sequence[Any],
    progress: Progress,
    what: str,
) -> list[Any]:
    """What a piece of work gives for each piece, here if there is no executor."""
    about = (current.edition, dict(current.readings))
    if executor is None:
        return [work(*about, piece) for piece in pieces]
    jobs = [executor.submit(work, *about, piece) for piece in pieces]
    done = []
    for number, job in enumerate(jobs):
        progress(number, len(jobs), what)
        done.append(job.result())
    return done


def _drawn_elsewhere(edition: str, readings: dict[str, str], places: list[int]) -> Any:
    current = law(edition, readings)
    mutants = mutants_of(current)
    drawn = drawn_for([mutants[at] for at in places], current, lambda done, of, what: None)
    return [scenario_row(scenario) for scenario in drawn]


def _stronger_elsewhere(edition: str, readings: dict[str, str], piece: tuple[list[int], list[Any]]) -> Any:
    places, rows = piece
    current = law(edition, readings)
    mutants = mutants_of(current)
    hard = [mutants[at] for at in places]
    lives = columns_of([question_values(scenario_of(row)) for row in rows])
    made = []
    for number in range(STRONGER):
        shown, _ = _shown_by(variations(lives, current, VARIED + number), hard, BEST)
        made += [scenario_row(scenario) for scenario in shown]
    return made


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
        kills = np.array([trial.kills(mutant) for mutant in asked]).reshape(len(asked), -1)
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
