"""Systems under test for the tests of judging: each answers for one life, by dates that were worked out by hand.

The life was born on 29 February 1992; everything was issued on 1 June 2020, at the age of 28. The card ends on the
tenth birthday after that, 28 February 2030, the certificates on the fifth, 28 February 2025. The windows of renewal
open on the day after the same number three months earlier.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from jpki_model.life import life
from jpki_oracle.campaign import Event, Finished, Judged, Plan, run
from jpki_oracle.scenarios.scenario import Scenario
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Reply, Request, Transport
from jpki_oracle.sut.session import Session

LEAPLING = life(
    {
        "birth": "1992-02-29",
        "card_issued": "2020-06-01",
        "signature_issued": "2020-06-01",
        "authentication_issued": "2020-06-01",
    }
)
RIGHT = {
    "card_expires": "2030-02-28",
    "signature_expires": "2025-02-28",
    "authentication_expires": "2025-02-28",
    "card_renewable_from": "2029-11-29",
    "signature_renewable_from": "2024-11-29",
    "authentication_renewable_from": "2024-11-29",
}
MARCH_CERTIFICATES = {
    **RIGHT,
    "signature_expires": "2025-03-01",
    "authentication_expires": "2025-03-01",
    "signature_renewable_from": "2024-12-02",
    "authentication_renewable_from": "2024-12-02",
}
MARCH_CARD = {**RIGHT, "card_expires": "2030-03-01"}
STATES = {"card": "valid", "signature": "expired", "authentication": "expired"}
"""The states on 1 March 2025."""

VALIDITY = Scenario("validity", "card_expires", "validity.card-birthday", "leap-year", life=LEAPLING)
SIGNATURE = Scenario(
    "validity", "signature_expires", "validity.certificate-birthday", "leap-year", life=LEAPLING
)
STATUS = Scenario(
    "status", "signature_state", "states.signature", "zeros", life=LEAPLING, on=date(2025, 3, 1)
)
NUMBER = Scenario("number", "my_number", "number.my-number", "zeros", number={"number": "123456789018"})
WRONG_NUMBER = Scenario("number", "my_number", "number.my-number", "zeros", number={"number": "123456789019"})
CODE = Scenario(
    "number",
    "resident_record_code",
    "number.resident-record-code",
    "zeros",
    number={"resident_record_code": "24727059609"},
)
"""By the unconfirmed formula its check digit would be 8; the default reading accepts any eleven digits."""


class System(Transport):
    """Describes itself, and answers each method with what it was given: a result, or a whole reply."""

    def __init__(
        self,
        *capabilities: str,
        edition: str | None = "2024-05-27",
        readings: Mapping[str, str] | None = None,
        **replies: Mapping[str, object] | Reply,
    ) -> None:
        self.description = {
            "protocol": 1,
            "name": "acme",
            "version": "2.3",
            "capabilities": list(capabilities),
        }
        self.description |= {"edition": edition, "readings": dict(readings or {})}
        self.replies = replies
        self.asked: list[str] = []

    def ask(self, request: Request) -> Reply:
        if request.method == "describe":
            return Answer(self.description)
        self.asked.append(request.method)
        reply = self.replies[request.method]
        return reply if isinstance(reply, Answer | Refusal | Failure) else Answer(dict(reply))


DEAD = Failure(FailureKind.EXITED, "question 2 (validity): exited with code 3")
REFUSED = Refusal(-32602, "no such life")


def events(system: Transport, scenarios: Sequence[Scenario], **plan) -> list[Event]:
    """All events of a run."""
    with Session(system) as session:
        return list(run(session, Plan("acme", scenarios, **plan)))


def judged(system: Transport, scenarios: Sequence[Scenario], **plan) -> list[Judged]:
    """What became of each scenario of a run."""
    return [event for event in events(system, scenarios, **plan) if isinstance(event, Judged)]


def exit_code(system: Transport, scenarios: Sequence[Scenario], **plan) -> int:
    """How a run ends."""
    last = events(system, scenarios, **plan)[-1]
    assert isinstance(last, Finished)
    return last.exit_code
