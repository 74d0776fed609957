"""Spark, on this machine or on a cluster."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ibis
import ibis.expr.types as ir
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jpki_oracle.audit.engine import (
    Settings,
    Share,
    day_number_by_asking,
    days_since_epoch,
    in_words,
    place_by_comparing,
    processors,
)
from jpki_oracle.audit.failure import AuditFailure

_FAILURES = (PySparkException, Py4JError)
_RULES = "org.apache.spark.sql.catalyst.optimizer."
_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "Asia/Tokyo",
    # These write the parts of a rule out again wherever they are used, which grows beyond all memory.
    "spark.sql.optimizer.excludedRules": ",".join(
        _RULES + rule
        for rule in (
            "PushDownPredicates",
            "PushPredicateThroughNonJoin",
            "CollapseProject",
            "InferFiltersFromConstraints",
        )
    ),
    "spark.sql.constraintPropagation.enabled": "false",
    # Java leaves methods of more than 8,000 bytes uncompiled; Spark makes smaller ones of a query if told so.
    "spark.sql.codegen.hugeMethodLimit": "8000",
}


@ibis.udf.scalar.builtin(name="date_from_unix_date")  # type: ignore[untyped-decorator, unused-ignore]
def _date_from_unix_date(number: ibis.dtype("int32")) -> ibis.dtype("date"):  # type: ignore[valid-type, empty-body, unused-ignore]
    """Spark's own date of a day number."""


def _is_submitted() -> bool:
    """`spark-submit` started this process, and has said where the master is."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


class SparkEngine:
    """Spark behind Ibis: the session that `spark-submit` made, or one of its own at the master that is named."""

    name = "spark"
    one_file = False

    def __init__(self, settings: Settings) -> None:
        builder = SparkSession.builder.appName("jpki-oracle audit")
        if settings.master or not _is_submitted():
            builder = builder.master(settings.master or f"local[{settings.threads or processors()}]")
        for option, value in _OPTIONS.items():
            builder = builder.config(option, value)
        if settings.memory:
            builder = builder.config("spark.driver.memory", settings.memory.rstrip("Bb"))
        try:
            session = builder.getOrCreate()
        except (*_FAILURES, RuntimeError) as error:
            raise AuditFailure(
                f"spark at {settings.master or 'local'}: {in_words(error)}; is Java 17 there?"
            ) from None
        session.sparkContext.setLogLevel("ERROR")
        self.connection = ibis.pyspark.connect(session)
        self._session = session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.stop()

    def read_parquet(self, paths: Sequence[str]) -> ir.Table:
        """The rows of Parquet files or folders."""
        return self._table(lambda: self._session.read.parquet(*paths), paths)

    def read_csv(self, paths: Sequence[str]) -> ir.Table:
        """The rows of CSV files, every column as text."""
        return self._table(lambda: self._session.read.csv(list(paths), header=True, inferSchema=False), paths)

    def write(self, table: ir.Table, path: Path, share: Share = lambda done: None, few: bool = False) -> None:
        """Compute a table into a folder of files. Raises `AuditFailure` for unreadable input or a full disk."""
        share(-1)
        try:
            writer = self._session.sql(str(self.connection.compile(table))).write
            if path.suffix == ".csv":
                writer.csv(str(path), header=True)
            else:
                writer.parquet(str(path))
        except _FAILURES as error:
            raise AuditFailure(in_words(error)) from None

    def rows(self, table: ir.Table, share: Share = lambda done: None) -> list[dict[str, Any]]:
        """Compute a small table."""
        share(-1)
        try:
            return [row.asDict() for row in self._session.sql(str(self.connection.compile(table))).collect()]
        except _FAILURES as error:
            raise AuditFailure(in_words(error)) from None

    def date_of_text(self, text: Any) -> Any:
        """The date that a text names, or null."""
        return text.try_cast("date")

    def place_among(self, text: Any, values: Sequence[str], in_dictionary: bool) -> Any:
        """The place of a text among values."""
        return place_by_comparing(text, values)

    def day_number(self, day: Any) -> Any:
        """Days since 1970-01-01."""
        return days_since_epoch(day)

    def day_number_or(self, day: Any, later: int, in_dictionary: bool) -> Any:
        """Days since 1970-01-01, or a later number where there is no date."""
        return day_number_by_asking(self.day_number(day), day, later)

    def day(self, number: Any) -> Any:
        """The date of a day number."""
        return _date_from_unix_date(number.cast("int32"))

    def _table(self, read: Any, paths: Sequence[str]) -> ir.Table:
        name = f"read_{abs(hash(tuple(paths)))}"
        try:
            read().createOrReplaceTempView(name)
            return self.connection.table(name)
        except _FAILURES as error:
            raise AuditFailure(f"{paths[0]}: {in_words(error)}") from None
