"""Where a table comes from: files, globs and folders of Parquet or CSV, a DuckDB database, a PostgreSQL server.

A source is written

    cards.parquet   cards.csv   'part-*.parquet'   folder/
    duckdb:register.duckdb#cards
    postgresql://user@host/database#schema.cards
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import ibis.expr.types as ir

from jpki_oracle.audit.engine import Engine, Settings, in_words
from jpki_oracle.audit.extremes import NOTHING_TOLD, Told, told_by_files, told_by_query
from jpki_oracle.audit.failure import AuditFailure

FORMS = (".parquet", ".csv")


@dataclass(frozen=True)
class Files:
    """Files of one form, in the order of their names."""

    form: str
    paths: tuple[str, ...]

    def table(self, engine: Engine, aside: Path) -> ir.Table:
        """Their rows."""
        return engine.read_csv(self.paths) if self.form == ".csv" else engine.read_parquet(self.paths)

    def told(self) -> Told:
        """What Parquet files tell of their columns."""
        return told_by_files(self.paths) if self.form == ".parquet" else NOTHING_TOLD


@dataclass(frozen=True)
class DuckDBTable:
    """A table or view of a DuckDB database, which is only read."""

    database: Path
    name: str

    def table(self, engine: Engine, aside: Path) -> ir.Table:
        """Its rows; another engine than DuckDB reads a copy of them."""
        from jpki_oracle.audit.engine_duckdb import DuckDBEngine

        if isinstance(engine, DuckDBEngine):
            return engine.attached(self.database, self.name)
        with DuckDBEngine(Settings()) as reader:
            copy = aside / "source.parquet"
            reader.write(reader.attached(self.database, self.name), copy)
        return engine.read_parquet([str(copy)])

    def told(self) -> Told:
        """What a look at it tells of its columns; nothing of a view, which may change meanwhile."""
        from jpki_oracle.audit.engine_duckdb import DuckDBEngine

        with DuckDBEngine(Settings()) as reader:
            table = reader.attached(self.database, self.name)
            return told_by_query(table, reader) if reader.is_stored(self.name) else NOTHING_TOLD


@dataclass(frozen=True)
class PostgreSQLTable:
    """A table or view on a PostgreSQL server; its rows are streamed into a file first."""

    url: str
    name: str

    def table(self, engine: Engine, aside: Path) -> ir.Table:
        """Its rows, every column as text, since a server's dates know more than a calendar's (infinity, years BC)."""
        copy = aside / "source.csv"
        self._copy(copy)
        return engine.read_csv([str(copy)])

    def told(self) -> Told:
        """Nothing is known."""
        return NOTHING_TOLD

    def _copy(self, target: Path) -> None:
        try:
            import psycopg
            from psycopg import sql
        except ImportError:
            raise AuditFailure("PostgreSQL needs psycopg: pip install 'jpki-oracle[audit]'") from None
        names = sql.SQL(".").join(sql.Identifier(part) for part in self.name.split("."))
        query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT CSV, HEADER)").format(names)
        try:
            with psycopg.connect(self.url, options="-c DateStyle=ISO", connect_timeout=10) as connection:
                connection.read_only = True
                with connection.cursor() as cursor, cursor.copy(query) as rows, target.open("wb") as file:
                    for block in rows:
                        file.write(block)
        except psycopg.Error as error:
            raise AuditFailure(f"{without_password(self.url)}: {in_words(error)}") from None


Source = Files | DuckDBTable | PostgreSQLTable


def source(text: str) -> Source:
    """The source that an argument names. Raises `AuditFailure` if nothing is there, or it is of no known form."""
    if text.startswith("duckdb:"):
        path, mark, name = text.removeprefix("duckdb:").removeprefix("//").partition("#")
        if not mark or not name:
            raise AuditFailure(f"{text}: name the table behind a #, as in duckdb:register.duckdb#cards")
        if not Path(path).is_file():
            raise AuditFailure(f"{path}: no such database")
        return DuckDBTable(Path(path), name)
    if text.startswith(("postgresql:", "postgres:")):
        parts = urlsplit(text)
        if not parts.fragment:
            raise AuditFailure(
                f"{without_password(text)}: name the table behind a #, as in postgresql://user@host/database#cards"
            )
        return PostgreSQLTable(urlunsplit(parts._replace(scheme="postgresql", fragment="")), parts.fragment)
    return _files(text)


def without_password(url: str) -> str:
    """A URL as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))


def _files(text: str) -> Files:
    path = Path(text)
    if path.is_dir():
        found = sorted(
            str(file) for form in FORMS for file in path.rglob(f"*{form}") if not _is_aside(file, path)
        )
        if not found:
            raise AuditFailure(f"{text}: the folder has no .parquet or .csv file")
    elif path.is_file():
        found = [text]
    else:
        found = sorted(str(file) for file in _matching(path) if file.is_file())
        if not found:
            raise AuditFailure(f"{text}: no such file")
    forms = {Path(file).suffix.lower() for file in found}
    if len(forms) != 1 or not forms <= set(FORMS):
        there = ", ".join(form or "a name without an ending" for form in sorted(forms))
        raise AuditFailure(f"{text}: a table is .parquet or .csv files, all of one form, not {there}")
    return Files(forms.pop(), tuple(found))


def _matching(pattern: Path) -> Iterable[Path]:
    """The paths that a pattern names; none if it is no pattern."""
    start = Path(pattern.anchor) if pattern.anchor else Path()
    return start.glob(str(pattern.relative_to(pattern.anchor))) if pattern.parts else ()


def _is_aside(file: Path, folder: Path) -> bool:
    """It belongs to a program that is not done with it, or to its book-keeping."""
    return any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
