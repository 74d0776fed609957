"""A run of the pack `lifecycle` that was kept can be judged again without the system, to the same bytes."""

import json
from collections.abc import Callable
from pathlib import Path

from jpki_oracle.campaign import Plan
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import case_of
from jpki_oracle.histories.history import shipped_histories
from jpki_oracle.reports.files import FileReports
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Connection, Reply, Request, Transport
from jpki_oracle.sut.session import Session

HISTORIES = shipped_histories("faults")[:12]


class Forgetful(Transport):
    """The world, but it holds every card valid after a loss was reported, and says of a locked PIN that it is open."""

    def __init__(self) -> None:
        self._world = open_connection("world:")

    def ask(self, request: Request) -> Reply:
        """The world's answer, with what it forgets."""
        reply = self._world.ask(request)
        if isinstance(reply, Answer) and reply.result.get("card") in ("suspended", "lapsed"):
            return Answer({**reply.result, "card": "valid"})
        return reply


def kept(folder: Path, connection: Callable[[], Connection]) -> dict[str, bytes]:
    """The files of a run."""
    files = FileReports(folder, "en")
    with Session(connection()) as session:
        for event in run_histories(session, Plan("system", [case_of(each) for each in HISTORIES])):
            files.hear(event)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_kept_run_of_a_faulty_system_is_judged_again_to_the_same_bytes(tmp_path: Path) -> None:
    first = kept(tmp_path / "first", Forgetful)
    again = kept(tmp_path / "again", lambda: open_connection(f"journal:{tmp_path / 'first/journal.ndjson'}"))

    assert b'"fail"' in first["results.json"]
    assert again == first


def test_equal_events_of_one_session_get_their_own_replies(tmp_path: Path) -> None:
    """Three wrong PINs are three equal questions, and only the third locks."""
    journal = tmp_path / "journal.ndjson"
    event = {
        "session": "s",
        "event": {"kind": "pin_failed", "on": "2024-01-01", "person": "p", "item": "signature"},
    }
    exchanges = [
        {"params": event, "reply": {"result": {"accepted": True, "signature_pin": state}}}
        for state in ("open", "open", "locked")
    ]
    row = {"event": "asked", "method": "lifecycle", "params": {}, "reply": None, "exchanges": exchanges}
    journal.write_text(json.dumps(row) + "\n", encoding="utf-8")
    connection = open_connection(f"journal:{journal}")

    replies = [connection.ask(Request(number, "lifecycle", event)) for number in range(2, 6)]

    told = [reply.result["signature_pin"] for reply in replies if isinstance(reply, Answer)]
    assert told == ["open", "open", "locked", "locked"]
