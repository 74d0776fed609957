"""The search for hypotheses that explain all evidence: few changes first, the most promising ones further."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jpki_model.columns import Shape
from jpki_spec.laws import Law

from jpki_oracle.diagnosis.evidence import Evidence
from jpki_oracle.diagnosis.hypothesis import Hypothesis, further_faults, other_laws
from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.faults import Fault, faults_of

WIDTH = 6
"""How many hypotheses that do not yet explain everything are followed further."""
MOST_CHANGES = 12
"""Changes after which the search gives up."""
_UNLIKELY = {"then-always": 0, "else-always": 0, "condition-dropped": 0, "or-for-and": 2, "field-replaced": 3}
"""Of equally good faults, the one that programmers rather make: a rule left out before another field read."""
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Scored:
    """A hypothesis and how many single answers it gets wrong."""

    hypothesis: Hypothesis
    wrong: int


@dataclass(frozen=True)
class Diagnosis:
    """What explains the evidence.

    `explanations` get every answer right, with equally many changes; if there are none, `nearest` come closest, and
    no single change explains the answers to `inconsistent` together.
    """

    explanations: tuple[Hypothesis, ...]
    nearest: tuple[Scored, ...]
    inconsistent: tuple[int, ...] = ()


def diagnose(
    evidence: Evidence,
    claimed: Law,
    most_changes: int = MOST_CHANGES,
    progress: Progress = lambda done, of, what: None,
) -> Diagnosis:
    """The hypotheses with the fewest changes from the claimed law that explain everything."""
    start = Hypothesis(claimed)
    faults: Sequence[Fault] = faults_of(claimed)
    followed = [Scored(start, wrong_answers(evidence, start))]
    if followed[0].wrong == 0:
        return Diagnosis((start,), tuple(followed))
    nearest = followed
    for changes in range(1, most_changes + 1):
        scored: dict[tuple[object, ...], Scored] = {}
        for at, one in enumerate(followed):
            progress((changes - 1) * WIDTH + at, most_changes * WIDTH, f"{changes} changes")
            for each in _expanded(evidence, one, faults):
                key = (str(each.hypothesis.law), *sorted(fault.id for fault in each.hypothesis.faults))
                scored.setdefault(key, each)
        if changes == 1:  # a fault that explains nothing alone is not looked at again
            helpful = {fault.id for each in scored.values() for fault in each.hypothesis.faults}
            faults = [fault for fault in faults if fault.id in helpful]
        ranked = sorted(scored.values(), key=lambda each: _rank(each, claimed))
        explained = tuple(each.hypothesis for each in ranked if each.wrong == 0)
        if explained:
            return Diagnosis(explained, tuple(ranked[:WIDTH]))
        nearest = [*ranked[:WIDTH], *nearest][:WIDTH]
        better = [each for each in ranked if each.wrong < min(one.wrong for one in followed)]
        if not better:
            break
        followed = _different(better)
    return Diagnosis((), tuple(nearest), _inconsistent(evidence, claimed))


def wrong_answers(evidence: Evidence, hypothesis: Hypothesis) -> int:
    """How many single answers a hypothesis gets wrong."""
    return sum(int(wrong.sum()) for wrong in _wrong_by_outcome(evidence, hypothesis).values())


def _wrong_by_outcome(evidence: Evidence, hypothesis: Hypothesis) -> dict[str, npt.NDArray[np.bool_]]:
    terms = hypothesis.terms()
    return {name: evidence.wrong(name, evidence.predicted(name, terms[name])) for name in evidence.outcomes()}


def _expanded(evidence: Evidence, one: Scored, faults: Sequence[Fault]) -> list[Scored]:
    """Every hypothesis with one change more (a law's, or one of the faults) that gets more answers right."""
    better = [Scored(other, wrong_answers(evidence, other)) for other in other_laws(one.hypothesis)]
    by_outcome = {n: int(w.sum()) for n, w in _wrong_by_outcome(evidence, one.hypothesis).items()}
    terms = one.hypothesis.terms()
    for pack, columns in evidence.columns.items():
        names = [name for name in by_outcome if evidence.pack_of(name) == pack]
        for name in names:
            columns(terms[name])
    shapes = {
        pack: Shape.of([terms[name] for name in by_outcome if evidence.pack_of(name) == pack])
        for pack in evidence.columns
    }
    for fault, node, replacement in further_faults(one.hypothesis, faults):
        wrong = dict(by_outcome)
        for pack, columns in evidence.columns.items():
            shape = shapes[pack]
            if node.get_id() not in shape.order or replacement.eq(node):
                continue
            changed = columns.with_replaced(shape, node, replacement)
            for name in by_outcome:
                if evidence.pack_of(name) == pack and terms[name].get_id() in changed:
                    wrong[name] = int(evidence.wrong(name, changed[terms[name].get_id()]).sum())
        better.append(Scored(one.hypothesis.with_fault(fault), sum(wrong.values())))
    return [each for each in better if each.wrong < one.wrong]


def _rank(scored: Scored, claimed: Law) -> tuple[object, ...]:
    """Fewer wrong answers, then fewer faults (readings before faults), then by name."""
    faults = scored.hypothesis.faults
    unlikely = sum(_UNLIKELY.get(fault.operator, 1) for fault in faults)
    return (scored.wrong, len(faults), unlikely, str(scored.hypothesis.law), [fault.id for fault in faults])


def _different(ranked: Sequence[Scored]) -> list[Scored]:
    """The best few, of those that get equally many wrong at most two."""
    kept: list[Scored] = []
    for each in ranked:
        if sum(other.wrong == each.wrong for other in kept) < 2:
            kept.append(each)
        if len(kept) == WIDTH:
            break
    return kept


def _inconsistent(evidence: Evidence, claimed: Law) -> tuple[int, ...]:
    """Positions of few questions whose answers no hypothesis with at most one change explains together."""
    start = Hypothesis(claimed)
    rows = [_rows_wrong(evidence, _wrong_by_outcome(evidence, each)) for each in [start, *other_laws(start)]]
    base, terms = _wrong_by_outcome(evidence, start), start.terms()
    for pack, columns in evidence.columns.items():
        names = [name for name in base if evidence.pack_of(name) == pack]
        shape = Shape.of([terms[name] for name in names])
        for _, node, replacement in further_faults(start, faults_of(claimed)):
            if node.get_id() in shape.order:
                changed = columns.with_replaced(shape, node, replacement)
                wrong = {
                    n: evidence.wrong(n, changed[terms[n].get_id()])
                    if terms[n].get_id() in changed
                    else base[n]
                    for n in base
                }
                rows.append(_rows_wrong(evidence, wrong))
    matrix = np.array(rows)
    return tuple(cover(matrix)) if matrix.any(axis=1).all() else ()


def _rows_wrong(evidence: Evidence, wrong: dict[str, npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """Which questions have a wrong answer, over all packs in the order of `evidence.rows`."""
    by_pack = {pack: np.zeros(len(rows), dtype=bool) for pack, rows in evidence.packs.items()}
    for name, cells in wrong.items():
        by_pack[evidence.pack_of(name)] |= cells
    taken = {pack: iter(cells.tolist()) for pack, cells in by_pack.items()}
    return np.array([next(taken[row.scenario.pack]) for row in evidence.rows])
