"""The same question asked of ten million rows side by side: until when is each card valid?

Run by `make bench-audit`; `--rows` for fewer. Every contender starts from the same Parquet file, or from columns in
memory where it cannot read one (said in the table). All must give the same days, or the comparison ends.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from audit_by_hand import FIELDS, card_expires, one_card_expires
from audit_openfisca import calculate, system
from jpki_model.day_columns import NEVER_NUMBER
from jpki_model.relation import with_terms
from jpki_oracle.audit.cleaning import cleaned
from jpki_oracle.audit.columns import known_columns
from jpki_oracle.audit.engine import MANY, Settings, open_engine
from jpki_oracle.audit.extremes import told_by_files
from jpki_oracle.audit.judging import CODED, Question, differing
from jpki_oracle.audit.register import Wanted, parquet_writer, register
from jpki_spec.fields import FIELDS as LIFE
from jpki_spec.fields import OUTPUTS
from jpki_spec.laws import CURRENT_EDITION, law
from jpki_spec.rulebook import rulebook

COPIES_OF = 500_000
SAMPLE = 20_000


@dataclass(frozen=True)
class Timing:
    """One contender: seconds, those of all threads (0: unknown), the sum of the days that it found, or None."""

    name: str
    rows: int
    seconds: float
    processor_seconds: float
    total: int | None


def main() -> None:
    """Write the register, time everybody, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--without", action="append", default=[], help="leave out: spark, openfisca, …")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.parquet"
        rows = write_register(file, arguments.rows)
        print(
            f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
        )
        timings = [
            timing
            for name, run in CONTENDERS.items()
            if name not in arguments.without
            for timing in run(file)
        ]
    whole = {timing.total for timing in timings if timing.total is not None}
    if len(whole) != 1:
        raise SystemExit(f"the contenders differ: { {t.name: t.total for t in timings} }")
    slowest = next((t.rows / t.seconds for t in timings if t.name.startswith("OpenFisca")), None)
    for timing in timings:
        rate = timing.rows / timing.seconds
        ratio = f"{rate / slowest:8.2f} x OpenFisca" if slowest else ""
        each = (
            f"{timing.processor_seconds / timing.rows * 1e9:8.0f} ns of a processor"
            if timing.processor_seconds
            else ""
        )
        print(f"{timing.name:42} {timing.seconds:8.2f} s {rate / 1e6:10.3f} M rows/s {ratio} {each}")


