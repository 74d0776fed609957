"""What editions and readings change, and what they leave alone."""

from collections.abc import Callable

import z3

from jpki_spec.laws import READINGS, Law, law
from jpki_spec.properties.registry import Claim, holds
from jpki_spec.properties.vocabulary import (
    born_on_leap_day,
    outcome,
)
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Boolean, choose, literal


def _differ(one: Law, edition: str, name: str) -> Boolean:
    """The two editions differ in an outcome, under the same readings where both leave them open."""
    shared = {q: a for q, a in one.readings.items() if edition in READINGS[q].open_in}
    return rulebook(one).outputs[name] != rulebook(law(edition, shared)).outputs[name]


def _only_eighteen_and_nineteen(name: str) -> Callable[[Law], Claim]:
    def claim(current: Law) -> Claim:
        received = choose(LIFE.card_requested.exists, LIFE.card_requested, LIFE.card_issued)
        age = rulebook(current).outputs["age"]
        lowest, highest = 18, 20 if current.reads("age-measured-on", "application") else 19
        affected = z3.And(literal(2022, 4, 1) <= received, age >= lowest, age <= highest)
        return Claim(_differ(current, "2016-01-01", name), affected)

    return claim


def _only_those_who_left(name: str) -> Callable[[Law], Claim]:
    def claim(current: Law) -> Claim:
        since = literal(2024, 5, 27)
        left = z3.And(LIFE.left_japan.exists, z3.Or(since <= LIFE.left_japan, since <= LIFE.card_issued))
        return Claim(_differ(current, "2022-04-01", name), left)

    return claim


for _name in ("card_expires", "authentication_expires"):
    holds(
        f"eighteen-changes-only-{_name.replace('_', '-')}-of-the-young",
        f"the change of 1 April 2022 changes {_name} only for those of 18 or 19 who applied since",
        f"令和4年4月1日の改正で {_name} が変わるのは、同日以後に申請した18歳・19歳の者に限る",
        ("2022-04-01",),
    )(_only_eighteen_and_nineteen(_name))
for _name in ("card_lapses", "authentication_revoked", "signature_revoked"):
    holds(
        f"abroad-changes-only-{_name.replace('_', '-')}-of-those-who-left",
        f"the change of 27 May 2024 changes {_name} only for those who left Japan since, or had a card made there",
        f"令和6年5月27日の改正で {_name} が変わるのは、同日以後に国外へ転出した者と、国外で作成したカードの者に限る",
        ("2024-05-27",),
    )(_only_those_who_left(_name))


@holds(
    "slides-agree-with-law-on-plain-adult-cards",
    "on the card of an adult citizen that nothing happened to, the slides of 2017 and the law agree",
    "何の出来事もない成人の国民のカードについて、2017年の資料と法令は一致する",
    ("mic-2017",),
    (
        ("birthday-on-issue-day", "counted"),
        ("leap-birthday-card", "march-1"),
        ("leap-birthday-card", "next-leap-day"),
    ),
)
def _(law: Law) -> Claim:
    plain = z3.And(
        LIFE.residence.is_("citizen"), LIFE.card_renewal.is_("none"), rulebook(law).outputs["age"] >= 21
    )
    there = rulebook(EARLIEST).outputs["card_expires"]
    return Claim(z3.And(plain, LIFE.card_issued.exists), outcome(law, "card_expires").term == there)


EARLIEST = law("2016-01-01")
_LEAPLING, _WINDOW = born_on_leap_day(LIFE), LIFE.card_renewal.is_("window")
_TOUCHED: dict[str, tuple[Boolean, tuple[str, ...]]] = {
    "leap-birthday-certificate": (_LEAPLING, ("authentication_expires",)),
    "leap-age": (_LEAPLING, ("card_expires", "authentication_expires")),
    "age-measured-on": (
        z3.And(LIFE.card_requested.exists, LIFE.card_requested != LIFE.card_issued),
        ("card_expires",),
    ),
    "renewal-window-tested-on": (_WINDOW, ("card_expires",)),
    "renewal-counted-from": (
        z3.Or(_WINDOW, LIFE.authentication_renewal.is_("window")),
        ("card_expires", "authentication_expires"),
    ),
    "stay-and-birthday": (LIFE.residence.is_("limited", "landing"), ("card_expires",)),
    "transitional-first-day": (LIFE.residence.is_("transitional"), ("card_expires",)),
    "deadline-on-holiday": (
        z3.Or(LIFE.moveout_notified.exists, z3.And(LIFE.left_japan.exists, LIFE.moved_in.exists)),
        ("card_lapses", "authentication_revoked"),
    ),
    "presented-on-leaving-day": (LIFE.moved_out_again == LIFE.card_presented, ("card_lapses",)),
    "abroad-presented-on-leaving-day": (
        LIFE.card_presented_abroad == LIFE.left_japan,
        ("card_lapses", "authentication_revoked"),
    ),
    "correction-on-issue-day": (LIFE.record_corrected == LIFE.signature_issued, ("signature_revoked",)),
    "signature-ends-on-moveout": (LIFE.moveout_notified.exists, ("signature_revoked",)),
    "revocation-instant": (LIFE.revocation_recorded.exists, ("signature_revoked", "authentication_revoked")),
}
"""For each reading: the lives that it touches, and the outcomes that it can change in them."""


def _untouched(question: str, touched: Boolean, outcomes: tuple[str, ...]) -> Callable[[Law], Claim]:
    def claim(current: Law) -> Claim:
        here = rulebook(current).outputs
        others = [
            rulebook(current.with_reading(question, answer)).outputs
            for answer in READINGS[question].alternatives
            if answer != current.reading(question)
        ]
        changed = [here[name] != other[name] for other in others for name in outcomes]
        return Claim(z3.Or(*changed), touched)

    return claim


for _question, (_touched, _outcomes) in _TOUCHED.items():
    _reading = READINGS[_question]
    holds(
        f"reading-touches-only-{_question}",
        f"the reading {_question} changes {', '.join(_outcomes)} only in lives that have what it speaks of",
        f"読み方 {_question} が {'、'.join(_outcomes)} を変えるのは、それに関わる事実のある場合に限る",
        tuple(edition for edition in _reading.open_in if edition in ("mic-2017", "2024-05-27")),
        tuple((_question, answer) for answer in _reading.alternatives if answer != _reading.default),
    )(_untouched(_question, _touched, _outcomes))
