"""Until when the card and the user-authentication certificate are valid, and from when they can be renewed."""

import z3

from jpki_spec.calendar import (
    age_at,
    nth_birthday_after,
    nth_birthday_from,
    opening_of_window,
)
from jpki_spec.laws import Law
from jpki_spec.rules.registry import rule
from jpki_spec.terms import Boolean, Choice, Date, Life, Number, choose, first, literal, never


@rule("validity.card", ja="カードの有効期間が満了する日", clauses=["act-card-validity"])
def card_expires(life: Life, law: Law) -> Date:
    """Last day on which the card is valid."""
    expires = by_birthday = card_birthday(life, law)
    if law.speaks_of("stay_decides"):
        end_of_stay = life.stay_expires
        if law.reads("stay-and-birthday", "earlier-of-both"):
            end_of_stay = first(end_of_stay, by_birthday)
        expires = choose(life.residence.is_("transitional"), transitional_end(life, law), expires)
        expires = choose(life.residence.is_("limited", "landing"), end_of_stay, expires)
    return choose(life.card_issued.exists, expires, never)


@rule(
    "validity.card-birthday",
    ja="作成の日後の10回目（5回目）の誕生日",
    clauses=[
        "card-validity-adult",
        "card-validity-minor",
        "ordinance-card-validity",
        "ordinance-card-leap-birthday",
    ],
)
def card_birthday(life: Life, law: Law) -> Date:
    """The birthday that ends the card of a citizen or permanent resident."""
    count = card_birthdays(life, law)
    plain = _after(life, life.card_issued, count, law, "leap-birthday-card")
    if law.speaks_of("extra_birthdays_on_renewal"):
        former = former_expiry(life, application_received(life, law), "leap-birthday-card", law)
        renewed = _renewed(life, life.card_issued, former, count, law, "leap-birthday-card")
        plain = choose(renewed_in_window(life, law), renewed, plain)
    return _months_after_birthday(plain, law)


@rule(
    "validity.card-birthdays",
    ja="数える誕生日の回数",
    clauses=["card-validity-adult", "card-validity-minor", "ordinance-card-validity"],
)
def card_birthdays(life: Life, law: Law) -> Number:
    """How many birthdays the card lives through."""
    return z3.If(is_adult(life, law), law.number("card_birthdays_adult"), law.number("card_birthdays_minor"))


@rule("validity.adult", ja="成年の区分に当たるか", clauses=["card-validity-minor", "ordinance-card-validity"])
def is_adult(life: Life, law: Law) -> Boolean:
    """The holder is old enough for the longer period."""
    if law.reads("age-measured-on", "application"):
        return age_at(life.birth, application_received(life, law), law) >= adult_age(life, law)
    return age_on_issue(life, law) >= adult_age(life, law)


@rule("validity.age", ja="発行の日における年齢", clauses=["age-attained"])
def age_on_issue(life: Life, law: Law) -> Number:
    """Age in completed years on the day of issue."""
    return age_at(life.birth, life.card_issued, law)


@rule(
    "validity.adult-age", ja="区分の年齢", clauses=["ordinance-adult-age-transition", "card-validity-minor"]
)
def adult_age(life: Life, law: Law) -> Number:
    """The age that gives the longer period, by the day on which the application was received."""
    age = law.number("adult_age")
    if not law.speaks_of("adult_age_changed"):
        return z3.IntVal(age)
    changed = law.day("adult_age_changed")
    before = application_received(life, law) < literal(changed.year, changed.month, changed.day)
    return z3.If(before, law.number("former_adult_age"), age)


@rule("validity.application", ja="申請を受け付けた日", clauses=["ordinance-adult-age-transition"])
def application_received(life: Life, law: Law) -> Date:
    """Day on which the application was received; the day of issue where it is not known."""
    return choose(life.card_requested.exists, life.card_requested, life.card_issued)


@rule(
    "validity.card-window",
    ja="残り三月未満の更新に当たるか",
    clauses=["ordinance-card-renewal", "ordinance-card-renewal-count"],
)
def renewed_in_window(life: Life, law: Law) -> Boolean:
    """The card replaces one in its last three months."""
    in_window = life.card_renewal.is_("window")
    if law.reads("renewal-window-tested-on", "issue"):
        former = former_expiry(life, application_received(life, law), "leap-birthday-card", law)
        in_window = z3.And(in_window, life.card_issued <= former)
    return in_window


