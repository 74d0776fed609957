"""The example card: a fictitious holder's, with PINs that are no secret, the same keys as long as the program runs."""

from datetime import date
from functools import cache

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.files import Contents
from jpki_model.card.issuing import EXAMPLE_SECRETS, CardDates, Issue, issue_card
from jpki_model.card.profile import profile
from jpki_model.pki.holder import Holder

EXAMPLE_HOLDER = Holder(birth=date(1992, 2, 29))
EXAMPLE_DATES = CardDates(
    card_expires=date(2035, 2, 28),
    signature=Issue(date(2025, 4, 1), date(2030, 2, 28)),
    authentication=Issue(date(2025, 4, 1), date(2030, 2, 28)),
)
"""Valid for years on the day of writing, so that other programs take the certificates as they are."""


def example_card(name: str = "probed") -> EmulatedCard:
    """A new example card of a profile, as `profile` names it. Raises `UnknownProfile`."""
    return EmulatedCard(example_contents(), profile(name))


@cache
def example_contents() -> Contents:
    """What is on the example card; the keys are made at the first call."""
    return issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, EXAMPLE_SECRETS)
