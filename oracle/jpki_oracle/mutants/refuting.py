"""Lives on which a node's faults do make a difference part of the way up: no proof need be tried below that.

`Refuting(law, scenarios)` tells, of a mutant of some law, at which rungs a proof would fail on a variation of the
scenarios' lives. What passes a frontier has passed all below it, so the highest such rung says it all.
"""

from collections.abc import Sequence

import numpy as np
from jpki_model.columns import Change, Columns, Shape, columns_of
from jpki_model.day_columns import Column
from jpki_spec.laws import Law
from jpki_spec.terms import Term

from jpki_oracle.mutants.equivalence import UNDER_ASSUMPTIONS, of_one_law, rungs_of
from jpki_oracle.mutants.mutant import Mutant, question_values
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.mutants.variations import variations
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS = 4


class Refuting:
    """Tells which rungs some life refutes, under the assumptions of every law or of this one."""

    def __init__(self, current: Law, scenarios: Sequence[Scenario]) -> None:
        lives = [question_values(scenario) for scenario in scenarios if scenario.life is not None]
        possible = next(lives_near_edges(current, 1))
        if lives:
            varied = [variations(columns_of(lives), current, number) for number in range(CHUNKS)]
            broken = [
                variations(columns_of(lives), current, number, of_one_law()) for number in range(CHUNKS)
            ]
        else:
            varied = broken = []
        self._lives = _joined([possible, *varied])
        self._happening: dict[Law, Column] = {}
        self._shapes: dict[int, Shape] = {}
        self._possible = Columns(self._lives)
        self._anywhere = Columns(_joined([possible, *broken]))

    def __call__(self, mutant: Mutant, current: Law) -> frozenset[int]:
        """The rungs at which there is no proof for a mutant of a law.

        UNDER_ASSUMPTIONS stands for the last one below the outcome, in this law alone.
        """
        if mutant.fault is None or mutant.observed.pack == "number":
            return frozenset()
        rungs = rungs_of([mutant])
        refuted: set[int] = set()
        if len(rungs) > 1:
            change = self._change(self._possible, mutant)
            happening = self._that_can_happen(current)
            if any(_changes(term, change, happening) for term in rungs[-2]):
                refuted.add(UNDER_ASSUMPTIONS)
            change = self._change(self._anywhere, mutant)
            differing = [
                rung
                for rung, terms in enumerate(rungs[:-1])
                if any(term.get_id() in change.values for term in terms)
            ]
            refuted |= set(range(max(differing, default=-1) + 1))
        return frozenset(refuted)

    def _change(self, columns: Columns, mutant: Mutant) -> Change:
        root = mutant.observed.term
        if root.get_id() not in self._shapes:
            self._shapes[root.get_id()] = Shape.of([root])
        columns(root)
        assert mutant.fault is not None  # asked by `of_mutant` alone
        return columns.change(self._shapes[root.get_id()], mutant.fault.node, [mutant.fault.replacement])

    def _that_can_happen(self, current: Law) -> Column:
        if current not in self._happening:
            self._happening[current] = can_happen(self._lives, current)
        return self._happening[current]


def _changes(term: Term, change: Change, among: Column) -> bool:
    """A term has another value for one of the lives, among those marked."""
    value = change.values.get(term.get_id())
    if value is None:
        return False
    return bool(((value != change.before[term.get_id()]) & among[change.at]).any())


def any_differs(columns: Columns, mutant: Mutant, frontier: Sequence[Term]) -> bool:
    """A mutant changes something at a frontier, for one of the lives."""
    for term in frontier:
        columns(term)
    fault = mutant.fault
    return fault is not None and bool(
        columns.with_replaced(Shape.of(frontier), fault.node, fault.replacement)
    )


def _joined(chunks: Sequence[dict[str, Column]]) -> dict[str, Column]:
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
