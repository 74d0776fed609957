"""A zoo of faulty cards: each is the emulated card with one mistake that a vendor could make; here, of its memory."""

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.files import Pin
from jpki_model.card.presets import example_contents

SELECT, VERIFY, READ, SIGN, CHALLENGE, CHANGE = 0xA4, 0x20, 0xB0, 0x2A, 0x84, 0x24
OK, REFUSED = b"\x90\x00", b"\x69\x82"
FOUND_ABSENT = b"\x6a\x82"


class FaultyCard(EmulatedCard):
    """An emulated card; what is wrong with it, a subclass says."""

    def __init__(self) -> None:
        super().__init__(example_contents())

    @property
    def chip(self):  # type: ignore[no-untyped-def]
        """Its memory."""
        return self._chip

    @property
    def application(self) -> str:
        """The current application."""
        return str(self.chip.state.application.name)

    def file(self, command: bytes) -> object:
        """The file that a command with P2 80 or 80+SFI is about."""
        return self.chip.referenced(command[3])

    def right(self, command: bytes) -> bool:
        """A VERIFY that presents the value of the PIN that it is about."""
        pin = self.file(command)
        return isinstance(pin, Pin) and command[5:] == self.chip.values[self.application, pin.id]

    def presents(self, command: bytes) -> bool:
        """A VERIFY with a value, of a PIN."""
        return command[1] == VERIFY and len(command) > 5 and isinstance(self.file(command), Pin)

    def tries(self, command: bytes) -> tuple[tuple[str, int], int]:
        """The counter of the PIN that a command is about, and the tries left."""
        counter = self.chip.counter(self.application, self.file(command))
        return counter, self.chip.tries[counter]

    def open_for(self, command: bytes, *pins: int) -> bytes:
        """The response as if these PINs were verified."""
        places = {(self.application, pin) for pin in pins} - self.chip.state.verified
        self.chip.state.verified |= places
        response = super().transmit(command)
        self.chip.state.verified -= places
        return response


class CounterNotReset(FaultyCard):
    """The right PIN does not bring the tries back."""

    def transmit(self, command: bytes) -> bytes:
        if not self.presents(command):
            return super().transmit(command)
        counter, before = self.tries(command)
        response = super().transmit(command)
        self.chip.tries[counter] = min(before, self.chip.tries[counter])
        return response


class CounterStands(FaultyCard):
    """A wrong PIN costs nothing, though the answer says so."""

    def transmit(self, command: bytes) -> bytes:
        if not self.presents(command):
            return super().transmit(command)
        counter, before = self.tries(command)
        response = super().transmit(command)
        self.chip.tries[counter] = max(before, self.chip.tries[counter])
        return response


class CounterFallsByTwo(FaultyCard):
    """A wrong PIN costs two tries."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if response[0] == 0x63 and self.presents(command):
            counter, left = self.tries(command)
            self.chip.tries[counter] = max(left - 1, 0)
        return response


class CounterToldTooEarly(FaultyCard):
    """The answer to a wrong PIN tells the tries from before it."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if response[0] == 0x63 and self.presents(command):
            return bytes((0x63, response[1] + 1))
        return response


class CounterBackWithPower(FaultyCard):
    """A power cycle brings the tries back."""

    def power_on(self) -> bytes:
        for (application, _), pin in self.chip.pins.items():
            self.chip.tries[self.chip.counter(application, pin)] = 0 if pin.blocked else pin.tries
        return super().power_on()


class QueryCosts(FaultyCard):
    """Asking for the tries left costs one."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == VERIFY and len(command) == 4 and isinstance(self.file(command), Pin):
            counter, left = self.tries(command)
            self.chip.tries[counter] = max(left - 1, 0)
        return super().transmit(command)


class QueryLogsOut(FaultyCard):
    """Asking for the tries left takes back what was verified."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == VERIFY and len(command) == 4:
            self.chip.state.verified.clear()
        return super().transmit(command)


