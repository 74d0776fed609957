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
from jpki_spec.terms import LIFE, Boolean, Life, choose, literal


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
_FIELDS_TOUCHED = {
    "leap-birthday-certificate": born_on_leap_day,
    "leap-age": born_on_leap_day,
    "revocation-instant": lambda life: life.revocation_recorded.exists,
    "signature-ends-on-moveout": lambda life: life.moveout_notified.exists,
    "presented-on-leaving-day": lambda life: life.moved_out_again.exists,
    "abroad-presented-on-leaving-day": lambda life: life.card_presented_abroad == life.left_japan,
    "correction-on-issue-day": lambda life: life.record_corrected == life.signature_issued,
    "transitional-first-day": lambda life: life.residence.is_("transitional"),
    "stay-and-birthday": lambda life: life.residence.is_("limited", "landing"),
    "renewal-counted-from": lambda life: z3.Or(
        life.card_renewal.is_("window"),
        life.signature_renewal.is_("window"),
        life.authentication_renewal.is_("window"),
    ),
    "renewal-window-tested-on": lambda life: life.card_renewal.is_("window"),
    "age-measured-on": lambda life: z3.And(
        life.card_requested.exists, life.card_requested != life.card_issued
    ),
    "deadline-on-holiday": lambda life: (
        life.moveout_notified.exists if life is LIFE else life.moved_in.exists
    ),
}


_PERIODS_ONLY = ("leap-birthday-certificate", "leap-age")
"""Readings that are compared on two periods alone: on all outcomes the solver does not end in its time."""


def _untouched(question: str, touched: Callable[[Life], Boolean]) -> Callable[[Law], Claim]:
    def claim(current: Law) -> Claim:
        here = dict(rulebook(current).outputs)
        if question in _PERIODS_ONLY:
            here = {name: here[name] for name in ("card_expires", "authentication_expires")}
        changed = [
            here[name] != rulebook(other).outputs[name]
            for answer in READINGS[question].alternatives
            for other in [current.with_reading(question, answer)]
            for name in here
            if not here[name].eq(rulebook(other).outputs[name])
        ]
        return Claim(z3.Or(*changed), touched(LIFE))

    return claim


_WHAT_EN = ("anything", "the periods of the card and the user-authentication certificate")
_WHAT_JA = ("結果", "カードと利用者証明用電子証明書の有効期間")
for _question, _touched in _FIELDS_TOUCHED.items():
    _reading = READINGS[_question]
    holds(
        f"reading-touches-only-{_question}",
        f"the reading {_question} changes {_WHAT_EN[_question in _PERIODS_ONLY]} only in lives that have what it speaks of",
        f"読み方 {_question} は、それに関わる事実のある場合にのみ{_WHAT_JA[_question in _PERIODS_ONLY]}を変える",
        tuple(edition for edition in _reading.open_in if edition in ("mic-2017", "2024-05-27")),
        tuple((_question, answer) for answer in _reading.alternatives if answer != _reading.default),
    )(_untouched(_question, _touched))
