"""Cases of the pack `status-service` and of the lint of certificates: one check each."""

from collections.abc import Mapping
from dataclasses import dataclass

from jpki_model.derivation import Step
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import REQUIREMENTS
from jpki_spec.fields import Text
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Rule

from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.scenarios.scenario import Scenario

STATUS_SERVICE, CERTIFICATE = "status-service", "certificate"
_TITLES = {
    "state": Text("It says of a certificate what is known of it", "証明書の状態を正しく示す"),
    "nonce": Text("A nonce in its answer is that of the request", "応答のノンスは要求のものである"),
    "never-issued": Text("What was never issued is not good", "発行していないものを有効としない"),
    "malformed": Text("What is no request is not answered with a state", "要求でないものに状態を返さない"),
    "signer": Text("It is signed by whom it has to be", "応答には定められた者が署名する"),
    "scope": Text("The list is for whom it has to be", "失効リストは定められた範囲のものである"),
    "readable": Text("The list can be read", "失効リストを読める"),
}  # fmt: skip
RULES = {
    **{
        id: Rule(f"status.{id}", title, ("flow-status-checked", "authority-manages-revocation"), lambda: None)
        for id, title in _TITLES.items()
    },
    **{
        id: Rule(f"certificate.{id}", each.text, each.clauses, lambda: None)
        for id, each in REQUIREMENTS.items()
    },
}


@dataclass(frozen=True)
class StatusCheck:
    """A check by its name, and the rule that it stands on."""

    name: str
    rule: str
    pack: str = STATUS_SERVICE


@dataclass(frozen=True)
class CheckScenario(Scenario):
    """One check as campaign and reports know scenarios."""

    check: StatusCheck = StatusCheck("", "state")

    @property
    def id(self) -> str:
        """The pack and the check's name."""
        return f"{self.pack}-{self.check.name.replace('/', '-')}"

    @property
    def params(self) -> dict[str, object]:
        """The check's name."""
        return {"check": self.check.name}

    def question(self) -> str:
        """The check's name."""
        return self.check.name


def judged(
    check: StatusCheck,
    expected: Observed,
    observed: Observed,
    readings: tuple[tuple[str, str], ...] = (),
) -> Judgement:
    """The judgement on a check; `readings` are the other answers to a question under which it would be right."""
    scenario = _scenario(check)
    values = {check.rule: expected}, {check.rule: observed}
    if expected == observed:
        return Judgement(scenario, Verdict.PASS, expected=values[0], observed=values[1])
    why = (Step(RULES[check.rule], True, (), ()),)
    difference = Difference(check.rule, expected, observed, CURRENT_EDITION, why, readings)
    verdict = Verdict.ACCEPTABLE if readings else Verdict.FAIL
    return Judgement(scenario, verdict, (difference,), (), readings, "", values[0], values[1])


def by_reading(
    check: StatusCheck,
    readings: CertificateReadings,
    question: str,
    by_answer: Mapping[str, Observed],
    observed: Observed,
) -> Judgement:
    """The judgement on a check that an open question decides; `by_answer` has what each answer expects."""
    chosen = readings.reading(question)
    others = tuple((question, a) for a, value in by_answer.items() if a != chosen and value == observed)
    return judged(check, by_answer[chosen], observed, others)


def unjudged(check: StatusCheck, reason: str) -> Judgement:
    """There was nothing to judge."""
    return Judgement(_scenario(check), Verdict.INCONCLUSIVE, reason=reason)


def _scenario(check: StatusCheck) -> CheckScenario:
    title = RULES[check.rule].title
    edge = f"stated|{title.en}|{title.ja}"
    return CheckScenario(check.pack, check.rule, RULES[check.rule].id, edge, check=check)
