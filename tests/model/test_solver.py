"""Questions to the solver: lives that it finds, contradictions that it names, limits that it admits."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
import z3
from jpki_model import evaluate
from jpki_model.language import NotInTheLanguage
from jpki_model.life import life
from jpki_model.outcome import outcome_of
from jpki_model.patience import in_milliseconds
from jpki_model.solver import Form, Found, InterpretersDisagree, NoLife, Question, Result, Unknown
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, ON, STATE_VALUES, Boolean, Date, Term, birthday, literal

CURRENT = law("2024-05-27")


def output(name: str, current: object = CURRENT) -> Date:
    return Date(rulebook(current).outputs[name])


def ask(condition: Boolean, **how: object) -> Result:
    return Question(condition, CURRENT, **how).ask()


def found(condition: Boolean, **how: object) -> Found:
    result = ask(condition, **how)
    assert isinstance(result, Found), result
    return result


# ---------------------------------------------------------------------------------------------- lives that are found


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_life_that_is_found_has_what_was_asked_for(edition: str) -> None:
    current = law(edition)
    result = Question(output("card_expires", current) == literal(2033, 2, 28), current).ask()
    assert isinstance(result, Found)
    assert outcome_of(result.life, current).outputs["card_expires"] == date(2033, 2, 28)


def test_a_life_with_a_state_on_a_day_is_found_with_the_day() -> None:
    revoked = rulebook(CURRENT).states["signature"] == STATE_VALUES["revoked"]
    valid = rulebook(CURRENT).states["authentication"] == STATE_VALUES["valid"]
    result = found(z3.And(revoked, valid))
    assert result.on is not None
    states = outcome_of(result.life, CURRENT).states(result.on)
    assert (states["signature"], states["authentication"]) == ("revoked", "valid")


def test_without_a_day_in_the_question_there_is_none_in_the_answer() -> None:
    assert found(output("card_lapses").exists).on is None


def test_a_found_life_can_happen() -> None:
    # When a card that lapses by a late notice is asked for
    result = found(Date(rulebook(CURRENT).causes["card"]["move_not_notified"]).exists)
    # Then the notice of moving out has a planned day, and nothing comes before birth
    row = result.life
    assert row["moveout_planned"] is not None
    assert row["moveout_notified"] is not None
    assert all(day >= row["birth"] for day in row.stated.values() if isinstance(day, date))


def test_a_leapling_is_found() -> None:
    eve_of_march = LIFE.birth.plus_days(1) == Date(first_of_march(LIFE.birth))
    row = found(z3.And(eve_of_march, LIFE.birth.year == 2004)).life
    assert row["birth"] == date(2004, 2, 29)


def first_of_march(birth: Date) -> Term:
    """1 March of the year of birth, by the birthday of somebody born on a 1 March."""
    return birthday(literal(1999, 3, 1), birth.year, "march-1").term


def test_readable_lives_are_of_our_time() -> None:
    row = found(output("card_expires").exists).life
    assert all(
        date(1935, 1, 1) <= day <= date(2035, 12, 31) for day in row.stated.values() if isinstance(day, date)
    )


def test_a_life_of_another_time_is_found_where_ours_has_none() -> None:
    assert found(LIFE.birth < literal(1869, 1, 1)).life["birth"].year == 1868
    assert found(literal(2388, 1, 1) <= LIFE.birth).life["birth"].year == 2388


def test_fields_asked_for_are_there() -> None:
    row = found(output("card_expires").exists, present=["card_requested", "died"]).life
    assert row["card_requested"] is not None
    assert row["died"] is not None


def test_idle_fields_are_dropped() -> None:
    # Given a condition that reads two dozen fields and needs two
    row = found(output("card_ends").exists).life
    assert set(row.stated) == {"birth", "card_issued"}


def test_idle_fields_are_dropped_from_any_life_that_the_solver_comes_upon() -> None:
    # Given a solver that is free to fill in whatever it likes
    result = Question(output("card_ends").exists, CURRENT).ask(readable=False)
    assert isinstance(result, Found)
    assert (
        {"birth", "card_issued"}
        <= set(result.life.stated)
        <= {"birth", "card_issued", "stay_expires", "residence"}
    )


def test_fields_that_go_together_are_dropped_together() -> None:
    # A planned day needs a notice and a notice a planned day: neither can go without the other
    condition = z3.And(
        output("card_ends").exists, z3.Or(LIFE.moveout_notified.exists, LIFE.card_issued.exists)
    )
    assert set(found(condition).life.stated) == {"birth", "card_issued"}


# ---------------------------------------------------------------------------------------------- proofs


def test_a_contradiction_in_itself_has_no_life_and_no_clash() -> None:
    assert ask(z3.And(LIFE.died < LIFE.birth, LIFE.birth < LIFE.died), assume=False) == NoLife()


@pytest.mark.parametrize(
    ("condition", "assumption"),
    [
        (LIFE.died < LIFE.birth, "birth-before-died"),
        (z3.And(LIFE.card_issued.exists, LIFE.card_issued < LIFE.card_requested, LIFE.card_requested.exists),
         "card-requested-before-card-issued"),
        (z3.And(LIFE.moveout_planned.exists, z3.Not(LIFE.moveout_notified.exists)),
         "moveout-planned-needs-moveout-notified"),
        (z3.And(LIFE.residence.is_("citizen"), LIFE.stay_expires.exists), "stay-has-end"),
        (z3.And(LIFE.nationality_lost.exists, LIFE.residence.is_("citizen")), "nationality-lost-is-transitional"),
        (z3.And(LIFE.card_issued.exists, LIFE.card_issued.year - LIFE.birth.year > 130), "at-most-130-years-old"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_clash_with_an_assumption_names_it_and_goes_without_it(condition: Boolean, assumption: str) -> None:
    # Given lives that cannot happen: there is none, and the assumption is named
    assert ask(condition) == NoLife((ASSUMPTIONS[assumption],))
    # When nothing is assumed, there is one
    assert isinstance(ask(condition, assume=False), Found)


def test_nobody_has_two_years_of_birth() -> None:
    assert ask(z3.And(LIFE.birth.year == 2000, LIFE.birth.year == 2001), assume=False) == NoLife()


def test_a_question_can_be_narrowed_until_nothing_is_left() -> None:
    question = Question(output("card_expires").exists, CURRENT)
    assert isinstance(question.ask(), Found)
    question.narrow(LIFE.residence.is_("landing"))
    narrowed = question.ask()
    assert isinstance(narrowed, Found)
    assert (narrowed.life["residence"], narrowed.life["stay_expires"] is not None) == ("landing", True)
    question.narrow(z3.Not(LIFE.stay_expires.exists))
    assert isinstance(question.ask(), NoLife)


def test_fields_are_those_that_the_condition_and_its_assumptions_read() -> None:
    assert Question(LIFE.died < LIFE.card_issued, CURRENT).fields() == {"birth", "died", "card_issued"}
    assert Question(LIFE.died < LIFE.card_issued, CURRENT, assume=False).fields() == {"died", "card_issued"}
    assert Question(LIFE.died < ON, CURRENT, assume=False).fields() == {"died"}


def test_a_constant_of_no_life_is_refused() -> None:
    with pytest.raises(NotInTheLanguage, match="a question about lives has no constant d1"):
        Question(z3.Int("d1") == 1, CURRENT)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [(output("card_expires").exists, z3.sat), (LIFE.died < LIFE.birth, z3.unsat)],
    ids=str,
)
def test_the_script_is_smtlib_that_comes_to_the_same_verdict(condition: Boolean, verdict: object) -> None:
    script = Question(condition, CURRENT).script()
    assert script.rstrip().endswith("(check-sat)")
    again = z3.Solver()
    again.from_string(script)
    assert again.check() == verdict


@pytest.mark.parametrize(
    ("condition", "form", "verdict"),
    [
        (LIFE.died.weekday != LIFE.died.plus_days(7).plus_days(-7).weekday, Form.ANY_WEEKDAYS, z3.unsat),
        (
            LIFE.died.plus_days(7).weekday != LIFE.died.weekday,
            Form.ANY_WEEKDAYS,
            z3.sat,
        ),  # not of the calendar
        (LIFE.died.plus_days(7).weekday != LIFE.died.weekday, Form.AS_IT_STANDS, z3.unsat),
        (LIFE.died < LIFE.birth, Form.ANY_WEEKDAYS, z3.unsat),
        (LIFE.died < LIFE.birth, Form.EASIER, z3.unsat),
    ],
    ids=str,
)
def test_a_form_leaves_open_what_it_says(condition: Boolean, form: Form, verdict: object) -> None:
    again = z3.Solver()
    again.from_string(Question(condition, CURRENT).script(form))
    assert again.check() == verdict


# ---------------------------------------------------------------------------------------------- promises


def test_a_life_leaves_only_if_python_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a Python interpreter that puts the birthdays of leaplings onto 1 March whatever the reading
    def wrong(birth: date, year: int, leap_birthday: str) -> date:
        return evaluate.birthday(birth, year, "march-1")

    monkeypatch.setattr(evaluate, "OPERATIONS", {**evaluate.OPERATIONS, "birthday": wrong})
    # When a card that ends on 28 February of somebody born on a 29th is asked for
    leapling = z3.And(
        output("card_expires") == literal(2033, 2, 28),
        LIFE.birth.plus_days(1) == Date(first_of_march(LIFE.birth)),
        LIFE.birth.year == 1996,
    )
    # Then the disagreement is told instead of the life
    with pytest.raises(InterpretersDisagree, match="1996, 2, 29"):
        ask(leapling)


def test_a_day_of_the_week_that_is_found_is_that_of_the_calendar() -> None:
    answer = found(LIFE.birth.weekday == 5)
    born = answer.life.stated["birth"]
    assert isinstance(born, date)
    assert born.strftime("%A") == "Saturday"


def test_what_only_the_calendar_says_of_days_of_the_week_is_proven_by_it() -> None:
    monday_after_sunday = z3.And(LIFE.birth.weekday == 6, LIFE.birth.plus_days(1).weekday != 0)
    assert isinstance(ask(monday_after_sunday), NoLife)


def test_one_day_has_one_day_of_the_week_by_whatever_way_it_was_reached() -> None:
    there_and_back = LIFE.birth.plus_days(30).plus_days(-30)
    assert isinstance(ask(there_and_back.weekday != LIFE.birth.weekday), NoLife)


def test_what_takes_too_long_is_unknown() -> None:
    # Given a question that takes the solver minutes: two readings differ for somebody not born on 29 February
    other = law("2024-05-27", {"leap-birthday-certificate": "march-1"})
    differs = output("signature_ends") != output("signature_ends", other)
    hard = z3.And(differs, LIFE.birth.plus_days(1) != Date(first_of_march(LIFE.birth)))
    # When it may think for a millisecond
    result = ask(hard, patience=in_milliseconds(1))
    # Then it says that it does not know, and not that there is no such life
    assert isinstance(result, Unknown)
    assert result.why


def test_the_same_question_has_the_same_answer() -> None:
    condition = z3.And(output("signature_revoked").exists, output("card_lapses").exists)
    assert found(condition) == found(condition)


ASKING = """
import json
from jpki_model.solver import Question
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Date
current = law("2024-05-27")
condition = Date(rulebook(current).outputs["card_lapses"]).exists
present = ["card_requested", "moved_in", "movein_notified", "card_presented", "signature_issued"]
print(json.dumps(Question(condition, current, present=present).ask().life.as_json()))
"""


def test_another_process_gives_the_same_answer() -> None:
    """Nothing hangs on the order of a set, which Python draws anew in each process."""
    answers = []
    for seed in ("1", "2", "3"):
        run = subprocess.run(
            [sys.executable, "-c", ASKING],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(run.stdout))
    assert answers[0] == answers[1] == answers[2]
    assert life(answers[0])["card_presented"] is not None
