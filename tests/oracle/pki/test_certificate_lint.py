"""The lint: each requirement with a certificate that fails it and meets all others, which once mended is clean."""

import hashlib
import random
from collections.abc import Callable
from datetime import date

import pytest
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jpki_model.pki import der
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.seeded_keys import seeded_key
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
    signed,
    swapping_extensions,
    with_criticality,
    with_extension,
    without_extension,
)
from jpki_oracle.pki.lint import UnknownKind, lint
from jpki_oracle.pki.lint_extensions import ALL_CHECKS as CHECKS
from jpki_spec.certificate_readings import CertificateReadings, certificate_readings
from jpki_spec.certificates import ALGORITHMS, PROFILES, REQUIREMENTS, requirements_of
from pki_examples import HOLDER, authority, authority_of, certificate, key

SHA256_ECDSA = der.sequence(der.object_identifier("1.2.840.10045.4.3.2"))
TRUE = Value(der.BOOLEAN, b"\xff")
SAN, POLICIES, POINTS = "2.5.29.17", "2.5.29.32", "2.5.29.31"
SHA384_RSA = der.sequence(der.object_identifier("1.2.840.113549.1.1.12"), der.null())


def utf8(text: str) -> Value:
    return Value(der.UTF8_STRING, text.encode())


def utc(text: str) -> Value:
    return Value(der.UTC_TIME, text.encode())


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


def with_end(form: Callable[[bytes], Value]) -> alter.Change:
    """Ends at another time, which is made of the one that it has."""
    return lambda tbs: setting(VALIDITY, 1, to=form(tbs.at(VALIDITY, 1).content))(tbs)


def with_exponent_3(tbs: Value) -> Value:
    key = tbs.at(KEY)
    numbers = der.decode(key.at(1).content[1:]).with_at((1,), der.integer(3))
    return with_key_value(key.with_at((1,), der.bit_string(numbers.encoded())))(tbs)


def with_compressed_point(tbs: Value) -> Value:
    key = tbs.at(KEY)
    point = key.at(1).content[2:]
    compressed = bytes([2 | point[-1] & 1]) + point[:48]
    return with_key_value(key.with_at((1,), der.bit_string(compressed)))(tbs)


def with_key_value(value: Value) -> alter.Change:
    """Puts another public key into a certificate, and its identifier."""
    change = setting(KEY, to=value)
    return lambda tbs: setting_extension("2.5.29.14", key_identifier(value))(change(tbs))


def with_other_unit(tbs: Value) -> Value:
    """Another unit in the issuer; an authority is its own issuer, and its list is named after it."""
    renamed = setting(ISSUER, 2, 0, 1, to=utf8("JPKI"))(tbs)
    if tbs.at(SUBJECT) != tbs.at(ISSUER):
        return renamed
    renamed = setting(SUBJECT, 2, 0, 1, to=utf8("JPKI"))(renamed)
    return changing_extension(POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 2, 0, 1), utf8("JPKI")))(renamed)


