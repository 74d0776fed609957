"""Verdicts on histories: what passes, fails, is acceptable, cannot be judged; sessions are closed whatever happens."""

import re

import pytest
from history_systems import (
    MOVE_NOT_NOTIFIED,
    Connection,
    Dying,
    Forgetful,
    Knowing,
    Silent,
    Unwilling,
    a_history,
    an_event,
    events_of,
    finished,
    judged,
    right,
    with_fault,
)
from jpki_oracle.histories.faults import FAULTS
from jpki_oracle.histories.reference import ReferenceWorld
from jpki_oracle.judge import Verdict
from jpki_spec.laws import law

CURRENT = law("2024-05-27")


def test_a_system_that_is_right_passes_and_its_answers_are_kept_as_a_trace() -> None:
    (judgement,) = judged(right(), MOVE_NOT_NOTIFIED)
    assert judgement.verdict is Verdict.PASS
    assert judgement.trace[-1].startswith("2024-08-22 day -> accepted, card lapsed, signature revoked")


def test_the_first_wrong_answer_is_told_with_its_cause_and_clause() -> None:
    (judgement,) = judged(with_fault(FAULTS["fifteenth-day-in-time"]), MOVE_NOT_NOTIFIED)
    assert judgement.verdict is Verdict.FAIL
    (difference,) = judgement.differences
    assert (difference.outcome, difference.expected, difference.observed) == ("card_state", "lapsed", "valid")
    assert difference.rule == "world.move-not-notified"
    assert difference.clauses == ["order-lapse-move-not-notified"]
    assert finished(with_fault(FAULTS["fifteenth-day-in-time"]), MOVE_NOT_NOTIFIED).exit_code == 1


def test_what_is_right_under_another_reading_is_acceptable_and_counts_as_failed_only_if_strict() -> None:
    # The 14 days from Sunday 11 August 2024 end on Sunday 25 August: an office that moves them to the Monday
    moved = a_history(
        an_event("2024-08-01", "moveout_notified", planned="2024-08-11"),
        an_event("2024-08-11", "moved_in"),
        an_event("2024-08-26", "day"),
    )
    weekends = law("2024-05-27", {"deadline-on-holiday": "weekends"})
    (judgement,) = judged(
        right(weekends), moved, edition="2024-05-27", readings={"deadline-on-holiday": "not-extended"}
    )
    assert judgement.verdict is Verdict.ACCEPTABLE
    assert judgement.readings == (("deadline-on-holiday", "weekends"),)
    options = {"edition": "2024-05-27", "readings": {"deadline-on-holiday": "not-extended"}}
    assert finished(right(weekends), moved, **options).exit_code == 0
    assert finished(right(weekends), moved, **options, strict=True).exit_code == 1


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (Forgetful, "at event 2 .*there is no session"),
        (Dying, "at event 1 .*exited: the program ended with status 1"),
        (Silent, "it answered none of accepted, card"),
        (Unwilling, "at its beginning: refused with error -32000: no more sessions"),
    ],
)
def test_a_system_that_does_not_answer_is_inconclusive_and_its_session_closed(
    system: type[Connection], reason: str
) -> None:
    connection = system(ReferenceWorld(CURRENT))
    (judgement,) = judged(connection, MOVE_NOT_NOTIFIED)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert re.search(reason, judgement.reason)
    assert finished(system(ReferenceWorld(CURRENT)), MOVE_NOT_NOTIFIED).exit_code == 2
    assert connection.closed == ([] if system is Unwilling else [MOVE_NOT_NOTIFIED.id])


def test_states_of_somebody_who_was_never_born_are_wrong() -> None:
    unborn = a_history(an_event("2024-08-01", "moved_in", person="B"))
    (judgement,) = judged(Knowing(ReferenceWorld(CURRENT)), unborn)
    assert judgement.verdict is Verdict.FAIL
    assert [(each.outcome, each.expected, each.observed) for each in judgement.differences] == [
        ("card_state", "nobody", "valid")
    ]
    (fine,) = judged(right(), unborn)
    assert fine.verdict is Verdict.PASS


def test_events_out_of_order_and_two_on_a_day_are_played_as_they_stand() -> None:
    out_of_order = a_history(
        an_event("2024-08-01", "record_corrected", entry="name"),
        an_event("2024-08-01", "signature_issued"),
        an_event("2024-07-15", "record_corrected", entry="name"),
    )
    (judgement,) = judged(right(), out_of_order)
    assert judgement.verdict is Verdict.PASS
    assert [("refused" in line) for line in judgement.trace] == [False, False, True]
    (failed,) = judged(with_fault(FAULTS["past-accepted"]), out_of_order)
    assert failed.verdict is Verdict.FAIL


def test_after_three_histories_without_an_answer_no_more_are_played() -> None:
    histories = [
        a_history(an_event(f"2024-08-{day:02}", "record_corrected", entry="name")) for day in range(1, 6)
    ]
    connection = Dying(ReferenceWorld(CURRENT))
    verdicts = judged(connection, *histories)
    assert {each.verdict for each in verdicts} == {Verdict.INCONCLUSIVE}
    assert verdicts[-1].reason == "not played: the system failed in 3 histories before it"
    assert len(connection.closed) == 3


def test_a_run_that_is_interrupted_has_closed_its_session_and_kept_its_verdicts() -> None:
    class Interrupting(Connection):
        def reply(self, method: str, params: dict[str, object]):  # type: ignore[no-untyped-def]
            if "event" in params and str(params["event"]).count("2024-08-02"):
                raise KeyboardInterrupt
            return super().reply(method, params)

    first = a_history(an_event("2024-08-01", "record_corrected", entry="name"))
    second = a_history(an_event("2024-08-02", "record_corrected", entry="name"))
    connection = Interrupting(ReferenceWorld(CURRENT))
    seen = []
    with pytest.raises(KeyboardInterrupt):
        seen.extend(events_of(connection, first, second))
    assert connection.closed == [first.id, second.id]


def test_an_opening_that_an_edition_refuses_is_not_applicable() -> None:
    child = {
        "person": "A",
        "birth": "2015-01-01",
        "card_made": "2024-06-20",
        "signature_issued": "2024-06-20",
    }
    judgements = judged(right(), a_history(an_event("2024-08-01", "day"), residents=[child]))
    assert judgements[0].verdict is Verdict.NOT_APPLICABLE
    assert "practice-under-fifteen" in judgements[0].reason


def test_a_system_without_the_capability_is_not_applicable() -> None:
    class Another(Connection):
        def reply(self, method: str, params: dict[str, object]):  # type: ignore[no-untyped-def]
            reply = super().reply(method, params)
            if method == "describe":
                reply.result["capabilities"] = ["validity"]
            return reply

    (judgement,) = judged(Another(ReferenceWorld(CURRENT)), MOVE_NOT_NOTIFIED)
    assert judgement.verdict is Verdict.NOT_APPLICABLE


def test_what_the_slides_say_nothing_of_is_not_judged_under_their_edition() -> None:
    slides = law("mic-2017")
    returned = a_history(an_event("2024-08-01", "card_returned"))
    minor = a_history(
        an_event("2024-08-01", "record_corrected", entry="name"),
        an_event("2024-08-02", "record_corrected", entry="minor"),
    )
    for judgement in judged(right(slides), returned, minor):
        assert judgement.verdict is Verdict.NOT_APPLICABLE
    assert judgement.reason == "edition mic-2017 does not say what record_corrected leads to"
    wrong = with_fault(FAULTS["marriage-revokes-both"], slides)
    assert judged(wrong, minor)[0].verdict is Verdict.FAIL
