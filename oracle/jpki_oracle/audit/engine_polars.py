"""Polars, in this process."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import ibis.expr.types as ir
import polars
import pyarrow

from jpki_oracle.audit.engine import FEW, Settings, Share, day_number_by_asking, in_words, place_by_comparing
from jpki_oracle.audit.failure import AuditFailure

_UNDER_PATHS = (polars.exceptions.PolarsError, OSError, pyarrow.ArrowException)
ROWS_AT_ONCE = 32_768
"""Rows of which Polars holds all intermediate columns: fewer than by itself, so that they stay in a core's cache."""


class PolarsEngine:
    """Polars behind Ibis, with its streaming engine."""

    name = "polars"
    one_file = True

    def __init__(self, settings: Settings) -> None:
        self.connection = ibis.polars.connect()
        self._rows_at_once = polars.Config(streaming_chunk_size=ROWS_AT_ONCE, apply_on_context_enter=True)
        self._tables = 0

    def __enter__(self) -> Self:
        self._rows_at_once.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.disconnect()
        self._rows_at_once.__exit__(kind, error, trace)

    def read_parquet(self, paths: Sequence[str]) -> ir.Table:
        """The rows of Parquet files."""
        return self._table(lambda: polars.scan_parquet(list(paths)), paths)

    def read_csv(self, paths: Sequence[str]) -> ir.Table:
        """The rows of CSV files, every column as text."""
        return self._table(lambda: polars.scan_csv(list(paths), infer_schema=False), paths)

    def write(self, table: ir.Table, path: Path, share: Share = lambda done: None, few: bool = False) -> None:
        """Compute a table into a file. Raises `AuditFailure` for unreadable input or a full disk."""
        share(-1)
        frame = self.connection.compile(table)
        try:
            if path.suffix == ".csv":
                frame.sink_csv(path)
            else:
                frame.sink_parquet(path, row_group_size=FEW if few else None)
        except _UNDER_PATHS as error:
            raise AuditFailure(in_words(error)) from None

    def rows(self, table: ir.Table, share: Share = lambda done: None) -> list[dict[str, Any]]:
        """Compute a small table."""
        share(-1)
        try:
            found: list[dict[str, Any]] = (
                self.connection.compile(table).collect(engine="streaming").to_dicts()
            )
        except _UNDER_PATHS as error:
            raise AuditFailure(in_words(error)) from None
        return found

    def date_of_text(self, text: Any) -> Any:
        """The date that a text names, or null; composed of its parts, since Ibis does not let Polars try a cast."""
        year, month, day = (text.substr(*part).cast("int32") for part in ((0, 4), (5, 2), (8, 2)))
        leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
        last = ibis.cases((month == 2, 28 + leap.cast("int32")), (month.isin([4, 6, 9, 11]), 30), else_=31)
        exists = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last)
        made = ibis.date(exists.ifelse(year, 2000), exists.ifelse(month, 1), exists.ifelse(day, 1))
        return exists.ifelse(made, ibis.null("date"))

    def place_among(self, text: Any, values: Sequence[str], in_dictionary: bool) -> Any:
        """The place of a text among values."""
        return place_by_comparing(text, values)

    def day_number(self, day: Any) -> Any:
        """Days since 1970-01-01, as which Polars keeps a date."""
        return day.cast("int32")

    def day_number_or(self, day: Any, later: int, in_dictionary: bool) -> Any:
        """Days since 1970-01-01, or a later number where there is no date."""
        return day_number_by_asking(self.day_number(day), day, later)

    def day(self, number: Any) -> Any:
        """The date of a day number."""
        return number.cast("int32").cast("date")

    def _table(self, scan: Any, paths: Sequence[str]) -> ir.Table:
        self._tables += 1
        try:
            return self.connection.create_table(f"read_{self._tables}", scan())
        except _UNDER_PATHS as error:
            raise AuditFailure(f"{paths[0]}: {in_words(error)}") from None
