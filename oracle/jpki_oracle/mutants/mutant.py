"""Mutants: an outcome's term with one fault, or as another law has it; and which scenarios tell it from the rules.

`mutants_of(law)` lists them in a fixed order; `Trial` runs them over whole columns of lives, never one by one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from jpki_model.columns import Columns, Shape, columns_of
from jpki_model.day import NEVER_DAY
from jpki_model.day_columns import Column
from jpki_model.evaluate import Value
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.terms import Term

from jpki_oracle.mutants.faults import Fault, Observed, faults_of, observed_outcomes, touched
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import Scenario

Kills = npt.NDArray[np.bool_]
"""Mutants by questions: which mutant answers which otherwise than the rules do."""


@dataclass(frozen=True, eq=False, repr=False)
class Mutant:
    """One outcome as a program with one fault answers it, or as another law would have it."""

    observed: Observed
    fault: Fault | None = None
    other: Law | None = None

    @property
    def id(self) -> str:
        """The outcome, and the fault or the law."""
        cause = self.fault.id if self.fault else f"law:{self.other}"
        return f"{self.observed.outcome}/{cause}"

    def __repr__(self) -> str:
        return f"Mutant({self.id})"  # its terms would take z3 minutes to print

    def term(self) -> Term:
        """What the mutant answers."""
        if self.fault:
            return self.fault.in_term(self.observed.term)
        return outcomes_of(self.other)[self.observed.outcome] if self.other else self.observed.term


@cache
def outcomes_of(current: Law) -> Mapping[str, Term]:
    """The term of each outcome that a system answers under a law."""
    return {observed.outcome: observed.term for observed in observed_outcomes(current)}


@cache
def mutants_of(current: Law) -> tuple[Mutant, ...]:
    """Every mutant of a law: its single faults by outcome, each other answer to one question, each other edition."""
    outcomes, faults = observed_outcomes(current), faults_of(current)
    within = touched(faults, outcomes)
    others = [
        *current.alternatives(),
        *current.alternatives("numbers"),
        *(law(edition) for edition in EDITIONS if edition != current.edition),
    ]
    made: list[Mutant] = []
    for observed in outcomes:
        made += [Mutant(observed, fault=faults[at]) for at in within[observed.outcome]]
        made += [
            Mutant(observed, other=other)
            for other in others
            if not outcomes_of(other)[observed.outcome].eq(observed.term)
        ]
    return tuple(made)


@cache
def places_of(current: Law) -> Mapping[int, int]:
    """Where each mutant of a law stands among them, by its Python id: what tells other processes of it."""
    return {id(mutant): at for at, mutant in enumerate(mutants_of(current))}


class Trial:
    """Runs mutants of one pack over columns of questions."""

    def __init__(self, columns: Mapping[str, Column], observed: Iterable[Observed]) -> None:
        self.columns = Columns(columns)
        terms = [each.term for each in observed]
        self._shape = Shape.of(terms)
        for term in terms:
            self.columns(term)

    def kills(self, mutants: Sequence[Mutant]) -> Kills:
        """Where each mutant answers otherwise; those of one node are run together."""
        kills = np.zeros((len(mutants), self.columns.length), dtype=bool)
        by_node: dict[int, dict[int, list[int]]] = {}
        for row, mutant in enumerate(mutants):
            if mutant.fault is None:
                kills[row] = self.columns(mutant.observed.term) != self.columns(mutant.term())
            else:
                node, replacement = mutant.fault.node.get_id(), mutant.fault.replacement.get_id()
                by_node.setdefault(node, {}).setdefault(replacement, []).append(row)
        for by_replacement in by_node.values():
            faults = [fault for rows in by_replacement.values() if (fault := mutants[rows[0]].fault)]
            replacements = [fault.replacement for fault in faults]
            changed = self.columns.where_changed(self._shape, faults[0].node, replacements)
            for number, rows in enumerate(by_replacement.values()):
                for row in rows:
                    where = changed.get(mutants[row].observed.term.get_id())
                    if where is not None:
                        kills[row] = where[number]
        return kills


def kill_matrix(mutants: Sequence[Mutant], scenarios: Sequence[Scenario]) -> Kills:
    """Mutants by scenarios: which answers which otherwise than the rules do."""
    matrix = np.zeros((len(mutants), len(scenarios)), dtype=bool)
    for pack, where in places_by_pack(scenarios):
        here = [(row, mutant) for row, mutant in enumerate(mutants) if mutant.observed.pack == pack]
        for outcomes, group in _by_columns(here, pack):
            asked = [at for at in where if pack != "number" or scenarios[at].outcome in outcomes]
            if not asked or not group:
                continue
            distinct = {mutant.observed.outcome: mutant.observed for _, mutant in group}
            trial = Trial(columns_of([question_values(scenarios[at]) for at in asked]), distinct.values())
            rows = np.array([row for row, _ in group])
            matrix[rows[:, None], asked] = trial.kills([mutant for _, mutant in group])
    return matrix


def _by_columns(
    rows: list[tuple[int, Mutant]], pack: str
) -> Iterator[tuple[set[str], list[tuple[int, Mutant]]]]:
    """Rows that the same columns serve: all of a pack of lives, those of one form of number."""
    outcomes = dict.fromkeys(mutant.observed.outcome for _, mutant in rows)
    for chosen in [[outcome] for outcome in outcomes] if pack == "number" else [list(outcomes)]:
        yield set(chosen), [(row, mutant) for row, mutant in rows if mutant.observed.outcome in chosen]


def places_by_pack(scenarios: Sequence[Scenario]) -> list[tuple[str, list[int]]]:
    """The positions of the scenarios of each pack; numbers that have no check digit to speak of are left out."""
    places: dict[str, list[int]] = {}
    for at, scenario in enumerate(scenarios):
        if not scenario.is_malformed:
            places.setdefault(scenario.pack, []).append(at)
    return list(places.items())


def question_values(scenario: Scenario) -> dict[str, Value]:
    """A scenario's question as values of the constants that the rules speak of."""
    if scenario.life is None:
        (text,) = (scenario.number or {}).values()
        return {f"d{place}": int(digit) for place, digit in enumerate(text, start=1)}
    return {**scenario.life.values(), "on": scenario.on or NEVER_DAY}


def still_alive(mutants: Sequence[Mutant], scenarios: Sequence[Scenario]) -> list[Mutant]:
    """The mutants that none of the scenarios shows."""
    killed = np.any(kill_matrix(mutants, scenarios), axis=1).tolist()
    return [mutant for mutant, dead in zip(mutants, killed, strict=True) if not dead]


def possible(scenarios: Iterable[Scenario], current: Law) -> list[Scenario]:
    """The scenarios whose lives can happen under the law."""
    (found,) = possible_under(list(scenarios), [current])
    return found


def possible_under(scenarios: Sequence[Scenario], laws: Iterable[Law]) -> Iterator[list[Scenario]]:
    """For each law the scenarios whose lives can happen under it."""
    lives = [scenario for scenario in scenarios if scenario.life is not None]
    if not lives:
        yield from (list(scenarios) for _ in laws)
        return
    columns = columns_of([question_values(scenario) for scenario in lives])
    for current in laws:
        holds = can_happen(columns, current)
        impossible = {scenario.id for scenario, can in zip(lives, holds, strict=True) if not can}
        yield [scenario for scenario in scenarios if scenario.id not in impossible]
