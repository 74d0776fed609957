"""Judges verifiers: the decision on each case, and whether it was taken for the right reason.

`run_verifier(session, plan)` asks every case and yields the campaign's events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import COULD_NOT_JUDGE, Event, Finished, NotStarted, Started, judged_events
from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.case import VERIFIER, VerifierScenario, why
from jpki_oracle.sut.connection import METHOD_NOT_FOUND, Answer, Failure, Refusal, Reply
from jpki_oracle.sut.session import Session

GIVE_UP_AFTER = 5
"""So many questions in a row without an answer, and no more are asked."""


@dataclass(frozen=True)
class VerifierPlan:
    """Which cases a verifier is asked, and how the verdicts count."""

    address: str
    scenarios: Sequence[VerifierScenario]
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False


def run_verifier(session: Session, plan: VerifierPlan) -> Iterator[Event]:
    """Ask every case in order and judge the decisions."""
    session.prepare([(scenario.pack, scenario.params) for scenario in plan.scenarios])
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    yield Started(plan.address, system, law(CURRENT_EDITION), len(plan.scenarios))
    able = VERIFIER in system.capabilities
    judgements = _judgements(session, plan) if able else map(_not_claimed, plan.scenarios)
    yield from judged_events(judgements, plan.known, VERIFIER, strict=plan.strict)


def _judgements(session: Session, plan: VerifierPlan) -> Iterator[Judgement]:
    silent = 0
    for scenario in plan.scenarios:
        if silent >= GIVE_UP_AFTER:
            reason = f"not asked: the system failed on {silent} cases before it"
            yield Judgement(scenario, Verdict.INCONCLUSIVE, reason=reason)
            continue
        reply = session.ask(scenario.pack, scenario.params)
        silent = silent + 1 if isinstance(reply, Failure) else 0
        yield judge_decision(scenario, reply)


def _not_claimed(scenario: VerifierScenario) -> Judgement:
    reason = f"the system does not claim the capability {VERIFIER}"
    return Judgement(scenario, Verdict.NOT_APPLICABLE, reason=reason)


def judge_decision(scenario: VerifierScenario, reply: Reply) -> Judgement:
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
            return _judged(scenario, result)


def _judged(scenario: VerifierScenario, result: Mapping[str, object]) -> Judgement:
    case = scenario.verifier_case
    accepted, reason = bool(result["accepted"]), result.get("reason")
    expected: dict[str, Observed] = {"accepted": case.accepted}
    observed: dict[str, Observed] = {"accepted": accepted}
    said = str(result.get("detail") or "").splitlines()
    trace = (f"it says: {said[0][:200]}",) if said else ()
    if accepted != case.accepted:
        if not accepted and reason:
            trace = (f"it names the reason {reason}", *trace)
        return _wrong(scenario, Verdict.FAIL, "accepted", expected, observed, trace)
    if case.accepted:
        return Judgement(scenario, Verdict.PASS, expected=expected, observed=observed)
    if not isinstance(reason, str):
        return Judgement(scenario, Verdict.PASS, unanswered=("reason",), expected=expected, observed=observed)
    expected["reason"], observed["reason"] = case.reason, reason
    if reason == case.reason or reason in case.also:
        return Judgement(scenario, Verdict.PASS, expected=expected, observed=observed)
    return _wrong(scenario, Verdict.WRONG_REASON, "reason", expected, observed, trace)


def _wrong(
    scenario: VerifierScenario,
    verdict: Verdict,
    outcome: str,
    expected: Mapping[str, Observed],
    observed: Mapping[str, Observed],
    trace: tuple[str, ...],
) -> Judgement:
    derivation = why(scenario.verifier_case)
    difference = Difference(outcome, expected[outcome], observed[outcome], CURRENT_EDITION, derivation)
    return Judgement(scenario, verdict, (difference,), expected=expected, observed=observed, trace=trace)
