"""Random histories against a system, by a rule-based state machine of Hypothesis, shrunk to a shortest one.

Every step draws a kind of event and a day on which something can go one way or the other; the reference world goes
along and says what must be observed. What the machine finds is a history like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from jpki_model.world.events import KINDS
from jpki_model.world.opening import open_world
from jpki_model.world.world import World
from jpki_spec.laws import Law

from jpki_oracle.histories.campaign import play
from jpki_oracle.histories.history import History
from jpki_oracle.histories.judge import HistoryJudge
from jpki_oracle.histories.observation import observe
from jpki_oracle.histories.search import OPENINGS, START, days_near, variants
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.sut.session import Session

TELLING = (Verdict.FAIL, Verdict.INCONCLUSIVE)
_OFTEN = ("day", "moveout_notified", "moved_in", "movein_notified", "card_presented", "moved_out")
_KINDS = (*(_OFTEN * 6), *(kind for kind in KINDS if kind not in ("born", *_OFTEN)))
"""What is drawn from: a move is a chain of notices, which comes about only if its links are drawn often."""


@dataclass(frozen=True)
class Explored:
    """What random histories came to: how many were played, and the shortest that the system gets wrong, if any."""

    played: int
    judgement: Judgement | None


class _Differs(AssertionError):
    """The system answers otherwise than the world."""


def explore(
    session: Session,
    law: Law,
    examples: int,
    steps: int,
    number: int,
    tell: Callable[[int], None] = lambda _: None,
) -> Explored:
    """Play random histories of up to `steps` events; `number` seeds them, the same number draws the same ones."""
    judge = HistoryJudge(law)
    found: dict[str, Judgement] = {}
    played = 0

    def check(history: History) -> None:
        nonlocal played
        played += 1
        tell(played)
        judgement = judge.judge(play(session, history))
        if judgement.verdict in TELLING:
            found["last"] = judgement
            raise _Differs(history.one_line())

    kept = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=InMemoryExampleDatabase(),
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        run_state_machine_as_test(seed(number)(machine(law, check)), settings=kept)
    except _Differs:
        return Explored(played, found["last"])
    return Explored(played, None)


def machine(law: Law, check: Callable[[History], None]) -> type[RuleBasedStateMachine]:
    """A state machine that draws histories under a law, and hands each over when it is whole."""

    class Histories(RuleBasedStateMachine):
        """One history in the making, with the world that goes along."""

        def __init__(self) -> None:
            super().__init__()
            self.world = World(law)
            self.history: History | None = None

        @initialize(name=st.sampled_from(tuple(OPENINGS)))
        def begin(self, name: str) -> None:
            """Choose who there is."""
            opening = OPENINGS[name]
            self.history = History(START, (opening,), (), "random|")
            open_world(self.world, START, (opening,))

        @rule(data=st.data(), kind=st.sampled_from(_KINDS))
        def happens(self, data: st.DataObject, kind: str) -> None:
            """Let something happen, soon or when something falls due."""
            days = sorted(days_near((self.world,)))
            day = days[data.draw(st.sampled_from((*([0] * 2 * len(days)), *range(len(days)))))]
            event = data.draw(st.sampled_from(tuple(variants(kind, day))))
            assert self.history is not None
            observe(self.world, event)
            self.history = replace(self.history, events=(*self.history.events, event))

        def teardown(self) -> None:
            """Hand the history over."""
            if self.history is not None and self.history.events:
                check(self.history)

    return Histories
