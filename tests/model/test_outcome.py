"""The answers for one life: all outputs, the states on a day, the causes of an end."""

from datetime import date, timedelta

import pytest
from calendar_days import FIRST, LAST, lives
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY, OutOfCalendar
from jpki_model.life import LifeRecord, life
from jpki_model.outcome import answer_of, causes_of, outcome_of
from jpki_spec.fields import ITEMS, OUTPUTS, STATES
from jpki_spec.laws import EDITIONS, law

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=30)
CURRENT = law("2024-05-27")
# An adult citizen with a card and both certificates, issued on one day
CITIZEN = life(
    {
        "birth": "1990-06-15",
        "card_issued": "2025-01-20",
        "signature_issued": "2025-01-20",
        "authentication_issued": "2025-01-20",
    }
)


def test_a_plain_life_has_ends_and_nothing_else() -> None:
    outputs = outcome_of(CITIZEN, CURRENT).outputs
    assert outputs == {
        "card_expires": date(2034, 6, 15),
        "signature_expires": date(2029, 6, 15),
        "authentication_expires": date(2029, 6, 15),
        "card_renewable_from": date(2034, 3, 16),
        "signature_renewable_from": date(2029, 3, 16),
        "authentication_renewable_from": date(2029, 3, 16),
        "card_lapses": None,
        "signature_revoked": None,
        "authentication_revoked": None,
        "card_ends": date(2034, 6, 15),
        "signature_ends": date(2029, 6, 15),
        "authentication_ends": date(2029, 6, 15),
        "age": 34,
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_outputs_are_those_of_the_table_of_outputs(edition: str) -> None:
    assert list(outcome_of(CITIZEN, law(edition)).outputs) == list(OUTPUTS)


@pytest.mark.parametrize("edition", EDITIONS)
def test_of_an_empty_life_nothing_is_known(edition: str) -> None:
    assert set(outcome_of(life({}), law(edition)).outputs.values()) == {None}


@pytest.mark.parametrize("row", [{"birth": "1990-06-15"}, {"card_issued": "2025-01-20"}])
def test_an_age_needs_a_birth_and_a_card(row: dict[str, str]) -> None:
    assert outcome_of(life(row), CURRENT).outputs["age"] is None


@pytest.mark.parametrize(
    ("on", "states"),
    [
        ("2025-01-19", ("not_yet", "not_yet", "not_yet")),
        ("2025-01-20", ("valid", "valid", "valid")),
        ("2029-06-15", ("valid", "valid", "valid")),
        ("2029-06-16", ("valid", "expired", "expired")),
        ("2034-06-15", ("valid", "expired", "expired")),
        ("2034-06-16", ("expired", "expired", "expired")),
    ],
)
def test_states_turn_at_the_end_of_the_last_day(on: str, states: tuple[str, ...]) -> None:
    assert tuple(outcome_of(CITIZEN, CURRENT).states(date.fromisoformat(on)).values()) == states


def test_an_event_ends_on_its_own_day() -> None:
    dead = outcome_of(CITIZEN.replace(died="2027-03-01"), CURRENT)
    assert dead.states(date(2027, 2, 28)) == dict.fromkeys(ITEMS, "valid")
    assert dead.states(date(2027, 3, 1)) == {
        "card": "lapsed",
        "signature": "revoked",
        "authentication": "revoked",
    }


def test_the_causes_of_an_end_are_named_with_their_days() -> None:
    # Given somebody who asks for the revocation of a certificate and dies later
    ended = CITIZEN.replace(signature_revocation_requested="2026-05-01", died="2027-03-01")
    assert causes_of(ended, CURRENT, "signature") == {
        "requested": date(2026, 5, 1),
        "record_deleted": date(2027, 3, 1),
    }
    assert causes_of(ended, CURRENT, "card") == {"died": date(2027, 3, 1)}
    assert causes_of(CITIZEN, CURRENT, "card") == {}


@pytest.mark.parametrize("day", [FIRST - timedelta(1), LAST + timedelta(1), NEVER_DAY])
def test_states_are_asked_for_days_of_the_calendar(day: date) -> None:
    with pytest.raises(OutOfCalendar, match="outside of the calendar"):
        outcome_of(CITIZEN, CURRENT).states(day)


def test_a_result_beyond_the_calendar_is_refused() -> None:
    # Given a card of 2395, whose tenth birthday falls into 2404
    late = life({"birth": "2350-06-15", "card_issued": "2395-01-20"})
    with pytest.raises(
        OutOfCalendar, match="2404-06-15 is outside of the calendar, 1868-01-01 to 2400-12-31"
    ):
        outcome_of(late, CURRENT)


def test_the_last_card_whose_end_is_in_the_calendar() -> None:
    last = life({"birth": "2350-12-31", "card_issued": "2390-12-31"})
    assert outcome_of(last, CURRENT).outputs["card_expires"] == date(2400, 12, 31)


def test_an_output_that_is_no_date_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError, match="card_ends is 'x', not a date"):
        answer_of("card_ends", "x", CITIZEN)


def state_by_definition(item: str, record: LifeRecord, outputs: dict[str, object], on: date) -> str:
    """The last valid day is inclusive; an event ends from its own day on."""
    issued = record[f"{item}_issued"] or NEVER_DAY
    ended = outputs["card_lapses" if item == "card" else f"{item}_revoked"] or NEVER_DAY
    expires = outputs[f"{item}_expires"] or NEVER_DAY
    assert isinstance(issued, date)
    assert isinstance(ended, date)
    assert isinstance(expires, date)
    if on < issued:
        return "not_yet"
    if on >= ended:
        return "lapsed" if item == "card" else "revoked"
    return "expired" if on > expires else "valid"


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(record=lives(), slip=st.sampled_from((-1, 0, 1)), which=st.integers(0, 40))
def test_states_follow_from_the_outputs(edition: str, record: LifeRecord, slip: int, which: int) -> None:
    # When the state is asked for a day at, just before or just after one of the dates of the life
    outcome = outcome_of(record, law(edition))
    dates = [day for day in (*record.stated.values(), *outcome.outputs.values()) if isinstance(day, date)]
    on = min(max(dates[which % len(dates)] + timedelta(slip), FIRST), LAST) if dates else FIRST
    # Then it is what the definition says
    states = outcome.states(on)
    assert states == {item: state_by_definition(item, record, dict(outcome.outputs), on) for item in ITEMS}
    assert all(states[item] in STATES[item] for item in ITEMS)


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(record=lives())
def test_last_days_of_use_are_the_earlier_of_two_ends(edition: str, record: LifeRecord) -> None:
    outputs = outcome_of(record, law(edition)).outputs
    for item, ended_by in (("card", "card_lapses"), *((i, f"{i}_revoked") for i in ITEMS[1:])):
        expires, ended = outputs[f"{item}_expires"], outputs[ended_by]
        ends = [day for day in (expires, ended and ended - timedelta(1)) if isinstance(day, date)]
        assert outputs[f"{item}_ends"] == min(ends, default=None)
