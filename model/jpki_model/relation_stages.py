"""Integer expressions to Ibis: a chain of SELECTs in which each shared expression is a column, computed once.

A column's stage is one more than the latest stage of what it is made of; each SELECT adds the columns of one stage,
and drops those that no later stage needs.
"""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from jpki_model.relation_arithmetic import Cell

ibis.options.sql.fuse_selects = (
    False  # merged, the SELECTs would be one expression with every part written out again
)
_FREE = ("+", "-", "*")
"""Operations that cost engines next to nothing: an expression of these alone is made again wherever it is used."""
SHARED_FROM = 1
"""Other operations from which on an expression that is used more than once becomes a column."""
_PREFIX = "_cell_"


def with_cells(table: ir.Table, cells: Mapping[str, Cell]) -> ir.Table:
    """The table with a 32-bit integer column for each expression, named by the mapping's keys."""
    kept = [name for name in table.columns if name not in cells]
    plan = _Plan(cells, _operations(table))
    for stage in range(plan.stages):
        alive = plan.alive_after(stage)
        made = {plan.names[cell]: plan.expression(cell, table) for cell in plan.made_at(stage)}
        passed = [name for name in table.columns if name in alive or name in kept]
        table = table.select(*(table[name] for name in passed if name not in made), **made)
    results = {name: plan.reference(cell, table) for name, cell in cells.items()}
    return table.select(*(table[name] for name in kept), **results)


class _Plan:
    """Which expressions become columns, at which stage, and until when each is needed."""

    def __init__(self, cells: Mapping[str, Cell], operations: Mapping[str, Callable[..., Any]]) -> None:
        self._operations = operations
        self._roots = list(cells.values())
        uses = _uses(self._roots)
        self.names: dict[Cell, str] = {}
        self._stage: dict[Cell, int] = {}
        self._size: dict[Cell, int] = {}
        for cell, used in uses.items():
            ready = max((self._stage[part] for part in cell.parts), default=0)
            size = (
                (cell.operation not in _FREE) + sum(self._size[part] for part in cell.parts)
                if cell.parts
                else 0
            )
            shared = used > 1 and size >= SHARED_FROM
            if shared or (cell in self._roots and cell.parts):
                self.names[cell] = f"{_PREFIX}{len(self.names)}"
                ready, size = ready + 1, 0
            self._stage[cell], self._size[cell] = ready, size
        self.stages = max((self._stage[cell] for cell in self.names), default=0)
        self._last_use = self._last_uses()

    def made_at(self, stage: int) -> list[Cell]:
        """The columns that a SELECT adds."""
        return [cell for cell in self.names if self._stage[cell] == stage + 1]

    def alive_after(self, stage: int) -> set[str]:
        """The columns that later SELECTs need, or the results."""
        return {name for name, last in self._last_use.items() if last > stage}

    def expression(self, cell: Cell, table: ir.Table) -> ir.IntegerValue:
        """The expression of a named cell over a table that has the columns of earlier stages."""
        return self._operations[cell.operation](*(self._value(part, table) for part in cell.parts))

    def reference(self, cell: Cell, table: ir.Table) -> ir.IntegerValue:
        """A result: its column, or the constant that it is."""
        if cell in self.names:
            return table[self.names[cell]].cast("int32")
        value = ibis.literal(cell.low, "int32") if cell.constant is not None else table[cell.name]
        return value.cast("int32")

    def _value(self, cell: Cell, table: ir.Table) -> Any:
        if cell in self.names:
            return table[self.names[cell]]
        if cell.constant is not None:
            return ibis.literal(bool(cell.low)) if cell.is_statement else ibis.literal(cell.low, "int32")
        return table[cell.name] if not cell.parts else self.expression(cell, table)

    def _last_uses(self) -> dict[str, int]:
        last: dict[str, int] = {}
        for user, name in self.names.items():
            for part in self._columns_of(user):
                last[part] = max(last.get(part, 0), self._stage[user] - 1)
            last.setdefault(name, 0)
        for root in self._roots:
            last[self.names.get(root, root.name)] = self.stages
        return last

    def _columns_of(self, cell: Cell) -> set[str]:
        """The columns from which a named cell is made directly."""
        found: set[str] = set()
        pending = list(cell.parts)
        while pending:
            part = pending.pop()
            if part in self.names:
                found.add(self.names[part])
            elif part.operation == "column":
                found.add(part.name)
            pending.extend(part.parts if part not in self.names else ())
        return found


def _uses(roots: list[Cell]) -> dict[Cell, int]:
    """Every cell, parts before wholes, and how often it is used."""
    uses: dict[Cell, int] = {}
    for root in roots:
        pending = [root]
        while pending:
            cell = pending[-1]
            if cell in uses:
                pending.pop()
                continue
            missing = [part for part in cell.parts if part not in uses]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            uses[cell] = 0
            for part in cell.parts:
                uses[part] += 1
    return uses


@ibis.udf.scalar.builtin(name="divide")  # type: ignore[untyped-decorator, unused-ignore]
def _divide(number: ibis.dtype("int64"), divisor: ibis.dtype("int64")) -> ibis.dtype("int64"):  # type: ignore[valid-type, empty-body, unused-ignore]
    """DuckDB's own whole quotient."""


def _operations(table: ir.Table) -> Mapping[str, Callable[..., Any]]:
    """The operations of the table's engine. Ibis divides whole numbers by way of fractions, which DuckDB need not."""
    try:
        engine = table.get_backend().name
    except ibis.IbisError:
        return _OPERATIONS
    return {**_OPERATIONS, "//": _divide} if engine == "duckdb" else _OPERATIONS


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "and": lambda *parts: ibis.and_(*parts),
    "or": lambda *parts: ibis.or_(*parts),
    "not": lambda a: ~a,
    "if": lambda condition, then, otherwise: condition.ifelse(then, otherwise),
}
