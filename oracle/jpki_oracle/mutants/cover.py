"""Few scenarios that show all mutants: a greedy cover of the kill matrix, then without whatever can be missed."""

import numpy as np
import numpy.typing as npt

EXCHANGES, TAKEN_OUT = 4000, 14
"""How often some of the chosen are taken out and replaced by fewer, and how many at a time."""


def cover(kills: npt.NDArray[np.bool_], *, exchanging: bool = False) -> list[int]:
    """Columns of the matrix that together kill every row that any column kills; none of them can be missed.

    Of columns that kill as many, the first is taken, so the matrix has the preferred ones first. `kept` are taken
    beforehand and stay. `exchanging` also looks for a column in whose place two chosen ones can go.
    """
    rows = _distinct(kills[kills.any(axis=1)])
    chosen: list[int] = []
    left = np.ones(len(rows), dtype=bool)
    counts = rows.sum(axis=0)
    while left.any():
        best = int(counts.argmax())
        chosen.append(best)
        gone = left & rows[:, best]
        counts = counts - rows[gone].sum(axis=0)
        left &= ~gone
    chosen = _needed(rows, chosen)
    if exchanging:
        chosen = _needed(rows, _exchanged(rows, chosen))
    return sorted(chosen)


def _distinct(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Each row once, in order; as `np.unique` gives them, in a tenth of the time."""
    packed = np.packbits(rows, axis=1)
    distinct = sorted({row.tobytes() for row in packed})
    bits = np.frombuffer(b"".join(distinct), dtype=np.uint8).reshape(len(distinct), packed.shape[1])
    return np.unpackbits(bits, axis=1, count=rows.shape[1]).astype(bool)


def _needed(rows: npt.NDArray[np.bool_], chosen: list[int]) -> list[int]:
    """Without those whose kills others make too, the least preferred first."""
    times = rows[:, chosen].sum(axis=1)
    needed = list(chosen)
    for column in sorted(chosen, reverse=True):
        if (times[rows[:, column]] >= 2).all():
            times = times - rows[:, column]
            needed.remove(column)
    return needed


def _exchanged(rows: npt.NDArray[np.bool_], chosen: list[int]) -> list[int]:
    """A cover of at most as many columns, by a local search from a fixed seed."""
    random = np.random.default_rng(len(rows))
    times = rows[:, chosen].sum(axis=1).astype(np.int32)
    by_column = np.ascontiguousarray(rows.T)
    for _ in range(EXCHANGES):
        if len(chosen) <= TAKEN_OUT:
            break
        out = random.choice(chosen, TAKEN_OUT, replace=False)
        left = times - by_column[out].sum(axis=0)
        bare = np.flatnonzero(left == 0)
        near = rows[bare]
        placed: list[int] = []
        counts = near.sum(axis=0)
        open_rows = np.ones(len(bare), dtype=bool)
        while open_rows.any() and len(placed) <= TAKEN_OUT:
            best = int((counts + random.random(len(counts)) * 0.9).argmax())
            placed.append(best)
            gone = open_rows & near[:, best]
            counts = counts - near[gone].sum(axis=0)
            open_rows &= ~gone
        if not open_rows.any() and len(placed) <= TAKEN_OUT:
            taken = set(out.tolist())
            chosen = [column for column in chosen if column not in taken] + placed
            times = left + by_column[placed].sum(axis=0)
    return chosen
