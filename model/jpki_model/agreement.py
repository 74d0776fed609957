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


def _authentication_ends_on_issue_day(life: LifeRecord, _: Law, played: Played) -> bool:
    issued = life["signature_issued"]
    return issued is not None and issued == played.outputs["authentication_revoked"]


def _abroad_during_move(life: LifeRecord, _: Law, __: Played) -> bool:
    return life["moveout_notified"] is not None and life["left_japan"] is not None


def _presumed_over(_: LifeRecord, __: Law, played: Played) -> bool:
    return played.move_presumed_over


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
        "move-presumed-over",
        ("signature",),
        "A card is made when a move has deleted the record, in a row without a notice of moving in: whoever is given "
        "a card is in a register, so that the world takes the move for over and what is issued that day for issued "
        "on the new record. The rules take a row at its word.",
        "転出により住民票が消除された後に、転入届のないまま作成されたカード：作成された以上は住民票があるはずなので、世界は転入が済んだものとみる。"
        "規則は行のとおりにみる。",
        ("register-record-deleted", "certificate-issue-basis"),
        _presumed_over,
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
