"""A joint term is each of its terms, by what is chosen; proofs about it are proofs about each of them."""

from datetime import date

import pytest
import z3
from jpki_model.evaluate import compile_terms
from jpki_model.joint import Joint
from jpki_model.life import life
from jpki_model.solver import Found, NoLife, Question
from jpki_spec.fields import OUTPUTS
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import ADD_DAYS, BEFORE, DATE, LITERAL

ONE, OTHER = z3.Const("birth", DATE), z3.Const("card_issued", DATE)
LAWS = [law("2024-05-27"), *law("2024-05-27").alternatives()]
LIVES = [
    life({"birth": date(2008, 2, 29), "card_issued": date(2024, 6, 1), "signature_issued": date(2024, 6, 1)}),
    life(
        {
            "birth": date(1990, 7, 15),
            "card_issued": date(2025, 1, 10),
            "authentication_issued": date(2025, 1, 10),
            "moveout_notified": date(2026, 3, 28),
            "moveout_planned": date(2026, 3, 29),
            "moved_in": date(2026, 4, 4),
            "movein_notified": date(2026, 4, 20),
        }
    ),
]


def chosen(count, position):
    """The choices that mean the term at a position."""
    return {f"law {at}": at == position for at in range(1, count)}


def test_three_unlike_terms_are_each_what_their_choice_means():
    terms = [ADD_DAYS(ONE, 14), ADD_DAYS(ONE, 30), OTHER]
    joint = compile_terms([Joint(3)(terms)])
    values = {"birth": date(2000, 1, 1), "card_issued": date(2016, 1, 1)}
    days = [joint({**values, **chosen(3, at)})[0] for at in range(3)]
    assert days == [date(2000, 1, 15), date(2000, 1, 31), date(2016, 1, 1)]


def test_days_of_the_law_are_chosen_whole_since_a_literal_has_a_number_that_is_known():
    joint = compile_terms([Joint(2)([LITERAL(20220401), LITERAL(20240527)])])
    assert joint(chosen(2, 0)) == (date(2022, 4, 1),)
    assert joint(chosen(2, 1)) == (date(2024, 5, 27),)


def test_a_part_that_all_terms_share_is_there_once_and_has_one_place():
    shared = BEFORE(ONE, OTHER)
    joint = Joint(2)
    made = joint([z3.And(shared, ONE == OTHER), z3.And(shared, ONE != OTHER)])
    assert made.arg(0).eq(shared)
    assert joint.place(0, shared) == joint.place(1, shared)


def test_parts_that_were_joined_have_one_place_and_others_do_not():
    joint = Joint(2)
    joint([BEFORE(ADD_DAYS(ONE, 14), OTHER), BEFORE(ADD_DAYS(ONE, 30), OTHER)])
    assert joint.place(0, ADD_DAYS(ONE, 14)) == joint.place(1, ADD_DAYS(ONE, 30))
    assert joint.place(0, ADD_DAYS(ONE, 14)) != joint.place(0, BEFORE(ADD_DAYS(ONE, 14), OTHER))


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_joint_term_of_all_readings_says_what_each_of_them_says(output):
    terms = [rulebook(each).outputs[output] for each in LAWS]
    together = compile_terms([Joint(len(LAWS))(terms)])
    for record in LIVES:
        for position, term in enumerate(terms):
            assert together({**record.values(), **chosen(len(LAWS), position)}) == compile_terms([term])(
                record.values()
            )


def test_a_proof_about_a_joint_term_fails_if_it_fails_for_one_of_the_terms():
    """That 14 days after is always later than 7 days after is true; that 5 days after is, is not."""
    week_later = BEFORE(ADD_DAYS(ONE, 7), OTHER)
    true = z3.And(BEFORE(ADD_DAYS(ONE, 14), OTHER), z3.Not(week_later))
    false = z3.And(BEFORE(ADD_DAYS(ONE, 5), OTHER), z3.Not(week_later))
    for terms, kind in (([true, true], NoLife), ([true, false], Found)):
        joint = Joint(len(terms))
        condition = z3.And(joint(terms), joint.one_choice())
        assert isinstance(Question(condition, law("2024-05-27"), assume=False).ask(readable=False), kind)


def test_two_choices_at_once_are_excluded():
    joint = Joint(3)
    joint([ONE, OTHER, ADD_DAYS(ONE, 1)])
    both = compile_terms([joint.one_choice()])
    assert both({"law 1": True, "law 2": False}) == (True,)
    assert both({"law 1": True, "law 2": True}) == (False,)


def test_another_number_of_terms_than_announced_is_refused():
    with pytest.raises(ValueError, match="2 terms in the place of 3"):
        Joint(3)([ONE, OTHER])
