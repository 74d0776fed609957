"""Systems for tests of histories: the world with a fault, and systems that misbehave."""

from collections.abc import Iterator

from jpki_model.world.regulations import regulations
from jpki_oracle.campaign import Finished, Judged, Plan
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import case_of
from jpki_oracle.histories.fault import Fault
from jpki_oracle.histories.history import History, history
from jpki_oracle.histories.reference import ReferenceWorld
from jpki_oracle.judge import Judgement
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Reply, Request, Transport
from jpki_oracle.sut.session import Session
from jpki_oracle.sut.world import answer
from jpki_spec.laws import Law, law

CURRENT = law("2024-05-27")
HOLDER = {
    "person": "A",
    "birth": "1990-06-15",
    "card_made": "2024-06-20",
    "authentication_issued": "2024-06-20",
    "signature_issued": "2024-06-20",
}


def a_history(*events: dict[str, object], residents: list[dict[str, str]] | None = None) -> History:
    """A history of an adult holder from 1 July 2024 on."""
    rows = [HOLDER] if residents is None else residents
    return history({"start": "2024-07-01", "residents": rows, "events": list(events)})


def an_event(on: str, kind: str, **details: object) -> dict[str, object]:
    return {"kind": kind, "on": on, "person": "A", **details}


MOVE_NOT_NOTIFIED = a_history(
    an_event("2024-08-01", "moveout_notified", planned="2024-08-10"),
    an_event("2024-08-07", "moved_in"),
    an_event("2024-08-21", "day"),
    an_event("2024-08-22", "day"),
)


class Connection(Transport):
    """A system in this process; `closed` are the sessions that it was told are over."""

    def __init__(self, system: ReferenceWorld) -> None:
        self.system = system
        self.asked: list[dict[str, object]] = []
        self.closed: list[object] = []

    def ask(self, request: Request) -> Reply:
        params = request.params or {}
        if request.method == "lifecycle":
            self.asked.append(params)
            if params.get("close"):
                self.closed.append(params["session"])
        return self.reply(request.method, params)

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        return answer(self.system, method, params)


def with_fault(fault: Fault, current: Law = CURRENT) -> Connection:
    return Connection(ReferenceWorld(current, lambda: fault.world(regulations(current))))


def right(current: Law = CURRENT) -> Connection:
    return Connection(ReferenceWorld(current))


class Forgetful(Connection):
    """Forgets a session after its first event."""

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        reply = super().reply(method, params)
        if "event" in params:
            self.system.lifecycle(str(params["session"]), close=True)
        return reply


class Dying(Connection):
    """Dies at the first event."""

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        if "event" in params:
            return Failure(FailureKind.EXITED, "the program ended with status 1")
        return super().reply(method, params)


class Knowing(Connection):
    """Says of everybody that the card is valid, also of people who were never born."""

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        reply = super().reply(method, params)
        if isinstance(reply, Answer) and "event" in params:
            return Answer({"accepted": False, "card": "valid"})
        return reply


class Silent(Connection):
    """Takes every event and says nothing."""

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        reply = super().reply(method, params)
        return Answer({}) if isinstance(reply, Answer) and "event" in params else reply


class Unwilling(Connection):
    """Refuses to begin."""

    def reply(self, method: str, params: dict[str, object]) -> Reply:
        if "start" in params:
            return Refusal(-32000, "no more sessions")
        return super().reply(method, params)


def judged(connection: Connection, *histories: History, **options: object) -> list[Judgement]:
    """The judgements of a campaign over histories."""
    return [
        event.judgement for event in events_of(connection, *histories, **options) if isinstance(event, Judged)
    ]


def finished(connection: Connection, *histories: History, **options: object) -> Finished:
    (last,) = [event for event in events_of(connection, *histories, **options) if isinstance(event, Finished)]
    return last


def events_of(connection: Connection, *histories: History, **options: object) -> Iterator[object]:
    plan = Plan("test", [case_of(each) for each in histories], **options)  # type: ignore[arg-type]
    yield from run_histories(Session(connection), plan)
