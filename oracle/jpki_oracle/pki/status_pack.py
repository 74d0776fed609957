"""The pack `status-service`: what an OCSP responder or a revocation list says of certificates whose state is known.

`read_known_certificates(folder)` reads them: `authority.pem`, and files whose names begin with the state of the
certificate, as in `good-1.pem`, `revoked-2.pem`, `held-3.pem`.
"""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from jpki_model.pki import der
from jpki_model.pki.certificate_checks import instant
from jpki_model.pki.certificate_view import view
from jpki_model.pki.signing import SHA1_IDENTIFIER, SHA256_IDENTIFIER
from jpki_model.pki.verifier_status import Evidence
from jpki_spec.certificate_readings import CertificateReadings

from jpki_oracle.judge import Judgement
from jpki_oracle.pki.authority_client import NONCE, status_request, told
from jpki_oracle.pki.status_case import StatusCheck, by_reading, judged, unjudged
from jpki_oracle.pki.vector_kit import id_of

STATES = ("good", "revoked", "held")
LARGEST = 1 << 26
NEVER_ISSUED = 0x7A7A7A7A7A7A7A7A
DEFAULT_READINGS = CertificateReadings()
GIVE_UP_AFTER = 3
AN_ANSWER_IS_AT_MOST, A_LIST_IS_AT_MOST = timedelta(days=1), timedelta(days=30)
"""From the time here; what is further away says more of clocks than of the service."""
SIGNERS = {"delegated": "a responder", "authority": "the authority"}
SCOPES = {"municipality": "one municipality", "whole": "all"}
"""What is observed, by the answer to the question under which it is right."""
Fetch = Callable[[bytes | None], bytes]
"""Asks the service, with a request or without one. Raises `NoService`."""


class NoService(Exception):
    """The service gave nothing that could be read; one line for people."""


class NoCertificates(ValueError):
    """A folder without certificates whose state is known; one line for people."""


@dataclass(frozen=True)
class KnownCertificate:
    """A certificate whose state is known."""

    name: str
    state: str
    octets: bytes


@dataclass(frozen=True)
class KnownCertificates:
    """The authority's certificate, and some that it issued."""

    authority: bytes
    certificates: tuple[KnownCertificate, ...]


def read_known_certificates(folder: Path) -> KnownCertificates:
    """The certificates in a folder. Raises `NoCertificates`."""
    try:
        authority = _read(folder / "authority.pem")
        found = tuple(
            KnownCertificate(path.stem, state, _read(path))
            for path in sorted(folder.glob("*.pem"))
            for state in STATES
            if path.stem.split("-")[0] == state
        )
    except OSError as error:
        raise NoCertificates(f"{error.filename}: {error.strerror}") from None
    except ValueError as error:
        raise NoCertificates(str(error)) from None
    if not found:
        raise NoCertificates(f"{folder}: no file is named good-….pem, revoked-….pem or held-….pem")
    return KnownCertificates(authority, found)


def _read(path: Path) -> bytes:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)
    except ValueError:
        raise ValueError(f"{path}: not a certificate in PEM") from None


def fetching(url: str, timeout: float) -> Fetch:
    """Asks a service at a URL."""

    def fetch(request: bytes | None) -> bytes:
        headers = {"Content-Type": "application/ocsp-request"} if request is not None else {}
        try:
            asked = urllib.request.Request(url, request, headers)
            with urllib.request.urlopen(asked, timeout=timeout) as response:
                found: bytes = response.read(LARGEST + 1)
        except urllib.error.HTTPError as error:
            raise NoService(f"it answered with HTTP status {error.code}") from None
        except TimeoutError:
            raise NoService(f"no answer within {timeout:g} s") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise NoService(f"it cannot be asked: {reason}") from None
        if len(found) > LARGEST:
            raise NoService(f"its answer has more than {LARGEST} octets")
        return found

    return fetch


def ocsp_judgements(
    known: KnownCertificates,
    fetch: Fetch,
    now: datetime | None = None,
    readings: CertificateReadings = DEFAULT_READINGS,
) -> Iterator[Judgement]:
    """What a responder says of each certificate, by SHA-1 and SHA-256, who signs it, and of what was never issued.

    A responder that gave nothing so many times in a row is asked no more (`GIVE_UP_AFTER`).
    """
    authority = view(known.authority)
    ask = _Patient(fetch)
    for certificate in known.certificates:
        for digest, word in ((SHA1_IDENTIFIER, "sha1"), (SHA256_IDENTIFIER, "sha256")):
            case = StatusCheck(f"ocsp/{certificate.name}-{word}", "state")
            asked = id_of(authority, view(certificate.octets).serial, digest)
            try:
                answer = _readable(ask(status_request(asked)))
                _check_clock(_produced(answer), now or _now(), AN_ANSWER_IS_AT_MOST)
            except NoService as silence:
                yield unjudged(case, str(silence))
                continue
            evidence = Evidence(now or _now(), status_answers=(answer,))
            yield judged(case, certificate.state, told(certificate.octets, known.authority, evidence))
            if word == "sha1":
                nonce = StatusCheck(f"ocsp/{certificate.name}-nonce", "nonce")
                yield judged(nonce, True, _nonce_of(answer) in (None, NONCE))
                signer = StatusCheck(f"ocsp/{certificate.name}-signer", "signer")
                yield by_reading(signer, readings, "responder", SIGNERS, signer_of(answer, known.authority))
    never = id_of(authority, der.integer(NEVER_ISSUED), SHA1_IDENTIFIER)
    yield _of_nothing(StatusCheck("ocsp/never-issued", "never-issued"), ask, status_request(never))
    yield _of_nothing(StatusCheck("ocsp/malformed-request", "malformed"), ask, b"\x30\x03\x02\x01")


