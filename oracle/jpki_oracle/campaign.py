"""Runs scenarios against one system under test and tells what happens, as a stream of small events.

`run(session, plan)` yields events; the terminal, the reports and the journal only listen. Asking and judging
are apart: the journal keeps every reply, and `journal:FILE` as an address judges it again without the system.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jpki_spec.laws import CURRENT_EDITION, Law, law

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
    """The system has said who it is; so many scenarios will be asked under this law."""

    address: str
    system: Description
    law: Law
    scenarios: int


@dataclass(frozen=True)
class NotStarted:
    """The system could not be brought to say who it is; nothing was judged."""

    address: str
    failure: Failure


@dataclass(frozen=True)
class Judged:
    """One scenario was asked and judged; `standing` is how that compares with the record, `recorded` what is there.

    `again`: the reply to the same question put a second time, if it was.
    """

    judgement: Judgement
    reply: Reply | None
    standing: Standing
    recorded: str = ""
    again: Reply | None = None


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


def run(session: Session, plan: Plan) -> Iterator[Event]:
    """Ask every scenario in order and judge the replies.

    Raises `UnknownLaw` if the system claims, or the plan asks for, an edition or reading that does not exist.
    """
    session.prepare([(scenario.pack, scenario.params) for scenario in plan.scenarios])
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    judge = Judge(law_of(plan, system))
    scenarios = [scenario for scenario in plan.scenarios if scenario.serves(judge.law.edition)]
    yield Started(plan.address, system, judge.law, len(scenarios))
    counts: dict[str, Counter[Verdict]] = {}
    failed = inconclusive = known = 0
    seen: set[str] = set()
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
        counts.setdefault(scenario.pack, Counter())[judgement.verdict] += 1
        standing = plan.known.standing(judgement)
        seen.add(scenario.id)
        known += standing is Standing.KNOWN
        inconclusive += judgement.verdict is Verdict.INCONCLUSIVE and standing is not Standing.KNOWN
        failed += standing is Standing.UNLISTED and is_failure(judgement.verdict, plan.strict)
        failed += standing in (Standing.FIXED, Standing.CHANGED)
        yield Judged(judgement, reply, standing, plan.known.lines.get(scenario.id, ""), again)
    seen |= {scenario.id for scenario in plan.scenarios}
    judged = sum(n for pack in counts.values() for v, n in pack.items() if v is not Verdict.NOT_APPLICABLE)
    vanished = tuple(sorted(plan.known.ids() - seen))
    code = COULD_NOT_JUDGE if inconclusive or not judged else FAILED if failed else PASSED
    ordered = {pack: dict(counts[pack]) for pack in PACKS if pack in counts}
    yield Finished(ordered, vanished, known, code)


def is_failure(verdict: Verdict, strict: bool) -> bool:
    """The verdict counts as failed."""
    return verdict is Verdict.FAIL or (strict and verdict in (Verdict.ACCEPTABLE, Verdict.WRONG_REASON))


def law_of(plan: Plan, system: Description) -> Law:
    """The law to judge by: what the plan asks for, else what the system claims. Raises `UnknownLaw`."""
    edition = plan.edition or system.edition or CURRENT_EDITION
    claimed = system.readings if plan.edition in (None, system.edition) else {}
    return law(edition, {**claimed, **plan.readings})
