"""Plays histories to a system under test, one session each, and tells what happens as the campaign's events."""

from collections import Counter
from collections.abc import Iterator

from jpki_oracle.campaign import (
    COULD_NOT_JUDGE,
    FAILED,
    PASSED,
    Event,
    Finished,
    Judged,
    NotStarted,
    Plan,
    Started,
    is_failure,
    law_of,
)
from jpki_oracle.histories.case import PACK, HistoryCase, case_of
from jpki_oracle.histories.history import History
from jpki_oracle.histories.judge import HistoryJudge, Played
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.known import Standing
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
    counts: Counter[Verdict] = Counter()
    failed = inconclusive = known = silent = 0
    for history in histories:
        if PACK not in system.capabilities:
            reason = f"the system does not claim the capability {PACK}"
            judgement = Judgement(case_of(history), Verdict.NOT_APPLICABLE, reason=reason)
        elif silent >= GIVE_UP_AFTER:
            reason = f"not played: the system failed in {silent} histories before it"
            judgement = Judgement(case_of(history), Verdict.INCONCLUSIVE, reason=reason)
        else:
            played = play(session, history)
            judgement = judge.judge(played)
            silent = silent + 1 if _is_silent(played) else 0
        standing = plan.known.standing(judgement)
        counts[judgement.verdict] += 1
        known += standing is Standing.KNOWN
        inconclusive += judgement.verdict is Verdict.INCONCLUSIVE and standing is not Standing.KNOWN
        failed += standing is Standing.UNLISTED and is_failure(judgement.verdict, plan.strict)
        failed += standing in (Standing.FIXED, Standing.CHANGED)
        yield Judged(judgement, None, standing, plan.known.lines.get(history.id, ""))
    judged = sum(count for verdict, count in counts.items() if verdict is not Verdict.NOT_APPLICABLE)
    vanished = tuple(sorted(plan.known.ids() - {history.id for history in histories}))
    code = COULD_NOT_JUDGE if inconclusive or not judged else FAILED if failed else PASSED
    yield Finished({PACK: dict(counts)}, vanished, known, code)


def play(session: Session, history: History) -> Played:
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
