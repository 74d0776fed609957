"""What holds from when to when: spans without gaps, in order, each begun by something that is named."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from calendar_days import lives
from hypothesis import given, settings
from jpki_model.day import OutOfCalendar
from jpki_model.life import LifeRecord, life
from jpki_model.outcome import causes_of, outcome_of
from jpki_model.timeline import Span, Timeline, timeline_of
from jpki_spec.clauses import CLAUSES
from jpki_spec.fields import ITEMS, STATES
from jpki_spec.laws import EDITIONS, law

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=30)
CURRENT = law("2024-05-27")
CITIZEN = life(
    {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "signature_issued": "2025-01-20",
        "authentication_issued": "2025-01-20",
    }
)


def told(timeline: Timeline, item: str) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [
        (span.state, str(span.start), span.end and str(span.end), span.causes)
        for span in timeline.spans
        if span.item == item
    ]


def test_a_life_without_events_is_valid_and_then_expired() -> None:
    timeline = timeline_of(CITIZEN, CURRENT)
    assert told(timeline, "card") == [
        ("valid", "2025-01-20", "2034-06-15", ()),
        ("expired", "2034-06-16", None, ()),
    ]
    assert told(timeline, "signature") == [
        ("valid", "2025-01-20", "2029-06-15", ()),
        ("expired", "2029-06-16", None, ()),
    ]


def test_an_event_cuts_a_span_on_its_day_and_is_named() -> None:
    timeline = timeline_of(CITIZEN.replace(left_japan="2027-03-01"), CURRENT)
    assert told(timeline, "card") == [
        ("valid", "2025-01-20", "2027-02-28", ()),
        ("lapsed", "2027-03-01", None, ("left_japan",)),
    ]


def test_two_events_of_one_day_are_both_named() -> None:
    timeline = timeline_of(CITIZEN.replace(died="2027-03-01", card_returned="2027-03-01"), CURRENT)
    assert told(timeline, "card")[-1] == ("lapsed", "2027-03-01", None, ("died", "card_returned"))


def test_a_later_event_is_not_a_cause() -> None:
    timeline = timeline_of(CITIZEN.replace(card_returned="2027-03-01", died="2027-03-02"), CURRENT)
    assert told(timeline, "card")[-1] == ("lapsed", "2027-03-01", None, ("card_returned",))


def test_of_two_events_before_a_late_record_the_earlier_is_the_cause() -> None:
    row = CITIZEN.replace(
        signature_revocation_requested="2027-03-01", died="2027-03-03", revocation_recorded="2027-03-05"
    )
    assert told(timeline_of(row, CURRENT), "signature")[-1] == ("revoked", "2027-03-05", None, ("requested",))


def test_what_has_expired_is_not_revoked_any_more() -> None:
    # Given a death after the certificates had expired, while the card was still valid
    timeline = timeline_of(CITIZEN.replace(died="2030-01-01"), CURRENT)
    assert [span.state for span in timeline.spans] == [
        "valid",
        "lapsed",
        "valid",
        "expired",
        "valid",
        "expired",
    ]


def test_a_revocation_that_was_recorded_late_begins_with_the_record() -> None:
    timeline = timeline_of(CITIZEN.replace(died="2027-03-01", revocation_recorded="2027-03-05"), CURRENT)
    assert told(timeline, "signature")[-1] == ("revoked", "2027-03-05", None, ("record_deleted",))


def test_a_card_issued_after_the_stay_was_over_is_never_valid() -> None:
    late = life(
        {
            "birth": "1990-06-15",
            "residence": "limited",
            "stay_expires": "2025-01-19",
            "card_issued": "2025-01-20",
        }
    )
    assert told(timeline_of(late, CURRENT), "card") == [("expired", "2025-01-20", None, ())]


def test_what_was_not_issued_has_no_span() -> None:
    assert timeline_of(life({"birth": "1990-06-15", "died": "2020-01-01"}), CURRENT).spans == ()


def test_events_are_the_dates_of_the_life_in_order() -> None:
    timeline = timeline_of(CITIZEN.replace(died="2024-12-31"), CURRENT)
    assert timeline.events == (
        ("birth", date(1990, 6, 15)),
        ("died", date(2024, 12, 31)),
        ("card_issued", date(2025, 1, 20)),
        ("signature_issued", date(2025, 1, 20)),
        ("authentication_issued", date(2025, 1, 20)),
    )


def test_a_card_that_expires_on_the_last_day_of_the_calendar_is_told() -> None:
    last = life({"birth": "2350-12-31", "card_issued": "2390-12-31"})
    assert told(timeline_of(last, CURRENT), "card") == [
        ("valid", "2390-12-31", "2400-12-31", ()),
        ("expired", "2401-01-01", None, ()),
    ]


def test_a_result_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OutOfCalendar, match="2404-06-15"):
        timeline_of(life({"birth": "2350-06-15", "card_issued": "2395-01-20"}), CURRENT)


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(record=lives())
def test_spans_follow_one_another_from_the_issue_on_and_never_go_back(
    edition: str, record: LifeRecord
) -> None:
    timeline = timeline_of(record, law(edition))
    for item in ITEMS:
        spans = [span for span in timeline.spans if span.item == item]
        issued = record[f"{item}_issued"]
        assert [span.start for span in spans[:1]] == ([issued] if issued else [])
        for one, following in pairwise(spans):
            assert one.end == following.start - timedelta(1)
            assert one.start <= one.end
            assert (one.state, following.state in STATES[item][2:]) == ("valid", True)
        assert [span.end for span in spans[-1:]] == ([None] if issued else [])


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(record=lives())
def test_each_span_has_the_state_of_its_first_and_last_day(edition: str, record: LifeRecord) -> None:
    current = law(edition)
    outcome = outcome_of(record, current)
    for span in timeline_of(record, current).spans:
        for day in {span.start, span.end or span.start}:
            assert outcome.states(day)[span.item] == span.state


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(record=lives())
def test_what_ended_by_an_event_names_its_causes_and_clauses(edition: str, record: LifeRecord) -> None:
    current = law(edition)
    for span in timeline_of(record, current).spans:
        by_event = span.state in ("lapsed", "revoked")
        assert bool(span.causes) == by_event
        assert bool(span.why) == (span.state != "valid")
        assert set(span.causes) <= set(causes_of(record, current, span.item))
        assert _clauses(span) <= set(CLAUSES)


def _clauses(span: Span) -> set[str]:
    return {clause for step in span.why for clause in step.clauses()}