CHANGES: dict[str, alter.Change] = {
    "version": setting(VERSION, to=der.explicit(0, der.integer(1))),
    "serial-positive": setting(SERIAL, to=der.integer(-5)),
    "serial-length": setting(SERIAL, to=der.integer(1 << 160)),
    "signature-algorithm": setting(alter.ALGORITHM, to=SHA384_RSA),
    "elliptic-signature-algorithm": setting(alter.ALGORITHM, to=SHA256_ECDSA),
    "issuer": with_other_unit,
    "self-issued": lambda tbs: changing_extension(
        POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 1, 0, 1), utf8("OTHER"))
    )(setting(SUBJECT, 1, 0, 1, to=utf8("OTHER"))(tbs)),
    "signature-subject": setting(SUBJECT, 3, 0, 1, to=utf8("見本花子")),
    "authentication-subject": lambda tbs: tbs.with_inserted((SUBJECT, 1), tbs.at(ISSUER, 1)),
    "time-form": with_end(lambda end: Value(der.GENERALIZED_TIME, b"20" + end)),
    "end-of-day": with_end(lambda end: Value(der.UTC_TIME, end[:6] + b"235959Z")),
    "validity-order": setting(VALIDITY, 0, to=utc("450101003000Z")),
    "key": with_exponent_3,
    "elliptic-key": with_compressed_point,
    "extensions-known": with_extension("1.2.3.4", der.null()),
    "extensions-order": swapping_extensions(POINTS, "2.5.29.14"),
    "extensions-critical": with_criticality(POINTS, critical=True),
    "policies-critical": with_criticality(POLICIES, critical=False),
    "key-usage": setting_extension("2.5.29.15", der.bit_string(b"\x20", 5)),
    "extended-key-usage": setting_extension(
        "2.5.29.37", der.sequence(der.object_identifier("1.3.6.1.5.5.7.3.1"))
    ),
    "policy": changing_extension(
        POLICIES, lambda p: p.with_at((0, 0), der.object_identifier("1.2.392.200149.8.5.1.0.20"))
    ),
    "four-attributes": changing_extension(SAN, lambda names: names.with_at((2,), None)),
    "attribute-order": changing_extension(
        SAN, lambda names: names.with_at((1,), names.at(2)).with_at((2,), names.at(1))
    ),
    "attribute-form": changing_extension(SAN, lambda names: names.with_at((1, 1, 0), utf8("19920229"))),
    "substitutions": changing_extension(SAN, lambda names: names.with_at((4, 1, 0), utf8("0000"))),
    "no-attributes": with_an_attribute_hidden,
    "issuer-alternative-name": setting_extension("2.5.29.18", der.sequence(Value(0x82, b"jpki-sim.invalid"))),
    "authority-alternative-name": changing_extension(SAN, lambda names: names.with_at((0, 0, 3), None)),
    "distribution-point": setting_extension(
        POINTS,
        der.sequence(
            der.sequence(Value(0xA0, children=(Value(0xA0, children=(Value(0x86, b"http://a/"),)),)))
        ),
    ),
    "authority-distribution-point": changing_extension(
        POINTS, lambda p: p.with_at((0, 0, 0, 0, 0, 1, 0, 1), utf8("OTHER"))
    ),
    "status-address": changing_extension(
        "1.3.6.1.5.5.7.1.1", lambda a: a.with_at((0, 1), Value(0x86, b"ldap://status.invalid/"))
    ),
    "authority-key": changing_extension("2.5.29.35", lambda a: a.with_inserted((1,), Value(0x82, b"\x01"))),
    "subject-key": setting_extension("2.5.29.14", der.octet_string(b"\x00" * 20)),
    "authority-constraints": setting_extension("2.5.29.19", der.sequence(TRUE, der.integer(0))),
}
"""Requirement: the one change after which a certificate of any of its profiles fails it alone."""


def failed(data: bytes, profile: str, algorithm: str = "rsa-2048", issuer: bytes | None = None) -> list[str]:
    root = issuer or authority_of(profile, algorithm)
    return [each.requirement.id for each in lint(data, profile, authority=root, algorithm=algorithm)]


def rules_of_profiles() -> list[tuple[str, str, str]]:
    """Every requirement of every profile for every algorithm, as the specification has them."""
    return [
        (each.id, profile, algorithm)
        for algorithm in ALGORITHMS
        for profile in PROFILES
        for each in requirements_of(profile, algorithm)
    ]


def spoilt(requirement: str, profile: str, algorithm: str) -> bytes:
    """A certificate of the profile after the one change that breaks the requirement."""
    valid, signer = certificate(profile, algorithm), key(f"{PROFILES[profile].purpose} authority", algorithm)
    if requirement == "encoding":
        return valid + b"\x00"
    if requirement in ("self-signed", "issued-by-authority"):
        return altered(valid, lambda tbs: tbs, key("stranger", algorithm))
    if requirement == "key" and PROFILES[profile].is_authority:
        short = seeded_key("short", 1024)  # it signs itself, so its other key has to be one that can
        octets = short.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return altered(valid, with_key_value(der.decode(octets)), short)
    return altered(valid, CHANGES[requirement], signer)


def issuer_of(requirement: str, profile: str, algorithm: str) -> bytes:
    """The authority that issued the spoilt certificate: one of the wrong name, where that is what is wrong."""
    root = authority_of(profile, algorithm)
    if requirement != "issuer" or PROFILES[profile].is_authority:
        return root
    return altered(root, with_other_unit, key(f"{profile} authority", algorithm))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_conforming_certificate_has_no_findings(profile: str, algorithm: str) -> None:
    found = lint(
        certificate(profile, algorithm), authority=authority_of(profile, algorithm), algorithm=algorithm
    )
    assert found == []


