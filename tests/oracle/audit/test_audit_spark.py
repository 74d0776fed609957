"""Spark on this machine: the rules validated row by row, and a register of 10^5 people with faults planted in it."""

import json
import os
import shutil
import subprocess
import sys

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jpki_model.columns import Columns
from jpki_model.day_columns import NEVER_NUMBER
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import CURRENT_EDITION, law
from jpki_spec.rulebook import rulebook


def _is_there() -> bool:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return False
    return shutil.which("java") is not None


pytestmark = pytest.mark.skipif(
    not _is_there() and not os.environ.get("CI"),
    reason="Spark needs Java and the dependency group spark; in CI this is a failure",
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """100,000 people, some of whose values are wrong."""
    file = tmp_path_factory.mktemp("spark") / "register.parquet"
    arguments = ["synth", str(file), "--rows", "100000", "--faults", "0.002", "--seed", "11"]
    subprocess.run([sys.executable, "-m", "jpki_oracle.cli", *arguments], check=True, timeout=120)
    return file


def test_every_fault_planted_in_a_register_is_found_by_spark_and_nothing_else(register, tmp_path):
    out = tmp_path / "out"
    arguments = ["audit", str(register), "--engine", "spark", "--master", "local[2]", "--out", str(out)]
    finished = subprocess.run(
        [sys.executable, "-m", "jpki_oracle.cli", *arguments], capture_output=True, text=True, timeout=240
    )
    assert finished.returncode == 1, finished.stderr
    counted = json.loads((out / "summary.json").read_text())["rows"]
    assert counted["read"] == 100_000
    assert counted["right"] + counted["wrong"] + counted["unjudged"] == counted["read"]
    planted = f"SELECT id, planted FROM '{register}' WHERE planted IS NOT NULL"
    found = f"SELECT id, planted FROM '{out}/wrong.parquet'"
    assert counted["wrong"] == duckdb.sql(f"SELECT count(*) FROM ({planted})").fetchall()[0][0] > 100
    assert duckdb.sql(f"({planted}) EXCEPT ({found})").fetchall() == []
    assert duckdb.sql(f"({found}) EXCEPT ({planted})").fetchall() == []


EDGES = (
    *("1868-01-01", "1892-02-29", "1900-02-28", "2000-02-29"),
    *("2022-04-01", "2024-02-29", "2100-03-01", "2388-12-31"),
)
_VALIDATION = """
import sys
from pathlib import Path
from jpki_oracle.audit.engine import Settings, open_engine
from jpki_model.relation import with_terms
from jpki_spec.laws import CURRENT_EDITION, law
from jpki_spec.rulebook import rulebook

with open_engine(Settings(engine="spark")) as engine:
    book = rulebook(law(CURRENT_EDITION))
    terms = {**book.outputs, **{f"{item}_state": term for item, term in book.states.items()}}
    found = with_terms(engine.read_parquet([sys.argv[1]]), {f"is {name}": term for name, term in terms.items()})
    engine.write(found.select("row", *(f"is {name}" for name in terms)), Path(sys.argv[2]))
"""


def test_every_outcome_is_the_same_as_by_numpy(tmp_path):
    asked, found = tmp_path / "asked.parquet", tmp_path / "found.parquet"
    columns = near_edges(3_000)
    table = pa.table({name: pa.array(column, pa.int32()) for name, column in columns.items()})
    pq.write_table(table.append_column("row", pa.array(range(len(table)), pa.int32())), asked)
    subprocess.run([sys.executable, "-c", _VALIDATION, str(asked), str(found)], check=True, timeout=240)
    rows = duckdb.sql(f"SELECT * FROM '{found}/*.parquet' ORDER BY row").to_arrow_table()
    book, evaluated = rulebook(law(CURRENT_EDITION)), Columns(columns)
    terms = {**book.outputs, **{f"{item}_state": term for item, term in book.states.items()}}
    for name, term in terms.items():
        assert rows[f"is {name}"].to_pylist() == evaluated(term).tolist(), name


def near_edges(count):
    """Columns with nothing, leap days, deadlines and both ends of the calendar, at random from a fixed seed."""
    random = np.random.default_rng(8)
    edges = [
        "1868-01-01",
        "1892-02-29",
        "1900-02-28",
        "2000-02-29",
        "2022-04-01",
        "2024-02-29",
        "2100-03-01",
        "2388-12-31",
    ]
    near = np.array([np.datetime64(day, "D").astype(int) for day in edges])
    columns = {"birth": random.choice(near, count)}
    for name in (*DATE_FIELDS, "on"):
        days = random.choice(near, count) + random.choice(
            [0, 0, 0, -1, 1, 14, 15, 30, 31, 90, 91, 3652], count
        )
        columns.setdefault(name, np.where(random.random(count) < 0.5, days, NEVER_NUMBER))
    for name in CHOICE_FIELDS:
        columns[name] = random.integers(0, len(FIELDS[name].values), count)
    return columns
