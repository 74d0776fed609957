"""The oracle as virtual reader, with cards that connect to it, leave, hang and babble."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from jpki_oracle.card.address import open_slot
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.card.vpcd import VirtualReaderSlot

ATR = bytes.fromhex("3BE000FF8131FE4514")


class RemoteCard:
    """An emulated card of a vendor: connects, and answers by a function."""

    def __init__(self, port: int, answer: Callable[[bytes, socket.socket], None]) -> None:
        self.log: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while head := self._exactly(2):
            message = self._exactly(int.from_bytes(head, "big"))
            self.log.append(message)
            if message == b"\x04":
                self._socket.sendall(b"\x00\x09" + ATR)
            elif len(message) > 1:
                self._answer(message, self._socket)
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                more = self._socket.recv(count - len(data))
            except OSError:
                return b""
            if not more:
                return b""
            data += more
        return data


def well(command: bytes, peer: socket.socket) -> None:
    peer.sendall(b"\x00\x02\x90\x00")


@pytest.fixture
def reader() -> Iterator[VirtualReaderSlot]:
    """A virtual reader at a free port."""
    slot = VirtualReaderSlot("127.0.0.1", 0, timeout=0.3)
    yield slot
    slot.close()


def test_a_card_that_connects_is_given_power_and_asked(reader):
    card = RemoteCard(reader.port, well)
    assert reader.power_on() == ATR
    assert reader.transmit(bytes.fromhex("00A4020C020018")) == b"\x90\x00"
    assert reader.reset() == ATR
    assert reader.power_on() == ATR
    reader.close()
    time.sleep(0.05)
    command = bytes.fromhex("00A4020C020018")
    assert card.log == [b"\x01", b"\x04", command, b"\x02", b"\x04", b"\x00", b"\x01", b"\x04", b"\x00"]


def test_a_response_in_pieces_is_put_together(reader):
    def in_pieces(command: bytes, peer: socket.socket) -> None:
        for byte in b"\x00\x04\xab\xcd\x90\x00":
            peer.sendall(bytes((byte,)))
            time.sleep(0.002)

    RemoteCard(reader.port, in_pieces)
    reader.power_on()
    assert reader.transmit(bytes.fromhex("0084000002")).hex() == "abcd9000"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (lambda command, peer: None, "late", "has not sent a response within 0.3 s"),
        (lambda command, peer: peer.sendall(b"\x00\x04\x90"), "late", "has not sent a response"),
        (lambda command, peer: peer.shutdown(socket.SHUT_RDWR), "gone", "instead of sending a response"),
        (lambda command, peer: peer.sendall(b"\x00\x01\x90"), "babbled", "1 bytes has no status"),
        (lambda command, peer: peer.sendall(b"\x00\x00"), "babbled", "0 bytes has no status"),
    ],
)
def test_a_card_that_does_not_answer_is_let_go_and_the_next_one_is_waited_for(answer, kind, words, reader):
    RemoteCard(reader.port, answer)
    reader.power_on()
    with pytest.raises(CardFailure) as caught:
        reader.transmit(bytes.fromhex("00A4020C020018"))
    assert caught.value.kind is CardFailureKind(kind)
    assert words in caught.value.detail
    assert caught.value.outcome_unknown

    RemoteCard(reader.port, well)
    assert reader.power_on() == ATR
    assert reader.transmit(bytes.fromhex("00A4020C020018")) == b"\x90\x00"


def test_a_card_that_speaks_unasked_is_not_believed(reader):
    RemoteCard(reader.port, lambda command, peer: peer.sendall(b"\x00\x02\x90\x00" * 2))
    reader.power_on()
    reader.transmit(bytes.fromhex("00A4020C020018"))
    time.sleep(0.05)
    with pytest.raises(CardFailure, match="speaks without being asked"):
        reader.transmit(bytes.fromhex("00A4020C020017"))


def test_nobody_who_connects_is_no_card(reader):
    with pytest.raises(CardFailure, match="no card has connected") as caught:
        reader.power_on()
    assert caught.value.kind is CardFailureKind.NO_CARD


def test_a_card_without_power_is_not_asked(reader):
    with pytest.raises(CardFailure, match="has no power"):
        reader.transmit(b"\x00\x84\x00\x00\x08")


def test_a_port_that_is_taken_is_told(reader):
    with pytest.raises(CardFailure, match=f"port {reader.port} is taken by another program") as caught:
        open_slot(f"vpcd:{reader.port}")
    assert caught.value.kind is CardFailureKind.BUSY


def test_the_port_is_free_again_at_once_after_a_run(reader):
    port = reader.port
    RemoteCard(port, well)
    reader.power_on()
    reader.close()
    again = open_slot(f"vpcd:127.0.0.1:{port}")
    again.close()
