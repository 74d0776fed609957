"""The certification service: two authorities, what they issued, what was revoked, lists by day and status answers.

Every question is asked for an instant, so that one service answers for yesterday and for tomorrow. Like the card, it
asks no rules: whoever drives it says until when a certificate is valid and what has happened.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jpki_model.pki import status_answer
from jpki_model.pki.authority import CertificateAuthority, signed_certificate
from jpki_model.pki.der import NotDer
from jpki_model.pki.holder import Holder
from jpki_model.pki.japan_time import JAPAN, last_second, office_hour
from jpki_model.pki.keys import AnyPrivateKey, AnyPublicKey, KeyRing, new_elliptic_key, new_keys
from jpki_model.pki.profile import (
    AS_SEEN,
    CertificateProfile,
    Purpose,
    authority_name,
    country,
    revocation_list_name,
    text,
)
from jpki_model.pki.revocation_list import ListFrame, Reason, Revocation, revocation_list
from jpki_model.pki.status_answer import GOOD, UNKNOWN, AnswerFrame, CertificateStatus

PURPOSES: tuple[Purpose, ...] = ("signature", "authentication")
KEY_NAMES = tuple(f"{purpose}_{role}" for purpose in PURPOSES for role in ("authority", "responder"))
REFRESH = timedelta(minutes=15)
"""How long a status answer holds."""
REVOKES: Mapping[str, tuple[tuple[Purpose, ...], Reason]] = {
    "attributes-changed": (("signature",), Reason.AFFILIATION_CHANGED),
    "record-deleted": (PURPOSES, Reason.CESSATION_OF_OPERATION),
    "minor-correction": ((), Reason.UNSPECIFIED),
    "signature-revocation-requested": (("signature",), Reason.CESSATION_OF_OPERATION),
    "authentication-revocation-requested": (("authentication",), Reason.CESSATION_OF_OPERATION),
    "key-trouble": (PURPOSES, Reason.KEY_COMPROMISE),
    "card-lost": (PURPOSES, Reason.CERTIFICATE_HOLD),
    "card-found": ((), Reason.UNSPECIFIED),
}
"""What this service does about what happens to a holder; written apart from the specification, which judges it."""


class NotIssued(ValueError):
    """The service does not issue this certificate; one line for people."""


@dataclass
class Issued:
    """One certificate in the service's records."""

    certificate: x509.Certificate
    purpose: Purpose
    holder: Holder
    person: str
    revoked: Revocation | None = None

    def status(self, at: datetime) -> CertificateStatus:
        """Its status at an instant, without regard to its validity."""
        if self.revoked is None or at < self.revoked.since:
            return GOOD
        return CertificateStatus("revoked", self.revoked.since, self.revoked.reason)


