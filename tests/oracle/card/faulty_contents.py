"""The second part of the zoo: cards that read, sign, answer or hold what they should not."""

from collections.abc import Callable

from faulty_cards import CHALLENGE, CHANGE, OK, READ, REFUSED, SELECT, SIGN, FaultyCard
from jpki_model.card.files import Key, Pin


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
