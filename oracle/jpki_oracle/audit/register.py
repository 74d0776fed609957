"""A synthetic register: people who do not exist, about as Japan's are, with what the rules say of their cards.

`register` gives it in pieces of bounded size, so that a billion rows need no more memory than a million. Each piece
depends on the seed and its number alone: the same register can be written by any number of processes.
"""

import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jpki_model.columns import Columns
from jpki_model.day_columns import NEVER_NUMBER, Column
from jpki_spec.fields import DATE_FIELDS, FIELDS
from jpki_spec.laws import Law, law
from jpki_spec.rulebook import rulebook

from jpki_oracle.audit.engine import MANY, processors
from jpki_oracle.audit.faults import DIRTY, FAULTS
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.population import PLAUSIBLE, Rates, population

PIECE = 50_000
"""People of one piece."""
OUTPUTS = ("card_expires", "signature_expires", "authentication_expires")
"""The outputs that a register holds, as one of a municipality does."""
PLANTED = "planted"
"""The column that says what was planted in a row; null in a row as it should be."""

_SETTINGS = tomllib.loads(files("jpki_oracle.audit").joinpath("register.toml").read_text(encoding="utf-8"))
RATES: Rates = {**PLAUSIBLE, "ages": _SETTINGS["ages"]}
_PAGE = 16 * MANY
"""Bytes that no column of a row group needs."""
_RARE = 100
"""How many times as often a fault of leaplings is tried, since there are so few of them."""
_CALENDAR_LEAP_DAY = 11016
"""29 February 2000; leap days before it are multiples of 1461 days away."""


@dataclass(frozen=True)
class Wanted:
    """What a register is to hold: the share of rows with a planted fault, of which kinds, and of dirty rows."""

    rows: int
    seed: int
    edition: str
    readings: tuple[tuple[str, str], ...] = ()
    faults: float = 0.0
    kinds: tuple[str, ...] = tuple(FAULTS)
    dirty: float = 0.0

    @property
    def law(self) -> Law:
        """The law by which the register is right."""
        return law(self.edition, dict(self.readings))


