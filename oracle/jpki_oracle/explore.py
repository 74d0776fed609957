"""Asks one system under test about lives and numbers that Hypothesis draws, until one is answered wrongly.

`explore(session, exploration)` gives what came out as a value: nothing wrong (`Held`), the smallest question that
still fails (`Failed`), or why there is no verdict (`Unjudged`, `Unstable`). The same seed asks the same questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from jpki_model.life import LifeRecord
from jpki_model.outcome import outcome_of
from jpki_spec.fields import ITEMS, VALIDITY_OUTPUTS
from jpki_spec.laws import Law

from jpki_oracle.campaign import NotStarted, Plan, Started, is_failure, run
from jpki_oracle.judge import Judge, Judgement, Verdict, observed_outcomes
from jpki_oracle.scenarios.scenario import NUMBER_KINDS, PACKS, Scenario
from jpki_oracle.strategies import lives, numbers
from jpki_oracle.strategy_days import SLIPS
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Reply
from jpki_oracle.sut.messages import Description
from jpki_oracle.sut.session import Session

EDGE = "explored"
"""The edge of a scenario that was drawn here and not built on one."""
ANSWERED_BADLY = (FailureKind.RAISED, FailureKind.WRONG_TYPE, FailureKind.NOT_A_RESPONSE)
"""Failures of one question, after which a system can be asked on; any other failure ends the exploration at once."""


@dataclass(frozen=True)
class Exploration:
    """What to ask and how to judge it: as a `Plan`, with the count of examples and the seed that draws them."""

    address: str
    examples: int = 500
    seed: int = 0
    packs: tuple[str, ...] = ()
    edition: str | None = None
    readings: dict[str, str] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True)
class Held:
    """Every answer to so many questions was right."""

    system: Description
    law: Law
    asked: int


@dataclass(frozen=True)
class Failed:
    """The smallest question found that is answered wrongly, and how many were asked to find it."""

    system: Description
    law: Law
    judgement: Judgement
    asked: int


@dataclass(frozen=True)
class Unjudged:
    """There is no verdict: why, and the smallest question for which there is none, if it came to questions."""

    reason: str
    system: Description | None = None
    law: Law | None = None
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Unstable:
    """The same question was answered in two ways, so that no answer can be relied on."""

    system: Description
    law: Law
    scenario: Scenario
    first: Reply
    second: Reply


Result = Held | Failed | Unjudged | Unstable
Tell = Callable[[int, int], None]


def explore(session: Session, wanted: Exploration, tell: Tell = lambda done, of: None) -> Result:
    """Explore one system; `tell` hears how many of the examples have been asked.

    Raises `UnknownLaw` as `campaign.run` does.
    """
    opening = next(run(session, Plan(wanted.address, (), wanted.edition, wanted.readings)))
    if isinstance(opening, NotStarted):
        return Unjudged(opening.failure.detail)
    if not isinstance(opening, Started):
        raise TypeError(f"a run does not begin with {opening}")
    packs = [p for p in PACKS if p in opening.system.capabilities and (p in wanted.packs or not wanted.packs)]
    if not packs:
        claimed = ", ".join(opening.system.capabilities) or "none"
        reason = f"the system claims none of the capabilities that are asked for (it claims: {claimed})"
        return Unjudged(reason, opening.system, opening.law)
    return _Search(session, opening, wanted, tell).result(questions(packs, opening.law))


def questions(packs: Sequence[str], law: Law) -> st.SearchStrategy[Scenario]:
    """Scenarios of some packs under a law: lives that can happen, asked on days near what happens in them."""
    strategies = {"validity": _validity(law), "status": _status(law), "number": _number(law)}
    return st.one_of([strategies[pack] for pack in packs])


def _validity(law: Law) -> st.SearchStrategy[Scenario]:
    first = VALIDITY_OUTPUTS[0]
    return lives(law.edition, law.readings).map(lambda life: Scenario("validity", first, "", EDGE, life=life))


@st.composite
def _status(draw: st.DrawFn, law: Law) -> Scenario:
    life = draw(lives(law.edition, law.readings))
    on = draw(st.sampled_from(_days_of(life, law))) + timedelta(draw(st.sampled_from(SLIPS)))
    return Scenario("status", f"{ITEMS[0]}_state", "", EDGE, life=life, on=on)


@st.composite
def _number(draw: st.DrawFn, law: Law) -> Scenario:
    kind = draw(st.sampled_from(sorted(NUMBER_KINDS)))
    form = NUMBER_KINDS[kind]
    drawn = numbers(
        "my_number" if form == "my_number" else "resident_record_code", None, law.edition, law.readings
    )
    return Scenario("number", form, "", EDGE, number={kind: draw(drawn)})


def _days_of(life: LifeRecord, law: Law) -> list[date]:
    """The days that the rules conclude from a life, and those that it states, its birth last.

    In this order a day keeps its place while Hypothesis takes fields away that nothing hangs on.
    """
    concluded = outcome_of(life, law).outputs.values()
    days = [value for value in (*concluded, *reversed(list(life.stated.values()))) if isinstance(value, date)]
    return list(dict.fromkeys(days))


class _Wrong(Exception):
    """Tells Hypothesis that a question still fails."""


class _Ends(BaseException):
    """Ends the exploration at once; no Exception, so that Hypothesis does not look for a smaller one."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


