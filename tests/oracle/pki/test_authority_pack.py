"""Authorities judged: the reference passes, and each fault of an authority is found in its own check."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from jpki_model.pki import der
from jpki_model.pki.revocation_list import Reason
from jpki_model.pki.service import PURPOSES, CertificationService, Issued, NotIssued
from jpki_oracle.campaign import Finished, Judged
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.pki import authority_pack
from jpki_oracle.pki.authority_case import RULES
from jpki_oracle.pki.authority_pack import AuthorityPlan, run_authority
from jpki_oracle.pki.reference_authority import FIRST_DAY, LAST_DAY, ReferenceAuthority
from jpki_oracle.sut.connection import Answer, Request, Transport
from jpki_oracle.sut.session import Session
from jpki_spec.certificate_readings import CERTIFICATE_READINGS, certificate_readings
from jpki_spec.laws import law
from pki_examples import key

KEYS = {
    f"{purpose}_{role}": key(f"{purpose} {role}")
    for purpose in PURPOSES
    for role in ("authority", "responder")
}


class InProcess(Transport):
    """A system under test that is an object."""

    def __init__(self, system: Any) -> None:
        self._system = system

    def ask(self, request: Request) -> Answer:
        return Answer(getattr(self._system, request.method)(**(request.params or {})))


def judged(system: Any, **plan: Any) -> tuple[list[Judgement], int]:
    with Session(InProcess(system)) as session:
        *events, end = run_authority(session, AuthorityPlan("in process", **plan))
    assert isinstance(end, Finished)
    return [event.judgement for event in events if isinstance(event, Judged)], end.exit_code


def new_service(kind: type[CertificationService] = CertificationService) -> CertificationService:
    return kind.new(FIRST_DAY, LAST_DAY, keys=KEYS)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lives are enough to show a fault."""
    lives = {name: authority_pack.LIVES[name] for name in ("adult", "leapling", "card-ends-sooner")}
    monkeypatch.setattr(authority_pack, "LIVES", lives)


def test_the_reference_authority_passes() -> None:
    judgements, code = judged(ReferenceAuthority(new_service()))

    assert code == 0
    assert {each.verdict for each in judgements} == {Verdict.PASS}
    assert len(judgements) > 150


def test_every_rule_that_states_a_clause_is_judged() -> None:
    """Coverage of clauses counts on it."""
    judgements, _ = judged(ReferenceAuthority(new_service()))

    stating = {rule.id for rule in RULES.values() if rule.clauses}
    assert len(stating) > 4
    assert stating <= {each.scenario.rule for each in judgements}


class KeepsSignatures(CertificationService):
    """Forgets that a changed attribute revokes the signature certificate."""

    def happened(self, event: str, person: str, at: datetime) -> list[Any]:
        return [] if event == "attributes-changed" else super().happened(event, person, at)


class RevokesBoth(CertificationService):
    """Revokes both certificates whatever happens."""

    def happened(self, event: str, person: str, at: datetime) -> list[Any]:
        return super().happened("record-deleted", person, at)


class RevokesMinor(CertificationService):
    """Takes a minor correction for a change."""

    def happened(self, event: str, person: str, at: datetime) -> list[Any]:
        return super().happened("attributes-changed" if event == "minor-correction" else event, person, at)


class RevokesEverybody(CertificationService):
    """Revokes the certificates of all persons of that kind."""

    def held(self, purpose: Any, person: str) -> list[Issued]:
        return [each for each in self.records[purpose].values() if not each.revoked]


class SecondLate(CertificationService):
    """Revokes one second late."""

    def _revoke(self, issued: Issued, at: datetime, reason: Reason) -> Any:
        return super()._revoke(issued, at + timedelta(seconds=1), reason)


class WithoutReasons(CertificationService):
    """Gives no reasons."""

    def _revoke(self, issued: Issued, at: datetime, reason: Reason) -> Any:
        return super()._revoke(issued, at, Reason.UNSPECIFIED)


class OldList(CertificationService):
    """Publishes lists that are a day behind."""

    def revocation_list(self, purpose: Any, day: date, municipality: Any = None) -> bytes:
        return super().revocation_list(purpose, day - timedelta(days=1), municipality)


class AllGood(CertificationService):
    """Says good of whatever it does not know."""

    def status(self, purpose: Any, serial: int, at: datetime) -> Any:
        found = super().status(purpose, serial, at)
        return found if found.kind != "unknown" else type(found)("good")


