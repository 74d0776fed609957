"""DuckDB, in this process: streaming, parallel, with bounded memory."""

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import TableNotFound

from jpki_oracle.audit.engine import (
    EPOCH,
    FEW,
    MANY,
    Settings,
    Share,
    day_number_by_asking,
    in_words,
    place_by_comparing,
    processors,
)
from jpki_oracle.audit.extremes import are_alike
from jpki_oracle.audit.failure import AuditFailure

_OPTIONS = {
    "preserve_insertion_order": "false",  # so that writing needs no memory for what is not yet due
    "enable_progress_bar": "true",  # or it would not say how far it is
    "enable_progress_bar_print": "false",
}
_WITHIN = re.compile(r'"exception_message":("(?:[^"\\]|\\.)*")')
LOOK = 0.1
"""Seconds between two looks at how far a query is."""


@ibis.udf.scalar.builtin(name="make_date")  # type: ignore[untyped-decorator, unused-ignore]
def _make_date(number: int) -> ibis.dtype("date"):  # type: ignore[valid-type, empty-body, unused-ignore]
    """DuckDB's own date of a day number."""


@ibis.udf.scalar.builtin(name="subtract")  # type: ignore[untyped-decorator, unused-ignore]
def _subtract(day: ibis.dtype("date"), other: ibis.dtype("date")) -> ibis.dtype("int64"):  # type: ignore[valid-type, empty-body, unused-ignore]
    """DuckDB's own days between dates, of which it knows the bounds, so that sums need no look at overflows."""


@ibis.udf.scalar.builtin(name="map_extract_value")  # type: ignore[untyped-decorator, unused-ignore]
def _value_of(places: ibis.dtype("map<string, int32>"), text: str) -> ibis.dtype("int32"):  # type: ignore[valid-type, empty-body, unused-ignore]
    """DuckDB's own look into a map: null for what it does not hold."""


class DuckDBEngine:
    """DuckDB behind Ibis. A computation runs in a thread, so that an interrupt reaches it at once.

    Functions of one column, which a CASE is none of, DuckDB computes once for each value of a dictionary.
    """

    name = "duckdb"
    one_file = True

    def __init__(self, settings: Settings) -> None:
        config: dict[str, Any] = {"threads": settings.threads or processors()}
        if settings.memory:
            config["memory_limit"] = settings.memory
        if settings.spill:
            config["temp_directory"] = str(settings.spill)
        try:
            self.connection = ibis.duckdb.connect(**config)
        except duckdb.Error as error:
            raise AuditFailure(f"duckdb: {in_words(error)}") from None
        for option, value in _OPTIONS.items():
            self.connection.raw_sql(f"SET {option} = {value}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.disconnect()

    def read_parquet(self, paths: Sequence[str]) -> ir.Table:
        """The rows of Parquet files, whose columns may stand in another order in each."""
        differ = len(paths) > 1 and not are_alike(
            paths
        )  # to join columns DuckDB keeps what it knows of every file
        return self._read(lambda: self.connection.read_parquet(list(paths), union_by_name=differ), paths)

    def read_csv(self, paths: Sequence[str]) -> ir.Table:
        """The rows of CSV files, every column as text; an unquoted empty cell is no value."""
        return self._read(
            lambda: self.connection.read_csv(list(paths), header=True, all_varchar=True, union_by_name=True),
            paths,
        )

    def attached(self, database: Path, name: str) -> ir.Table:
        """A table of a database file, which is only read. Raises `AuditFailure` if it is not there."""
        path = str(database).replace("'", "''")
        schema, _, table = name.rpartition(".")
        try:
            self.connection.raw_sql(f"ATTACH IF NOT EXISTS '{path}' AS register (READ_ONLY)")
            return self.connection.table(table, database=("register", schema or "main"))
        except duckdb.Error as error:
            raise AuditFailure(f"{database}: {in_words(error)}") from None
        except TableNotFound:
            raise AuditFailure(f"{database}: no table {name}") from None

    def is_stored(self, name: str) -> bool:
        """What was attached by this name is a table, not a view."""
        schema, _, table = name.rpartition(".")
        found = self.connection.con.execute(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = 'register' AND schema_name = ? AND table_name = ?",
            [schema or "main", table],
        )
        return bool(found.fetchall())

    def write(self, table: ir.Table, path: Path, share: Share = lambda done: None, few: bool = False) -> None:
        """Compute a table into a file. Raises `AuditFailure` for unreadable input or a full disk."""
        form = "CSV, HEADER" if path.suffix == ".csv" else f"PARQUET, ROW_GROUP_SIZE {FEW if few else MANY}"
        target = str(path).replace("'", "''")
        self._run(f"COPY ({self.connection.compile(table)}) TO '{target}' (FORMAT {form})", share)

    def rows(self, table: ir.Table, share: Share = lambda done: None) -> list[dict[str, Any]]:
        """Compute a small table."""
        names = list(table.columns)
        found = self._run(str(self.connection.compile(table)), share)
        return [dict(zip(names, row, strict=True)) for row in found]

    def date_of_text(self, text: Any) -> Any:
        """The date that a text names, or null."""
        return text.try_cast("date")

    def place_among(self, text: Any, values: Sequence[str], in_dictionary: bool) -> Any:
        """The place of a text among values."""
        if not in_dictionary:
            return place_by_comparing(text, values)
        places = {"": 0, **{value: place for place, value in enumerate(values)}}
        written = ibis.greatest(text, "")  # DuckDB's greatest of what is there
        found = _value_of(ibis.literal(places, "map<string, int32>"), written)
        return ibis.greatest(found, ibis.literal(-1, "int32"))

    def day_number(self, day: Any) -> Any:
        """Days since 1970-01-01."""
        return _subtract(day, EPOCH)

    def day_number_or(self, day: Any, later: int, in_dictionary: bool) -> Any:
        """Days since 1970-01-01, or a later number where there is no date."""
        if not in_dictionary:
            return day_number_by_asking(self.day_number(day), day, later)
        there = ibis.least(day, _make_date(later))  # DuckDB's least of what is there
        return self.day_number(there).cast("int32")

    def day(self, number: Any) -> Any:
        """The date of a day number."""
        return _make_date(number)

    def _read(self, read: Any, paths: Sequence[str]) -> ir.Table:
        try:
            return read()
        except duckdb.Error as error:
            raise AuditFailure(f"{paths[0]}: {in_words(error)}") from None

    def _run(self, query: str, share: Share) -> list[tuple[Any, ...]]:
        """Run a query in a thread; an interrupt of this one ends it."""
        connection = self.connection.con
        found: list[list[tuple[Any, ...]]] = []
        failed: list[duckdb.Error] = []

        def run() -> None:
            try:
                found.append(connection.execute(query).fetchall())
            except duckdb.Error as error:
                failed.append(error)
            finally:
                done.set()

        done = threading.Event()  # a join that is interrupted takes the thread for ended
        threading.Thread(target=run, daemon=True).start()
        try:
            while not done.wait(LOOK):
                share(connection.query_progress() / 100)
        except BaseException:
            while not done.wait(LOOK):
                connection.interrupt()
            raise
        if failed:
            raise AuditFailure(_in_words(failed[0]))
        return found[0]


def _in_words(error: duckdb.Error) -> str:
    """The error on one line; of one that was written as JSON into another only what it says itself."""
    within = _WITHIN.search(str(error))
    return str(json.loads(within[1])) if within else in_words(error)
