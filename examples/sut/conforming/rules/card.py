"""The card: how long it is valid (card ordinance 26 to 29) and what makes it lapse (Number Act order 14)."""

from datetime import date

from .days import age, days_after, earliest, nth_birthday_after, on_or_after
from .life import Life
from .term import Term

#: Adult age became 18 for applications received from this day on (supplementary provision of 2022, art 2).
ADULT_AT_18_FROM = date(2022, 4, 1)
#: Continued use abroad exists from this day on (supplementary provision of 2024).
CONTINUED_USE_FROM = date(2024, 5, 27)


def card_term(life: Life) -> Term:
    """The card's term."""
    issued = life.card_issued
    if issued is None:
        return Term()
    return Term.of(issued, expires(life, issued), lapses(life, issued))


def expires(life: Life, issued: date) -> date | None:
    """The card's last day by the holder's residence (card ordinance 26(1) and 27(1))."""
    if life.residence in {"limited", "landing"}:
        return life.stay_expires
    if life.residence == "transitional":
        return days_after(life.nationality_lost or life.born, 60)
    return nth_birthday_after(life.born, issued, birthdays(life, issued))


def birthdays(life: Life, issued: date) -> int:
    """How many birthdays the card lasts: 10, or 5 for a minor; one more for a renewal in the window (29(3)).

    The application decides which adult age applies, and whether the renewal was in the window;
    the age is that on the day on which the card was made.
    """
    application = life.card_requested or issued
    adult_age = 18 if application >= ADULT_AT_18_FROM else 20
    count = 10 if age(life.born, issued) >= adult_age else 5
    return count + (life.card_renewal == "window")


def lapses(life: Life, issued: date) -> date | None:
    """The first day without effect, by the earliest event since the card was made (Number Act order 14)."""
    return earliest(
        after_move(life, issued),
        after_leaving_japan(life, issued),
        on_or_after(life.died, issued),
        on_or_after(life.record_deleted, issued),
        on_or_after(life.card_returned, issued),
        on_or_after(life.reissue_requested, issued),
    )


def after_move(life: Life, issued: date) -> date | None:
    """A move inside Japan that began with a notice of moving out (order 14 (ii) and (iii))."""
    began = on_or_after(life.moveout_notified, issued)
    if began is None:
        return None
    too_late = earliest(days_after(life.moveout_planned, 31), days_after(life.moved_in, 15))
    lapsed = after_moving_in(life, too_late, on_or_after(life.movein_notified, began))
    return None if lapsed is None else max(lapsed, began)


def after_leaving_japan(life: Life, issued: date) -> date | None:
    """A move abroad (order 14 (i)); with a card for use there, the return (order 14 (vii) and (viii))."""
    left = on_or_after(life.left_japan, issued)
    if left is not None and not continues_abroad(life):
        return left
    back = life.moved_in
    if life.left_japan is None or back is None or life.moveout_notified is not None:
        return None
    notified = on_or_after(life.movein_notified, life.left_japan)
    if notified is not None and notified <= issued:
        return None
    if back <= life.left_japan or back < issued or (left is None and not made_abroad(life, issued)):
        return None
    return after_moving_in(life, days_after(back, 15), notified)


def made_abroad(life: Life, issued: date) -> bool:
    """A card made for a citizen who lives abroad, which is possible since cards go on there."""
    return life.residence == "citizen" and issued >= CONTINUED_USE_FROM


def continues_abroad(life: Life) -> bool:
    """A citizen handed the card in before the day of leaving (Number Act 17(6), order 14 (i)).

    Only a card that has been made and not been given up can be handed in.
    """
    left, presented = life.left_japan, life.card_presented_abroad
    if left is None or presented is None or (life.card_issued is not None and presented < life.card_issued):
        return False
    if life.card_issued is not None:
        given_up = earliest(
            on_or_after(life.card_returned, life.card_issued),
            on_or_after(life.reissue_requested, life.card_issued),
        )
        if given_up is not None and given_up < presented:
            return False
    return left >= CONTINUED_USE_FROM and life.residence == "citizen" and presented < left


def after_moving_in(life: Life, too_late: date | None, notified: date | None) -> date | None:
    """What a move-in does to the card: not `notified` before the day `too_late`, or notified without the card.

    N days run to the end of the N-th day after the first (Civil Code 140 and 141), so the card has no effect
    from day N + 1 on. A weekend does not extend them: order 14 names an event, not a time limit for filing.
    """
    if too_late is not None and (notified is None or notified >= too_late):
        return too_late
    if notified is None:
        return None
    departure = on_or_after(life.moved_out_again, notified)
    return earliest(
        None if presented_by(life, days_after(notified, 90)) else days_after(notified, 91),
        None if presented_by(life, departure) else departure,
    )


def presented_by(life: Life, day: date | None) -> bool:
    """Whether the card was handed in at the new municipality on that day at the latest."""
    return day is not None and life.card_presented is not None and life.card_presented <= day
