"""Judges one answer: what the rules expect of a scenario, what was observed, and the verdict with its reasons.

`Judge(law).judge(scenario, reply)` is the way in. Nothing passes by default: an answer that leaves out what the
scenario is about is not applicable, and one that says nothing at all is inconclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jpki_model.day import OutOfCalendar
from jpki_model.derivation import Step, derive
from jpki_model.evaluate import Value
from jpki_model.number import judge_number
from jpki_model.outcome import outcome_of
from jpki_spec.clauses import relevant
from jpki_spec.fields import ITEMS, VALIDITY_OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook

from jpki_oracle.scenarios.scenario import NUMBER_KINDS, Scenario
from jpki_oracle.sut.connection import Answer, Failure, Refusal, Reply

Observed = date | int | bool | str | None


class Verdict(StrEnum):
    """The outcomes of a scenario; `WRONG_REASON` is a right decision for a reason that is not the one."""

    PASS = "pass"
    ACCEPTABLE = "acceptable"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    WRONG_REASON = "wrong reason"


@dataclass(frozen=True)
class Difference:
    """One outcome that was answered wrongly: what was expected and observed, why, and who else would expect it.

    `why` is the derivation of what was expected; `readings` are the other answers to an open question under which
    what was observed is right (empty if there are none).
    """

    outcome: str
    expected: Observed
    observed: Observed
    edition: str
    why: tuple[Step, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()

    @property
    def rule(self) -> str:
        """The rule that decided what was expected."""
        return self.why[0].rule.id if self.why else ""

    @property
    def clauses(self) -> list[str]:
        """The clauses, and for a card the facts, behind what was expected, the nearest first."""
        facts = dict.fromkeys(
            fact for step in self.why for _, used in step.walk() for fact in used.rule.facts
        )
        return [*relevant((clause for step in self.why for clause in step.clauses()), self.edition), *facts]


@dataclass(frozen=True)
class Judgement:
    """The verdict on one scenario.

    `differences` are the wrong answers; `unanswered` the outcomes that the system left out; `readings` the single
    reading that would make every wrong answer right (for `acceptable`); `reason` says in words why a scenario is
    inconclusive or not applicable; `expected` and `observed` hold every outcome that was answered; `trace` are the
    commands and responses of a card, without anything secret.
    """

    scenario: Scenario
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    unanswered: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    expected: Mapping[str, Observed] = field(default_factory=dict)
    observed: Mapping[str, Observed] = field(default_factory=dict)
    trace: tuple[str, ...] = ()


class Judge:
    """Judges answers under one law; `chosen` are answers to open questions of another kind than the law's."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.chosen: Mapping[str, str] = {}

    def judge(self, scenario: Scenario, reply: Reply) -> Judgement:
        """The verdict on what a system replied to a scenario's question."""
        match reply:
            case Failure(kind, detail):
                return Judgement(
                    scenario, Verdict.INCONCLUSIVE, reason=f"{kind.value.replace('_', ' ')}: {detail}"
                )
            case Refusal(code, message):
                return Judgement(
                    scenario, Verdict.INCONCLUSIVE, reason=f"refused with error {code}: {message}"
                )
            case Answer(result):
                return self._judged(scenario, self.observed(scenario, result))

    def compared(self, judgement: Judgement, reply: Reply, again: Reply | None) -> Judgement:
        """The judgement, or that the system is flaky: asked the same `again`, it answered differently."""
        if not isinstance(reply, Answer) or again is None or again == reply:
            return judgement
        scenario = judgement.scenario
        if not isinstance(again, Answer):
            reason = f"flaky: it answered, and asked the same again it did not ({self.judge(scenario, again).reason})"
            return Judgement(scenario, Verdict.INCONCLUSIVE, reason=reason)
        first, second = (self.observed(scenario, each.result) for each in (reply, again))
        changed = [name for name in {**first, **second} if first.get(name, "…") != second.get(name, "…")]
        told = ", ".join(f"{name} {first.get(name, '…')}, then {second.get(name, '…')}" for name in changed)
        if not changed:
            return judgement
        return Judgement(
            scenario, Verdict.INCONCLUSIVE, reason=f"flaky: asked the same twice, it answered {told}"
        )

    def expected(self, scenario: Scenario, law: Law | None = None) -> dict[str, Observed]:
        """What the rules expect for each outcome that the scenario asks for."""
        return _expected(scenario, law or self.law)

    def observed(self, scenario: Scenario, result: Mapping[str, object]) -> dict[str, Observed]:
        """A validated result, by the names of the outcomes that it speaks of."""
        return observed_outcomes(scenario, result)

    def _judged(self, scenario: Scenario, observed: Mapping[str, Observed]) -> Judgement:
        try:
            expected = self.expected(scenario)
        except OutOfCalendar as error:
            reason = f"edition {self.law.edition} has no answer to this life: {error}"
            return Judgement(scenario, Verdict.INCONCLUSIVE, reason=reason)
        answered = {name: observed[name] for name in expected if name in observed}
        unanswered = tuple(name for name in expected if name not in observed)
        if not answered:
            reason = f"it answered none of {', '.join(expected)}"
            return Judgement(scenario, Verdict.INCONCLUSIVE, unanswered=unanswered, reason=reason)
        wrong = [name for name, value in answered.items() if value != expected[name]]
        if not wrong:
            verdict, reason = Verdict.PASS, ""
            if scenario.outcome not in answered:
                verdict = Verdict.NOT_APPLICABLE
                reason = f"it does not answer {scenario.outcome}, which this scenario is about"
            return Judgement(
                scenario,
                verdict,
                (),
                unanswered,
                (),
                reason,
                {name: expected[name] for name in answered},
                answered,
            )
        by_reading = self.by_reading(scenario)
        differences = tuple(
            Difference(
                name,
                expected[name],
                answered[name],
                self.law.edition,
                self.derivation(scenario, name),
                tuple(
                    reading for reading, values in by_reading.items() if values.get(name) == answered[name]
                ),
            )
            for name in wrong
        )
        whole = tuple(
            reading
            for reading, values in by_reading.items()
            if all(values.get(name) == value for name, value in answered.items())
        )
        verdict = Verdict.ACCEPTABLE if whole else Verdict.FAIL
        return Judgement(
            scenario,
            verdict,
            differences,
            unanswered,
            whole,
            "",
            {name: expected[name] for name in answered},
            answered,
        )

    def by_reading(self, scenario: Scenario) -> dict[tuple[str, str], dict[str, Observed]]:
        """What would be expected under each other answer to one open question."""
        expected: dict[tuple[str, str], dict[str, Observed]] = {}
        for other in self.law.alternatives("numbers" if scenario.pack == "number" else "dates"):
            (reading,) = self.law.difference(other).items()
            try:
                expected[reading] = _expected(scenario, other)
            except OutOfCalendar:
                continue  # that reading has no answer, so none can be right by it
        return expected

    def derivation(self, scenario: Scenario, outcome: str) -> tuple[Step, ...]:
        """The rules that decided what is expected for one outcome."""
        book = rulebook(self.law)
        if scenario.life is None:
            return judge_number(*_number(scenario), self.law).why
        values: dict[str, Value] = dict(scenario.life.values())
        if scenario.on is None:
            return derive(book.outputs[outcome], book, values)
        item = outcome.removesuffix("_state")
        return derive(book.states[item], book, {**values, "on": scenario.on})


