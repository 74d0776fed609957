"""What the world keeps of each person: the register's entry, moves that are not finished, cards and certificates."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Card:
    """One card, valid from the day on which it was made through `expires` unless it lapses before.

    `lapsed`: first day without force; `suspended`: its holder reported the loss, which is no lapse.
    """

    made: date
    expires: date
    delivered: bool = False
    suspended: bool = False
    lapsed: date | None = None
    cause: str = ""
    clause: str = ""
    wrong_pins: dict[str, int] = field(default_factory=dict)

    def valid_on(self, day: date) -> bool:
        """It has force on a day that is not in the future."""
        return self.made <= day <= self.expires and (self.lapsed is None or day < self.lapsed)

    def state(self, day: date) -> str:
        """`not_yet`, `valid`, `suspended`, `expired` or `lapsed`."""
        if day < self.made:
            return "not_yet"
        if self.lapsed is not None and self.lapsed <= day:
            return "lapsed"
        if day > self.expires:
            return "expired"
        return "suspended" if self.suspended else "valid"


@dataclass(slots=True)
class Certificate:
    """One certificate on a card.

    `revoked`: first day without force, that of the issuing body's record; `number` tells the order of issue.
    """

    person: str
    item: str
    number: int
    issued: date
    expires: date
    card: Card
    revoked: date | None = None
    cause: str = ""
    clause: str = ""

    def valid_on(self, day: date) -> bool:
        """It has force on a day that is not in the future."""
        return self.issued <= day <= self.expires and (self.revoked is None or day < self.revoked)

    def state(self, day: date) -> str:
        """`not_yet`, `valid`, `suspended` (with its card), `expired` or `revoked`."""
        if day < self.issued:
            return "not_yet"
        if self.revoked is not None and self.revoked <= day:
            return "revoked"
        if day > self.expires:
            return "expired"
        return "suspended" if self.card.suspended else "valid"


@dataclass(slots=True)
class Move:
    """A move that began with a notice of moving out, or (`planned` None) with a return from abroad."""

    notified: date | None
    planned: date | None
    arrived: date | None = None
    settled: date | None = None
    too_late: bool = False

    @property
    def is_return(self) -> bool:
        """From abroad."""
        return self.notified is None


@dataclass(slots=True)
class Presentation:
    """The first notice of moving in was given, and the card has to follow it to the same municipality."""

    cards: tuple[Card, ...]
    of_return: bool
    done: bool = False


@dataclass(slots=True)
class NoticeAbroad:
    """The notice of moving abroad: its day, the planned day, whether the card was handed in in time."""

    on: date
    planned: date
    card: Card | None


@dataclass(slots=True)
class Application:
    """An application for a card that was received, and is not yet answered by one."""

    received: date
    ground: str
    former_expires: date | None
    checked: bool = False


@dataclass(slots=True)
class Resident:
    """One person, as all the offices together know them."""

    person: str
    birth: date
    residence: str
    stay_expires: date | None = None
    nationality_lost: date | None = None
    registered: bool = True
    abroad: bool = False
    died: date | None = None
    arrived: date | None = None
    move: Move | None = None
    presentation: Presentation | None = None
    notice_abroad: NoticeAbroad | None = None
    application: Application | None = None
    cards: list[Card] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)

    @property
    def card(self) -> Card | None:
        """The card made last."""
        return self.cards[-1] if self.cards else None

    def certificate(self, item: str) -> Certificate | None:
        """The certificate of a kind that was issued last."""
        return next((each for each in reversed(self.certificates) if each.item == item), None)
