"""MC/DC: for each condition of each rule, a scenario in which it holds and decides, one in which it fails and decides.

A scenario that shows the mutant "taken never to hold" has the condition true, and the outcome hangs on it; one
that shows "taken to hold always" has it false. The two are the pair that MC/DC asks for (masking form).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jpki_spec.laws import Law

from jpki_oracle.mutants.mutant import kill_matrix, mutants_of
from jpki_oracle.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Covered:
    """One condition of a rule: ids of scenarios in which it decides, true and false; empty where there is none."""

    rule: str
    condition: str
    when_true: str
    when_false: str


def coverage(current: Law, scenarios: Sequence[Scenario]) -> list[Covered]:
    """Every condition of every rule of a law, with the first scenario on each side."""
    mutants = [
        mutant
        for mutant in mutants_of(current)
        if mutant.fault and mutant.fault.operator in ("condition-true", "condition-false")
    ]
    matrix = kill_matrix(mutants, scenarios)
    conditions: dict[int, dict[str, str]] = {}
    about: dict[int, tuple[str, str]] = {}
    for row, mutant in zip(matrix.tolist(), mutants, strict=True):
        fault = mutant.fault
        if fault is None:
            continue
        node = fault.node.get_id()
        about.setdefault(node, (fault.rule, fault.has))
        sides = conditions.setdefault(node, {})
        if any(row):
            sides.setdefault(fault.operator, scenarios[row.index(True)].id)
    return [
        Covered(*about[node], sides.get("condition-false", ""), sides.get("condition-true", ""))
        for node, sides in conditions.items()
    ]
