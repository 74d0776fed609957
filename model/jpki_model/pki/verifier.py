"""The reference verifier: is a signed document, or an answer to a challenge, one that may be relied on, and if not why?

`verify(question)` is the way in. Nothing is accepted by default: a document stands only if the signature, the path to a
trusted authority, the purpose, the validity and the status of the certificate were all confirmed.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki_model.pki import der
from jpki_model.pki.certificate_checks import (
    Reason,
    Rejected,
    check_validity,
    fits_key,
    issued,
    signature_verifies,
    usage,
)
from jpki_model.pki.certificate_view import (
    AUTHORITY_ACCESS,
    AUTHORITY_KEY,
    BASIC_CONSTRAINTS,
    DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    POLICIES,
    SUBJECT_KEY,
    CertificateView,
    NotACertificate,
    view,
)
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.profile import POLICY, Purpose
from jpki_model.pki.signed_message import SignedMessage, read_signed_message
from jpki_model.pki.signing import ALGORITHMS, P_384, RSA_2048, SignatureAlgorithm
from jpki_model.pki.verifier_status import Evidence, confirm_status

KNOWN_EXTENSIONS = {
    KEY_USAGE, "2.5.29.17", "2.5.29.18", BASIC_CONSTRAINTS, DISTRIBUTION_POINTS, POLICIES, AUTHORITY_KEY,
    EXTENDED_KEY_USAGE, SUBJECT_KEY, AUTHORITY_ACCESS,
}  # fmt: skip
LONGEST_PATH = 6
DIGITAL_SIGNATURE, CONTENT_COMMITMENT, CERTIFICATE_SIGN = 0x80, 0x40, 0x04
CLIENT_AUTHENTICATION, ANY_USAGE = "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"


@dataclass(frozen=True)
class Question:
    """What is to be judged, at which instant, with what is trusted and what is known of statuses; all in DER.

    For `signature` a CMS message beside the content; for `authentication` a certificate and the bare signature over
    the content, which is the challenge. `spent` are challenges that were answered before; `algorithms` those of
    `signing.ALGORITHMS` that are allowed.
    """

    task: Purpose
    at: datetime
    content: bytes
    anchors: tuple[bytes, ...]
    signed_data: bytes = b""
    certificate: bytes = b""
    signature: bytes = b""
    revocation_lists: tuple[bytes, ...] = ()
    status_answers: tuple[bytes, ...] = ()
    spent: tuple[bytes, ...] = field(default=())
    algorithms: tuple[str, ...] = (RSA_2048.name,)

    @property
    def allowed(self) -> tuple[SignatureAlgorithm, ...]:
        """The algorithms that are allowed. KeyError for one that does not exist."""
        return tuple(ALGORITHMS[name] for name in self.algorithms)


@dataclass(frozen=True)
class Decision:
    """Accepted, or the class of the reason and what exactly."""

    accepted: bool
    reason: Reason | None = None
    why: str = ""


def verify(question: Question) -> Decision:
    """The decision on a question; never an exception, whatever the octets are."""
    try:
        _verify(question)
    except Rejected as rejected:
        return Decision(False, rejected.reason, str(rejected))
    except UnsupportedAlgorithm:
        return Decision(False, "algorithm", "a key of a kind that is not known")
    except (IndexError, ValueError):
        return Decision(False, "malformed", "a part of a certificate has not the shape that it should have")
    return Decision(True)


def _verify(question: Question) -> None:
    message = _message(question)
    signer = message.signer
    if message.algorithm_problem:
        raise Rejected("algorithm", message.algorithm_problem)
    _check_algorithms(signer, question.allowed)
    path = path_to_anchor(signer, message.others, question)
    for certificate in path:
        _check_certificate(certificate, question.allowed)
    _check_authorities(path)
    _check_purpose(signer, question.task)
    for certificate in path:
        check_validity(certificate, question.at)
    _check_content(message, question)
    evidence = Evidence(question.at, question.revocation_lists, question.status_answers, question.allowed)
    confirm_status(signer, path[1], evidence)
    if question.content in question.spent and question.task == "authentication":
        raise Rejected("replay", "the challenge was answered before")


def _message(question: Question) -> SignedMessage:
    try:
        if question.task == "signature":
            return read_signed_message(question.signed_data, question.allowed)
        return SignedMessage(view(question.certificate), (), question.signature, None, "")
    except (NotDer, NotACertificate) as error:
        raise Rejected("malformed", str(error)) from None
    except (IndexError, ValueError):
        raise Rejected("malformed", "not of the shape of a signed message") from None


def path_to_anchor(
    signer: CertificateView, others: tuple[CertificateView, ...], question: Question
) -> list[CertificateView]:
    """The path from the signer's certificate to that of a trusted authority, both included. Raises `Rejected`."""
    anchors = []
    for octets in question.anchors:
        try:
            anchors.append(view(octets))
        except (NotDer, NotACertificate) as error:
            raise Rejected("malformed", f"a trusted certificate: {error}") from None
    path = [signer]
    while len(path) <= LONGEST_PATH:
        for candidates, trusted in ((anchors, True), (others, False)):
            issuer = next((each for each in candidates if each not in path and issued(path[-1], each)), None)
            if issuer is not None:
                path.append(issuer)
                if trusted:
                    return path
                break
        else:
            break
    raise Rejected("issuer", "no authority that is trusted issued it")


