"""The lint: each requirement with a certificate that fails it and meets all others, which once mended is clean."""

import hashlib
import random

import pytest
from jpki_model.pki import der
from jpki_model.pki.der import NotDer, Value
from jpki_oracle.pki import alter
from jpki_oracle.pki.alter import (
    EXTENSIONS,
    ISSUER,
    KEY,
    SERIAL,
    SUBJECT,
    VALIDITY,
    VERSION,
    altered,
    changing_extension,
    setting,
    setting_extension,
    swapping_extensions,
    with_criticality,
    with_extension,
    without_extension,
)
from jpki_oracle.pki.lint import UnknownKind, lint
from jpki_spec.certificate_readings import certificate_readings
from jpki_spec.certificates import PROFILES, REQUIREMENTS
from pki_examples import authority_of, certificate, key

TRUE = Value(der.BOOLEAN, b"\xff")
SAN, POLICIES, POINTS = "2.5.29.17", "2.5.29.32", "2.5.29.31"
SHA384_RSA = der.sequence(der.object_identifier("1.2.840.113549.1.1.12"), der.null())


def utf8(text: str) -> Value:
    return Value(der.UTF8_STRING, text.encode())


def utc(text: str) -> Value:
    return Value(der.UTC_TIME, text.encode())


def longer_serial(tbs: Value) -> Value:
    return tbs.with_at((SERIAL,), der.integer(1 << 160))


def other_algorithm(tbs: Value) -> Value:
    return tbs.with_at((alter.ALGORITHM,), SHA384_RSA)


def with_an_attribute_hidden(tbs: Value) -> Value:
    policy = alter.changing_extension(
        "2.5.29.18",
        lambda name: name.with_at((0, 0, 1, 0, 0), der.object_identifier("1.2.392.200149.8.5.5.1")),
    )
    return policy(tbs)


def twice_the_name(names: Value) -> Value:
    return names.with_inserted((0,), names.at(0))


def key_identifier(key: Value) -> Value:
    return der.octet_string(hashlib.sha1(key.at(1).content[1:]).digest())


def issued_elsewhere(tbs: Value) -> Value:
    return tbs


MUTANTS = {
    ("version", "signature"): setting(VERSION, to=der.explicit(0, der.integer(1))),
    ("serial-positive", "signature"): setting(SERIAL, to=der.integer(-5)),
    ("serial-length", "signature"): longer_serial,
    ("signature-algorithm", "signature"): other_algorithm,
    ("issuer", "signature-authority"): lambda tbs: setting(ISSUER, 2, 0, 1, to=utf8("JPKI"))(
        setting(SUBJECT, 2, 0, 1, to=utf8("JPKI"))(
            changing_extension(POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 2, 0, 1), utf8("JPKI")))(tbs)
        )
    ),
    ("self-issued", "signature-authority"): lambda tbs: changing_extension(
        POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 1, 0, 1), utf8("OTHER"))
    )(setting(SUBJECT, 1, 0, 1, to=utf8("OTHER"))(tbs)),
    ("signature-subject", "signature"): setting(SUBJECT, 3, 0, 1, to=utf8("見本花子")),
    ("authentication-subject", "authentication"): lambda tbs: tbs.with_inserted(
        (SUBJECT, 1), tbs.at(ISSUER, 1)
    ),
    ("time-form", "signature"): setting(VALIDITY, 1, to=Value(der.GENERALIZED_TIME, b"20300228145959Z")),
    ("end-of-day", "signature"): setting(VALIDITY, 1, to=utc("300228235959Z")),
    ("validity-order", "signature"): setting(VALIDITY, 0, to=utc("310101003000Z")),
    ("key", "signature"): lambda tbs: setting_extension("2.5.29.14", key_identifier(SHORT_EXPONENT))(
        setting(KEY, to=SHORT_EXPONENT)(tbs)
    ),
    ("extensions-known", "signature"): with_extension("1.2.3.4", der.null()),
    ("extensions-order", "signature"): swapping_extensions(POLICIES, POINTS),
    ("extensions-critical", "signature"): with_criticality(SAN, critical=True),
    ("policies-critical", "signature"): with_criticality(POLICIES, critical=False),
    ("key-usage", "authentication"): setting_extension("2.5.29.15", der.bit_string(b"\xc0", 6)),
    ("extended-key-usage", "authentication"): setting_extension(
        "2.5.29.37", der.sequence(der.object_identifier("1.3.6.1.5.5.7.3.1"))
    ),
    ("policy", "signature"): changing_extension(
        POLICIES, lambda p: p.with_at((0, 0), der.object_identifier("1.2.392.200149.8.5.1.3.30"))
    ),
    ("four-attributes", "signature"): changing_extension(SAN, lambda names: names.with_at((2,), None)),
    ("attribute-order", "signature"): changing_extension(
        SAN, lambda names: names.with_at((1,), names.at(2)).with_at((2,), names.at(1))
    ),
    ("attribute-form", "signature"): changing_extension(
        SAN, lambda names: names.with_at((1, 1, 0), utf8("19920229"))
    ),
    ("substitutions", "signature"): changing_extension(
        SAN, lambda names: names.with_at((4, 1, 0), utf8("0000"))
    ),
    ("no-attributes", "authentication"): with_an_attribute_hidden,
    ("issuer-alternative-name", "signature"): setting_extension(
        "2.5.29.18", der.sequence(Value(0x82, b"jpki-sim.invalid"))
    ),
    ("authority-alternative-name", "signature-authority"): changing_extension(
        SAN, lambda names: names.with_at((0, 0, 3), None)
    ),
    ("distribution-point", "signature"): setting_extension(
        POINTS,
        der.sequence(
            der.sequence(Value(0xA0, children=(Value(0xA0, children=(Value(0x86, b"http://a/"),)),)))
        ),
    ),
    ("authority-distribution-point", "signature-authority"): changing_extension(
        POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 1, 0, 1), utf8("OTHER"))
    ),
    ("status-address", "signature"): changing_extension(
        "1.3.6.1.5.5.7.1.1", lambda a: a.with_at((0, 1), Value(0x86, b"ldap://status.invalid/"))
    ),
    ("authority-key", "signature"): changing_extension(
        "2.5.29.35", lambda a: a.with_inserted((1,), Value(0x82, b"\x01"))
    ),
    ("subject-key", "signature"): setting_extension("2.5.29.14", der.octet_string(b"\x00" * 20)),
    ("authority-constraints", "signature-authority"): setting_extension(
        "2.5.29.19", der.sequence(TRUE, der.integer(0))
    ),
}
"""Requirement and profile: the one change after which a certificate fails it alone."""
_key = der.decode(certificate("signature")).at(0, KEY)
_numbers = der.decode(_key.at(1).content[1:])
SHORT_EXPONENT = _key.with_at((1,), der.bit_string(_numbers.with_at((1,), der.integer(3)).encoded()))


