"""The six steps over messages: each role alone, and for every way in which one goes wrong a check that fails."""

import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jpki_model.pki.keys import new_key, sign
from jpki_model.pki.service import PURPOSES, CertificationService
from jpki_oracle.campaign import Finished, Judged
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.pki import issue_pack
from jpki_oracle.pki.issue_case import RULES
from jpki_oracle.pki.issue_pack import IssuePlan, run_issue_pack
from jpki_oracle.pki.reference_authority import FIRST_DAY, LAST_DAY
from jpki_oracle.pki.reference_issue import ROLES, ReferenceIssue
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Request, Transport
from jpki_oracle.sut.session import Session
from jpki_spec.clauses import CLAUSES
from pki_examples import key

KEYS = {
    f"{purpose}_{role}": key(f"{purpose} {role}")
    for purpose in PURPOSES
    for role in ("authority", "responder")
}


def reference(kind: type[ReferenceIssue] = ReferenceIssue) -> ReferenceIssue:
    return kind(CertificationService.new(FIRST_DAY, LAST_DAY, keys=KEYS))


class InProcess(Transport):
    """A system under test that is an object."""

    def __init__(self, system: Any) -> None:
        self._system = system

    def ask(self, request: Request) -> Answer:
        return Answer(getattr(self._system, request.method)(**(request.params or {})))


@pytest.fixture(autouse=True)
def keys_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_pack, "ReferenceIssue", reference)


def judged(system: Any) -> tuple[list[Judgement], int]:
    with Session(InProcess(system)) as session:
        *events, end = run_issue_pack(session, IssuePlan("in process"))
    assert isinstance(end, Finished)
    return [each.judgement for each in events if isinstance(each, Judged)], end.exit_code


def failed(system: Any) -> dict[str, str]:
    """The ids of what failed, with the rules."""
    judgements, _ = judged(system)
    assert Verdict.INCONCLUSIVE not in {each.verdict for each in judgements}
    return {each.scenario.id: each.scenario.rule for each in judgements if each.verdict is Verdict.FAIL}


class OneRole(ReferenceIssue):
    """Claims a single role."""

    role = ""

    def describe(self) -> dict[str, object]:
        return {**super().describe(), "capabilities": [self.role]}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_of_the_reference_passes_alone(role: str) -> None:
    system = reference(type("Alone", (OneRole,), {"role": role}))
    judgements, code = judged(system)

    assert code == 0
    assert {each.verdict for each in judgements} == {Verdict.PASS}
    assert len(judgements) > 25


class ChecksNobody(OneRole):
    """Takes everybody for whom he says he is."""

    role = "issue_municipality"

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        return {"accepted": True} if "check" in asked else super().issue_municipality(**asked)


class ComparesNames(OneRole):
    """Compares the name alone."""

    role = "issue_municipality"

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        if "check" not in asked:
            return super().issue_municipality(**asked)
        registered = asked["check"].get("registered") or {}
        return {"accepted": registered.get("name") == asked["check"]["claimed"]["name"]}


class RefusesEverybody(OneRole):
    """Accepts nobody at all."""

    role = "issue_municipality"

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        return {"accepted": False} if "check" in asked else super().issue_municipality(**asked)


class TakesTheNextCard(OneRole):
    """Writes to the other card on the table."""

    role = "issue_municipality"

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        if "record" not in asked:
            return super().issue_municipality(**asked)
        record = asked["record"]
        return {"card": next((each for each in record["cards"] if each != record["card"]), record["card"])}


class MakesPairsElsewhere(ReferenceIssue):
    """The municipality's machine makes the key pair and keeps a copy of it."""

    def describe(self) -> dict[str, object]:
        return {**super().describe(), "capabilities": ["issue_municipality", "issue_card"]}

    def issue_municipality(self, **asked: Any) -> dict[str, object]:
        if "sign" not in asked:
            return super().issue_municipality(**asked)
        wanted = asked["sign"]["public_key"]
        for each in self._keys.values():
            own = each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()
            if own == wanted:
                return {"signature": sign(each, bytes.fromhex(asked["sign"]["challenge"])).hex()}
        return {}


class OneKeyForAll(OneRole):
    """Gives all cards one key pair."""

    role = "issue_card"

    def issue_card(self, **asked: Any) -> dict[str, object]:
        if "make_pair" in asked:
            self._keys[asked["make_pair"]] = key("one for all")
            public = key("one for all").public_key()
            return {"public_key": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()}
        return super().issue_card(**asked)


class LosesTheKey(OneRole):
    """Shows the certificate, and signs with another key."""

    role = "issue_card"

    def issue_card(self, **asked: Any) -> dict[str, object]:
        if "sign" in asked:
            return {"signature": sign(key("another"), bytes.fromhex(asked["sign"]["challenge"])).hex()}
        return super().issue_card(**asked)


class WritesToAnother(OneRole):
    """Writes what is meant for the first card to the second."""

    role = "issue_card"

    def issue_card(self, **asked: Any) -> dict[str, object]:
        if "write" in asked and asked["write"]["card"] == "card 1":
            asked = {"write": {**asked["write"], "card": "card 2"}}
        return super().issue_card(**asked)


