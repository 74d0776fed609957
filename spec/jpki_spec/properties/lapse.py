"""When a card lapses, and when not."""

import z3

from jpki_spec.laws import Law
from jpki_spec.properties.registry import Claim, holds
from jpki_spec.properties.vocabulary import (
    is_in_state,
    nothing_else_happened,
    outcome,
)
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, ON, Date, Life, literal


@holds("lapse-after-issue", "no card lapses before it was issued", "カードは発行前に失効しない")
def _(law: Law) -> Claim:
    return Claim(outcome(law, "card_lapses").exists, LIFE.card_issued <= outcome(law, "card_lapses"))


@holds(
    "lapse-before-expiry",
    "a card that has expired does not lapse any more",
    "満了したカードが重ねて失効することはない",
)
def _(law: Law) -> Claim:
    return Claim(
        outcome(law, "card_lapses").exists, outcome(law, "card_lapses") <= outcome(law, "card_expires")
    )


def _lapse_by_missed_notice(law: Law) -> Date:
    return Date(rulebook(law).causes["card"]["move_not_notified"])


# With deadlines moved to Mondays the solver cannot relate two weekdays within its time: not claimed.
_WITHOUT_WEEKDAYS = (("deadline-on-holiday", "weekends"),)


@holds(
    "lapse-not-later-for-earlier-plan",
    "a card never lapses later for want of a notice when the planned day of moving out is earlier",
    "転入届をしないことによる失効は、転出予定日が早くなって遅くなることはない",
    excepting=_WITHOUT_WEEKDAYS,
)
def _(law: Law) -> Claim:
    lapses, earlier = _lapse_by_missed_notice(law), Life.symbolic("_other").moveout_planned
    changed = Date(z3.substitute(lapses.term, (LIFE.moveout_planned.term, earlier.term)))
    return Claim(z3.And(earlier < LIFE.moveout_planned, lapses.exists), changed <= lapses)


@holds(
    "lapse-not-later-for-earlier-move",
    "a card never lapses later for want of a notice when the day of moving in is earlier",
    "転入届をしないことによる失効は、転入日が早くなって遅くなることはない",
    excepting=_WITHOUT_WEEKDAYS,
)
def _(law: Law) -> Claim:
    lapses, earlier = _lapse_by_missed_notice(law), Life.symbolic("_other").moved_in
    changed = Date(z3.substitute(lapses.term, (LIFE.moved_in.term, earlier.term)))
    return Claim(z3.And(earlier < LIFE.moved_in, lapses.exists), changed <= lapses)


@holds(
    "notice-on-the-fourteenth-day",
    "a notice on the fourteenth day after moving in, the card presented with it, keeps a card valid until it expires",
    "転入から14日目までに届け出てカードを提出すれば、カードは満了まで有効である",
    excepting=(("presented-on-leaving-day", "too-late"),),
)
def _(law: Law) -> Claim:
    in_time = z3.And(
        LIFE.card_issued <= LIFE.moveout_notified,
        LIFE.moveout_notified <= LIFE.moved_in,
        LIFE.moveout_planned == LIFE.moved_in,
        LIFE.moved_in.exists,
        LIFE.movein_notified == LIFE.moved_in.plus_days(14),
        LIFE.card_presented == LIFE.movein_notified,
        LIFE.movein_notified <= LIFE.moved_out_again,
        nothing_else_happened(),
    )
    return Claim(in_time, z3.Not(outcome(law, "card_lapses").exists))


@holds(
    "notice-on-the-fifteenth-day",
    "a notice on the fifteenth day after moving in does not save a card",
    "転入から15日目の転入届ではカードの失効を免れない",
    excepting=(("deadline-on-holiday", "weekends"), ("move-limbs", "both")),
)
def _(law: Law) -> Claim:
    late = z3.And(
        LIFE.card_issued <= LIFE.moveout_notified,
        LIFE.moveout_notified <= LIFE.moved_in,
        LIFE.moved_in.exists,
        LIFE.movein_notified == LIFE.moved_in.plus_days(15),
        LIFE.movein_notified <= outcome(law, "card_expires"),
    )
    return Claim(late, outcome(law, "card_lapses") <= LIFE.movein_notified)


