"""The verifier cases: made again they are the same octets, they fit the schema, and each is wrong in one thing."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509 import ocsp
from jpki_model.pki.verifier import Question, verify
from jpki_oracle.pki.case import verifier_scenario
from jpki_oracle.pki.vector_file import CaseFileError, read_cases, schema, write_cases
from jpki_oracle.pki.vectors import cases
from jpki_spec.certificate_readings import certificate_readings
from jpki_spec.certificates import REJECTIONS
from jpki_spec.laws import law
from jsonschema import Draft202012Validator

CASES = {case.id: case for case in read_cases()}
TEXT = files("jpki_oracle.pki").joinpath("verifier_cases.json").read_text(encoding="utf-8")


def test_the_published_file_is_what_is_made_anew() -> None:
    assert write_cases(cases()) == TEXT


def test_the_published_file_fits_its_schema_and_its_octets_their_names() -> None:
    content = json.loads(TEXT)
    Draft202012Validator.check_schema(schema())
    assert list(Draft202012Validator(schema()).iter_errors(content)) == []
    assert content["count"] == len(content["cases"]) >= 150
    for name, text in content["octets"].items():
        assert hashlib.sha256(base64.b64decode(text)).hexdigest().startswith(name)


def test_the_schema_refuses_a_rejection_without_its_reason() -> None:
    content = json.loads(TEXT)
    row = next(row for row in content["cases"] if row["expected"] == "reject")
    del row["reason"]
    assert list(Draft202012Validator(schema()).iter_errors({**content, "cases": [row]}))


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"format": "x", "version": 1}', TEXT.replace('"octets": {', '"octets": {"a": "?",', 1)],
)
def test_what_is_no_file_of_cases_is_told_so(text: str) -> None:
    with pytest.raises(CaseFileError, match="not a file"):
        read_cases(text or "x")


@pytest.mark.parametrize("id", CASES)
def test_the_reference_verifier_decides_each_case_for_the_reason_expected(id: str) -> None:
    case, decision = CASES[id], verify(CASES[id].question)
    assert (decision.accepted, decision.reason or "") == (case.accepted, case.reason), decision.why


def test_every_class_of_reason_has_its_cases_in_both_tasks_or_belongs_to_one() -> None:
    of_task = {
        task: {case.reason for case in CASES.values() if case.question.task == task and not case.accepted}
        for task in ("signature", "authentication")
    }
    assert of_task["signature"] == set(REJECTIONS) - {"replay"}
    assert of_task["authentication"] == set(REJECTIONS) - {"path"}


def test_each_invalid_case_is_based_on_a_valid_one_and_says_its_difference_in_both_languages() -> None:
    for case in CASES.values():
        assert case.difference.en
        assert case.difference.ja
        if not case.accepted:
            assert CASES[case.based_on].accepted
            assert case.question != CASES[case.based_on].question


def parts(question: Question) -> set[str]:
    """What is in a question, one by one."""
    found = {f"at {question.at}", f"content {question.content.hex()}"}
    for name in ("anchors", "revocation_lists", "status_answers", "spent"):
        found |= {f"{name} {each.hex()}" for each in getattr(question, name)}
    return found | {
        f"{name} {getattr(question, name).hex()}" for name in ("signed_data", "certificate", "signature")
    }


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if not case.accepted and "/status/" in id])
def test_a_case_on_status_differs_from_its_valid_one_in_the_evidence_alone(id: str) -> None:
    case = CASES[id]
    changed = parts(case.question) ^ parts(CASES[case.based_on].question)
    assert {each.split()[0] for each in changed} <= {"revocation_lists", "status_answers"}


@pytest.mark.parametrize("id", [id for id, case in CASES.items() if "/padding/" in id])
def test_a_bad_padding_is_one_that_the_holders_key_did_sign(id: str) -> None:
    question = CASES[id].question
    if question.task == "signature":
        return
    key = x509.load_der_x509_certificate(question.certificate).public_key().public_numbers()
    block = pow(int.from_bytes(question.signature, "big"), key.e, key.n).to_bytes(256, "big")
    right = hashlib.sha256(question.content).digest()
    assert right in block or right[:-1] in block or id.endswith(("info-cut-off", "fill-only"))


def test_certificates_lists_and_answers_of_valid_cases_are_read_by_another_library() -> None:
    for case in CASES.values():
        if not case.accepted:
            continue
        for octets in case.question.anchors:
            x509.load_der_x509_certificate(octets)
        for octets in case.question.revocation_lists:
            assert x509.load_der_x509_crl(octets).next_update_utc
        for octets in case.question.status_answers:
            assert list(ocsp.load_der_ocsp_response(octets).responses)


def test_names_in_the_cases_are_never_those_of_the_real_service_or_its_tests() -> None:
    for case in CASES.values():
        for octets in case.question.anchors:
            name = x509.load_der_x509_certificate(octets).subject.rfc4514_string()
            assert "O=JPKI-SIM" in name


def test_the_pages_say_how_many_cases_there_are_and_what_the_records_hold() -> None:
    systems = ("pyhanko", "openssl", "java", "pkijs", "cryptography")
    for page in ("docs/certificates.md", "docs/certificates.ja.md"):
        text = Path(page).read_text(encoding="utf-8")
        assert f" {len(CASES)} " in text
        rows = [
            line.split("|")[2:7]
            for line in text.splitlines()
            if re.match(r"\| [^|]+ (\| [0-9]+ ){5}\|", line)
        ]
        assert len(rows) == 2 * len(systems)
        for place, row in enumerate(rows):
            lines = Path(f"examples/known/verifier_{systems[place % 5]}.txt").read_text(encoding="utf-8")
            elliptic = place >= len(systems)
            record = [line for line in lines.splitlines() if ("-elliptic-" in line) == elliptic]
            passed, acceptable, failed, wrong, unjudged = map(int, row)
            words = (" acceptable accepted=", " fail accepted=", " wrong-reason reason=")
            assert (acceptable, failed, wrong) == tuple(sum(w in line for line in record) for w in words)
            asked = [case for case in CASES.values() if ("/elliptic-" in case.id) == elliptic]
            assert passed + acceptable + failed + wrong + unjudged == len(asked)


def test_cases_of_the_next_card_allow_its_algorithm_beside_todays_and_serve_its_edition_alone() -> None:
    for case in CASES.values():
        scenario = verifier_scenario(case)
        next_card = "/elliptic-" in case.id
        assert case.question.algorithms == (("rsa-2048", "p-384") if next_card else ("rsa-2048",))
        assert scenario.serves(law("next-card"))
        assert scenario.serves(law("2024-05-27")) is not next_card


@pytest.mark.parametrize("task", ["signature", "authentication"])
def test_a_verifier_of_today_rejects_the_next_cards_algorithm(task: str) -> None:
    question = CASES[f"{task}/elliptic-valid/answer"].question
    assert verify(replace(question, algorithms=("rsa-2048",))).reason == "algorithm"


@pytest.mark.parametrize("task", ["signature", "authentication"])
def test_a_verifier_that_knows_the_next_card_alone_rejects_todays_algorithm(task: str) -> None:
    question = CASES[f"{task}/valid/answer"].question
    assert verify(replace(question, algorithms=("p-384",))).reason == "algorithm"


def test_numbers_beyond_the_order_and_two_zeros_are_what_the_cases_say() -> None:
    for id, numbers in (
        ("zeros", lambda r, s: (r, s) == (0, 0)),
        ("orders", lambda r, s: r == s > 2**383),
        ("first-plus-order", lambda r, s: r > 2**384 or r > s),
    ):
        signature = CASES[f"authentication/elliptic-signature/{id}"].question.signature
        assert numbers(*decode_dss_signature(signature)), id


def test_readings_that_change_a_decision_exist_and_change_it() -> None:
    changed = {case.id: case.under for case in CASES.values() if case.under}
    assert {each for under in changed.values() for each in under} == {
        "issuer_alternative_name=present",
        "ocsp_address=present",
        "optional_extensions=must",
        "serial_octets=4",
        "signature_form=plain",
    }
    for id, under in changed.items():
        for stated, decision in under.items():
            question, answer = stated.split("=")
            assert certificate_readings({question: answer}).reads(question, answer)
            assert (decision == "accept") is not CASES[id].accepted
