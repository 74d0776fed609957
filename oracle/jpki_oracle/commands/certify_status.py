"""`certify ocsp:URL#FOLDER`, `crl:URL#FOLDER` and `der:PATH`: status services, and certificates in files."""

from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki.certificate_view import NotACertificate
from jpki_model.pki.der import NotDer
from jpki_spec.certificate_readings import UnknownCertificateReading, certificate_readings
from jpki_spec.certificates import requirements_of
from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import Event, Started, judged_events
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.judge import Judgement
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.lint import UnknownKind, kind_in, lint
from jpki_oracle.pki.status_case import CERTIFICATE, STATUS_SERVICE, StatusCheck, judged
from jpki_oracle.pki.status_pack import (
    NoCertificates,
    fetching,
    list_judgements,
    ocsp_judgements,
    read_known_certificates,
)
from jpki_oracle.sut.messages import Description


def status_command(
    address: str, readings: tuple[str, ...], known: KnownFailures, timeout: float, how: Reporting
) -> int:
    """Run the pack that belongs to the address; the exit code."""
    scheme, _, rest = address.partition(":")
    if scheme == "der":
        return report(_lint_events(address, Path(rest), readings, known, how), address, how)
    url, mark, folder = rest.partition("#")
    if not mark or not url.startswith(("http://", "https://")):
        raise CommandFailure(
            f"{address!r}: write {scheme}:URL#FOLDER, where the folder has authority.pem and certificates whose "
            f"state is known, as in {scheme}:http://127.0.0.1:8080/signature.{scheme}#statuses/signature"
        )
    try:
        certificates = read_known_certificates(Path(folder))
    except NoCertificates as error:
        raise CommandFailure(str(error)) from None
    make = ocsp_judgements if scheme == "ocsp" else list_judgements
    judgements = list(make(certificates, fetching(url, timeout)))
    events = _events(address, STATUS_SERVICE, judgements, known, how)
    return report(events, address, how)


def _events(
    address: str, pack: str, judgements: list[Judgement], known: KnownFailures, how: Reporting
) -> Iterator[Event]:
    system = Description(protocol=1, name=address.partition("#")[0], version="", capabilities=[pack])
    yield Started(address, system, law(CURRENT_EDITION), len(judgements))
    yield from judged_events(judgements, known, pack, strict=how.strict)


def _lint_events(
    address: str, path: Path, readings: tuple[str, ...], known: KnownFailures, how: Reporting
) -> Iterator[Event]:
    try:
        chosen = certificate_readings(reading_arguments(readings))
        files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
        certificates = {each.stem: _octets(each) for each in files}
        authority = certificates.get("authority")
        judgements: list[Judgement] = []
        for name, octets in certificates.items():
            profile = kind_in(octets)
            issuer = None if profile.endswith("-authority") else authority
            wrong = {
                f.requirement.id: f.found for f in lint(octets, profile, authority=issuer, readings=chosen)
            }
            for each in requirements_of(profile):
                check = StatusCheck(f"{name}/{each.id}", each.id, CERTIFICATE)
                judgements.append(judged(check, "met", wrong.get(each.id, "met")))
    except UnknownCertificateReading as error:
        raise CommandFailure(str(error)) from None
    except (UnknownKind, NotDer, NotACertificate) as error:
        raise CommandFailure(f"{path}: {error}") from None
    except OSError as error:
        raise CommandFailure(f"{error.filename}: {error.strerror}") from None
    yield from _events(address, CERTIFICATE, judgements, known, how)


def _octets(path: Path) -> bytes:
    """The octets of a file in DER, or in PEM."""
    octets = path.read_bytes()
    if octets.lstrip().startswith(b"-----BEGIN"):
        try:
            return x509.load_pem_x509_certificate(octets).public_bytes(Encoding.DER)
        except ValueError:
            raise CommandFailure(f"{path}: not a certificate in PEM") from None
    return octets
