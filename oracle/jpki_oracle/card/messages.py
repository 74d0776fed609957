"""A card behind a system under test: `card` messages over `python:`, `stdio:` or `http:`."""

from collections.abc import Mapping

from jpki_oracle.card.slot import CardFailure, CardFailureKind, checked_response
from jpki_oracle.sut.connection import Answer, Connection, Failure, FailureKind, Refusal
from jpki_oracle.sut.messages import Description
from jpki_oracle.sut.session import Session

CAPABILITY = "card"


class MessageSlot:
    """The card of a system under test that claims the capability `card`."""

    def __init__(self, address: str, connection: Connection) -> None:
        """Nothing is started before the first power-on."""
        self._address = address
        self._session = Session(connection)
        self._described: Description | None = None

    @property
    def name(self) -> str:
        """The system's name and version, once it has said them, else the address."""
        system = self._described
        return f"{system.name} {system.version} at {self._address}" if system else self._address

    def power_on(self) -> bytes:
        """Asks the system who it is, the first time, and then for power."""
        self.describe()
        return self._answer_to_reset("on")

    def power_off(self) -> None:
        """Takes the power away."""
        self._ask({"power": "off"})

    def reset(self) -> bytes:
        """Resets without taking the power away."""
        return self._answer_to_reset("reset")

    def transmit(self, command: bytes) -> bytes:
        """Sends one command."""
        result = self._ask({"apdu": command.hex().upper()})
        return checked_response(self._octets(result, "response"), self.name)

    def close(self) -> None:
        """Closes the connection; a system that lives on is told to take the power away."""
        if self._described:
            self._session.ask(CAPABILITY, {"power": "off"})
            self._described = None
        self._session.close()

    def describe(self) -> Description:
        """Who answers. Raises CardFailure if it cannot be brought to say so, or has no card."""
        if self._described is None:
            described = self._session.describe()
            if isinstance(described, Failure):
                raise CardFailure(_kind(described, started=False), described.detail)
            if CAPABILITY not in described.capabilities:
                claimed = ", ".join(described.capabilities) or "nothing"
                raise CardFailure(
                    CardFailureKind.NO_CARD,
                    f"{self._address} does not claim the capability {CAPABILITY} (it claims: {claimed})",
                )
            self._described = described
        return self._described

    def _answer_to_reset(self, power: str) -> bytes:
        return self._octets(self._ask({"power": power}), "atr")

    def _ask(self, params: Mapping[str, object]) -> Mapping[str, object]:
        # Unknown until the reply is there: after a failure or an interrupt it is another process that answers.
        described, self._described = self._described, None
        reply = self._session.ask(CAPABILITY, params)
        if not isinstance(reply, Failure):
            self._described = described
        match reply:
            case Answer(result):
                return result
            case Refusal(code, message):
                raise CardFailure(
                    CardFailureKind.SILENT,
                    f"{self.name} answered a {CAPABILITY} message by error {code} ({message}); "
                    "a card answers every command by a status word",
                )
            case _:
                raise CardFailure(_kind(reply, started=True), reply.detail)

    def _octets(self, result: Mapping[str, object], field: str) -> bytes:
        value = result.get(field)
        if not isinstance(value, str):
            raise CardFailure(CardFailureKind.BABBLED, f"{self.name}: the answer has no {field!r}")
        return bytes.fromhex(value)


def _kind(failure: Failure, *, started: bool) -> CardFailureKind:
    match failure.kind:
        case FailureKind.TIMEOUT:
            return CardFailureKind.LATE
        case FailureKind.NOT_STARTED | FailureKind.NOT_ASKED:
            return CardFailureKind.NO_SUPPORT
        case FailureKind.EXITED | FailureKind.RAISED:
            return CardFailureKind.GONE if started else CardFailureKind.NO_SUPPORT
        case _:
            return CardFailureKind.BABBLED
