"""Who may be given a certificate."""

import z3

from jpki_spec.calendar import age_at
from jpki_spec.laws import Law
from jpki_spec.rules.registry import rule
from jpki_spec.terms import Boolean, Life


@rule("issuance.signature-age", ja="署名用電子証明書を発行できる年齢か", clauses=["practice-under-fifteen"])
def signature_issuable(life: Life, law: Law) -> Boolean:
    """The holder is old enough, on its day of issue, for a signature certificate."""
    if not law.speaks_of("signature_minimum_age") or law.reads("signature-under-fifteen", "exceptional"):
        return z3.BoolVal(True)
    return age_at(life.birth, life.signature_issued, law) >= law.number("signature_minimum_age")
