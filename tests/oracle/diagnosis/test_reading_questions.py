"""The shipped questions find out which single reading a system follows, in ceil(log2 R) + 1 of them at most."""

import math

import numpy as np
import pytest
from jpki_model.outcome import outcome_of
from jpki_model.patience import in_steps
from jpki_model.solver import NoLife, Question
from jpki_oracle.diagnosis.apart import ask_at_hand
from jpki_oracle.diagnosis.partition import Order
from jpki_oracle.diagnosis.reading_questions import reading_hypotheses
from jpki_oracle.mutants.faults import observed_outcomes
from jpki_oracle.scenarios.scenario import shipped_suite
from jpki_spec.fields import VALIDITY_OUTPUTS
from jpki_spec.laws import EDITIONS, law
from z3 import Or

QUESTIONS = shipped_suite("readings")


def answering_by(other):
    """A system that is right under a law; by the compiled Python, not by the columns that the plan is made with."""

    def ask(scenario):
        outcome = outcome_of(scenario.life, other)
        if scenario.on:
            return {f"{item}_state": state for item, state in outcome.states(scenario.on).items()}
        return {name: outcome.outputs[name] for name in VALIDITY_OUTPUTS}

    return ask


def proven_alike(one, other):
    """No life at all makes two laws answer differently; asked of the solver."""
    for mine, theirs in zip(observed_outcomes(one), observed_outcomes(other), strict=True):
        if mine.pack == "number" or mine.term.eq(theirs.term):
            continue
        question = Question(Or(mine.term != theirs.term), one, patience=in_steps(240_000_000), naming=False)
        if not isinstance(question.ask(readable=False), NoLife):
            return False
    return True


@pytest.fixture(scope="module", params=EDITIONS)
def found_out(request):
    """For each reading of an edition: what is left after asking a system that follows it, and how many questions."""
    hypotheses = reading_hypotheses(law(request.param))
    at_hand = [scenario for scenario in QUESTIONS if scenario.serves(law(request.param))]
    return {each.law: ask_at_hand(hypotheses, answering_by(each.law), at_hand) for each in hypotheses}


def test_the_reading_is_among_what_is_left(found_out):
    for followed, (left, _) in found_out.items():
        assert followed in [each.law for each in left]


def test_what_is_left_besides_it_no_question_can_tell_from_it(found_out):
    for followed, (left, _) in found_out.items():
        for each in left:
            assert each.law == followed or proven_alike(followed, each.law)


def test_few_questions_suffice(found_out):
    distinguishable = len({frozenset(str(each.law) for each in left) for left, _ in found_out.values()})
    most = math.ceil(math.log2(distinguishable)) + 1
    assert max(len(asked) for _, asked in found_out.values()) <= most


class TestOrder:
    """The order of questions is the best one, worked out by hand on small tables."""

    def test_eight_hypotheses_and_three_questions_that_halve_them_take_three(self):
        bits = np.array([[number >> place & 1 for place in range(3)] for number in range(8)])
        assert Order(bits).questions(frozenset(range(8))) == 3

    def test_a_question_that_peels_off_one_is_not_asked_before_one_that_halves(self):
        peel, halve, rest = [0, 1, 1, 1], [0, 0, 2, 2], [0, 1, 0, 1]
        order = Order(np.array([peel, halve, rest]).T)
        assert order.questions(frozenset(range(4))) == 2
        assert order.next_question(frozenset(range(4))) == 1

    def test_hypotheses_that_nothing_divides_need_no_question(self):
        order = Order(np.zeros((3, 2), dtype=np.int64))
        assert order.next_question(frozenset(range(3))) is None
        assert order.questions(frozenset(range(3))) == 0
