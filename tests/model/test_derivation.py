"""Why a rule gave what it gave: steps whose values are the rules' own, with what decided and the clauses."""

from datetime import date
from functools import cache

import pytest
import z3
from calendar_days import rows
from hypothesis import given, settings
from jpki_model.day import NEVER_DAY
from jpki_model.derivation import Step, derive, evaluate, shown
from jpki_model.evaluate import Compiled, Value, compile_terms
from jpki_model.life import life
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rulebook import Rulebook, rulebook
from jpki_spec.terms import Term

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=15)
CURRENT = law("2024-05-27")


def steps_for(output: str, row: dict[str, str], current: Law = CURRENT) -> dict[str, Step]:
    """The steps that decided an output, by the ids of their rules."""
    book = rulebook(current)
    roots = derive(book.outputs[output], book, life(row).values())
    return {step.rule.id: step for root in roots for _, step in root.walk()}


def test_a_cards_end_is_derived_from_the_birthdays_and_the_age() -> None:
    # Given somebody of eighteen whose application came in on the day on which eighteen took twenty's place
    row = {"birth": "2004-03-10", "card_requested": "2022-04-01", "card_issued": "2022-04-20"}
    # When the end of the card is derived
    steps = steps_for("card_expires", row)
    # Then each rule has its value: ten birthdays after 2022-04-20 end on 10 March 2032
    assert steps["validity.card"].value == date(2032, 3, 10)
    assert steps["validity.card-birthdays"].value == 10
    assert steps["validity.adult-age"].value == 18
    assert steps["validity.adult-age"].conditions == ("validity.application (2022-04-01) ≥ 2022-04-01",)
    assert "ordinance-card-validity" in steps["validity.card"].clauses()


def test_a_day_earlier_another_condition_decides() -> None:
    row = {"birth": "2004-03-10", "card_requested": "2022-03-31", "card_issued": "2022-04-20"}
    steps = steps_for("card_expires", row)
    assert steps["validity.card"].value == date(2027, 3, 10)
    assert steps["validity.adult-age"].value == 20
    assert steps["validity.adult-age"].conditions == ("validity.application (2022-03-31) < 2022-04-01",)


def test_a_lapse_is_derived_from_its_cause_and_not_from_others() -> None:
    row = {"birth": "1990-06-15", "card_issued": "2025-01-20", "died": "2027-03-01"}
    steps = steps_for("card_lapses", row)
    assert steps["moves.died"].value == date(2027, 3, 1)
    assert "moves.left-japan" not in steps
    assert "moves.not-notified" not in steps


ABROAD = {"birth": "1990-06-15", "card_issued": "2025-01-20", "left_japan": "2025-06-01"}


def test_of_what_failed_the_condition_that_failed_is_told() -> None:
    # Given a citizen who left with a card that was handed in too late: all but the day was right
    steps = steps_for("card_lapses", ABROAD | {"card_presented_abroad": "2025-06-01"})
    assert steps["moves.continued-abroad"].value is False
    assert steps["moves.continued-abroad"].conditions == (
        "card_presented_abroad (2025-06-01) ≥ left_japan (2025-06-01)",
    )


def test_of_what_held_every_condition_is_told() -> None:
    book = rulebook(CURRENT)
    row = life(ABROAD | {"card_presented_abroad": "2025-05-31"}).values()
    (left,) = derive(book.causes["card"]["left_japan"], book, row)
    (continued,) = left.used
    assert continued.value is True
    assert set(continued.conditions) == {
        "left_japan (2025-06-01) ≥ 2024-05-27",
        "residence = citizen",
        "card_presented_abroad (2025-05-31) < left_japan (2025-06-01)",
        "card_presented_abroad (2025-05-31) ≥ card_issued (2025-01-20)",
    }


