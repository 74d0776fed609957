"""Lint of certificates: every requirement of a profile on the octets of a certificate.

`lint(data, profile)` is the way in. A finding names the requirement that is not met and says what was found, without
anything personal.
"""

from dataclasses import dataclass

from jpki_model.pki.certificate_view import POLICIES, CertificateView, NotACertificate, view
from jpki_model.pki.der import NotDer
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import (
    PROFILES,
    REQUIREMENTS,
    TODAYS_ALGORITHM,
    Profile,
    Requirement,
    requirements_of,
)

from jpki_oracle.pki.lint_checks import Subject
from jpki_oracle.pki.lint_extensions import ALL_CHECKS as CHECKS

DEFAULT_READINGS = CertificateReadings()


@dataclass(frozen=True)
class Finding:
    """A requirement that a certificate does not meet, and what was found instead."""

    requirement: Requirement
    found: str


class UnknownKind(ValueError):
    """It is not said, and not seen, of which profile a certificate is; one line for people."""


def lint(
    data: bytes,
    profile: str | None = None,
    *,
    authority: bytes | None = None,
    readings: CertificateReadings = DEFAULT_READINGS,
    algorithm: str = TODAYS_ALGORITHM,
) -> list[Finding]:
    """What of its profile a certificate does not meet, in the order of the requirements; empty if all is met.

    The profile is taken from the certificate if it is not given; `authority` is the certificate of the authority that
    should have issued it, without which that is not judged; `algorithm` the id in `ALGORITHMS` of what it should be
    made with (`algorithm_in` an edition). Raises `UnknownKind`, and `NotACertificate` or `NotDer` for an authority that
    is none.
    """
    try:
        certificate = view(data)
    except (NotDer, NotACertificate) as error:
        if profile is None:
            raise UnknownKind(f"no certificate: {error}") from None
        return [Finding(REQUIREMENTS["encoding"], str(error))]
    kind = PROFILES[profile] if profile else kind_of(certificate)
    issuer = view(authority) if authority is not None else None
    subject = Subject(certificate, kind, readings, issuer)
    findings = [
        Finding(each, _found(each, subject))
        for each in requirements_of(kind.id, algorithm)
        if each.id in CHECKS
    ]
    return [finding for finding in findings if finding.found]


def kind_in(data: bytes) -> str:
    """The id of the profile that a certificate claims. Raises `UnknownKind`, `NotDer` and `NotACertificate`."""
    return kind_of(view(data)).id


def kind_of(certificate: CertificateView) -> Profile:
    """The profile that a certificate claims by its policy, or by its subject for an authority. Raises `UnknownKind`."""
    policies = certificate.extension(POLICIES)
    octets = policies.encoded() if policies else b""
    issuer = certificate.issuer.encoded()
    for kind in PROFILES.values():
        if kind.is_authority:
            own = certificate.issuer == certificate.subject and kind.unit.encode() in issuer
        else:
            from_policy = kind.policy.rsplit(".", 2)[1:]
            own = bool(octets) and _last_arcs(from_policy) in octets
        if own:
            return kind
    raise UnknownKind(
        "it has neither a policy of the service nor the name of an authority; state its profile"
    )


def _last_arcs(arcs: list[str]) -> bytes:
    return bytes(int(arc) for arc in ("8", "5", "1", *arcs))


def _found(requirement: Requirement, subject: Subject) -> str:
    """What is wrong; a part that has not the shape that its check reads is wrong as well."""
    try:
        return CHECKS[requirement.id](subject)
    except (NotDer, IndexError, UnicodeDecodeError, ValueError):
        return "not of the shape that it should have"
