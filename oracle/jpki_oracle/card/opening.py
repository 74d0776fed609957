"""From an address to a card that may be asked: who it is, how far a run may go, and its record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jpki_oracle.card.address import open_slot
from jpki_oracle.card.budget import Budget
from jpki_oracle.card.identity import Identity, identify
from jpki_oracle.card.record import FileStore
from jpki_oracle.card.safety import GuardedSlot, Permission, Tier, proves_to_be_emulator
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardSlot


class NotPermitted(Exception):
    """The run that was asked for is not allowed on this card; one line that says what is."""


@dataclass(frozen=True)
class Wish:
    """How far a run is wanted to go.

    `tier` None: as far as is right without being asked: everything on an emulator that does not lie in a reader, else
    the holder's PINs if they are given, else what is safe. `ask_serial` lets the user type the serial number of a real
    card; it is given the number's last digits.
    """

    tier: Tier | None = None
    own_pins: Mapping[str, Secret] = field(default_factory=dict)
    ask_serial: Callable[[str], str] | None = None
    records: Path | None = None


class OpenCard:
    """A card that has proven what it is, with its guarded slot; use as a context manager."""

    def __init__(self, slot: GuardedSlot, identity: Identity | None, store: FileStore | None) -> None:
        self.slot = slot
        self.identity = identity
        self._store = store

    @property
    def permission(self) -> Permission:
        """How far the run may go."""
        return self.slot.permission

    def close(self) -> None:
        """Lets the card go without power, and its record; can be called again."""
        try:
            self.slot.close()
        finally:
            if self._store:
                self._store.close()

    def __enter__(self) -> "OpenCard":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_card(address: str, wish: Wish | None = None, *, timeout: float = 10.0) -> OpenCard:
    """The card at `address`, without power, for a run that goes as far as `wish` and the card allow.

    Raises AddressError, CardFailure, NotPermitted, or RecordError.
    """
    slot = open_slot(address, timeout=timeout)
    try:
        return _opened(slot, wish or Wish(), in_reader=address.startswith("pcsc:"))
    except BaseException:
        slot.close()
        raise


def _opened(slot: CardSlot, wish: Wish, *, in_reader: bool) -> OpenCard:
    asking = GuardedSlot(slot, Permission())  # what is found out is found out by safe commands alone
    asking.power_on()
    emulator = proves_to_be_emulator(asking)
    identity = identify(asking)
    tier = wish.tier or _default(emulator=emulator and not in_reader, own_pins=bool(wish.own_pins))
    if tier is Tier.OWN_PIN and not wish.own_pins:
        raise NotPermitted("the tier own-pin needs a PIN of the holder: state which one by --own-pin")
    store = None
    if not emulator and tier is not Tier.SAFE:
        if identity is None:
            raise NotPermitted(
                "the card does not say which one it is, so no record of its PINs can be kept; only a safe run is "
                "possible"
            )
        if tier is Tier.DESTRUCTIVE:
            _agree(identity, wish)
        store = FileStore(identity.octets, wish.records)
    asking.power_off()
    budget = Budget(store) if store else None
    return OpenCard(GuardedSlot(slot, Permission(tier, emulator, wish.own_pins), budget), identity, store)


def _default(*, emulator: bool, own_pins: bool) -> Tier:
    if emulator:
        return Tier.DESTRUCTIVE
    return Tier.OWN_PIN if own_pins else Tier.SAFE


def _agree(identity: Identity, wish: Wish) -> None:
    if wish.ask_serial is None:
        raise NotPermitted(
            "the card does not prove to be an emulator; a destructive run on a real card needs its serial number, "
            "typed at a terminal"
        )
    if wish.ask_serial(identity.last_digits).strip() != identity.serial:
        raise NotPermitted("that is not the serial number of this card; nothing was presented to it")
