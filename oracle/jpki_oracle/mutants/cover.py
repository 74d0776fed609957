"""Few scenarios that show all mutants: a greedy cover of the kill matrix, then without whatever can be missed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def cover(
    kills: npt.NDArray[np.bool_], costs: Sequence[tuple[object, ...]], kept: Sequence[int] = ()
) -> list[int]:
    """Columns of the matrix that together kill every row that any column kills; none of them can be missed.

    Of columns that kill as many, the one with the least cost is taken; costs are all different. `kept` are taken
    first and stay.
    """
    order = sorted(range(kills.shape[1]), key=lambda column: costs[column])
    ordered = kills[:, order]
    position = {column: at for at, column in enumerate(order)}
    chosen = [position[column] for column in kept]
    left = kills.any(axis=1) & ~ordered[:, chosen].any(axis=1)
    while left.any():
        best = int(ordered[left].sum(axis=0).argmax())
        chosen.append(best)
        left &= ~ordered[:, best]
    return sorted(order[at] for at in _needed(ordered, chosen, len(kept)))


def _needed(kills: npt.NDArray[np.bool_], chosen: list[int], kept: int) -> list[int]:
    """Without those whose kills others make too, the costliest first."""
    times = kills[:, chosen].sum(axis=1)
    needed = list(chosen)
    for column in sorted(chosen[kept:], reverse=True):
        if (times[kills[:, column]] >= 2).all():
            times -= kills[:, column]
            needed.remove(column)
    return needed
