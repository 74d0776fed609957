"""The data on certificates: whole, sourced, and with the attributes where the source has them, as proofs."""

import re

import pytest
import z3
from jpki_spec.certificate_readings import (
    CERTIFICATE_READINGS,
    UnknownCertificateReading,
    certificate_readings,
)
from jpki_spec.certificates import (
    ALGORITHMS,
    ATTRIBUTES,
    CERTIFICATE_SOURCES,
    PROFILES,
    REQUIREMENTS,
    algorithm_in,
    requirements_of,
)
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS
from jpki_spec.rules.certificates import RecordedAttributes, conforms, discloses

ANY = RecordedAttributes.symbolic()


def is_possible(*conditions: z3.BoolRef) -> bool:
    solver = z3.Solver()
    return bool(solver.check(*conditions) == z3.sat)


@pytest.mark.parametrize("requirement", REQUIREMENTS.values(), ids=lambda each: each.id)
def test_every_requirement_has_a_known_source_profile_reading_and_clauses(requirement) -> None:  # type: ignore[no-untyped-def]
    assert requirement.origin.source in CERTIFICATE_SOURCES
    assert requirement.origin.confidence in ("seen", "run", "told", "open")
    assert set(requirement.profiles) <= set(PROFILES)
    assert requirement.profiles
    assert set(requirement.clauses) <= set(CLAUSES)
    rule = f"certificate.{requirement.id}"
    assert not requirement.reading or rule in CERTIFICATE_READINGS[requirement.reading].rules
    assert requirement.origin.confidence != "open" or requirement.reading
    assert requirement.text.en.endswith(".")
    assert re.search("[ぁ-ん]", requirement.text.ja)


def test_every_reading_has_its_default_among_its_answers() -> None:
    for reading in CERTIFICATE_READINGS.values():
        assert reading.default in reading.alternatives
        assert len(reading.alternatives) > 1


def test_an_unknown_reading_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownCertificateReading, match="did you mean 'policies_critical'"):
        certificate_readings({"policy_critical": "no"})
    with pytest.raises(UnknownCertificateReading, match="it has yes, no, either"):
        certificate_readings({"policies_critical": "maybe"})


def test_the_edition_of_the_next_card_changes_to_its_algorithm_and_no_other_does() -> None:
    assert {edition: algorithm_in(edition) for edition in EDITIONS} == dict.fromkeys(EDITIONS, "rsa-2048") | {
        "next-card": "p-384"
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_the_two_algorithms_differ_in_the_requirements_on_key_and_signature_alone(profile: str) -> None:
    today, planned = ({each.id for each in requirements_of(profile, a)} for a in ALGORITHMS)

    assert today - planned == {"key", "signature-algorithm"}
    assert planned - today == {"elliptic-key", "elliptic-signature-algorithm"}


def test_the_attributes_are_the_four_of_the_source_and_two_on_substitute_characters() -> None:
    assert [a.id for a in ATTRIBUTES.values() if a.of_the_four] == ["name", "birth", "sex", "address"]
    assert [a.identifier.rsplit(".", 1)[1] for a in ATTRIBUTES.values()] == ["1", "4", "3", "5", "2", "6"]


def test_proof_a_conforming_authentication_certificate_discloses_none_of_the_four() -> None:
    premise = (conforms(ANY), z3.Not(ANY.for_signatures))

    assert is_possible(*premise), "there is such a certificate"
    assert not is_possible(*premise, discloses(ANY))


@pytest.mark.parametrize("attribute", [a.id for a in ATTRIBUTES.values() if a.of_the_four])
def test_proof_a_conforming_signature_certificate_records_each_of_the_four(attribute: str) -> None:
    premise = (conforms(ANY), ANY.for_signatures)

    assert is_possible(*premise), "there is such a certificate"
    assert not is_possible(*premise, z3.Not(ANY.records[attribute]))


def test_proof_no_certificate_conforms_to_both_kinds() -> None:
    other = RecordedAttributes(z3.Not(ANY.for_signatures), ANY.records)

    assert not is_possible(conforms(ANY), conforms(other))


def test_an_authority_has_fewer_requirements_than_the_certificates_that_it_issues() -> None:
    assert {"four-attributes", "policy"} <= {each.id for each in requirements_of("signature")}
    assert not {"four-attributes", "policy"} & {each.id for each in requirements_of("signature-authority")}
