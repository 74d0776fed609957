"""Few answers that no single change explains together.

A set of questions is inconsistent if each hypothesis with at most one change gets one of them wrong. The set found is
the smallest if that has up to three questions; of a larger one no question can be left out.
"""

import numpy as np
import numpy.typing as npt
from jpki_spec.laws import Law

from jpki_oracle.diagnosis.changes import faults_under
from jpki_oracle.diagnosis.evidence import Evidence
from jpki_oracle.diagnosis.hypothesis import Hypothesis, neighbouring
from jpki_oracle.diagnosis.state import State
from jpki_oracle.mutants.cover import cover

Matrix = npt.NDArray[np.bool_]
"""Hypotheses by questions: which gets which wrong."""


def inconsistent(evidence: Evidence, claimed: Law) -> tuple[int, ...]:
    """Positions of the questions; none if a single change explains everything."""
    start = State(evidence, Hypothesis(claimed))
    changes = [*neighbouring(claimed, claimed), *faults_under(claimed, claimed)]
    wrong = {evidence.rows_wrong(start.wrong).tobytes(): evidence.rows_wrong(start.wrong)}
    for change in changes:
        tried = start.tried(change)
        if tried.wrong:
            rows = evidence.rows_wrong({**start.wrong, **tried.wrong})
            wrong[rows.tobytes()] = rows
    return smallest(np.array(list(wrong.values())))


def smallest(wrong: Matrix) -> tuple[int, ...]:
    """The columns of a smallest set such that each row has one; without guarantee for more than three columns."""
    if not wrong.any(axis=1).all():
        return ()
    hard = _without_supersets(wrong)
    columns, places = np.unique(hard, axis=1, return_index=True)
    found = _one(columns) or _two(columns) or _three(columns)
    if found:
        return tuple(sorted(int(places[at]) for at in found))
    return tuple(sorted(int(places[at]) for at in _irreducible(columns, cover(columns))))


def _without_supersets(wrong: Matrix) -> Matrix:
    """The rows without those that have all columns of another row, which a set then has too."""
    kept: list[npt.NDArray[np.bool_]] = []
    for row in wrong[np.argsort(wrong.sum(axis=1), kind="stable")]:
        if not any((row >= other).all() for other in kept):
            kept.append(row)
    return np.array(kept)


def _one(wrong: Matrix) -> tuple[int, ...]:
    return tuple(np.flatnonzero(wrong.all(axis=0))[:1].tolist())


def _two(wrong: Matrix) -> tuple[int, ...]:
    right = (~wrong).astype(np.float32)
    pairs = np.argwhere(right.T @ right == 0)
    return tuple(pairs[0].tolist()) if len(pairs) else ()


def _three(wrong: Matrix) -> tuple[int, ...]:
    for first in range(wrong.shape[1]):
        rest = wrong[~wrong[:, first]]
        found = _two(rest)
        if found:
            return (first, *found)
    return ()


def _irreducible(wrong: Matrix, chosen: list[int]) -> list[int]:
    for each in list(chosen):
        fewer = [other for other in chosen if other != each]
        if wrong[:, fewer].any(axis=1).all():
            chosen = fewer
    return chosen
