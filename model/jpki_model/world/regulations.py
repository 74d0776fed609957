"""What the world goes by: the numbers that an edition states, and the answers chosen for what it leaves open."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from jpki_spec.laws import Law


@dataclass(frozen=True)
class Regulations:
    """An edition and its readings as plain values; None for what the edition does not state."""

    is_slides: bool
    """The source itself, and not the law: refusals and ends name its clauses."""

    adult_birthdays: int
    minor_birthdays: int
    adult_age: int
    former_adult_age: int | None
    adult_age_changed: date | None
    age_at_application: bool
    eve_counts: bool
    leap_age: str
    leap_card: str
    leap_certificate: str
    issue_birthday_counts: bool

    certificate_birthdays: int
    extra_birthdays: int | None
    counted_from_former: bool
    window_months: int | None
    window_forward: bool
    window_tested_on_issue: bool
    months_after_birthday: int
    capped_by_card: bool
    capped_by_authentication: bool

    stay_decides: bool
    stay_capped_by_birthday: bool
    transitional_days: int | None
    birth_day_is_transitional: bool

    planned_days: int
    arrival_days: int
    both_limbs: bool
    made_during_move_hit: bool
    presentation_days: int
    presentation_from_arrival: bool
    weekends_extend: bool
    abroad_since: date | None
    abroad_on_leaving_day: bool
    lapse_on_deletion: bool
    lapse_on_return: bool
    lapse_on_reissue: bool

    authentication_days: int | None
    revocation_on_request: bool
    revoked_when_recorded: bool
    revoked_with_card: bool
    signature_with_authentication: bool
    signature_ends_at_filing: bool
    signature_age: int | None


@cache
def regulations(law: Law) -> Regulations:
    """The values of an edition under its readings."""

    def number(name: str) -> int | None:
        return law.number(name) if law.speaks_of(name) else None

    def needed(name: str) -> int:
        return law.number(name)

    def day(name: str) -> date | None:
        return law.day(name) if law.speaks_of(name) else None

    return Regulations(
        is_slides=law.edition == "mic-2017",
        adult_birthdays=needed("card_birthdays_adult"),
        minor_birthdays=needed("card_birthdays_minor"),
        adult_age=needed("adult_age"),
        former_adult_age=number("former_adult_age"),
        adult_age_changed=day("adult_age_changed"),
        age_at_application=law.reads("age-measured-on", "application"),
        eve_counts=law.reads("age-attained", "eve"),
        leap_age=law.reading("leap-age"),
        leap_card=law.reading("leap-birthday-card"),
        leap_certificate=law.reading("leap-birthday-certificate"),
        issue_birthday_counts=law.reads("birthday-on-issue-day", "counted"),
        certificate_birthdays=needed("certificate_birthdays"),
        extra_birthdays=number("extra_birthdays_on_renewal"),
        counted_from_former=law.reads("renewal-counted-from", "former-expiry"),
        window_months=number("renewal_window_months"),
        window_forward=law.reads("renewal-window-months", "forward"),
        window_tested_on_issue=law.reads("renewal-window-tested-on", "issue"),
        months_after_birthday=number("months_after_birthday") or 0,
        capped_by_card=law.speaks_of("certificate_capped_by_card"),
        capped_by_authentication=law.speaks_of("signature_capped_by_authentication"),
        stay_decides=law.speaks_of("stay_decides"),
        stay_capped_by_birthday=law.reads("stay-and-birthday", "earlier-of-both"),
        transitional_days=number("transitional_days"),
        birth_day_is_transitional=law.reads("transitional-first-day", "included"),
        planned_days=needed("movein_days_after_planned"),
        arrival_days=needed("movein_days_after_moving"),
        both_limbs=law.reads("move-limbs", "both"),
        made_during_move_hit=law.reads("made-during-move", "hit"),
        presentation_days=needed("presentation_days"),
        presentation_from_arrival=law.reads("ninety-days-from", "moved-in"),
        weekends_extend=law.reads("deadline-on-holiday", "weekends"),
        abroad_since=day("continued_use_abroad_from"),
        abroad_on_leaving_day=law.reads("abroad-presented-on-leaving-day", "in-time"),
        lapse_on_deletion=law.speaks_of("lapse_on_deletion"),
        lapse_on_return=law.speaks_of("lapse_on_return"),
        lapse_on_reissue=law.speaks_of("lapse_on_reissue"),
        authentication_days=number("authentication_days_after_planned"),
        revocation_on_request=law.speaks_of("revocation_on_request"),
        revoked_when_recorded=law.speaks_of("revocation_when_recorded")
        and not law.reads("revocation-instant", "event"),
        revoked_with_card=law.reads("card-lapse-and-certificates", "revoked-together"),
        signature_with_authentication=law.reads(
            "authentication-revocation-and-signature", "revoked-together"
        ),
        signature_ends_at_filing=law.reads("signature-ends-on-moveout", "filing"),
        signature_age=number("signature_minimum_age")
        if law.reads("signature-under-fifteen", "never")
        else None,
    )
