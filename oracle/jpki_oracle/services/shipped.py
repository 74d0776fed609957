"""The pack's scenarios as they come with the program: `use_scenarios.json`, made by `services.build`."""

import json
from functools import cache
from importlib.resources import files

from jpki_model.usage import use_question

from jpki_oracle.services.case import UseScenario, use_scenario
from jpki_oracle.services.faults import LAWS

FILE = "use_scenarios.json"


@cache
def use_scenarios() -> tuple[UseScenario, ...]:
    """All of them, by topic."""
    text = files("jpki_oracle.services").joinpath(FILE).read_text(encoding="utf-8")
    rows = json.loads(text)["scenarios"]
    return tuple(use_scenario(use_question(row["params"]), LAWS[-1]) for row in rows)
