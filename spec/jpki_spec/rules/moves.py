"""What makes a card lapse before its end: moves that were not followed up, leaving Japan, death and the rest.

Each rule gives the first day on which the card is not valid any more because of one cause, or `never`.
"""

import z3

from jpki_spec.calendar import day_after_lapse_of, on_or_after
from jpki_spec.laws import Law
from jpki_spec.rules.registry import rule
from jpki_spec.rules.validity import card_expires
from jpki_spec.terms import Boolean, Date, Life, choose, first, last, literal, never


@rule("moves.card-lapses", ja="カードが失効する日", clauses=["act-card-validity"])
def card_lapses(life: Life, law: Law) -> Date:
    """First day on which the card is not valid any more because of an event; none after its expiry."""
    event = first(*(cause(life, law) for cause in CARD_CAUSES.values()))
    return choose(event <= card_expires(life, law), event, never)


@rule(
    "moves.not-notified",
    ja="転入届をしないことによる失効",
    clauses=["card-lapse-move-not-notified", "order-lapse-move-not-notified"],
)
def move_not_notified(life: Life, law: Law) -> Date:
    """The card lapses because the move was not notified in time, though not before moving out was notified."""
    too_late = movein_too_late(life, law)
    late = z3.And(move_begun(life, law), too_late <= first_movein_notice(life, law))
    return choose(late, last(too_late, life.moveout_notified), never)


@rule(
    "moves.notice-too-late",
    ja="転入届の期限が過ぎた最初の日",
    clauses=[
        "card-lapse-move-not-notified",
        "order-lapse-move-not-notified",
        "period-first-day",
        "period-last-day",
    ],
)
def movein_too_late(life: Life, law: Law) -> Date:
    """First day on which the notice of moving in comes too late."""
    after_planned = day_after_lapse_of(life.moveout_planned, law.number("movein_days_after_planned"), law)
    after_moving = day_after_lapse_of(life.moved_in, law.number("movein_days_after_moving"), law)
    return (last if law.reads("move-limbs", "both") else first)(after_planned, after_moving)


@rule("moves.first-notice", ja="最初の転入届", clauses=["register-first-notice"])
def first_movein_notice(life: Life, law: Law) -> Date:
    """The first notice of moving in that follows the notice of moving out."""
    return on_or_after(life.movein_notified, life.moveout_notified, never)


@rule(
    "moves.begun",
    ja="転出届がカードに関わるか",
    clauses=["card-lapse-move-not-notified", "order-lapse-move-not-notified"],
)
def move_begun(life: Life, law: Law) -> Boolean:
    """A notice of moving out was filed that concerns the card."""
    return concerned_by_move(life.card_issued, movein_too_late(life, law), life, law)


def concerned_by_move(made: Date, too_late: Date, life: Life, law: Law) -> Boolean:
    """A notice of moving out was filed that concerns what was made on `made`; until `too_late` the next can follow.

    Under `made-during-move` that is only what was there when the notice was filed, or also what is made while the
    move is open: on the record that stands until the planned day, or before a notice of moving in that is to come.
    """
    notified, notice = life.moveout_notified, first_movein_notice(life, law)
    if law.reads("made-during-move", "spared"):
        return z3.And(notified.exists, made <= notified)
    on_record = z3.Or(made < life.moveout_planned, notice.exists)
    return z3.And(notified.exists, z3.Or(made <= notified, z3.And(made < first(too_late, notice), on_record)))


@rule(
    "moves.not-presented",
    ja="カードを提出しないことによる失効",
    clauses=["card-lapse-not-presented", "order-lapse-not-presented"],
)
def not_presented(life: Life, law: Law) -> Date:
    """The card lapses because it was not presented within ninety days of the notice."""
    notice = first_movein_notice(life, law)
    return choose(_in_time(notice, life, law), _presentation_overdue(notice, life, law), never)


@rule(
    "moves.moved-on",
    ja="提出せず再び転出したことによる失効",
    clauses=["card-lapse-moved-on", "order-lapse-not-presented"],
)
def moved_on(life: Life, law: Law) -> Date:
    """The card lapses because the holder moved out again without having presented it."""
    notice = first_movein_notice(life, law)
    return choose(_in_time(notice, life, law), _left_unpresented(notice, life, law), never)


@rule("moves.left-japan", ja="国外転出による失効", clauses=["card-lapse-abroad", "order-lapse-abroad"])
def left_japan(life: Life, law: Law) -> Date:
    """The card lapses because the holder moved abroad."""
    left = on_or_after(life.left_japan, life.card_issued, never)
    return (
        choose(continued_abroad(life, law), never, left)
        if law.speaks_of("continued_use_abroad_from")
        else left
    )


@rule(
    "moves.continued-abroad",
    ja="国外転出後も継続して使えるか",
    clauses=["order-lapse-abroad", "ordinance-abroad-in-force", "practice-abroad-day-before"],
)
def continued_abroad(life: Life, law: Law) -> Boolean:
    """A citizen handed the card in, while it had force, before leaving, so that it goes on being valid abroad."""
    if not law.speaks_of("continued_use_abroad_from"):
        return z3.BoolVal(False)
    since = law.day("continued_use_abroad_from")
    same_day = law.reads("abroad-presented-on-leaving-day", "in-time")
    presented = life.card_presented_abroad
    return z3.And(
        life.left_japan.exists,
        literal(since.year, since.month, since.day) <= life.left_japan,
        life.residence.is_("citizen"),
        presented <= life.left_japan if same_day else presented < life.left_japan,
        z3.Or(z3.Not(life.card_issued.exists), life.card_issued <= presented),
        presented <= first(card_returned(life, law), reissue_requested(life, law)),
    )


