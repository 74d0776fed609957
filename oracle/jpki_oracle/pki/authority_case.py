"""Cases of the pack `authority`: single checks of what an authority gave, each with its rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from jpki_model.derivation import Step
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import TRIGGERS
from jpki_spec.fields import Text
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Rule

from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.scenarios.scenario import Scenario

AUTHORITY = "authority"
_TITLES = {
    "profile": Text("A certificate meets its profile", "証明書はプロファイルに従う"),
    "issue": Text(
        "A certificate is issued exactly if the rules give it dates", "規則が期間を与えるときに限り発行する"
    ),
    "dates": Text("A certificate begins and ends by the rules", "証明書は規則のとおり始まり終わる"),
    "key": Text("A certificate is for the key that was sent", "証明書は送られた鍵のものである"),
    "serial": Text("No serial number is used twice", "シリアル番号は重ならない"),
    "status": Text(
        "An event revokes what it has to at once, and nothing else",
        "事由は対象だけを、その時から失効させる",
    ),
    "list": Text(
        "The list of the next day names it, if it is revoked", "失効したものは翌日の失効リストに載る"
    ),
    "agreement": Text("Lists and answers say the same", "失効リストとOCSP応答は一致する"),
    "reason": Text("The reason is that of the event", "失効理由は事由のとおりである"),
    "signer": Text("Answers are signed by whom they have to be", "応答には定められた者が署名する"),
    "scope": Text("Lists are for whom they have to be", "失効リストは定められた範囲のものである"),
    "expired-entry": Text(
        "A list names what expired as it has to", "有効期間の終わったものの掲載は定めのとおりである"
    ),
    "hold": Text(
        "A certificate on hold comes back only if it can", "一時保留は定めのあるときに限り解除される"
    ),
    "nonce": Text("An answer repeats the nonce of the request", "応答は要求のノンスを返す"),
}
_CLAUSES = {
    "dates": ("certificate-validity",),
    "key": ("key-pair-each-certificate", "signature-certificate-binding"),
    "status": (
        "certificate-revocation-deletion",
        "certificate-revocation-attributes",
        "authority-manages-revocation",
    ),
    "list": ("jpki-revocation-published",),
    "profile": (
        "certificate-issuer",
        "signature-certificate-attributes",
        "authentication-certificate-no-attributes",
    ),
}
RULES = {
    id: Rule(f"authority.{id}", title, _CLAUSES.get(id, ()), lambda: None) for id, title in _TITLES.items()
}


@dataclass(frozen=True)
class AuthorityScenario(Scenario):
    """One check, by its name."""

    name: str = ""

    @property
    def id(self) -> str:
        """The pack and the check's name."""
        return f"{AUTHORITY}-{self.name.replace('/', '-')}"

    @property
    def params(self) -> dict[str, object]:
        """The check's name: what was asked stands in the pack."""
        return {"check": self.name}

    def question(self) -> str:
        """The check's name, and in words what has happened."""
        trigger = TRIGGERS.get(self.name.partition("/")[0])
        return f"{self.name}: {trigger.title.en}" if trigger else self.name


def check(
    name: str,
    rule: str,
    expected: Observed,
    observed: Observed,
    readings: tuple[tuple[str, str], ...] = (),
) -> Judgement:
    """The judgement on one check; `readings` are the other answers to a question under which it would be right."""
    scenario = _scenario(name, rule)
    if expected == observed:
        return Judgement(scenario, Verdict.PASS, expected={rule: expected}, observed={rule: observed})
    why = (Step(RULES[rule], True, (), ()),)
    difference = Difference(rule, expected, observed, CURRENT_EDITION, why, readings)
    verdict = Verdict.ACCEPTABLE if readings else Verdict.FAIL
    return Judgement(scenario, verdict, (difference,), (), readings, "", {rule: expected}, {rule: observed})


def check_by_reading(
    name: str,
    rule: str,
    readings: CertificateReadings,
    question: str,
    by_answer: Mapping[str, Observed],
    observed: Observed,
) -> Judgement:
    """The judgement on a check that an open question decides; `by_answer` has what each answer expects."""
    chosen = readings.reading(question)
    others = tuple((question, a) for a, value in by_answer.items() if a != chosen and value == observed)
    return check(name, rule, by_answer[chosen], observed, others)


def not_judged(reason: str) -> Judgement:
    """The authority stopped answering."""
    return Judgement(_scenario("run/whole", "status"), Verdict.INCONCLUSIVE, reason=reason)


def not_claimed() -> Judgement:
    """The system does not say that it is an authority."""
    reason = f"the system does not claim the capability {AUTHORITY}"
    return Judgement(_scenario("run/whole", "status"), Verdict.NOT_APPLICABLE, reason=reason)


def _scenario(name: str, rule: str) -> AuthorityScenario:
    title = _TITLES[rule]
    return AuthorityScenario(AUTHORITY, rule, RULES[rule].id, f"stated|{title.en}|{title.ja}", name=name)
