"""The emulated card: power, reset, and a response to any bytes.

card = EmulatedCard(personalise(life), profile("probed"))
card.power_on()
card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))  # b"\\x90\\x00"
"""

from collections.abc import Mapping

from jpki_model.card import status
from jpki_model.card.apdu import Command, parse
from jpki_model.card.chip import Chip
from jpki_model.card.files import Contents
from jpki_model.card.instructions import issuer, read, secure_messaging, select, sign, verify
from jpki_model.card.profile import PROBED, CardProfile

ISO_CLASS, CARD_CLASS, CHAINED = 0x00, 0x80, 0x10
UNDER_SESSION, WITH_CHECKSUM = 0x08, 0x0C
LONGEST_CHAIN = 65535

INSTRUCTIONS: Mapping[int, secure_messaging.Handler] = {
    0x00A4: select.select,
    0x00B0: read.read_binary,
    0x00B2: read.read_record,
    0x00CA: read.get_data,
    0x0084: read.get_challenge,
    0x0020: verify.verify,
    0x0024: verify.change,
    0x0082: issuer.external_authenticate,
    0x0088: sign.internal_authenticate,
    0x802A: sign.sign,
    0x8032: verify.change,
    0x80A2: issuer.terminal_certificate,
    0x80AE: secure_messaging.set_session_key,
    0x80FC: issuer.telephone_only,
    0x8054: issuer.unlock_key,
    0x8006: issuer.administer,
    0x8050: issuer.administer,
    0x8052: issuer.administer,
    0x808A: issuer.administer,
}
"""By class and instruction."""

SESSION_INSTRUCTIONS = {ins: INSTRUCTIONS[ins] for ins in (0xA4, 0x20, 0xB0)}


class CardIsOff(RuntimeError):
    """A command was sent to a card without power."""


class EmulatedCard:
    """One card, without power at first. Not for several threads at once, as no card is."""

    def __init__(self, contents: Contents, profile: CardProfile = PROBED) -> None:
        self.profile = profile
        self._chip = Chip(contents, profile)
        self._powered = False

    @property
    def powered(self) -> bool:
        """Whether it has power."""
        return self._powered

    @property
    def answer_to_reset(self) -> bytes:
        """The ATR that it gives at each reset."""
        return bytes.fromhex(self.profile.answer_to_reset)

    def power_on(self) -> bytes:
        """Cold reset; the answer to reset (ATR)."""
        self._chip.clear()
        self._powered = True
        return self.answer_to_reset

    def power_off(self) -> None:
        """Take the power away: selection, session and what was verified are gone; counters stay."""
        self._chip.clear()
        self._powered = False

    def reset(self) -> bytes:
        """Warm reset; whether it clears anything is the profile's. On a card without power a cold one."""
        if not self._powered or self.profile.warm_reset_clears == "yes":
            return self.power_on()
        self._chip.state.chained = None
        return self.answer_to_reset

    def transmit(self, command: bytes) -> bytes:
        """The response to any bytes, ending with SW1 SW2. Raises `CardIsOff`, and nothing else."""
        if not self._powered:
            raise CardIsOff("the card has no power: power_on() comes first")
        state = self._chip.state
        if state.untouched:
            state.untouched = False
            if self.profile.first_command_after_power == "6F00":
                return status.EXECUTION_ERROR
        if len(command) < 4:
            return status.WRONG_LENGTH
        cla = command[0]
        if cla not in (ISO_CLASS, CARD_CLASS):
            return self._other_class(cla, command)
        handler = INSTRUCTIONS.get(cla << 8 | command[1])
        if handler is None:
            return status.INSTRUCTION_NOT_SUPPORTED
        parsed = parse(command)
        if parsed is None:
            return status.WRONG_LENGTH
        if state.chained is not None:
            parsed, state.chained = _joined(state.chained, parsed), None
        return handler(self._chip, parsed)

    def update(self, contents: Contents) -> None:
        """Take other contents, as the issuer writes them (other certificates, say); PINs and counters stay."""
        self._chip.load(contents)
        self._chip.clear()

    def tries_left(self) -> dict[tuple[str, str], int]:
        """The tries that each PIN has left, by the names of application and PIN."""
        chip = self._chip
        return {
            (application, pin.name): chip.tries[chip.counter(application, pin)]
            for (application, _), pin in chip.pins.items()
        }

    def verified(self) -> frozenset[tuple[str, str]]:
        """The PINs that are verified now, by the names of application and PIN."""
        chip = self._chip
        return frozenset((place[0], chip.pins[place].name) for place in chip.state.verified)

    def _other_class(self, cla: int, command: bytes) -> bytes:
        base = cla & ~CHAINED
        if base in (ISO_CLASS, CARD_CLASS):
            return self._chained(command)
        if base in (UNDER_SESSION, WITH_CHECKSUM) and base == cla:
            parsed = parse(command)
            if parsed is None:
                return status.WRONG_LENGTH
            if base == WITH_CHECKSUM and self._chip.state.session is not None:
                return status.SECURE_MESSAGING_MISSING
            return secure_messaging.under_session(self._chip, parsed, SESSION_INSTRUCTIONS)
        if base & 0x7F in (1, 2, 3):
            return status.CHANNEL_NOT_SUPPORTED
        return status.CLASS_NOT_SUPPORTED

    def _chained(self, command: bytes) -> bytes:
        if self.profile.command_chaining != "accepted":
            return bytes.fromhex(self.profile.command_chaining)
        parsed, state = parse(command), self._chip.state
        if parsed is None:
            return status.WRONG_LENGTH
        link = parsed._replace(cla=parsed.cla & ~CHAINED)
        chain = link if state.chained is None else _joined(state.chained, link)
        state.chained = chain if len(chain.data) <= LONGEST_CHAIN else None
        return status.OK if state.chained else status.WRONG_LENGTH


def _joined(begun: Command, command: Command) -> Command:
    """A link behind those before it; another command than theirs begins anew."""
    if begun[:4] != command[:4]:
        return command
    return command._replace(data=begun.data + command.data)
