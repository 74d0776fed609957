"""The transport `http:` with servers that behave, die, hang and babble."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from jpki_oracle.sut.connection import Answer, FailureKind, Refusal, Request
from jpki_oracle.sut.http import HttpConnection

Serve = Callable[..., HttpConnection]


def question(number: int) -> Request:
    return Request(number, "number", {"number": "123456789018"})


def answer(number: int, body: str | None = None, status: str = "200 OK", more: str = "") -> bytes:
    body = body or json.dumps({"jsonrpc": "2.0", "id": number, "result": {"valid": True}})
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n{body}".encode()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves connections by scripts: for each connection a list of what is sent for each request.

    What is sent may be bytes, or a function that is given the socket. At its list's end a connection is closed.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []
    connections: list[HttpConnection] = []
    threads = []

    def run(scripts) -> None:
        for script in scripts:
            peer, _ = listener.accept()
            with peer:
                for step in script:
                    seen.append(received(peer))
                    step(peer) if callable(step) else peer.sendall(step)

    def make(*scripts, timeout: float = 5.0) -> HttpConnection:
        thread = threading.Thread(target=run, args=(scripts,), daemon=True)
        thread.start()
        threads.append(thread)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/rpc"
        connections.append(HttpConnection(url, timeout=timeout))
        connections[-1].seen = seen  # type: ignore[attr-defined]
        return connections[-1]

    yield make
    for connection in connections:
        connection.close()
    listener.close()


def received(peer: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(4096) or pytest.fail("the client went away")
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line
    )
    while len(body) < length:
        body += peer.recv(4096)
    return head + b"\r\n\r\n" + body


def test_questions_are_posted_one_by_one_over_one_connection(serve):
    connection = serve([answer(1), answer(2)])
    assert connection.ask(question(1)) == Answer({"valid": True})
    assert connection.ask(question(2)) == Answer({"valid": True})
    first, _ = connection.seen
    assert first.startswith(b"POST /rpc HTTP/1.1\r\n")
    assert b"content-type: application/json" in first.lower()
    assert json.loads(first.partition(b"\r\n\r\n")[2]) == json.loads(question(1).line())


def test_an_error_object_is_a_refusal(serve):
    body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}}'
    assert serve([answer(1, body)]).ask(question(1)) == Refusal(-32601, "no such method")


def test_a_server_that_closes_after_each_answer_is_connected_to_again(serve):
    connection = serve([answer(1)], [answer(2, more="Connection: close\r\n")], [answer(3)])
    assert isinstance(connection.ask(question(1)), Answer)
    time.sleep(0.05)  # the end of the first connection arrives
    assert isinstance(connection.ask(question(2)), Answer)
    assert isinstance(connection.ask(question(3)), Answer)


def hang(peer: socket.socket) -> None:
    peer.recv(1)


def drip(peer: socket.socket) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    try:
        while True:
            peer.sendall(b" ")
            time.sleep(0.02)
    except OSError:
        return


@pytest.mark.parametrize("script", [hang, drip])
def test_an_answer_that_is_not_whole_in_time_is_late(script, serve):
    begun = time.monotonic()
    failure = serve([script], timeout=0.2).ask(question(1))
    assert failure.kind is FailureKind.TIMEOUT
    assert "no whole answer" in failure.detail
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (answer(1, status="404 Not Found"), "not_a_response", "HTTP status 404 ('Not Found')"),
        (answer(1, status="302 Found", more="Location: /x\r\n"), "not_a_response", "HTTP status 302"),
        (answer(7), "wrong_id", "the id 7 where 1 was expected"),
        (answer(1, "<html>"), "not_json", "is not JSON"),
        (answer(1, " " * (1 << 20) + "{}"), "too_long", "more than 1048576 bytes"),
        (b"SSH-2.0-OpenSSH_9\r\n", "exited", "does not speak HTTP"),
        (b"", "exited", "closed the connection instead of answering"),
        (answer(1)[:-4], "exited", "before the length that it had announced"),
    ],
)
def test_what_is_no_answer_is_named_and_the_next_question_is_asked_anew(response, kind, words, serve):
    connection = serve([response], [answer(2)])
    failure = connection.ask(question(1))
    assert failure.kind is FailureKind(kind)
    assert words in failure.detail
    assert isinstance(connection.ask(question(2)), Answer)


def test_nobody_at_the_port_is_not_started_and_given_up_after_three_questions():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    connection = HttpConnection(f"http://127.0.0.1:{port}", timeout=1)
    kinds = [connection.ask(question(number)).kind for number in range(1, 6)]
    assert kinds == [FailureKind.NOT_STARTED] * 3 + [FailureKind.NOT_ASKED] * 2
    assert "start the server" in connection.ask(question(6)).detail
