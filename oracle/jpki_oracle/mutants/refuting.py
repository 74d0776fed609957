"""Lives on which a node's faults do make a difference part of the way up: no proof need be tried below that.

`Refuting(law, scenarios)` tells, of a group of mutants of one node, at which rungs a proof would fail on a variation
of the scenarios' lives. What passes a frontier has passed all below it, so the highest such rung says it all.
"""

from collections.abc import Sequence

import numpy as np
from jpki_model.columns import Column, Columns, Shape, columns_of
from jpki_spec.laws import Law
from jpki_spec.terms import Term

from jpki_oracle.mutants.equivalence import UNDER_ASSUMPTIONS, of_one_law, rungs_of
from jpki_oracle.mutants.mutant import Mutant, question_values
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.mutants.variations import variations
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
        self._possible = Columns(_joined([possible, *varied]))
        self._anywhere = Columns(_joined([possible, *broken]))

    def __call__(self, group: Sequence[Mutant]) -> list[int]:
        """The rungs at which there is no proof; UNDER_ASSUMPTIONS for one below the outcome in this law alone."""
        if group[0].fault is None or group[0].observed.pack == "number":
            return []
        rungs = rungs_of(group)
        refuted: list[int] = []
        if len(rungs) > 1 and _any_differs(self._possible, group, rungs[-2]):
            refuted.append(UNDER_ASSUMPTIONS)
        for rung in reversed(range(len(rungs) - 1)):
            if _any_differs(self._anywhere, group, rungs[rung]):
                return [*refuted, *range(rung + 1)]
        return refuted


def _any_differs(columns: Columns, group: Sequence[Mutant], frontier: Sequence[Term]) -> bool:
    for term in frontier:
        columns(term)
    shape = Shape.of(frontier)
    faults = (mutant.fault for mutant in group if mutant.fault)
    return any(bool(columns.with_replaced(shape, fault.node, fault.replacement)) for fault in faults)


def _joined(chunks: Sequence[dict[str, Column]]) -> dict[str, Column]:
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