class CertifiesAnotherKey(OneRole):
    """Certifies a key that nobody sent."""

    role = "issue_authority"

    def issue_authority(self, at: str, **asked: Any) -> dict[str, object]:
        if "certify" in asked:
            octets = new_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            asked = {"certify": {**asked["certify"], "public_key": octets.hex()}}
        return super().issue_authority(at, **asked)


class MixesUpApplicants(OneRole):
    """Gives the second applicant the certificate of the first."""

    role = "issue_authority"
    first: dict[str, object] | None = None

    def issue_authority(self, at: str, **asked: Any) -> dict[str, object]:
        if "certify" not in asked:
            return super().issue_authority(at, **asked)
        self.first = self.first or super().issue_authority(at, **asked)
        return self.first


class AppliesForAnother(OneRole):
    """Applies under another name."""

    role = "issue_holder"

    def issue_holder(self, person: str, card: str) -> dict[str, object]:
        return {"person": "somebody else", "card": card}


FAULTS: dict[type[ReferenceIssue], tuple[str, str]] = {
    ChecksNobody: ("issue-identity-nobody", "issue.identity"),
    ComparesNames: ("issue-identity-other-birth", "issue.identity"),
    RefusesEverybody: ("issue-identity-registered", "issue.identity"),
    TakesTheNextCard: ("issue-first-card-chosen", "issue.own-card"),
    MakesPairsElsewhere: ("issue-first-key-not-at-municipality", "issue.one-hand"),
    OneKeyForAll: ("issue-keys-differ", "issue.one-hand"),
    LosesTheKey: ("issue-first-key-on-card", "issue.one-hand"),
    WritesToAnother: ("issue-first-certificate-on-card", "issue.own-card"),
    CertifiesAnotherKey: ("issue-first-certified-key", "issue.sent-key"),
    MixesUpApplicants: ("issue-second-certified-key", "issue.sent-key"),
    AppliesForAnother: ("issue-first-applies", "issue.application"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_role_with_one_fault_is_found_out_by_its_own_rule(fault: type[ReferenceIssue]) -> None:
    found = failed(reference(fault))
    id, rule = FAULTS[fault]

    assert found[id] == rule
    # what lies on the wrong card is missing on the right one, so only there another check fails too
    others = {"issue.own-card"} if fault is TakesTheNextCard else set()
    assert set(found.values()) <= {rule} | others


def test_every_rule_of_the_pack_was_seen_to_fail_and_stands_on_clauses() -> None:
    assert {rule for _, rule in FAULTS.values()} == {rule.id for rule in RULES.values()}
    for rule in RULES.values():
        assert rule.clauses
        assert set(rule.clauses) <= set(CLAUSES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_says_nothing_is_not_judged_to_pass(role: str) -> None:
    silent = type("Silent", (OneRole,), {"role": role, role: lambda self, **asked: {}})
    judgements, code = judged(reference(silent))

    assert code != 0
    assert Verdict.INCONCLUSIVE in {each.verdict for each in judgements} or any(
        each.verdict is Verdict.FAIL for each in judgements
    )


@pytest.mark.parametrize("octets", ["", "00", "3000", "30" * 40])
def test_a_card_that_gives_no_key_is_told_so_and_breaks_nothing(octets: str) -> None:
    class Garbage(OneRole):
        role = "issue_card"

        def issue_card(self, **asked: Any) -> dict[str, object]:
            return {"public_key": octets} if "make_pair" in asked else super().issue_card(**asked)

    _, code = judged(reference(Garbage))
    assert code != 0


def test_a_system_that_claims_no_role_is_not_judged() -> None:
    class Nothing(ReferenceIssue):
        def describe(self) -> dict[str, object]:
            return {**super().describe(), "capabilities": ["validity"]}

    judgements, code = judged(reference(Nothing))
    assert [each.verdict for each in judgements] == [Verdict.NOT_APPLICABLE]
    assert code == 2


def test_a_municipality_in_another_process_takes_its_role_over_pipes(tmp_path: Path) -> None:
    program = tmp_path / "municipality.py"
    program.write_text(
        """
import json, sys
about = {"protocol": 1, "name": "town hall", "version": "1", "capabilities": ["issue_municipality"]}
for line in sys.stdin:
    asked = json.loads(line)
    given = asked.get("params", {})
    if asked["method"] == "describe":
        result = about
    elif "check" in given:
        result = {"accepted": given["check"].get("registered") is not None}
    else:
        result = {"card": given["record"]["card"]} if "record" in given else {}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
""",
        encoding="utf-8",
    )
    with Session(open_connection(f"stdio:'{sys.executable}' '{program}'")) as session:
        *events, end = run_issue_pack(session, IssuePlan("pipes"))

    wrong = {
        each.judgement.scenario.id
        for each in events
        if isinstance(each, Judged) and each.judgement.verdict is not Verdict.PASS
    }
    assert wrong == {f"issue-identity-other-{what}" for what in ("name", "birth", "sex", "address")}
    assert isinstance(end, Finished)
    assert end.exit_code == 1
