"""A life: what is known of a holder, a card and its two certificates, read from a JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

#: The values of each choice; the first is the default.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "residence": ("citizen", "permanent", "limited", "landing", "transitional"),
    "card_renewal": ("none", "window", "overseas", "full_notes", "other"),
    "signature_renewal": ("none", "window"),
    "authentication_renewal": ("none", "window"),
    "correction": ("name", "address", "birth", "sex", "minor"),
}


class ParametersError(ValueError):
    """The request cannot be answered as it was put."""


def day_from_json(value: object, name: str) -> date:
    """A day written YYYY-MM-DD, and in no other of the ISO forms."""
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.isoformat() == value:
                return day
    raise ParametersError(f"{name}: not a day written YYYY-MM-DD: {value!r}")


def choice_from_json(value: object, name: str) -> str:
    """One of the values that the field may have."""
    for choice in CHOICES[name]:
        if value == choice:
            return choice
    raise ParametersError(f"{name}: not one of {', '.join(CHOICES[name])}: {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The days of what happened; `None`: it did not happen, or nobody knows."""

    birth: date | None = None
    residence: str = "citizen"
    stay_expires: date | None = None
    nationality_lost: date | None = None

    card_requested: date | None = None
    card_issued: date | None = None
    card_renewal: str = "none"
    signature_issued: date | None = None
    signature_renewal: str = "none"
    authentication_issued: date | None = None
    authentication_renewal: str = "none"

    moveout_notified: date | None = None
    moveout_planned: date | None = None
    moved_in: date | None = None
    movein_notified: date | None = None
    card_presented: date | None = None
    moved_out_again: date | None = None
    left_japan: date | None = None
    card_presented_abroad: date | None = None

    record_corrected: date | None = None
    correction: str = "name"
    died: date | None = None
    record_deleted: date | None = None
    card_returned: date | None = None
    reissue_requested: date | None = None
    signature_revocation_requested: date | None = None
    authentication_revocation_requested: date | None = None
    revocation_recorded: date | None = None

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Read a life; a field that is missing or null keeps its default."""
        if not isinstance(value, Mapping):
            raise ParametersError("life: not an object")
        unknown = set(value) - {field.name for field in fields(cls)}
        if unknown:
            raise ParametersError(f"life: no such field: {', '.join(sorted(map(str, unknown)))}")
        known: dict[str, Any] = {
            name: choice_from_json(given, name) if name in CHOICES else day_from_json(given, name)
            for name, given in value.items()
            if given is not None
        }
        return cls(**known)

    @property
    def born(self) -> date:
        """The day of birth, for a rule that cannot do without it."""
        if self.birth is None:
            raise ParametersError("birth: needed to count birthdays")
        return self.birth
