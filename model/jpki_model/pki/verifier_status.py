"""What revocation lists and status answers say of a certificate, as far as they can be relied on.

`confirm_status(…)` is the way in. One that says revoked outweighs any that says good; what is stale, unsigned, of
another authority or about another certificate says nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jpki_model.pki import der
from jpki_model.pki.certificate_checks import (
    Reason,
    Rejected,
    check_validity,
    instant,
    issued,
    signature_verifies,
    usage,
)
from jpki_model.pki.certificate_view import (
    DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    CertificateView,
    NotACertificate,
    view,
)
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.signing import (
    ALGORITHMS,
    SHA1_IDENTIFIER,
    SHA256_IDENTIFIER,
    SignatureAlgorithm,
)
from jpki_model.pki.status_answer import BASIC

AUTHORITY_KEY_IDENTIFIER, LIST_NUMBER, ISSUING_POINT = "2.5.29.35", "2.5.29.20", "2.5.29.28"
ENTRY_REASON, OCSP_SIGNING = "2.5.29.21", "1.3.6.1.5.5.7.3.9"
LIST_SIGN, HOLD, REMOVED = 0x02, 6, 8


class Useless(Exception):
    """It says nothing of the certificate; the message says why."""


@dataclass(frozen=True)
class Said:
    """What a list or an answer says: nothing bad, or revoked since an instant with a reason code."""

    since: datetime | None = None
    code: int = 0

    def reason_at(self, at: datetime) -> Reason | None:
        """Why the certificate is not to be relied on at an instant."""
        if self.since is None or at < self.since:
            return None
        return "held" if self.code == HOLD else "revoked"


@dataclass(frozen=True)
class Evidence:
    """What is known of statuses at an instant: revocation lists and OCSP answers, in DER, and by which algorithms they
    may be signed."""

    at: datetime
    revocation_lists: tuple[bytes, ...] = ()
    status_answers: tuple[bytes, ...] = ()
    allowed: tuple[SignatureAlgorithm, ...] = tuple(ALGORITHMS.values())


def confirm_status(certificate: CertificateView, authority: CertificateView, evidence: Evidence) -> None:
    """Raises `Rejected` for a certificate that is revoked, held, or whose status nothing confirms."""
    said, useless = list[Said](), list[str]()
    sources = [(_list_says, each) for each in evidence.revocation_lists]
    sources += [(_answer_says, each) for each in evidence.status_answers]
    for read, octets in sources:
        try:
            said.append(read(octets, certificate, authority, evidence))
        except (Useless, NotDer, NotACertificate) as error:
            useless.append(str(error))
        except (IndexError, ValueError, Rejected):
            useless.append("not of the shape that it should have")
    for each in said:
        reason = each.reason_at(evidence.at)
        if reason is not None:
            raise Rejected(reason, f"since {each.since:%Y-%m-%dT%H:%M:%SZ}, reason code {each.code}")
    if not said:
        raise Rejected("status", "; ".join(useless) or "no list and no answer on its status")


def _list_says(
    octets: bytes, certificate: CertificateView, authority: CertificateView, evidence: Evidence
) -> Said:
    whole = der.decode(octets)
    content, algorithm, signature = whole.children
    parts = list(content.children)
    if parts[0].tag == der.INTEGER:
        parts.pop(0)
    inner, issuer, begins, *rest = parts
    if inner != algorithm or algorithm not in [each.identifier for each in evidence.allowed]:
        raise Useless("a list that is not signed with an algorithm that is allowed")
    if issuer != authority.subject or not usage(authority) & LIST_SIGN:
        raise Useless("a list of another authority")
    if not signature_verifies(authority, content.encoded(), signature.content[1:], algorithm):
        raise Useless("a list whose signature does not verify")
    following = rest.pop(0) if rest and rest[0].tag in (der.UTC_TIME, der.GENERALIZED_TIME) else None
    _check_period(begins, following, evidence.at, "list")
    extensions = rest.pop().at(0).children if rest and rest[-1].tag == 0xA0 else ()
    _check_list_extensions(extensions, certificate)
    for entry in rest[0].children if rest else ():
        if entry.at(0) == certificate.serial:
            return _entry(entry)
    return Said()


def _check_period(begins: Value, ends: Value | None, at: datetime, what: str) -> None:
    if at < instant(begins):
        raise Useless(f"a {what} from later on")
    if ends is None or at > instant(ends):
        raise Useless(f"a {what} that holds no longer")


def _check_list_extensions(extensions: tuple[Value, ...], certificate: CertificateView) -> None:
    for extension in extensions:
        identifier, octets = der.dotted(extension.at(0)), extension.children[-1].content
        if identifier == ISSUING_POINT:
            _check_point(der.decode(octets), certificate)
        elif len(extension.children) == 3 and identifier not in (AUTHORITY_KEY_IDENTIFIER, LIST_NUMBER):
            raise Useless(f"a list with the critical extension {identifier}")


def _check_point(point: Value, certificate: CertificateView) -> None:
    """The list is one for the certificate's distribution point, and for all reasons and kinds of holders."""
    points = certificate.extension(DISTRIBUTION_POINTS)
    if any(part.tag != 0xA0 for part in point.children):
        raise Useless("a list for some reasons or certificates only")
    if point.children and (points is None or point.at(0) not in [each.at(0) for each in points.children]):
        raise Useless("a list of another distribution point")


