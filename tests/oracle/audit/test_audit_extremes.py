"""What Parquet files tell of their columns before they are read, and what an audit makes of it."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jpki_model.day_columns import NEVER_NUMBER
from jpki_oracle.audit.columns import known_columns
from jpki_oracle.audit.engine import Settings, open_engine
from jpki_oracle.audit.extremes import Extremes, Told, are_alike, told_by_files

MAY_1990, JUNE_2020 = 7425, 18423
"""Days from 1 January 1970 to 1 May 1990 and to 10 June 2020."""


def written(file, **columns):
    table = pa.table({name: pa.array(values, pa.date32()) for name, values in columns.items()})
    pq.write_table(table, file, row_group_size=2)
    return str(file)


def test_the_first_and_the_last_day_of_all_files_and_whether_one_is_missing(tmp_path):
    one = written(tmp_path / "one.parquet", birth=[date(2020, 6, 10), date(1990, 5, 1), date(2000, 1, 1)])
    other = written(tmp_path / "other.parquet", birth=[date(1999, 1, 1), None])
    assert told_by_files([one]).extremes == {"birth": Extremes(MAY_1990, JUNE_2020, False)}
    assert told_by_files([one, other]).extremes == {"birth": Extremes(MAY_1990, JUNE_2020, True)}


def test_a_column_without_a_day(tmp_path):
    file = written(tmp_path / "none.parquet", birth=[date(1990, 5, 1)] * 3, died=[None] * 3)
    found = told_by_files([file]).extremes["died"]
    assert found == Extremes(None, None, True)
    assert found.values.stretches == ((NEVER_NUMBER, NEVER_NUMBER),)


def test_a_column_that_one_file_lacks_is_not_told_about(tmp_path):
    one = written(tmp_path / "one.parquet", birth=[date(1990, 5, 1)], died=[date(2020, 6, 10)])
    other = written(tmp_path / "other.parquet", birth=[date(1990, 5, 1)])
    assert set(told_by_files([one, other]).extremes) == {"birth"}


def test_files_without_statistics_and_columns_of_other_types_tell_nothing(tmp_path):
    table = pa.table({"birth": pa.array([date(1990, 5, 1)]), "residence": ["citizen"], "age": [30]})
    pq.write_table(table, tmp_path / "silent.parquet", write_statistics=False)
    pq.write_table(table.drop(["birth"]), tmp_path / "undated.parquet")
    assert told_by_files([str(tmp_path / "silent.parquet")]).extremes == {}
    assert told_by_files([str(tmp_path / "undated.parquet")]).extremes == {}


def test_columns_that_every_part_of_every_file_keeps_in_a_dictionary(tmp_path):
    table = pa.table({"residence": ["citizen", "limited"] * 4, "correction": ["name"] * 8})
    both, one = str(tmp_path / "both.parquet"), str(tmp_path / "one.parquet")
    pq.write_table(table, both, row_group_size=2)
    pq.write_table(table, one, row_group_size=2, use_dictionary=["residence"])
    assert told_by_files([both]).in_dictionary == {"residence", "correction"}
    assert told_by_files([both, one]).in_dictionary == {"residence"}


def test_a_file_that_is_not_there_or_no_parquet_is_left_to_the_engine_to_complain_of(tmp_path):
    (tmp_path / "text.parquet").write_text("no parquet")
    assert told_by_files([str(tmp_path / "text.parquet")]) == Told()
    assert told_by_files([str(tmp_path / "gone.parquet")]) == Told()


def test_files_are_alike_if_they_have_the_same_columns_of_the_same_types_in_whatever_order(tmp_path):
    pair = {"birth": [date(1990, 5, 1)], "died": [None]}
    one = written(tmp_path / "one.parquet", **pair)
    turned = written(tmp_path / "turned.parquet", **dict(reversed(pair.items())))
    wider = written(tmp_path / "wider.parquet", **pair, moved_in=[None])
    as_text = tmp_path / "text.parquet"
    pq.write_table(pa.table({"birth": ["1990-05-01"], "died": pa.array([None], pa.date32())}), as_text)
    assert are_alike([one, turned])
    assert not are_alike([one, wider])
    assert not are_alike([one, str(as_text)])
    assert not are_alike([one, str(tmp_path / "gone.parquet")])


def test_duckdb_reads_every_column_of_files_that_differ_and_by_name_in_those_that_do_not(tmp_path):
    one = written(tmp_path / "one.parquet", birth=[date(1990, 5, 1)], died=[date(2020, 6, 10)])
    turned = written(tmp_path / "turned.parquet", died=[date(2020, 6, 10)], birth=[date(1990, 5, 1)])
    wider = written(
        tmp_path / "wider.parquet", birth=[date(1990, 5, 1)], died=[None], moved_in=[date(2020, 6, 10)]
    )
    with open_engine(Settings()) as engine:
        both, all_three = (engine.read_parquet(paths) for paths in ([one, turned], [one, turned, wider]))
        row = {"birth": date(1990, 5, 1), "died": date(2020, 6, 10)}
        assert engine.rows(both) == [row, row]
        assert set(all_three.columns) == {"birth", "died", "moved_in"}
        assert [row["moved_in"] for row in engine.rows(all_three) if row["moved_in"]] == [date(2020, 6, 10)]


@pytest.mark.parametrize("day", [-37256, 157420])  # 30 December 1867, 1 January 2401
def test_days_outside_of_the_calendar_make_a_column_unknown(day):
    told = Told({"born": Extremes(min(day, MAY_1990), max(day, MAY_1990), False)})
    assert known_columns(["born"], {"born": "birth"}, told).extremes == {}


def test_what_is_known_of_a_life_s_fields(tmp_path):
    extremes = {"born": Extremes(MAY_1990, JUNE_2020, True), "other": Extremes(0, 1, False)}
    told = Told(extremes, frozenset({"lives_as", "other"}))
    known = known_columns(["born", "lives_as", "other"], {"born": "birth", "lives_as": "residence"}, told)
    assert known.between["birth"].stretches == ((MAY_1990, JUNE_2020), (NEVER_NUMBER, NEVER_NUMBER))
    assert known.between["died"].stretches == ((NEVER_NUMBER, NEVER_NUMBER),)  # the table has no such column
    assert known.between["correction"].stretches == ((0, 0),)
    assert known.in_dictionary == {"residence"}
    assert "other" not in known.between
