"""Judges policy engines: what the rules of use conclude, and why, in the place of what those of a life do."""

from collections.abc import Mapping

from jpki_model.derivation import Step
from jpki_model.usage import decide, derivation
from jpki_spec.laws import CURRENT_EDITION, Law
from jpki_spec.usage import USE_OUTCOMES
from jpki_spec.usage_readings import UsageLaw, usage_law_of

from jpki_oracle.campaign import Plan
from jpki_oracle.judge import Judge, Observed
from jpki_oracle.scenarios.scenario import Scenario
from jpki_oracle.services.case import UseScenario
from jpki_oracle.sut.messages import Description


class UseJudge(Judge):
    """Judges answers about use under one law. What is true or false is told as `yes` or `no`."""

    def __init__(self, law: UsageLaw) -> None:
        super().__init__(law.law)
        self.use = law
        self.chosen = dict(law.answers)

    def expected(self, scenario: Scenario, law: Law | None = None) -> dict[str, Observed]:
        """What the rules conclude for each outcome of the question's topic."""
        use = UsageLaw(law, self.use.answers) if law else self.use
        return _told(decide(_case(scenario).use_question, use))

    def observed(self, scenario: Scenario, result: Mapping[str, object]) -> dict[str, Observed]:
        """The outcomes that the system speaks of."""
        return _told({name: value for name, value in result.items() if name in USE_OUTCOMES})

    def by_reading(self, scenario: Scenario) -> dict[tuple[str, str], dict[str, Observed]]:
        """What would be expected under each other answer to one open question."""
        question = _case(scenario).use_question
        return {reading: _told(decide(question, law)) for reading, law in self.use.alternatives()}

    def derivation(self, scenario: Scenario, outcome: str) -> tuple[Step, ...]:
        """The rules that decided what is expected for one outcome."""
        return derivation(_case(scenario).use_question, outcome, self.use)


def judge_of(plan: Plan, system: Description) -> UseJudge:
    """By what the plan asks for, else what the system claims. Raises `UnknownLaw` or `UnknownUsageReading`."""
    edition = plan.edition or system.edition or CURRENT_EDITION
    claimed = system.readings if plan.edition in (None, system.edition) else {}
    return UseJudge(usage_law_of(edition, {**claimed, **plan.readings}))


def _case(scenario: Scenario) -> UseScenario:
    if not isinstance(scenario, UseScenario):
        raise TypeError(f"{scenario.id} is not a question about use")
    return scenario


def _told(outcomes: Mapping[str, object]) -> dict[str, Observed]:
    return {
        name: ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for name, value in outcomes.items()
    }
