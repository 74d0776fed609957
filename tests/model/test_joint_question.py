"""Asked law by law of one solver, a question has the answers that it has of a solver of its own."""

from datetime import date

import pytest
import z3
from jpki_model.joint_question import JointQuestion
from jpki_model.solver import Found, NoLife, Question, Unknown
from jpki_spec.fields import DATE_FIELDS, FIELDS
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, LITERAL, NEVER

PATIENT = 60_000_000
LEAP = "leap-birthday-certificate"
LAWS = [law("2024-05-27", {LEAP: answer}) for answer in ("february-28", "march-1", "next-leap-day")]
ENDS = {"february-28": 20270228, "march-1": 20270301, "next-leap-day": 20280229}
"""Of a certificate of June 2022 of somebody born on 29 February: the fifth birthday after it is in 2027."""


def made_in_june_2022(current, end):
    """Somebody born on 29 February 2004, of whom nothing else is known, and a certificate that ends on a day."""
    stated = {"birth": 20040229, "card_issued": 20220601, "signature_issued": 20220601}
    dates = [
        getattr(LIFE, name).term == (LITERAL(stated[name]) if name in stated else NEVER)
        for name in DATE_FIELDS
    ]
    return z3.And(*dates, rulebook(current).outputs["signature_expires"] == LITERAL(end))


def asked(end):
    return JointQuestion([made_in_june_2022(each, end) for each in LAWS], LAWS)


@pytest.mark.parametrize("answer", ENDS)
def test_a_life_is_found_for_the_law_that_has_it_and_for_no_other(answer):
    question = asked(ENDS[answer])
    kinds = [type(question.ask(at, steps=PATIENT)) for at in range(len(LAWS))]
    assert kinds == [Found if each == answer else NoLife for each in ENDS]


def test_what_was_asked_before_does_not_change_an_answer():
    question = asked(ENDS["march-1"])
    kinds = [type(question.ask(at, steps=PATIENT)) for at in (2, 1, 0, 1, 2)]
    assert kinds == [NoLife, Found, NoLife, Found, NoLife]


def test_the_life_is_that_of_the_condition():
    found = asked(ENDS["march-1"]).ask(1, steps=PATIENT)
    assert found.life.stated["birth"] == date(2004, 2, 29)
    assert found.life.stated["signature_issued"] == date(2022, 6, 1)


def test_a_life_that_is_easier_to_read_is_one_of_the_same_law():
    """Each law's condition is met on a birthday of its own, so that a life says whose it is."""
    births = [20040229, 19900715, 20081201]
    conditions = [LIFE.birth.term == LITERAL(birth) for birth in births]
    question = JointQuestion(conditions, LAWS)
    for at, born in enumerate([date(2004, 2, 29), date(1990, 7, 15), date(2008, 12, 1)]):
        found = question.ask(at, steps=PATIENT)
        assert question.readable(at, found, steps=PATIENT).life.stated["birth"] == born


def without_a_plain_answer(monkeypatch):
    monkeypatch.setattr(JointQuestion, "_asked_plainly", lambda question, most, given: Unknown("tired"))


def card_ends_before_it_is_made(current):
    """Never so under any law, whichever sums of days are what."""
    return z3.And(
        LIFE.card_issued.exists,
        LIFE.residence.is_("limited"),
        LIFE.card_issued.term == LIFE.birth.term,
        z3.Not(rulebook(current).outputs["card_expires"] == LIFE.stay_expires.term),
    )


def test_the_easier_form_proves_by_itself(monkeypatch):
    without_a_plain_answer(monkeypatch)
    question = JointQuestion([card_ends_before_it_is_made(each) for each in LAWS], LAWS)
    assert [type(question.ask(at, steps=PATIENT)) for at in range(len(LAWS))] == [NoLife] * len(LAWS)


def test_the_easier_form_knows_the_plainest_of_operations_that_are_left_open(monkeypatch):
    without_a_plain_answer(monkeypatch)
    question = JointQuestion([LIFE.birth.plus_days(14) < LIFE.birth] * len(LAWS), LAWS)
    assert isinstance(question.ask(1, steps=PATIENT), NoLife)


def test_the_easier_form_knows_which_values_there_are(monkeypatch):
    without_a_plain_answer(monkeypatch)
    values = FIELDS["residence"].values
    question = JointQuestion([z3.Not(LIFE.residence.is_(*values))] * len(LAWS), LAWS)
    assert isinstance(question.ask(1, steps=PATIENT), NoLife)


def test_the_form_that_answered_is_tried_first_for_the_next_law(monkeypatch):
    tried = list[int]()
    monkeypatch.setattr(
        JointQuestion, "_asked_plainly", lambda question, most, given: tried.append(most) or Unknown("tired")
    )
    question = JointQuestion([card_ends_before_it_is_made(each) for each in LAWS], LAWS)
    question.ask(0, steps=PATIENT)
    assert len(tried) == 1
    question.ask(1, steps=PATIENT)
    assert len(tried) == 1


def test_a_life_of_the_easier_form_is_none_yet(monkeypatch):
    without_a_plain_answer(monkeypatch)
    assert isinstance(asked(ENDS["march-1"]).ask(1, steps=PATIENT), Unknown)


def test_nothing_is_claimed_where_the_solver_gives_up():
    assert isinstance(asked(ENDS["march-1"]).ask(0, steps=1), Unknown)


def test_of_a_law_is_assumed_what_would_be_if_it_were_asked_by_itself():
    """Only the second condition reads moves, so that what is assumed of them is not assumed under the first law."""
    conditions = [LIFE.card_issued.exists, z3.And(LIFE.moved_in.exists, LIFE.movein_notified.exists)]
    question = JointQuestion(conditions, LAWS[:2])
    for at, condition in enumerate(conditions):
        assert question.demanded(at) == Question(condition, LAWS[at]).demanded()
    assert question.demanded(1) - question.demanded(0)


def test_what_is_left_out_brings_no_other_assumption_with_it():
    """That a certificate is issued on a valid card would be about residence, of which more is assumed."""
    dates = [LIFE.card_issued, LIFE.signature_issued, LIFE.nationality_lost]
    condition = z3.And(*(date.exists for date in dates))
    left_out = ["signature-on-valid-card"]
    question = JointQuestion([condition] * 2, LAWS[:2], leaving_out=left_out)
    assert question.demanded(0) == Question(condition, LAWS[0], leaving_out=left_out).demanded()
    assert "nationality-lost-is-transitional" in JointQuestion([condition] * 2, LAWS[:2]).demanded(0)


@pytest.mark.parametrize("form", ["_asked_plainly", "_asked_easier"])
def test_a_question_that_had_too_few_steps_can_be_asked_again(form):
    """So few that z3 cannot even read it within: if it is not let, it refuses every later question."""
    laws = law("2024-05-27").alternatives()[:4]
    before = rulebook(law("2022-04-01")).states["card"]
    question = JointQuestion([rulebook(each).states["card"] != before for each in laws], laws)
    for steps in (10_000, 50_000, 100_000, 200_000, PATIENT):
        answer = getattr(question, form)(steps, question._given(0))
    assert isinstance(answer, Found if form == "_asked_plainly" else Unknown)
