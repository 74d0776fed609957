"""`certify ocsp:URL#FOLDER`, `crl:URL#FOLDER` and `der:PATH`: status services, and certificates in files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import algorithm_in
from jpki_spec.laws import Law

from jpki_oracle.campaign import Event, Started, judged_events
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.judge import Judgement
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.lint import UnknownKind
from jpki_oracle.pki.lint_judge import lint_judgements
from jpki_oracle.pki.status_case import CERTIFICATE, STATUS_SERVICE
from jpki_oracle.pki.status_pack import (
    NoCertificates,
    fetching,
    list_judgements,
    ocsp_judgements,
    read_known_certificates,
)
from jpki_oracle.sut.messages import Description


@dataclass(frozen=True)
class StatusRequest:
    """What the command line asked for of a status service, or of certificates in files."""

    address: str
    readings: CertificateReadings
    known: KnownFailures
    timeout: float
    rules: Law


def status_command(request: StatusRequest, how: Reporting) -> int:
    """Run the pack that belongs to the address; the exit code."""
    address = request.address
    scheme, _, rest = address.partition(":")
    if scheme == "der":
        return report(_lint_events(request, Path(rest), how), address, how)
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
    fetch = fetching(url, request.timeout)
    judgements = list(make(certificates, fetch, readings=request.readings))
    return report(_events(request, STATUS_SERVICE, judgements, how), address, how)


def _events(
    request: StatusRequest, pack: str, judgements: list[Judgement], how: Reporting
) -> Iterator[Event]:
    name = request.address.partition("#")[0]
    system = Description(protocol=1, name=name, version="", capabilities=[pack])
    chosen = CertificateReadings().difference(request.readings)
    yield Started(request.address, system, request.rules, len(judgements), chosen)
    yield from judged_events(judgements, request.known, pack, strict=how.strict)


def _lint_events(request: StatusRequest, path: Path, how: Reporting) -> Iterator[Event]:
    algorithm = algorithm_in(request.rules.edition)
    try:
        files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
        certificates = {each.stem: _octets(each) for each in files}
        if not certificates:
            raise CommandFailure(f"{path}: an empty folder; certificates are files in DER or PEM")
        authority = certificates.get("authority")
        judgements: list[Judgement] = []
        for name, octets in certificates.items():
            judgements += lint_judgements(name, octets, authority, request.readings, algorithm)
    except UnknownKind as error:
        where = path if path.is_dir() else path.parent
        raise CommandFailure(f"{where}: {error}") from None
    except OSError as error:
        raise CommandFailure(f"{error.filename}: {error.strerror}") from None
    yield from _events(request, CERTIFICATE, judgements, how)


def _octets(path: Path) -> bytes:
    """The octets of a file in DER, or in PEM."""
    octets = path.read_bytes()
    if octets.lstrip().startswith(b"-----BEGIN"):
        try:
            return x509.load_pem_x509_certificate(octets).public_bytes(Encoding.DER)
        except ValueError:
            raise CommandFailure(f"{path}: not a certificate in PEM") from None
    return octets