def _entry(entry: Value) -> Said:
    code = 0
    for extension in entry.at(2).children if len(entry.children) > 2 else ():
        if der.dotted(extension.at(0)) == ENTRY_REASON:
            code = der.number_in(der.decode(extension.children[-1].content))
        elif len(extension.children) == 3:
            raise Useless("an entry with a critical extension")
    if code == REMOVED:
        return Said()
    return Said(instant(entry.at(1)), code)


def _answer_says(
    octets: bytes, certificate: CertificateView, authority: CertificateView, evidence: Evidence
) -> Said:
    whole = der.decode(octets)
    if der.number_in(whole.at(0)) != 0:
        raise Useless(f"the responder gave no answer (status {der.number_in(whole.at(0))})")
    kind, inner = whole.at(1, 0).children
    if der.dotted(kind) != BASIC:
        raise Useless("an answer of another kind")
    basic = der.decode(inner.content)
    data, algorithm, signature, *shown = basic.children
    if algorithm.at(0) not in [each.identifier.at(0) for each in evidence.allowed]:
        raise Useless("an answer that is not signed with an algorithm that is allowed")
    parts = [part for part in data.children if part.tag != 0xA0]
    responder, singles = parts[0], parts[2]
    signer = _responder(shown, authority, evidence.at)
    if not _is_named(responder, signer):
        raise Useless("an answer that names another responder than the one that signed it")
    if not signature_verifies(signer, data.encoded(), signature.content[1:], algorithm):
        raise Useless("an answer whose signature does not verify")
    for single in singles.children:
        if _is_about(single.at(0), certificate, authority):
            return _single(single, evidence.at)
    raise Useless("an answer about other certificates")


def _responder(shown: list[Value], authority: CertificateView, at: datetime) -> CertificateView:
    """Who answers: the authority, or one whom it certified for that."""
    for octets in shown[0].at(0).children if shown else ():
        responder = view(octets.encoded())
        extended = responder.extension(EXTENDED_KEY_USAGE)
        purposes = [der.dotted(each) for each in extended.children] if extended else []
        if responder.whole == authority.whole:
            continue
        if not issued(responder, authority) or OCSP_SIGNING not in purposes:
            raise Useless("an answer by one whom the authority did not certify for that")
        check_validity(responder, at)
        return responder
    return authority


def _is_named(responder: Value, signer: CertificateView) -> bool:
    if responder.tag == 0xA1:
        return responder.at(0) == signer.subject
    digest = hashlib.sha1(signer.key.at(1).content[1:], usedforsecurity=False).digest()
    return responder.tag == 0xA2 and responder.at(0).content == digest


def _is_about(asked: Value, certificate: CertificateView, authority: CertificateView) -> bool:
    algorithm, name, key, serial = asked.children
    digests = {SHA1_IDENTIFIER: "sha1", SHA256_IDENTIFIER: "sha256"}
    digest = digests.get(der.dotted(algorithm.at(0)))
    if digest is None:
        return False
    hashes = [
        hashlib.new(digest, octets, usedforsecurity=False).digest()
        for octets in (authority.subject.encoded(), authority.key.at(1).content[1:])
    ]
    return [name.content, key.content, serial] == [*hashes, certificate.serial]


def _single(single: Value, at: datetime) -> Said:
    status, begins, *rest = list(_without_extensions(single.children[1:]))
    _check_period(begins, rest[0].at(0) if rest else None, at, "status answer")
    if status.tag == 0x80:
        return Said()
    if status.tag == 0xA1:
        code = der.number_in(status.at(1, 0)) if len(status.children) > 1 else 0
        return Said(instant(status.at(0)), code)
    raise Useless("the responder does not know the certificate")


def _without_extensions(parts: tuple[Value, ...]) -> Iterator[Value]:
    return (part for place, part in enumerate(parts) if place < 2 or part.tag == 0xA0)
