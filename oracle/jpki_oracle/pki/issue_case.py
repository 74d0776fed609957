"""What must hold of every issue of a certificate, with the clauses that say so: `RULES` by the id of a finding."""

from jpki_spec.fields import Text
from jpki_spec.rules.registry import Rule


def _rule(id: str, en: str, ja: str, *clauses: str) -> Rule:
    return Rule(f"issue.{id}", Text(en, ja), clauses, lambda: None)


RULES: dict[str, Rule] = {
    "identity": _rule(
        "identity",
        "Nothing is issued to whom the register does not have",
        "台帳にない者には発行しない",
        "issue-step-2",
        "flow-identity-check-premise",
    ),
    "one-hand": _rule(
        "one-hand",
        "In the end the private key is on the card and in no other hands",
        "秘密鍵は最後にカードだけにある",
        "key-pair-stays",
    ),
    "sent-key": _rule(
        "sent-key",
        "The certificate is for the public key that was sent",
        "証明書は送られた公開鍵のものである",
        "signature-certificate-binding",
        "key-pair-definition",
    ),
    "own-card": _rule(
        "own-card",
        "Certificate and key pair are recorded on the applicant's card",
        "証明書と鍵ペアは申請者のカードに記録される",
        "issue-step-6",
    ),
}
