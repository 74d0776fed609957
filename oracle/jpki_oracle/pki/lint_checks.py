"""The checks of the lint, each by the id of the requirement that it decides: empty if that is met, else what was found.

Those on names, dates, key and signature stand here, those on extensions in `lint_extensions`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import load_der_public_key
from jpki_model.pki import der
from jpki_model.pki.certificate_checks import signature_verifies
from jpki_model.pki.certificate_view import AUTHORITY_KEY, SUBJECT_KEY, CertificateView
from jpki_model.pki.der import Value
from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.certificates import REQUIREMENTS, Profile

COUNTRY, ORGANISATION, UNIT, LOCALITY, COMMON_NAME = "2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.7", "2.5.4.3"
AGENCY = "Japan Agency for Local Authority Information Systems"
RSA_ENCRYPTION, ELLIPTIC_KEY = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
POINT_OCTETS = 98
"""Of a BIT STRING with a point on P-384: unused bits, form, two coordinates of 48 octets."""
UTC_TIME = re.compile(rb"[0-9]{12}Z")
SIGNATURE_NAME, AUTHENTICATION_NAME = re.compile("[0-9]{14}[0-9]{5,}"), re.compile("[0-9A-Z]{10,64}")


@dataclass(frozen=True)
class Subject:
    """What a check looks at: the certificate, the profile and readings it is held to, and its authority's, if known."""

    certificate: CertificateView
    profile: Profile
    readings: CertificateReadings
    authority: CertificateView | None = None


CHECKS: dict[str, Callable[[Subject], str]] = {}


def check(requirement: str) -> Callable[[Callable[[Subject], str]], Callable[[Subject], str]]:
    """Register the check of a requirement. KeyError for one that does not exist."""
    REQUIREMENTS[requirement]

    def decorate(function: Callable[[Subject], str]) -> Callable[[Subject], str]:
        CHECKS[requirement] = function
        return function

    return decorate


def name_attributes(name: Value) -> list[tuple[str, int, str]]:
    """The attributes of a distinguished name: identifier, tag, text. Raises ValueError for another form."""
    attributes = []
    for relative in name.children:
        (attribute,) = relative.children
        identifier, value = attribute.children
        attributes.append((der.dotted(identifier), value.tag, value.content.decode("utf-8")))
    return attributes


def name_text(name: Value) -> str:
    """A name's identifiers for people, without its values."""
    short = {COUNTRY: "C", ORGANISATION: "O", UNIT: "OU", LOCALITY: "L", COMMON_NAME: "CN"}
    return ", ".join(short.get(identifier, identifier) for identifier, _, _ in name_attributes(name))


def has_string_types(name: Value) -> bool:
    """A country is a PrintableString, all else UTF8String."""
    return all(
        tag == (der.PRINTABLE_STRING if identifier == COUNTRY else der.UTF8_STRING)
        for identifier, tag, _ in name_attributes(name)
    )


@check("encoding")
def _(subject: Subject) -> str:
    """Nothing: what is no DER has no parts that could be looked at, and was found before."""
    return ""


@check("version")
def _(subject: Subject) -> str:
    version = subject.certificate.version
    if subject.certificate.unique_identifiers:
        return "unique identifiers, as in version 2"
    return "" if version == REQUIREMENTS["version"].value else f"version {version + 1}"


@check("serial-positive")
def _(subject: Subject) -> str:
    return "" if der.number_in(subject.certificate.serial) > 0 else "a number that is not positive"


@check("serial-length")
def _(subject: Subject) -> str:
    length, most = len(subject.certificate.serial.content), int(subject.readings.reading("serial_octets"))
    return "" if length <= most else f"{length} octets"


@check("signature-algorithm")
def _(subject: Subject) -> str:
    identifier = str(REQUIREMENTS["signature-algorithm"].value)
    return _signed_with(subject, der.sequence(der.object_identifier(identifier), der.null()))


@check("elliptic-signature-algorithm")
def _(subject: Subject) -> str:
    if subject.readings.reads("next_authority", "rsa"):
        return CHECKS["signature-algorithm"](subject)
    identifier = str(REQUIREMENTS["elliptic-signature-algorithm"].value)
    return _signed_with(subject, der.sequence(der.object_identifier(identifier)))


def _signed_with(subject: Subject, wanted: Value) -> str:
    certificate = subject.certificate
    if certificate.inner_algorithm != certificate.outer_algorithm:
        return "two different algorithms"
    if certificate.inner_algorithm == wanted:
        return ""
    return f"{der.dotted(certificate.inner_algorithm.at(0))}, or other parameters"


