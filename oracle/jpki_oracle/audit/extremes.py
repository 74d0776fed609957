"""Between which days the columns of a table lie, before a row is judged: Parquet files say it, a query may ask for it.

What is known of a column makes the rules shorter for it: a column without a day, one in which every day is there, days
of a time in which every fourth year is a leap year.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from jpki_model.day_columns import NEVER_NUMBER, day_number
from jpki_model.relation import FIRST_NUMBER, LAST_NUMBER
from jpki_model.relation_values import Values, values

from jpki_oracle.audit.engine import Engine


@dataclass(frozen=True)
class Extremes:
    """The first and the last day number of a column, both None if it has no day, and whether some rows have none."""

    first: int | None
    last: int | None
    some_missing: bool

    @property
    def in_calendar(self) -> bool:
        """Every day of the column is one that a life may have."""
        return (
            self.first is None
            or self.last is None
            or (self.first >= FIRST_NUMBER and self.last <= LAST_NUMBER)
        )

    @property
    def values(self) -> Values:
        """The day numbers of the column, with NEVER_NUMBER where a day is missing."""
        never = [(NEVER_NUMBER, NEVER_NUMBER)] if self.some_missing or self.first is None else []
        if self.first is None or self.last is None:
            return values(*never)
        return values((self.first, self.last), *never)

    def __or__(self, other: "Extremes") -> "Extremes":
        firsts = [each.first for each in (self, other) if each.first is not None]
        lasts = [each.last for each in (self, other) if each.last is not None]
        missing = self.some_missing or other.some_missing
        return Extremes(min(firsts, default=None), max(lasts, default=None), missing)


def extremes_of(paths: Iterable[str]) -> Mapping[str, Extremes]:
    """Of each column of dates in Parquet files that all of them tell about; nothing if one cannot be read."""
    found: dict[str, Extremes] = {}
    told: Counter[str] = Counter()
    parts = 0
    for path in paths:
        try:
            footer = pq.read_metadata(path)
        except (OSError, pa.ArrowException):
            return {}
        for number in range(footer.num_row_groups):
            parts += 1
            for name, extremes in _of_part(footer.row_group(number)):
                found[name] = found[name] | extremes if name in found else extremes
                told[name] += 1
    return {name: extremes for name, extremes in found.items() if told[name] == parts}


def extremes_by_query(table: ir.Table, engine: Engine) -> Mapping[str, Extremes]:
    """Of each column of dates of a table that stays as it is; not of one with a day that Python's dates lack."""
    names = [name for name in table.columns if table[name].type().is_date()]
    if not names:
        return {}
    asked = {"rows": table.count()}
    for name in names:
        column = table[name]
        asked |= {
            f"first {name}": column.min().cast("string"),
            f"last {name}": column.max().cast("string"),
            f"days {name}": column.count(),
        }
    told = engine.rows(table.aggregate(**asked))[0]
    found: dict[str, Extremes] = {}
    for name in names:
        missing = told[f"days {name}"] < told["rows"]
        if told[f"days {name}"] == 0:
            found[name] = Extremes(None, None, missing)
        elif (first := _day(told[f"first {name}"])) and (last := _day(told[f"last {name}"])):
            found[name] = Extremes(day_number(first), day_number(last), missing)
    return found


def _day(text: str) -> date | None:
    """The day; None for `infinity` and for days before the year 1 or after 9999."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def are_alike(paths: Sequence[str]) -> bool:
    """Parquet files have the same columns, of the same types, in whatever order; not so if one cannot be read."""
    try:
        kinds = {frozenset(pq.read_schema(path).remove_metadata()) for path in paths}
    except (OSError, pa.ArrowException):
        return False
    return len(kinds) == 1


def _of_part(part: Any) -> Iterator[tuple[str, Extremes]]:
    for position in range(part.num_columns):
        column = part.column(position)
        told = column.statistics
        if told is None or not told.has_null_count or told.logical_type.type != "DATE":
            continue
        missing = told.null_count > 0
        if told.has_min_max:
            yield column.path_in_schema, Extremes(told.min_raw, told.max_raw, missing)
        elif told.null_count == column.num_values:
            yield column.path_in_schema, Extremes(None, None, True)
