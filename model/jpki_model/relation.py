"""Terms to Ibis: the value of a term for each row of a table, on any engine that Ibis speaks to.

`with_terms(table, terms)` is the way in: it adds a column for each term. The table has a column of integers for each
constant: day numbers for dates (NEVER_NUMBER for `never`), positions for choices, as in `columns.py`; `relation_dates`
makes them from an engine's own dates. Sub-terms that are used again become columns of their own in a chain of
SELECTs, so that a shared part is computed once and the query stays as small as the graph of the terms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

import ibis.expr.types as ir
import z3
from jpki_spec.terms import DATE, LEAP_BIRTHDAYS, Term

from jpki_model import relation_calendar as calendar
from jpki_model.bits import CHOICE_SORTS
from jpki_model.day import FIRST_DAY, LAST_DAY
from jpki_model.day_columns import NEVER_NUMBER, day_number
from jpki_model.language import NotInTheLanguage
from jpki_model.relation_arithmetic import (
    Cell,
    as_cell,
    at_most,
    choice,
    column,
    equal,
    every,
    less,
    negation,
    settled,
    some,
    statement_column,
    unequal,
)
from jpki_model.relation_stages import with_cells
from jpki_model.relation_values import Values, values
from jpki_model.traversal import bottom_up

FIRST_NUMBER, LAST_NUMBER = day_number(FIRST_DAY), day_number(LAST_DAY)
"""The calendar's ends as day numbers, both inclusive: dates of a table lie between them or are NEVER_NUMBER."""
DAYS_OR_NEVER = values((FIRST_NUMBER, LAST_NUMBER), (NEVER_NUMBER, NEVER_NUMBER))


def with_terms(
    table: ir.Table,
    terms: Mapping[str, Term],
    names: Mapping[str, str] | None = None,
    between: Mapping[str, Values] | None = None,
) -> ir.Table:
    """The table with a column of integers for each term, named by the mapping's keys.

    `names` says under which name a constant's column stands, where that is not its own; `between`, by the constant's
    own name, what is known of the values of its column: it must hold for every row, and makes the query shorter.
    Raises `NotInTheLanguage` for an operation that the rules do not have, and Ibis' own error for a constant without
    a column.
    """
    return with_cells(table, cells_of(terms, names or {}, between or {}))


def cells_of(
    terms: Mapping[str, Term], names: Mapping[str, str], between: Mapping[str, Values]
) -> dict[str, Cell]:
    """The terms as integer expressions."""
    translation = _Translation(names, between, _births(terms.values()))
    found = {name: translation(term) for name, term in terms.items()}
    return {
        name: calendar.certain(cell) if terms[name].sort() == DATE else cell for name, cell in found.items()
    }


def constants_of(terms: Iterable[Term]) -> set[str]:
    """The names of the constants that terms mention: the columns that a table needs for them."""
    return {
        str(node.decl().name())
        for node in _parts_of(terms)
        if z3.is_const(node)
        and node.decl().kind() == z3.Z3_OP_UNINTERPRETED
        and not (node.sort() == DATE and str(node.decl().name()) == "never")
    }


def _births(terms: Iterable[Term]) -> set[int]:
    """The ids of the dates whose birthdays are asked, with which their years come for nothing."""
    return {node.arg(0).get_id() for node in _parts_of(terms) if node.decl().name() == "birthday"}


def _parts_of(terms: Iterable[Term]) -> Iterable[Term]:
    """Every term within terms, parts before wholes, each once."""
    done: dict[int, Term] = {}
    for term in terms:
        for part, _ in bottom_up(term, done):
            done[part.get_id()] = part
    return done.values()


def _only_difference(one: Term, other: Term) -> int | None:
    """The place of the part in which two uses of one operation differ; None if there is no such one place."""
    if one.num_args() == 0 or one.decl().kind() != z3.Z3_OP_UNINTERPRETED or not one.decl().eq(other.decl()):
        return None
    places = [n for n in range(one.num_args()) if not one.arg(n).eq(other.arg(n))]
    return places[0] if len(places) == 1 else None


def _order_of_branches(condition: Term, then: Term, otherwise: Term) -> bool | None:
    """Whether a choice is that of the earlier of the two days that it compares, or of the later; None if of others."""
    if condition.decl().name() != "before":
        return None
    one, other = condition.children()
    if then.eq(one) and otherwise.eq(other):
        return True
    return False if then.eq(other) and otherwise.eq(one) else None


