"""A certificate as the values that its DER consists of, without what a library would read into it."""

from dataclasses import dataclass

from jpki_model.pki import der
from jpki_model.pki.der import NotDer, Value

KEY_USAGE, ALTERNATIVE_NAME, ISSUER_ALTERNATIVE_NAME = "2.5.29.15", "2.5.29.17", "2.5.29.18"
BASIC_CONSTRAINTS, DISTRIBUTION_POINTS, POLICIES = "2.5.29.19", "2.5.29.31", "2.5.29.32"
AUTHORITY_KEY, EXTENDED_KEY_USAGE, SUBJECT_KEY = "2.5.29.35", "2.5.29.37", "2.5.29.14"
AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1"
LARGEST_CERTIFICATE = 1 << 16


class NotACertificate(ValueError):
    """Octets that have not the shape of a certificate; one line for people."""


@dataclass(frozen=True)
class Extension:
    """One extension: whether it is critical, and the value within its octets."""

    identifier: str
    critical: bool
    value: Value


@dataclass(frozen=True)
class CertificateView:
    """The parts of one certificate, each as it is encoded."""

    whole: Value
    version: int
    serial: Value
    inner_algorithm: Value
    issuer: Value
    begins: Value
    ends: Value
    subject: Value
    key: Value
    extensions: tuple[Extension, ...]
    unique_identifiers: bool

    @property
    def tbs(self) -> Value:
        """What is signed."""
        return self.whole.at(0)

    @property
    def outer_algorithm(self) -> Value:
        """The algorithm beside the signature."""
        return self.whole.at(1)

    @property
    def signature(self) -> bytes:
        """The signature's octets."""
        return self.whole.at(2).content[1:]

    def extension(self, identifier: str) -> Value | None:
        """The value of an extension, if it is there."""
        return next((each.value for each in self.extensions if each.identifier == identifier), None)

    def key_identifier(self, identifier: str) -> bytes:
        """The key identifier in subjectKeyIdentifier or authorityKeyIdentifier; empty if there is none."""
        value = self.extension(identifier)
        if value is not None and value.is_constructed:
            value = next((each for each in value.children if each.tag == 0x80), None)
        return value.content if value is not None else b""


def view(data: bytes) -> CertificateView:
    """The parts of a certificate. Raises `NotDer` and `NotACertificate`."""
    if len(data) > LARGEST_CERTIFICATE:
        raise NotACertificate(f"{len(data)} octets; a certificate has at most {LARGEST_CERTIFICATE}")
    whole = der.decode(data)
    try:
        return _view(whole)
    except (IndexError, ValueError) as error:
        if isinstance(error, NotDer | NotACertificate):
            raise
        raise NotACertificate("DER, but not of the shape of a certificate") from None


def _view(whole: Value) -> CertificateView:
    tbs, algorithm, signature = whole.children
    parts = list(tbs.children)
    version = 0
    if parts[0].tag == 0xA0:
        version = der.number_in(parts.pop(0).at(0))
    serial, inner, issuer, validity, subject, key, *rest = parts
    begins, ends = validity.children
    listed = [part for part in rest if part.tag == 0xA3]
    tags = (serial.tag, signature.tag, *(v.tag for v in (inner, algorithm, issuer, subject, key)))
    if tags != (der.INTEGER, der.BIT_STRING, *[der.SEQUENCE] * 5) or len(listed) > 1:
        raise NotACertificate("DER, but not of the shape of a certificate")
    extensions = tuple(map(_extension, listed[0].at(0).children)) if listed else ()
    unique = any(part.tag in (0x81, 0x82) for part in rest)
    return CertificateView(
        whole, version, serial, inner, issuer, begins, ends, subject, key, extensions, unique
    )


def _extension(value: Value) -> Extension:
    identifier, *critical, octets = value.children
    if len(critical) > 1 or octets.tag != der.OCTET_STRING or any(c.tag != der.BOOLEAN for c in critical):
        raise NotACertificate("an extension that is not of the shape of one")
    if critical and critical[0].content == b"\x00":
        raise NotDer("a default value that is encoded (critical FALSE)")
    return Extension(der.dotted(identifier), bool(critical), der.decode(octets.content))
