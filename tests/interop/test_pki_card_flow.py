"""The two flows with the emulated card: what it signs stands in the reference verifier, in OpenSSL and in pyHanko."""

import asyncio
import hashlib
import io
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.issuing import KEY_NAMES, issue_card
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER
from jpki_model.pki.keys import new_keys
from jpki_model.pki.service import CertificationService, Issued
from jpki_model.pki.verifier import Question, verify
from jpki_oracle.pki.authority_client import status_request
from jpki_oracle.pki.flows import (
    SIGNATURE_STEPS,
    CardRefused,
    answer_challenge,
    certificate_on,
    sign_document,
    signature_flow,
)
from jpki_oracle.pki.vector_kit import certificate_id
from jpki_spec.clauses import CLAUSES
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

pytestmark = pytest.mark.interop
AT = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
DOCUMENT = "転入届（見本）".encode()
PINS = {"signature": "PASSWORD1", "authentication": "1234"}
KEYS = new_keys((*KEY_NAMES, "signature_responder", "authentication_responder"))
SERVICE = CertificationService.new(date(2024, 1, 1), date(2035, 12, 31), keys=KEYS)
CONTENTS = issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, keys=KEYS, authorities=SERVICE.authorities)
ANCHORS = tuple(each.certificate.public_bytes(Encoding.DER) for each in SERVICE.authorities.values())


@pytest.fixture
def card() -> EmulatedCard:
    inserted = EmulatedCard(CONTENTS)
    inserted.power_on()
    return inserted


def answered(certificate: bytes, purpose: str, event: str = "") -> bytes:
    """What the service answers on a certificate that is on the card, after an event."""
    from cryptography import x509

    loaded = x509.load_der_x509_certificate(certificate)
    records = SERVICE.records[purpose]
    records[loaded.serial_number] = Issued(loaded, purpose, EXAMPLE_HOLDER, "holder")
    if event:
        SERVICE.happened(event, "holder", AT.replace(day=1, month=3))
    asked = certificate_id(certificate, SERVICE.authorities[purpose])
    return SERVICE.answer(purpose, status_request(asked), AT)


def question(card: EmulatedCard, event: str = "") -> Question:
    message = sign_document(card.transmit, PINS["signature"], DOCUMENT, AT)
    answer = answered(certificate_on(card.transmit, "signature", PINS["signature"]), "signature", event)
    return Question("signature", AT, DOCUMENT, ANCHORS, signed_data=message, status_answers=(answer,))


def test_a_document_signed_with_the_card_stands_and_is_presumed_authentic(card: EmulatedCard) -> None:
    decision, reached = signature_flow(question(card))

    assert decision.accepted, decision.why
    assert reached == tuple(step.id for step in SIGNATURE_STEPS)


def test_without_a_confirmed_status_it_belongs_together_and_does_not_stand(card: EmulatedCard) -> None:
    decision, reached = signature_flow(replace(question(card), status_answers=()))

    assert decision.reason == "status"
    assert reached == ("sign", "send", "belongs")


def test_another_document_does_not_belong_to_the_signature(card: EmulatedCard) -> None:
    decision, reached = signature_flow(replace(question(card), content=b"another"))

    assert decision.reason == "content"
    assert "belongs" not in reached


def test_after_a_move_the_signature_certificate_is_revoked_and_the_other_serves_on(
    card: EmulatedCard,
) -> None:
    decision, _ = signature_flow(question(card, "attributes-changed"))
    assert decision.reason == "revoked"

    challenge = hashlib.sha256(b"a fresh challenge").digest()
    certificate, signature = answer_challenge(card.transmit, PINS["authentication"], challenge)
    answer = answered(certificate, "authentication")
    asked = Question(
        "authentication", AT, challenge, ANCHORS,
        certificate=certificate, signature=signature, status_answers=(answer,),
    )  # fmt: skip
    assert verify(asked).accepted
    assert verify(replace(asked, spent=(challenge,))).reason == "replay"


def test_what_a_login_discloses_has_none_of_the_four_attributes(card: EmulatedCard) -> None:
    certificate, signature = answer_challenge(card.transmit, PINS["authentication"], b"challenge")

    for value in (EXAMPLE_HOLDER.name, EXAMPLE_HOLDER.address, "19920229"):
        assert value.encode() not in certificate + signature
    signing = certificate_on(card.transmit, "signature", PINS["signature"])
    assert EXAMPLE_HOLDER.name.encode() in signing


def test_a_wrong_pin_signs_nothing_and_is_not_repeated(card: EmulatedCard) -> None:
    with pytest.raises(CardRefused, match="63C4") as refused:
        sign_document(card.transmit, "PASSWORD2", DOCUMENT, AT)
    assert "PASSWORD2" not in str(refused.value)


def test_openssl_verifies_the_message(card: EmulatedCard, tmp_path: Path) -> None:
    files = {
        "message": sign_document(card.transmit, PINS["signature"], DOCUMENT, AT),
        "document": DOCUMENT,
        "root.pem": SERVICE.authorities["signature"].certificate.public_bytes(Encoding.PEM),
    }
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
    command = [
        "openssl",
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        "message",
        "-content",
        "document",
        "-binary",
    ]
    command += ["-CAfile", "root.pem", "-purpose", "any", "-attime", str(int(AT.timestamp()))]

    run = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=20, check=False)
    assert b"verification successful" in run.stderr.lower(), run.stderr
    assert run.stdout == DOCUMENT

    (tmp_path / "document").write_bytes(DOCUMENT + b"!")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=20, check=False).returncode != 0


def test_pyhanko_verifies_the_message(card: EmulatedCard) -> None:
    info = cms.ContentInfo.load(sign_document(card.transmit, PINS["signature"], DOCUMENT, AT))
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(each) for each in ANCHORS],
        moment=AT,
        revocation_mode="soft-fail",
    )
    status = asyncio.run(
        async_validate_detached_cms(io.BytesIO(DOCUMENT), info["content"], signer_validation_context=context)
    )

    assert status.intact
    assert status.valid
    assert status.trusted


def test_the_card_signs_with_the_key_in_its_certificate(card: EmulatedCard) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from jpki_model.pki.certificate_view import view

    certificate, signature = answer_challenge(card.transmit, PINS["authentication"], b"challenge")
    key = load_der_public_key(view(certificate).key.encoded())
    key.verify(signature, b"challenge", PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]


def test_every_step_stands_on_clauses_and_all_but_the_status_answer_to_a_step_of_the_seal() -> None:
    for step in SIGNATURE_STEPS:
        assert {*step.clauses, *step.seal} <= set(CLAUSES)
        assert step.clauses
    assert [step.id for step in SIGNATURE_STEPS if not step.seal] == ["status"]
