"""The fault model: what each operator makes of a node, and a count by hand for one small rule."""

from collections import Counter

import pytest
import z3
from jpki_oracle.mutants.faults import faults_of
from jpki_oracle.mutants.operators import OPERATORS, changes
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.moves import died
from jpki_spec.terms import ADD_DAYS, ADD_MONTHS, BEFORE, BIRTHDAY, DATE, LEAP_BIRTHDAY_VALUES, LIFE

X, Y = z3.Const("x", DATE), z3.Const("y", DATE)
CURRENT = law("2024-05-27")


def made(node, operator):
    return [change.replacement for change in changes(node) if change.operator == operator]


@pytest.mark.parametrize(
    ("node", "operator", "expected"),
    [
        (BEFORE(X, Y), "before-or-on", [z3.Not(BEFORE(Y, X))]),
        (BEFORE(X, Y), "after", [BEFORE(Y, X)]),
        (BEFORE(X, Y), "same-day", [X == Y]),
        (z3.If(BEFORE(X, Y), X, Y), "last-for-first", [z3.If(BEFORE(X, Y), Y, X)]),
        (z3.If(BEFORE(X, Y), Y, X), "first-for-last", [z3.If(BEFORE(X, Y), X, Y)]),
        (ADD_DAYS(X, 90), "days-as-months", [ADD_MONTHS(X, 3)]),
        (ADD_DAYS(X, 14), "days-as-months", []),
        (ADD_MONTHS(X, -3), "months-as-days", [ADD_DAYS(X, -90)]),
        (ADD_DAYS(X, 14), "constant-more", [ADD_DAYS(X, 15)]),
        (ADD_DAYS(X, 14), "constant-less", [ADD_DAYS(X, 13)]),
        (ADD_DAYS(X, 14), "constant-replaced", [ADD_DAYS(X, 30), ADD_DAYS(X, 60), ADD_DAYS(X, 90)]),
        (z3.And(X != Y, BEFORE(X, Y)), "or-for-and", [z3.Or(X != Y, BEFORE(X, Y))]),
        (z3.And(X != Y, BEFORE(X, Y)), "condition-dropped", [BEFORE(X, Y), X != Y]),
    ],
)
def test_what_an_operator_makes(node, operator, expected):
    assert [str(term) for term in made(node, operator)] == [str(term) for term in expected]


def test_a_leap_birthday_goes_to_each_other_place():
    node = BIRTHDAY(X, z3.IntVal(2023), LEAP_BIRTHDAY_VALUES["february-28"])
    assert [str(term.arg(2)) for term in made(node, "leap-birthday")] == [
        "leap_birthday.march-1",
        "leap_birthday.next-leap-day",
    ]


def test_the_faults_of_the_rule_of_death_counted_by_hand():
    """died if not (died < card_issued) else never.

    The comparison: five other orders of two days, two constant conditions, and in each of its two places one of
    the 22 other dates. The choice: its branches swapped, each taken always, the date in its first branch one of 22
    others, and the conclusion a day later or earlier. The negation of a condition has no faults of its own.
    """
    term = died(LIFE, CURRENT).term
    choice, negation, comparison = term, term.arg(0), term.arg(0).arg(0)
    counts = [
        len(list(changes(choice, is_rule=True))),
        len(list(changes(negation))),
        len(list(changes(comparison))),
    ]
    assert counts == [3 + 22 + 2, 0, 5 + 2 + 2 * 22]


def test_every_operator_occurs_in_some_edition():
    laws = [CURRENT, *CURRENT.alternatives(), law("mic-2017"), *law("mic-2017").alternatives()]
    occurring = Counter(fault.operator for each in laws for fault in faults_of(each))
    assert set(OPERATORS) - set(occurring) <= {"not-dropped"}  # the rules negate nothing but comparisons


def test_ids_of_faults_are_unique():
    ids = [fault.id for fault in faults_of(CURRENT)]
    assert len(set(ids)) == len(ids)


def test_no_fault_leaves_the_rule_as_it_is():
    terms = rulebook(CURRENT).outputs.values()
    assert not any(
        fault.in_term(term).eq(term) and fault.node.eq(term) for fault in faults_of(CURRENT) for term in terms
    )
