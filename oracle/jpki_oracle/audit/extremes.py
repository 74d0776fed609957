"""What a source tells of its columns before a row is judged: Parquet files say it, a query may ask for it.

Between which days a column lies makes the rules shorter for it: a column without a day, one in which every day is
there, days of a time in which every fourth year is a leap year.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Told:
    """What a source tells of columns, by their names.

    `extremes`: between which days they lie. `in_dictionary`: columns that keep each of their different values once, so
    that an engine may compute with these in the place of all rows.
    """

    extremes: Mapping[str, Extremes] = field(default_factory=dict)
    in_dictionary: frozenset[str] = frozenset()


NOTHING_TOLD = Told()


def told_by_files(paths: Iterable[str]) -> Told:
    """What all of some Parquet files tell; nothing if one cannot be read."""
    found: dict[str, Extremes] = {}
    told, in_dictionary = Counter[str](), Counter[str]()
    parts = 0
    for path in paths:
        try:
            footer = pq.read_metadata(path)
        except (OSError, pa.ArrowException):
            return NOTHING_TOLD
        for number in range(footer.num_row_groups):
            parts += 1
            part = footer.row_group(number)
            for name, extremes in _extremes_of_part(part):
                found[name] = found[name] | extremes if name in found else extremes
                told[name] += 1
            in_dictionary.update(_in_dictionary(part))
    return Told(
        {name: extremes for name, extremes in found.items() if told[name] == parts},
        frozenset(name for name, count in in_dictionary.items() if count == parts),
    )


def told_by_query(table: ir.Table, engine: Engine) -> Told:
    """Of each column of dates of a table that stays as it is; not of one with a day that Python's dates lack."""
    return Told(_extremes_by_query(table, engine))


def _extremes_by_query(table: ir.Table, engine: Engine) -> Mapping[str, Extremes]:
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


def _in_dictionary(part: Any) -> Iterator[str]:
    columns = (part.column(position) for position in range(part.num_columns))
    return (column.path_in_schema for column in columns if column.has_dictionary_page)


def _extremes_of_part(part: Any) -> Iterator[tuple[str, Extremes]]:
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