def observed_outcomes(scenario: Scenario, result: Mapping[str, object]) -> dict[str, Observed]:
    """A validated result, by the names of the outcomes that it speaks of."""
    if scenario.pack == "number":
        return {_number(scenario)[0]: _plain(result["valid"])} if "valid" in result else {}
    if scenario.pack == "status":
        return {f"{item}_state": _plain(result[item]) for item in ITEMS if item in result}
    return {name: _plain(result[name]) for name in VALIDITY_OUTPUTS if name in result}


def _expected(scenario: Scenario, law: Law) -> dict[str, Observed]:
    if scenario.life is None:
        form, text = _number(scenario)
        return {form: judge_number(form, text, law).valid}
    outcome = outcome_of(scenario.life, law)
    if scenario.on is not None:
        return {f"{item}_state": state for item, state in outcome.states(scenario.on).items()}
    return {name: outcome.outputs[name] for name in VALIDITY_OUTPUTS}


def _number(scenario: Scenario) -> tuple[str, str]:
    """The form and the text of the number that a scenario asks for."""
    ((kind, text),) = (scenario.number or {}).items()
    return NUMBER_KINDS[kind], text


def _plain(value: object) -> Observed:
    if value is None or isinstance(value, date | int | bool | str):
        return value
    raise TypeError(f"{value!r} is not an outcome")
