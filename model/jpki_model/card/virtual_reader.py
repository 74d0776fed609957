"""The emulated card in a virtual reader: pcscd's `vpcd` driver listens, the card connects, any PC/SC program sees it.

The protocol is that of vsmartcard: two bytes of length (big-endian) and the bytes, both ways. One byte from the
reader is a control: power off, power on, reset, or the question for the ATR, the only one that is answered.
"""

import contextlib
import socket
import time
from types import TracebackType

from jpki_model.card.emulator import EmulatedCard

POWER_OFF, POWER_ON, RESET, ANSWER_TO_RESET = b"\x00", b"\x01", b"\x02", b"\x04"
DEFAULT_PORT = 35963
"""Where vpcd's first slot listens."""

RECEIVE_SIZE = 65537
RETRY = 0.05
"""Seconds between two attempts to connect."""

_QUICK_ACKNOWLEDGEMENT = getattr(socket, "TCP_QUICKACK", None)
"""Only Linux has it; without it the reader's two writes for one command wait 40 ms for each other."""


class ReaderUnreachable(OSError):
    """Nobody listens where the virtual reader should; the message is one line for people."""


class ReaderGone(ConnectionError):
    """The reader broke the connection; the message is one line for people."""


class VirtualReader:
    """A connection to a virtual reader, into which a card is put; leaving the context takes the card out."""

    def __init__(self, host: str = "localhost", port: int = DEFAULT_PORT, patience: float = 0.0) -> None:
        """Connect, trying again for `patience` seconds. Raises `ReaderUnreachable`."""
        self._socket = _connected(host, port, patience)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._taken_out = False

    def __enter__(self) -> "VirtualReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.take_out()

    def take_out(self) -> None:
        """Take the card out; `serve` in another thread ends. Nothing to do where the reader ended first."""
        if not self._taken_out:
            self._taken_out = True
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def serve(self, card: EmulatedCard) -> None:
        """Answer the reader until it or `take_out` ends the connection.

        Raises `ReaderGone` when it ends in the middle of a message.
        """
        try:
            while message := self._message():
                self._answer(card, message)
        except OSError as error:
            if not self._taken_out:
                raise ReaderGone(f"the virtual reader is gone: {error.strerror or error}") from None

    def _answer(self, card: EmulatedCard, message: bytes) -> None:
        if len(message) > 1:
            if not card.powered:
                card.power_on()
            self._send(card.transmit(message))
        elif message == ANSWER_TO_RESET:
            self._send(card.answer_to_reset)
        elif message == POWER_ON:
            card.power_on()
        elif message == RESET:
            card.reset()
        elif message == POWER_OFF:
            card.power_off()

    def _message(self) -> bytes:
        """The next message; empty when the connection ended between two."""
        while True:
            size = int.from_bytes(self._received[:2], "big")
            if len(self._received) >= 2 + size > 2:
                message, self._received = self._received[2 : 2 + size], self._received[2 + size :]
                return message
            if size == 0 and len(self._received) >= 2:  # nothing was sent, nothing is to be answered
                self._received = self._received[2:]
                continue
            if _QUICK_ACKNOWLEDGEMENT is not None:  # the system forgets it after each use
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACKNOWLEDGEMENT, 1)
            more = self._socket.recv(RECEIVE_SIZE)
            if not more:
                if self._received and not self._taken_out:
                    raise ConnectionResetError("it ended in the middle of a message")
                return b""
            self._received += more

    def _send(self, message: bytes) -> None:
        self._socket.sendall(len(message).to_bytes(2, "big") + message)  # two sends would wait for each other


def _connected(host: str, port: int, patience: float) -> socket.socket:
    deadline = time.monotonic() + patience
    while True:
        try:
            return socket.create_connection((host, port))
        except (OSError, OverflowError, UnicodeError) as error:
            if time.monotonic() >= deadline:
                reason = getattr(error, "strerror", None) or error
                raise ReaderUnreachable(
                    f"no virtual reader listens at {host}:{port} ({reason}); "
                    "install vsmartcard-vpcd and start pcscd, or name another HOST:PORT"
                ) from None
            time.sleep(RETRY)