def write_register(file: Path, rows: int) -> int:
    """A register of people, one after the other, and again from the first until there are enough."""
    people = pa.concat_tables(register(Wanted(min(rows, COPIES_OF), 1, CURRENT_EDITION)))
    copies = max(1, rows // len(people))
    with parquet_writer(file, people.schema, "snappy") as writer:
        for _ in range(copies):
            writer.write_table(people, row_group_size=MANY)
    return copies * len(people)


def on_engine(engine: str, outputs: tuple[str, ...] = ("card_expires",)) -> Callable[[Path], list[Timing]]:
    """The rules on an engine, from Parquet to a sum for each output."""

    def run(file: Path) -> list[Timing]:
        with open_engine(Settings(engine=engine)) as opened:
            table = opened.read_parquet([str(file)])
            opened.rows(
                table.aggregate(rows=table.count())
            )  # what starts with the first question is no part of it
            started, used = time.perf_counter(), time.process_time()
            known = known_columns(
                [name for name in table.columns if name in LIFE], {}, told_by_files([str(file)])
            )
            clean = cleaned(table, known, opened)
            terms = {f"the {name}": rulebook(law(CURRENT_EDITION)).outputs[name] for name in outputs}
            found = with_terms(clean.select(*CODED.values()), terms, CODED, known.between)
            sums = {name: found[name].cast("int64").sum() for name in terms}
            row = opened.rows(found.aggregate(rows=found.count(), **sums))[0]
            seconds, used = time.perf_counter() - started, time.process_time() - used
        total = int(row["the card_expires"])
        label = f"jpki-oracle, {engine}" + (f", all {len(outputs)} outputs" if len(outputs) > 1 else "")
        return [Timing(label, int(row["rows"]), seconds, used if engine != "spark" else 0, total)]

    return run


def judged_on_engine(engine: str) -> Callable[[Path], list[Timing]]:
    """What `audit` does with every row: what the register holds compared with the rules, what differs written."""

    def run(file: Path) -> list[Timing]:
        with open_engine(Settings(engine=engine)) as opened:
            table = opened.read_parquet([str(file)])
            rows = int(opened.rows(table.aggregate(rows=table.count()))[0]["rows"])
            started, used = time.perf_counter(), time.process_time()
            known = known_columns(table.columns, {}, told_by_files([str(file)]))
            question = Question(law(CURRENT_EDITION), known, tuple(known.outputs))
            opened.write(differing(table, question, opened), file.with_name(f"differing-{engine}.parquet"))
            seconds, used = time.perf_counter() - started, time.process_time() - used
        label = f"jpki-oracle, {engine}, {len(known.outputs)} outputs judged"
        return [Timing(label, rows, seconds, used, None)]

    return run


def in_memory(file: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The columns of the question: dates as datetime64, choices as text and as positions."""
    table = pq.read_table(file, columns=list(FIELDS))
    lives = {name: table[name].to_numpy() for name in FIELDS}
    lives = {
        n: c.astype("datetime64[D]") if LIFE[n].kind == "date" else c.astype(str) for n, c in lives.items()
    }
    codes = {}
    for name in ("residence", "card_renewal"):
        values, inverse = np.unique(lives[name], return_inverse=True)
        codes[name] = np.array([LIFE[name].values.index(value) for value in values])[inverse]
    return lives, codes


def total_of(days: np.ndarray) -> int:
    """The sum of day numbers, as the engines give it."""
    return int(np.where(np.isnat(days), NEVER_NUMBER, days.astype(np.int64)).sum())


def by_numpy(file: Path) -> list[Timing]:
    """NumPy by hand, columns in memory."""
    lives, _ = in_memory(file)
    started, used = time.perf_counter(), time.process_time()
    days = card_expires(lives)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    return [Timing("NumPy by hand (in memory)", len(days), seconds, used, total_of(days))]


def by_openfisca(file: Path) -> list[Timing]:
    """OpenFisca-Core, columns in memory."""
    lives, codes = in_memory(file)
    rules = system()
    started, used = time.perf_counter(), time.process_time()
    days = calculate(rules, lives, codes)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    return [Timing("OpenFisca-Core (in memory)", len(days), seconds, used, total_of(days))]


def by_pandas(file: Path) -> list[Timing]:
    """pandas with `dateutil`, row by row, on a sample whose days are compared with NumPy's."""
    table = pq.read_table(file, columns=list(FIELDS)).slice(0, SAMPLE)
    frame = pd.DataFrame(table.to_pylist())
    started, used = time.perf_counter(), time.process_time()
    days = frame.apply(lambda row: one_card_expires(row.to_dict()), axis=1)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    lives, _ = in_memory(file)
    expected = card_expires({name: column[:SAMPLE] for name, column in lives.items()})
    if days.tolist() != expected.tolist():
        raise SystemExit("pandas with dateutil differs from NumPy by hand")
    return [Timing(f"pandas with dateutil ({SAMPLE:,} rows)", SAMPLE, seconds, used, None)]


CONTENDERS: dict[str, Callable[[Path], list[Timing]]] = {
    "duckdb": on_engine("duckdb"),
    "duckdb-all": on_engine("duckdb", tuple(OUTPUTS)),
    "duckdb-judged": judged_on_engine("duckdb"),
    "polars": on_engine("polars"),
    "polars-all": on_engine("polars", tuple(OUTPUTS)),
    "polars-judged": judged_on_engine("polars"),
    "spark": on_engine("spark"),
    "spark-all": on_engine("spark", tuple(OUTPUTS)),
    "numpy": by_numpy,
    "openfisca": by_openfisca,
    "pandas": by_pandas,
}

if __name__ == "__main__":
    main()
