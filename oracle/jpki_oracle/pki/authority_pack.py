"""The pack `authority`: what is issued, what each event revokes and what not, and that lists and answers say so alike.

`run_authority(session, plan)` drives one authority through it and yields the campaign's events.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from jpki_model.life import life
from jpki_model.outcome import outcome_of
from jpki_model.pki import der
from jpki_model.pki.certificate_checks import instant
from jpki_model.pki.holder import Holder
from jpki_model.pki.japan_time import JAPAN, last_second, office_hour
from jpki_model.pki.keys import AnyPrivateKey, new_elliptic_key, new_key
from jpki_model.pki.profile import Purpose
from jpki_model.pki.revocation_list import Reason
from jpki_model.pki.verifier_status import Evidence
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import SUPERSEDED, TODAYS_ALGORITHM, TRIGGERS, algorithm_in
from jpki_spec.laws import CURRENT_EDITION, Law, law

from jpki_oracle.campaign import COULD_NOT_JUDGE, Event, Finished, NotStarted, Started, judged_events
from jpki_oracle.judge import Judgement
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.authority_case import AUTHORITY, check, check_by_reading, not_claimed, not_judged
from jpki_oracle.pki.authority_client import (
    AuthorityClient,
    NoAnswer,
    asked_about,
    read_certificate,
    reason_in_answer,
    reason_in_list,
    repeats_nonce,
    told,
)
from jpki_oracle.pki.lint import lint
from jpki_oracle.pki.status_pack import SCOPES, SIGNERS, scope_of, signer_of
from jpki_oracle.sut.connection import Failure
from jpki_oracle.sut.session import Session

PURPOSES: tuple[Purpose, ...] = ("signature", "authentication")
ISSUED = date(2025, 4, 1)
HAPPENED = datetime(2025, 6, 10, 3, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LIVES: dict[str, dict[str, str]] = {
    "adult": {"birth": "1990-05-20", "card_issued": "2025-04-01"},
    "leapling": {"birth": "1992-02-29", "card_issued": "2025-04-01"},
    "on-birthday": {"birth": "1985-04-01", "card_issued": "2025-04-01"},
    "card-ends-sooner": {"birth": "1980-03-15", "card_issued": "2017-04-01"},
    "minor": {"birth": "2009-08-31", "card_issued": "2025-04-01"},
}
"""Holders whose certificates end by different rules."""
WORDS = {reason.value: reason.name.lower() for reason in Reason}


@cache
def _key(name: str, algorithm: str) -> AnyPrivateKey:
    """A holder's key, the same for the same name as long as the program runs."""
    return new_key() if algorithm == TODAYS_ALGORITHM else new_elliptic_key()


@dataclass(frozen=True)
class AuthorityPlan:
    """Which authority is judged, under which law and answers to questions about certificates, and how the verdicts
    count."""

    address: str
    only: tuple[str, ...] = ()
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False
    rules: Law | None = None
    readings: CertificateReadings = field(default_factory=CertificateReadings)


def run_authority(session: Session, plan: AuthorityPlan) -> Iterator[Event]:
    """Drive the authority through the pack; an authority that stops answering is judged no further."""
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    rules = plan.rules or law(system.edition or CURRENT_EDITION)
    yield Started(plan.address, system, rules, 0, CertificateReadings().difference(plan.readings))
    run = _Run(AuthorityClient(session), rules, plan.readings)
    judgements = run.judgements() if AUTHORITY in system.capabilities else iter([not_claimed()])
    chosen = (j for j in judgements if not plan.only or j.scenario.id.startswith(plan.only))
    yield from judged_events(chosen, plan.known, AUTHORITY, strict=plan.strict)


