"""The term of a card or certificate: its first day, its last day, and the event that cuts it short."""

from dataclasses import dataclass
from datetime import date

from .days import days_after, earliest, months_before

RENEWAL_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Term:
    """When a card or certificate is valid; all `None` if it was never issued."""

    issued: date | None = None
    #: The last valid day, to its end at 24:00 (Civil Code 141).
    expires: date | None = None
    #: The first day on which an event (a lapse, a revocation) leaves it without effect.
    cut_short: date | None = None

    @classmethod
    def of(cls, issued: date, expires: date | None, event: date | None) -> "Term":
        """The term with an event's day, which means nothing once the term has expired."""
        too_late = event is not None and expires is not None and event > expires
        return cls(issued, expires, None if too_late else event)

    @property
    def renewable_from(self) -> date | None:
        """The first day on which less than three months are left (card ordinance 29(1), JPKI rules 13, 49).

        Three months before the last day exactly three months are left, which is not less than three.
        """
        return None if self.expires is None else days_after(months_before(self.expires, RENEWAL_MONTHS), 1)

    @property
    def ends(self) -> date | None:
        """The last day of use, whatever ends it."""
        return earliest(self.expires, days_after(self.cut_short, -1))

    def state(self, on: date, cut_short: str) -> str:
        """The state on a day; `cut_short` is the word for the state after an event."""
        if self.issued is None or on < self.issued:
            return "not_yet"
        if self.cut_short is not None and self.cut_short <= on:
            return cut_short
        if self.expires is not None and on > self.expires:
            return "expired"
        return "valid"
