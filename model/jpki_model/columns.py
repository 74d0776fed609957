"""Terms to columns: the value of a term for many lives at once, as NumPy arrays.

`Columns(values)` evaluates terms over whole columns; `with_replaced` tells what a term becomes when one of its nodes
is another term, computing only what stands above that node, and `where_changed` for which lives that is another
value. A date is its day number (`day_columns`), a choice its position in `CHOICE_SORTS`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import z3
from jpki_spec.terms import CHOICES, DATE, Term

from jpki_model.bits import CHOICE_SORTS
from jpki_model.day_columns import (
    NEVER_NUMBER,
    Column,
    add_days,
    add_months,
    birthday,
    day_number,
    weekday,
    year,
)
from jpki_model.evaluate import Value
from jpki_model.language import NotInTheLanguage


def columns_of(rows: Sequence[Mapping[str, Value]]) -> dict[str, Column]:
    """Rows of field values (NEVER_DAY for an absent date) as one column a field; all rows have the same fields."""
    names = rows[0] if rows else {}
    return {name: np.array([_code(name, row[name]) for row in rows], dtype=np.int64) for name in names}


def _code(name: str, value: Value) -> int:
    if isinstance(value, date):
        return day_number(value)
    if isinstance(value, str):
        return CHOICE_SORTS[CHOICES[name][0].name()].index(value)
    return int(value)


class _At(dict[int, Column]):
    """The values of terms, by their ids, for some of the lives."""

    def __init__(self, done: Mapping[int, Column], at: npt.NDArray[np.intp]) -> None:
        self._whole, self._at = done, at

    def __missing__(self, key: int) -> Column:
        column = self._whole[key]
        self[key] = column[self._at] if np.ndim(column) else column
        return self[key]


@dataclass(frozen=True)
class Change:
    """What becomes of terms above a node that is replaced, row by row: replacement `number`, for the life `at`.

    `values` are those of the terms that change, by their ids, and `before` what they were without.
    """

    number: npt.NDArray[np.intp]
    at: npt.NDArray[np.intp]
    before: Mapping[int, Column]
    values: dict[int, Column]


class Columns:
    """Evaluates terms over given columns; equal sub-terms are computed once.

    Inside, what is the same for all lives (a literal, a number) is a single number, which NumPy spreads.
    """

    def __init__(self, values: Mapping[str, Column]) -> None:
        self._constants = values
        self.length = len(next(iter(values.values()))) if values else 0
        self._done: dict[int, Column] = {}

    def __call__(self, term: Term) -> Column:
        """The term's value for each life. Raises KeyError for a constant without a column, `NotInTheLanguage`."""
        return np.broadcast_to(self._computed(term), (self.length,))

    def with_replaced(self, shape: "Shape", node: Term, replacement: Term) -> dict[int, Column]:
        """The new values of those roots of a shape that change where `node` is `replacement`, by their ids."""
        change = self.change(shape, node, [replacement])
        found: dict[int, Column] = {}
        for root in shape.roots:
            if root in change.values:
                found[root] = np.array(np.broadcast_to(self._done[root], (self.length,)))
                found[root][change.at] = change.values[root]
        return found

    def where_changed(
        self, shape: "Shape", node: Term, replacements: Sequence[Term]
    ) -> dict[int, npt.NDArray[np.bool_]]:
        """Where those roots of a shape that change at all do so, by their ids: replacements of `node` by lives."""
        change = self.change(shape, node, replacements)
        found: dict[int, npt.NDArray[np.bool_]] = {}
        for root in shape.roots:
            if root in change.values:
                found[root] = np.zeros((len(replacements), self.length), dtype=bool)
                found[root][change.number, change.at] = change.values[root] != change.before[root]
        return found

    def change(self, shape: "Shape", node: Term, replacements: Sequence[Term]) -> "Change":
        """What becomes of the terms of a shape where `node` is one of its replacements.

        Only the lives for which the node changes are computed, for all replacements at once: so little of the time goes
        into calls of NumPy, of which there are some for each node above.
        """
        before = np.broadcast_to(self._computed(node), (self.length,))
        after = [np.broadcast_to(self._computed(each), (self.length,)) for each in replacements]
        places = [np.flatnonzero(values != before) for values in after]
        number = np.repeat(np.arange(len(places)), [len(each) for each in places])
        change = Change(number, np.concatenate(places), _At(self._done, np.concatenate(places)), {})
        if not len(change.at):
            return change
        values, before_at = change.values, change.before
        values[node.get_id()] = np.concatenate([each[rows] for each, rows in zip(after, places, strict=True)])
        for above, step in shape.above(node.get_id()):
            if any(child in values for child in step.children):
                value = step.apply(*(values[c] if c in values else before_at[c] for c in step.children))
                if not _same(value, before_at[above]):
                    values[above] = value
        return change

    def _computed(self, term: Term) -> Column:
        done = self._done
        pending = [term.get_id()]
        if pending[0] not in done:
            step_of(term)
        while pending:
            key = pending[-1]
            if key in done:
                pending.pop()
                continue
            step = _STEPS[key]
            missing = [child for child in step.children if child not in done]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if step.constant:
                done[key] = self._constants[step.constant]
            else:
                done[key] = step.apply(*(done[child] for child in step.children))
        return done[term.get_id()]


def _same(one: Column, other: Column) -> bool:
    return one is other or bool(np.all(one == other))