class _Patient:
    """Asks, and after some silence no more."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch, self._silent = fetch, 0

    def __call__(self, request: bytes | None) -> bytes:
        if self._silent >= GIVE_UP_AFTER:
            raise NoService(f"not asked: the service gave nothing {self._silent} times in a row")
        try:
            found = self._fetch(request)
        except NoService:
            self._silent += 1
            raise
        self._silent = 0
        return found


def _produced(answer: bytes) -> datetime | None:
    """When an answer was made, by the responder's clock; None for an answer that does not say."""
    try:
        return ocsp.load_der_ocsp_response(answer).produced_at_utc
    except (ValueError, AttributeError):
        return None


def _check_clock(made: datetime | None, now: datetime, most: timedelta) -> None:
    """Raises `NoService` for what is of a time so far from this machine's that one of two clocks must be wrong."""
    if made is not None and abs(made - now) > most:
        raise NoService(
            f"it was made at {made:%Y-%m-%dT%H:%M:%SZ}, and the clock here says {now:%Y-%m-%dT%H:%M:%SZ}: "
            "set the clock that is wrong"
        )


def list_judgements(
    known: KnownCertificates,
    fetch: Fetch,
    now: datetime | None = None,
    readings: CertificateReadings = DEFAULT_READINGS,
) -> Iterator[Judgement]:
    """What a revocation list says of each certificate, and whether it is one for all."""
    try:
        octets = fetch(None)
        if not octets:
            raise NoService("a list of 0 octets")
        if octets.lstrip()[:1] == b"<":
            raise NoService("what it gave is a web page")
        made = x509.load_der_x509_crl(octets).last_update_utc
        _check_clock(made, now or _now(), A_LIST_IS_AT_MOST)
    except NoService as silence:
        yield unjudged(StatusCheck("crl/list", "readable"), str(silence))
        return
    except ValueError:
        yield unjudged(StatusCheck("crl/list", "readable"), "what it gave is no revocation list in DER")
        return
    at = now or _now()
    evidence = Evidence(at, revocation_lists=(octets,))
    scope = StatusCheck("crl/scope", "scope")
    yield by_reading(scope, readings, "list_partition", SCOPES, scope_of(octets))
    for certificate in known.certificates:
        found = told(certificate.octets, known.authority, evidence)
        check = StatusCheck(f"crl/{certificate.name}", "state")
        if certificate.state != "good" and instant(view(certificate.octets).ends) < at:
            by_answer = {"kept": certificate.state, "dropped": "good"}
            yield by_reading(check, readings, "expired_entries", by_answer, found)
        else:
            yield judged(check, certificate.state, found)


def signer_of(answer: bytes, authority: bytes) -> str:
    """Who signed an OCSP answer: `a responder`, `the authority`, or `nobody` for what is no answer."""
    try:
        read = ocsp.load_der_ocsp_response(answer)
        named, own = read.responder_key_hash, view(authority)
        hashed = hashlib.sha1(own.key.at(1).content[1:], usedforsecurity=False).digest()
        subject = read.responder_name
    except ValueError:
        return "nobody"
    by_name = subject is not None and subject.public_bytes() == own.subject.encoded()
    return "the authority" if named == hashed or by_name else "a responder"


def scope_of(octets: bytes) -> str:
    """For whom a revocation list is: `one municipality`, `all`, or `unreadable`."""
    try:
        extensions = x509.load_der_x509_crl(octets).extensions
        extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return "all"
    except ValueError:
        return "unreadable"
    return "one municipality"


def _of_nothing(case: StatusCheck, fetch: Fetch, request: bytes) -> Judgement:
    """What it says of what was never issued, or to what is no request: anything but `good` and `revoked`."""
    try:
        answer = _readable(fetch(request))
    except NoService as silence:
        refused = "HTTP status 4" in str(silence)
        return judged(case, "not good", "not good") if refused else unjudged(case, str(silence))
    try:
        statuses = {each.certificate_status.name for each in ocsp.load_der_ocsp_response(answer).responses}
    except ValueError:
        return judged(case, "not good", "not good")
    return judged(
        case, "not good", "not good" if statuses <= {"UNKNOWN"} else ", ".join(sorted(statuses)).lower()
    )


def _readable(answer: bytes) -> bytes:
    try:
        ocsp.load_der_ocsp_response(answer)
    except ValueError:
        kind = "0 octets" if not answer else "a web page" if answer.lstrip()[:1] == b"<" else "no OCSP answer"
        raise NoService(f"what it gave is {kind}") from None
    return answer


def _nonce_of(answer: bytes) -> bytes | None:
    try:
        loaded = ocsp.load_der_ocsp_response(answer)
        return loaded.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except (ValueError, x509.ExtensionNotFound):
        return None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
