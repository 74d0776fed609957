"""Where a life and a history of it come out differently, and why: what a row cannot say, or the rules leave out.

`compare(life, law)` plays a life in the world and gives every outcome in which the two differ, unless one of the
reasons below applies. Each of them is a statement about the row; the world goes by the clauses that it names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jpki_spec.fields import ITEMS
from jpki_spec.laws import Law

from jpki_model.life import LifeRecord
from jpki_model.outcome import Answer, outcome_of
from jpki_model.world.of_life import Played, play_life


@dataclass(frozen=True)
class Reason:
    """Why an outcome of a row is not that of its history: about which items, in words, with the clauses.

    `applies` says of a life, its law and the world's account whether it is so.
    """

    id: str
    items: tuple[str, ...]
    en: str
    ja: str
    clauses: tuple[str, ...]
    applies: Callable[[LifeRecord, Law, Played], bool]


@dataclass(frozen=True)
class Comparison:
    """What was compared of a life: the outcomes that differ, and the reasons for which others were not compared."""

    differing: dict[str, tuple[Answer, Answer]]
    reasons: tuple[str, ...]
    compared: tuple[str, ...]


def compare(life: LifeRecord, law: Law) -> Comparison:
    """The outcomes of a life by the rules and by the world. Raises `OutOfCalendar`, OverflowError."""
    played = play_life(life, law)
    rules = outcome_of(life, law).outputs
    found = [reason for reason in REASONS if reason.applies(life, law, played)]
    left_out = {item for reason in found for item in reason.items}
    compared = tuple(name for name in rules if _item(name) not in left_out)
    differing = {
        name: (rules[name], played.outputs[name]) for name in compared if rules[name] != played.outputs[name]
    }
    return Comparison(differing, tuple(reason.id for reason in found), compared)


def _item(output: str) -> str:
    item = output.partition("_")[0]
    return item if item in ITEMS else "card"


def _day(life: LifeRecord, field: str) -> date | None:
    value = life[field]
    return value if isinstance(value, date) else None


def _before(first: date | None, second: date | None) -> bool:
    return first is not None and second is not None and first < second


def _record_deleted_by_move(life: LifeRecord, law: Law) -> date | None:
    notified, planned = _day(life, "moveout_notified"), _day(life, "moveout_planned")
    if notified is None:
        return None
    if law.reads("signature-ends-on-moveout", "filing"):
        return notified
    return max(notified, planned or notified)


def _issued_on_moving_day(life: LifeRecord, law: Law, _: Played) -> bool:
    deleted, issued = _record_deleted_by_move(life, law), _day(life, "signature_issued")
    planned, came = _day(life, "moveout_planned"), life["movein_notified"]
    return deleted is not None and (
        (issued == deleted and came != deleted) or (_before(deleted, issued) and _before(issued, planned))
    )


def _arrived_early(life: LifeRecord, law: Law, _: Played) -> bool:
    return _before(_day(life, "movein_notified"), _record_deleted_by_move(life, law))


def _made_during_move(life: LifeRecord, _: Law, __: Played) -> bool:
    made, notified, came = (_day(life, n) for n in ("card_issued", "moveout_notified", "movein_notified"))
    if made is None or not _before(notified, made):
        return False
    return _before(made, came) or _before(made, _day(life, "moveout_planned"))


def _made_during_return(life: LifeRecord, _: Law, __: Played) -> bool:
    made, arrived, came = (_day(life, n) for n in ("card_issued", "moved_in", "movein_notified"))
    if made is None or arrived is None or not _before(_day(life, "left_japan"), arrived):
        return False
    return arrived <= made and (came is None or made <= came)


def _lapsed_before_abroad(life: LifeRecord, _: Law, played: Played) -> bool:
    lapsed, left = played.outputs["card_lapses"], _day(life, "left_japan")
    presented = life["card_presented_abroad"] is not None
    return presented and isinstance(lapsed, date) and left is not None and lapsed < left


def _authentication_ends_on_issue_day(life: LifeRecord, _: Law, played: Played) -> bool:
    issued = life["signature_issued"]
    return issued is not None and issued == played.outputs["authentication_revoked"]


def _presented_before_made(life: LifeRecord, _: Law, __: Played) -> bool:
    return _before(_day(life, "card_presented_abroad"), _day(life, "card_issued"))


def _abroad_during_move(life: LifeRecord, _: Law, __: Played) -> bool:
    return life["moveout_notified"] is not None and life["left_japan"] is not None


def _no_card(_: LifeRecord, __: Law, played: Played) -> bool:
    return bool({"card_requested", "card_made"} & set(played.refused))


def _no_authentication(_: LifeRecord, __: Law, played: Played) -> bool:
    return "authentication_issued" in played.refused


def _no_signature(_: LifeRecord, __: Law, played: Played) -> bool:
    return "signature_issued" in played.refused


def _no_record(life: LifeRecord, _: Law, played: Played) -> bool:
    refused = set(played.refused)
    deleted = life["record_deleted"] is not None
    return bool({"moveout_notified", "record_deleted", "record_corrected"} & refused) or (
        deleted and "card_presented" in refused
    )


_ALL = ("card", "signature", "authentication")

REASONS: tuple[Reason, ...] = (
    Reason(
        "issued-on-moving-day",
        ("signature",),
        "A signature certificate issued on the day on which a move deletes the record, without a notice of moving "
        "in on that day: it was issued while the record still stood, so that the deletion revokes it. The rules "
        "take it for one of the new municipality.",
        "転出により住民票が消除される日に（同日の転入届なしに）発行された署名用電子証明書：消除前の発行なので失効する。規則は転入後の発行とみる。",
        ("certificate-issue-basis", "jpki-signature-revocation-record"),
        _issued_on_moving_day,
    ),
    Reason(
        "arrived-early",
        ("signature",),
        "Somebody gave notice of moving in before the planned day of moving out: the record moves with that notice, "
        "and a certificate issued afterwards is not touched on the planned day. The rules wait for the planned day.",
        "転出予定日より前に転入届をした場合：住民票はその届出で移り、その後に発行された証明書は予定日に失効しない。規則は予定日を待つ。",
        ("register-record-deleted", "certificate-revocation-attributes"),
        _arrived_early,
    ),
    Reason(
        "made-during-move",
        _ALL,
        "A card made between the notice of moving out and the notice of moving in: it too lapses when the latter is "
        "late. The rules speak only of cards made before the former.",
        "転出届と転入届の間に作成されたカード：転入届が遅れればこのカードも失効する。規則は転出届の前に作成されたカードだけを扱う。",
        ("order-lapse-move-not-notified",),
        _made_during_move,
    ),
    Reason(
        "made-during-return",
        _ALL,
        "A card made between a return from abroad and the notice of moving in: it too lapses when the notice is late "
        "or the card is not presented. The rules speak only of cards made before the return.",
        "国外からの転入と転入届の間に作成されたカード：届出が遅れ、又は提出がなければこのカードも失効する。"
        "規則は転入の前に作成されたカードだけを扱う。",
        ("order-lapse-return-not-notified", "order-lapse-return-not-presented"),
        _made_during_return,
    ),
    Reason(
        "lapsed-before-abroad",
        ("authentication", "signature"),
        "A card that had lapsed is handed in for continued use abroad: it cannot stay in use, so that the deletion "
        "of the record revokes the user-authentication certificate. The rules do not ask whether it had force.",
        "失効したカードを国外継続利用のため提出した場合：継続利用できず、住民票の消除で利用者証明用も失効する。"
        "規則はカードの有効性を問わない。",
        ("order-lapse-abroad", "jpki-authentication-revocation-record"),
        _lapsed_before_abroad,
    ),
    Reason(
        "authentication-ends-on-issue-day",
        ("signature",),
        "A signature certificate issued on the day on which the user-authentication certificate is revoked: when it "
        "was issued the other was held, and so caps it. The rules take the other for not held on that day.",
        "利用者証明用電子証明書が失効する日に発行された署名用電子証明書：発行の時には有していたので、"
        "その満了日が上限となる。"
        "規則はその日は有していないとみる。",
        ("jpki-cap-by-authentication",),
        _authentication_ends_on_issue_day,
    ),
    Reason(
        "presented-before-made",
        _ALL,
        "A card that is handed in for continued use abroad before it was made: nothing was handed in. The rules "
        "take it for handed in.",
        "作成前に提出されたことになっている国外継続利用のカード：提出されていない。規則は提出とみる。",
        ("order-lapse-abroad",),
        _presented_before_made,
    ),
    Reason(
        "abroad-during-move",
        _ALL,
        "A row with a notice of moving out and a departure from Japan: it does not say to which of the two the day "
        "of moving in belongs.",
        "転出届と国外転出の両方がある行：転入した日がどちらのものか、行からは分からない。",
        ("register-first-notice",),
        _abroad_during_move,
    ),
    Reason(
        "card-refused",
        _ALL,
        "A card is applied for or made where the offices refuse it, for example for somebody abroad before 27 May "
        "2024. The rules do not ask.",
        "窓口が申請又は作成を拒むカード（令和6年5月27日より前の国外の者など）。規則は問わない。",
        ("ordinance-abroad-in-force", "ordinance-card-foreign"),
        _no_card,
    ),
    Reason(
        "authentication-refused",
        ("signature", "authentication"),
        "A user-authentication certificate is issued where the offices refuse it: on a card that has lapsed, or for "
        "somebody in no register. The rules do not ask.",
        "失効したカードに、又は住民票のない者に発行されたことになっている利用者証明用電子証明書。規則は問わない。",
        ("certificate-issue-basis", "issue-step-6"),
        _no_authentication,
    ),
    Reason(
        "signature-refused",
        ("signature",),
        "The same for a signature certificate, or one for somebody under fifteen.",
        "同じく署名用電子証明書、又は15歳未満の者のもの。",
        ("certificate-issue-basis", "issue-step-6", "practice-under-fifteen"),
        _no_signature,
    ),
    Reason(
        "no-record",
        _ALL,
        "A record is said to be corrected or deleted, or a notice of moving out given, when there is no record: "
        "after a move deleted it, or abroad. The world refuses; the rules count it.",
        "住民票のないとき（転出による消除の後や国外）の修正、消除又は転出届。世界では受け付けられず、規則は数える。",
        ("register-record-deleted", "register-move-out-duty"),
        _no_record,
    ),
)