@holds(
    "no-move-no-lapse",
    "a card lapses only by an event that the life states",
    "記録された出来事がなければカードは失効しない",
)
def _(law: Law) -> Claim:
    return Claim(
        z3.And(
            nothing_else_happened(), z3.Not(LIFE.moveout_notified.exists), outcome(law, "card_expires").exists
        ),
        z3.Not(outcome(law, "card_lapses").exists),
    )


@holds(
    "death-ends-card",
    "nobody's card is valid on or after the day of death",
    "死亡の日以後に有効なカードはない",
)
def _(law: Law) -> Claim:
    return Claim(z3.And(LIFE.died.exists, LIFE.died <= ON), z3.Not(is_in_state(law, "card", "valid")))


@holds(
    "abroad-ends-card",
    "before the cards that go on abroad, no card is valid once its holder has left Japan after its issue",
    "継続利用の開始前は、発行後に国外へ転出した者のカードは有効でない",
    ("mic-2017", "2016-01-01", "2022-04-01"),
)
def _(law: Law) -> Claim:
    left = z3.And(LIFE.left_japan.exists, LIFE.card_issued <= LIFE.left_japan, LIFE.left_japan <= ON)
    return Claim(left, z3.Not(is_in_state(law, "card", "valid")))


@holds(
    "foreigners-lose-card-abroad",
    "a foreign resident's card never goes on abroad",
    "外国人住民のカードは国外転出後に継続しない",
    ("2024-05-27", "next-card"),
)
def _(law: Law) -> Claim:
    left = z3.And(LIFE.left_japan.exists, LIFE.card_issued <= LIFE.left_japan, LIFE.left_japan <= ON)
    return Claim(
        z3.And(left, z3.Not(LIFE.residence.is_("citizen"))), z3.Not(is_in_state(law, "card", "valid"))
    )


@holds(
    "continued-abroad",
    "since 27 May 2024 a citizen who handed the card in the day before leaving keeps it",
    "令和6年5月27日以後、国外転出の前日までにカードを提出した国民のカードは失効しない",
    ("2024-05-27", "next-card"),
)
def _(law: Law) -> Claim:
    others = ("died", "record_deleted", "card_returned", "reissue_requested", "moveout_notified", "moved_in")
    kept = z3.And(
        LIFE.residence.is_("citizen"),
        literal(2024, 5, 27) <= LIFE.left_japan,
        LIFE.card_presented_abroad.plus_days(1) == LIFE.left_japan,
        LIFE.left_japan.exists,
        LIFE.card_issued <= LIFE.card_presented_abroad,
        *(z3.Not(getattr(LIFE, name).exists) for name in others),
    )
    return Claim(kept, z3.Not(outcome(law, "card_lapses").exists))


@holds(
    "only-a-card-in-force-goes-abroad",
    "a card that was handed in for use abroad before it was made, or after it was given up, ends as its holder leaves",
    "作成される前に、又は返納若しくは再交付の求めの後に提出されたカードは、国外転出の後は有効でない",
    ("2024-05-27", "next-card"),
)
def _(law: Law) -> Claim:
    presented = LIFE.card_presented_abroad
    given_up = (
        z3.And(LIFE.card_issued <= day, day < presented)
        for day in (LIFE.card_returned, LIFE.reissue_requested)
    )
    in_vain = z3.Or(presented < LIFE.card_issued, *given_up)
    left = z3.And(LIFE.left_japan.exists, LIFE.card_issued <= LIFE.left_japan, LIFE.left_japan <= ON)
    return Claim(z3.And(presented.exists, in_vain, left), z3.Not(is_in_state(law, "card", "valid")))
