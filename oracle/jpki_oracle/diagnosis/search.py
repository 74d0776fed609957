"""The search for hypotheses that explain all evidence: one change first; then outcome by outcome, many.

A system with several faults at once gets each outcome wrong in its own way. The outcomes are taken in the order in
which the rules build on each other (dates before states, what a certificate is capped by before the certificate), and
for each the changes are looked for that explain it without spoiling what is explained already.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
from jpki_model.columns import Shape
from jpki_spec.laws import Law

from jpki_oracle.diagnosis.changes import faults_under
from jpki_oracle.diagnosis.conventions import EVERYWHERE, Convention, all_faults
from jpki_oracle.diagnosis.evidence import Answered, Evidence
from jpki_oracle.diagnosis.hypothesis import Hypothesis, neighbouring
from jpki_oracle.diagnosis.inconsistent import inconsistent
from jpki_oracle.diagnosis.state import Change, State, Tried
from jpki_oracle.mutants.faults import Fault

WIDTH = 2
"""How many hypotheses are followed for one outcome."""
MOST_CHANGES = 40
"""Changes after which the search gives up."""
FEW_FAULTS = 3
"""Faults in a hypothesis from which on a fault is only replaced by ones that are as likely."""
MOST_RIGHT, MOST_ADDED = 300, 60
"""Right answers that the search looks at beside all wrong ones; answers that are added where it was deceived."""
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Scored:
    """A hypothesis and how many single answers it gets wrong."""

    hypothesis: Hypothesis
    wrong: int


@dataclass(frozen=True)
class Diagnosis:
    """What explains the evidence.

    `explanations` get every answer right, with equally many changes, none of which can be left out; if there are none,
    `nearest` come closest, and no single change explains the answers to `inconsistent` together.
    """

    explanations: tuple[Hypothesis, ...]
    nearest: tuple[Scored, ...]
    inconsistent: tuple[int, ...] = ()


def diagnose(
    evidence: Evidence,
    claimed: Law,
    most_changes: int = MOST_CHANGES,
    progress: Progress = lambda done, of, what: None,
    start: Hypothesis | None = None,
    explaining: bool = True,
) -> Diagnosis:
    """The hypotheses with few changes from the claimed law that explain everything; the search may start further.

    `explaining`: where nothing is found, look for the answers that show why.
    """
    begun = start or Hypothesis(claimed)
    everything = State(evidence, begun)
    if everything.count() == 0:
        return Diagnosis((begun,), (Scored(begun, 0),))
    chosen = _telling_rows(evidence, State(evidence, Hypothesis(claimed)))
    while True:
        search = _Search(evidence.of_rows(sorted(chosen)), claimed, most_changes, progress)
        found = search.without_needless(search.run(begun))
        begun = found.hypothesis
        everything = State(evidence, begun)
        new = [at for at in _wrong_rows(everything).tolist() if at not in chosen]
        if found.count() or not new:
            break
        chosen.update(new[:MOST_ADDED])
    if everything.count():
        nearest = (Scored(begun, everything.count()),)
        return Diagnosis((), nearest, inconsistent(evidence, claimed) if explaining else ())
    same = [each for each in search.alternatives(found) if State(evidence, each).count() == 0]
    same.sort(key=_likeliness)
    return Diagnosis(tuple(same), (Scored(begun, 0),))


def unexplained(answered: Sequence[Answered], hypothesis: Hypothesis) -> list[Answered]:
    """The questions that a hypothesis answers otherwise than the system."""
    evidence = Evidence(answered)
    return [evidence.rows[at] for at in _wrong_rows(State(evidence, hypothesis)).tolist()]


def _wrong_rows(state: State) -> npt.NDArray[np.int64]:
    """The positions of the questions with a wrong answer."""
    return np.flatnonzero(state.evidence.rows_wrong(state.wrong))


def _telling_rows(evidence: Evidence, claimed: State) -> set[int]:
    """The questions with a wrong answer, and some of the others."""
    wrong = set(_wrong_rows(claimed).tolist())
    right = [at for at in range(len(evidence.rows)) if at not in wrong]
    return wrong | set(right[:: max(1, len(right) // MOST_RIGHT)])


def wrong_answers(evidence: Evidence, hypothesis: Hypothesis) -> int:
    """How many single answers a hypothesis gets wrong."""
    return State(evidence, hypothesis).count()


class _Search:
    """The search over some evidence."""

    def __init__(self, evidence: Evidence, claimed: Law, most_changes: int, progress: Progress) -> None:
        self._evidence = evidence
        self._claimed = claimed
        self._most = most_changes
        self._progress = progress
        book = State(evidence, Hypothesis(claimed)).terms
        self._outcomes = sorted(book, key=lambda name: len(Shape.of([book[name]]).order))

    def run(self, start: Hypothesis) -> State:
        """The state with the fewest wrong answers that the search comes to."""
        followed, given_up = [State(self._evidence, start)], set[str]()
        for at, outcome in enumerate(self._outcomes):
            settled = [name for name in self._outcomes[: at + 1] if name not in given_up]
            followed = self._explained(outcome, settled, followed)
            if followed[0].count([outcome]):
                given_up.add(outcome)
            if followed[0].count() == 0:
                break
        return followed[0]

    def _explained(self, outcome: str, settled: list[str], followed: list[State]) -> list[State]:
        """The best states in which an outcome is right, or as right as it gets."""
        pool: dict[Law, list[Change]] = {}
        fresh = True
        while followed[0].count(settled) and _changes(followed[0], self._claimed) < self._most:
            self._progress(len(settled) - 1, len(self._outcomes), outcome)
            better: dict[tuple[object, ...], _Step] = {}
            for state in followed:
                for each in self._helpful(state, outcome, pool):
                    step = _Step.of(state, each, settled)
                    key = _key(state.hypothesis, each.change)
                    if step.wrong < state.count(settled) and (key not in better or step < better[key]):
                        better[key] = step
            if better:
                followed = [step.taken() for step in _different(sorted(better.values()))]
                fresh = False
            elif fresh:
                break
            else:  # what did not help before can help now
                pool, fresh = {}, True
        return followed

    def _helpful(self, state: State, outcome: str, pool: dict[Law, list[Change]]) -> Iterator[Tried]:
        """What can be changed so that at least one wrong answer for the outcome becomes right."""
        law = state.hypothesis.law
        if law in pool:
            for change in pool[law]:
                yield state.tried(change)
            return
        known = next(iter(pool.values()), None)  # what helped under one law is looked at under the next
        pool[law] = [] if known is None else list(known)
        for change in pool[law]:
            yield state.tried(change)
        faults = faults_under(law, self._claimed)
        if known is None:
            yield from self._first_helpful(state, outcome, neighbouring(law, self._claimed), pool[law])
        else:
            faults = faults[len(faults_under(self._claimed, self._claimed)) :]
        single = (each for each in faults if isinstance(each, Fault) and state.touches(each, outcome))
        yield from self._first_helpful(state, outcome, single, pool[law])
        helping = set(map(id, pool[law]))
        for each in faults:
            if isinstance(each, Convention) and any(id(fault) in helping for fault in each.faults):
                pool[law].append(each)
                yield state.tried(each)

    def _first_helpful(
        self, state: State, outcome: str, changes: Iterable[Change], helpful: list[Change]
    ) -> Iterator[Tried]:
        """Those of some changes that help, which are noted."""
        for change in changes:
            tried = state.tried(change)
            if _fixes(state, tried, outcome):
                helpful.append(change)
                yield tried

    def without_needless(self, state: State) -> State:
        """The state without the changes that explain nothing that the others do not, the unlikelier left out first."""
        hypothesis, wrong = state.hypothesis, state.count()
        for fault in sorted(hypothesis.faults, key=_unlikeliness, reverse=True):
            fewer = hypothesis.without_fault(fault)
            if State(state.evidence, fewer).count() <= wrong:
                hypothesis = fewer
        if _same_edition(hypothesis.law, self._claimed):
            for question in self._claimed.difference(hypothesis.law):
                back = hypothesis.law.with_reading(question, self._claimed.reading(question))
                if State(state.evidence, Hypothesis(back, hypothesis.faults)).count() <= wrong:
                    hypothesis = Hypothesis(back, hypothesis.faults)
        return State(state.evidence, hypothesis)

    def alternatives(self, state: State) -> list[Hypothesis]:
        """The hypothesis, and those that have another change in the place of one of its own; the likelier first."""
        whole = state.hypothesis
        found = {_key(whole): whole}
        for base, left_out in self._without_one(whole):
            without = State(state.evidence, base)
            outcomes = [name for name, cells in without.wrong.items() if cells.any()]
            for change in self._in_its_place(without, outcomes, left_out, len(whole.faults)):
                if not _left_over(without, without.tried(change)):
                    other = without.with_change(change).hypothesis
                    found.setdefault(_key(other), other)
        return list(found.values())

    def _without_one(self, whole: Hypothesis) -> Iterator[tuple[Hypothesis, Change]]:
        """The hypothesis without each of its changes in turn."""
        if not _same_edition(whole.law, self._claimed):
            yield Hypothesis(self._claimed, whole.faults), whole.law
            return
        for question in self._claimed.difference(whole.law):
            back = whole.law.with_reading(question, self._claimed.reading(question))
            yield Hypothesis(back, whole.faults), whole.law
        for fault in whole.faults:
            yield whole.without_fault(fault), fault

    def _in_its_place(
        self, without: State, outcomes: list[str], left_out: Change, faults: int
    ) -> Iterator[Change]:
        """What might stand in a change's place: anything, but among many changes nothing far-fetched."""
        most = 10 if faults < FEW_FAULTS else _unlikeliness(left_out)
        law = without.hypothesis.law
        yield from neighbouring(law, self._claimed)
        for each in faults_under(law, self._claimed):
            if _unlikeliness(each) <= most and all(
                any(without.touches(fault, outcome) for fault in all_faults([each])) for outcome in outcomes
            ):
                yield each


