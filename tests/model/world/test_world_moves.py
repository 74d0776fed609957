"""Moves in the world: the days are counted by hand from the order's article 14."""

import pytest
from jpki_model.world.refusal import CannotHappen, Refused
from played import HOLDER, a_world, happens, on


def test_a_move_that_is_notified_and_followed_by_the_card_ends_only_the_signature_certificate() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    assert on(world, "2024-08-09") == "valid valid valid"
    assert on(world, "2024-08-10") == "valid revoked valid"
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-24", "movein_notified", with_card=True)
    assert on(world, "2030-06-15") == "valid revoked expired"


def test_fourteen_days_after_moving_in_the_card_is_still_valid_and_lapses_with_the_fifteenth() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    assert on(world, "2024-08-24") == "valid revoked valid"
    assert (
        on(world, "2024-08-25") == "lapsed revoked valid"
    )  # the user-authentication certificate has no 14 days
    assert world.causes("A")["card"] == ("move_not_notified", "order-lapse-move-not-notified")


def test_thirty_days_after_the_planned_day_card_and_user_authentication_end_together() -> None:
    world = happens(a_world(), "2024-08-01", "moveout_notified", planned="2024-08-10")
    assert on(world, "2024-09-09") == "valid revoked valid"
    assert on(world, "2024-09-10") == "lapsed revoked revoked"


def test_by_the_slides_read_as_one_condition_both_periods_have_to_pass() -> None:
    world = a_world("mic-2017", move_limbs="both")
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    assert on(world, "2024-09-09").startswith("valid")
    assert on(world, "2024-09-10").startswith("lapsed")


def test_a_late_notice_is_taken_but_revives_nothing() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-25", "movein_notified")
    assert world.states("A")["card"] == "lapsed"
    with pytest.raises(Refused) as refusal:
        happens(world, "2024-08-25", "card_presented")
    assert refusal.value.clause == "order-lapse-not-presented"


def test_ninety_days_for_presenting_run_from_the_notice_and_not_from_moving_in() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-20", "movein_notified")
    assert on(world, "2024-11-18").startswith("valid")  # 11 days of August, 30, 31, and 18 of November
    assert on(world, "2024-11-19").startswith("lapsed")
    assert world.causes("A")["card"] == ("card_not_presented", "order-lapse-not-presented")


def test_moving_on_without_presenting_the_card_ends_it_at_once() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-11", "movein_notified")
    happens(world, "2024-08-20", "moved_out")
    assert world.causes("A")["card"] == ("moved_on", "order-lapse-not-presented")


def test_a_second_move_has_its_own_periods() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-11", "movein_notified", with_card=True)
    happens(world, "2025-03-01", "moveout_notified", planned="2025-03-05")
    assert on(world, "2025-04-04").startswith("valid")
    assert on(world, "2025-04-05").startswith("lapsed")


def test_the_first_move_s_ninety_days_do_not_end_a_card_that_was_presented_after_the_second() -> None:
    world = a_world()
    for moved in ("2024-08-01", "2024-09-01"):
        happens(world, moved, "moveout_notified", planned=moved)
        happens(world, moved, "moved_in")
        happens(world, moved, "movein_notified", with_card=moved == "2024-09-01")
    assert on(world, "2024-12-31").startswith("valid")


def test_a_certificate_issued_after_an_early_arrival_outlives_the_planned_day() -> None:
    world = a_world()
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-20")
    happens(world, "2024-08-10", "moved_in")
    happens(world, "2024-08-10", "movein_notified", with_card=True)
    assert world.states("A")["signature"] == "revoked"
    happens(world, "2024-08-12", "signature_issued")
    assert on(world, "2024-08-21") == "valid valid valid"


def test_a_notice_of_moving_in_needs_one_of_moving_out_and_a_move() -> None:
    world = a_world()
    with pytest.raises(Refused, match="register-first-notice"):
        happens(world, "2024-08-01", "movein_notified")
    happens(world, "2024-08-01", "moveout_notified", planned="2024-08-10")
    with pytest.raises(Refused, match="register-move-in-duty"):
        happens(world, "2024-08-02", "movein_notified")
    with pytest.raises(Refused, match="register-record-deleted"):
        happens(world, "2024-08-03", "moveout_notified", planned="2024-08-10")


