"""What can happen in the world: one event, and which details each kind of event has."""

from dataclasses import dataclass
from datetime import date

from jpki_model.day import parse_day

RESIDENCES = ("citizen", "permanent", "limited", "landing", "transitional")
ENTRIES = ("name", "address", "birth", "sex", "minor")
GROUNDS = ("first", "window", "overseas", "full_notes", "other")
ITEMS_WITH_KEYS = ("signature", "authentication")

KINDS: dict[str, tuple[str, ...]] = {
    "day": (),
    "born": ("birth", "residence", "stay_expires", "nationality_lost"),
    "moveout_notified": ("planned",),
    "moved_in": (),
    "movein_notified": ("with_card",),
    "card_presented": (),
    "moved_out": (),
    "record_corrected": ("entry",),
    "record_deleted": (),
    "moving_abroad_notified": ("planned", "with_card"),
    "left_japan": (),
    "stay_extended": ("stay_expires",),
    "died": (),
    "card_requested": ("ground",),
    "identity_checked": (),
    "card_made": (),
    "card_delivered": (),
    "loss_reported": (),
    "card_found": (),
    "reissue_requested": (),
    "card_returned": (),
    "return_ordered": (),
    "code_corrected": (),
    "number_changed": (),
    "signature_issued": (),
    "authentication_issued": (),
    "signature_revocation_requested": (),
    "authentication_revocation_requested": (),
    "key_compromised": ("item",),
    "pin_failed": ("item",),
    "pin_reset": ("item",),
    "network_held": ("until",),
}
"""Every kind of event with the details that it may have; all have a day and, but for `day` and the network, a person.

`day` is a day on which nothing happens: what is due by it falls due.
"""

NEEDED: dict[str, tuple[str, ...]] = {
    "born": ("birth",),
    "moveout_notified": ("planned",),
    "record_corrected": ("entry",),
    "moving_abroad_notified": ("planned",),
    "stay_extended": ("stay_expires",),
    "key_compromised": ("item",),
    "pin_failed": ("item",),
    "pin_reset": ("item",),
    "network_held": ("until",),
}
"""The details without which an event is none."""

NOBODYS = ("day", "network_held")
"""The kinds of event that befall nobody in particular."""


class NotAnEvent(ValueError):
    """A record that is not an event; one line for people."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event on a day; a detail that its kind does not have is None.

    `planned`: the day of moving as it stands in the notice; `with_card`: the card was handed in with the notice;
    `entry`: which entry of the record changed, or `minor`; `ground`: that of the application for a card; `item`:
    the certificate whose key or PIN it is about; `until`: the day on which notices that are held up arrive.
    """

    kind: str
    on: date
    person: str = "A"
    birth: date | None = None
    residence: str | None = None
    stay_expires: date | None = None
    nationality_lost: date | None = None
    planned: date | None = None
    with_card: bool | None = None
    entry: str | None = None
    ground: str | None = None
    item: str | None = None
    until: date | None = None

    def as_json(self) -> dict[str, object]:
        """The event as JSON types, without what is not stated."""
        row: dict[str, object] = {"kind": self.kind, "on": self.on.isoformat()}
        if self.kind not in NOBODYS:
            row["person"] = self.person
        for name in KINDS[self.kind]:
            value = getattr(self, name)
            if value is not None:
                row[name] = value.isoformat() if isinstance(value, date) else value
        return row

    def one_line(self) -> str:
        """The event on one line: its day, its kind, its details."""
        details = [f"{name} {value}" for name, value in self.as_json().items() if name in KINDS[self.kind]]
        return f"{self.on} {self.kind}" + (f" ({', '.join(details)})" if details else "")


_CHOICES = {"residence": RESIDENCES, "entry": ENTRIES, "ground": GROUNDS, "item": ITEMS_WITH_KEYS}
_DAYS = ("on", "birth", "stay_expires", "nationality_lost", "planned", "until")


def event(row: dict[str, object]) -> Event:
    """An event from JSON types. Raises `NotAnEvent` that names the detail and what is allowed."""
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise NotAnEvent(f"kind: {kind!r} is not one of {', '.join(KINDS)}")
    allowed = ("kind", "on", "person", *KINDS[kind])
    values: dict[str, object] = {}
    for name, value in row.items():
        if name not in allowed:
            raise NotAnEvent(f"{kind}: {name!r} is not a detail of it; it has {', '.join(allowed)}")
        if value is not None:
            values[name] = _detail(name, value)
    if missing := [name for name in ("on", *NEEDED.get(kind, ())) if name not in values]:
        raise NotAnEvent(f"{kind}: {missing[0]} is missing")
    return Event(**values)  # type: ignore[arg-type]


def _detail(name: str, value: object) -> object:
    if name in _DAYS:
        if isinstance(value, date):
            return value
        if not isinstance(value, str):
            raise NotAnEvent(f"{name}: {value!r} is not a date; write YYYY-MM-DD, as in 2024-02-29")
        try:
            return parse_day(value)
        except ValueError as error:
            raise NotAnEvent(f"{name}: {error}") from None
    if name == "with_card":
        if not isinstance(value, bool):
            raise NotAnEvent(f"{name}: {value!r} is not a truth value; write true or false")
        return value
    if name in _CHOICES and value not in _CHOICES[name]:
        raise NotAnEvent(f"{name}: {value!r} is not one of {', '.join(_CHOICES[name])}")
    if not isinstance(value, str):
        raise NotAnEvent(f"{name}: {value!r} is not a text")
    return value
