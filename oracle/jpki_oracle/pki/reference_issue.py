"""The reference parts of the six steps as a system under test: the address `issue:` leads here.

It also takes the roles that a system under test does not claim.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import AnyPrivateKey, new_key, sign
from jpki_model.pki.service import CertificationService, NotIssued, takes_key

from jpki_oracle.pki.reference_authority import FIRST_DAY, LAST_DAY

ROLES = ("issue_holder", "issue_municipality", "issue_card", "issue_authority")


class ReferenceIssue:
    """Answers the four roles; the key pair is made in the chip, and never leaves it."""

    def __init__(self, service: CertificationService | None = None) -> None:
        self._service = service or CertificationService.new(FIRST_DAY, LAST_DAY)
        self._keys: dict[str, AnyPrivateKey] = {}
        self._certificates: dict[str, str] = {}

    def describe(self) -> dict[str, object]:
        """Who answers."""
        return {"protocol": 1, "name": "reference issue", "version": "1", "capabilities": list(ROLES)}

    def issue_holder(self, person: str, card: str) -> dict[str, object]:
        """Step 1: he applies as himself, with his own card."""
        return {"person": person, "card": card}

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        """Steps 2 and 6."""
        if "check" in asked:
            return {"accepted": asked["check"]["claimed"] == asked["check"].get("registered")}
        if "record" in asked:
            return {"card": asked["record"]["card"]}
        return {}

    def issue_card(self, **asked: Any) -> dict[str, object]:
        """The chips of all cards, by their names."""
        if "make_pair" in asked:
            key = self._keys[asked["make_pair"]] = new_key()
            encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return {"public_key": encoded.hex()}
        if "write" in asked:
            self._certificates[asked["write"]["card"]] = asked["write"]["certificate"]
            return {}
        if "read" in asked:
            return {"certificate": self._certificates.get(asked["read"])}
        card_key = self._keys.get(asked["sign"]["card"])
        challenge = bytes.fromhex(asked["sign"]["challenge"])
        return {"signature": sign(card_key, challenge).hex()} if card_key else {}

    def issue_authority(self, at: str, **asked: Any) -> dict[str, object]:
        """Step 4; it has no private key of a holder, so that it signs nothing."""
        if "sign" in asked:
            return {}
        try:
            return {"certificate": self._certified(asked["certify"], at).hex()}
        except (NotIssued, ValueError, UnsupportedAlgorithm):
            return {"refused": True}

    def _certified(self, asked: Mapping[str, Any], at: str) -> bytes:
        """Raises `NotIssued`, and ValueError or UnsupportedAlgorithm for what is no key."""
        instant = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        known = dict(asked["holder"])
        flags = {f"{name}_substituted": "0" * len(known[name]) for name in ("name", "address")}
        holder = Holder(date.fromisoformat(asked["birth"]), **known, **flags)
        key: Any = load_der_public_key(bytes.fromhex(asked["public_key"]))
        if not takes_key(key):
            raise NotIssued("a key of another kind")
        expires = date.fromisoformat(asked["expires"])
        made = self._service.issue(asked["purpose"], asked["person"], holder, key, instant, expires)
        return made.public_bytes(Encoding.DER)