class OneCounterForBothKeys(FaultyCard):
    """A wrong user-authentication PIN costs a try of the signature password too."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if self.presents(command) and response[0] == 0x63 and self.application == "jpki":
            other = ("jpki", 0x001B if self.file(command).id == 0x0018 else 0x0018)  # type: ignore[attr-defined]
            self.chip.tries[other] = max(self.chip.tries[other] - 1, 0)
        return response


class LockedOpens(FaultyCard):
    """A locked PIN still takes its right value."""

    def transmit(self, command: bytes) -> bytes:
        if self.presents(command) and not self.tries(command)[1] and self.right(command):
            return OK
        return super().transmit(command)


class LockedCountsOn(FaultyCard):
    """A locked PIN goes on answering 63C0 to a VERIFY."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        return b"\x63\xc0" if self.presents(command) and response == b"\x69\x84" else response


class LocksOneTooLate(FaultyCard):
    """One try more than the PIN has."""

    def transmit(self, command: bytes) -> bytes:
        if self.presents(command) and not self.tries(command)[1] and not self.right(command):
            return b"\x63\xc0"
        return super().transmit(command)


class ComparesTheBeginning(FaultyCard):
    """A value that begins with the PIN is taken for it."""

    def transmit(self, command: bytes) -> bytes:
        if self.presents(command):
            value = self.chip.values[self.application, self.file(command).id]  # type: ignore[attr-defined]
            if value and command[5:].startswith(value):
                command = command[:4] + bytes((len(value),)) + value
        return super().transmit(command)


class AnyHoldersPin(FaultyCard):
    """A PIN takes the value of another PIN of four digits."""

    def transmit(self, command: bytes) -> bytes:
        if self.presents(command) and command[5:] in self.chip.values.values() and len(command) == 9:
            value = self.chip.values[self.application, self.file(command).id]  # type: ignore[attr-defined]
            command = command[:4] + bytes((len(value),)) + value if len(value) == 4 else command
        return super().transmit(command)


class KeptAcrossApplications(FaultyCard):
    """What was verified stays so while other applications are selected."""

    def transmit(self, command: bytes) -> bytes:
        kept = set(self.chip.state.verified)
        response = super().transmit(command)
        if command[1:3] == bytes((SELECT, 0x04)):
            self.chip.state.verified |= kept
        return response


class PowerChangesNothing(FaultyCard):
    """Application, file and verified PINs outlive the power."""

    def power_off(self) -> None:
        self._kept = self.chip.state
        super().power_off()

    def power_on(self) -> bytes:
        answer = super().power_on()
        self._chip.state = getattr(self, "_kept", self.chip.state)
        return answer


class SelectionOutlivesPower(FaultyCard):
    """The application is still selected after a power cycle."""

    def power_off(self) -> None:
        self._kept = self.chip.state.application
        super().power_off()

    def power_on(self) -> bytes:
        answer = super().power_on()
        self.chip.state.application = getattr(self, "_kept", self.chip.master)
        return answer


class FileOutlivesSelection(FaultyCard):
    """The current file stays when an application is selected."""

    def transmit(self, command: bytes) -> bytes:
        kept = self.chip.state.file
        response = super().transmit(command)
        if command[1:3] == bytes((SELECT, 0x04)) and response == OK:
            self.chip.state.file = self.chip.state.application.files.get(kept.id) if kept else None
        return response


class LosesTheApplication(FaultyCard):
    """A selection that fails leaves no application selected."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if command[1:3] == bytes((SELECT, 0x04)) and response == FOUND_ABSENT:
            self.chip.state.application, self.chip.state.file = self.chip.master, None
        return response


class LosesTheFile(FaultyCard):
    """A selection of a file that is not there leaves no file selected."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if command[1:3] == bytes((SELECT, 0x02)) and response == FOUND_ABSENT:
            self.chip.state.file = None
        return response


class FindsWhatIsNotThere(FaultyCard):
    """A file that is not there is selected."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        return OK if command[:3] == bytes((0x00, SELECT, 0x02)) and response == FOUND_ABSENT else response
