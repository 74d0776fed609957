"""The issue in six steps: right under each answer to who makes the key pair, and four ways in which it goes wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jpki_model.pki.service import CertificationService
from jpki_oracle.pki.issue_case import RULES
from jpki_oracle.pki.issue_protocol import (
    MAKERS,
    Applicant,
    Chip,
    IssueRecord,
    IssuingAuthority,
    KeyPair,
    Municipality,
    Roles,
    findings,
    run_issue,
)
from jpki_spec.clauses import CLAUSES
from pki_examples import HOLDER, PURPOSES, key

AT, EXPIRES = datetime(2025, 4, 1, 0, 30, tzinfo=UTC), date(2030, 2, 28)
KEYS = {
    f"{purpose}_{role}": key(f"{purpose} {role}")
    for purpose in PURPOSES
    for role in ("authority", "responder")
}
APPLICANT = Applicant("holder", "card 1", HOLDER)


def roles() -> Roles:
    service = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)
    return Roles(Municipality(), Chip(), IssuingAuthority(service, "signature"))


def issued(made_by: str, applicant: Applicant = APPLICANT, **replaced: Any) -> IssueRecord:
    return run_issue(replace(roles(), **replaced), applicant, made_by, AT, EXPIRES, others=("card 2",))


@pytest.mark.parametrize("made_by", MAKERS)
def test_six_steps_lead_to_a_card_with_certificate_and_key_and_nothing_else_keeps_the_key(
    made_by: str,
) -> None:
    record = issued(made_by)

    assert [step[0] for step in record.steps] == ["1", "2", "3", "4", "5", "6"]
    assert findings(record) == []
    assert record.card is not None
    assert record.card.certificate is not None
    assert record.pair is not None
    assert record.card.certificate.public_key() == record.pair.key.public_key()


@pytest.mark.parametrize("made_by", MAKERS)
def test_nobody_whom_the_register_does_not_have_gets_a_certificate(made_by: str) -> None:
    record = issued(made_by, replace(APPLICANT, registered=None))

    assert record.refused.startswith("step 2")
    assert record.card is None
    assert findings(record) == []


class ChecksNobody(Municipality):
    """Takes everybody for whom he says he is."""

    def check(self, applicant: Applicant) -> Any:
        return applicant.registered or HOLDER


class KeepsACopy(Municipality):
    """Keeps the private key that it recorded."""

    def record(self, card: Any, pair: KeyPair, *rest: Any) -> Any:
        recorded = super().record(card, pair, *rest)
        pair.hands.add("municipality")
        return recorded


class WrongCard(Municipality):
    """Takes the next card on the table."""

    def record(self, card: Any, pair: KeyPair, certificate: Any, cards: Any) -> Any:
        return super().record(cards[1], pair, certificate, cards)


class OtherKey(IssuingAuthority):
    """Certifies another key than the one that was sent."""

    def issue(self, person: str, holder: Any, key_: Any, at: datetime, expires: date) -> Any:
        return super().issue(person, holder, key("mixed up").public_key(), at, expires)


@pytest.mark.parametrize("made_by", MAKERS)
@pytest.mark.parametrize(
    ("fault", "finding"),
    [(ChecksNobody, "identity"), (KeepsACopy, "one-hand"), (WrongCard, "own-card"), (OtherKey, "sent-key")],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_each_fault_of_a_role_is_found_and_nothing_else(made_by: str, fault: Any, finding: str) -> None:
    applicant = replace(APPLICANT, registered=None) if fault is ChecksNobody else APPLICANT
    if issubclass(fault, Municipality):
        record = issued(made_by, applicant, municipality=fault())
    else:
        service = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)
        record = issued(made_by, applicant, authority=fault(service, "signature"))

    assert findings(record) == [finding]


def test_the_rules_stand_on_clauses() -> None:
    for rule in RULES.values():
        assert rule.clauses
        assert set(rule.clauses) <= set(CLAUSES)


def test_an_answer_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        issued("nobody")