@check("issuer")
def _(subject: Subject) -> str:
    issuer = subject.certificate.issuer
    attributes = name_attributes(issuer)
    form = [identifier for identifier, _, _ in attributes] == [COUNTRY, ORGANISATION, UNIT, UNIT]
    if not form:
        return name_text(issuer)
    texts = [text for _, _, text in attributes]
    if texts[0] != "JP" or texts[2:] != [subject.profile.unit, AGENCY]:
        return "another country, unit or agency"
    return "" if has_string_types(issuer) else "another type of string"


@check("self-issued")
def _(subject: Subject) -> str:
    return "" if subject.certificate.issuer == subject.certificate.subject else "two different names"


@check("signature-subject")
def _(subject: Subject) -> str:
    return _holder_name(subject, [COUNTRY, LOCALITY, LOCALITY, COMMON_NAME], SIGNATURE_NAME)


@check("authentication-subject")
def _(subject: Subject) -> str:
    return _holder_name(subject, [COUNTRY, COMMON_NAME], AUTHENTICATION_NAME)


def _holder_name(subject: Subject, form: list[str], seen: re.Pattern[str]) -> str:
    name = subject.certificate.subject
    attributes = name_attributes(name)
    if [identifier for identifier, _, _ in attributes] != form:
        return name_text(name)
    if not has_string_types(name):
        return "another type of string"
    common = attributes[-1][2]
    strict = subject.readings.reads("common_name", "seen")
    if attributes[0][2] != "JP" or not common or (strict and not seen.fullmatch(common)):
        return "a country or common name of another form"
    return ""


@check("time-form")
def _(subject: Subject) -> str:
    for name, time in (("begin", subject.certificate.begins), ("end", subject.certificate.ends)):
        if time.tag != der.UTC_TIME or not UTC_TIME.fullmatch(time.content):
            return f"another form of its {name}"
    return ""


@check("end-of-day")
def _(subject: Subject) -> str:
    content = subject.certificate.ends.content.decode("ascii")
    return "" if content.endswith(str(REQUIREMENTS["end-of-day"].value)) else f"…{content[-7:]}"


@check("validity-order")
def _(subject: Subject) -> str:
    certificate = subject.certificate
    return "" if _instant(certificate.begins) < _instant(certificate.ends) else "it ends before it begins"


def _instant(time: Value) -> str:
    """The time as text that sorts; two-digit years are those of RFC 5280."""
    text = time.content.decode("ascii")
    if time.tag == der.GENERALIZED_TIME:
        return text
    return ("20" if text[:2] < "50" else "19") + text


@check("key")
def _(subject: Subject) -> str:
    algorithm, bits = subject.certificate.key.children
    if algorithm != der.sequence(der.object_identifier(RSA_ENCRYPTION), der.null()):
        return f"an algorithm {der.dotted(algorithm.at(0))} or other parameters"
    modulus, exponent = (der.number_in(value) for value in der.decode(bits.content[1:]).children)
    wanted = REQUIREMENTS["key"].value
    return (
        ""
        if (modulus.bit_length(), exponent) == (wanted, 65537)
        else f"{modulus.bit_length()} bits, exponent {exponent}"
    )


@check("elliptic-key")
def _(subject: Subject) -> str:
    if subject.profile.is_authority and subject.readings.reads("next_authority", "rsa"):
        return CHECKS["key"](subject)
    algorithm, bits = subject.certificate.key.children
    curve = der.object_identifier(str(REQUIREMENTS["elliptic-key"].value))
    if algorithm != der.sequence(der.object_identifier(ELLIPTIC_KEY), curve):
        return f"an algorithm {der.dotted(algorithm.at(0))} or other parameters"
    if (len(bits.content), bits.content[:2]) != (POINT_OCTETS, b"\x00\x04"):
        return "a point of another form"
    try:
        load_der_public_key(subject.certificate.key.encoded())
    except ValueError:
        return "a point beside the curve"
    return ""


@check("self-signed")
def _(subject: Subject) -> str:
    return "" if verifies(subject.certificate, subject.certificate) else "it does not verify"


@check("issued-by-authority")
def _(subject: Subject) -> str:
    authority, certificate = subject.authority, subject.certificate
    if authority is None:
        return ""
    if certificate.issuer != authority.subject:
        return "another issuer"
    if certificate.key_identifier(AUTHORITY_KEY) != authority.key_identifier(SUBJECT_KEY):
        return "another key is named"
    return "" if verifies(certificate, authority) else "its signature does not verify"


def verifies(certificate: CertificateView, signer: CertificateView) -> bool:
    """The signature is one over the certificate by the key in another (or its own)."""
    return signature_verifies(
        signer, certificate.tbs.encoded(), certificate.signature, certificate.inner_algorithm
    )