def _left_over(state: State, tried: Tried) -> bool:
    """Something is still wrong."""
    return any(tried.wrong.get(name, cells).any() for name, cells in state.wrong.items())


def _fixes(state: State, tried: Tried, outcome: str) -> bool:
    return outcome in tried.wrong and bool((state.wrong[outcome] & ~tried.wrong[outcome]).any())


@dataclass(frozen=True, order=True)
class _Step:
    """A change of a state; in order: nothing left wrong; few wrong of what is looked at, few spoilt; likely ones."""

    leaves_some: bool
    weighed: int
    total: int
    unlikely: int
    size: int
    name: str
    wrong: int
    state: State = field(compare=False)
    change: Change = field(compare=False)

    @staticmethod
    def of(state: State, tried: Tried, settled: Sequence[str]) -> "_Step":
        wrong = {name: int(tried.wrong.get(name, cells).sum()) for name, cells in state.wrong.items()}
        total, here = sum(wrong.values()), sum(wrong[name] for name in settled)
        unlikely = _unlikeliness(tried.change)
        size = _size(tried.change)
        name = str(getattr(tried.change, "id", tried.change))
        spoilt = sum(
            int((tried.wrong[name] & ~state.wrong[name]).sum()) for name in settled if name in tried.wrong
        )
        weighed = here * (10 + unlikely) + 10 * spoilt + unlikely
        return _Step(total > 0, weighed, total, unlikely, size, name, here, state, tried.change)

    def taken(self) -> State:
        return self.state.with_change(self.change)


