"""What kinds of fault explain the wrong values of a register: readings, editions, slips of the pen, faults of a rule.

A register is not one program: some rows may be wrong for one cause, some for another. So kinds are found one after
the other, each from what those before left unexplained. A kind that is a law or a fault of a rule is believed if it
gives the observed value wherever, among the wrong rows, it gives another one than the rules.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from jpki_model.columns import Columns, Shape
from jpki_model.day_columns import NEVER_NUMBER, Column
from jpki_spec.laws import EDITIONS, Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Term

from jpki_oracle.diagnosis.hypothesis import Hypothesis, other_laws
from jpki_oracle.mutants.faults import Fault, faults_of

BELIEVED = 0.8
"""The least share of the rows of which a law or a fault speaks that it must explain."""
FEWEST, LEAST_SHARE = 2, 0.02
"""Rows, and the share of all wrong rows, that a law or a fault of a rule must explain to be believed."""
MOST_KINDS = 12


@dataclass(frozen=True)
class Kind:
    """One kind of fault: its identifier, and the phrase (with values) that tells it.

    `term` gives the value that such a row has; without one the kind is a slip, told by `slip`.
    """

    id: str
    phrase: str
    values: Mapping[str, object]
    term: Term | None = None
    slip: str = ""
    size: int = 0


@dataclass(frozen=True)
class Wrong:
    """Wrong values of one output, as columns: the fields' codes, what is right, what is there."""

    output: str
    fields: Mapping[str, Column]
    expected: Column
    observed: Column


def kinds_of(wrong: Wrong, law: Law) -> list[Kind]:
    """The kinds that explain the wrong values, in the order in which they are to be tried."""
    left = np.ones(len(wrong.expected), dtype=bool)
    kinds: list[Kind] = []
    for stage in (_laws, _slips, _faults):
        for kind, explains in stage(wrong, law, left):
            kinds.append(kind)
            left &= ~explains
            if not left.any() or len(kinds) == MOST_KINDS:
                return kinds
    return kinds


Explained = tuple[Kind, npt.NDArray[np.bool_]]


def _laws(wrong: Wrong, law: Law, left: npt.NDArray[np.bool_]) -> Iterator[Explained]:
    """Other readings and editions, those that explain most first."""
    predicted = [  # each with columns of its own, so that what lies between is not kept
        (each.law, term, Columns(wrong.fields)(term))
        for each in other_laws(Hypothesis(law))
        if not (term := rulebook(each.law).outputs[wrong.output]).eq(rulebook(law).outputs[wrong.output])
    ]
    predicted.sort(
        key=lambda each: not EDITIONS[each[0].edition].is_law
    )  # of equally good ones, what was law
    yield from _most_first(
        [(_law_kind(law, other, term), column) for other, term, column in predicted], wrong, left
    )


def _most_first(
    candidates: Sequence[tuple[Kind, Column]], wrong: Wrong, left: npt.NDArray[np.bool_]
) -> Iterator[Explained]:
    left = left.copy()
    fewest = max(FEWEST, LEAST_SHARE * len(left))
    while left.any():
        best, explained = None, np.zeros(len(left), dtype=bool)
        for kind, predicted in candidates:
            speaks = left & (predicted != wrong.expected)
            right = speaks & (predicted == wrong.observed)
            if right.sum() > explained.sum() and right.sum() >= max(fewest, BELIEVED * speaks.sum()):
                best, explained = kind, right
        if best is None:
            return
        yield best, explained
        left &= ~explained


def _law_kind(law: Law, other: Law, term: Term) -> Kind:
    if other.edition != law.edition:
        return Kind(f"edition:{other.edition}", "kind-edition", {"edition": other.edition}, term)
    question, answer = next(iter(law.difference(other).items()))
    return Kind(
        f"reading:{question}={answer}", "kind-reading", {"question": question, "answer": answer}, term
    )


def _slips(wrong: Wrong, law: Law, left: npt.NDArray[np.bool_]) -> Iterator[Explained]:
    """Values that are missing, one day off, or written with day and month or the year exchanged."""
    for slip in slips_of(wrong.output):
        explains = SLIPS[slip]
        explained = left & explains(wrong.expected, wrong.observed, wrong.fields["birth"])
        if explained.any():
            yield Kind(slip, f"kind-{slip}", {}, slip=slip), explained
            left = left & ~explained


