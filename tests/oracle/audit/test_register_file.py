"""The Parquet files of synthetic registers."""

import pyarrow as pa
import pyarrow.parquet as pq
from jpki_oracle.audit.extremes import told_by_files
from jpki_oracle.audit.register import Wanted, parquet_writer, piece
from jpki_spec.laws import CURRENT_EDITION


def test_a_register_keeps_all_but_births_and_ids_in_dictionaries_and_loses_nothing(tmp_path):
    people = piece(Wanted(2_000, 1, CURRENT_EDITION), 0)
    file = tmp_path / "register.parquet"
    with parquet_writer(file, people.schema, "zstd") as writer:
        writer.write_table(people, row_group_size=500)
    empty = {name for name in people.column_names if people[name].null_count == len(people)}
    assert {"residence", "correction", "card_issued"} & empty == set()
    assert told_by_files([str(file)]).in_dictionary >= set(people.column_names) - {"id", "birth"} - empty
    assert told_by_files([str(file)]).in_dictionary & {"id", "birth"} == set()
    assert pa.table(pq.read_table(file)) == people
