"""Cards and certificates in the world: applied for, made, renewed, lost, found, given anew; PINs; the network."""

from datetime import date

import pytest
from jpki_model.world.opening import Opening
from jpki_model.world.refusal import Refused
from jpki_model.world.verifier import Verifier
from jpki_model.world.world import World
from played import HOLDER, a_world, happens, on

REGISTERED = Opening("A", date(1990, 6, 15))


def given_a_card(world: World, day: str, ground: str = "first") -> World:
    for kind in ("card_requested", "identity_checked", "card_made", "card_delivered"):
        happens(world, day, kind, **({"ground": ground} if kind == "card_requested" else {}))
    return world


def card_end(world: World) -> str:
    card = world.residents["A"].card
    assert card is not None
    return card.expires.isoformat()


def end_of(world: World, item: str) -> str:
    certificate = world.residents["A"].certificate(item)
    assert certificate is not None
    return certificate.expires.isoformat()


def refused(world: World, day: str, kind: str, **details: object) -> str:
    with pytest.raises(Refused) as refusal:
        happens(world, day, kind, **details)
    return refusal.value.clause


def test_a_card_is_made_of_an_application_and_delivered_after_the_identity_check() -> None:
    world = a_world(opening=REGISTERED)
    assert refused(world, "2024-07-02", "card_made") == "card-issue-on-application"
    assert refused(world, "2024-07-02", "identity_checked") == "card-issue-on-application"
    happens(world, "2024-07-02", "card_requested")
    happens(world, "2024-07-20", "card_made")
    assert refused(world, "2024-08-01", "card_delivered") == "card-issue-on-application"
    happens(world, "2024-08-01", "identity_checked")
    happens(world, "2024-08-01", "card_delivered")
    assert refused(world, "2024-08-01", "card_delivered") == "card-issue-on-application"
    assert card_end(world) == "2034-06-15"  # the tenth birthday after 20 July 2024


def test_eighteen_decides_if_the_application_came_from_april_2022_on() -> None:
    # Born 2003-05-01: 18 on 1 April 2022, not yet 20
    for requested, expires in (("2022-03-31", "2026-05-01"), ("2022-04-01", "2031-05-01")):
        world = World(a_world().regulations)
        happens(world, "2003-05-01", "born", birth="2003-05-01")
        happens(world, requested, "card_requested")
        happens(world, "2022-04-20", "card_made")
        assert card_end(world) == expires


def test_a_second_card_is_refused_while_one_is_valid() -> None:
    world = a_world()
    assert refused(world, "2024-08-01", "card_requested") == "ordinance-one-card"
    assert refused(world, "2034-03-15", "card_requested", ground="window") == "ordinance-card-renewal"
    happens(world, "2034-03-16", "card_requested", ground="window")


def test_a_renewal_in_the_window_earns_a_birthday_and_other_grounds_do_not() -> None:
    in_window = given_a_card(a_world(), "2034-04-01", "window")
    assert card_end(in_window) == "2044-06-15"  # the eleventh birthday after 1 April 2034
    full = given_a_card(a_world(), "2034-04-01", "full_notes")
    assert card_end(full) == "2043-06-15"


def test_the_former_card_is_handed_in_for_the_new_one() -> None:
    world = given_a_card(a_world(), "2034-04-01", "window")
    former = world.residents["A"].cards[0]
    assert former.state(date(2034, 4, 1)) == "lapsed"
    assert world.states("A")["card"] == "valid"


def test_a_certificate_renewed_in_its_window_lives_to_the_end_of_the_card() -> None:
    world = a_world()
    assert end_of(world, "authentication") == "2029-06-15"
    assert refused(world, "2029-03-15", "authentication_issued") == "jpki-authentication-validity"
    happens(world, "2029-03-16", "authentication_issued")
    assert end_of(world, "authentication") == "2034-06-15"


def test_a_signature_certificate_ends_with_the_user_authentication_certificate_that_is_held() -> None:
    world = happens(a_world(), "2026-01-01", "record_corrected", entry="address")
    happens(world, "2026-01-01", "signature_issued")
    assert end_of(world, "signature") == "2029-06-15"
    alone = happens(a_world(), "2026-01-01", "authentication_revocation_requested")
    happens(alone, "2026-01-01", "record_corrected", entry="address")
    happens(alone, "2026-01-02", "signature_issued")
    assert end_of(alone, "signature") == "2030-06-15"


def test_under_fifteen_there_is_no_signature_certificate() -> None:
    child = Opening("A", date(2009, 8, 1), card_made=date(2024, 6, 20))
    assert refused(a_world(opening=child), "2024-07-31", "signature_issued") == "practice-under-fifteen"
    happens(a_world(opening=child), "2024-08-01", "signature_issued")
    happens(a_world(opening=child, signature_under_fifteen="exceptional"), "2024-07-31", "signature_issued")


