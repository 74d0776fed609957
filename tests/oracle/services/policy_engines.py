"""Policy engines for the tests: the conforming example, and copies of it with one fault each."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from jpki_oracle.campaign import Finished, Judged, Plan, run
from jpki_oracle.judge import Judgement
from jpki_oracle.services.judge import judge_of
from jpki_oracle.services.shipped import use_scenarios
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Reply, Request, Transport
from jpki_oracle.sut.session import Session

Facts = Mapping[str, Any]
Answers = dict[str, Any]


class Engine(Transport):
    """The conforming example in this process, with what `changed` makes of its answers; it may claim other things."""

    def __init__(
        self, changed: Callable[[str, Facts, Answers], Answers] | None = None, **claims: object
    ) -> None:
        self._right = open_connection("python:examples.sut.conforming.sut:Sut")
        self._changed, self._claims = changed, claims

    def ask(self, request: Request) -> Reply:
        """The answer to one question."""
        reply = self._right.ask(request)
        assert isinstance(reply, Answer), reply
        if request.method == "describe":
            return Answer({**reply.result, **self._claims})
        facts = dict(request.params or {})
        topic = str(facts.pop("topic"))
        return Answer(self._changed(topic, facts, dict(reply.result)) if self._changed else reply.result)

    def close(self) -> None:
        """The example is let go."""
        self._right.close()


def judged(engine: Transport, *, topic: str = "", **plan: Any) -> tuple[list[Judgement], Finished]:
    """The judgements on an engine, of one topic or of all, and how the run ended."""
    asked = [each for each in use_scenarios() if not topic or each.use_question.topic == topic]
    with Session(engine) as session:
        events = list(run(session, dataclasses.replace(Plan("engine", asked), **plan), judge_of))
    end = events[-1]
    assert isinstance(end, Finished)
    return [each.judgement for each in events if isinstance(each, Judged)], end
