"""What verifier cases are made with: authorities, holders and responders with published keys, and questions that are
valid but for what a case changes."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki import der, status_answer
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.certificate_view import CertificateView, view
from jpki_model.pki.der import Value
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import AnyPrivateKey, sign
from jpki_model.pki.profile import Purpose, revocation_list_name
from jpki_model.pki.revocation_list import ListFrame, Revocation, revocation_list
from jpki_model.pki.seeded_keys import seeded_elliptic_key, seeded_key
from jpki_model.pki.service import responder_certificate
from jpki_model.pki.signed_document import signed_document, signing_of
from jpki_model.pki.signing import P_384, RSA_2048, SHA1_IDENTIFIER, algorithm_for
from jpki_model.pki.status_answer import GOOD, AnswerFrame, CertificateStatus
from jpki_model.pki.verifier import Question
from jpki_spec.fields import Text

from jpki_oracle.pki.alter import Change, altered
from jpki_oracle.pki.vector_file import NO_READINGS, VerifierCase

AT = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
"""When every question is judged that says no other instant: noon in Japan."""
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ISSUED = datetime(2025, 4, 1, 0, 30, tzinfo=UTC)
ENDS = datetime(2030, 2, 28, 14, 59, 59, tzinfo=UTC)
LIST_BEGINS, LIST_ENDS = datetime(2026, 3, 31, 15, tzinfo=UTC), datetime(2026, 4, 2, 14, 59, 59, tzinfo=UTC)
HOLDER = Holder(date(1992, 2, 29))
WHERE = (HOLDER.prefecture, HOLDER.municipality)
CONTENT: dict[Purpose, bytes] = {
    "signature": "確定申告書（見本）\n".encode(),
    "authentication": hashlib.sha256(b"challenge of a verifier").digest(),
}
OTHER: dict[Purpose, Purpose] = {"signature": "authentication", "authentication": "signature"}


@dataclass(frozen=True)
class Kit:
    """The parts for one task. Every question that it makes is valid, but for what the caller replaces.

    `elliptic`: keys are on P-384, as is planned for the next card; today's algorithm is allowed beside.
    """

    task: Purpose
    elliptic: bool = False

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The names of what is allowed."""
        return (RSA_2048.name, P_384.name) if self.elliptic else (RSA_2048.name,)

    def key(self, name: str) -> AnyPrivateKey:
        """The published key of a name."""
        return seeded_elliptic_key(name) if self.elliptic else seeded_key(name)

    def authority(self, purpose: Purpose | None = None, generation: str = "") -> CertificateAuthority:
        """The authority for a purpose (the task's, if none is named); all generations have one name."""
        return _authority(purpose or self.task, generation, self.elliptic)

    @property
    def root(self) -> bytes:
        """The authority's certificate."""
        return encoded(self.authority().certificate)

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """The certificates of both authorities."""
        return (self.root, encoded(self.authority(OTHER[self.task]).certificate))

    @property
    def holder_key(self) -> AnyPrivateKey:
        """The key in the holder's certificate."""
        return self.key(f"holder {self.task}")

    @property
    def certificate(self) -> bytes:
        """The holder's certificate."""
        return _holders(self)

    def issued(
        self,
        authority: CertificateAuthority | None = None,
        *,
        key: AnyPrivateKey | None = None,
        **holder: str,
    ) -> bytes:
        """A certificate by an authority for a key (the holder's, if none is named)."""
        person = Holder(HOLDER.birth, **holder)
        public = (key or self.holder_key).public_key()
        return encoded((authority or self.authority()).issue(person, public, ISSUED, date(2030, 2, 28)))

    def changed(self, change: Change) -> bytes:
        """The holder's certificate with a change, signed again by the authority."""
        return altered(self.certificate, change, self.authority().key)

    def signed(
        self, content: bytes, certificate: bytes, key: AnyPrivateKey, more: tuple[bytes, ...] = ()
    ) -> dict[str, bytes]:
        """The parts of a question that hold the signature."""
        if self.task == "signature":
            how: dict[str, Any] = {"more_certificates": more, "algorithm": algorithm_for(key)}
            message = signed_document(content, certificate, signing_of(key), at=AT - MINUTE, **how)
            return {"signed_data": message}
        return {"certificate": certificate, "signature": sign(key, content)}

    def question(
        self,
        *,
        certificate: bytes | None = None,
        key: AnyPrivateKey | None = None,
        content: bytes | None = None,
        answers: Iterable[bytes] | None = None,
        lists: Iterable[bytes] = (),
        anchors: tuple[bytes, ...] | None = None,
        at: datetime = AT,
        more: tuple[bytes, ...] = (),
        **parts: bytes,
    ) -> Question:
        """A question whose status is told by an answer that says good, unless lists or answers are given."""
        octets = self.certificate if certificate is None else certificate
        text = CONTENT[self.task] if content is None else content
        signature: dict[str, Any] = parts or self.signed(text, octets, key or self.holder_key, more)
        if self.task == "authentication":
            signature = {"certificate": octets, **signature}
        if answers is None:
            answers = () if lists else (self.answer(octets, at=at),)
        trusted = self.anchors if anchors is None else anchors
        return Question(
            self.task,
            at,
            text,
            trusted,
            **signature,
            revocation_lists=tuple(lists),
            status_answers=tuple(answers),
            algorithms=self.algorithms,
        )

    def answer(
        self,
        certificate: bytes | None = None,
        status: CertificateStatus = GOOD,
        *,
        at: datetime = AT,
        authority: CertificateAuthority | None = None,
        **frame: Any,
    ) -> bytes:
        """A status answer of the authority's responder, five minutes old, that holds for ten more."""
        asked = certificate_id(certificate or self.certificate, authority or self.authority())
        return self.answer_for([(asked, status)], at=at, **frame)

    def answer_for(
        self,
        statuses: list[tuple[Value, CertificateStatus]],
        *,
        at: datetime = AT,
        since: datetime | None = None,
        until: datetime | None = None,
        key: AnyPrivateKey | None = None,
        shown: tuple[bytes, ...] | None = None,
        named: bytes | None = None,
    ) -> bytes:
        """A status answer with anything in it."""
        signer = key or self.responder_key
        produced = since or at - 5 * MINUTE
        responders = (self.responder(),) if shown is None else shown
        frame = AnswerFrame(
            named or key_hash(signer), produced, produced, until or at + 10 * MINUTE, responders
        )
        return status_answer.answer(frame, statuses, signer)

    @property
    def responder_key(self) -> AnyPrivateKey:
        """The key of the authority's responder."""
        return self.key(f"responder {self.task}")

    def responder(self, **how: bool | date) -> bytes:
        """The certificate of the authority's responder."""
        return responder_certificate(self.authority(), self.responder_key.public_key(), **how)  # type: ignore[arg-type]

    def list(
        self,
        revoked: Iterable[Revocation] = (),
        *,
        authority: CertificateAuthority | None = None,
        begins: datetime = LIST_BEGINS,
        ends: datetime | None = LIST_ENDS,
        where: tuple[str, str] | None = WHERE,
    ) -> bytes:
        """The revocation list of the holder's municipality."""
        issuer = authority or self.authority()
        point = revocation_list_name(self.task, *where).value.public_bytes() if where else None
        name = issuer.certificate.subject.public_bytes()
        frame = ListFrame(name, issuer.key_identifier, begins, ends, 9587, point)
        return revocation_list(frame, revoked, issuer.key)


