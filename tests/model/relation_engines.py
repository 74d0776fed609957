"""Terms evaluated on an engine: a group of terms over rows that are given anew each time."""

from collections.abc import Mapping, Sequence

import ibis
import numpy as np
import pyarrow as pa
from jpki_model.columns import columns_of
from jpki_model.evaluate import Value
from jpki_model.relation import constants_of, with_terms
from jpki_model.relation_values import Values
from jpki_spec.terms import Term

ROW = "_row"


class OnEngine:
    """A group of named terms, evaluated by DuckDB or Polars over rows; the query is built once."""

    def __init__(
        self, terms: Mapping[str, Term], engine: str, between: Mapping[str, Values] | None = None
    ) -> None:
        self._terms = terms
        self._between = between
        self._needed = sorted(constants_of(terms.values()))
        self._connection = ibis.duckdb.connect(threads=1) if engine == "duckdb" else ibis.polars.connect()
        self._engine = engine
        schema = {**dict.fromkeys(self._needed, "int32"), ROW: "int32"}
        self._schema = pa.schema([(name, pa.int32()) for name in schema])
        self._query = None
        if engine == "duckdb":
            table = self._connection.create_table("rows", schema=ibis.schema(schema))
            self._query = self._connection.compile(self._asked(table))

    def _asked(self, table):
        named = {f"term {number}": term for number, term in enumerate(self._terms.values())}
        return with_terms(table, named, between=self._between).order_by(ROW).select(*named)

    def __call__(self, rows: Sequence[Mapping[str, Value]]) -> dict[str, list[int]]:
        """The value of each term for each row, dates as day numbers."""
        columns = columns_of([{name: row[name] for name in self._needed} for row in rows])
        columns[ROW] = np.arange(len(rows))
        data = pa.table([columns[name].astype(np.int32) for name in self._schema.names], schema=self._schema)
        if self._query is None:
            table = self._connection.create_table("rows", data, overwrite=True)
            found = self._connection.to_pyarrow(self._asked(table))
        else:
            database = self._connection.con
            database.execute("DELETE FROM rows")
            database.register("given", data)
            names = ", ".join(f'"{name}"' for name in self._schema.names)
            database.execute(f"INSERT INTO rows SELECT {names} FROM given")
            found = database.sql(self._query).to_arrow_table()
        return {name: found[f"term {number}"].to_pylist() for number, name in enumerate(self._terms)}
