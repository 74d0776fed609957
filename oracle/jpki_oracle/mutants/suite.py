"""A suite file of several laws: the scenarios that the complete suite of each needs, each said once.

`suite_of(builds)` joins complete suites; a scenario lists the editions that need it, and the other readings that need
it beyond what their edition does.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

from jpki_oracle.mutants.complete import Complete
from jpki_oracle.mutants.importance import importances_on
from jpki_oracle.mutants.mutant import Mutant
from jpki_oracle.scenarios.importance import Importance
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import Scenario

_TELLING = (
    "before-or-on",
    "leap-birthday",
    "constant-more",
    "constant-less",
    "constant-replaced",
    "months-run-over",
    "months-as-days",
    "days-as-months",
    "day-later",
    "day-earlier",
    "condition-false",
    "condition-true",
    "condition-dropped",
)
"""Operators whose faults say best what a scenario is about, the best first; others follow."""


def suite_of(builds: Sequence[Complete], executor: Executor) -> list[Scenario]:
    """The scenarios of complete suites, each with the laws that need it; with editions, numbers that are none, too."""
    malformed = [scenario for scenario in number_scenarios() if scenario.is_malformed]
    if all(built.law.readings for built in builds):
        malformed = []
    labelled: dict[str, Scenario] = {scenario.id: scenario for scenario in malformed}
    weights: dict[str, Importance] = {}
    for found in importances_on(executor, builds):
        weights |= {id: weight for id, weight in found.items() if id not in weights}
    editions: dict[str, set[str]] = {}
    readings: dict[str, set[str]] = {}
    for built in builds:
        for at, scenario in enumerate(built.scenarios):
            needing = readings if built.law.readings else editions
            needing.setdefault(scenario.id, set()).add(str(built.law))
            if scenario.id not in labelled:
                outcome, rule, edge = _about(built, at)
                labelled[scenario.id] = replace(scenario, outcome=outcome, rule=rule, edge=edge)
    return [
        replace(
            scenario,
            editions=() if scenario.pack == "number" else tuple(sorted(editions.get(id, ()))),
            readings=tuple(sorted(readings.get(id, ()))),
            importance=weights.get(id),
        )
        for id, scenario in labelled.items()
    ]


def _about(built: Complete, at: int) -> tuple[str, str, str]:
    """Outcome, rule and edge of a scenario: the most telling of the mutants that only it shows."""
    alone = built.kills[:, at] & (built.kills.sum(axis=1) == 1)
    shown = [mutant for mutant, only in zip(built.mutants, alone.tolist(), strict=True) if only]
    mutant = min(shown, key=_rank)
    if mutant.fault:
        fault = mutant.fault
        edge, rule = f"fault|{fault.has}|{fault.instead}", fault.rule
    else:
        (edge, rule) = _law_edge(built, mutant)
    return mutant.observed.outcome, rule, edge


def _law_edge(built: Complete, mutant: Mutant) -> tuple[str, str]:
    other = mutant.other or built.law
    if other.edition != built.law.edition:
        return f"edition|{other.edition}", "edition"
    ((question, answer),) = built.law.difference(other).items()
    return f"reading|{question}|{answer}", question


def _rank(mutant: Mutant) -> tuple[int, str]:
    if mutant.fault is None:
        return (-1, mutant.id)
    operator = mutant.fault.operator
    return (_TELLING.index(operator) if operator in _TELLING else len(_TELLING), mutant.id)