class _Search:
    """One exploration: remembers every reply, and the failing question that was asked last.

    Hypothesis asks about the smallest failing question last. The kind of the first failure decides what counts as
    failing from then on, since a wrong answer must not shrink to a question that is refused, or the reverse.
    """

    def __init__(self, session: Session, opening: Started, wanted: Exploration, tell: Tell) -> None:
        self._session = session
        self._judge = Judge(opening.law)
        self._system, self._law = opening.system, opening.law
        self._wanted = wanted
        self._tell = tell
        self._replies: dict[str, Reply] = {}
        self._failing: Judgement | None = None

    def result(self, drawn: st.SearchStrategy[Scenario]) -> Result:
        """Ask as many questions as are wanted, and fewer and smaller ones once one has failed."""

        @seed(self._wanted.seed)
        @settings(
            max_examples=self._wanted.examples,
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow],  # a system may take its time
        )
        @given(drawn)
        def ask(scenario: Scenario) -> None:
            self._ask(scenario)

        try:
            ask()
            return Held(self._system, self._law, len(self._replies))
        except _Wrong:
            return self._smallest()
        except _Ends as end:
            return end.result

    def _smallest(self) -> Result:
        """What is wrong with the smallest question, which is asked once more, outside of Hypothesis' random numbers."""
        failing = self._failing
        if failing is None:
            raise RuntimeError("a question failed, and none is known")
        try:
            self._reply(failing.scenario)
        except _Ends as end:
            return end.result
        if failing.verdict is Verdict.INCONCLUSIVE:
            return Unjudged(failing.reason, self._system, self._law, failing)
        return Failed(self._system, self._law, failing, len(self._replies))

    def _ask(self, scenario: Scenario) -> None:
        judgement = self._judge.judge(scenario, self._reply(scenario))
        self._tell(min(len(self._replies), self._wanted.examples), self._wanted.examples)
        inconclusive = judgement.verdict is Verdict.INCONCLUSIVE
        if not inconclusive and not is_failure(judgement.verdict, self._wanted.strict):
            return
        if self._failing and inconclusive is not (self._failing.verdict is Verdict.INCONCLUSIVE):
            return
        self._failing = _about_what_is_wrong(judgement)
        raise _Wrong

    def _reply(self, scenario: Scenario) -> Reply:
        """The reply to a question, which has to be that of the last time."""
        reply = self._session.ask(scenario.pack, scenario.params)
        if isinstance(reply, Failure) and reply.kind not in ANSWERED_BADLY:
            judgement = self._judge.judge(scenario, reply)
            raise _Ends(Unjudged(judgement.reason, self._system, self._law, judgement))
        before = self._replies.setdefault(scenario.id, reply)
        if _essence(scenario, before) != _essence(scenario, reply):
            raise _Ends(Unstable(self._system, self._law, scenario, before, reply))
        return reply


def _about_what_is_wrong(judgement: Judgement) -> Judgement:
    """The same judgement of a scenario that is about the first wrong answer, and its rule."""
    if not judgement.differences:
        return judgement
    first = judgement.differences[0]
    return replace(judgement, scenario=replace(judgement.scenario, outcome=first.outcome, rule=first.rule))


def _essence(scenario: Scenario, reply: Reply) -> object:
    """What has to be the same when the same is asked again; a message may well name the question's number."""
    match reply:
        case Answer(result):
            return observed_outcomes(scenario, result)
        case Refusal(code):
            return code
        case Failure(kind):
            return kind
