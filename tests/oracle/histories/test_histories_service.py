"""The reference world over HTTP: the protocol's messages, plain addresses, and whatever schemathesis thinks of."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
import uvicorn
from history_systems import CURRENT, HOLDER, a_history, an_event
from hypothesis import HealthCheck, given, settings
from jpki_oracle.campaign import Judged, Plan
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import case_of
from jpki_oracle.histories.reference import MOST_SESSIONS, ReferenceWorld, UnknownSession
from jpki_oracle.histories.service import service
from jpki_oracle.judge import Verdict
from jpki_oracle.sut.http import HttpConnection
from jpki_oracle.sut.session import Session

LOOPBACK = "127.0.0.1"


@contextmanager
def served() -> Iterator[str]:
    """A reference world behind a port of this machine."""
    config = uvicorn.Config(service(ReferenceWorld(CURRENT)), host=LOOPBACK, port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        (listening,) = server.servers[0].sockets
        yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as place:
        yield place


def ask(address: str, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            text = response.read()
            return response.status, json.loads(text) if text else {}
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_session_from_its_beginning_to_its_end(address: str) -> None:
    assert ask(address, "GET", "/description")[1]["edition"] == "2024-05-27"
    assert ask(address, "PUT", "/sessions/s", {"start": "2024-07-01", "residents": [HOLDER]})[0] == 204
    event = {"kind": "record_corrected", "on": "2024-08-01", "person": "A", "entry": "name"}
    _, states = ask(address, "POST", "/sessions/s/events", event)
    assert (states["accepted"], states["card"], states["signature"]) == (True, "valid", "revoked")
    _, refused = ask(
        address, "POST", "/sessions/s/events", {"kind": "card_found", "on": "2024-08-02", "person": "A"}
    )
    assert (refused["accepted"], refused["clause"]) == (False, "act-card-loss-report")
    assert ask(address, "POST", "/sessions/s/close")[0] == 204
    assert ask(address, "POST", "/sessions/s/events", event)[0] == 404


def test_it_is_judged_over_http_as_any_system(address: str) -> None:
    history = a_history(an_event("2024-08-01", "record_corrected", entry="name"))
    with Session(HttpConnection(address)) as session:
        events = list(run_histories(session, Plan(address, [case_of(history)])))
    assert [e.judgement.verdict for e in events if isinstance(e, Judged)] == [Verdict.PASS]


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("lifecycle", {"session": "s"}, "exactly one of start, event, close is needed"),
        (
            "lifecycle",
            {"session": "s", "event": {"kind": "day", "on": "2024-08-01"}},
            "there is no session 's'",
        ),
        ("lifecycle", {"session": "s", "start": "2024-02-30"}, "not a date that exists"),
        ("validity", {}, "the world has no method validity"),
    ],
)
def test_the_protocol_s_errors_are_those_of_every_transport(
    address: str, method: str, params: dict[str, object], message: str
) -> None:
    _, answer = ask(address, "POST", "/", {"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
    assert answer["id"] == 7
    assert message in str(answer["error"])


def test_the_oldest_session_ends_for_another() -> None:
    world = ReferenceWorld(CURRENT)
    for number in range(MOST_SESSIONS + 1):
        world.lifecycle(f"s{number}", start="2024-07-01")
    event = {"kind": "day", "on": "2024-07-02"}
    assert world.lifecycle(f"s{MOST_SESSIONS}", event=event) == {"accepted": True}
    with pytest.raises(UnknownSession):
        world.lifecycle("s0", event=event)


@pytest.fixture(scope="module")
def operations() -> list[object]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", service(ReferenceWorld(CURRENT)))
    return [found.ok() for found in schema.get_all_operations()]


def test_schemathesis_finds_nothing(operations: list[object]) -> None:
    assert len(operations) == 5
    for operation in operations:

        @settings(
            max_examples=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())  # type: ignore[attr-defined]
        def finds_nothing(case: object) -> None:
            case.call_and_validate()  # type: ignore[attr-defined]

        finds_nothing()


def test_schemathesis_sees_an_answer_that_was_not_declared() -> None:
    app = service(ReferenceWorld(CURRENT))

    @app.get("/broken")
    async def broken() -> dict[str, str]:
        raise RuntimeError("a defect")

    (operation,) = [
        found.ok()
        for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations()
        if found.ok().path == "/broken"
    ]

    @settings(max_examples=1, deadline=None, derandomize=True, database=None)
    @given(case=operation.as_strategy())
    def finds_it(case: object) -> None:
        with pytest.raises(Exception, match=r"a defect|Server error"):
            case.call_and_validate()  # type: ignore[attr-defined]

    finds_it()
