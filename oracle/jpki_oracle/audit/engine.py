"""Engines: what an audit asks of DuckDB, Polars or Spark, each behind Ibis.

An engine reads files into tables, computes expressions, and writes them to files. Between its own dates and day
numbers it uses its own functions.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir

from jpki_oracle.audit.failure import AuditFailure

ENGINES = ("duckdb", "polars", "spark")
FEW = 20_480
"""Rows of one row group, where few are expected: an engine holds as many for each thread before it writes them."""
MANY = 122_880
"""Rows of one row group else, as is DuckDB's habit."""
Share = Callable[[float], None]
"""Told which share of a long computation is done, from 0 to 1; less than 0 where the engine does not know."""


@dataclass(frozen=True)
class Settings:
    """How an engine may work: its name, threads, memory as in `4GB`, where it spills, and the master of Spark.

    Without a master Spark runs on this machine, or where `spark-submit` started it.
    """

    engine: str = "duckdb"
    threads: int | None = None
    memory: str | None = None
    spill: Path | None = None
    master: str | None = None


class Engine(Protocol):
    """One engine in a session; a context manager that ends it."""

    name: str
    one_file: bool
    """It writes one file, where others write a folder of parts."""

    def read_parquet(self, paths: Sequence[str]) -> ir.Table:
        """The rows of Parquet files or folders."""

    def read_csv(self, paths: Sequence[str]) -> ir.Table:
        """The rows of CSV files with a header, every column as text."""

    def write(self, table: ir.Table, path: Path, share: Share = ..., few: bool = False) -> None:
        """Compute a table into a Parquet or CSV file, by the path's ending; of few rows no more than FEW in memory."""

    def rows(self, table: ir.Table, share: Share = ...) -> list[dict[str, Any]]:
        """Compute a small table."""

    def date_of_text(self, text: Any) -> Any:
        """The date that a text of the form YYYY-MM-DD names; null for any other, or a day that does not exist."""

    def place_among(self, text: Any, values: Sequence[str], in_dictionary: bool) -> Any:
        """The place of a text among values, from 0; 0 for no or empty text, and -1 for any other.

        `in_dictionary`: the text's column keeps each of its different values once.
        """

    def day_number(self, day: Any) -> Any:
        """Days since 1970-01-01, of the engine's date."""

    def day_number_or(self, day: Any, later: int, in_dictionary: bool) -> Any:
        """Days since 1970-01-01 in 32 bits; where there is no date, a number that is later than all that there are.

        `in_dictionary`: the date's column keeps each of its different values once.
        """

    def day(self, number: Any) -> Any:
        """The engine's date of a day number."""


def open_engine(settings: Settings) -> AbstractContextManager[Engine]:
    """An engine by its name. Raises `AuditFailure` if it is unknown, not installed, or does not start."""
    makers: Mapping[str, Callable[[], Callable[[Settings], AbstractContextManager[Engine]]]] = {
        "duckdb": _duckdb,
        "polars": _polars,
        "spark": _spark,
    }
    if settings.engine not in makers:
        raise AuditFailure(f"unknown engine {settings.engine!r}; there are {', '.join(ENGINES)}")
    try:
        return makers[settings.engine]()(settings)
    except ImportError as error:
        extra = "spark" if settings.engine == "spark" else "audit"
        raise AuditFailure(
            f"the engine {settings.engine} is not installed ({error.name} is missing): "
            f"pip install 'jpki-oracle[{extra}]'"
        ) from None


def _duckdb() -> Callable[[Settings], AbstractContextManager[Engine]]:
    from jpki_oracle.audit.engine_duckdb import DuckDBEngine

    return DuckDBEngine


def _polars() -> Callable[[Settings], AbstractContextManager[Engine]]:
    from jpki_oracle.audit.engine_polars import PolarsEngine

    return PolarsEngine


def _spark() -> Callable[[Settings], AbstractContextManager[Engine]]:
    from jpki_oracle.audit.engine_spark import SparkEngine

    return SparkEngine


EPOCH = ibis.date(1970, 1, 1)


def days_since_epoch(day: Any) -> Any:
    """Days since 1970-01-01, as Ibis says it for every engine."""
    return day.delta(EPOCH, unit="day")


def day_number_by_asking(number: Any, day: Any, later: int) -> Any:
    """The number of a date that is there, else a later one, as every engine can choose."""
    return day.isnull().ifelse(ibis.literal(later, "int32"), number.cast("int32"))


def place_by_comparing(text: Any, values: Sequence[str]) -> Any:
    """The place of a text among values, as every engine can find it."""
    places = [(text == value, place) for place, value in enumerate(values)]
    return ibis.cases(*places, (text.isnull() | (text == ""), 0), else_=-1).cast("int32")


def in_words(error: BaseException) -> str:
    """An engine's error on one line."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].strip()


def processors() -> int:
    """How many threads this process may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
