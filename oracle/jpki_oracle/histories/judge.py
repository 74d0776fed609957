"""Judges a system by what it answered to a history's events: the first answer that the world does not give.

What follows after it is not judged, since nobody knows from there on in which state the system is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jpki_model.derivation import Step
from jpki_model.world.regulations import regulations
from jpki_model.world.scope import speaks_of
from jpki_spec.fields import ITEMS
from jpki_spec.laws import Law
from jpki_spec.rules.registry import Rule

from jpki_oracle.histories.case import HistoryCase, case_of
from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import OUTCOMES, Observation, Unplayable, expected
from jpki_oracle.histories.words import cause_text
from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.sut.connection import Answer, Failure, Refusal, Reply


@dataclass(frozen=True)
class Played:
    """A history with the replies to its beginning and to its events, as far as it was played."""

    history: History
    replies: tuple[Reply, ...] = ()
    opening: Reply = field(default_factory=lambda: Answer({}))


class HistoryJudge:
    """Judges under one law."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def judge(self, played: Played) -> Judgement:
        """The verdict on one history."""
        case = case_of(played.history)
        try:
            wanted = expected(played.history, self.law)
        except Unplayable as error:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=f"edition {self.law.edition}: {error}")
        if not isinstance(played.opening, Answer):
            return Judgement(
                case, Verdict.INCONCLUSIVE, reason=f"at its beginning: {_reason(played.opening)}"
            )
        trace: list[str] = []
        left_out: dict[str, None] = {}
        said = 0
        for place, (event, want) in enumerate(zip(played.history.events, wanted, strict=True)):
            if place >= len(played.replies):
                return Judgement(
                    case, Verdict.INCONCLUSIVE, reason="the session ended early", trace=tuple(trace)
                )
            if not speaks_of(regulations(self.law), event):
                reason = f"edition {self.law.edition} does not say what {event.kind} leads to"
                return Judgement(case, Verdict.NOT_APPLICABLE, reason=reason, trace=tuple(trace))
            reply = played.replies[place]
            if not isinstance(reply, Answer):
                reason = f"at event {place + 1} ({event.one_line()}): {_reason(reply)}"
                return Judgement(case, Verdict.INCONCLUSIVE, reason=reason, trace=tuple(trace))
            answers = _answers(reply)
            trace.append(f"{event.one_line()} -> {_shown(answers)}")
            outcomes = _told(want)
            left_out |= dict.fromkeys(name for name in outcomes if name not in answers)
            said += any(name in answers for name in outcomes)
            wrong = [name for name in answers if answers[name] != outcomes.get(name)]
            if wrong:
                return self._failed(case, played, place, want, answers, wrong, tuple(trace))
        if not said:
            reason = f"it answered none of {', '.join(OUTCOMES)}"
            return Judgement(case, Verdict.INCONCLUSIVE, unanswered=tuple(left_out), reason=reason)
        return Judgement(case, Verdict.PASS, unanswered=tuple(left_out), trace=tuple(trace))

    def _failed(
        self,
        case: HistoryCase,
        played: Played,
        place: int,
        want: Observation,
        answers: dict[str, Observed],
        wrong: Sequence[str],
        trace: tuple[str, ...],
    ) -> Judgement:
        readings = tuple(self._right_under(played, place))
        outcomes = _told(want)
        day = played.history.events[place].on
        differences = tuple(
            Difference(
                f"{name}_state" if name in ITEMS else name,
                outcomes.get(name, "nobody"),
                answers[name],
                self.law.edition,
                _why(want, name, outcomes.get(name)),
                readings,
            )
            for name in wrong
        )
        told: dict[str, Observed] = {name: value for name, value in outcomes.items() if name in answers}
        verdict = Verdict.ACCEPTABLE if readings else Verdict.FAIL
        lines = (*trace, f"{day}: expected {_shown(told)}")
        return Judgement(case, verdict, differences, (), readings, "", told, answers, lines)

    def _right_under(self, played: Played, last: int) -> list[tuple[str, str]]:
        """The other answers to one open question under which all that was observed is right."""
        right = []
        for other in self.law.alternatives():
            ((reading),) = self.law.difference(other).items()
            try:
                wanted = expected(played.history, other)
            except Unplayable:
                continue
            pairs = zip(played.replies[: last + 1], wanted, strict=False)
            if all(_fits(reply, want) for reply, want in pairs):
                right.append(reading)
        return right


def _fits(reply: Reply, want: Observation) -> bool:
    outcomes = _told(want)
    return isinstance(reply, Answer) and all(
        outcomes.get(name) == value for name, value in _answers(reply).items()
    )


def _told(want: Observation) -> dict[str, str]:
    return {name: _observed(value) for name, value in want.outcomes}


def _answers(reply: Answer) -> dict[str, Observed]:
    return {name: _observed(reply.result[name]) for name in OUTCOMES if name in reply.result}


def _observed(value: object) -> str:
    if isinstance(value, bool):
        return "accepted" if value else "refused"
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is not an outcome")


def _reason(reply: Reply) -> str:
    match reply:
        case Failure(kind, detail):
            return f"{kind.value.replace('_', ' ')}: {detail}"
        case Refusal(code, message):
            return f"refused with error {code}: {message}"
        case Answer():
            return "answered"


def _shown(answers: dict[str, Observed]) -> str:
    return ", ".join(
        str(value) if name == "accepted" else f"{name} {value}" for name, value in answers.items()
    )


def _why(want: Observation, outcome: str, value: object) -> tuple[Step, ...]:
    """The event rule that decided, with its clause, in the form in which reports tell derivations."""
    cause, clause = want.cause_of(outcome), want.clause_of(outcome)
    if not cause:
        return ()
    title = cause_text(cause)
    rule = Rule(f"world.{_id(cause)}", title, (clause,) if clause else (), _why)
    return (Step(rule, "refused" if outcome == "accepted" else str(value), (), ()),)


def _id(cause: str) -> str:
    return cause.replace("_", "-") if cause.isidentifier() else "refused"
