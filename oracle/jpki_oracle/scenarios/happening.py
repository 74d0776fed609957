"""Which of many lives can happen: the assumptions' own terms over columns."""

from collections.abc import Collection, Mapping

import numpy as np
from jpki_model.columns import Columns
from jpki_model.day_columns import Column
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.laws import Law


def can_happen(columns: Mapping[str, Column], current: Law, leaving_out: Collection[str] = ()) -> Column:
    """For each life of the columns, whether every assumption (but those left out, by id) holds under the law."""
    evaluated = Columns(columns)
    holds = np.ones(evaluated.length, dtype=bool)
    for assumption in ASSUMPTIONS.values():
        if assumption.id not in leaving_out:
            holds &= evaluated(assumed(assumption, current))
    return holds