@cache
def _size(change: Change) -> int:
    """How much there is to read of a fault."""
    return 0 if isinstance(change, Law) else max(len(f.node.sexpr()) for f in all_faults([change]))


_LIKELY = ("then-always", "else-always", "condition-dropped")
_UNLIKELY = {
    "field-replaced": 10,
    **dict.fromkeys(("or-for-and", "and-for-or", "branches-swapped", "equality-negated", "not-dropped"), 6),
    **dict.fromkeys(("on-or-after", "after", "same-day", "other-day", "last-for-first", "first-for-last"), 6),
}


def _unlikeliness(change: Change) -> int:
    """Readings first; a calendar's way of counting; a part left out; other faults; far-fetched ones last."""
    if isinstance(change, Law):
        return 0
    if change.operator in EVERYWHERE:
        return 1 if isinstance(change, Convention) else 2
    if change.operator in _LIKELY:
        return 2
    return _UNLIKELY.get(change.operator, 3)


def _likeliness(hypothesis: Hypothesis) -> tuple[object, ...]:
    """The order in which explanations are told."""
    faults = hypothesis.faults
    return (
        sum(map(_unlikeliness, faults)),
        len(faults),
        sum(map(_size, faults)),
        str(hypothesis.law),
        [fault.id for fault in faults],
    )


def _key(hypothesis: Hypothesis, change: Change | None = None) -> tuple[object, ...]:
    law = change if isinstance(change, Law) else hypothesis.law
    faults = hypothesis.faults if change is None or isinstance(change, Law) else (*hypothesis.faults, change)
    return (str(law), *sorted(fault.id for fault in faults))


def _different(ranked: Sequence[_Step]) -> list[_Step]:
    """The best few, of those that get equally many wrong only one."""
    kept: dict[tuple[int, int], _Step] = {}
    for each in ranked:
        kept.setdefault((each.wrong, each.total), each)
        if len(kept) == WIDTH:
            break
    return list(kept.values())


def _changes(state: State, claimed: Law) -> int:
    law = state.hypothesis.law
    return len(state.hypothesis.faults) + (len(claimed.difference(law)) if _same_edition(law, claimed) else 1)


def _same_edition(one: Law, other: Law) -> bool:
    return one.edition == other.edition