@dataclass
class CertificationService:
    """Both authorities with their records. `seed` makes serial numbers that come out the same again."""

    authorities: Mapping[Purpose, CertificateAuthority]
    responder_keys: Mapping[Purpose, AnyPrivateKey]
    seed: str = "jpki-sim"
    records: dict[Purpose, dict[int, Issued]] = field(default_factory=lambda: {p: {} for p in PURPOSES})

    @classmethod
    def new(
        cls,
        first_day: date,
        last_day: date,
        *,
        keys: KeyRing | None = None,
        seed: str = "jpki-sim",
        profile: CertificateProfile = AS_SEEN,
        elliptic: bool = False,
    ) -> "CertificationService":
        """A service whose authorities are valid from the first to the last day; keys not given are made, on P-384 if it
        is `elliptic`, and then any that are given are not taken."""
        ring: Mapping[str, AnyPrivateKey] = new_keys(KEY_NAMES, keys) if not elliptic else new_elliptic_keys()
        authorities = {
            purpose: CertificateAuthority.new(
                purpose, first_day, last_day, ring[f"{purpose}_authority"], profile
            )
            for purpose in PURPOSES
        }
        return cls(authorities, {purpose: ring[f"{purpose}_responder"] for purpose in PURPOSES}, seed)

    def issue(
        self, purpose: Purpose, person: str, holder: Holder, key: AnyPublicKey, at: datetime, expires: date
    ) -> x509.Certificate:
        """A certificate for a person's key, valid from an instant through a day; the person's former one of the kind
        is revoked as superseded. Raises `NotIssued` for dates in the wrong order and for a key that is in use."""
        if last_second(expires) <= at:
            raise NotIssued(f"a certificate that ends on {expires} cannot begin at {at:%Y-%m-%dT%H:%M:%SZ}")
        in_use = (each for records in self.records.values() for each in records.values())
        if any(each.certificate.public_key() == key and each.person != person for each in in_use):
            raise NotIssued("the key is another person's")
        for former in self.held(purpose, person):
            self._revoke(former, at, Reason.SUPERSEDED)
        serial = self._serial(purpose)
        certificate = self.authorities[purpose].issue(holder, key, at, expires, serial=serial)
        self.records[purpose][serial] = Issued(certificate, purpose, holder, person)
        return certificate

    def happened(self, event: str, person: str, at: datetime) -> list[Revocation]:
        """What has happened to a person, one of `REVOKES`; the revocations that follow."""
        purposes, reason = REVOKES[event]
        return [self._revoke(each, at, reason) for p in purposes for each in self.held(p, person)]

    def held(self, purpose: Purpose, person: str) -> list[Issued]:
        """The person's certificates of a kind that were not revoked so far."""
        return [each for each in self.records[purpose].values() if each.person == person and not each.revoked]

    def revocation_list(
        self, purpose: Purpose, day: date, municipality: tuple[str, str] | None = None
    ) -> bytes:
        """The list of a day, for all or for the distribution point of a prefecture and municipality, in DER.

        It names what was revoked before the day began in Japan, and holds to the end of the next day.
        """
        begins = datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)
        authority = self.authorities[purpose]
        revoked = [
            each.revoked
            for each in self.records[purpose].values()
            if each.revoked
            and each.revoked.since < begins
            and municipality in (None, (each.holder.prefecture, each.holder.municipality))
        ]
        point = revocation_list_name(purpose, *municipality).value.public_bytes() if municipality else None
        frame = ListFrame(
            authority_name(purpose).public_bytes(),
            authority.key_identifier,
            begins,
            last_second(day + timedelta(days=1)),
            day.toordinal(),
            point,
        )
        return revocation_list(frame, sorted(revoked, key=lambda each: each.serial), authority.key)

    def status(self, purpose: Purpose, serial: int, at: datetime) -> CertificateStatus:
        """The status of a serial number at an instant."""
        issued = self.records[purpose].get(serial)
        if issued is None or at < issued.certificate.not_valid_before_utc:
            return UNKNOWN
        return issued.status(at)

    def answer(self, purpose: Purpose, request: bytes, at: datetime) -> bytes:
        """The OCSP answer to a request in DER; malformed requests are told so."""
        try:
            asked = status_answer.read_request(request)
        except (NotDer, ValueError):
            return status_answer.error(status_answer.MALFORMED)
        authority = self.authorities[purpose]
        statuses = [
            (
                each.encoded,
                self.status(purpose, each.serial, at) if authority.is_named_by(each) else UNKNOWN,
            )
            for each in asked.asked
        ]
        frame = AnswerFrame(
            self._responder_hash[purpose], at, at, at + REFRESH, (self.responders[purpose],), asked.nonce
        )
        return status_answer.answer(frame, statuses, self.responder_keys[purpose])

    @cached_property
    def responders(self) -> dict[Purpose, bytes]:
        """The certificates of the responders, in DER."""
        return {
            purpose: responder_certificate(
                self.authorities[purpose], self.responder_keys[purpose].public_key()
            )
            for purpose in PURPOSES
        }

    @cached_property
    def _responder_hash(self) -> dict[Purpose, bytes]:
        return {
            purpose: x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
            for purpose, key in self.responder_keys.items()
        }

    def _revoke(self, issued: Issued, at: datetime, reason: Reason) -> Revocation:
        issued.revoked = Revocation(issued.certificate.serial_number, at, reason)
        return issued.revoked

    def _serial(self, purpose: Purpose) -> int:
        """A positive number of at most four octets that was not used before."""
        used, number = self.records[purpose], len(self.records[purpose])
        while True:
            digest = hashlib.sha256(f"{self.seed}/{purpose}/{number}".encode()).digest()
            serial = int.from_bytes(digest[:4], "big") & 0x7FFFFFFF | 0x01000000
            if serial not in used:
                return serial
            number += 1


def responder_certificate(
    authority: CertificateAuthority,
    key: AnyPublicKey,
    *,
    for_status: bool = True,
    first_day: date | None = None,
    last_day: date | None = None,
) -> bytes:
    """A responder's certificate by an authority, in DER: for status answers alone, itself not to be checked."""
    root = authority.certificate
    begins = office_hour(first_day) if first_day else root.not_valid_before_utc
    name = x509.Name([country(), *list(root.subject)[1:3], text(NameOID.COMMON_NAME, "OCSP responder")])
    number = hashlib.sha256(b"responder" + root.subject.public_bytes()).digest()
    usage = ExtendedKeyUsageOID.OCSP_SIGNING if for_status else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(root.subject)
        .public_key(key)
        .serial_number(int.from_bytes(number[:4], "big") >> 1 | 1)
        .not_valid_before(begins)
        .not_valid_after(last_second(last_day) if last_day else root.not_valid_after_utc)
        .add_extension(authority.identifier_extension(), critical=False)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    return signed_certificate(builder, authority.key).public_bytes(Encoding.DER)


def new_elliptic_keys() -> dict[str, AnyPrivateKey]:
    """Keys on P-384 for both authorities and their responders."""
    return {name: new_elliptic_key() for name in KEY_NAMES}


def takes_key(key: object) -> bool:
    """The service certifies keys of this kind."""
    if isinstance(key, RSAPublicKey):
        return key.key_size == 2048 and key.public_numbers().e == 65537
    return isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp384r1"
