"""States on a day: nothing comes back to life."""

import z3

from jpki_spec.laws import Law
from jpki_spec.properties.registry import Claim, holds
from jpki_spec.properties.vocabulary import (
    is_in_state,
    issue_of,
    outcome,
)
from jpki_spec.terms import LIFE, ON, Date, first


def _never_back(law: Law, item: str) -> Claim:
    later = Date(z3.Const("later", ON.term.sort()))
    gone = z3.And(issue_of(item) <= ON, z3.Not(is_in_state(law, item, "valid")))
    return Claim(z3.And(gone, later > ON, later.exists), z3.Not(is_in_state(law, item, "valid", later)))


@holds(
    "card-never-back",
    "a card that is no longer valid never becomes valid again",
    "無効になったカードは再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "card")


@holds(
    "signature-never-back",
    "a signature certificate that is no longer valid never becomes valid again",
    "無効になった署名用電子証明書は再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "signature")


@holds(
    "authentication-never-back",
    "a user-authentication certificate that is no longer valid never becomes valid again",
    "無効になった利用者証明用電子証明書は再び有効にならない",
)
def _(law: Law) -> Claim:
    return _never_back(law, "authentication")


@holds(
    "valid-exactly-until-end",
    "a card is valid exactly from its issue to its last day of use",
    "カードは発行の日から使える最後の日まで、かつその間に限り有効である",
)
def _(law: Law) -> Claim:
    between = z3.And(LIFE.card_issued <= ON, outcome(law, "card_ends") >= ON, LIFE.card_issued.exists)
    return Claim(LIFE.card_issued.exists, is_in_state(law, "card", "valid") == between)


@holds(
    "end-is-the-earlier",
    "the last day of use is the earlier of the expiry and the eve of the lapse",
    "使える最後の日は、満了日と失効の前日のいずれか早い日である",
)
def _(law: Law) -> Claim:
    expires, lapses = outcome(law, "card_expires"), outcome(law, "card_lapses")
    return Claim(LIFE.card_issued.exists, outcome(law, "card_ends") == first(expires, lapses.plus_days(-1)))
