"""The virtual reader's protocol, from the reader's side: length and bytes, controls of one byte."""

import socket
import threading
from collections.abc import Iterator

import pytest
from card_terminal import JPKI
from jpki_model.card.presets import example_card
from jpki_model.card.virtual_reader import ReaderGone, ReaderUnreachable, VirtualReader

ATR = bytes.fromhex("3BE000FF8131FE4514")
OFF, ON, RESET, ASK_ATR = b"\x00", b"\x01", b"\x02", b"\x04"
SELECT = bytes.fromhex(f"00A4040C0A{JPKI}")


class Reader:
    """The listening side, with a card that has connected to it."""

    def __init__(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.card = example_card()
        self.failure: ReaderGone | None = None
        self.connection = VirtualReader("127.0.0.1", listener.getsockname()[1])
        self.socket, _ = listener.accept()
        self.socket.settimeout(10)
        listener.close()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        try:
            self.connection.serve(self.card)
        except ReaderGone as failure:
            self.failure = failure

    def send(self, message: bytes) -> None:
        self.socket.sendall(len(message).to_bytes(2, "big") + message)

    def receive(self) -> bytes:
        size = int.from_bytes(self.socket.recv(2, socket.MSG_WAITALL), "big")
        return self.socket.recv(size, socket.MSG_WAITALL)

    def ask(self, message: bytes) -> bytes:
        self.send(message)
        return self.receive()

    def end(self) -> None:
        self.socket.close()
        self.thread.join(10)
        assert not self.thread.is_alive()
        self.connection.take_out()


@pytest.fixture
def reader() -> Iterator[Reader]:
    started = Reader()
    yield started
    started.end()


def test_the_answer_to_reset_is_given_when_asked_for(reader: Reader) -> None:
    reader.send(ON)

    assert reader.ask(ASK_ATR) == ATR


def test_a_command_is_answered(reader: Reader) -> None:
    reader.send(ON)

    assert reader.ask(SELECT) == b"\x90\x00"


def test_asking_for_the_answer_to_reset_does_not_reset(reader: Reader) -> None:
    reader.send(ON)
    reader.ask(SELECT)
    reader.ask(ASK_ATR)

    assert reader.ask(bytes.fromhex("00A4020C020018")) == b"\x90\x00"


def test_power_off_and_on_forget_the_application(reader: Reader) -> None:
    reader.send(ON)
    reader.ask(SELECT)
    reader.send(OFF)
    reader.send(ON)

    assert reader.ask(bytes.fromhex("00A4020C020018")) == b"\x6a\x82"


def test_a_warm_reset_forgets_nothing(reader: Reader) -> None:
    reader.send(ON)
    reader.ask(SELECT)
    reader.send(RESET)

    assert reader.ask(bytes.fromhex("00A4020C020018")) == b"\x90\x00"


def test_a_reader_that_forgets_the_power_is_answered_all_the_same(reader: Reader) -> None:
    assert reader.ask(SELECT) == b"\x90\x00"


def test_length_and_bytes_may_come_in_pieces(reader: Reader) -> None:
    reader.send(ON)
    for byte in len(SELECT).to_bytes(2, "big") + SELECT:
        reader.socket.sendall(bytes((byte,)))

    assert reader.receive() == b"\x90\x00"


def test_several_messages_may_come_at_once(reader: Reader) -> None:
    message = len(SELECT).to_bytes(2, "big") + SELECT
    reader.socket.sendall(b"\x00\x01\x01" + message + message)

    assert (reader.receive(), reader.receive()) == (b"\x90\x00", b"\x90\x00")


@pytest.mark.parametrize("message", [b"", b"\x03", b"\xff"])
def test_what_is_no_control_is_passed_over(reader: Reader, message: bytes) -> None:
    reader.send(message)

    assert reader.ask(ASK_ATR) == ATR


def test_the_largest_message(reader: Reader) -> None:
    assert reader.ask(bytes(65535)) == b"\x6d\x00"


def test_the_readers_end_ends_the_service() -> None:
    reader = Reader()
    reader.ask(SELECT)
    reader.end()

    assert reader.failure is None


def test_an_end_in_the_middle_of_a_message_is_told() -> None:
    reader = Reader()
    reader.socket.sendall(b"\x00\x05\x00\xa4")
    reader.end()

    assert str(reader.failure) == "the virtual reader is gone: it ended in the middle of a message"


def test_taking_the_card_out_ends_the_service() -> None:
    reader = Reader()
    reader.ask(SELECT)
    reader.connection.take_out()
    reader.thread.join(10)

    assert not reader.thread.is_alive()
    assert reader.failure is None
    assert reader.socket.recv(1) == b"", "the reader sees that the card is gone"
    reader.socket.close()


def test_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ReaderUnreachable, match=f"no virtual reader listens at 127.0.0.1:{port}"):
        VirtualReader("127.0.0.1", port)


def test_a_reader_that_starts_a_little_later_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    late = threading.Timer(0.2, lambda: listeners.append(socket.create_server(("127.0.0.1", port))))
    listeners: list[socket.socket] = []
    late.start()

    VirtualReader("127.0.0.1", port, patience=10).take_out()

    late.join()
    listeners[0].close()
