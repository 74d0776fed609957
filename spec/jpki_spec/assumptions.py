"""What a life must look like to be one that can happen: the order of its days, and what goes with what.

Questions to the solver are about such lives. An assumption is taken into a question when the fields that it is
about are in the question already. Its term may read more fields (a certificate on a valid card reads what the
card's end hangs on); these come into the question with it, and so do the assumptions about them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import z3

from jpki_spec.calendar import opening_of_window
from jpki_spec.fields import DATE_FIELDS, Text
from jpki_spec.laws import Law
from jpki_spec.rules.validity import application_received, card_expires, former_expiry
from jpki_spec.terms import LIFE, Boolean, Date, Life


@dataclass(frozen=True)
class Assumption:
    """One thing that holds in every life that can happen: its id, the fields it speaks of, its term."""

    id: str
    text: Text
    fields: frozenset[str]
    holds: Callable[[Life, Law], Boolean]


ASSUMPTIONS: dict[str, Assumption] = {}


@cache
def assumed(assumption: Assumption, law: Law) -> Boolean:
    """What an assumption demands of `LIFE` under a law."""
    return assumption.holds(LIFE, law)


def assumptions_on(fields: set[str]) -> list[Assumption]:
    """The assumptions that speak of nothing but the given fields, in a fixed order."""
    return [assumption for assumption in ASSUMPTIONS.values() if assumption.fields <= fields]


def _assume(id: str, fields: str, en: str, ja: str, holds: Callable[[Life, Law], Boolean]) -> None:
    ASSUMPTIONS[id] = Assumption(id, Text(en, ja), frozenset(fields.split()), holds)


def _in_order(earlier: str, later: str, en: str, ja: str) -> None:
    def holds(life: Life, law: Law) -> Boolean:
        before, after = _date(life, earlier), _date(life, later)
        return z3.Implies(z3.And(before.exists, after.exists), before <= after)

    _assume(f"{earlier}-before-{later}".replace("_", "-"), f"{earlier} {later}", en, ja, holds)


def _within_a_year(earlier: str, later: str, en: str, ja: str) -> None:
    def holds(life: Life, law: Law) -> Boolean:
        before, after = _date(life, earlier), _date(life, later)
        return z3.Implies(z3.And(before.exists, after.exists), after <= before.plus_months(12))

    _assume(f"{later}-within-a-year-of-{earlier}".replace("_", "-"), f"{earlier} {later}", en, ja, holds)


def _needs(field: str, needed: str, en: str, ja: str) -> None:
    def holds(life: Life, law: Law) -> Boolean:
        return z3.Implies(_date(life, field).exists, _date(life, needed).exists)

    _assume(f"{field}-needs-{needed}".replace("_", "-"), f"{field} {needed}", en, ja, holds)


def _date(life: Life, name: str) -> Date:
    value = getattr(life, name)
    if not isinstance(value, Date):
        raise TypeError(f"{name} is not a date")
    return value


def _certificate_on_valid_card(issued: str) -> Callable[[Life, Law], Boolean]:
    def holds(life: Life, law: Law) -> Boolean:
        day = _date(life, issued)
        return z3.Implies(
            z3.And(day.exists, life.card_issued.exists),
            z3.And(life.card_issued <= day, day <= card_expires(life, law)),
        )

    return holds


def _renewed_within_window(life: Life, law: Law) -> Boolean:
    if not law.speaks_of("renewal_window_months"):
        return z3.BoolVal(True)
    requested = application_received(life, law)
    former = former_expiry(life, requested, "leap-birthday-card", law)
    opened = opening_of_window(former, law.number("renewal_window_months"), law)
    return z3.Implies(z3.And(life.card_renewal.is_("window"), requested.exists), opened <= requested)


def _certificate_renewed_within_window(issued: str, renewal: str) -> Callable[[Life, Law], Boolean]:
    def holds(life: Life, law: Law) -> Boolean:
        if not law.speaks_of("renewal_window_months"):
            return z3.BoolVal(True)
        day, how = _date(life, issued), getattr(life, renewal)
        former = former_expiry(life, day, "leap-birthday-certificate", law)
        opened = opening_of_window(former, law.number("renewal_window_months"), law)
        return z3.Implies(z3.And(how.is_("window"), day.exists), opened <= day)

    return holds


for _field in DATE_FIELDS[1:]:
    _in_order(
        "birth", _field, f"nothing comes before birth ({_field})", f"出生より前のことはない（{_field}）"
    )
for _field in DATE_FIELDS:
    if _field not in ("birth", "died", "stay_expires", "moveout_planned", "revocation_recorded"):
        _in_order(_field, "died", f"the dead do nothing ({_field})", f"死亡の後のことはない（{_field}）")

_in_order(
    "card_requested", "card_issued", "a card is made after it was applied for", "カードの作成は申請の後である"
)
_within_a_year(
    "card_requested",
    "card_issued",
    "a card is made within a year of its application",
    "カードの作成は申請から1年以内である",
)
_within_a_year(
    "moveout_notified",
    "moveout_planned",
    "a move is notified within a year before it",
    "転出届は転出予定日前1年以内である",
)
_within_a_year(
    "moveout_planned",
    "moveout_notified",
    "a move is notified within a year after it",
    "転出届は転出予定日後1年以内である",
)
_within_a_year(
    "card_presented_abroad",
    "left_japan",
    "leaving Japan is notified within a year before",
    "国外転出届は転出前1年以内である",
)
_in_order(
    "moveout_notified",
    "movein_notified",
    "moving out is notified before moving in",
    "転入届は転出届の後である",
)
_in_order("moved_in", "movein_notified", "moving in is notified after moving", "転入届は転入の後である")
_in_order(
    "movein_notified",
    "card_presented",
    "the card is presented with the notice or later",
    "カードの提出は転入届以後である",
)
_in_order("moved_in", "moved_out_again", "nobody leaves before coming", "再転出は転入の後である")
_in_order(
    "card_presented",
    "moved_out_again",
    "a card is presented while living there",
    "カードの提出は再転出より前である",
)
_in_order(
    "card_presented_abroad",
    "left_japan",
    "the card is handed in before leaving",
    "国外転出の届出でのカード提出は転出以前である",
)
_needs(
    "moveout_planned",
    "moveout_notified",
    "a planned day stands in a notice",
    "転出予定日は転出届に記載される",
)
_needs("moveout_notified", "moveout_planned", "a notice has a planned day", "転出届には転出予定日がある")
_needs("movein_notified", "moved_in", "who notifies a move has moved", "転入届をした者は転入している")
_needs(
    "card_presented", "movein_notified", "a card is presented after a notice", "カードの提出には転入届がある"
)
_needs("moved_out_again", "moved_in", "who leaves again had come", "再転出した者は転入している")
_needs(
    "card_presented_abroad",
    "left_japan",
    "the notice of leaving is followed by leaving",
    "国外転出届の後に転出する",
)
_assume(
    "nationality-lost-is-transitional",
    "nationality_lost residence",
    "only somebody whose status is transitional has just lost the nationality",
    "国籍を失った日があるのは経過滞在者に限る",
    lambda life, law: z3.Implies(life.nationality_lost.exists, life.residence.is_("transitional")),
)
_assume(
    "stay-has-end",
    "stay_expires residence",
    "a stay ends exactly for those whose stay is limited",
    "在留期間の満了の日があるのは在留期間のある者に限る",
    lambda life, law: life.stay_expires.exists == life.residence.is_("limited", "landing"),
)
_in_order(
    "nationality_lost",
    "card_issued",
    "a transitional resident's card is made after the nationality was lost",
    "経過滞在者のカードの作成は国籍の喪失以後である",
)
_in_order("card_issued", "stay_expires", "a card is made during the stay", "カードの作成は在留期間内である")
for _item in ("signature", "authentication"):
    _assume(
        f"{_item}-on-valid-card",
        f"{_item}_issued card_issued",
        f"a certificate is issued on a valid card ({_item})",
        f"電子証明書は有効なカードに発行される（{_item}）",
        _certificate_on_valid_card(f"{_item}_issued"),
    )
    _assume(
        f"{_item}-renewed-in-window",
        f"birth {_item}_issued {_item}_renewal",
        f"a renewal in the window happens in the window ({_item})",
        f"残り三月未満の更新はその期間に行われる（{_item}）",
        _certificate_renewed_within_window(f"{_item}_issued", f"{_item}_renewal"),
    )
_assume(
    "card-renewed-in-window",
    "birth card_requested card_issued card_renewal",
    "a renewal in the window is applied for in the window",
    "残り三月未満の更新はその期間に申請される",
    _renewed_within_window,
)
_assume(
    "at-most-130-years-old",
    "birth card_issued",
    "nobody is older than 130 when a card is made",
    "カードの作成の時に130歳を超える者はいない",
    lambda life, law: z3.Implies(life.card_issued.exists, life.card_issued.year - life.birth.year <= 130),
)