class NeverSupersedes(CertificationService):
    """Leaves the former certificate in force."""

    def issue(self, purpose: Any, person: str, *rest: Any) -> Any:
        return super().issue(purpose, f"{person} {len(self.records[purpose])}", *rest)


class DayShort(CertificationService):
    """Ends certificates a day too soon."""

    def issue(self, purpose: Any, person: str, holder: Any, key: Any, at: datetime, expires: date) -> Any:
        return super().issue(purpose, person, holder, key, at, expires - timedelta(days=1))


class OneSerial(CertificationService):
    """Gives every certificate one serial number."""

    def _serial(self, purpose: Any) -> int:
        return 0x01020304


class WrongFlags(CertificationService):
    """Marks substitute characters of another name."""

    def issue(self, purpose: Any, person: str, holder: Any, *rest: Any) -> Any:
        return super().issue(purpose, person, replace(holder, name_substituted="0"), *rest)


class RefusesLeaplings(CertificationService):
    """Knows no 29 February."""

    def issue(self, purpose: Any, person: str, holder: Any, *rest: Any) -> Any:
        if (holder.birth.month, holder.birth.day) == (2, 29):
            raise NotIssued("a date of birth that does not exist")
        return super().issue(purpose, person, holder, *rest)


class ForgetsNonce(CertificationService):
    """Answers without the nonce of the request."""

    def answer(self, purpose: Any, request: bytes, at: datetime) -> bytes:
        asked = der.decode(request)
        return super().answer(purpose, asked.with_at((0, 1), None).encoded(), at)


class ForgetsByNextDay(CertificationService):
    """Its responder says good again on the day after, and its list does not."""

    def status(self, purpose: Any, serial: int, at: datetime) -> Any:
        found = super().status(purpose, serial, at)
        old = found.since is not None and at - found.since > timedelta(hours=12)
        return type(found)("good") if old else found