def _check_algorithms(certificate: CertificateView, allowed: tuple[SignatureAlgorithm, ...]) -> None:
    two = certificate.inner_algorithm != certificate.outer_algorithm
    if two or certificate.inner_algorithm not in [each.identifier for each in allowed]:
        raise Rejected(
            "algorithm", "a certificate that is not signed with an algorithm that is allowed, or names two"
        )


def _check_certificate(certificate: CertificateView, allowed: tuple[SignatureAlgorithm, ...]) -> None:
    """What holds of every certificate on a path."""
    _check_algorithms(certificate, allowed)
    if certificate.version != 2 or der.number_in(certificate.serial) <= 0:
        raise Rejected(
            "malformed", "a certificate that is not of version 3, or with no positive serial number"
        )
    identifiers = [extension.identifier for extension in certificate.extensions]
    if len(set(identifiers)) != len(identifiers):
        raise Rejected("malformed", "an extension that stands twice in a certificate")
    unknown = [
        e.identifier for e in certificate.extensions if e.critical and e.identifier not in KNOWN_EXTENSIONS
    ]
    if unknown:
        raise Rejected("extension", f"the critical extension {unknown[0]} is not known")
    _check_key(certificate, allowed)


def _check_key(certificate: CertificateView, allowed: tuple[SignatureAlgorithm, ...]) -> None:
    if fits_key(P_384, certificate):
        if certificate.key.at(0) != P_384.key or P_384 not in allowed or not _is_point(certificate):
            raise Rejected("algorithm", "a key that is not a point on a curve that is allowed and named")
        return
    key = load_der_public_key(certificate.key.encoded())
    if not isinstance(key, RSAPublicKey) or key.key_size < 2048 or RSA_2048 not in allowed:
        raise Rejected("algorithm", "a key that is not of an algorithm and length that are allowed")


def _is_point(certificate: CertificateView) -> bool:
    try:
        load_der_public_key(certificate.key.encoded())
    except ValueError:
        return False
    return True


def _check_authorities(path: list[CertificateView]) -> None:
    for below, certificate in enumerate(path[1:]):
        constraints = certificate.extension(BASIC_CONSTRAINTS)
        parts = constraints.children if constraints else ()
        if not parts or parts[0] != Value(der.BOOLEAN, b"\xff"):
            raise Rejected("path", "a certificate was issued with one that is not of an authority")
        if len(parts) > 1 and der.number_in(parts[1]) < below:
            raise Rejected("path", "the path is longer than an authority allows")
        if not usage(certificate) & CERTIFICATE_SIGN:
            raise Rejected("path", "a certificate was issued with a key that is not for that")


def _check_purpose(signer: CertificateView, task: Purpose) -> None:
    policies = signer.extension(POLICIES)
    named = [der.dotted(policy.at(0)) for policy in policies.children] if policies else []
    if POLICY[task].dotted_string not in named:
        raise Rejected("purpose", f"its policy is not that of {task} certificates")
    needed = CONTENT_COMMITMENT if task == "signature" else DIGITAL_SIGNATURE
    if not usage(signer) & needed:
        raise Rejected("purpose", f"its key is not for {task}")
    extended = signer.extension(EXTENDED_KEY_USAGE)
    purposes = {der.dotted(each) for each in extended.children} if extended else {ANY_USAGE}
    if task == "authentication" and not purposes & {CLIENT_AUTHENTICATION, ANY_USAGE}:
        raise Rejected("purpose", "its extended key usage is another")


def _check_content(message: SignedMessage, question: Question) -> None:
    octets = question.content
    if message.attributes is not None:
        if message.digest != hashlib.new(message.algorithm.digest, question.content).digest():
            raise Rejected("content", "the content is another than the one that was signed")
        octets = message.attributes.encoded()
    if message.named and not fits_key(message.algorithm, message.signer):
        raise Rejected("algorithm", "the message names an algorithm of other keys than the signer's")
    if not signature_verifies(message.signer, octets, message.signature):
        raise Rejected("content", "the signature does not verify with the certificate's key")
