"""The reference authority as a system under test: the address `authority:` leads here.

It takes dates from the rules and does the rest by the test service of the model.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from jpki_model.day import OutOfCalendar
from jpki_model.life import LifeError, life
from jpki_model.outcome import outcome_of
from jpki_model.pki.holder import Holder
from jpki_model.pki.service import CertificationService, NotIssued, takes_key
from jpki_spec.certificates import TODAYS_ALGORITHM, algorithm_in
from jpki_spec.laws import CURRENT_EDITION, Law, law

FIRST_DAY, LAST_DAY = date(2023, 7, 16), date(2043, 7, 15)


class ReferenceAuthority:
    """Answers the capability `authority` by the rules of a law (the current one, if none is given), with keys of its
    algorithm made when it starts, or a service that is given."""

    def __init__(self, service: CertificationService | None = None, rules: Law | None = None) -> None:
        self._law = rules or law(CURRENT_EDITION)
        elliptic = algorithm_in(self._law.edition) != TODAYS_ALGORITHM
        self._service = service or CertificationService.new(FIRST_DAY, LAST_DAY, elliptic=elliptic)

    def describe(self) -> dict[str, object]:
        """Who answers."""
        about = {"protocol": 1, "name": "reference authority", "version": "1", "capabilities": ["authority"]}
        return {**about, "edition": self._law.edition}

    def authority(self, **asked: Any) -> dict[str, object]:
        """The answer to one request."""
        at = datetime.strptime(asked.pop("at"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        ((request, content),) = asked.items()
        return {
            "certificate_of": self._own,
            "issue": self._issue,
            "event": self._event,
            "revocation_list": self._list,
            "status": self._status,
        }[request](content, at)

    def _own(self, purpose: Any, at: datetime) -> dict[str, object]:
        certificate = self._service.authorities[purpose].certificate
        return {"certificate": certificate.public_bytes(Encoding.DER).hex()}

    def _issue(self, asked: Mapping[str, Any], at: datetime) -> dict[str, object]:
        refused: dict[str, object] = {"refused": True}
        purpose = asked["purpose"]
        try:
            record = life(asked["life"])
            key: Any = load_der_public_key(bytes.fromhex(asked["public_key"]))
            expires = outcome_of(record, self._law).outputs[f"{purpose}_expires"]
        except (LifeError, OutOfCalendar, ValueError):
            return refused
        birth = record["birth"]
        if not isinstance(expires, date) or not isinstance(birth, date) or not takes_key(key):
            return refused
        known = dict(asked["holder"])
        flags = {f"{name}_substituted": "0" * len(known[name]) for name in ("name", "address")}
        holder = Holder(birth, **known, **flags)
        try:
            made = self._service.issue(purpose, asked["person"], holder, key, at, expires)
        except NotIssued:
            return refused
        return {"certificate": made.public_bytes(Encoding.DER).hex()}

    def _event(self, asked: Mapping[str, Any], at: datetime) -> dict[str, object]:
        self._service.happened(asked["kind"], asked["person"], at)
        return {}

    def _list(self, asked: Mapping[str, Any], at: datetime) -> dict[str, object]:
        where = (asked["prefecture"], asked["municipality"]) if asked.get("municipality") else None
        day = date.fromisoformat(asked["on"])
        return {"revocation_list": self._service.revocation_list(asked["purpose"], day, where).hex()}

    def _status(self, asked: Mapping[str, Any], at: datetime) -> dict[str, object]:
        answer = self._service.answer(asked["purpose"], bytes.fromhex(asked["request"]), at)
        return {"response": answer.hex()}
