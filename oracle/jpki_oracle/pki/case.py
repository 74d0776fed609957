"""Cases of the packs on certificates as campaign and reports know scenarios."""

from dataclasses import dataclass

from jpki_model.derivation import Step
from jpki_spec.certificates import ALGORITHMS, REJECTIONS, TODAYS_ALGORITHM
from jpki_spec.fields import Text
from jpki_spec.rules.registry import Rule

from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.scenarios.scenario import Scenario

VERIFIER = "verifier"
_CLAUSES = {
    "revoked": ("application-needs-status", "authority-manages-revocation"),
    "held": ("application-needs-status",),
    "status": ("application-needs-status", "flow-status-checked"),
    "issuer": ("certificate-issuer",),
    "expired": ("certificate-validity",),
    "not-yet-valid": ("certificate-validity",),
    "purpose": ("signature-certificate-nature", "authentication-certificate-nature"),
    "content": ("signature-use-inference",),
}
ACCEPTED = Rule(
    "verifier.accepted",
    Text("Nothing speaks against it, and its status was confirmed", "拒む理由がなく、有効性が確認されている"),
    ("application-needs-status", "signature-legal-effect"),
    lambda: None,
)
RULES: dict[str, Rule] = {
    id: Rule(f"verifier.{id}", text, _CLAUSES.get(id, ()), lambda: None) for id, text in REJECTIONS.items()
}


@dataclass(frozen=True)
class VerifierScenario(Scenario):
    """One verifier case."""

    case: VerifierCase | None = None

    @property
    def verifier_case(self) -> VerifierCase:
        """The case. Raises ValueError for a scenario without one."""
        if self.case is None:
            raise ValueError("a scenario of the pack verifier without its case")
        return self.case

    @property
    def id(self) -> str:
        """The pack and the case's id."""
        return f"{VERIFIER}-{self.verifier_case.id.replace('/', '-')}"

    @property
    def params(self) -> dict[str, object]:
        """The question as parameters of the capability `verifier`."""
        asked = self.verifier_case.question
        one: dict[str, object] = {
            "task": asked.task,
            "at": f"{asked.at:%Y-%m-%dT%H:%M:%SZ}",
            "signed_content": asked.content.hex(),
        }
        names = ("signed_data",) if asked.task == "signature" else ("certificate", "signature")
        several = ("anchors", "revocation_lists", "status_answers", "spent")
        if asked.algorithms != (TODAYS_ALGORITHM,):
            one["algorithms"] = list(asked.algorithms)
        return {
            **one,
            **{name: getattr(asked, name).hex() for name in names},
            **{name: [each.hex() for each in getattr(asked, name)] for name in several},
        }

    def question(self) -> str:
        """The case by its id, and when it is judged."""
        case = self.verifier_case
        return f"{case.id}, judged at {case.question.at:%Y-%m-%dT%H:%M:%SZ}"

    def as_json(self) -> dict[str, object]:
        """The case by its id: its octets stand in the published file."""
        case = self.verifier_case
        row = {"id": self.id, "pack": self.pack, "outcome": self.outcome, "rule": self.rule, "case": case.id}
        return {**row, "difference": case.difference.en, "based_on": case.based_on}


def verifier_scenario(case: VerifierCase) -> VerifierScenario:
    """The scenario that asks a case."""
    edge = f"stated|{case.difference.en}|{case.difference.ja}"
    editions = ALGORITHMS[case.algorithm].editions
    return VerifierScenario(VERIFIER, "accepted", rule_of(case).id, edge, editions=editions, case=case)


def rule_of(case: VerifierCase) -> Rule:
    """The rule that decides a case."""
    return ACCEPTED if case.accepted else RULES[case.reason]


def why(case: VerifierCase) -> tuple[Step, ...]:
    """The derivation of what is expected of a case."""
    return (Step(rule_of(case), case.accepted, (case.difference.en,), ()),)