def test_a_choice_that_decided_by_not_being_made_is_told() -> None:
    # Given a permanent resident, who did all that keeps a citizen's card: only the residence decides
    steps = steps_for(
        "card_lapses", ABROAD | {"residence": "permanent", "card_presented_abroad": "2025-05-31"}
    )
    assert steps["moves.continued-abroad"].value is False
    assert any("residence" in condition for condition in steps["moves.continued-abroad"].conditions)


def test_what_did_not_happen_decides_nothing() -> None:
    steps = steps_for("card_expires", {"birth": "1990-06-15", "card_issued": "2025-01-20"})
    told = [condition for step in steps.values() for condition in step.conditions]
    assert [condition for condition in told if "4095" in condition] == []


def test_each_rule_is_told_once() -> None:
    row = {"birth": "1990-06-15", "card_issued": "2025-01-20", "authentication_issued": "2025-01-20"}
    book = rulebook(CURRENT)
    roots = derive(book.outputs["authentication_ends"], book, life(row).values())
    told = [step.rule.id for root in roots for _, step in root.walk()]
    assert len(told) == len(set(told))


def test_depth_is_that_of_the_tree() -> None:
    row = {"birth": "1990-06-15", "card_issued": "2025-01-20"}
    book = rulebook(CURRENT)
    (root,) = derive(book.outputs["card_expires"], book, life(row).values())
    assert next(root.walk()) == (0, root)
    assert [depth for depth, step in root.walk() if step in root.used] == [1] * len(root.used)


def test_clauses_are_told_once_the_nearest_first() -> None:
    row = {"birth": "1990-06-15", "card_issued": "2025-01-20"}
    book = rulebook(CURRENT)
    (root,) = derive(book.outputs["card_expires"], book, life(row).values())
    clauses = root.clauses()
    assert clauses[: len(root.rule.clauses)] == list(root.rule.clauses)
    assert len(clauses) == len(set(clauses))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (NEVER_DAY, "none"),
        (date(2024, 2, 29), "2024-02-29"),
        (18, "18"),
        ("valid", "valid"),
    ],
)
def test_values_are_shown_as_people_write_them(value: Value, text: str) -> None:
    assert shown(value) == text


def test_a_constant_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        evaluate(z3.Int("nobody"), {})


def every_term(book: Rulebook) -> dict[str, Term]:
    causes = {f"{item} {name}": term for item, of in book.causes.items() for name, term in of.items()}
    return {**book.outputs, **book.states, **causes, **book.predicates}


@cache
def compiled_rules(current: Law) -> tuple[list[str], Compiled]:
    """The id of every rule that was applied, with one compiled function for their values."""
    noted = [(rule.id, term) for steps in rulebook(current).trace.values() for rule, term in steps]
    return [id for id, _ in noted], compile_terms([term for _, term in noted])


def rule_values(current: Law, row: dict[str, Value]) -> dict[str, set[Value]]:
    """The values of each rule by the compiled Python; a rule that is applied to several things has several."""
    ids, function = compiled_rules(current)
    digits: dict[str, Value] = {f"d{place}": 0 for place in range(1, 13)}
    values: dict[str, set[Value]] = {}
    for id, value in zip(ids, function({**row, **digits}), strict=True):
        values.setdefault(id, set()).add(value)
    return values


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(row=rows())
def test_every_step_has_the_value_of_its_rule_and_clauses_that_exist(
    edition: str, row: dict[str, Value]
) -> None:
    book = rulebook(law(edition))
    values_of = rule_values(law(edition), row)
    for name, term in every_term(book).items():
        for root in derive(term, book, row):
            for _, step in root.walk():
                assert step.value in values_of[step.rule.id], f"{step.rule.id} in {name}"
                assert set(step.clauses()) <= set(CLAUSES)


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(row=rows())
def test_an_output_that_is_a_rule_is_derived_with_its_own_value(edition: str, row: dict[str, Value]) -> None:
    book = rulebook(law(edition))
    for name, term in every_term(book).items():
        if term.get_id() not in book.trace:
            continue
        (root,) = derive(term, book, row)
        assert root.value == evaluate(term, row), name