@cache
def _authority(purpose: Purpose, generation: str, elliptic: bool) -> CertificateAuthority:
    days = (date(2023, 7, 16), date(2033, 7, 15))
    key = Kit(purpose, elliptic).key(f"{purpose} authority{generation}")
    return CertificateAuthority.new(purpose, *days, key)


@cache
def _holders(kit: Kit) -> bytes:
    return kit.issued()


def encoded(certificate: x509.Certificate) -> bytes:
    """A certificate in DER."""
    return certificate.public_bytes(Encoding.DER)


def rsa_key(authority: CertificateAuthority) -> RSAPrivateKey:
    """The authority's key, which is RSA in every case of today's algorithm."""
    return as_rsa(authority.key)


def as_rsa(key: AnyPrivateKey) -> RSAPrivateKey:
    """The key, which is RSA. Raises TypeError for any other."""
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("a key that is not RSA, in a case of today's algorithm")
    return key


def key_hash(key: AnyPrivateKey) -> bytes:
    """SHA-1 of the key's bits, by which responders name themselves."""
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest


def certificate_id(
    certificate: bytes, authority: CertificateAuthority, digest: str = SHA1_IDENTIFIER
) -> Value:
    """The CertID of a certificate."""
    return id_of(view(encoded(authority.certificate)), view(certificate).serial, digest)


def id_of(issuer: CertificateView, serial: Value, digest: str) -> Value:
    """The CertID of a serial number under an issuer's certificate."""
    algorithm = "sha1" if digest == SHA1_IDENTIFIER else "sha256"
    hashes = (
        hashlib.new(algorithm, octets, usedforsecurity=False).digest()
        for octets in (issuer.subject.encoded(), issuer.key.at(1).content[1:])
    )
    return der.sequence(
        der.sequence(der.object_identifier(digest), der.null()), *map(der.octet_string, hashes), serial
    )


Family = Callable[[Kit], Iterator[VerifierCase]]
FAMILIES: list[Family] = []
NEXT_CARD_FAMILIES: list[Family] = []
TASKS: tuple[Purpose, ...] = ("signature", "authentication")


def family(function: Family) -> Family:
    """Register a family of cases, which is asked for each of the two tasks."""
    FAMILIES.append(function)
    return function


def next_card_family(function: Family) -> Family:
    """Register a family of cases of the next card's algorithm, which is asked for each of the two tasks."""
    NEXT_CARD_FAMILIES.append(function)
    return function


def valid(
    kit: Kit, id: str, question: Question, en: str, ja: str, *, under: Mapping[str, str] = NO_READINGS
) -> VerifierCase:
    """A case to accept."""
    return VerifierCase(f"{kit.task}/{id}", question, True, Text(en, ja), under=under)


def invalid(
    kit: Kit,
    id: str,
    question: Question,
    reason: str,
    en: str,
    ja: str,
    *,
    also: tuple[str, ...] = (),
    based_on: str = "valid/answer",
    under: Mapping[str, str] = NO_READINGS,
) -> VerifierCase:
    """A case to reject."""
    return VerifierCase(
        f"{kit.task}/{id}", question, False, Text(en, ja), reason, also, f"{kit.task}/{based_on}", under
    )
