"""Where on the card one is: the application and file that its answers show to be selected."""

from dataclasses import dataclass

from jpki_spec.card import APPLICATIONS, FILES, CardFile

from jpki_oracle.card.apdu import GET_DATA, READ_BINARY, READ_RECORD, SELECT, Command
from jpki_oracle.card.marker import EMULATOR, EMULATOR_APPLICATION

BY_IDENTIFIER, BY_NAME = 0x02, 0x04
"""P1 of SELECT: a file under the application, or an application by its identifier."""

_OK = 0x9000
_BY_SHORT_IDENTIFIER = 0x80
_NAMES = {
    **{application.identifier: id for id, application in APPLICATIONS.items()},
    EMULATOR_APPLICATION: EMULATOR,
}


@dataclass(frozen=True, slots=True)
class Position:
    """What is selected, as far as the card has confirmed it; None where an answer leaves a doubt."""

    application: str | None = None
    file: str | None = None

    def named(self, short_or_current: int) -> str | None:
        """The identifier of the file that a P2 speaks of: `80` the current one, `80` + n the one with that number."""
        short = short_or_current & 0x1F
        return f"{short:04X}" if short else self.file

    def known(self, identifier: str | None) -> CardFile | None:
        """The file with that identifier in the application that is selected, if it is known."""
        return FILES.get(f"{self.application}/{identifier}") if self.application and identifier else None

    def after(self, command: Command, word: int) -> "Position":
        """Where one is once the card has answered `command` with the status `word`."""
        instruction = command.ins
        if instruction == SELECT:
            return self._after_select(command, word)
        if instruction == READ_BINARY and command.p1 & 0x80:
            return self._at(f"{command.p1 & 0x1F:04X}", word)
        if instruction == READ_RECORD and command.p2 >> 3:
            return self._at(f"{command.p2 >> 3:04X}", word)
        if instruction not in (READ_BINARY, READ_RECORD, GET_DATA) and command.p2 & _BY_SHORT_IDENTIFIER:
            return self if not command.p2 & 0x1F else Position(self.application)
        return self

    def _after_select(self, command: Command, word: int) -> "Position":
        if command.p1 == BY_NAME:
            if word == _OK:
                return Position(_NAMES.get(command.data))
            # What the card has not stays without effect; where it should have found something, who knows.
            return NOWHERE if _may_be_found(command.data) else self
        if command.p1 == BY_IDENTIFIER and len(command.data) == 2 and not command.cla:
            return self._at(command.data.hex().upper(), word)
        return NOWHERE if word == _OK and not command.cla else Position(self.application)

    def _at(self, identifier: str, word: int) -> "Position":
        return Position(self.application, identifier if word == _OK and self.application else None)


def _may_be_found(identifier: bytes) -> bool:
    return any(name.startswith(identifier) for name, id in _NAMES.items() if id != EMULATOR)


NOWHERE = Position()
"""After power-on, a reset, or when nobody knows."""
