"""Scenarios as plain values, which can be in a file or go to another process."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from jpki_model.life import life

from jpki_oracle.scenarios.scenario import Scenario


def scenario_row(scenario: Scenario) -> list[Any]:
    """A scenario as plain values, which can be in a file or go to another process."""
    return [scenario.pack, scenario.outcome, scenario.rule, scenario.params, dict(scenario.number or {})]


def scenario_of(row: Sequence[Any]) -> Scenario:
    """The scenario of such a row."""
    pack, outcome, rule, params, number = row
    if number:
        return Scenario(pack, outcome, rule, "", number=number)
    on = date.fromisoformat(params["on"]) if "on" in params else None
    return Scenario(pack, outcome, rule, "", life=life(params["life"]), on=on)