def slips_of(output: str) -> list[str]:
    """The slips that a value of an output can be; an age has no days and months."""
    return ["missing", "unexpected"] if output == "age" else list(SLIPS)


def _faults(wrong: Wrong, law: Law, left: npt.NDArray[np.bool_]) -> Iterator[Explained]:
    """Single faults of the rules behind the output, and constant shifts where none fits."""
    if left.any():
        few = {name: column[left] for name, column in wrong.fields.items()}
        some = Wrong(wrong.output, few, wrong.expected[left], wrong.observed[left])
        for kind, explains in _most_first(
            list(_fault_predictions(some, law)), some, np.ones(int(left.sum()), bool)
        ):
            explained = np.zeros(len(left), dtype=bool)
            explained[np.flatnonzero(left)] = explains
            yield kind, explained
            left = left & ~explained
            few = {}
    apart = np.where(left, wrong.observed - wrong.expected, 0)
    for days in _frequent(apart[left]):
        yield (
            Kind(f"days:{days:+}", "kind-days", {"days": f"{days:+}"}, slip="days", size=days),
            left & (apart == days),
        )


def _fault_predictions(wrong: Wrong, law: Law) -> Iterator[tuple[Kind, Column]]:
    term = rulebook(law).outputs[wrong.output]
    columns, shape = Columns(wrong.fields), Shape.of([term])
    columns(term)
    for fault in faults_of(law):
        if fault.node.get_id() in shape.order:
            changed = columns.with_replaced(shape, fault.node, fault.replacement)
            if term.get_id() in changed:
                yield _fault_kind(fault, term), changed[term.get_id()]


def _fault_kind(fault: Fault, term: Term) -> Kind:
    values = {"rule": fault.rule, "has": fault.has, "instead": fault.instead}
    return Kind(f"fault:{fault.id}", "kind-fault", values, fault.in_term(term))


def _frequent(apart: Column) -> list[int]:
    """Shifts that several rows have, the most frequent first."""
    days, counts = np.unique(apart, return_counts=True)
    ranked = sorted(zip((-counts).tolist(), days.tolist(), strict=True))
    return [day for count, day in ranked if -count >= FEWEST][:MOST_KINDS]


def _parts(column: Column) -> tuple[Column, Column, Column]:
    """Year, month and day of day numbers."""
    days = column.astype("datetime64[D]")
    years, months = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    return years.astype(int), (months - years).astype(int) + 1, (days - months).astype(int) + 1


def _dates(expected: Column, observed: Column) -> Column:
    return np.asarray((expected != NEVER_NUMBER) & (observed != NEVER_NUMBER))


def _is_leap_march(expected: Column, observed: Column, birth: Column) -> Column:
    (_, month, day), (_, birth_month, birth_day) = _parts(expected), _parts(birth)
    leapling = (birth_month == 2) & (birth_day == 29)
    return np.asarray(leapling & (month == 2) & (day == 28) & (observed - expected == 1))


def _is_swapped(expected: Column, observed: Column, birth: Column) -> Column:
    (year, month, day), (other_year, other_month, other_day) = _parts(expected), _parts(observed)
    return np.asarray(
        _dates(expected, observed) & (year == other_year) & (month == other_day) & (day == other_month)
    )


def _is_other_year(expected: Column, observed: Column, birth: Column) -> Column:
    (_, month, day), (_, other_month, other_day) = _parts(expected), _parts(observed)
    return np.asarray(_dates(expected, observed) & (month == other_month) & (day == other_day))


SLIPS: dict[str, Callable[[Column, Column, Column], Any]] = {
    "missing": lambda expected, observed, birth: observed == NEVER_NUMBER,
    "unexpected": lambda expected, observed, birth: expected == NEVER_NUMBER,
    "leap-march": _is_leap_march,
    "day-late": lambda expected, observed, birth: observed - expected == 1,
    "day-early": lambda expected, observed, birth: observed - expected == -1,
    "swapped": _is_swapped,
    "other-year": _is_other_year,
}
"""Slips by what is right, what is there and the birth, in the order in which they are tried."""
