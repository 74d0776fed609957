"""How long cards and certificates run."""

import z3

from jpki_spec.laws import Law
from jpki_spec.properties.registry import LAWS_IN_FORCE, Claim, holds
from jpki_spec.properties.vocabulary import (
    born_on_leap_day,
    is_in_state,
    outcome,
)
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Boolean, Date, Life, Term, birthday


@holds(
    "authentication-within-card",
    "no user-authentication certificate outlives its card",
    "利用者証明用電子証明書の有効期間はカードの有効期間を超えない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    card, certificate = outcome(law, "card_expires"), outcome(law, "authentication_expires")
    return Claim(z3.And(card.exists, certificate.exists), certificate <= card)


@holds(
    "signature-within-card",
    "no signature certificate outlives its card",
    "署名用電子証明書の有効期間はカードの有効期間を超えない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    card, certificate = outcome(law, "card_expires"), outcome(law, "signature_expires")
    return Claim(z3.And(card.exists, certificate.exists), certificate <= card)


@holds(
    "signature-within-authentication",
    "a signature certificate issued beside a user-authentication certificate that is in force does not outlive it",
    "有効な利用者証明用電子証明書とともに発行された署名用電子証明書は、それより長く有効でない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    beside = z3.And(
        LIFE.signature_issued.exists, is_in_state(law, "authentication", "valid", LIFE.signature_issued)
    )
    return Claim(beside, outcome(law, "signature_expires") <= outcome(law, "authentication_expires"))


@holds(
    "authentication-not-capped-by-signature",
    "the user-authentication certificate's period does not depend on the signature certificate",
    "利用者証明用電子証明書の有効期間は署名用電子証明書に左右されない",
)
def _(law: Law) -> Claim:
    expires = outcome(law, "authentication_expires").term
    other = Life.symbolic("_other")
    changed = z3.substitute(
        expires,
        (LIFE.signature_issued.term, other.signature_issued.term),
        (LIFE.signature_renewal.term, other.signature_renewal.term),
    )
    return Claim(LIFE.signature_issued.exists, expires == changed)


def _birthdays_within(law: Law, start: Date, end: Date, leap_question: str) -> Term:
    """How many birthdays lie after `start` and not after `end`, counted year by year."""
    rounding = law.reading(leap_question)
    count: Term = z3.IntVal(0)
    for years in range(13):
        day = birthday(LIFE.birth, start.year + years, rounding)
        count = count + z3.If(z3.And(start < day, day <= end), 1, 0)
    return count


def _plain_card() -> Boolean:
    return z3.And(LIFE.residence.is_("citizen", "permanent"), z3.Not(LIFE.card_renewal.is_("window")))


_COUNTED_OTHERWISE = (
    ("leap-birthday-card", "next-leap-day"),
    ("birthday-on-issue-day", "counted"),
)


@holds(
    "ten-birthdays-for-adults",
    "exactly ten birthdays lie in the period of an adult citizen's card that is no renewal in the window",
    "成人の国民のカードの有効期間には、ちょうど10回の誕生日がある（残り三月未満の更新を除く）",
    ("mic-2017", *LAWS_IN_FORCE),
    _COUNTED_OTHERWISE,
)
def _(law: Law) -> Claim:
    expires = outcome(law, "card_expires")
    adult = z3.And(_plain_card(), rulebook(law).outputs["age"] >= 21, expires.exists)
    return Claim(adult, _birthdays_within(law, LIFE.card_issued, expires, "leap-birthday-card") == 10)


@holds(
    "five-birthdays-for-minors",
    "exactly five birthdays lie in the period of a child's card that is no renewal in the window",
    "未成年の国民のカードの有効期間には、ちょうど5回の誕生日がある（残り三月未満の更新を除く）",
    ("mic-2017", *LAWS_IN_FORCE),
    _COUNTED_OTHERWISE,
)
def _(law: Law) -> Claim:
    expires = outcome(law, "card_expires")
    age = rulebook(law).outputs["age"]
    child = z3.And(
        _plain_card(), age >= 0, age <= 16, expires.exists, LIFE.card_requested <= LIFE.card_issued
    )
    return Claim(child, _birthdays_within(law, LIFE.card_issued, expires, "leap-birthday-card") == 5)


@holds(
    "card-ends-on-a-birthday",
    "a citizen's card ends on a birthday",
    "国民のカードの有効期間は誕生日に満了する",
    ("mic-2017", *LAWS_IN_FORCE),
)
def _(law: Law) -> Claim:
    expires = outcome(law, "card_expires")
    on_birthday = expires == birthday(LIFE.birth, expires.year, law.reading("leap-birthday-card"))
    return Claim(z3.And(LIFE.residence.is_("citizen"), expires.exists), on_birthday)


@holds(
    "card-between-four-and-eleven-years",
    "a citizen's card runs at least four years and at most eleven",
    "国民のカードの有効期間は4年以上11年以下である",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    # Four years to the day: born 2080-02-29, made 2096-02-28, since 2100 has no 29 February. Else it is longer.
    expires, issued = outcome(law, "card_expires"), LIFE.card_issued
    bounds = z3.And(issued.plus_months(48) <= expires, expires <= issued.plus_months(132).plus_days(1))
    return Claim(z3.And(LIFE.residence.is_("citizen"), expires.exists), bounds)


@holds(
    "card-longer-for-adults",
    "of two citizens' cards issued on one day for persons with the same birthday, the adult's runs five years longer",
    "同じ日に発行され誕生日が同じなら、成人のカードは未成年者のものより5年長い",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    older = Date(z3.Const("birth", LIFE.birth.term.sort()))
    elder_birth = birthday(older, older.year - 40, "february-28")
    expires = outcome(law, "card_expires")
    elder = Date(z3.substitute(expires.term, (LIFE.birth.term, elder_birth.term)))
    age = rulebook(law).outputs["age"]
    ordinary = z3.And(
        _plain_card(), age >= 1, age <= 15, z3.Not(born_on_leap_day(LIFE)), LIFE.card_issued.exists
    )
    nobody_early = z3.And(LIFE.card_requested.exists, LIFE.card_requested <= LIFE.card_issued)
    close = LIFE.card_issued <= LIFE.card_requested.plus_days(60)
    return Claim(z3.And(ordinary, nobody_early, close), elder == expires.plus_months(60))


@holds(
    "stay-decides-for-limited",
    "the card of a resident with a limited stay ends with the stay",
    "在留期間のある者のカードは在留期間の満了日に満了する",
    (*LAWS_IN_FORCE, "next-card"),
    (("stay-and-birthday", "earlier-of-both"),),
)
def _(law: Law) -> Claim:
    limited = z3.And(
        LIFE.residence.is_("limited", "landing"), LIFE.card_issued.exists, LIFE.stay_expires.exists
    )
    return Claim(limited, outcome(law, "card_expires") == LIFE.stay_expires)


@holds(
    "no-issue-no-end",
    "what was never issued has no dates at all",
    "発行されていないものには、いかなる日付もない",
)
def _(law: Law) -> Claim:
    nothing = z3.Not(
        z3.Or(LIFE.card_issued.exists, LIFE.signature_issued.exists, LIFE.authentication_issued.exists)
    )
    dates = [Date(term) for name, term in rulebook(law).outputs.items() if name != "age"]
    return Claim(nothing, z3.And(*(z3.Not(date.exists) for date in dates)))


@holds(
    "permanent-as-citizen",
    "a permanent resident's card ends when a citizen's would",
    "永住者のカードの満了日は国民と同じである",
)
def _(law: Law) -> Claim:
    expires = outcome(law, "card_expires")
    citizen = Date(z3.substitute(expires.term, (LIFE.residence.term, LIFE.residence.values["citizen"])))
    return Claim(z3.And(LIFE.residence.is_("permanent"), expires.exists), expires == citizen)


@holds(
    "renewal-opens-before-end",
    "the renewal opens before the end, and less than four months before",
    "更新は満了日より前、四月以内に始まる",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    expires, opens = outcome(law, "card_expires"), outcome(law, "card_renewable_from")
    return Claim(expires.exists, z3.And(opens < expires, expires.plus_months(-4) < opens))


@holds(
    "source-has-no-renewal",
    "the slides of 2017 speak of no early renewal",
    "2017年の資料には有効期間内の更新の記述がない",
    ("mic-2017",),
)
def _(law: Law) -> Claim:
    names = ("card_renewable_from", "signature_renewable_from", "authentication_renewable_from")
    return Claim(
        outcome(law, "card_expires").exists, z3.And(*(z3.Not(outcome(law, name).exists) for name in names))
    )


@holds(
    "next-card-certificate-ten",
    "in the outline of the next card, a certificate issued with an adult's card ends with the card",
    "次期カードの案では、成人のカードと同時に発行された電子証明書はカードと同時に満了する",
    ("next-card",),
    (("leap-birthday-certificate", "march-1"), ("leap-birthday-certificate", "next-leap-day")),
)
def _(law: Law) -> Claim:
    together = z3.And(
        LIFE.residence.is_("citizen"),
        LIFE.card_issued.exists,
        LIFE.authentication_issued == LIFE.card_issued,
        rulebook(law).outputs["age"] >= 21,
        LIFE.card_renewal.is_("none"),
        LIFE.authentication_renewal.is_("none"),
    )
    return Claim(together, outcome(law, "authentication_expires") == outcome(law, "card_expires"))
