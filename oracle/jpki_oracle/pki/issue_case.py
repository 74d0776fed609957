"""What must hold of every issue of a certificate, with the clauses that say so: `RULES` by the id of a finding."""

from dataclasses import dataclass

from jpki_model.derivation import Step
from jpki_spec.fields import Text
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Rule

from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.scenarios.scenario import Scenario

ISSUE = "issue"


def _rule(id: str, en: str, ja: str, *clauses: str) -> Rule:
    return Rule(f"issue.{id}", Text(en, ja), clauses, lambda: None)


RULES: dict[str, Rule] = {
    "application": _rule(
        "application",
        "Somebody applies as himself, with his own card",
        "本人が自分の名とカードで申請する",
        "issue-step-1",
    ),
    "identity": _rule(
        "identity",
        "Nothing is issued to whom the register does not have",
        "台帳にない者には発行しない",
        "issue-step-2",
        "flow-identity-check-premise",
    ),
    "one-hand": _rule(
        "one-hand",
        "In the end the private key is on the card and in no other hands",
        "秘密鍵は最後にカードだけにある",
        "key-pair-stays",
    ),
    "sent-key": _rule(
        "sent-key",
        "The certificate is for the public key that was sent",
        "証明書は送られた公開鍵のものである",
        "signature-certificate-binding",
        "key-pair-definition",
    ),
    "own-card": _rule(
        "own-card",
        "Certificate and key pair are recorded on the applicant's card",
        "証明書と鍵ペアは申請者のカードに記録される",
        "issue-step-6",
    ),
}


@dataclass(frozen=True)
class IssueScenario(Scenario):
    """One check, by its name."""

    name: str = ""

    @property
    def id(self) -> str:
        """The pack and the check's name."""
        return f"{ISSUE}-{self.name.replace('/', '-')}"

    @property
    def params(self) -> dict[str, object]:
        """The check's name: what was asked stands in the pack."""
        return {"check": self.name}

    def question(self) -> str:
        """The check's name."""
        return self.name


def check(name: str, rule: str, expected: Observed, observed: Observed) -> Judgement:
    """The judgement on one check."""
    scenario = _scenario(name, rule)
    values = {rule: expected}, {rule: observed}
    if expected == observed:
        return Judgement(scenario, Verdict.PASS, expected=values[0], observed=values[1])
    why = (Step(RULES[rule], True, (), ()),)
    difference = Difference(rule, expected, observed, CURRENT_EDITION, why)
    return Judgement(scenario, Verdict.FAIL, (difference,), expected=values[0], observed=values[1])


def not_judged(name: str, verdict: Verdict, reason: str) -> Judgement:
    """There was nothing to judge, and why."""
    return Judgement(_scenario(name, "application"), verdict, reason=reason)


def _scenario(name: str, rule: str) -> IssueScenario:
    title = RULES[rule].title
    return IssueScenario(ISSUE, rule, RULES[rule].id, f"stated|{title.en}|{title.ja}", name=name)
