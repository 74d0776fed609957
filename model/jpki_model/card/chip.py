"""What a card remembers: for good (PINs, counters), and until power goes (selection, what was verified)."""

from dataclasses import dataclass, field

from jpki_model.card.apdu import Command
from jpki_model.card.files import Application, Contents, File, Pin
from jpki_model.card.profile import CardProfile, alternatives
from jpki_model.card.profiled import profiled
from jpki_model.card.secure_session import SecureSession

PinPlace = tuple[str, int]
"""A PIN by the name of its application and its file identifier."""

ANSWER_TO_RESET = 0x5F51
"""The tag of the data object with the ATR of the contacts, without its first byte."""
CONTACTLESS = "3B88"


@dataclass
class Volatile:
    """What is lost with the power."""

    application: Application
    file: File | None = None
    verified: set[PinPlace] = field(default_factory=set)
    session: SecureSession | None = None
    challenge: bytes | None = None
    issuer: bool = False
    chained: Command | None = None
    untouched: bool = True
    """Whether no command has come since power-on."""


class Chip:
    """One card's memory under one profile; the instructions act on it."""

    def __init__(self, contents: Contents, profile: CardProfile) -> None:
        self.profile = profile
        self.tries: dict[PinPlace, int] = {}
        self.values: dict[PinPlace, bytes] = {}
        self.load(contents)
        self.state = Volatile(self.master)

    def load(self, contents: Contents) -> None:
        """Take contents from the issuer; PINs and counters that the card already has stay as they are."""
        self.contents = contents
        contact: str = self.profile.answer_to_reset
        if contact.startswith(CONTACTLESS):  # made by the reader; the card knows its own
            contact = alternatives()["answer_to_reset"][0]
        self.objects = {**contents.objects, ANSWER_TO_RESET: bytes.fromhex(contact)[1:]}
        self.applications = tuple(profiled(a, self.profile) for a in contents.applications)
        self.master = profiled(contents.master, self.profile)
        self.pins: dict[PinPlace, Pin] = {
            (application.name, file.id): file
            for application in self.applications
            for file in application.files.values()
            if isinstance(file, Pin)
        }
        for (application, _), pin in self.pins.items():
            counter = self.counter(application, pin)
            self.tries.setdefault(counter, 0 if pin.blocked else pin.tries)
            self.values.setdefault((application, pin.id), pin.value)

    def clear(self) -> None:
        """Forget all that is lost with the power."""
        self.state = Volatile(self.master)

    def counter(self, application: str, pin: Pin) -> PinPlace:
        """The counter that a PIN counts on: its own, or the code's where applications share it."""
        if self.profile.counters_shared == "shared" and pin.name in ("code_a", "code_b"):
            return pin.name, 0
        return application, pin.id

    def referenced(self, p2: int) -> File | None:
        """The file of the current application that P2 refers to: 80 the current one, 80+SFI another."""
        short = p2 & 0x1F
        if not short:
            return self.state.file
        named = self.state.application.files.get(short)
        if named is not None and self.profile.short_identifier_selects == "always":
            self.state.file = named
        return named

    def opened(self, access: frozenset[int] | None) -> bool:
        """Whether a condition of the current application is met."""
        if access is None:
            return True
        state = self.state
        application = state.application.name
        return any((application, pin) in state.verified for pin in access)

    def wrong(self, pin: Pin) -> int:
        """Count one wrong presentation in the current application; the tries that are left.

        A PIN that is exhausted is no longer verified, whatever the profile says of wrong presentations.
        """
        application = self.state.application.name
        counter = self.counter(application, pin)
        self.tries[counter] -= 1
        if self.profile.failed_verify_clears == "yes":
            self.state.verified.discard((application, pin.id))
        if not self.tries[counter]:
            self.state.verified -= {
                place for place, other in self.pins.items() if self.counter(place[0], other) == counter
            }
        return self.tries[counter]

    def right(self, pin: Pin) -> None:
        """A right presentation in the current application: counter back, status verified."""
        application = self.state.application.name
        self.tries[self.counter(application, pin)] = pin.tries
        self.state.verified.add((application, pin.id))
