"""What CrossHair is pointed at: the hand-written example, behind dates as ordinal numbers."""

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from examples.sut.conforming.rules.card import card_term
from examples.sut.conforming.rules.certificates import authentication_term, signature_term
from examples.sut.conforming.rules.life import Life

FIRST, LAST = date(1930, 1, 1).toordinal(), date(2040, 1, 1).toordinal()


def ends(birth: int, card_issued: int, signature_issued: int, authentication_issued: int) -> bool:
    """Whether the signature certificate ends with the card."""
    if not FIRST <= birth <= card_issued <= authentication_issued <= signature_issued <= LAST:
        return False
    life = Life(
        birth=date.fromordinal(birth),
        card_issued=date.fromordinal(card_issued),
        signature_issued=date.fromordinal(signature_issued),
        authentication_issued=date.fromordinal(authentication_issued),
    )
    card = card_term(life)
    authentication = authentication_term(life, card)
    return signature_term(life, card, authentication).expires == card.expires
