"""Plays histories to a system under test, one session each, and tells what happens as the campaign's events."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from jpki_oracle.campaign import (
    COULD_NOT_JUDGE,
    Event,
    Exchange,
    Finished,
    NotStarted,
    Plan,
    Started,
    Tally,
    law_of,
)
from jpki_oracle.histories.case import PACK, HistoryCase, case_of
from jpki_oracle.histories.history import History
from jpki_oracle.histories.judge import HistoryJudge, Played
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.sut.connection import Answer, Failure, Reply
from jpki_oracle.sut.session import Session

GIVE_UP_AFTER = 3
"""So many histories in a row to which the system failed to answer, and no more are played."""


def run_histories(session: Session, plan: Plan) -> Iterator[Event]:
    """Play the histories of a plan in order and judge them. Raises `UnknownLaw` as `campaign.run` does."""
    histories = [case.history for case in plan.scenarios if isinstance(case, HistoryCase) and case.history]
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    judge = HistoryJudge(law_of(plan, system))
    yield Started(plan.address, system, judge.law, len(histories))
    tally, silent = Tally(plan.known, strict=plan.strict), 0
    for history in histories:
        heard = _Heard(session)
        if PACK not in system.capabilities:
            reason = f"the system does not claim the capability {PACK}"
            judgement = Judgement(case_of(history), Verdict.NOT_APPLICABLE, reason=reason)
        elif silent >= GIVE_UP_AFTER:
            reason = f"not played: the system failed in {silent} histories before it"
            judgement = Judgement(case_of(history), Verdict.INCONCLUSIVE, reason=reason)
        else:
            played = play(heard, history)
            judgement = judge.judge(played)
            silent = silent + 1 if _is_silent(played) else 0
        yield tally.judged(PACK, judgement, exchanges=heard.exchanges)
    yield tally.finished([PACK], plan.known.ids() - {history.id for history in histories})


class _Heard:
    """Asks a session, and keeps what was asked and answered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.exchanges: list[Exchange] = []

    def ask(self, capability: str, params: Mapping[str, object]) -> Reply:
        """The answer to one question."""
        reply = self._session.ask(capability, params)
        self.exchanges.append((params, reply))
        return reply


class Asked(Protocol):
    """What histories are played to: a session, or what passes questions on to one."""

    def ask(self, capability: str, params: Mapping[str, object]) -> Reply:
        """The answer to one question."""


def play(session: Asked, history: History) -> Played:
    """Play one history in a session of its own, which is closed whatever happens; stops where no answer comes."""
    name = history.id
    row = history.as_json()
    opening = session.ask(PACK, {"session": name, "start": row["start"], "residents": row["residents"]})
    replies: list[Reply] = []
    if not isinstance(opening, Answer):
        return Played(history, (), opening)
    try:
        for event in history.events:
            reply = session.ask(PACK, {"session": name, "event": event.as_json()})
            replies.append(reply)
            if not isinstance(reply, Answer):
                break
    finally:
        session.ask(PACK, {"session": name, "close": True})
    return Played(history, tuple(replies), opening)


def _is_silent(played: Played) -> bool:
    """The system did not answer at all, rather than refused."""
    return any(isinstance(reply, Failure) for reply in (played.opening, *played.replies))
