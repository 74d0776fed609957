"""What ought to follow from the rules, stated apart from them; each is proven, or its counterexample is a finding.

A property has a premise, which some life must meet (a proof about nothing is none), and a conclusion. It claims to
hold in named editions, under every answer to every open question but those that it excepts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import z3

from jpki_spec.fields import Text
from jpki_spec.laws import EDITIONS, READINGS, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, ON, STATE_VALUES, Boolean, Date, Life, Term, birthday, first, literal

LAWS_IN_FORCE = tuple(edition.id for edition in EDITIONS.values() if edition.is_law)
ALL = tuple(EDITIONS)


@dataclass(frozen=True)
class Claim:
    """If the premise holds for a life, so does the conclusion."""

    premise: Boolean
    conclusion: Boolean


@dataclass(frozen=True)
class Property:
    """A claim about every life, for the editions and readings that `holds_for` accepts."""

    id: str
    statement: Text
    editions: tuple[str, ...]
    excepting: tuple[tuple[str, str], ...]
    claim: Callable[[Law], Claim]

    def laws(self) -> list[Law]:
        """Every law for which it is claimed: each edition with its defaults, and with one other answer at a time."""
        claimed = []
        for edition in self.editions:
            default = law(edition)
            claimed += [default, *default.alternatives()]
        return [each for each in claimed if not any(each.reading(q) == a for q, a in self.excepting)]


PROPERTIES: dict[str, Property] = {}


def holds(
    id: str, en: str, ja: str, editions: tuple[str, ...] = ALL, excepting: tuple[tuple[str, str], ...] = ()
) -> Callable[[Callable[[Law], Claim]], Callable[[Law], Claim]]:
    """Register a property."""

    def decorate(claim: Callable[[Law], Claim]) -> Callable[[Law], Claim]:
        if id in PROPERTIES:
            raise ValueError(f"two properties are called {id}")
        for question, answer in excepting:
            READINGS[question].alternatives[answer]
        PROPERTIES[id] = Property(id, Text(en, ja), editions, excepting, claim)
        return claim

    return decorate


def _out(law: Law, name: str) -> Date:
    return Date(rulebook(law).outputs[name])


def _state(law: Law, item: str, on: Date) -> Term:
    return z3.substitute(rulebook(law).states[item], (ON.term, on.term))


def _is(law: Law, item: str, state: str, on: Date = ON) -> Boolean:
    return _state(law, item, on) == STATE_VALUES[state]


def _issued(item: str) -> Date:
    value: Date = getattr(LIFE, f"{item}_issued")
    return value


# ---------------------------------------------------------------------------------------------- periods


@holds(
    "authentication-within-card",
    "no user-authentication certificate outlives its card",
    "利用者証明用電子証明書の有効期間はカードの有効期間を超えない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    card, certificate = _out(law, "card_expires"), _out(law, "authentication_expires")
    return Claim(z3.And(card.exists, certificate.exists), certificate <= card)


@holds(
    "signature-within-card",
    "no signature certificate outlives its card",
    "署名用電子証明書の有効期間はカードの有効期間を超えない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    card, certificate = _out(law, "card_expires"), _out(law, "signature_expires")
    return Claim(z3.And(card.exists, certificate.exists), certificate <= card)


@holds(
    "signature-within-authentication",
    "a signature certificate issued beside a user-authentication certificate that is in force does not outlive it",
    "有効な利用者証明用電子証明書とともに発行された署名用電子証明書は、それより長く有効でない",
    (*LAWS_IN_FORCE, "next-card"),
)
def _(law: Law) -> Claim:
    beside = z3.And(LIFE.signature_issued.exists, _is(law, "authentication", "valid", LIFE.signature_issued))
    return Claim(beside, _out(law, "signature_expires") <= _out(law, "authentication_expires"))


@holds(
    "authentication-not-capped-by-signature",
    "the user-authentication certificate's period does not depend on the signature certificate",
    "利用者証明用電子証明書の有効期間は署名用電子証明書に左右されない",
)
def _(law: Law) -> Claim:
    expires = _out(law, "authentication_expires").term
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
    ("age-measured-on", "application"),
)


@holds(
    "ten-birthdays-for-adults",
    "exactly ten birthdays lie in the period of an adult citizen's card that is no renewal in the window",
    "成人の国民のカードの有効期間には、ちょうど10回の誕生日がある（残り三月未満の更新を除く）",
    ("mic-2017", *LAWS_IN_FORCE),
    _COUNTED_OTHERWISE,
)
def _(law: Law) -> Claim:
    expires = _out(law, "card_expires")
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
    expires = _out(law, "card_expires")
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
    expires = _out(law, "card_expires")
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
    expires, issued = _out(law, "card_expires"), LIFE.card_issued
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
    expires = _out(law, "card_expires")
    elder = Date(z3.substitute(expires.term, (LIFE.birth.term, elder_birth.term)))
    age = rulebook(law).outputs["age"]
    ordinary = z3.And(
        _plain_card(), age >= 1, age <= 15, z3.Not(_born_on_leap_day(LIFE)), LIFE.card_issued.exists
    )
    nobody_early = z3.And(LIFE.card_requested.exists, LIFE.card_requested <= LIFE.card_issued)
    close = LIFE.card_issued <= LIFE.card_requested.plus_days(60)
    return Claim(z3.And(ordinary, nobody_early, close), elder == expires.plus_months(60))


def _born_on_leap_day(life: Life) -> Boolean:
    """In 2023, a year without 29 February, the birthday has to be placed."""
    return birthday(life.birth, 2023, "february-28") != birthday(life.birth, 2023, "march-1")


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
    return Claim(limited, _out(law, "card_expires") == LIFE.stay_expires)


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
    expires = _out(law, "card_expires")
    citizen = Date(z3.substitute(expires.term, (LIFE.residence.term, LIFE.residence.values["citizen"])))
    return Claim(z3.And(LIFE.residence.is_("permanent"), expires.exists), expires == citizen)


@holds(
    "renewal-opens-before-end",
    "the renewal opens before the end, and less than four months before",
    "更新は満了日より前、四月以内に始まる",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    expires, opens = _out(law, "card_expires"), _out(law, "card_renewable_from")
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
        _out(law, "card_expires").exists, z3.And(*(z3.Not(_out(law, name).exists) for name in names))
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
    return Claim(together, _out(law, "authentication_expires") == _out(law, "card_expires"))


# ---------------------------------------------------------------------------------------------- lapse


@holds("lapse-after-issue", "no card lapses before it was issued", "カードは発行前に失効しない")
def _(law: Law) -> Claim:
    return Claim(_out(law, "card_lapses").exists, LIFE.card_issued <= _out(law, "card_lapses"))


@holds(
    "lapse-before-expiry",
    "a card that has expired does not lapse any more",
    "満了したカードが重ねて失効することはない",
)
def _(law: Law) -> Claim:
    return Claim(_out(law, "card_lapses").exists, _out(law, "card_lapses") <= _out(law, "card_expires"))


@holds(
    "lapse-not-later-for-earlier-plan",
    "without a notice, a card never lapses later when the planned day of moving out is earlier",
    "転入届がないとき、転出予定日が早くなって失効が遅くなることはない",
    # With deadlines moved to Mondays the solver cannot relate two weekdays within its time: not claimed.
    excepting=(("move-limbs", "both"), ("deadline-on-holiday", "weekends")),
)
def _(law: Law) -> Claim:
    lapses = _out(law, "card_lapses")
    earlier = Life.symbolic("_other").moveout_planned
    changed = Date(z3.substitute(lapses.term, (LIFE.moveout_planned.term, earlier.term)))
    premise = z3.And(earlier < LIFE.moveout_planned, lapses.exists, z3.Not(LIFE.movein_notified.exists))
    return Claim(premise, changed <= lapses)


@holds(
    "lapse-not-later-for-earlier-move",
    "a card never lapses later when the day of moving in is earlier and nothing was notified",
    "転入届がないとき、転入日が早くなって失効が遅くなることはない",
    excepting=(("deadline-on-holiday", "weekends"),),
)
def _(law: Law) -> Claim:
    lapses = _out(law, "card_lapses")
    earlier = Life.symbolic("_other").moved_in
    changed = Date(z3.substitute(lapses.term, (LIFE.moved_in.term, earlier.term)))
    nothing = z3.And(z3.Not(LIFE.movein_notified.exists), z3.Not(LIFE.left_japan.exists))
    return Claim(z3.And(earlier < LIFE.moved_in, lapses.exists, nothing), changed <= lapses)


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
        _nothing_else(),
    )
    return Claim(in_time, z3.Not(_out(law, "card_lapses").exists))


def _nothing_else() -> Boolean:
    ends = ("died", "left_japan", "record_deleted", "card_returned", "reissue_requested")
    return z3.And(*(z3.Not(getattr(LIFE, name).exists) for name in ends))


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
        LIFE.movein_notified <= _out(law, "card_expires"),
    )
    return Claim(late, _out(law, "card_lapses") <= LIFE.movein_notified)


@holds(
    "no-move-no-lapse",
    "a card lapses only by an event that the life states",
    "記録された出来事がなければカードは失効しない",
)
def _(law: Law) -> Claim:
    return Claim(
        z3.And(_nothing_else(), z3.Not(LIFE.moveout_notified.exists), _out(law, "card_expires").exists),
        z3.Not(_out(law, "card_lapses").exists),
    )


@holds(
    "death-ends-card",
    "nobody's card is valid on or after the day of death",
    "死亡の日以後に有効なカードはない",
)
def _(law: Law) -> Claim:
    return Claim(z3.And(LIFE.died.exists, LIFE.died <= ON), z3.Not(_is(law, "card", "valid")))


@holds(
    "abroad-ends-card",
    "before the cards that go on abroad, no card is valid once its holder has left Japan after its issue",
    "継続利用の開始前は、発行後に国外へ転出した者のカードは有効でない",
    ("mic-2017", "2016-01-01", "2022-04-01"),
)
def _(law: Law) -> Claim:
    left = z3.And(LIFE.left_japan.exists, LIFE.card_issued <= LIFE.left_japan, LIFE.left_japan <= ON)
    return Claim(left, z3.Not(_is(law, "card", "valid")))


@holds(
    "foreigners-lose-card-abroad",
    "a foreign resident's card never goes on abroad",
    "外国人住民のカードは国外転出後に継続しない",
    ("2024-05-27", "next-card"),
)
def _(law: Law) -> Claim:
    left = z3.And(LIFE.left_japan.exists, LIFE.card_issued <= LIFE.left_japan, LIFE.left_japan <= ON)
    return Claim(z3.And(left, z3.Not(LIFE.residence.is_("citizen"))), z3.Not(_is(law, "card", "valid")))


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
        LIFE.card_issued.exists,
        *(z3.Not(getattr(LIFE, name).exists) for name in others),
    )
    return Claim(kept, z3.Not(_out(law, "card_lapses").exists))


# ---------------------------------------------------------------------------------------------- revocation


@holds(
    "death-ends-both-certificates",
    "nobody's certificate is valid on or after the day of death, once the issuing body has recorded it",
    "死亡が記録された後、いずれの電子証明書も有効でない",
)
def _(law: Law) -> Claim:
    recorded = z3.Or(z3.Not(LIFE.revocation_recorded.exists), LIFE.revocation_recorded <= ON)
    dead = z3.And(LIFE.died.exists, LIFE.died <= ON, recorded)
    alive = z3.Or(_is(law, "signature", "valid"), _is(law, "authentication", "valid"))
    return Claim(dead, z3.Not(alive))


@holds(
    "address-ends-only-signature",
    "a change of the address inside a municipality ends the signature certificate and leaves the other alone",
    "市町村内の住所の変更では署名用電子証明書のみが失効する",
)
def _(law: Law) -> Claim:
    others = (
        *("died", "left_japan", "record_deleted", "card_returned", "reissue_requested", "moveout_notified"),
        *("signature_revocation_requested", "authentication_revocation_requested", "revocation_recorded"),
    )
    moved = z3.And(
        LIFE.correction.is_("address"),
        LIFE.record_corrected.exists,
        LIFE.signature_issued < LIFE.record_corrected,
        LIFE.record_corrected <= _out(law, "signature_expires"),
        LIFE.authentication_issued.exists,
        *(z3.Not(getattr(LIFE, name).exists) for name in others),
    )
    only = z3.And(
        _out(law, "signature_revoked") == LIFE.record_corrected,
        z3.Not(_out(law, "authentication_revoked").exists),
        z3.Not(_out(law, "card_lapses").exists),
    )
    return Claim(moved, only)


@holds(
    "minor-correction-ends-nothing",
    "a slight correction of the record ends nothing",
    "軽微な修正では何も失効しない",
)
def _(law: Law) -> Claim:
    minor = z3.And(LIFE.correction.is_("minor"), LIFE.record_corrected.exists, LIFE.signature_issued.exists)
    ends = [_out(law, name).term for name in ("card_ends", "signature_ends", "authentication_ends")]
    never = Date(z3.Const("never", LIFE.birth.term.sort()))
    same = [end == z3.substitute(end, (LIFE.record_corrected.term, never.term)) for end in ends]
    return Claim(minor, z3.And(*same))


@holds(
    "corrections-never-end-authentication",
    "no correction of the record ever ends the user-authentication certificate",
    "記載の修正で利用者証明用電子証明書が失効することはない",
)
def _(law: Law) -> Claim:
    end = _out(law, "authentication_ends").term
    other = Life.symbolic("_other")
    changed = z3.substitute(
        end,
        (LIFE.record_corrected.term, other.record_corrected.term),
        (LIFE.correction.term, other.correction.term),
    )
    return Claim(z3.And(LIFE.record_corrected.exists, LIFE.authentication_issued.exists), end == changed)


@holds(
    "move-ends-signature-before-authentication",
    "in a move inside Japan the signature certificate ends no later than the user-authentication certificate by it",
    "国内の引越しで、署名用電子証明書は利用者証明用電子証明書より後に失効しない",
    LAWS_IN_FORCE,
)
def _(law: Law) -> Claim:
    causes = rulebook(law).causes
    signature, authentication = (
        Date(causes["signature"]["moved"]),
        Date(causes["authentication"]["move_not_notified"]),
    )
    issued = z3.And(LIFE.signature_issued < LIFE.moveout_notified, LIFE.moveout_planned.exists)
    return Claim(z3.And(issued, authentication.exists), signature <= authentication)


@holds(
    "fourteen-days-spare-authentication",
    "missing the fourteen days after moving in lapses the card but not the user-authentication certificate",
    "転入から14日を過ぎるとカードは失効するが、利用者証明用電子証明書は失効しない",
    LAWS_IN_FORCE,
    (("deadline-on-holiday", "weekends"), ("card-lapse-and-certificates", "revoked-together")),
)
def _(law: Law) -> Claim:
    missed = z3.And(
        LIFE.card_issued <= LIFE.moveout_notified,
        LIFE.authentication_issued <= LIFE.moveout_notified,
        LIFE.moveout_notified <= LIFE.moved_in,
        LIFE.moveout_planned == LIFE.moved_in,
        LIFE.moved_in.exists,
        LIFE.movein_notified == LIFE.moved_in.plus_days(20),
        LIFE.movein_notified <= _out(law, "card_expires"),
        z3.Not(LIFE.authentication_revocation_requested.exists),
        _nothing_else(),
    )
    lapsed = _out(law, "card_lapses") == LIFE.moved_in.plus_days(15)
    return Claim(missed, z3.And(lapsed, z3.Not(_out(law, "authentication_revoked").exists)))


@holds(
    "requests-end-one",
    "a request to revoke the signature certificate leaves the user-authentication certificate alone",
    "署名用電子証明書の失効申請は利用者証明用電子証明書に影響しない",
)
def _(law: Law) -> Claim:
    end = _out(law, "authentication_ends").term
    other = Life.symbolic("_other").signature_revocation_requested
    changed = z3.substitute(end, (LIFE.signature_revocation_requested.term, other.term))
    return Claim(
        z3.And(LIFE.signature_revocation_requested.exists, LIFE.authentication_issued.exists), end == changed
    )


@holds("revoked-after-issue", "no certificate is revoked before its issue", "電子証明書は発行前に失効しない")
def _(law: Law) -> Claim:
    signature, authentication = _out(law, "signature_revoked"), _out(law, "authentication_revoked")
    after = z3.And(
        z3.Implies(signature.exists, LIFE.signature_issued <= signature),
        z3.Implies(authentication.exists, LIFE.authentication_issued <= authentication),
    )
    return Claim(z3.Or(signature.exists, authentication.exists), after)


# ---------------------------------------------------------------------------------------------- states


def _never_back(law: Law, item: str) -> Claim:
    later = Date(z3.Const("later", ON.term.sort()))
    gone = z3.And(_issued(item) <= ON, z3.Not(_is(law, item, "valid")))
    return Claim(z3.And(gone, later > ON, later.exists), z3.Not(_is(law, item, "valid", later)))


@holds(
    "card-never-back",
    "a card that is no longer valid never becomes valid again",
    "無効になったカードは再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "card")


@holds(
    "signature-never-back",
    "a signature certificate that is no longer valid never becomes valid again",
    "無効になった署名用電子証明書は再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "signature")


@holds(
    "authentication-never-back",
    "a user-authentication certificate that is no longer valid never becomes valid again",
    "無効になった利用者証明用電子証明書は再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "authentication")


@holds(
    "valid-exactly-until-end",
    "a card is valid exactly from its issue to its last day of use",
    "カードは発行の日から使える最後の日まで、かつその間に限り有効である",
)
def _(law: Law) -> Claim:
    between = z3.And(LIFE.card_issued <= ON, _out(law, "card_ends") >= ON, LIFE.card_issued.exists)
    return Claim(LIFE.card_issued.exists, _is(law, "card", "valid") == between)


@holds(
    "end-is-the-earlier",
    "the last day of use is the earlier of the expiry and the eve of the lapse",
    "使える最後の日は、満了日と失効の前日のいずれか早い日である",
)
def _(law: Law) -> Claim:
    expires, lapses = _out(law, "card_expires"), _out(law, "card_lapses")
    return Claim(LIFE.card_issued.exists, _out(law, "card_ends") == first(expires, lapses.plus_days(-1)))


# ---------------------------------------------------------------------------------------------- editions, readings


def _differ(one: Law, edition: str) -> Boolean:
    """The two editions differ in some outcome, under the same readings where both leave them open."""
    shared = {q: a for q, a in one.readings.items() if edition in READINGS[q].open_in}
    here, there = rulebook(one).outputs, rulebook(law(edition, shared)).outputs
    return z3.Or(*(here[name] != there[name] for name in here))


@holds(
    "eighteen-only-for-eighteen-and-nineteen",
    "the change of 1 April 2022 changes only lives in which somebody of 18 or 19 was given a card applied for since",
    "令和4年4月1日の改正で変わるのは、同日以後に申請した18歳・19歳の者に限る",
    ("2022-04-01",),
)
def _(law: Law) -> Claim:
    received = z3.If(LIFE.card_requested.exists, LIFE.card_requested.term, LIFE.card_issued.term)
    age = rulebook(law).outputs["age"]
    lowest = 17 if law.reading("age-measured-on") == "application" else 18
    highest = 130 if law.reading("age-measured-on") == "application" else 19
    affected = z3.And(literal(2022, 4, 1) <= Date(received), age >= lowest, age <= highest)
    return Claim(_differ(law, "2016-01-01"), affected)


@holds(
    "abroad-only-for-those-who-left",
    "the change of 27 May 2024 changes only lives of those who left Japan since, or came back with a card from there",
    "令和6年5月27日の改正で変わるのは、同日以後に国外へ転出した者と、国外で作成したカードで帰国した者に限る",
    ("2024-05-27",),
)
def _(law: Law) -> Claim:
    since = literal(2024, 5, 27)
    return Claim(
        _differ(law, "2022-04-01"),
        z3.And(LIFE.left_japan.exists, z3.Or(since <= LIFE.left_japan, since <= LIFE.card_issued)),
    )


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
    return Claim(z3.And(plain, LIFE.card_issued.exists), _out(law, "card_expires").term == there)


EARLIEST = law("2016-01-01")
_FIELDS_TOUCHED = {
    "leap-birthday-certificate": _born_on_leap_day,
    "leap-age": _born_on_leap_day,
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


def _untouched(question: str, touched: Callable[[Life], Boolean]) -> Callable[[Law], Claim]:
    def claim(current: Law) -> Claim:
        here = rulebook(current).outputs
        changed = [
            here[name] != rulebook(other).outputs[name]
            for answer in READINGS[question].alternatives
            for other in [current.with_reading(question, answer)]
            for name in here
            if not here[name].eq(rulebook(other).outputs[name])
        ]
        return Claim(z3.Or(*changed), touched(LIFE))

    return claim


for _question, _touched in _FIELDS_TOUCHED.items():
    _reading = READINGS[_question]
    holds(
        f"reading-touches-only-{_question}",
        f"the reading {_question} changes only lives that have what it speaks of",
        f"読み方 {_question} は、それに関わる事実のある場合にのみ結果を変える",
        tuple(edition for edition in _reading.open_in if edition in ("mic-2017", "2024-05-27")),
        tuple((_question, answer) for answer in _reading.alternatives if answer != _reading.default),
    )(_untouched(_question, _touched))