@dataclass(frozen=True)
class ColumnStep:
    """How one node is computed: a function of its children's columns, or the column of a constant."""

    term: Term
    children: tuple[int, ...]
    apply: Callable[..., Column]
    constant: str = ""


_STEPS: dict[int, ColumnStep] = {}
"""By the id of the term, which the step keeps alive and so its own."""


def step_of(term: Term) -> ColumnStep:
    """The step of a term, made once together with those of all its parts."""
    pending = [term]
    while pending:
        top = pending.pop()
        if top.get_id() not in _STEPS:
            children = top.children()
            _STEPS[top.get_id()] = _step(top, tuple(child.get_id() for child in children))
            pending.extend(children)
    return _STEPS[term.get_id()]


def _step(term: Term, children: tuple[int, ...]) -> ColumnStep:
    kind, name = term.decl().kind(), str(term.decl().name())
    if z3.is_int_value(term):
        return _fixed(term, np.int64(term.as_long()))
    if kind == z3.Z3_OP_DT_CONSTRUCTOR:
        return _fixed(term, np.int64(CHOICE_SORTS[term.sort().name()].index(name.split(".", 1)[1])))
    if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
        return _fixed(term, np.bool_(kind == z3.Z3_OP_TRUE))
    if kind == z3.Z3_OP_UNINTERPRETED:
        if name == "never" and term.sort() == DATE:
            return _fixed(term, np.int64(NEVER_NUMBER))
        if name == "literal":
            number = term.arg(0).as_long()
            day = date(number // 10000, number // 100 % 100, number % 100)
            return _fixed(term, np.int64(day_number(day)))
        if not children:
            return ColumnStep(term, (), _no_value, constant=name)
        return ColumnStep(term, children, OPERATIONS[name])
    if kind not in LOGIC:
        raise NotInTheLanguage(f"the rules' language has no {name}")
    return ColumnStep(term, children, LOGIC[kind])


def _fixed(term: Term, value: Any) -> ColumnStep:
    return ColumnStep(term, (), lambda: value)


def _no_value() -> Column:
    raise KeyError("a constant has the value of its column")


@dataclass
class Shape:
    """The nodes of some terms in an order in which parts come before wholes, and what stands above each."""

    roots: tuple[int, ...]
    order: dict[int, int]
    parents: dict[int, set[int]]
    _above: dict[int, list[tuple[int, ColumnStep]]] = field(default_factory=dict)

    @staticmethod
    def of(terms: Iterable[Term]) -> "Shape":
        """The shape of the given roots."""
        roots = [step_of(term).term.get_id() for term in terms]
        order: dict[int, int] = {}
        parents: dict[int, set[int]] = {}
        pending = list(reversed(roots))
        while pending:
            key = pending[-1]
            missing = [child for child in _STEPS[key].children if child not in order]
            if key in order or not missing:
                pending.pop()
                if key not in order:
                    order[key] = len(order)
                    for child in _STEPS[key].children:
                        parents.setdefault(child, set()).add(key)
            else:
                pending.extend(missing)
        return Shape(tuple(roots), order, parents)

    def terms(self) -> list[Term]:
        """Every node, parts before wholes."""
        return [_STEPS[key].term for key in self.order]

    def above(self, node: int) -> list[tuple[int, ColumnStep]]:
        """Every node above the given one, lower ones first."""
        if node not in self._above:
            seen: set[int] = set()
            pending = list(self.parents.get(node, ()))
            while pending:
                key = pending.pop()
                if key not in seen:
                    seen.add(key)
                    pending.extend(self.parents.get(key, ()))
            ordered = sorted(seen, key=self.order.__getitem__)
            self._above[node] = [(key, _STEPS[key]) for key in ordered]
        return self._above[node]


def _fold(operation: Callable[[Column, Column], Column]) -> Callable[..., Column]:
    def folded(*columns: Column) -> Column:
        result = columns[0]
        for column in columns[1:]:
            result = operation(result, column)
        return result

    return folded


def _distinct(*columns: Column) -> Column:
    return _fold(np.logical_and)(*(one != other for one, other in combinations(columns, 2)))


LOGIC: dict[int, Callable[..., Column]] = {
    z3.Z3_OP_AND: _fold(np.logical_and),
    z3.Z3_OP_OR: _fold(np.logical_or),
    z3.Z3_OP_NOT: np.logical_not,
    z3.Z3_OP_IMPLIES: lambda a, b: np.logical_or(np.logical_not(a), b),
    z3.Z3_OP_EQ: np.equal,
    z3.Z3_OP_DISTINCT: _distinct,
    z3.Z3_OP_ITE: np.where,
    z3.Z3_OP_ADD: _fold(np.add),
    z3.Z3_OP_SUB: _fold(np.subtract),
    z3.Z3_OP_MUL: _fold(np.multiply),
    z3.Z3_OP_UMINUS: np.negative,
    z3.Z3_OP_MOD: np.mod,
    z3.Z3_OP_LE: np.less_equal,
    z3.Z3_OP_LT: np.less,
    z3.Z3_OP_GE: np.greater_equal,
    z3.Z3_OP_GT: np.greater,
}


OPERATIONS: dict[str, Callable[..., Column]] = {
    "before": np.less,
    "add_days": add_days,
    "add_months": add_months,
    "year": year,
    "weekday": weekday,
    "birthday": birthday,
}