@rule(
    "moves.return-not-notified",
    ja="国外からの転入届をしないことによる失効",
    clauses=["order-lapse-return-not-notified"],
)
def return_not_notified(life: Life, law: Law) -> Date:
    """The card lapses because a return from abroad was not notified within fourteen days."""
    too_late = _return_too_late(life, law)
    late = z3.And(returned(life, law), too_late <= _notice_of_return(life))
    return choose(late, too_late, never)


@rule(
    "moves.return-not-presented",
    ja="国外からの転入後にカードを提出しないことによる失効",
    clauses=["order-lapse-return-not-presented"],
)
def return_not_presented(life: Life, law: Law) -> Date:
    """The card lapses because it was not presented after a return from abroad, or not before moving on."""
    notice = _notice_of_return(life)
    in_time = z3.And(returned(life, law), notice.exists, notice < _return_too_late(life, law))
    overdue = first(_presentation_overdue(notice, life, law), _left_unpresented(notice, life, law))
    return choose(in_time, overdue, never)


@rule(
    "moves.returned", ja="継続利用中のカードで国外から転入したか", clauses=["order-lapse-return-not-notified"]
)
def returned(life: Life, law: Law) -> Boolean:
    """Somebody whose card went on abroad, or was made there, has moved back to Japan."""
    if not law.speaks_of("continued_use_abroad_from"):
        return z3.BoolVal(False)
    since = law.day("continued_use_abroad_from")
    made_abroad = z3.And(
        life.left_japan < life.card_issued,
        literal(since.year, since.month, since.day) <= life.card_issued,
        life.residence.is_("citizen"),
    )
    made, notice = life.card_issued, _notice_of_return(life)
    if law.reads("made-during-move", "spared"):
        concerned = z3.And(made <= life.moved_in, made < notice)
    else:
        concerned = made < first(_return_too_late(life, law), notice)
    return z3.And(
        z3.Or(continued_abroad(life, law), made_abroad),
        z3.Not(life.moveout_notified.exists),
        life.moved_in.exists,
        life.left_japan < life.moved_in,
        concerned,
    )


@rule("moves.died", ja="死亡による失効", clauses=["card-lapse-death", "order-lapse-death"])
def died(life: Life, law: Law) -> Date:
    """The card lapses because the holder died."""
    return on_or_after(life.died, life.card_issued, never)


@rule("moves.record-deleted", ja="住民票の消除による失効", clauses=["order-lapse-deletion"])
def record_deleted(life: Life, law: Law) -> Date:
    """The card lapses because the resident record was deleted for another cause."""
    return (
        on_or_after(life.record_deleted, life.card_issued, never)
        if law.speaks_of("lapse_on_deletion")
        else never
    )


@rule("moves.card-returned", ja="返納による失効", clauses=["order-lapse-returned"])
def card_returned(life: Life, law: Law) -> Date:
    """The card lapses because it was returned."""
    return (
        on_or_after(life.card_returned, life.card_issued, never)
        if law.speaks_of("lapse_on_return")
        else never
    )


@rule("moves.reissue", ja="再交付の求めによる失効", clauses=["ordinance-reissue-lapse"])
def reissue_requested(life: Life, law: Law) -> Date:
    """The card lapses because a new one was applied for in its place."""
    return (
        on_or_after(life.reissue_requested, life.card_issued, never)
        if law.speaks_of("lapse_on_reissue")
        else never
    )


CARD_CAUSES = {
    "move_not_notified": move_not_notified,
    "card_not_presented": not_presented,
    "moved_on": moved_on,
    "left_japan": left_japan,
    "return_not_notified": return_not_notified,
    "return_not_presented": return_not_presented,
    "died": died,
    "record_deleted": record_deleted,
    "card_returned": card_returned,
    "reissue_requested": reissue_requested,
}
"""What can make a card lapse, by the name under which reports and adapters speak of it."""


def _in_time(notice: Date, life: Life, law: Law) -> Boolean:
    return z3.And(move_begun(life, law), notice.exists, notice < movein_too_late(life, law))


def _notice_of_return(life: Life) -> Date:
    return on_or_after(life.movein_notified, life.left_japan, never)


def _return_too_late(life: Life, law: Law) -> Date:
    return day_after_lapse_of(life.moved_in, law.number("movein_days_after_moving"), law)


def _presentation_overdue(notice: Date, life: Life, law: Law) -> Date:
    start = life.moved_in if law.reads("ninety-days-from", "moved-in") else notice
    overdue = day_after_lapse_of(start, law.number("presentation_days"), law)
    return choose(life.card_presented < overdue, never, overdue)


def _left_unpresented(notice: Date, life: Life, law: Law) -> Date:
    left, presented = life.moved_out_again, life.card_presented
    in_time = presented < left if law.reads("presented-on-leaving-day", "too-late") else presented <= left
    return choose(z3.Or(left < notice, in_time), never, left)
