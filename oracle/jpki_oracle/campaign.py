"""Runs scenarios against one system under test and tells what happens, as a stream of small events.

`run(session, plan)` yields events; the terminal, the reports and the journal only listen. Asking and judging
are apart: the journal keeps every reply, and `journal:FILE` as an address judges it again without the system.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jpki_spec.laws import CURRENT_EDITION, Law, law
from jpki_spec.usage_readings import USAGE_READINGS

from jpki_oracle.judge import Judge, Judgement, Verdict
from jpki_oracle.known import KnownFailures, Standing
from jpki_oracle.scenarios.scenario import PACKS, Scenario
from jpki_oracle.sut.connection import Answer, Failure, Reply
from jpki_oracle.sut.messages import Description
from jpki_oracle.sut.session import Session


@dataclass(frozen=True)
class Plan:
    """What to run and how to judge it.

    `edition` and `readings` override what the system claims; `known` are failures on record; `strict` counts
    acceptable as failed.
    """

    address: str
    scenarios: Sequence[Scenario]
    edition: str | None = None
    readings: dict[str, str] = field(default_factory=dict)
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False


@dataclass(frozen=True)
class Started:
    """The system has said who it is; so many scenarios will be asked under this law.

    `chosen`: answers to open questions of another kind than the law's.
    """

    address: str
    system: Description
    law: Law
    scenarios: int
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotStarted:
    """The system could not be brought to say who it is; nothing was judged."""

    address: str
    failure: Failure


Exchange = tuple[Mapping[str, object], Reply]
"""The parameters of a question, and the reply to it."""


@dataclass(frozen=True)
class Judged:
    """One scenario was asked and judged; `standing` is how that compares with the record, `recorded` what is there.

    `again`: the reply to the same question put a second time, if it was; `exchanges`: the questions of a scenario
    that takes several, by their parameters, each with its reply.
    """

    judgement: Judgement
    reply: Reply | None
    standing: Standing
    recorded: str = ""
    again: Reply | None = None
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Finished:
    """The run is over: how many of each verdict, which known failures did not occur, and the exit code."""

    counts: dict[str, dict[Verdict, int]]
    vanished: tuple[str, ...]
    known: int
    exit_code: int


Event = Started | NotStarted | Judged | Finished
PASSED, FAILED, COULD_NOT_JUDGE = 0, 1, 2
EVERY = 16
"""Each so-many-th question is put twice, and each that is answered wrongly: a flaky system must not be judged."""


def run(
    session: Session, plan: Plan, judge_of: Callable[[Plan, Description], Judge] | None = None
) -> Iterator[Event]:
    """Ask every scenario in order and judge the replies, by what `judge_of` gives (the rules over a life, if nothing).

    Raises `UnknownLaw` if the system claims, or the plan asks for, an edition or reading that does not exist.
    """
    session.prepare([(scenario.pack, scenario.params) for scenario in _prepared(plan)])
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    judge = judge_of(plan, system) if judge_of else Judge(law_of(plan, system))
    scenarios = [scenario for scenario in plan.scenarios if scenario.serves(judge.law)]
    yield Started(plan.address, system, judge.law, len(scenarios), judge.chosen)
    tally = Tally(plan.known, strict=plan.strict)
    for place, scenario in enumerate(scenarios):
        reply, again = None, None
        if scenario.pack in system.capabilities:
            reply = session.ask(scenario.pack, scenario.params)
            judgement = judge.judge(scenario, reply)
            wrong = judgement.verdict in (Verdict.FAIL, Verdict.ACCEPTABLE)
            if isinstance(reply, Answer) and (wrong or place % EVERY == 0):
                again = session.ask_again(scenario.pack, scenario.params)
                judgement = judge.compared(judgement, reply, again)
        else:
            reason = f"the system does not claim the capability {scenario.pack}"
            judgement = Judgement(scenario, Verdict.NOT_APPLICABLE, reason=reason)
        yield tally.judged(scenario.pack, judgement, reply, again)
    asked = {scenario.id for scenario in plan.scenarios}
    packs = dict.fromkeys([*PACKS, *(scenario.pack for scenario in scenarios)])
    yield tally.finished(packs, plan.known.ids() - asked)


def _prepared(plan: Plan) -> list[Scenario]:
    """All that may be asked, before the system has said which edition and readings it claims."""
    edition = plan.edition
    return [each for each in plan.scenarios if edition is None or each.may_serve(edition)]


class Tally:
    """Compares judgements with the failures on record, counts them, and works out how the run ends."""

    def __init__(self, record: KnownFailures, *, strict: bool = False) -> None:
        """`strict` counts acceptable, and a right decision for a wrong reason, as failed."""
        self._record, self._strict = record, strict
        self._counts: dict[str, Counter[Verdict]] = {}
        self._failed = self._inconclusive = self._known = 0

    def judged(
        self,
        pack: str,
        judgement: Judgement,
        reply: Reply | None = None,
        again: Reply | None = None,
        exchanges: Iterable[Exchange] = (),
    ) -> Judged:
        """The event of one judgement."""
        standing, verdict = self._record.standing(judgement), judgement.verdict
        self._counts.setdefault(pack, Counter())[verdict] += 1
        self._known += standing is Standing.KNOWN
        self._inconclusive += verdict is Verdict.INCONCLUSIVE and standing is not Standing.KNOWN
        self._failed += standing is Standing.UNLISTED and is_failure(verdict, self._strict)
        self._failed += standing in (Standing.FIXED, Standing.CHANGED)
        recorded = self._record.lines.get(judgement.scenario.id, "")
        return Judged(judgement, reply, standing, recorded, again, tuple(exchanges))

    def finished(self, packs: Iterable[str], vanished: Iterable[str]) -> Finished:
        """The end of the run, its packs in this order; `vanished` are ids on record that did not occur."""
        counts = {pack: dict(self._counts[pack]) for pack in packs if pack in self._counts}
        judged = sum(
            n for each in counts.values() for v, n in each.items() if v is not Verdict.NOT_APPLICABLE
        )
        code = COULD_NOT_JUDGE if self._inconclusive or not judged else FAILED if self._failed else PASSED
        return Finished(counts, tuple(sorted(vanished)), self._known, code)


def judged_events(
    judgements: Iterable[Judgement], record: KnownFailures, pack: str, *, strict: bool = False
) -> Iterator[Event]:
    """The events of a pack that judges by itself: one for each judgement, and the end."""
    tally, seen = Tally(record, strict=strict), set[str]()
    for judgement in judgements:
        seen.add(judgement.scenario.id)
        yield tally.judged(pack, judgement)
    yield tally.finished([pack], (id for id in record.ids() - seen if id.startswith(f"{pack}-")))


def is_failure(verdict: Verdict, strict: bool) -> bool:
    """The verdict counts as failed."""
    return verdict is Verdict.FAIL or (strict and verdict in (Verdict.ACCEPTABLE, Verdict.WRONG_REASON))


def law_of(plan: Plan, system: Description) -> Law:
    """The law to judge by: what the plan asks for, else what the system claims. Raises `UnknownLaw`."""
    edition = plan.edition or system.edition or CURRENT_EDITION
    claimed = system.readings if plan.edition in (None, system.edition) else {}
    of_lives = {question: answer for question, answer in claimed.items() if question not in USAGE_READINGS}
    return law(edition, {**of_lives, **plan.readings})
