"""The reference verifier as a system under test: the address `verifier:` leads here."""

from datetime import UTC, datetime
from typing import Any

from jpki_model.pki.verifier import Question, verify


class ReferenceVerifier:
    """Answers the capability `verifier`."""

    def describe(self) -> dict[str, object]:
        """Who answers."""
        return {"protocol": 1, "name": "reference verifier", "version": "1", "capabilities": ["verifier"]}

    def verifier(self, **asked: Any) -> dict[str, object]:
        """The decision on a question."""
        decision = verify(question_of(asked))
        if decision.accepted:
            return {"accepted": True}
        return {"accepted": False, "reason": decision.reason, "detail": decision.why}


def question_of(asked: dict[str, Any]) -> Question:
    """The question in the parameters of the capability `verifier`."""
    at = datetime.strptime(asked["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    single = {
        name: bytes.fromhex(asked.get(name) or "") for name in ("signed_data", "certificate", "signature")
    }
    several = {
        name: tuple(map(bytes.fromhex, asked[name]))
        for name in ("revocation_lists", "status_answers", "spent")
    }
    anchors = tuple(map(bytes.fromhex, asked["anchors"]))
    parts: dict[str, Any] = {**single, **several}
    if asked.get("algorithms"):
        parts["algorithms"] = tuple(asked["algorithms"])
    return Question(asked["task"], at, bytes.fromhex(asked["signed_content"]), anchors, **parts)
