"""Policy engines with one fault each: the pack finds every one, and names the rule that it breaks."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from jpki_oracle.judge import Verdict
from policy_engines import Answers, Engine, Facts, judged


@dataclass(frozen=True)
class Fault:
    """What an engine answers wrongly: on which topic, for which facts, and what it says then; the rule it breaks."""

    topic: str
    when: Callable[[Facts], bool]
    says: Answers
    rule: str

    def __call__(self, topic: str, facts: Facts, answers: Answers) -> Answers:
        wrong = topic == self.topic and self.when(facts)
        return {**answers, **{name: value for name, value in self.says.items() if wrong}}


def _whole(facts: Facts) -> bool:
    """Everything of a service but its relying party and its status is as it should be."""
    return bool(facts["holds_signature"] and facts["holds_authentication"])


FAULTS = {
    "the portal takes a signature": Fault(
        "service",
        lambda facts: facts["service"] == "portal-login",
        {"certificate": "signature"},
        "usage.certificate.portal-login",
    ),
    "a tax return takes a login": Fault(
        "service",
        lambda facts: facts["service"] == "e-tax-return",
        {"certificate": "authentication"},
        "usage.certificate.e-tax-registration+e-tax-return",
    ),
    "a housing loan takes a login": Fault(
        "service",
        lambda facts: facts["service"] == "housing-loan",
        {"certificate": "authentication"},
        "usage.certificate.housing-loan",
    ),
    "nobody asks J-LIS": Fault(
        "service",
        lambda facts: (
            facts["confirmation"] == "not-asked"
            and facts["relying_party"] in ("administrative", "accredited")
            and facts["number_system"] == "since"
            and _whole(facts)
        ),
        {"allowed": True},
        "usage.confirmed",
    ),
    "any business may rely on certificates": Fault(
        "service",
        lambda facts: (
            facts["relying_party"] == "not-approved" and facts["confirmation"] == "valid" and _whole(facts)
        ),
        {"allowed": True},
        "usage.reliance-private",
    ),
    "a login certificate guards documents": Fault(
        "protection", lambda facts: facts["threat"] == "tampering", {"allowed": True}, "usage.protection"
    ),
    "the document alone is enough": Fault(
        "transmission",
        lambda facts: (
            facts["operation"] == "sign"
            and facts["document"]
            and facts["signature_certificate"]
            and facts["decryption"] == "matches"
            and facts["confirmation"] == "valid"
        ),
        {"allowed": True},
        "media.signature-sends",
    ),
    "the keys are not compared": Fault(
        "transmission",
        lambda facts: (
            facts["operation"] == "authenticate"
            and facts["encrypted_random"]
            and facts["authentication_certificate"]
            and facts["decryption"] != "matches"
            and facts["confirmation"] == "valid"
        ),
        {"allowed": True},
        "media.pair",
    ),
    "any Android reads the card": Fault(
        "media",
        lambda facts: (
            facts["medium"] == "phone-reads-card"
            and facts["smartphone"] == "android-other"
            and facts["card"]
            and facts["entry"] == "pin"
        ),
        {"allowed": True},
        "media.phones",
    ),
    "the iPhone reads the card a day later": Fault(
        "media",
        lambda facts: facts["medium"] == "phone-reads-card" and facts["on"] == "2019-11-05",
        {"allowed": False},
        "media.phones.phone-reads-card+iphone",
    ),
    "the PIN is left out": Fault(
        "media",
        lambda facts: (
            facts["medium"] == "card-reader"
            and facts["card"]
            and facts["computer"]
            and facts["card_reader"]
            and facts["entry"] == "nothing"
        ),
        {"allowed": True},
        "media.entry",
    ),
    "the face signs": Fault(
        "media",
        lambda facts: (
            facts["medium"] == "phone-holds-certificate"
            and facts["smartphone"] == "iphone"
            and facts["operation"] == "sign"
            and facts["entry"] == "face-or-finger"
            and facts["on"] >= "2025-06-24"
        ),
        {"allowed": True},
        "media.entry",
    ),
    "a phone with the certificate needs the card": Fault(
        "media",
        lambda facts: facts["medium"] == "phone-holds-certificate" and not facts["card"],
        {"allowed": False},
        "media.needed.phone-holds-certificate",
    ),
    "the private key goes to the computer": Fault(
        "private-key",
        lambda facts: facts["key_act"] == "output-to-computer",
        {"allowed": True},
        "media.key-stays",
    ),
    "a chip survives force": Fault(
        "private-key", lambda facts: facts["key_act"] == "read-by-force", {"chip": "works"}, "media.chip"
    ),
    "a shop may write the number down": Fault(
        "my-number",
        lambda facts: (
            facts["requester"] == "not-named"
            and facts["number_act"] == "collect"
            and facts["means"] == "otherwise"
        ),
        {"allowed": True},
        "usage.number-collection",
    ),
    "anybody may use the number for tax": Fault(
        "my-number",
        lambda facts: (
            facts["requester"] == "not-named" and facts["number_act"] == "use" and facts["affairs"] == "tax"
        ),
        {"allowed": True},
        "usage.number-users",
    ),
    "an office uses the number for anything": Fault(
        "my-number",
        lambda facts: facts["requester"] == "administrative" and facts["number_act"] == "use",
        {"allowed": True},
        "usage.number-purpose",
    ),
    "ordinances do not count": Fault(
        "my-number", lambda facts: facts["affairs"] == "ordinance", {"allowed": False}, "usage.number-purpose"
    ),
    "both sides are copied for identity": Fault(
        "identity-document",
        lambda facts: (
            facts["side"] == "both" and facts["handling"] == "copied" and facts["card_force"] == "in-force"
        ),
        {"allowed": True},
        "usage.identity-back",
    ),
    "a changed name makes a new card": Fault(
        "card-entries",
        lambda facts: facts["entry_changed"] == "name",
        {"recorded_in": "new-card"},
        "usage.entries",
    ),
    "imprint and seal mixed up": Fault(
        "seal",
        lambda facts: facts["seal_part"] == "imprint",
        {"counterpart": "private-key"},
        "usage.counterpart.imprint",
    ),
    "a signature by the article on seals": Fault(
        "presumption",
        lambda facts: facts["mark"] == "electronic-signature" and facts["mark_of"] == "the-person",
        {"provision": "civil-procedure-228-4"},
        "usage.provision.electronic-signature+the-person",
    ),
    "businesses use the free area as they like": Fault(
        "free-area", lambda facts: facts["area_user"] == "business", {"allowed": True}, "usage.free-area"
    ),
    "issued without the check": Fault(
        "issue-step",
        lambda facts: (
            facts["step_done"] == "applied" and facts["step"] == "issue" and facts["actor"] == "agency"
        ),
        {"allowed": True},
        "procedure.issue-step",
    ),
    "checked by video": Fault(
        "identity-check",
        lambda facts: facts["resident_record"] and facts["agreement"] and facts["proof"] != "neither",
        {"allowed": True},
        "procedure.identity-face",
    ),
    "verifiers get the attributes from the network": Fault(
        "flow",
        lambda facts: (
            facts["sender"] == "register-network"
            and facts["information"] == "attributes"
            and facts["receiver"] == "verifier"
        ),
        {"allowed": True},
        "procedure.flow",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_engine_with_one_fault_is_found_and_the_rule_is_named(fault: Fault) -> None:
    judgements, end = judged(Engine(fault), topic=fault.topic)

    failed = [each for each in judgements if each.verdict is Verdict.FAIL]
    assert failed
    assert end.exit_code == 1
    deciding = {
        step.rule.id
        for each in failed
        for difference in each.differences
        for top in difference.why
        for _, step in top.walk()
    }
    assert fault.rule in deciding


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_does_not_touch_the_other_topics(fault: Fault) -> None:
    """A planted fault is one, so what it breaks is told by nothing else."""
    judgements, _ = judged(Engine(fault), topic="card-work" if fault.topic == "seal" else "seal")

    assert {each.verdict for each in judgements} == {Verdict.PASS}