class _Translation:
    """Translates terms into cells; equal terms are equal cells."""

    def __init__(self, names: Mapping[str, str], between: Mapping[str, Values], births: set[int]) -> None:
        self._names = names
        self._between = between
        self._births = births
        self._done: dict[int, Cell] = {}
        self._made: list[Term] = []

    def __call__(self, term: Term) -> Cell:
        for node, parts in bottom_up(term, self._done):
            self._done[node.get_id()] = self._cell(node, parts)
        return self._done[term.get_id()]

    def _cell(self, term: Term, parts: Sequence[Term]) -> Cell:
        declaration = term.decl()
        kind = declaration.kind()
        if kind == z3.Z3_OP_UNINTERPRETED:
            name = str(declaration.name())
            return self._operation(name, parts) if parts else self._constant(term, name)
        if z3.is_int_value(term):
            return as_cell(int(term.as_long()))
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return settled(bool(kind == z3.Z3_OP_TRUE))
        if kind == z3.Z3_OP_DT_CONSTRUCTOR:
            return as_cell(CHOICE_SORTS[term.sort().name()].index(declaration.name().split(".", 1)[1]))
        if kind == z3.Z3_OP_ITE and (place := _only_difference(*parts[1:])) is not None:
            return self._of_chosen_part(parts, place)
        if kind == z3.Z3_OP_ITE and (order := _order_of_branches(*parts)) is not None:
            one, other = (self._done[day.get_id()] for day in parts[0].children())
            return calendar.earlier_or_later(one, other, order)
        if kind not in _LOGIC:
            raise NotInTheLanguage(f"the rules' language has no {declaration.name()}")
        of_days = bool(parts) and parts[-1].sort() == DATE
        return (_LOGIC_OF_DAYS if of_days else _LOGIC)[kind](*(self._done[part.get_id()] for part in parts))

    def _constant(self, term: Term, name: str) -> Cell:
        named = self._names.get(name, name)
        if term.sort() == DATE and name == "never":
            return calendar.NEVER
        if z3.is_bool(term):
            return statement_column(named)
        return column(named, self._between.get(name) or _values_of(term))

    def _of_chosen_part(self, parts: Sequence[Term], place: int) -> Cell:
        """A choice between an operation on one thing or another is the operation on a choice."""
        condition, then, otherwise = parts
        part = z3.If(condition, then.arg(place), otherwise.arg(place))
        made = then.decl()(*(part if n == place else other for n, other in enumerate(then.children())))
        self._made.append(made)  # kept, since the ids of terms that are gone are given again
        return self(made)

    def _operation(self, name: str, parts: Sequence[Term]) -> Cell:
        if name == "literal":
            return as_cell(_day_of_literal(int(parts[0].as_long())))
        cells = [self._done[part.get_id()] for part in parts]
        if name == "add_days":
            return self._later(parts[0], *cells)
        if name == "year" and parts[0].get_id() in self._births:
            return calendar.year_of_birth(cells[0])
        if name == "birthday":
            return _birthday(*cells)
        if name not in _OPERATIONS:
            raise NotInTheLanguage(f"the rules' language has no {name}")
        return _OPERATIONS[name](*cells)

    def _later(self, inner: Term, day: Cell, count: Cell) -> Cell:
        """Days added to days added are added at once."""
        while str(inner.decl().name()) == "add_days":
            inner_count = self._done[inner.arg(1).get_id()]
            inner = inner.arg(0)
            day, count = self._done[inner.get_id()], count + inner_count
        return calendar.add_days(day, count)


def _values_of(term: Term) -> Values:
    """All values that a constant of its sort can have."""
    if term.sort() == DATE:
        return DAYS_OR_NEVER
    if z3.is_int(term):
        return values((-_LARGEST_NUMBER, _LARGEST_NUMBER))
    return values((0, len(CHOICE_SORTS[term.sort().name()]) - 1))


_LARGEST_NUMBER = 9999
"""Of the numbers that a question may name as constants of its own."""


def _day_of_literal(number: int) -> int:
    return day_number(date(number // 10000, number // 100 % 100, number % 100))


def _birthday(birth: Cell, of_year: Cell, leap_birthday: Cell) -> Cell:
    """The birthday, where the place of a leap birthday may differ from row to row."""
    if leap_birthday.constant is not None:
        return calendar.birthday(birth, of_year, LEAP_BIRTHDAYS[leap_birthday.constant])
    first, *others = (calendar.birthday(birth, of_year, place) for place in LEAP_BIRTHDAYS)
    for number, other in enumerate(others, start=1):
        first = choice(equal(leap_birthday, as_cell(number)), other, first)
    return first


def _sum(*cells: Cell) -> Cell:
    result = cells[0]
    for cell in cells[1:]:
        result = result + cell
    return result


def _product(*cells: Cell) -> Cell:
    result = cells[0]
    for cell in cells[1:]:
        result = result * cell
    return result


def _remainder(cell: Cell, divisor: Cell) -> Cell:
    if divisor.constant is None:
        raise NotInTheLanguage("the rules' language has remainders by numbers only")
    return cell.remainder(divisor.constant)


_LOGIC: dict[int, Callable[..., Cell]] = {
    z3.Z3_OP_AND: lambda *parts: every(parts),
    z3.Z3_OP_OR: lambda *parts: some(parts),
    z3.Z3_OP_NOT: negation,
    z3.Z3_OP_IMPLIES: lambda a, b: some((negation(a), b)),
    z3.Z3_OP_EQ: equal,
    z3.Z3_OP_DISTINCT: lambda *parts: every(unequal(a, b) for a, b in combinations(parts, 2)),
    z3.Z3_OP_ITE: choice,
    z3.Z3_OP_ADD: _sum,
    z3.Z3_OP_SUB: lambda first, *others: first - _sum(*others),
    z3.Z3_OP_MUL: _product,
    z3.Z3_OP_UMINUS: lambda a: as_cell(0) - a,
    z3.Z3_OP_MOD: _remainder,
    z3.Z3_OP_LE: at_most,
    z3.Z3_OP_LT: less,
    z3.Z3_OP_GE: lambda a, b: at_most(b, a),
    z3.Z3_OP_GT: lambda a, b: less(b, a),
}

_LOGIC_OF_DAYS: dict[int, Callable[..., Cell]] = {
    z3.Z3_OP_EQ: calendar.same,
    z3.Z3_OP_DISTINCT: lambda *parts: every(negation(calendar.same(a, b)) for a, b in combinations(parts, 2)),
    z3.Z3_OP_ITE: calendar.chosen,
}

_OPERATIONS: dict[str, Callable[..., Cell]] = {
    "before": calendar.before,
    "year": calendar.year,
    "weekday": calendar.weekday,
    "add_months": calendar.add_months,
}
