"""What engines write: few rows in small parts, so that not many of them wait in memory."""

import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jpki_oracle.audit.engine import FEW, Settings, open_engine
from jpki_oracle.audit.engine_polars import ROWS_AT_ONCE

ROWS = 100_000


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_few_rows_are_written_in_row_groups_of_which_memory_holds_little(engine, tmp_path):
    with open_engine(Settings(engine=engine, threads=1)) as opened:
        table = opened.connection.create_table("cards", pa.table({"number": range(ROWS)}))
        opened.write(table, tmp_path / "few.parquet", few=True)
        opened.write(table, tmp_path / "many.parquet")
    few, many = (pq.read_metadata(tmp_path / name) for name in ("few.parquet", "many.parquet"))
    assert few.num_rows == many.num_rows == ROWS
    assert max(few.row_group(n).num_rows for n in range(few.num_row_groups)) <= FEW
    assert many.num_row_groups == 1


def test_polars_takes_its_few_rows_at_once_only_while_an_audit_has_it():
    def rows_at_once():
        return polars.Config.state(if_set=False, env_only=True).get("POLARS_IDEAL_MORSEL_SIZE")

    before = rows_at_once()
    assert before != str(ROWS_AT_ONCE)
    with open_engine(Settings(engine="polars")):
        assert rows_at_once() == str(ROWS_AT_ONCE)
    assert rows_at_once() == before
