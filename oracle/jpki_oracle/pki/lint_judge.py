"""Judgements on certificates in files: one for each requirement, acceptable where another reading would have it met."""

from functools import partial

from jpki_model.pki.certificate_view import NotACertificate
from jpki_model.pki.der import NotDer
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import requirements_of

from jpki_oracle.judge import Judgement
from jpki_oracle.pki.lint import UnknownKind, kind_in, lint
from jpki_oracle.pki.status_case import CERTIFICATE, StatusCheck, judged

MET = "met"


def lint_judgements(
    name: str, octets: bytes, authority: bytes | None, readings: CertificateReadings, algorithm: str
) -> list[Judgement]:
    """The judgements on one certificate, which is called `name`; `authority` is that of the folder, if there is one.

    Raises `UnknownKind` for what is no certificate, or of no profile.
    """
    try:
        profile = kind_in(octets)
    except UnknownKind as error:
        raise UnknownKind(f"{name}: {error}") from None
    except (NotDer, NotACertificate) as error:
        raise UnknownKind(f"{name}: {_instead(octets) or f'no certificate in DER or PEM: {error}'}") from None
    issuer = None if profile.endswith("-authority") else authority
    look = partial(_findings, octets, profile, issuer, algorithm)
    found = look(readings)
    judgements = []
    for each in requirements_of(profile, algorithm):
        others = tuple(
            difference
            for other in (readings.alternatives() if each.id in found and each.reading else ())
            if each.reading in (changed := readings.difference(other)) and each.id not in look(other)
            for difference in changed.items()
        )
        check = StatusCheck(f"{name}/{each.id}", each.id, CERTIFICATE)
        judgements.append(judged(check, MET, found.get(each.id, MET), others))
    return judgements


def _instead(octets: bytes) -> str:
    """What a file has that is plainly no certificate; empty if that is not plain."""
    if not octets:
        return "a file of 0 octets, no certificate"
    return "a web page, no certificate" if octets.lstrip()[:1] == b"<" else ""


def _findings(
    octets: bytes, profile: str, issuer: bytes | None, algorithm: str, readings: CertificateReadings
) -> dict[str, str]:
    try:
        found = lint(octets, profile, authority=issuer, readings=readings, algorithm=algorithm)
    except (NotDer, NotACertificate) as error:
        raise UnknownKind(f"authority: {error}") from None
    return {each.requirement.id: each.found for each in found}
