"""Where a table comes from, as it is written on the command line."""

from pathlib import Path

import duckdb
import pytest
from jpki_oracle.audit.engine import Settings, open_engine
from jpki_oracle.audit.extremes import Extremes, Told
from jpki_oracle.audit.failure import AuditFailure
from jpki_oracle.audit.source import DuckDBTable, Files, PostgreSQLTable, source, without_password

MAY_1990, JUNE_2020 = 7425, 18423
"""Days from 1 January 1970 to 1 May 1990 and to 10 June 2020."""


@pytest.fixture
def folder(tmp_path):
    for name in ("b.csv", "a.csv", "deep/c.csv", ".hidden/d.csv", "_SUCCESS/e.csv"):
        file = tmp_path / "cards" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("birth\n1990-05-01\n")
    return tmp_path / "cards"


def names(files):
    return [Path(path).name for path in files.paths]


def test_a_file(folder):
    assert source(str(folder / "a.csv")) == Files(".csv", (str(folder / "a.csv"),))


def test_a_folder_is_all_its_files_in_order_but_for_what_programs_keep_aside(folder):
    assert names(source(str(folder))) == ["a.csv", "b.csv", "c.csv"]


def test_a_pattern_is_the_files_that_match(folder):
    assert names(source(str(folder / "[ab].csv"))) == ["a.csv", "b.csv"]


def test_files_of_two_forms_are_no_table(folder):
    (folder / "f.parquet").write_bytes(b"")
    with pytest.raises(AuditFailure, match=r"all of one form, not \.csv, \.parquet"):
        source(str(folder))


def test_a_file_whose_name_has_no_ending_is_no_table(tmp_path):
    (tmp_path / "register").write_text("birth\n1990-05-01\n")
    with pytest.raises(AuditFailure, match=r"all of one form, not a name without an ending$"):
        source(str(tmp_path / "register"))


@pytest.mark.parametrize("name", ["gone.csv", "nothing-*.parquet"])
def test_what_is_not_there_is_named(folder, name):
    with pytest.raises(AuditFailure, match="no such file"):
        source(str(folder / name))


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(AuditFailure, match=r"no \.parquet or \.csv file"):
        source(str(tmp_path))


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "register's.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA city; CREATE TABLE city.cards AS SELECT DATE '1990-05-01' AS birth")
    return file


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_table_of_a_duckdb_database_is_read_by_every_engine(database, tmp_path, engine):
    found = source(f"duckdb:{database}#city.cards")
    assert found == DuckDBTable(database, "city.cards")
    with open_engine(Settings(engine=engine)) as opened:
        assert [str(row["birth"]) for row in opened.rows(found.table(opened, tmp_path))] == ["1990-05-01"]


def test_the_first_and_last_days_of_a_database_s_table_are_asked_for(database):
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            ALTER TABLE city.cards ADD COLUMN died DATE; ALTER TABLE city.cards ADD COLUMN moved_in DATE;
            ALTER TABLE city.cards ADD COLUMN card_issued DATE; ALTER TABLE city.cards ADD COLUMN left_japan DATE;
            ALTER TABLE city.cards ADD COLUMN residence VARCHAR;
            INSERT INTO city.cards VALUES
                ('2020-06-10', NULL, '2020-06-10', 'infinity', '44-03-15 (BC)', 'citizen'),
                ('1999-01-01', NULL, '2020-06-10', '2020-06-10', '2020-06-10', 'citizen');
            CREATE VIEW seen AS SELECT * FROM city.cards;
            """
        )
    assert source(f"duckdb:{database}#city.cards").told().extremes == {
        "birth": Extremes(MAY_1990, JUNE_2020, False),
        "died": Extremes(None, None, True),
        "moved_in": Extremes(JUNE_2020, JUNE_2020, True),
    }
    assert source(f"duckdb:{database}#seen").told() == Told()


def test_a_table_that_the_database_lacks_is_named(database, tmp_path):
    with open_engine(Settings()) as opened, pytest.raises(AuditFailure, match=r"no table city\.people"):
        source(f"duckdb:{database}#city.people").table(opened, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("duckdb:register.duckdb", "name the table behind a #"),
        ("duckdb:gone.duckdb#cards", "no such database"),
        ("postgresql://clerk:secret@host/city", "name the table behind a #"),
    ],
)
def test_a_database_without_a_table_or_file_is_told_without_its_password(text, message):
    with pytest.raises(AuditFailure, match=message) as told:
        source(text)
    assert "secret" not in str(told.value)


def test_a_table_on_a_postgresql_server():
    found = source("postgres://clerk@host/city#people.cards")
    assert found == PostgreSQLTable("postgresql://clerk@host/city", "people.cards")
    assert found.told() == Told()


def test_a_url_is_shown_without_its_password():
    assert without_password("postgresql://clerk:secret@host/city") == "postgresql://clerk:***@host/city"
    assert without_password("postgresql://clerk@host/city") == "postgresql://clerk@host/city"
