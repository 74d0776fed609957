"""Judges verifiers: the decision on each case, and whether it was taken for the right reason.

`run_verifier(session, plan)` asks every case and yields the campaign's events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import COULD_NOT_JUDGE, Event, Finished, NotStarted, Started, judged_events
from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.case import VERIFIER, VerifierScenario, why
from jpki_oracle.pki.vector_file import ACCEPT, VerifierCase
from jpki_oracle.sut.connection import METHOD_NOT_FOUND, Answer, Failure, Refusal, Reply
from jpki_oracle.sut.session import Session

DEFAULT_READINGS = CertificateReadings()
GIVE_UP_AFTER = 5
"""So many questions in a row without an answer, and no more are asked."""


@dataclass(frozen=True)
class VerifierPlan:
    """Which cases a verifier is asked, and how the verdicts count.

    Without an edition that of the system decides which cases serve; `readings` are answers to questions about
    certificates.
    """

    address: str
    scenarios: Sequence[VerifierScenario]
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False
    edition: str = ""
    readings: CertificateReadings = field(default_factory=CertificateReadings)


def run_verifier(session: Session, plan: VerifierPlan) -> Iterator[Event]:
    """Ask every case that serves the edition, in order, and judge the decisions.

    Raises `UnknownLaw` for an edition that does not exist.
    """
    session.prepare([(scenario.pack, scenario.params) for scenario in plan.scenarios])
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    rules = law(plan.edition or system.edition or CURRENT_EDITION)
    scenarios = [each for each in plan.scenarios if each.serves(rules)]
    chosen = DEFAULT_READINGS.difference(plan.readings)
    yield Started(plan.address, system, rules, len(scenarios), chosen)
    able = VERIFIER in system.capabilities
    judgements = _judgements(session, plan, scenarios) if able else map(_not_claimed, scenarios)
    yield from judged_events(judgements, plan.known, VERIFIER, strict=plan.strict)


def _judgements(
    session: Session, plan: VerifierPlan, scenarios: Sequence[VerifierScenario]
) -> Iterator[Judgement]:
    silent = 0
    for scenario in scenarios:
        if silent >= GIVE_UP_AFTER:
            reason = f"not asked: the system failed on {silent} cases before it"
            yield Judgement(scenario, Verdict.INCONCLUSIVE, reason=reason)
            continue
        reply = session.ask(scenario.pack, scenario.params)
        silent = silent + 1 if isinstance(reply, Failure) else 0
        yield judge_decision(scenario, reply, plan.readings)


def _not_claimed(scenario: VerifierScenario) -> Judgement:
    reason = f"the system does not claim the capability {VERIFIER}"
    return Judgement(scenario, Verdict.NOT_APPLICABLE, reason=reason)


def judge_decision(
    scenario: VerifierScenario, reply: Reply, readings: CertificateReadings = DEFAULT_READINGS
) -> Judgement:
    """The verdict on what a verifier replied to a case; no reply is ever taken for a rejection."""
    match reply:
        case Failure(kind, detail):
            reason = f"{kind.value.replace('_', ' ')}: {detail}"
            return Judgement(scenario, Verdict.INCONCLUSIVE, reason=reason)
        case Refusal(code, message) if code == METHOD_NOT_FOUND:
            return Judgement(scenario, Verdict.NOT_APPLICABLE, reason=f"it does not judge this: {message}")
        case Refusal(code, message):
            return Judgement(scenario, Verdict.INCONCLUSIVE, reason=f"refused with error {code}: {message}")
        case Answer(result):
            return _judged(scenario, result, readings)


def _judged(
    scenario: VerifierScenario, result: Mapping[str, object], readings: CertificateReadings
) -> Judgement:
    case = scenario.verifier_case
    wanted = _decision(case, readings)
    accepted, reason = bool(result["accepted"]), result.get("reason")
    expected: dict[str, Observed] = {"accepted": wanted == ACCEPT}
    observed: dict[str, Observed] = {"accepted": accepted}
    said = str(result.get("detail") or "").splitlines()
    trace = (f"it says: {said[0][:200]}",) if said else ()
    if accepted != expected["accepted"]:
        if not accepted and reason:
            trace = (f"it names the reason {reason}", *trace)
        others = _right_under(case, readings, accepted)
        verdict = Verdict.ACCEPTABLE if others else Verdict.FAIL
        return _wrong(scenario, verdict, "accepted", expected, observed, trace, others)
    if accepted:
        return Judgement(scenario, Verdict.PASS, expected=expected, observed=observed)
    if not isinstance(reason, str):
        return Judgement(scenario, Verdict.PASS, unanswered=("reason",), expected=expected, observed=observed)
    expected["reason"], observed["reason"] = wanted, reason
    if reason in (wanted, *case.also):
        return Judgement(scenario, Verdict.PASS, expected=expected, observed=observed)
    return _wrong(scenario, Verdict.WRONG_REASON, "reason", expected, observed, trace)


def _decision(case: VerifierCase, readings: CertificateReadings) -> str:
    """`accept`, or the class of the reason to reject, as the questions about certificates are answered."""
    for stated, decision in case.under.items():
        question, _, answer = stated.partition("=")
        if readings.reads(question, answer):
            return decision
    return ACCEPT if case.accepted else case.reason


def _right_under(
    case: VerifierCase, readings: CertificateReadings, accepted: bool
) -> tuple[tuple[str, str], ...]:
    """Other answers to a single question under which the decision would be the right one."""
    return tuple(
        difference
        for other in readings.alternatives()
        if (_decision(case, other) == ACCEPT) == accepted
        for difference in readings.difference(other).items()
    )


def _wrong(
    scenario: VerifierScenario,
    verdict: Verdict,
    outcome: str,
    expected: Mapping[str, Observed],
    observed: Mapping[str, Observed],
    trace: tuple[str, ...],
    readings: tuple[tuple[str, str], ...] = (),
) -> Judgement:
    derivation = why(scenario.verifier_case)
    difference = Difference(
        outcome, expected[outcome], observed[outcome], CURRENT_EDITION, derivation, readings
    )
    return Judgement(scenario, verdict, (difference,), (), readings, "", expected, observed, trace)