@dataclass
class _Run:
    """One run: what the authority gave so far."""

    client: AuthorityClient
    rules: Law
    readings: CertificateReadings
    own: dict[Purpose, bytes] = field(default_factory=dict)
    serials: dict[Purpose, set[int]] = field(default_factory=lambda: {p: set() for p in PURPOSES})

    def judgements(self) -> Iterator[Judgement]:
        at = office_hour(ISSUED)
        try:
            for purpose in PURPOSES:
                self.own[purpose] = self.client.own_certificate(purpose, at)
                yield self._profile(f"own/{purpose}", f"{purpose}-authority", self.own[purpose], None)
            for name in LIVES:
                yield from self._issue_of(name, at)
            for trigger in TRIGGERS:
                yield from self._trigger(trigger, at)
            yield from self._renewal(at)
            yield from self._unknown(at)
            yield from self._open_questions(at)
        except NoAnswer as silence:
            yield not_judged(str(silence))

    @property
    def _algorithm(self) -> str:
        return algorithm_in(self.rules.edition)

    def _profile(self, id: str, profile: str, octets: bytes, authority: bytes | None) -> Judgement:
        """Whether a certificate meets its profile; acceptable if under another answer it would."""

        def found(readings: CertificateReadings) -> list[str]:
            how: dict[str, Any] = {"readings": readings, "algorithm": self._algorithm}
            return [each.requirement.id for each in lint(octets, profile, authority=authority, **how)]

        wrong = found(self.readings)
        others = tuple(
            difference
            for other in (self.readings.alternatives() if wrong else ())
            if not found(other)
            for difference in self.readings.difference(other).items()
        )
        return check(id, "profile", "", ", ".join(wrong), others)

    def _issued(
        self, purpose: Purpose, person: str, name: str, at: datetime, key: str = "first"
    ) -> bytes | None:
        facts = dict(LIVES[name])
        day = at.astimezone(JAPAN).date().isoformat()
        record = life({**facts, f"{purpose}_issued": day})
        holder = Holder(date.fromisoformat(facts["birth"]))
        keys = _key(f"{purpose} {key}", self._algorithm)
        return self.client.issue(purpose, person, holder, record, keys, at)

    def _issue_of(self, name: str, at: datetime) -> Iterator[Judgement]:
        for purpose in PURPOSES:
            facts = {**LIVES[name], f"{purpose}_issued": ISSUED.isoformat()}
            expires = outcome_of(life(facts), self.rules).outputs[f"{purpose}_expires"]
            person = f"{name} {purpose}"
            # each person has one key, which no other has
            key = f"of {name}" if name != "adult" else "first"
            octets = self._issued(purpose, person, name, at, key)
            id = f"issue/{name}-{purpose}"
            if octets is None or not isinstance(expires, date):
                yield check(f"{id}-issued", "issue", isinstance(expires, date), octets is not None)
                continue
            certificate = read_certificate(octets)
            yield self._profile(f"{id}-profile", purpose, octets, self.own[purpose])
            yield check(
                f"{id}-ends", "dates", f"{last_second(expires):%FT%TZ}", f"{instant(certificate.ends):%FT%TZ}"
            )
            began = instant(certificate.begins)
            yield check(f"{id}-begins", "dates", True, abs(began - at) <= timedelta(hours=24) and began <= at)
            wanted = _key(f"{purpose} {key}", self._algorithm).public_key()
            encoded = wanted.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            yield check(f"{id}-key", "key", True, certificate.key.encoded() == encoded)
            serial = der.number_in(certificate.serial)
            yield check(f"{id}-serial", "serial", True, serial not in self.serials[purpose])
            self.serials[purpose].add(serial)

    def _trigger(self, trigger: str, at: datetime) -> Iterator[Judgement]:
        """Two persons get certificates; something happens to the first."""
        persons = {"hit": "first", "spared": "second"}
        held: dict[tuple[str, Purpose], bytes] = {}
        for person, key in persons.items():
            for purpose in PURPOSES:
                octets = self._issued(purpose, f"{trigger} {person}", "adult", at, f"{trigger} {key}")
                if octets is None:
                    yield check(f"{trigger}/{person}-{purpose}-issued", "issue", True, False)
                    continue
                held[person, purpose] = octets
        before = {who: self._status(who[1], octets, HAPPENED - SECOND) for who, octets in held.items()}
        self.client.happened(trigger, f"{trigger} hit", HAPPENED)
        rule = TRIGGERS[trigger]
        for (person, purpose), octets in held.items():
            id = f"{trigger}/{person}-{purpose}"
            revoked = person == "hit" and purpose in rule.revokes
            expected = (
                "good" if not revoked else "held" if rule.reason == Reason.CERTIFICATE_HOLD else "revoked"
            )
            yield check(f"{id}-before", "status", "good", before[person, purpose])
            yield check(f"{id}-at-once", "status", expected, self._status(purpose, octets, HAPPENED))
            yield from self._lists(id, purpose, octets, expected, WORDS[rule.reason] if revoked else "")

    def _lists(
        self, id: str, purpose: Purpose, octets: bytes, expected: str, reason: str
    ) -> Iterator[Judgement]:
        """The list of the day on which it happened, and that of the next; and that list and answer agree."""
        day = HAPPENED.astimezone(JAPAN).date()
        noon = datetime.combine(day + DAY, time(12), JAPAN).astimezone(UTC)
        holder = Holder(date(1990, 5, 20))
        listed = self.client.list_of(purpose, day + DAY, holder, noon)
        by_list = told(octets, self.own[purpose], Evidence(noon, revocation_lists=(listed,)))
        yield check(f"{id}-list", "list", expected, by_list)
        answer = self._answer(purpose, octets, noon)
        by_answer = told(octets, self.own[purpose], Evidence(noon, status_answers=(answer,)))
        yield check(f"{id}-agree", "agreement", by_list, by_answer)
        if reason:
            serial = der.number_in(read_certificate(octets).serial)
            said = {"answer": reason_in_answer(answer), "list": reason_in_list(listed, serial)}
            for source, found in said.items():
                words = "".join(part.capitalize() for part in reason.split("_"))
                yield check(f"{id}-{source}-reason", "reason", words[0].lower() + words[1:], found)

    def _renewal(self, at: datetime) -> Iterator[Judgement]:
        for purpose in PURPOSES:
            former = self._issued(purpose, "renewed", "adult", at, "renewed former")
            latter = self._issued(purpose, "renewed", "adult", HAPPENED, "renewed latter")
            if former is None or latter is None:
                yield check(f"renewal/{purpose}-issued", "issue", True, False)
                continue
            yield check(
                f"renewal/{purpose}-former", "status", "revoked", self._status(purpose, former, HAPPENED)
            )
            yield check(
                f"renewal/{purpose}-latter", "status", "good", self._status(purpose, latter, HAPPENED)
            )
            found = reason_in_answer(self._answer(purpose, former, HAPPENED))
            yield check(f"renewal/{purpose}-reason", "reason", WORDS[SUPERSEDED], found)
            serials = [read_certificate(each).serial for each in (former, latter)]
            yield check(f"renewal/{purpose}-serial", "serial", True, serials[0] != serials[1])

    def _unknown(self, at: datetime) -> Iterator[Judgement]:
        """A serial number that was never issued, and the nonce."""
        for purpose in PURPOSES:
            own = self.own[purpose]
            asked = asked_about(own, own).with_at((3,), der.integer(0x7A7A7A7A7A7A))
            answer = self.client.answer_on(purpose, asked, HAPPENED)
            yield check(f"status/{purpose}-nonce", "nonce", True, repeats_nonce(answer))
            single = _status_word(answer)
            yield check(f"status/{purpose}-never-issued", "status", "unknown", single)

    def _open_questions(self, at: datetime) -> Iterator[Judgement]:
        """What hangs on answers that public sources do not give: who signs, for whom lists are, what comes back."""
        for purpose in PURPOSES:
            person = f"open {purpose}"
            octets = self._issued(purpose, person, "card-ends-sooner", at, person)
            if octets is None:
                yield check(f"open/{purpose}-issued", "issue", True, False)
                continue
            signer = signer_of(self._answer(purpose, octets, HAPPENED), self.own[purpose])
            asked = ("signer", self.readings, "responder", SIGNERS)
            yield check_by_reading(f"open/{purpose}-signer", *asked, signer)
            holder = Holder(date.fromisoformat(LIVES["card-ends-sooner"]["birth"]))
            listed = self.client.list_of(purpose, HAPPENED.astimezone(JAPAN).date(), holder, HAPPENED)
            asked = ("scope", self.readings, "list_partition", SCOPES)
            yield check_by_reading(f"open/{purpose}-scope", *asked, scope_of(listed))
            self.client.happened("card-lost", person, HAPPENED)
            self.client.happened("card-found", person, HAPPENED + DAY)
            asked = ("hold", self.readings, "held", {"never": "held", "released": "good"})
            yield check_by_reading(
                f"open/{purpose}-hold", *asked, self._status(purpose, octets, HAPPENED + DAY)
            )
            self.client.happened("record-deleted", person, HAPPENED + 2 * DAY)
            yield self._expired_entry(purpose, octets, holder)

    def _expired_entry(self, purpose: Purpose, octets: bytes, holder: Holder) -> Judgement:
        """Whether the list names a revoked certificate two days after its validity ended."""
        certificate = read_certificate(octets)
        later = instant(certificate.ends) + 2 * DAY
        listed = self.client.list_of(purpose, later.astimezone(JAPAN).date(), holder, later)
        found = reason_in_list(listed, der.number_in(certificate.serial))
        state = {"absent": "absent", "unreadable": "unreadable"}.get(found, "named")
        by_answer = {"kept": "named", "dropped": "absent"}
        asked = ("expired-entry", self.readings, "expired_entries", by_answer)
        return check_by_reading(f"open/{purpose}-expired-entry", *asked, state)

    def _answer(self, purpose: Purpose, octets: bytes, at: datetime) -> bytes:
        return self.client.answer_on(purpose, asked_about(octets, self.own[purpose]), at)

    def _status(self, purpose: Purpose, octets: bytes, at: datetime) -> str:
        answer = self._answer(purpose, octets, at)
        return told(octets, self.own[purpose], Evidence(at, status_answers=(answer,)))


def _status_word(answer: bytes) -> str:
    """`good`, `revoked` or `unknown`, as an answer on one certificate says."""
    try:
        return next(iter(ocsp.load_der_ocsp_response(answer).responses)).certificate_status.name.lower()
    except (ValueError, StopIteration):
        return "unreadable"
