"""`vpcd:PORT`: this process is the virtual reader, and a vendor's emulated card connects to it.

The protocol is that of vsmartcard's virtual reader: each message is two bytes of length and so many bytes. From the
reader one byte is a control (power off, power on, reset, give the answer to reset) and anything longer a command;
from the card come answers to reset and responses. Cards that attach to Debian's `vpcd` attach here, without pcscd.
"""

import contextlib
import errno
import select
import socket
import time
from typing import NoReturn

from jpki_oracle.card.slot import CardFailure, CardFailureKind, checked_response

DEFAULT_PORT = 35963
"""Where emulated cards look for a virtual reader unless told otherwise."""

_POWER_OFF, _POWER_ON, _RESET, _ANSWER_TO_RESET = b"\x00", b"\x01", b"\x02", b"\x04"
_LONGEST = 0xFFFF
_SHORTEST_COMMAND = 2  # one byte would be a control


class VirtualReaderSlot:
    """Listens for one card at a time; when it has gone, the next power-on waits for another."""

    def __init__(self, host: str, port: int, *, timeout: float = 10.0) -> None:
        """Listens at once; `timeout` are the seconds in which a card must connect, and those for a response.

        Raises CardFailure if the port is taken or not allowed.
        """
        self._where = f"the virtual reader at {host}:{port}"
        self._timeout = timeout
        self._card: socket.socket | None = None
        self._powered = False
        try:
            self._listener = socket.create_server((host, port), backlog=1)
        except OSError as error:
            raise CardFailure(CardFailureKind.BUSY, _cannot_listen(host, port, error)) from None
        self.port: int = self._listener.getsockname()[1]

    @property
    def name(self) -> str:
        """Host and port."""
        return self._where

    def power_on(self) -> bytes:
        """Waits for a card if none is connected, and gives it power."""
        if self._card is None:
            self._accept()
        elif self._powered:
            self._send(_POWER_OFF)
        self._send(_POWER_ON)
        self._powered = True
        return self._answer_to_reset()

    def power_off(self) -> None:
        """Takes the power away; the card stays connected."""
        if self._card is not None and self._powered:
            self._powered = False
            self._send(_POWER_OFF)

    def reset(self) -> bytes:
        """Resets without taking the power away."""
        self._must_have_power()
        self._send(_RESET)
        return self._answer_to_reset()

    def transmit(self, command: bytes) -> bytes:
        """Sends one command."""
        self._must_have_power()
        if not _SHORTEST_COMMAND <= len(command) <= _LONGEST:
            raise ValueError(f"a virtual reader carries commands of 2 to 65535 bytes, not {len(command)}")
        self._send(command)
        response = self._receive("a response")
        try:
            return checked_response(response, self._where)
        except CardFailure:
            self._drop()
            raise

    def close(self) -> None:
        """Takes the power away, lets the card go, and frees the port."""
        with contextlib.suppress(CardFailure):
            self.power_off()
        self._drop()
        self._listener.close()

    def _accept(self) -> None:
        ready, _, _ = select.select([self._listener], [], [], self._timeout)
        if not ready:
            raise CardFailure(
                CardFailureKind.NO_CARD,
                f"no card has connected to {self._where} within {self._timeout:g} s; start the emulated card with "
                f"this port (vsmartcard's `vicc --port {self.port}`, or your own)",
            )
        self._card, _ = self._listener.accept()
        self._card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _must_have_power(self) -> None:
        if self._card is None or not self._powered:
            raise CardFailure(CardFailureKind.OFF, f"the card at {self._where} has no power")

    def _answer_to_reset(self) -> bytes:
        self._send(_ANSWER_TO_RESET)
        answer = self._receive("an answer to reset")
        if not answer:
            self._drop()
            raise CardFailure(CardFailureKind.SILENT, f"the card at {self._where} gives no answer to reset")
        return answer

    def _send(self, message: bytes) -> None:
        assert self._card is not None
        # Bytes that nobody has asked for would be taken for the answer to this message.
        unasked, _, _ = select.select([self._card], [], [], 0)
        if unasked and self._peek():
            self._fail(CardFailureKind.BABBLED, f"the card at {self._where} speaks without being asked")
        try:
            # One packet: split in two, the second waits for the first's acknowledgement.
            self._card.settimeout(self._timeout)
            self._card.sendall(len(message).to_bytes(2, "big") + message)
        except TimeoutError:
            self._fail(
                CardFailureKind.LATE, f"the card at {self._where} takes nothing within {self._timeout:g} s"
            )
        except OSError:
            self._fail(CardFailureKind.GONE, f"the card has left {self._where}")

    def _peek(self) -> bool:
        assert self._card is not None
        try:
            return bool(self._card.recv(1, socket.MSG_PEEK))
        except OSError:
            return False  # the send that follows tells why

    def _receive(self, what: str) -> bytes:
        deadline = time.monotonic() + self._timeout
        length = int.from_bytes(self._exactly(2, deadline, what), "big")
        return self._exactly(length, deadline, what)

    def _exactly(self, count: int, deadline: float, what: str) -> bytes:
        assert self._card is not None
        data = b""
        while len(data) < count:
            try:
                # Linux takes this back after a while: without it each acknowledgement waits 40 ms.
                self._card.setsockopt(socket.IPPROTO_TCP, _QUICK_ACKNOWLEDGEMENT, 1)
                self._card.settimeout(max(deadline - time.monotonic(), 0.001))
                more = self._card.recv(count - len(data))
            except TimeoutError:
                kind = CardFailureKind.LATE
                self._fail(kind, f"the card at {self._where} has not sent {what} within {self._timeout:g} s")
            except OSError:
                more = b""
            if not more:
                self._fail(CardFailureKind.GONE, f"the card has left {self._where} instead of sending {what}")
            data += more
        return data

    def _fail(self, kind: CardFailureKind, detail: str) -> NoReturn:
        self._drop()
        raise CardFailure(kind, detail)

    def _drop(self) -> None:
        card, self._card = self._card, None
        self._powered = False
        if card:
            card.close()


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is taken by another program (pcscd with its virtual reader listens on 35963 and 35964); "
            "stop that, or state another port"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is reserved for the system; state one above 1023"
    return f"cannot listen at {host}:{port}: {error.strerror or error}"


_QUICK_ACKNOWLEDGEMENT = getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY)  # the former is Linux's alone