@rule("validity.transitional", ja="経過滞在者の60日", clauses=["ordinance-card-foreign", "period-first-day"])
def transitional_end(life: Life, law: Law) -> Date:
    """Last of the sixty days after birth or loss of nationality."""
    start = choose(life.nationality_lost.exists, life.nationality_lost, life.birth)
    days = law.number("transitional_days")
    return start.plus_days(days - 1 if law.reads("transitional-first-day", "included") else days)


@rule(
    "validity.authentication", ja="利用者証明用電子証明書の有効期間が満了する日", clauses=["jpki-cap-by-card"]
)
def authentication_expires(life: Life, law: Law) -> Date:
    """Last day on which the user-authentication certificate is valid."""
    expires = certificate_birthday(life, life.authentication_issued, life.authentication_renewal, law)
    if law.speaks_of("certificate_capped_by_card"):
        expires = first(expires, card_expires(life, law))
    return choose(life.authentication_issued.exists, expires, never)


@rule(
    "validity.certificate-birthday",
    ja="発行の日後の5回目の誕生日",
    clauses=["certificate-validity", "jpki-signature-validity", "jpki-authentication-validity"],
)
def certificate_birthday(life: Life, issued: Date, renewal: Choice, law: Law) -> Date:
    """The birthday that ends a certificate, if nothing caps it."""
    count = law.number("certificate_birthdays")
    plain = _after(life, issued, count, law, "leap-birthday-certificate")
    if law.speaks_of("extra_birthdays_on_renewal"):
        former = former_expiry(life, issued, "leap-birthday-certificate", law)
        renewed = _renewed(life, issued, former, count, law, "leap-birthday-certificate")
        plain = choose(renewal.is_("window"), renewed, plain)
    return _months_after_birthday(plain, law)


def renewable_from(expires: Date, law: Law) -> Date:
    """First day on which less than the window's months remain; `never` without an expiry or a window."""
    if not law.speaks_of("renewal_window_months"):
        return never
    return opening_of_window(expires, law.number("renewal_window_months"), law)


@rule(
    "validity.card-renewable",
    ja="カードの更新を求められる最初の日",
    clauses=["ordinance-card-renewal", "practice-renewal-opening-day"],
)
def card_renewable_from(life: Life, law: Law) -> Date:
    """First day on which the card can be renewed early."""
    return renewable_from(card_expires(life, law), law)


@rule(
    "validity.authentication-renewable",
    ja="利用者証明用電子証明書の更新を申請できる最初の日",
    clauses=["jpki-authentication-validity", "practice-renewal-opening-day"],
)
def authentication_renewable_from(life: Life, law: Law) -> Date:
    """First day on which the user-authentication certificate can be renewed early."""
    return renewable_from(authentication_expires(life, law), law)


def former_expiry(life: Life, day: Date, leap_question: str, law: Law) -> Date:
    """Last day of what was replaced by a renewal in the window: the first birthday on or after `day`."""
    return nth_birthday_from(life.birth, day, 1, law.reading(leap_question))


def _renewed(life: Life, issued: Date, former: Date, count: Number, law: Law, leap_question: str) -> Date:
    leap_birthday = law.reading(leap_question)
    if law.reads("renewal-counted-from", "former-expiry"):
        return nth_birthday_after(life.birth, former, count, leap_birthday)
    extra = law.number("extra_birthdays_on_renewal")
    return nth_birthday_after(life.birth, issued, count + extra, leap_birthday)


def _after(life: Life, issued: Date, count: Number, law: Law, leap_question: str) -> Date:
    nth = nth_birthday_from if law.reads("birthday-on-issue-day", "counted") else nth_birthday_after
    return nth(life.birth, issued, count, law.reading(leap_question))


def _months_after_birthday(end: Date, law: Law) -> Date:
    return (
        end.plus_months(law.number("months_after_birthday"))
        if law.speaks_of("months_after_birthday")
        else end
    )
