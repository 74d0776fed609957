"""Expressions over columns of integers, as a graph in which equal expressions are one node.

Each node knows the values that it can have (a statement: 0 and 1); what these settle is folded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from operator import add, mul, sub

from jpki_model.relation_values import Values, values


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """A value of one row: an operation on other cells, a column (`name`) or a constant."""

    operation: str
    is_statement: bool
    parts: tuple["Cell", ...]
    values: Values
    name: str = ""

    @property
    def low(self) -> int:
        """The least value that it can have."""
        return self.values.low

    @property
    def high(self) -> int:
        """The greatest value that it can have."""
        return self.values.high

    @property
    def constant(self) -> int | None:
        """The value, if it is the same for all rows."""
        return self.low if self.operation == "constant" else None

    def __add__(self, other: "Cell | int") -> "Cell":
        other = as_cell(other)
        if other.constant == 0:
            return self
        if self.constant is not None:
            return as_cell(self.low + other.low) if other.constant is not None else other + self
        if self.operation == "+" and self.parts[1].constant is not None and other.constant is not None:
            return self.parts[0] + (self.parts[1].low + other.low)
        return _node("+", (self, other), self.values.combined(other.values, lambda a, b: a + b))

    def __sub__(self, other: "Cell | int") -> "Cell":
        other = as_cell(other)
        if other.constant is not None:
            return self + -other.low
        if self is other:
            return as_cell(0)
        return _node("-", (self, other), self.values.combined(other.values, lambda a, b: a - b))

    def __mul__(self, other: "Cell | int") -> "Cell":
        other = as_cell(other)
        if self.constant is not None:
            return as_cell(self.low * other.low) if other.constant is not None else other * self
        if other.constant == 0 or other.constant == 1:
            return self if other.constant else as_cell(0)
        return _node("*", (self, other), self.values.combined(other.values, lambda a, b: a * b))

    def quotient(self, divisor: int) -> "Cell":
        """The quotient by a positive divisor, rounded down. Raises ValueError for what may be negative."""
        if self.low < 0:
            raise ValueError(f"engines round negative quotients in different ways: {self.values}")
        if self.constant is not None:
            return as_cell(self.low // divisor)
        return _node("//", (self, as_cell(divisor)), self.values.through(lambda a: a // divisor))

    def remainder(self, divisor: int) -> "Cell":
        """The remainder by a positive divisor, never negative."""
        shift = -(self.low // divisor) * divisor if self.low < 0 else 0
        return _node("%", (self + shift, as_cell(divisor)), values((0, divisor - 1)))


@cache
def _node(operation: str, parts: tuple[Cell, ...], between: Values, name: str = "") -> Cell:
    return Cell(operation, False, parts, between, name)


@cache
def _statement(operation: str, *parts: Cell) -> Cell:
    return Cell(operation, True, parts, _EITHER)


_EITHER = values((0, 1))
TRUE, FALSE = Cell("constant", True, (), values((1, 1))), Cell("constant", True, (), values((0, 0)))


def settled(holds: bool) -> Cell:
    """A statement that holds for every row, or for none."""
    return TRUE if holds else FALSE


def as_cell(value: Cell | int) -> Cell:
    """A constant as a cell; a cell as it is."""
    return value if isinstance(value, Cell) else _node("constant", (), values((value, value)))


def column(name: str, between: Values) -> Cell:
    """A column of a table and the values between which it lies; a constant if there is but one."""
    if between.low == between.high:
        return as_cell(between.low)
    return _node("column", (), between, name)


@cache
def statement_column(name: str) -> Cell:
    """A column of a table that holds true or false."""
    return Cell("column", True, (), _EITHER, name)


def operation(name: str, cell: Cell, between: Values) -> Cell:
    """An operation that is written out where it is used, with what it can give."""
    return _node(name, (cell,), between)


@cache
def less(one: Cell, other: Cell) -> Cell:
    """One is less than the other."""
    if one.high < other.low or one.low >= other.high or one is other:
        return settled(one.high < other.low)
    return _of_branches(less, one, other) or _statement("<", one, other)


@cache
def at_most(one: Cell, other: Cell) -> Cell:
    """One is not greater than the other."""
    if one.high <= other.low or one.low > other.high or one is other:
        return settled(one.high <= other.low or one is other)
    return _of_branches(at_most, one, other) or _statement("<=", one, other)


@cache
def equal(one: Cell, other: Cell) -> Cell:
    """Both are the same: two numbers, or two statements."""
    if one is other or (one.constant is not None and one.constant == other.constant):
        return TRUE
    if one.constant is not None:
        one, other = other, one
    if not _can_meet(one.values, other.values):
        return FALSE
    if one.is_statement and other.constant is not None:
        return one if other.constant else negation(one)
    return (None if one.is_statement else _of_branches(equal, one, other)) or _statement("=", one, other)


def _can_meet(one: Values, other: Values) -> bool:
    return any(a[0] <= b[1] and b[0] <= a[1] for a in one.stretches for b in other.stretches)


def _of_branches(compare: Callable[[Cell, Cell], Cell], one: Cell, other: Cell) -> Cell | None:
    """A choice compared is a choice of comparisons, where one of these is settled; else None."""
    for chosen, against in (
        (one, lambda cell: compare(cell, other)),
        (other, lambda cell: compare(one, cell)),
    ):
        if chosen.operation == "if" and not chosen.is_statement:
            condition, *branches = chosen.parts
            then, otherwise = map(against, branches)
            if then.constant is not None or otherwise.constant is not None:
                return choice(condition, then, otherwise)
    return None


def unequal(one: Cell, other: Cell) -> Cell:
    """The two differ."""
    return negation(equal(one, other))


def negation(cell: Cell) -> Cell:
    """The statement does not hold."""
    if cell.constant is not None:
        return settled(cell.constant == 0)
    if cell.operation in _OPPOSITE:
        return _OPPOSITE[cell.operation](*cell.parts)
    return _statement("not", cell)


def every(cells: Iterable[Cell]) -> Cell:
    """All statements hold."""
    return _joined("and", cells, TRUE, FALSE)


def some(cells: Iterable[Cell]) -> Cell:
    """One or more statements hold."""
    return _joined("or", cells, FALSE, TRUE)


def _joined(operation: str, cells: Iterable[Cell], nothing: Cell, decided: Cell) -> Cell:
    flat = (part for cell in cells for part in (cell.parts if cell.operation == operation else (cell,)))
    different = [cell for cell in dict.fromkeys(flat) if cell.constant != nothing.constant]
    if any(cell.constant == decided.constant for cell in different):
        return decided
    if len(different) < 2:
        return different[0] if different else nothing
    return _statement(operation, *different)


def number(cell: Cell) -> Cell:
    """1 for a statement that holds, else 0."""
    return choice(cell, as_cell(1), as_cell(0))


def choice(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    """`then` where the condition holds, else `otherwise`."""
    if condition.constant is not None:
        return then if condition.constant else otherwise
    then, otherwise = _where(condition, True, then), _where(condition, False, otherwise)
    if then is otherwise:
        return then
    if condition.operation == "not":
        return choice(condition.parts[0], otherwise, then)
    if then.is_statement:
        return _chosen_statement(condition, then, otherwise)
    if condition.operation in ("=", "!="):
        same, differs = (then, otherwise) if condition.operation == "=" else (otherwise, then)
        if {same, differs} == set(condition.parts):
            return differs
    return _taken_out(condition, then, otherwise) or _node(
        "if", (condition, then, otherwise), then.values.or_else(otherwise.values)
    )


def _taken_out(condition: Cell, then: Cell, otherwise: Cell) -> Cell | None:
    """A choice between sums, differences or products that differ in one part is one of a choice of parts."""
    for one, other, swapped in ((then, otherwise, False), (otherwise, then, True)):
        if one.operation == "+" and one.parts[0] is other:
            added, nothing = one.parts[1], as_cell(0)
            return other + (
                choice(condition, nothing, added) if swapped else choice(condition, added, nothing)
            )
    if then.operation != otherwise.operation or then.operation not in _OPERATORS:
        return None
    (one, other), (another, fourth) = then.parts, otherwise.parts
    if one is another:
        return _OPERATORS[then.operation](one, choice(condition, other, fourth))
    if other is fourth:
        return _OPERATORS[then.operation](choice(condition, one, another), other)
    return None


def _where(condition: Cell, holds: bool, cell: Cell) -> Cell:
    """A cell where it is known whether a condition holds: of a choice by what is known, the branch."""
    while cell.operation == "if":
        known = _known(condition, holds, cell.parts[0])
        if known is None:
            return cell
        cell = cell.parts[1 if known else 2]
    return cell


def _known(condition: Cell, holds: bool, asked: Cell) -> bool | None:
    """Whether a statement holds where a condition does (or does not); None if that does not tell."""
    known = condition.parts if condition.operation == ("and" if holds else "or") else (condition,)
    if asked in known:
        return holds
    if negation(asked) in known:
        return not holds
    if asked.operation not in ("and", "or"):
        return None
    decides = asked.operation == "or"
    parts = [_known(condition, holds, part) for part in asked.parts]
    return decides if decides in parts else None if None in parts else not decides


def _chosen_statement(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    if otherwise.constant == 0:
        return every((condition, then))
    if then.constant == 1:
        return some((condition, otherwise))
    if then.constant == 0:
        return every((negation(condition), otherwise))
    if otherwise.constant == 1:
        return some((negation(condition), then))
    return _statement("if", condition, then, otherwise)


def bounded(cell: Cell, between: Values) -> Cell:
    """The same number, of which more is known than its parts tell."""
    return cell if cell.constant is not None else _node(cell.operation, cell.parts, between, cell.name)


def lesser(one: Cell, other: Cell) -> Cell:
    """The smaller of two."""
    return choice(less(one, other), one, other)


_OPERATORS: dict[str, Callable[[Cell, Cell], Cell]] = {"+": add, "-": sub, "*": mul}
_OPPOSITE: dict[str, Callable[..., Cell]] = {
    "<": lambda one, other: at_most(other, one),
    "<=": lambda one, other: less(other, one),
    "=": lambda one, other: _statement("!=", one, other),
    "!=": lambda one, other: _statement("=", one, other),
    "not": lambda cell: cell,
}