def failed(data: bytes, profile: str) -> list[str]:
    return [finding.requirement.id for finding in lint(data, profile, authority=authority_of(profile))]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_conforming_certificate_has_no_findings(profile: str) -> None:
    assert lint(certificate(profile), authority=authority_of(profile)) == []


@pytest.mark.parametrize(("requirement", "profile"), list(MUTANTS))
def test_a_certificate_that_is_wrong_in_one_thing_fails_that_requirement_alone(
    requirement: str, profile: str
) -> None:
    signer = key(f"{PROFILES[profile].purpose} authority")
    valid = certificate(profile)
    mutant = altered(valid, MUTANTS[requirement, profile], signer)
    assert failed(mutant, profile) == [requirement]
    assert failed(valid, profile) == [], "mended, it is clean"


def test_a_certificate_signed_by_another_key_fails_that_alone() -> None:
    mutant = altered(certificate("signature"), issued_elsewhere, key("stranger"))
    assert failed(mutant, "signature") == ["issued-by-authority"]

    root = altered(certificate("signature-authority"), issued_elsewhere, key("stranger"))
    assert [f.requirement.id for f in lint(root, "signature-authority")] == ["self-signed"]


def test_every_requirement_has_its_mutant() -> None:
    others = {"encoding", "self-signed", "issued-by-authority"}
    assert {requirement for requirement, _ in MUTANTS} | others == set(REQUIREMENTS)


def test_an_authentication_certificate_with_a_subject_alternative_name_tells_attributes() -> None:
    name = der.sequence(Value(0x82, b"example.invalid"))
    mutant = altered(
        certificate("authentication"), with_extension(SAN, name), key("authentication authority")
    )

    assert failed(mutant, "authentication") == ["extensions-known", "no-attributes"]


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda der_: der_ + b"\x00", "behind the value"),
        (lambda der_: der_[:-1], "beyond the end"),
        (lambda der_: der_[:1] + b"\x83\x00" + der_[2:], "shortest form"),
        (lambda der_: b"", "ends within"),
        (lambda der_: b"\x30\x80" + der_[4:] + b"\x00\x00", "not stated"),
    ],
)
def test_what_is_not_der_fails_the_encoding_and_nothing_is_read_from_it(spoil, what: str) -> None:  # type: ignore[no-untyped-def]
    spoiled = spoil(certificate("signature"))
    (finding,) = lint(spoiled, "signature")

    assert finding.requirement.id == "encoding"
    assert what in finding.found


def test_a_default_that_is_encoded_is_no_der() -> None:
    whole = der.decode(certificate("signature"))
    place = alter.extension(whole.at(0), SAN)
    false = whole.with_inserted((0, EXTENSIONS, 0, place, 1), Value(der.BOOLEAN, b"\x00"))

    (finding,) = lint(false.encoded(), "signature")
    assert finding.requirement.id == "encoding"


def test_a_bomb_of_nested_sequences_is_refused_at_once() -> None:
    bomb = b"\x30\x84\x00\xff\xff\xff" * 60_000
    with pytest.raises(NotDer, match="shortest form"):
        der.decode(bomb)
    nested = b"\x05\x00"
    for _ in range(40):
        nested = b"\x30" + der.encoded_length(len(nested)) + nested
    with pytest.raises(NotDer, match="levels"):
        der.decode(nested)


def test_octets_changed_at_random_are_findings_or_no_certificate_and_never_an_exception() -> None:
    dice = random.Random(6)
    valid = certificate("signature")
    for _ in range(400):
        spoiled = bytearray(valid)
        for _ in range(dice.choice((1, 1, 2, 8))):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        if bytes(spoiled) != valid:
            assert failed(bytes(spoiled), "signature"), "the signature at least no longer fits"


def test_a_certificate_of_no_known_profile_is_not_guessed() -> None:
    with pytest.raises(UnknownKind, match="state its profile"):
        lint(altered(certificate("signature"), without_extension(POLICIES), key("signature authority")))


def test_a_reading_decides_what_is_open() -> None:
    mutant = altered(
        certificate("signature"), with_criticality(POLICIES, critical=False), key("signature authority")
    )

    assert lint(mutant, "signature", readings=certificate_readings({"policies_critical": "no"})) == []


def test_findings_repeat_nothing_personal() -> None:
    mutant = altered(
        certificate("signature"),
        changing_extension(SAN, lambda names: names.with_at((0, 1, 0), Value(der.PRINTABLE_STRING, b"TARO"))),
        key("signature authority"),
    )

    assert all("TARO" not in finding.found for finding in lint(mutant, "signature"))
