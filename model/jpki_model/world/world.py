"""The world: `play` an event, then ask for the `states` of a person's card and certificates today."""

from collections.abc import Callable

from jpki_spec.laws import Law

from jpki_model.world.days import age_on
from jpki_model.world.events import NOBODYS, Event
from jpki_model.world.holdings import Resident
from jpki_model.world.municipality import Municipality
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.regulations import Regulations, regulations

ITEMS = ("card", "signature", "authentication")
PINS = ("signature_pin", "authentication_pin")


class World(Municipality):
    """All parts together, under one law, with a clock of days."""

    def __init__(self, law: Law | Regulations) -> None:
        super().__init__(law if isinstance(law, Regulations) else regulations(law))
        self._acts: dict[str, Callable[[Resident, Event], None]] = {}

    def play(self, event: Event) -> None:
        """Let an event happen, after all that falls due by its day.

        Raises `Refused` where an office refuses what is asked (the world is as before, but for the day), and
        `CannotHappen` for an event that is none.
        """
        self.advance(event.on)
        if event.kind in NOBODYS:
            if event.kind == "network_held":
                self.hold_network(event)
        elif event.kind == "born":
            self.born(event)
        else:
            holder = self.applicant(event.person)
            if holder.died is not None:
                raise CannotHappen(f"{event.person} died on {holder.died}")
            self._act(event.kind)(holder, event)

    def born(self, event: Event) -> None:
        """Enter a person into the register. Raises `CannotHappen` for a name that is taken, or a birth to come."""
        if event.person in self.residents:
            raise CannotHappen(f"{event.person} was born already")
        birth = event.birth or event.on
        if birth > event.on:
            raise CannotHappen(f"{event.person} is entered on {event.on}, before birth on {birth}")
        self.residents[event.person] = Resident(
            event.person, birth, event.residence or "citizen", event.stay_expires, event.nationality_lost
        )

    def hold_network(self, event: Event) -> None:
        """From now on the issuing body records nothing before a day to come."""
        self.held_until = event.until

    def states(self, person: str) -> dict[str, str]:
        """The states of the card and of the certificates that somebody got last, today.

        Raises `CannotHappen` for somebody who was never born.
        """
        holder = self.applicant(person)
        card = holder.card
        states = {"card": "not_yet" if card is None else card.state(self.today)}
        for item in ("signature", "authentication"):
            certificate = holder.certificate(item)
            states[item] = "not_yet" if certificate is None else certificate.state(self.today)
        return states

    def pins(self, person: str) -> dict[str, str]:
        """Whether the two PINs of somebody's card are `open` or `locked`."""
        card = self.applicant(person).card
        locked = {item: card is not None and self.pin_locked(card, item) for item in ITEMS[1:]}
        return {f"{item}_pin": "locked" if locked[item] else "open" for item in locked}

    def causes(self, person: str) -> dict[str, tuple[str, str]]:
        """What ended the card and the certificates that somebody got last, with its clause; only what has ended."""
        holder = self.applicant(person)
        card, certificates = holder.card, [holder.certificate(item) for item in ITEMS[1:]]
        ended = {} if card is None or card.lapsed is None else {"card": (card.cause, card.clause)}
        for each in certificates:
            if each is not None and each.revoked is not None:
                ended[each.item] = (each.cause, each.clause)
        return ended

    def age(self, person: str) -> int:
        """Somebody's age today."""
        rules = self.regulations
        holder = self.applicant(person)
        return age_on(holder.birth, self.today, rules.leap_age, eve_counts=rules.eve_counts)

    def _act(self, kind: str) -> Callable[[Resident, Event], None]:
        if kind not in self._acts:
            self._acts[kind] = getattr(self, f"_on_{kind}")
        return self._acts[kind]


def run(world: World, events: list[Event]) -> list[Refused | CannotHappen | None]:
    """Play events in order; for each None, or why it did not happen."""
    told: list[Refused | CannotHappen | None] = []
    for each in events:
        try:
            world.play(each)
            told.append(None)
        except (Refused, CannotHappen) as refusal:
            told.append(refusal)
    return told
