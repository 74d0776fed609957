"""Finds a scenario for every goal: the solver picks a life, unless one that is there already will do.

`build(laws)` gives the scenarios in the order in which they were found, and the goals that no life can reach.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import Value, compile_terms
from jpki_model.life import LifeRecord
from jpki_model.patience import in_steps
from jpki_model.solver import Found, NoLife, Question, Unknown
from jpki_spec.laws import CURRENT_EDITION, EDITIONS, Law, law

from jpki_oracle.scenarios.goals import Goal, boundary_goals, reading_goals
from jpki_oracle.scenarios.scenario import Scenario

MIDDAY = date(2024, 6, 1)
"""The day asked for where a goal leaves it open."""


PATIENCE = in_steps(2_000_000_000)
"""Steps of the solver for a goal: some five minutes."""


class GoalUndecided(RuntimeError):
    """The solver gave up on a goal; a suite that may lack something is not built."""


@dataclass
class Build:
    """A suite in the making: scenarios, and the goals that were proven out of reach."""

    scenarios: list[Scenario] = field(default_factory=list)
    unreachable: list[tuple[Law, Goal]] = field(default_factory=list)


def all_laws() -> list[Law]:
    """The default law of every edition, the current one first."""
    return [law(edition) for edition in sorted(EDITIONS, key=lambda e: (e != CURRENT_EDITION, e))]


def all_goals(current: Law) -> Iterator[Goal]:
    """Everything that a suite must reach for one law."""
    yield from boundary_goals(current)
    yield from reading_goals(current)


def build(
    laws: Sequence[Law], progress: Callable[[int, int, str], None] = lambda done, of, what: None
) -> Build:
    """Scenarios for every goal of the given laws. Raises `GoalUndecided`."""
    made = Build()
    values: dict[str, list[dict[str, Value]]] = {"validity": [], "status": []}
    goals = [(current, goal) for current in laws for goal in all_goals(current)]
    for number, (current, goal) in enumerate(goals):
        progress(number, len(goals), f"{current}: {goal.outcome}")
        if not is_met(goal, values[goal.pack]):
            _reach(goal, current, made, values[goal.pack])
    return made


def is_met(goal: Goal, scenarios: Sequence[dict[str, Value]]) -> bool:
    """One of the scenarios (given as the values of all fields and `on`) reaches the goal."""
    compiled = compile_terms([goal.term])
    return any(compiled(scenario) == (True,) for scenario in scenarios)


def values_of(record: LifeRecord, on: date | None) -> dict[str, Value]:
    """A scenario as the values that a goal is evaluated under."""
    return {**record.values(), "on": on or NEVER_DAY}


def _reach(goal: Goal, current: Law, made: Build, values: list[dict[str, Value]]) -> None:
    match Question(goal.term, current, patience=PATIENCE).ask():
        case Found(record, on):
            day = (on or MIDDAY) if goal.pack == "status" else None
            made.scenarios.append(
                Scenario(goal.pack, goal.outcome, goal.rule, goal.edge, life=record, on=day)
            )
            values.append(values_of(record, day))
        case NoLife():
            made.unreachable.append((current, goal))
        case Unknown(why):
            raise GoalUndecided(f"{current}: {goal.outcome}, {goal.rule}, {goal.edge}: {why}")