FAULTS: dict[type[CertificationService], str] = {
    KeepsSignatures: "authority-attributes-changed-hit-signature-at-once",
    RevokesBoth: "authority-signature-revocation-requested-hit-authentication-at-once",
    RevokesMinor: "authority-minor-correction-hit-signature-at-once",
    RevokesEverybody: "authority-record-deleted-spared-signature-at-once",
    SecondLate: "authority-record-deleted-hit-signature-at-once",
    WithoutReasons: "authority-key-trouble-hit-signature-answer-reason",
    OldList: "authority-record-deleted-hit-signature-list",
    AllGood: "authority-status-signature-never-issued",
    NeverSupersedes: "authority-renewal-signature-former",
    DayShort: "authority-issue-leapling-signature-ends",
    OneSerial: "authority-issue-leapling-signature-serial",
    WrongFlags: "authority-issue-adult-signature-profile",
    RefusesLeaplings: "authority-issue-leapling-signature-issued",
    ForgetsNonce: "authority-status-signature-nonce",
    ForgetsByNextDay: "authority-record-deleted-hit-signature-agree",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_an_authority_with_one_fault_is_found_out(fault: type[CertificationService]) -> None:
    judgements, code = judged(ReferenceAuthority(new_service(fault)))

    assert code == 1
    failed = {each.scenario.id for each in judgements if each.verdict is Verdict.FAIL}
    assert FAULTS[fault] in failed


class DropsExpired(CertificationService):
    """Takes what expired from its lists."""

    def revocation_list(self, purpose: Any, day: date, municipality: Any = None) -> bytes:
        kept = {
            serial: each
            for serial, each in self.records[purpose].items()
            if each.certificate.not_valid_after_utc.date() >= day
        }
        others = {**self.records, purpose: kept}
        whole = CertificationService(self.authorities, self.responder_keys, self.seed, others)
        return whole.revocation_list(purpose, day, municipality)


class OneList(CertificationService):
    """Has one list for all municipalities."""

    def revocation_list(self, purpose: Any, day: date, municipality: Any = None) -> bytes:
        return super().revocation_list(purpose, day)


class ReleasesHolds(CertificationService):
    """Lets a certificate on hold come back when the card is found."""

    def happened(self, event: str, person: str, at: datetime) -> list[Any]:
        if event == "card-found":
            for records in self.records.values():
                for each in records.values():
                    held = each.revoked and each.revoked.reason is Reason.CERTIFICATE_HOLD
                    if each.person == person and held:
                        each.revoked = None
        return super().happened(event, person, at)


@dataclass
class AnswersItself(CertificationService):
    """Signs answers with the authorities' own keys."""

    def __post_init__(self) -> None:
        self.responder_keys = {purpose: each.key for purpose, each in self.authorities.items()}


OTHER_ANSWERS = {
    DropsExpired: ("expired_entries", "dropped", "expired-entry"),
    OneList: ("list_partition", "whole", "scope"),
    ReleasesHolds: ("held", "released", "hold"),
    AnswersItself: ("responder", "authority", "signer"),
}


@pytest.mark.parametrize("kind", OTHER_ANSWERS, ids=lambda kind: kind.__name__)
def test_each_answer_to_an_open_question_is_right_where_it_is_chosen_and_acceptable_elsewhere(
    kind: type[CertificationService],
) -> None:
    question, answer, rule = OTHER_ANSWERS[kind]
    default = CERTIFICATE_READINGS[question].default
    chosen = certificate_readings({question: answer})
    of_rule = {"only": tuple(f"authority-open-{purpose}-{rule}" for purpose in PURPOSES)}

    def verdicts(system: Any, readings: Any) -> set[tuple[Verdict, tuple[tuple[str, str], ...]]]:
        judgements, _ = judged(ReferenceAuthority(new_service(system)), readings=readings, **of_rule)
        assert len(judgements) == 2
        return {(each.verdict, each.readings) for each in judgements}

    assert verdicts(kind, chosen) == {(Verdict.PASS, ())}
    assert verdicts(CertificationService, certificate_readings()) == {(Verdict.PASS, ())}
    assert verdicts(kind, certificate_readings()) == {(Verdict.ACCEPTABLE, ((question, answer),))}
    assert verdicts(CertificationService, chosen) == {(Verdict.ACCEPTABLE, ((question, default),))}


def test_the_next_cards_authority_is_judged_by_its_own_profile() -> None:
    rules = law("next-card")
    judgements, code = judged(ReferenceAuthority(rules=rules))
    assert (code, {each.verdict for each in judgements}) == (0, {Verdict.PASS})

    only = ("authority-own", "authority-issue-adult")
    of_today, _ = judged(ReferenceAuthority(new_service()), rules=rules, only=only)
    own = [each for each in of_today if each.scenario.id.startswith("authority-own")]
    assert {each.readings for each in own} == {(("next_authority", "rsa"),)}, "authorities may stay with RSA"


class OtherKey(ReferenceAuthority):
    """Certifies another key than the one that was sent."""

    def _issue(self, asked: Any, at: datetime) -> dict[str, object]:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        other = key(f"other {asked['person']}").public_key() if "adult" in asked["person"] else None
        if other is not None:
            octets = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            asked = {**asked, "public_key": octets.hex()}
        return super()._issue(asked, at)


def test_a_certificate_for_another_key_is_found_out() -> None:
    judgements, _ = judged(OtherKey(new_service()))
    assert "authority-issue-adult-signature-key" in {
        each.scenario.id for each in judgements if each.verdict is Verdict.FAIL
    }


@pytest.mark.parametrize(
    "spoil",
    [lambda answer: {}, lambda answer: {"certificate": ""}, lambda answer: {"certificate": "3000"}],
)
def test_an_authority_that_gives_nothing_usable_is_not_judged_to_pass(spoil: Callable[[Any], Any]) -> None:
    class Spoiled(ReferenceAuthority):
        def authority(self, **asked: Any) -> dict[str, object]:
            found: dict[str, object] = spoil(super().authority(**dict(asked)))
            return found

    judgements, code = judged(Spoiled(new_service()))
    assert code != 0
    assert not any(each.verdict is Verdict.PASS for each in judgements)


def test_a_status_that_is_html_is_never_good() -> None:
    class Html(ReferenceAuthority):
        def _status(self, asked: Any, at: datetime) -> dict[str, object]:
            return {"response": b"<html>".hex()}

    judgements, code = judged(Html(new_service()))
    assert code == 1
    assert not [
        each.scenario.id
        for each in judgements
        if each.scenario.rule in ("authority.status", "authority.nonce") and each.verdict is Verdict.PASS
    ]


def test_the_specification_and_the_service_were_written_apart_and_agree_on_what_revokes() -> None:
    from jpki_model.pki.service import REVOKES
    from jpki_spec.certificates import TRIGGERS

    assert {id: (each.revokes, each.reason) for id, each in TRIGGERS.items()} == {
        id: (purposes, int(reason)) for id, (purposes, reason) in REVOKES.items()
    }