def test_a_citizen_keeps_the_card_abroad_if_it_was_presented_by_the_day_before() -> None:
    world = a_world()
    happens(world, "2024-08-09", "moving_abroad_notified", planned="2024-08-10", with_card=True)
    happens(world, "2024-08-10", "left_japan")
    assert on(world, "2025-08-10") == "valid revoked valid"


@pytest.mark.parametrize(
    ("opening", "notified", "edition"),
    [
        (HOLDER, "2024-08-10", "2024-05-27"),  # on the day itself it is too late
        (HOLDER, None, "2024-05-27"),
        (HOLDER, "2024-08-09", "2022-04-01"),
        (HOLDER, "2024-08-09", "mic-2017"),
    ],
)
def test_otherwise_moving_abroad_ends_everything(opening: object, notified: str | None, edition: str) -> None:
    world = a_world(edition)
    if notified:
        happens(world, notified, "moving_abroad_notified", planned="2024-08-10", with_card=True)
    happens(world, "2024-08-10", "left_japan")
    assert on(world, "2024-08-10") == "lapsed revoked revoked"


def test_a_signature_certificate_issued_after_the_notice_of_moving_abroad_is_spared() -> None:
    world = a_world()
    happens(world, "2024-08-01", "signature_revocation_requested")
    happens(world, "2024-08-05", "moving_abroad_notified", planned="2024-08-10", with_card=True)
    happens(world, "2024-08-06", "signature_issued")
    happens(world, "2024-08-10", "left_japan")
    assert on(world, "2024-08-10") == "valid valid valid"


@pytest.mark.parametrize(
    ("notified", "presented", "last", "cause"),
    [
        (None, None, "2025-08-15", "return_not_notified"),
        ("2025-08-15", None, "2025-11-13", "return_not_presented"),
    ],
)
def test_after_a_return_the_card_has_to_be_followed_up(
    notified: str | None, presented: str | None, last: str, cause: str
) -> None:
    world = a_world()
    happens(world, "2024-08-09", "moving_abroad_notified", planned="2024-08-10", with_card=True)
    happens(world, "2024-08-10", "left_japan")
    happens(world, "2025-08-01", "moved_in")
    if notified:
        happens(world, notified, "movein_notified")
    assert on(world, last).startswith("valid")
    world.advance(world.today.replace(day=world.today.day + 1))
    assert world.states("A")["card"] == "lapsed"
    assert world.causes("A")["card"][0] == cause


def test_death_ends_everything_and_the_dead_do_nothing() -> None:
    world = happens(a_world(), "2024-08-01", "died")
    assert on(world, "2024-08-01") == "lapsed revoked revoked"
    with pytest.raises(CannotHappen, match="A died on 2024-08-01"):
        happens(world, "2024-08-02", "moved_in")


@pytest.mark.parametrize(
    ("edition", "expected"),
    [("mic-2017", "valid revoked revoked"), ("2016-01-01", "lapsed revoked revoked")],
)
def test_deletion_ex_officio_ends_the_card_by_the_law_and_not_by_the_slides(
    edition: str, expected: str
) -> None:
    world = happens(a_world(edition), "2024-08-01", "record_deleted")
    assert on(world, "2024-08-01") == expected
    with pytest.raises(Refused):
        happens(world, "2024-08-02", "record_deleted")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("name", "revoked"), ("address", "revoked"), ("sex", "revoked"), ("minor", "valid")],
)
def test_a_change_of_an_attribute_revokes_the_signature_certificate_alone(entry: str, expected: str) -> None:
    world = happens(a_world(), "2024-08-01", "record_corrected", entry=entry)
    assert on(world, "2024-08-01") == f"valid {expected} valid"


def test_events_out_of_order_and_of_nobody_cannot_happen() -> None:
    world = happens(a_world(), "2024-08-01", "day")
    with pytest.raises(CannotHappen, match="2024-07-31 is over; today is 2024-08-01"):
        happens(world, "2024-07-31", "day")
    with pytest.raises(CannotHappen, match="nobody called 'B' was born"):
        happens(world, "2024-08-01", "moved_in", person="B")
    with pytest.raises(CannotHappen, match="A was born already"):
        happens(world, "2024-08-01", "born", birth="2024-08-01")
