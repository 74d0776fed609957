"""Verifiers judged: decisions, reasons, silence; and verifiers with one fault each, which a case shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from jpki_model.pki.verifier import Decision, Question, verify
from jpki_oracle.campaign import Finished, Judged, NotStarted
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.pki.case import VerifierScenario, verifier_scenario
from jpki_oracle.pki.reference import ReferenceVerifier, question_of
from jpki_oracle.pki.vector_file import read_cases
from jpki_oracle.pki.verifier_judge import VerifierPlan, judge_decision, run_verifier
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal
from jpki_oracle.sut.session import Session
from jpki_spec.certificate_readings import certificate_readings

CASES = {case.id: case for case in read_cases()}
REVOKED = verifier_scenario(CASES["signature/revoked/answer-superseded"])
VALID = verifier_scenario(CASES["signature/valid/answer"])


def test_a_right_decision_for_the_right_reason_passes() -> None:
    assert judge_decision(REVOKED, Answer({"accepted": False, "reason": "revoked"})).verdict is Verdict.PASS
    assert judge_decision(VALID, Answer({"accepted": True})).verdict is Verdict.PASS


def test_a_right_decision_for_a_wrong_reason_is_an_outcome_of_its_own() -> None:
    judgement = judge_decision(REVOKED, Answer({"accepted": False, "reason": "expired"}))

    assert judgement.verdict is Verdict.WRONG_REASON
    (difference,) = judgement.differences
    assert (difference.outcome, difference.expected, difference.observed) == ("reason", "revoked", "expired")
    assert "application-needs-status" in difference.clauses


def test_a_rejection_without_a_reason_passes_and_says_that_it_told_none() -> None:
    judgement = judge_decision(REVOKED, Answer({"accepted": False}))
    assert (judgement.verdict, judgement.unanswered) == (Verdict.PASS, ("reason",))


LONG_SERIAL = verifier_scenario(CASES["signature/valid/long-serial"])
PLAIN = verifier_scenario(CASES["authentication/elliptic-signature/plain"])
DER_FORM = verifier_scenario(CASES["authentication/elliptic-valid/answer"])
REJECTS, ACCEPTS = Answer({"accepted": False, "reason": "malformed"}), Answer({"accepted": True})


@pytest.mark.parametrize(
    ("scenario", "reply", "reading"),
    [
        (LONG_SERIAL, REJECTS, ("serial_octets", "4")),
        (PLAIN, ACCEPTS, ("signature_form", "plain")),
        (DER_FORM, Answer({"accepted": False, "reason": "content"}), ("signature_form", "plain")),
    ],
)
def test_a_decision_that_is_right_under_another_answer_is_acceptable_and_names_it(
    scenario: VerifierScenario, reply: Answer, reading: tuple[str, str]
) -> None:
    judgement = judge_decision(scenario, reply)
    assert (judgement.verdict, judgement.readings) == (Verdict.ACCEPTABLE, (reading,))

    claimed = certificate_readings(dict([reading]))
    assert judge_decision(scenario, reply, claimed).verdict is Verdict.PASS


def test_under_another_answer_the_usual_decision_is_acceptable_and_names_the_default() -> None:
    judgement = judge_decision(LONG_SERIAL, ACCEPTS, certificate_readings({"serial_octets": "4"}))
    assert (judgement.verdict, judgement.readings) == (Verdict.ACCEPTABLE, (("serial_octets", "20"),))


def test_an_answer_on_which_nothing_hangs_excuses_nothing() -> None:
    reply = Answer({"accepted": False, "reason": "content"})
    assert judge_decision(VALID, reply, certificate_readings({"serial_octets": "4"})).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "reply", [Answer({"accepted": True}), Answer({"accepted": True, "reason": "revoked"})]
)
def test_a_wrong_decision_fails_whatever_its_reason(reply: Answer) -> None:
    assert judge_decision(REVOKED, reply).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (Failure(FailureKind.TIMEOUT, "no answer in 10 s"), Verdict.INCONCLUSIVE),
        (Refusal(-32602, "bad parameters"), Verdict.INCONCLUSIVE),
        (Refusal(-32601, "no challenges"), Verdict.NOT_APPLICABLE),
    ],
)
def test_no_reply_is_never_taken_for_a_rejection(reply: Failure | Refusal, verdict: Verdict) -> None:
    assert judge_decision(REVOKED, reply).verdict is verdict


def test_the_question_of_a_scenario_is_that_of_its_case() -> None:
    for case in CASES.values():
        assert question_of(dict(verifier_scenario(case).params)) == case.question


class Faulty(ReferenceVerifier):
    """A verifier with one fault: what it changes in the question before it decides, or in the decision."""

    def __init__(self, blind: Callable[[Question], Question], decide: Callable[[Decision], Decision]) -> None:
        self._blind, self._decide = blind, decide

    def verifier(self, **asked: object) -> dict[str, object]:
        decision = self._decide(verify(self._blind(question_of(asked))))
        return {"accepted": decision.accepted, **({} if decision.accepted else {"reason": decision.reason})}


def but(reason: str) -> Callable[[Decision], Decision]:
    """Accepts what should be rejected for a reason."""
    return lambda decision: Decision(True) if decision.reason == reason else decision


def same(question: Question) -> Question:
    return question


def answers_only(question: Question) -> Question:
    return replace(question, revocation_lists=())


def lists_only(question: Question) -> Question:
    return replace(question, status_answers=())


def a_second_late(question: Question) -> Question:
    return replace(question, at=question.at - timedelta(seconds=1))


def kept(decision: Decision) -> Decision:
    return decision


FAULTS = {
    **{f"does not mind {reason}": (same, but(reason), "/") for reason in (
        "malformed", "algorithm", "issuer", "path", "extension", "purpose", "not-yet-valid", "expired", "content",
        "revoked", "held", "status", "replay",
    )},
    "knows no lists": (answers_only, kept, "revoked/list"),
    "knows no answers": (lists_only, kept, "valid/answer"),
    "its clock is a second late": (a_second_late, kept, "expired-by-a-second"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_verifier_with_one_fault_is_found_out(fault: str) -> None:
    blind, decide, shown_by = FAULTS[fault]
    system = Faulty(blind, decide)
    candidates = (verifier_scenario(case) for id, case in CASES.items() if shown_by in id)

    assert any(
        judge_decision(scenario, Answer(system.verifier(**scenario.params))).verdict is Verdict.FAIL
        for scenario in candidates
    )


def events(address: str, ids: list[str]) -> list[object]:
    scenarios = [verifier_scenario(CASES[id]) for id in ids]
    with Session(open_connection(address)) as session:
        return list(run_verifier(session, VerifierPlan(address, scenarios)))


def test_the_reference_verifier_is_judged_over_the_messages() -> None:
    *_, end = events("verifier:", list(CASES)[::20])

    assert isinstance(end, Finished)
    assert end.exit_code == 0
    assert set(end.counts["verifier"]) == {Verdict.PASS}


def test_a_system_that_makes_no_such_claim_is_not_judged() -> None:
    found = events("python:examples.sut.conforming.sut:Sut", ["signature/valid/answer"])
    judgements: list[Judgement] = [each.judgement for each in found if isinstance(each, Judged)]

    assert [each.verdict for each in judgements] == [Verdict.NOT_APPLICABLE]
    assert isinstance(found[-1], Finished)
    assert found[-1].exit_code == 2


def test_a_system_that_does_not_start_is_not_judged() -> None:
    first, end = events("python:nowhere:Nothing", ["signature/valid/answer"])

    assert isinstance(first, NotStarted)
    assert isinstance(end, Finished)
    assert end.exit_code == 2
