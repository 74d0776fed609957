"""Which form of a question the solver tries in which round, and for how long."""

import pytest
from jpki_model.patience import Patience, in_milliseconds, in_steps


def test_both_forms_take_turns_and_each_round_is_four_times_as_long() -> None:
    assert list(in_milliseconds(20_000).rounds()) == [
        (False, 1_500),
        (True, 6_000),
        (False, 6_000),
        (True, 20_000),
        (False, 20_000),
    ]


def test_a_hard_question_is_tried_in_its_easier_form_first() -> None:
    assert list(in_steps(60_000_000).of_a_hard_question().rounds()) == [
        (True, 36_000_000),
        (False, 36_000_000),
        (True, 60_000_000),
        (False, 60_000_000),
    ]


def test_a_question_of_one_form_is_tried_as_it_stands_up_to_the_limit() -> None:
    assert list(in_steps(5).of_one_form().rounds()) == [(False, 5)]


@pytest.mark.parametrize("patience", [in_steps(7), in_steps(7).of_a_hard_question(), in_milliseconds(7)])
def test_no_round_is_longer_than_the_limit(patience: Patience) -> None:
    assert {most for _, most in patience.rounds()} == {7}
    assert patience.wish == 7


def test_no_form_is_tried_twice_for_as_long() -> None:
    assert list(in_steps(7).rounds()) == [(False, 7), (True, 7)]


def test_the_easier_form_is_tried_as_long_in_steps_of_its_own() -> None:
    assert in_milliseconds().propagations(1_500) == in_steps(1).propagations(9_000_000) == 18_000_000


def test_the_easier_form_is_tried_even_where_there_is_next_to_no_time() -> None:
    assert in_steps(1).propagations(1) > 0