def test_a_loss_suspends_until_the_card_is_found() -> None:
    world = happens(a_world(), "2024-08-01", "loss_reported")
    assert on(world, "2024-08-01") == "suspended suspended suspended"
    assert refused(world, "2024-08-02", "signature_issued") == "act-card-loss-report"
    happens(world, "2024-08-03", "card_found")
    assert on(world, "2024-08-03") == "valid valid valid"
    assert refused(world, "2024-08-04", "card_found") == "act-card-loss-report"


def test_asking_for_a_reissue_ends_the_lost_card_for_good() -> None:
    world = happens(a_world(), "2024-08-01", "loss_reported")
    happens(world, "2024-08-05", "reissue_requested")
    assert on(world, "2024-08-05") == "lapsed suspended suspended"
    assert refused(world, "2024-08-06", "card_found") == "act-card-loss-report"
    for kind in ("identity_checked", "card_made", "card_delivered"):
        happens(world, "2024-08-20", kind)
    assert card_end(world) == "2034-06-15"
    assert world.states("A")["card"] == "valid"


def test_a_card_can_be_returned_at_any_time() -> None:
    world = happens(a_world(), "2024-08-01", "card_returned")
    assert on(world, "2024-08-01") == "lapsed valid valid"
    assert refused(world, "2024-08-02", "card_returned") == "order-lapse-returned"
    together = a_world(card_lapse_and_certificates="revoked-together")
    happens(together, "2024-08-01", "card_returned")
    assert on(together, "2024-08-01") == "lapsed revoked revoked"


def test_wrong_pins_lock_and_revoke_nothing() -> None:
    world = a_world()
    for _ in range(3):
        happens(world, "2024-08-01", "pin_failed", item="authentication")
    assert world.pins("A") == {"signature_pin": "open", "authentication_pin": "locked"}
    assert on(world, "2024-08-01") == "valid valid valid"
    assert refused(world, "2024-08-01", "pin_failed", item="authentication") == "media-pin-entry"
    with pytest.raises(Refused, match="the PIN is locked"):
        Verifier(world).accept("A", "authentication")
    happens(world, "2024-08-02", "pin_reset", item="authentication")
    Verifier(world).accept("A", "authentication")


def test_a_leaked_key_revokes_its_certificate() -> None:
    world = happens(a_world(), "2024-08-01", "key_compromised", item="authentication")
    assert on(world, "2024-08-01") == "valid valid revoked"


def test_what_the_network_holds_up_counts_from_the_day_of_the_record() -> None:
    world = happens(a_world(), "2024-08-01", "network_held", until="2024-08-05")
    happens(world, "2024-08-02", "record_corrected", entry="name")
    assert on(world, "2024-08-04") == "valid valid valid"
    Verifier(world).accept("A", "signature")
    assert on(world, "2024-08-05") == "valid revoked valid"


def test_a_list_of_the_morning_shows_a_revocation_a_day_later_than_the_responder() -> None:
    world = happens(a_world(), "2024-08-02", "record_corrected", entry="name")
    with pytest.raises(Refused, match="the certificate is revoked"):
        Verifier(world).accept("A", "signature")
    by_list = Verifier(world, by_list=True)
    by_list.accept("A", "signature")
    world.advance(date(2024, 8, 3))
    with pytest.raises(Refused, match="application-needs-status"):
        by_list.accept("A", "signature")


def test_a_stay_that_is_extended_lengthens_the_card_up_to_the_birthday_of_the_general_rule() -> None:
    limited = Opening("A", date(1990, 6, 15), "limited", date(2025, 3, 31), card_made=date(2024, 6, 20))
    world = a_world(opening=limited)
    assert card_end(world) == "2025-03-31"
    happens(world, "2025-03-01", "stay_extended", stay_expires="2030-03-31")
    assert card_end(world) == "2030-03-31"
    happens(world, "2030-03-01", "stay_extended", stay_expires="2040-03-31")
    assert card_end(world) == "2034-06-15"
    assert refused(a_world(), "2024-08-01", "stay_extended", stay_expires="2040-03-31").startswith(
        "ordinance"
    )


def test_abroad_a_citizen_can_be_given_a_card_since_may_2024_and_nobody_else() -> None:
    for opening, edition, clause in (
        (HOLDER, "2024-05-27", None),
        (HOLDER, "2022-04-01", "ordinance-abroad-in-force"),
        (Opening("A", date(1990, 6, 15), "permanent"), "2024-05-27", "order-lapse-abroad"),
    ):
        world = happens(a_world(edition, opening), "2024-08-01", "left_japan")
        if clause:
            assert refused(world, "2024-09-01", "card_requested") == clause
        else:
            given_a_card(world, "2024-09-01")
            assert world.states("A")["card"] == "valid"


@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        ("return_ordered", "order-lapse-return-ordered"),
        ("code_corrected", "order-lapse-code-corrected"),
        ("number_changed", "order-lapse-number-changed"),
    ],
)
def test_an_office_can_end_a_card(kind: str, clause: str) -> None:
    world = happens(a_world(), "2024-08-01", kind)
    assert on(world, "2024-08-01") == "lapsed valid valid"
    assert world.causes("A")["card"] == (kind, clause)
    assert refused(world, "2024-08-02", kind) == clause
