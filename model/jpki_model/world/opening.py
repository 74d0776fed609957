"""How a history begins: who is in the register on its first day, and what they hold."""

from dataclasses import dataclass
from datetime import date

from jpki_model.world.events import Event
from jpki_model.world.world import World


@dataclass(frozen=True, slots=True)
class Opening:
    """One person as the first day finds them; what is None they do not have.

    `card_made`: the day on which the card was made, which was delivered then; `card_requested`: that of its
    application (the same day, if None); the certificates were issued on valid cards.
    """

    person: str
    birth: date
    residence: str = "citizen"
    stay_expires: date | None = None
    nationality_lost: date | None = None
    card_requested: date | None = None
    card_made: date | None = None
    authentication_issued: date | None = None
    signature_issued: date | None = None

    def as_json(self) -> dict[str, object]:
        """The opening as JSON types, without what is not stated."""
        row: dict[str, object] = {"person": self.person}
        for name in self.__slots__[1:]:
            value = getattr(self, name)
            if value is not None:
                row[name] = value.isoformat() if isinstance(value, date) else value
        return row

    def events(self) -> list[Event]:
        """The events that lead there, in their order."""
        events = [
            Event(
                "born",
                self.birth,
                self.person,
                birth=self.birth,
                residence=self.residence,
                stay_expires=self.stay_expires,
                nationality_lost=self.nationality_lost,
            )
        ]
        if self.card_made is not None:
            requested = self.card_requested or self.card_made
            events.append(Event("card_requested", requested, self.person))
            for kind in ("identity_checked", "card_made", "card_delivered"):
                events.append(Event(kind, self.card_made, self.person))
        for item, issued in (
            ("authentication", self.authentication_issued),
            ("signature", self.signature_issued),
        ):
            if issued is not None:
                events.append(Event(f"{item}_issued", issued, self.person))
        return events


def open_world(world: World, start: date, openings: tuple[Opening, ...]) -> None:
    """Bring a new world to the beginning of a history. Raises `Refused` or `CannotHappen` for one that cannot be."""
    ordered = sorted((event.on, place, event) for place, event in enumerate(_all(openings)))
    for _, _, event in ordered:
        world.play(event)
    world.advance(start)


def _all(openings: tuple[Opening, ...]) -> list[Event]:
    return [event for opening in openings for event in opening.events()]
