"""Covers of a kill matrix: complete, without anything that can be missed, and small where that is known."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_oracle.mutants.cover import cover

MATRICES = st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=12).map(np.array)


@settings(derandomize=True, deadline=None, database=None)
@given(MATRICES)
def test_every_row_that_can_be_killed_is(kills):
    chosen = cover(kills)
    assert (kills[:, chosen].any(axis=1) == kills.any(axis=1)).all()


@settings(derandomize=True, deadline=None, database=None)
@given(MATRICES)
def test_no_column_can_be_missed(kills):
    chosen = cover(kills)
    for column in chosen:
        rest = [other for other in chosen if other != column]
        assert (kills[:, rest].any(axis=1) != kills.any(axis=1)).any()


def test_a_better_cover_than_the_greedy_one_is_found_by_exchanging():
    """Greedy takes the wide column first and then needs three; two disjoint halves are enough."""
    wide = [1, 1, 1, 0, 1, 1, 1, 0]
    kills = np.array([wide, [1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]], dtype=bool).T
    assert cover(kills) == [1, 2]
