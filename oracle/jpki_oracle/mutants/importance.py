"""Derives the importance of scenarios: what the faults that hardly another scenario shows do to a population.

A system that fails one scenario of a suite and no other has one of the faults that only this scenario shows. Of these
the middle one, by the people it hits, says how much the scenario matters. Where others show them all too, the faults
count that the fewest others show.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from jpki_model.bits import CHOICE_SORTS
from jpki_model.columns import Columns, Shape
from jpki_model.day_columns import NEVER_NUMBER, Column
from jpki_spec.laws import Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.number import NUMBER_FORMS
from jpki_spec.terms import DATE, Term

from jpki_oracle.mutants.complete import Complete
from jpki_oracle.mutants.faults import Observed
from jpki_oracle.mutants.mutant import Mutant, kill_matrix, mutants_of, places_of, possible
from jpki_oracle.scenarios.importance import Importance
from jpki_oracle.scenarios.population import PLAUSIBLE, population
from jpki_oracle.scenarios.scenario import Scenario

PEOPLE = 30_000
"""How many lives are drawn: enough to see what hits a hundred of a million."""
MOST = 24
"""Faults that are looked at for one scenario."""


def importances_on(executor: Executor, builds: Sequence[Complete]) -> list[dict[str, Importance]]:
    """For each build, by its id, the importance of each of its scenarios; on the processes of an executor."""
    jobs = []
    for built in builds:
        places = [places_of(built.law)[id(mutant)] for mutant in built.mutants]
        ids = [scenario.id for scenario in built.scenarios]
        law_named = built.law.edition, dict(built.law.readings)
        jobs.append(executor.submit(_importances_elsewhere, law_named, places, ids, built.kills))
    return [job.result() for job in jobs]


def _importances_elsewhere(
    law_named: tuple[str, dict[str, str]], places: list[int], ids: list[str], kills: npt.NDArray[np.bool_]
) -> dict[str, Importance]:
    current = law(*law_named)
    mutants = mutants_of(current)
    return importances(current, [mutants[at] for at in places], ids, kills)


def importances(
    current: Law, mutants: Sequence[Mutant], ids: Sequence[str], kills: npt.NDArray[np.bool_]
) -> dict[str, Importance]:
    """The importance of each scenario that shows a mutant, by its id; `kills` are mutants by scenarios."""
    times = kills.sum(axis=1)
    own: dict[str, list[int]] = {}
    for at, id in enumerate(ids):
        shown = np.flatnonzero(kills[:, at])
        if len(shown):
            own[id] = shown[times[shown] == times[shown].min()][:MOST].tolist()
    effects = _effects(mutants, sorted({row for rows in own.values() for row in rows}), current)
    return {id: _middle([effects[row] for row in rows]) for id, rows in own.items()}


def _middle(found: Sequence[Importance]) -> Importance:
    return sorted(found, key=lambda each: (*each.rank, each.direction))[len(found) // 2]


def weighed(scenarios: Sequence[Scenario], laws: Sequence[Law]) -> list[Scenario]:
    """The scenarios with their importance, by the first of the laws under which they show a fault."""
    weights: dict[str, Importance] = {}
    for current in laws:
        asked = possible([scenario for scenario in scenarios if scenario.serves(current)], current)
        if all(scenario.id in weights for scenario in asked):
            continue
        mutants = mutants_of(current)
        found = importances(
            current, mutants, [scenario.id for scenario in asked], kill_matrix(mutants, asked)
        )
        weights = {**found, **weights}
    return [replace(scenario, importance=weights.get(scenario.id)) for scenario in scenarios]


def _effects(mutants: Sequence[Mutant], rows: Sequence[int], current: Law) -> dict[int, Importance]:
    """What each of the mutants at `rows` does to a plausible population; one outcome after the other."""
    found: dict[int, Importance] = {}
    by_outcome: dict[str, list[int]] = {}
    for row in rows:
        by_outcome.setdefault(mutants[row].observed.outcome, []).append(row)
    for places in by_outcome.values():
        outcome = _Outcome(mutants[places[0]].observed, current)
        found |= {row: outcome.effect(mutants[row]) for row in places}
    return found


class _Outcome:
    """One outcome over a population: `person` numbers the person of each row, of `count` in all."""

    def __init__(self, observed: Observed, current: Law) -> None:
        self._observed, self._law = observed, current
        columns, self._person = _asked(observed, current)
        self._columns, self._count = Columns(columns), int(self._person.max()) + 1
        self._shape = Shape.of([observed.term])
        self._right = self._columns(observed.term)
        self._end = _end_of(observed, current)
        if self._end is not None:
            self._whole = Columns({name: column[: self._count] for name, column in columns.items()})
            self._end_shape, self._right_end = Shape.of([self._end]), self._whole(self._end)

    def effect(self, mutant: Mutant) -> Importance:
        """How many people get a wrong answer from the mutant, for how long, in which direction."""
        rows, right, wrong = self._wrong_answers(mutant)
        if not len(rows):
            return Importance(0, self._count, None, "other")
        people = np.unique(self._person[rows])
        per_million = round(len(people) * 1_000_000 / self._count)
        direction = _direction(self._observed, right, wrong)
        return Importance(per_million, self._count, self._days(mutant, people), direction)

    def _wrong_answers(self, mutant: Mutant) -> tuple[Column, Column, Column]:
        """The rows for which the mutant answers otherwise, the right answers and the mutant's."""
        if mutant.fault is None:
            wrong = self._columns(mutant.term())
            rows = np.flatnonzero(np.asarray(self._right != wrong))
            return rows, self._right[rows], wrong[rows]
        key = self._observed.term.get_id()
        change = self._columns.change(self._shape, mutant.fault.node, [mutant.fault.replacement])
        if key not in change.values:
            return change.at[:0], self._right[:0], self._right[:0]
        wrong = np.broadcast_to(change.values[key], change.at.shape)
        right = self._right[change.at]
        differ = right != wrong
        return change.at[differ], right[differ], wrong[differ]

    def _days(self, mutant: Mutant, people: Column) -> int | None:
        """The median of how many days the answer is off for those people; None where there is no end."""
        if self._end is None:
            return None
        if mutant.fault:
            changed = self._whole.with_replaced(self._end_shape, mutant.fault.node, mutant.fault.replacement)
            wrong = changed.get(self._end.get_id(), self._right_end)
        else:
            other = _end_of(mutant.observed, mutant.other) if mutant.other else None
            wrong = self._right_end if other is None else self._whole(other)
        right, wrong = self._right_end[people], wrong[people]
        endless = (right == NEVER_NUMBER) != (wrong == NEVER_NUMBER)
        off = np.where(endless, NEVER_NUMBER, np.abs(right - wrong))
        off = np.sort(off[off > 0])
        middle = int(off[len(off) // 2]) if len(off) else 1  # a state turns on another side of the same end
        return None if middle == NEVER_NUMBER else middle


def _end_of(observed: Observed, current: Law) -> Term | None:
    """The date that an outcome says, or by which its state turns; None for what is no matter of days."""
    outputs = rulebook(current).outputs
    if observed.outcome in outputs:
        term = outputs[observed.outcome]
        return term if term.sort() == DATE else None
    return outputs.get(f"{observed.outcome.removesuffix('_state')}_ends")


def _asked(observed: Observed, current: Law) -> tuple[dict[str, Column], Column]:
    """Questions as columns, and the person of each: for a state, each is asked about its ends and at random."""
    if observed.pack == "number":
        digits = range(1, NUMBER_FORMS[observed.outcome].digits + 1)
        random = np.random.default_rng(12)
        return {f"d{place}": random.integers(0, 10, PEOPLE) for place in digits}, np.arange(PEOPLE)
    columns = population(PEOPLE, 1, current, PLAUSIBLE)
    count = len(columns["birth"])
    if observed.pack == "validity":
        return columns, np.arange(count)
    item, random = observed.outcome.removesuffix("_state"), np.random.default_rng(2016)
    end = Columns(columns)(rulebook(current).outputs[f"{item}_ends"])
    end = np.where(end == NEVER_NUMBER, columns["on"], end)
    start = np.where(columns[f"{item}_issued"] == NEVER_NUMBER, columns["on"], columns[f"{item}_issued"])
    later = (columns["card_issued"] + random.integers(0, 4000, count) for _ in range(3))
    days = [columns["on"], end, end + 1, start - 1, start, *later]
    asked = {name: np.tile(column, len(days)) for name, column in columns.items()}
    asked["on"] = np.concatenate(days)
    return asked, np.tile(np.arange(count), len(days))


def _direction(observed: Observed, right: Column, wrong: Column) -> str:
    outcome = observed.outcome
    if observed.pack == "number":
        held, refused = bool(wrong.any()), bool(right.any())
    elif outcome.endswith("_state"):
        valid = CHOICE_SORTS[observed.term.sort().name()].index("valid")
        held, refused = bool((wrong == valid).any()), bool((right == valid).any())
    elif outcome.endswith("_expires"):
        held, refused = bool((wrong > right).any()), bool((wrong < right).any())
    else:
        held = refused = False
    return _WORDS[held, refused]


_WORDS = {(True, True): "both", (True, False): "held", (False, True): "refused", (False, False): "other"}
