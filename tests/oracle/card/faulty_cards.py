"""A zoo of faulty cards: each is the emulated card with one mistake that a vendor could make."""

from collections.abc import Callable

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.files import Key, Pin
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


class SignsWithoutPin(FaultyCard):
    """A key signs without its PIN."""

    def transmit(self, command: bytes) -> bytes:
        return self.open_for(command, 0x0018, 0x001B) if command[1] == SIGN else super().transmit(command)


class SignsWithoutPinByShortIdentifier(FaultyCard):
    """A key that the command itself names signs without its PIN."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == SIGN and command[3] & 0x1F:
            return self.open_for(command, 0x0018, 0x001B)
        return super().transmit(command)


class OtherKeysPinOpens(FaultyCard):
    """The user-authentication PIN opens the signature key."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == SIGN and ("jpki", 0x0018) in self.chip.state.verified:
            return self.open_for(command, 0x001B)
        return super().transmit(command)


class KeysSwapped(FaultyCard):
    """The signature key signs with the user-authentication key."""

    def transmit(self, command: bytes) -> bytes:
        file = self.file(command) if command[1] == SIGN else None
        if isinstance(file, Key) and file.id == 0x001A and self.application == "jpki":
            kept, self.chip.state.file = self.chip.state.file, self.chip.state.application.files[0x0017]
            response = self.open_for(command[:3] + b"\x80" + command[4:], 0x0018)
            self.chip.state.file = kept
            return response if ("jpki", 0x001B) in self.chip.state.verified else REFUSED
        return super().transmit(command)


class KeyReadable(FaultyCard):
    """A key file can be read."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        inside = isinstance(self.chip.state.file, Key) and command[1] == READ
        return bytes(range(64)) + OK if inside and response == b"\x69\x81" else response


class PinReadable(FaultyCard):
    """A PIN file can be read."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        inside = isinstance(self.chip.state.file, Pin) and command[1] == READ
        return b"1234" + OK if inside and response == b"\x69\x81" else response


class SignatureCertificateFree(FaultyCard):
    """The signature certificate is read without the password."""

    def transmit(self, command: bytes) -> bytes:
        return self.open_for(command, 0x001B) if command[1] == READ else super().transmit(command)


class FreeByShortIdentifier(FaultyCard):
    """A file that the command itself names is read without a PIN."""

    def transmit(self, command: bytes) -> bytes:
        if command[1] == READ and command[2] & 0x80:
            return self.open_for(command, 0x001B, 0x0011, 0x0012, 0x0013, 0x0014, 0x0015)
        return super().transmit(command)


def _opens(opener: int, file: int) -> type[FaultyCard]:
    class Opens(FaultyCard):
        """A code opens a file of the text application that it should not."""

        def transmit(self, command: bytes) -> bytes:
            current = self.chip.state.file
            wanted = command[2] & 0x1F if command[2] & 0x80 else getattr(current, "id", 0)
            if command[1] == READ and wanted == file and ("text", opener) in self.chip.state.verified:
                return self.open_for(command, 0x0011)
            return super().transmit(command)

    return Opens


CodeAOpensAttributes, CodeBOpensNumber = _opens(0x0014, 0x0002), _opens(0x0015, 0x0001)


def _swapped(one: int, other: int) -> type[FaultyCard]:
    class Swapped(FaultyCard):
        """Two files of the public-key application hold each other's content."""

        def transmit(self, command: bytes) -> bytes:
            if command[:5] == bytes((0x00, SELECT, 0x02, 0x0C, 0x02)) and self.application == "jpki":
                wanted = int.from_bytes(command[5:7], "big")
                wanted = {one: other, other: one}.get(wanted, wanted)
                command = command[:5] + wanted.to_bytes(2, "big")
            return super().transmit(command)

    return Swapped


AuthorityUnderTheWrongFile = _swapped(0x0002, 0x000B)


class LeadingZeroDropped(FaultyCard):
    """A signature is a number without its leading zeros."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        if command[1] == SIGN and len(response) == 258:
            return response[:-2].lstrip(b"\0") + response[-2:]
        return response


class DeterministicChallenge(FaultyCard):
    """The random bytes are always the same."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        return bytes(len(response) - 2) + OK if command[1] == CHALLENGE and response[-2:] == OK else response


class ShortChallenge(FaultyCard):
    """One random byte less than was asked for."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        return response[1:] if command[1] == CHALLENGE and len(response) > 2 else response


class PadsTheEnd(FaultyCard):
    """A read over the end is filled up with zeros to the length that was asked for."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        wanted = command[4] or 256 if len(command) == 5 else 0
        if command[1] == READ and response[-2:] == OK and len(response) - 2 < wanted:
            return response[:-2].ljust(wanted, b"\0") + OK
        return response


class NothingBeyondTheEnd(FaultyCard):
    """A read from beyond the end succeeds with a byte."""

    def transmit(self, command: bytes) -> bytes:
        response = super().transmit(command)
        return b"\xff" + OK if command[1] == READ and response == b"\x6b\x00" else response


class AcceptsEveryClass(FaultyCard):
    """The class byte is not looked at."""

    def transmit(self, command: bytes) -> bytes:
        known = command[0] in (0x00, 0x08, 0x0C, 0x80)
        return super().transmit(command if known else b"\x00" + command[1:])


class ChangesWithoutVerify(FaultyCard):
    """A PIN is changed without being verified."""

    def transmit(self, command: bytes) -> bytes:
        return (
            self.open_for(command, 0x0018, 0x001B, 0x0011)
            if command[1] == CHANGE
            else super().transmit(command)
        )


class OtherLabel(FaultyCard):
    """The token information has the label of the resident-register card."""

    def transmit(self, command: bytes) -> bytes:
        return super().transmit(command).replace(b"JPKIAPICCTOKEN2", b"JPKIAPICCTOKEN ")


class CertificateOfAnotherKey(FaultyCard):
    """The user-authentication certificate holds the key of its authority."""

    def transmit(self, command: bytes) -> bytes:
        if command[:5] == bytes((0x00, SELECT, 0x02, 0x0C, 0x02)) and command[5:7] == b"\x00\x0a":
            command = command[:5] + b"\x00\x0b"
        return super().transmit(command)


def answering(changed: Callable[[bytes, bytes], bytes]) -> type[FaultyCard]:
    """A card whose responses are changed, by command and response."""

    class Answering(FaultyCard):
        """Another response."""

        def transmit(self, command: bytes) -> bytes:
            return changed(command, super().transmit(command))

    return Answering


ReadsWithWarning = answering(lambda c, r: r[:-2] + b"\x62\x82" if c[1] == READ and r[-2:] == OK else r)
KnowsEveryInstruction = answering(lambda c, r: OK if r == b"\x6d\x00" else r)
