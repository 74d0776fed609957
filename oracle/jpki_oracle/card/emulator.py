"""`emulator:PROFILE`: the project's own emulated card, in this process."""

from typing import Protocol

from jpki_oracle.card.slot import CardFailure, CardFailureKind, checked_response


class CardInProcess(Protocol):
    """What an emulated card offers."""

    def power_on(self) -> bytes:
        """The answer to reset."""

    def power_off(self) -> None:
        """Forgets what is held in memory."""

    def reset(self) -> bytes:
        """The answer to a warm reset."""

    def transmit(self, command: bytes) -> bytes:
        """The response, with its status."""


class EmulatorSlot:
    """An emulated card, which is as fast as calling it."""

    def __init__(self, card: CardInProcess, name: str) -> None:
        self._card = card
        self._name = name
        self._powered = False

    @property
    def name(self) -> str:
        """The address."""
        return self._name

    def power_on(self) -> bytes:
        """Takes the power away if it has some, and gives it."""
        if self._powered:
            self._card.power_off()
        self._powered = True
        return self._card.power_on()

    def power_off(self) -> None:
        """Takes the power away."""
        self._powered = False
        self._card.power_off()

    def reset(self) -> bytes:
        """Resets without taking the power away."""
        self._must_have_power()
        return self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        """Sends one command."""
        self._must_have_power()
        return checked_response(self._card.transmit(command), self._name)

    def close(self) -> None:
        """Takes the power away."""
        if self._powered:
            self.power_off()

    def _must_have_power(self) -> None:
        if not self._powered:
            raise CardFailure(CardFailureKind.OFF, f"{self._name} has no power")


def open_emulator(address: str, profile_name: str) -> EmulatorSlot:
    """An example card of a profile, as in `probed` or `probed,blocked_status=6983`.

    Raises ValueError for a profile that does not exist.
    """
    from jpki_model.card.presets import example_card

    return EmulatorSlot(example_card(profile_name or DEFAULT_PROFILE), address)


DEFAULT_PROFILE = "probed"
