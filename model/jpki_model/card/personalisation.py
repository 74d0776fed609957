"""A card for a life: the rules say until when card and certificates are valid, the issuer writes it on the card.

The card itself asks no rules: it neither knows the day nor whether it lapsed.
"""

from datetime import date

from jpki_spec.laws import CURRENT_EDITION, Law, law

from jpki_model.card.files import Contents
from jpki_model.card.issuing import (
    EXAMPLE_SECRETS,
    Authorities,
    CardDates,
    Issue,
    PersonalisationError,
    Secrets,
    issue_card,
)
from jpki_model.life import LifeRecord
from jpki_model.outcome import Outcome, outcome_of
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import KeyRing
from jpki_model.pki.profile import AS_SEEN, CertificateProfile, Purpose


def personalise(
    life: LifeRecord,
    *,
    authority: Authorities | None = None,
    keys: KeyRing | None = None,
    pins: Secrets = EXAMPLE_SECRETS,
    certificates: CertificateProfile = AS_SEEN,
    rules: Law | None = None,
) -> Contents:
    """The contents of the card of a life, under the current edition unless `rules` says otherwise.

    A certificate that the life never had issued is not on the card. Raises `PersonalisationError` for a life without
    birth or card, and `OutOfCalendar`.
    """
    birth = life["birth"]
    if not isinstance(birth, date):
        raise PersonalisationError("a card needs `birth` in the life")
    dates = dates_of(life, rules or law(CURRENT_EDITION))
    return issue_card(Holder(birth), dates, pins, keys, authority, certificates)


def dates_of(life: LifeRecord, rules: Law) -> CardDates:
    """When card and certificates of a life end, by a law."""
    outcome = outcome_of(life, rules)
    expires = outcome.outputs["card_expires"]
    if life["card_issued"] is None or not isinstance(expires, date):
        raise PersonalisationError("a card needs `card_issued` in the life, and a day on which it expires")
    return CardDates(expires, _issue(outcome, "signature"), _issue(outcome, "authentication"))


def _issue(outcome: Outcome, purpose: Purpose) -> Issue | None:
    issued, expires = outcome.life[f"{purpose}_issued"], outcome.outputs[f"{purpose}_expires"]
    if not isinstance(issued, date) or not isinstance(expires, date):
        return None
    return Issue(issued, expires)
