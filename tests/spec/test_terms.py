"""The language of the rules: what its operators build, and what they mean under an interpreter."""

from datetime import date

import pytest
import z3
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import compile_terms
from jpki_spec.terms import (
    CHOICES,
    DATE,
    LEAP_BIRTHDAYS,
    LIFE,
    NEVER,
    OPERATIONS,
    Date,
    Life,
    Term,
    birthday,
    choose,
    first,
    last,
    literal,
    never,
)

A, B, C = (Date(z3.Const(name, DATE)) for name in "abc")
MONDAY, TUESDAY = date(2024, 2, 26), date(2024, 2, 27)


def value(term: Term, a: date = NEVER_DAY, b: date = NEVER_DAY, c: date = NEVER_DAY) -> object:
    return compile_terms([term])({"a": a, "b": b, "c": c})[0]


@pytest.mark.parametrize(
    ("a", "b", "less", "at_most", "more", "at_least", "same"),
    [
        (MONDAY, TUESDAY, True, True, False, False, False),
        (TUESDAY, MONDAY, False, False, True, True, False),
        (MONDAY, MONDAY, False, True, False, True, True),
        (MONDAY, NEVER_DAY, True, True, False, False, False),
        (NEVER_DAY, MONDAY, False, False, True, True, False),
        (NEVER_DAY, NEVER_DAY, False, True, False, True, True),
    ],
)
def test_days_compare_in_time_and_never_comes_last(
    a: date, b: date, less: bool, at_most: bool, more: bool, at_least: bool, same: bool
) -> None:
    assert [value(term, a, b) for term in (A < B, A <= B, A > B, A >= B, A == B, A != B)] == [
        less,
        at_most,
        more,
        at_least,
        same,
        not same,
    ]


@pytest.mark.parametrize(("a", "exists"), [(MONDAY, True), (NEVER_DAY, False)])
def test_a_day_exists_and_never_does_not(a: date, exists: bool) -> None:
    assert value(A.exists, a) is exists


@pytest.mark.parametrize(
    ("days", "earliest", "latest"),
    [
        ((MONDAY, TUESDAY, NEVER_DAY), MONDAY, NEVER_DAY),
        ((TUESDAY, TUESDAY, MONDAY), MONDAY, TUESDAY),
        ((NEVER_DAY, NEVER_DAY, NEVER_DAY), NEVER_DAY, NEVER_DAY),
        ((NEVER_DAY, TUESDAY, MONDAY), MONDAY, NEVER_DAY),
    ],
)
def test_the_first_and_the_last_of_several_days(days: tuple[date, ...], earliest: date, latest: date) -> None:
    assert value(first(A, B, C).term, *days) == earliest
    assert value(last(A, B, C).term, *days) == latest


def test_the_first_of_a_day_and_never_is_the_day_without_a_choice() -> None:
    assert first(never, A, never).term.eq(A.term)
    assert first(never, never).term.eq(NEVER)
    assert first(A).term.eq(A.term)


@pytest.mark.parametrize(("a", "chosen"), [(MONDAY, TUESDAY), (TUESDAY, MONDAY)])
def test_a_choice_between_days(a: date, chosen: date) -> None:
    choice = choose(literal(2024, 2, 26) == A, literal(2024, 2, 27), literal(2024, 2, 26))
    assert value(choice.term, a) == chosen


def test_a_literal_is_written_as_a_number_of_eight_digits() -> None:
    assert str(literal(2024, 5, 27).term) == "literal(20240527)"


def test_operations_are_those_that_terms_use() -> None:
    terms = [
        A < B,
        A.plus_days(1).term,
        A.plus_months(1).term,
        A.year,
        A.weekday,
        birthday(A, 2024, "march-1").term,
        literal(2024, 1, 1).term,
        never.term,
    ]
    assert [term.decl().name() for term in terms] == list(OPERATIONS)
    assert all(text.startswith(name) for name, text in OPERATIONS.items())


def test_a_term_says_nothing_about_how_dates_are_stored() -> None:
    assert A.plus_days(14).term.sort() == DATE
    assert DATE.kind() == z3.Z3_UNINTERPRETED_SORT


def test_birthdays_know_three_roundings() -> None:
    assert LEAP_BIRTHDAYS == ("february-28", "march-1", "next-leap-day")
    with pytest.raises(KeyError):
        birthday(A, 2024, "march-2")


def test_dates_cannot_be_keys_since_their_equality_is_a_term() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(A)


@pytest.mark.parametrize(("residence", "limited"), [("limited", True), ("landing", True), ("citizen", False)])
def test_a_choice_is_one_of_the_named_values(residence: str, limited: bool) -> None:
    holds = compile_terms([LIFE.residence.is_("limited", "landing")])
    assert holds({"residence": residence}) == (limited,)


def test_a_choice_has_no_other_values() -> None:
    with pytest.raises(KeyError):
        LIFE.residence.is_("tourist")
    assert next(v.decl().name() for v in CHOICES["residence"][1].values()) == "residence.citizen"


@pytest.mark.parametrize("is_so", [lambda: LIFE.residence == "citizen", lambda: LIFE.residence != "citizen"])
def test_a_choice_that_is_compared_as_if_it_were_a_value_says_so(is_so) -> None:
    with pytest.raises(TypeError, match="is_"):
        is_so()


def test_symbolic_lives_with_a_suffix_share_no_constant() -> None:
    other = Life.symbolic("_other")
    assert other.birth.term.decl().name() == "birth_other"
    assert not other.birth.term.eq(LIFE.birth.term)
    assert other.residence.term.sort() == LIFE.residence.term.sort()