def register(wanted: Wanted, processes: int | None = None) -> Iterator[pa.Table]:
    """The register in pieces, in order; every process works on one piece at a time."""
    pieces = -(-wanted.rows // PIECE)
    workers = min(processes or processors(), pieces)
    if workers < 2:
        yield from (piece(wanted, number) for number in range(pieces))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        numbers = iter(range(pieces))
        running = [pool.submit(piece, wanted, number) for number in islice(numbers, 2 * workers)]
        while running:
            made = running.pop(0).result()
            running += [pool.submit(piece, wanted, number) for number in islice(numbers, 1)]
            yield made


def piece(wanted: Wanted, number: int) -> pa.Table:
    """One piece: `PIECE` people, or what is left for the last."""
    size = min(PIECE, wanted.rows - number * PIECE)
    current = wanted.law
    lives = _people(size, wanted.seed, number, current)
    evaluated = Columns(lives)
    right = {name: evaluated(rulebook(current).outputs[name]) for name in OUTPUTS}
    random = np.random.default_rng([wanted.seed, number, 1])
    written, planted = _with_faults(right, lives, wanted, random)
    columns: dict[str, pa.Array] = {"id": pa.array(np.arange(size) + number * PIECE, pa.int64())}
    for name in FIELDS:
        columns[name] = _dates(lives[name]) if name in DATE_FIELDS else _names(name, lives[name])
    columns |= {name: _dates(column) for name, column in written.items()}
    columns[PLANTED] = pa.array(planted, pa.string())
    return pa.table(columns)


def parquet_writer(file: Path, schema: pa.Schema, compression: str) -> pq.ParquetWriter:
    """A writer of registers that are read fast: row groups of one page, many different values without a dictionary.

    Where a page ends amid the rows that DuckDB reads at once, it leaves the dictionary for these.
    """
    return pq.ParquetWriter(
        file,
        schema,
        compression=compression,
        use_dictionary=[name for name in schema.names if name not in ("id", "birth")],
        data_page_size=_PAGE,
        max_rows_per_page=MANY,
    )


def with_dirt(table: pa.Table, wanted: Wanted, number: int) -> pa.Table:
    """A piece as text, with rows that cannot be judged: what no column of dates could hold."""
    text = pa.table({name: table[name].cast(pa.string()) for name in table.column_names})
    random = np.random.default_rng([wanted.seed, number, 2])
    chosen = np.flatnonzero(random.random(len(text)) < wanted.dirty)
    if not len(chosen):
        return text
    columns = {name: text[name].to_pylist() for name in text.column_names}
    ways = list(DIRTY)
    for position, way in zip(
        chosen.tolist(), random.integers(0, len(ways), len(chosen)).tolist(), strict=True
    ):
        row = {name: columns[name][position] for name in columns}
        DIRTY[ways[way]](row)
        for name, value in {**row, PLANTED: f"dirty:{ways[way]}"}.items():
            columns[name][position] = value
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _people(size: int, seed: int, number: int, current: Law) -> dict[str, Column]:
    """People whose lives can happen, exactly as many as wanted; some of them are leaplings."""
    random = np.random.default_rng([seed, number, 0])
    parts: list[dict[str, Column]] = []
    have = 0
    while have < size:
        drawn = population(2 * (size - have) + 1000, int(random.integers(0, 2**31)), current, RATES)
        drawn = _with_leaplings(drawn, random, current)
        parts.append(drawn)
        have += len(drawn["birth"])
    return {name: np.concatenate([part[name] for part in parts])[:size] for name in FIELDS}


def _with_leaplings(lives: dict[str, Column], random: np.random.Generator, current: Law) -> dict[str, Column]:
    """Some births moved back to the nearest 29 February; a life that can then no longer happen is left out."""
    chosen = random.random(len(lives["birth"])) < _SETTINGS["leaplings"]
    back = (lives["birth"] - _CALENDAR_LEAP_DAY) % 1461
    moved = {**lives, "birth": np.where(chosen, lives["birth"] - back, lives["birth"])}
    kept = can_happen(moved, current)
    return {name: column[kept] for name, column in moved.items()}


def _with_faults(
    right: dict[str, Column], lives: dict[str, Column], wanted: Wanted, random: np.random.Generator
) -> tuple[dict[str, Column], list[str | None]]:
    """The register's values, and what was planted in each row; a fault is in the card's expiry or a certificate's."""
    size = len(lives["birth"])
    planted: list[str | None] = [None] * size
    written = {name: column.copy() for name, column in right.items()}
    chosen = random.random(size) < wanted.faults
    ways = random.integers(0, max(len(wanted.kinds), 1), size)
    rare = ~chosen & (random.random(size) < min(wanted.faults * _RARE, 0.5))
    places = random.integers(0, len(OUTPUTS), size)
    for place, name in enumerate(OUTPUTS):
        there = right[name] != NEVER_NUMBER
        for way, kind in enumerate(wanted.kinds):
            picked = rare if kind == "leap-march" else chosen & (ways == way)
            rows = np.flatnonzero(picked & there & (places == place))
            part = {field: lives[field][rows] for field in FIELDS}
            wrong = FAULTS[kind](right[name][rows], part)
            differs = wrong != right[name][rows]
            written[name][rows[differs]] = wrong[differs]
            for row in rows[differs].tolist():
                planted[row] = f"{name}:{kind}"
    return written, planted


def _dates(column: Column) -> pa.Array:
    there = column != NEVER_NUMBER
    return pa.array(np.where(there, column, 0).astype(np.int32), pa.int32(), mask=~there).cast(pa.date32())


def _names(field: str, column: Column) -> pa.Array:
    values = pa.array(FIELDS[field].values, pa.string())
    return values.take(pa.array(column))