@pytest.mark.parametrize(("requirement", "profile", "algorithm"), rules_of_profiles())
def test_every_rule_of_every_profile_has_a_certificate_that_breaks_it_alone(
    requirement: str, profile: str, algorithm: str
) -> None:
    mutant, issuer = (make(requirement, profile, algorithm) for make in (spoilt, issuer_of))

    assert failed(mutant, profile, algorithm, issuer) == [requirement]
    assert failed(certificate(profile, algorithm), profile, algorithm) == [], "mended, it is clean"


@pytest.mark.parametrize("requirement", [id for id in REQUIREMENTS if id != "encoding"])
def test_a_lint_that_forgot_one_check_passes_its_mutant(
    requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = next(rule for rule in rules_of_profiles() if rule[0] == requirement)
    monkeypatch.setitem(CHECKS, requirement, lambda subject: "")

    assert failed(spoilt(*of), *of[1:], issuer_of(*of)) == []


@pytest.mark.parametrize(("algorithm", "named"), [("rsa-2048", SHA384_RSA), ("p-384", SHA256_ECDSA)])
def test_a_signature_with_another_hash_is_found_where_it_is_named_and_where_it_does_not_verify(
    algorithm: str, named: Value
) -> None:
    tbs = der.decode(certificate("signature", algorithm)).at(0).with_at((alter.ALGORITHM,), named)
    digest = SHA384() if algorithm == "rsa-2048" else SHA256()
    mutant = signed(tbs, named, key("signature authority", algorithm), digest)

    rule = "signature-algorithm" if algorithm == "rsa-2048" else "elliptic-signature-algorithm"
    assert failed(mutant, "signature", algorithm) == [rule, "issued-by-authority"]


def test_each_algorithm_is_held_to_its_own_profile() -> None:
    assert failed(certificate("signature", "p-384"), "signature", "rsa-2048") == [
        "signature-algorithm",
        "key",
        "issued-by-authority",
    ]
    assert failed(certificate("signature"), "signature", "p-384") == [
        "elliptic-signature-algorithm",
        "elliptic-key",
        "issued-by-authority",
    ]


def test_under_the_reading_that_authorities_stay_with_rsa_they_sign_p_384_keys() -> None:
    issued = authority("signature").issue(
        HOLDER, key("holder", "p-384").public_key(), date(2025, 4, 1), date(2030, 2, 28)
    )
    octets, root = issued.public_bytes(Encoding.DER), certificate("signature-authority")
    readings = certificate_readings({"next_authority": "rsa"})

    assert failed_under(octets, root, certificate_readings()) == ["elliptic-signature-algorithm"]
    assert failed_under(octets, root, readings) == []
    assert lint(root, "signature-authority", readings=readings, algorithm="p-384") == []


def failed_under(octets: bytes, root: bytes, readings: CertificateReadings) -> list[str]:
    found = lint(octets, "signature", authority=root, readings=readings, algorithm="p-384")
    return [each.requirement.id for each in found]


ELLIPTIC_KEYS = {
    "curve not named": lambda key: key.with_at((0, 1), None),
    "another curve named": lambda key: key.with_at((0, 1), der.object_identifier("1.2.840.10045.3.1.7")),
    "beside the curve": lambda key: key.with_at(
        (1,), der.bit_string(key.at(1).content[1:-1] + bytes([key.at(1).content[-1] ^ 1]))
    ),
}


@pytest.mark.parametrize("form", ELLIPTIC_KEYS)
def test_a_key_of_another_form_is_not_that_of_the_next_card(form: str) -> None:
    valid = certificate("signature", "p-384")
    value = ELLIPTIC_KEYS[form](der.decode(valid).at(0, KEY))
    change = setting(KEY, to=value)
    mutant = altered(
        valid,
        lambda tbs: setting_extension("2.5.29.14", key_identifier(value))(change(tbs)),
        key("signature authority", "p-384"),
    )

    assert failed(mutant, "signature", "p-384") == ["elliptic-key"]


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
