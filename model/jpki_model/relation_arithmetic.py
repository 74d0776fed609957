"""Expressions over columns of integers, as a graph in which equal expressions are one node.

Each node knows the least and greatest value that it can have (a statement: 0 and 1); what these settle is folded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """A value of one row: an operation on other cells, a column (`name`) or a constant (`low` is `high`)."""

    operation: str
    is_statement: bool
    parts: tuple["Cell", ...]
    low: int
    high: int
    name: str = ""

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
        return _node("+", (self, other), self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Cell | int") -> "Cell":
        other = as_cell(other)
        if other.constant is not None:
            return self + -other.low
        if self is other:
            return as_cell(0)
        return _node("-", (self, other), self.low - other.high, self.high - other.low)

    def __mul__(self, other: "Cell | int") -> "Cell":
        other = as_cell(other)
        if self.constant is not None:
            return as_cell(self.low * other.low) if other.constant is not None else other * self
        if other.constant == 0 or other.constant == 1:
            return self if other.constant else as_cell(0)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return _node("*", (self, other), min(ends), max(ends))

    def shifted(self, bits: int) -> "Cell":
        """The whole quotient by a power of two, for what is not negative."""
        if self.constant is not None:
            return as_cell(self.low >> bits)
        return _node(">>", (self, as_cell(bits)), self.low >> bits, self.high >> bits)

    def remainder(self, divisor: int) -> "Cell":
        """The remainder by a positive divisor, never negative."""
        shift = -(self.low // divisor) * divisor if self.low < 0 else 0
        return _node("%", (self + shift, as_cell(divisor)), 0, divisor - 1)


@cache
def _node(operation: str, parts: tuple[Cell, ...], low: int, high: int, name: str = "") -> Cell:
    return Cell(operation, False, parts, low, high, name)


@cache
def _statement(operation: str, *parts: Cell) -> Cell:
    return Cell(operation, True, parts, 0, 1)


TRUE, FALSE = Cell("constant", True, (), 1, 1), Cell("constant", True, (), 0, 0)


def settled(holds: bool) -> Cell:
    """A statement that holds for every row, or for none."""
    return TRUE if holds else FALSE


def as_cell(value: Cell | int) -> Cell:
    """A constant as a cell; a cell as it is."""
    return value if isinstance(value, Cell) else _node("constant", (), value, value)


def column(name: str, low: int, high: int) -> Cell:
    """A column of a table and the values between which it lies, both inclusive."""
    return _node("column", (), low, high, name)


def statement_column(name: str) -> Cell:
    """A column of a table that holds true or false."""
    return _column_of_statements(name)


@cache
def _column_of_statements(name: str) -> Cell:
    return Cell("column", True, (), 0, 1, name)


def operation(name: str, cell: Cell, low: int, high: int) -> Cell:
    """An operation that is written out where it is used, with what it can give."""
    return _node(name, (cell,), low, high)


def tested(name: str, cell: Cell) -> Cell:
    """A statement about a number that is written out where it is used."""
    return _statement(name, cell)


def less(one: Cell, other: Cell) -> Cell:
    """One is less than the other."""
    if one.high < other.low or one.low >= other.high:
        return settled(one.high < other.low)
    return _statement("<", one, other)


def at_most(one: Cell, other: Cell) -> Cell:
    """One is not greater than the other."""
    if one.high <= other.low or one.low > other.high:
        return settled(one.high <= other.low)
    return _statement("<=", one, other)


def equal(one: Cell, other: Cell) -> Cell:
    """Both are the same: two numbers, or two statements."""
    if one.high < other.low or other.high < one.low or one is other:
        return settled(one is other)
    if one.constant is not None and one.constant == other.constant:
        return TRUE
    return _statement("=", one, other)


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
    different = [cell for cell in dict.fromkeys(cells) if cell.constant != nothing.constant]
    if any(cell.constant == decided.constant for cell in different):
        return decided
    if len(different) < 2:
        return different[0] if different else nothing
    return _statement(operation, *different)


def number(cell: Cell) -> Cell:
    """1 for a statement that holds, else 0."""
    return as_cell(cell.low) if cell.constant is not None else _node("number", (cell,), 0, 1)


def choice(condition: Cell, then: Cell, otherwise: Cell) -> Cell:
    """`then` where the condition holds, else `otherwise`."""
    if condition.constant is not None or then is otherwise:
        return then if condition.constant != 0 else otherwise
    if condition.operation == "not":
        return choice(condition.parts[0], otherwise, then)
    if then.is_statement:
        return _chosen_statement(condition, then, otherwise)
    if then.constant is not None and otherwise.constant is not None:
        return number(condition) * (then.constant - otherwise.constant) + otherwise
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    return _node("if", (condition, then, otherwise), low, high)


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


def bounded(cell: Cell, low: int, high: int) -> Cell:
    """The same number, of which more is known than its parts tell."""
    return _node(cell.operation, cell.parts, low, high, cell.name)


def lesser(one: Cell, other: Cell) -> Cell:
    """The smaller of two."""
    return choice(less(one, other), one, other)


_OPPOSITE: dict[str, Callable[..., Cell]] = {
    "<": lambda one, other: at_most(other, one),
    "<=": lambda one, other: less(other, one),
    "=": lambda one, other: _statement("!=", one, other),
    "!=": lambda one, other: _statement("=", one, other),
    "not": lambda cell: cell,
}
