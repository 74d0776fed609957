"""What a source speaks of: the slides of 2017 leave much to the law, and an edition of theirs leaves it open."""

from jpki_model.world.events import Event
from jpki_model.world.regulations import Regulations

OF_THE_SLIDES = (
    "day",
    "born",
    "moveout_notified",
    "moved_in",
    "movein_notified",
    "card_presented",
    "moved_out",
    "record_corrected",
    "left_japan",
    "died",
    "card_requested",
    "identity_checked",
    "card_made",
    "card_delivered",
    "signature_issued",
    "authentication_issued",
)
"""The kinds of event whose consequences the slides state."""


def speaks_of(regulations: Regulations, event: Event) -> bool:
    """The edition says what an event leads to. The law does for every kind; the slides for their own.

    Of an early renewal and of a minor correction the slides say nothing, nor of a deletion's consequence for the card.
    """
    if not regulations.is_slides:
        return True
    if event.kind == "card_requested":
        return event.ground in (None, "first")
    if event.kind == "record_corrected":
        return event.entry != "minor"
    return event.kind in OF_THE_SLIDES
