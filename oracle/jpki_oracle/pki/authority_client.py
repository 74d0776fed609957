"""An authority as the pack sees it: one request after the other, with answers read as certificates and statuses."""

from datetime import UTC, date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from jpki_model.life import LifeRecord
from jpki_model.pki import der
from jpki_model.pki.certificate_checks import Rejected
from jpki_model.pki.certificate_view import CertificateView, NotACertificate, view
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import AnyPrivateKey
from jpki_model.pki.profile import Purpose
from jpki_model.pki.signing import SHA1_IDENTIFIER
from jpki_model.pki.verifier_status import Evidence, confirm_status

from jpki_oracle.pki.vector_kit import id_of
from jpki_oracle.sut.connection import Answer, Failure, Refusal
from jpki_oracle.sut.session import Session

NONCE = bytes(range(16))


class NoAnswer(Exception):
    """The authority gave no answer that could be judged; one line for people."""


class AuthorityClient:
    """Asks one authority. Every method raises `NoAnswer`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def own_certificate(self, purpose: Purpose, at: datetime) -> bytes:
        """The authority's certificate for a purpose."""
        return self._octets({"certificate_of": purpose}, at, "certificate")

    def issue(
        self,
        purpose: Purpose,
        person: str,
        holder: Holder,
        life: LifeRecord,
        key: AnyPrivateKey,
        at: datetime,
    ) -> bytes | None:
        """A new certificate; None if it is refused."""
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        names = ("name", "address", "sex", "prefecture", "municipality", "municipality_code")
        about = {name: getattr(holder, name) for name in names}
        asked = {
            "purpose": purpose,
            "person": person,
            "holder": about,
            "life": life.as_json(),
            "public_key": public.hex(),
        }
        answer = self._ask({"issue": asked}, at)
        if answer.get("refused"):
            return None
        return self._read(answer, "certificate")

    def happened(self, kind: str, person: str, at: datetime) -> None:
        """Tells it what has happened to a person."""
        self._ask({"event": {"kind": kind, "person": person}}, at)

    def list_of(self, purpose: Purpose, day: date, holder: Holder, at: datetime) -> bytes:
        """The revocation list of a day for a holder's municipality."""
        where = {"prefecture": holder.prefecture, "municipality": holder.municipality}
        asked = {"purpose": purpose, "on": day.isoformat(), **where}
        return self._octets({"revocation_list": asked}, at, "revocation_list")

    def answer_on(self, purpose: Purpose, asked: Value, at: datetime) -> bytes:
        """The OCSP answer on a CertID, asked with a nonce."""
        request = status_request(asked)
        return self._octets({"status": {"purpose": purpose, "request": request.hex()}}, at, "response")

    def _octets(self, asked: dict[str, object], at: datetime, name: str) -> bytes:
        return self._read(self._ask(asked, at), name)

    def _read(self, answer: dict[str, object], name: str) -> bytes:
        found = answer.get(name)
        if not isinstance(found, str):
            raise NoAnswer(f"it did not answer {name}")
        return bytes.fromhex(found)

    def _ask(self, asked: dict[str, object], at: datetime) -> dict[str, object]:
        reply = self._session.ask("authority", {"at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", **asked})
        match reply:
            case Answer(result):
                return result
            case Failure(kind, detail):
                raise NoAnswer(f"{kind.value.replace('_', ' ')}: {detail}")
            case Refusal(code, message):
                raise NoAnswer(f"refused with error {code}: {message}")


def status_request(asked: Value, nonce: bytes = NONCE) -> bytes:
    """An OCSP request for one CertID with a nonce."""
    extension = der.sequence(
        der.object_identifier("1.3.6.1.5.5.7.48.1.2"), der.octet_string(der.octet_string(nonce).encoded())
    )
    requests = der.sequence(der.sequence(asked))
    return der.sequence(der.sequence(requests, der.explicit(2, der.sequence(extension)))).encoded()


def told(certificate: bytes, authority: bytes, evidence: Evidence) -> str:
    """What lists and answers say of a certificate: `good`, `revoked`, `held`, or `unconfirmed` with why."""
    try:
        confirm_status(view(certificate), view(authority), evidence)
    except Rejected as rejected:
        return f"unconfirmed: {rejected}" if rejected.reason == "status" else rejected.reason
    return "good"


def reason_in_answer(answer: bytes) -> str:
    """The reason of a revocation in an OCSP answer; `none` if it says none."""
    try:
        single = next(iter(ocsp.load_der_ocsp_response(answer).responses))
    except (ValueError, StopIteration):
        return "unreadable"
    return _name(single.revocation_reason)


def reason_in_list(octets: bytes, serial: int) -> str:
    """The reason of a revocation in a list; `none` if it says none, `absent` for a serial that is not in it."""
    try:
        entry = x509.load_der_x509_crl(octets).get_revoked_certificate_by_serial_number(serial)
        if entry is None:
            return "absent"
        return _name(entry.extensions.get_extension_for_class(x509.CRLReason).value.reason)
    except x509.ExtensionNotFound:
        return "none"
    except ValueError:
        return "unreadable"


def repeats_nonce(answer: bytes) -> bool:
    """The answer has the nonce of the request."""
    try:
        found = ocsp.load_der_ocsp_response(answer).extensions.get_extension_for_class(x509.OCSPNonce)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return found.value.nonce == NONCE


def read_certificate(octets: bytes) -> CertificateView:
    """A certificate that the authority gave. Raises `NoAnswer`."""
    try:
        return view(octets)
    except (NotDer, NotACertificate) as error:
        raise NoAnswer(f"what it gave is no certificate: {error}") from None


def asked_about(certificate: bytes, authority: bytes) -> Value:
    """The CertID of a certificate by an authority, with SHA-1, as most ask."""
    return id_of(view(authority), view(certificate).serial, SHA1_IDENTIFIER)


def _name(reason: x509.ReasonFlags | None) -> str:
    return "none" if reason is None else reason.value
