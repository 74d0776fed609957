"""Comparisons by parts say the same as the comparisons that they stand for."""

import numpy as np
import pytest
import z3
from calendar_days import FIRST, LAST
from hypothesis import given
from hypothesis import strategies as st
from jpki_model.bits import Bits, pack, well_formed
from jpki_model.columns import Columns
from jpki_model.comparisons import ComparedByParts
from jpki_model.day import NEVER_DAY
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Boolean, Date, choose, first, last, never

A, B, C, D = LIFE.birth, LIFE.card_issued, LIFE.died, LIFE.left_japan
ASKED = LIFE.moved_in > A

SHAPES = {
    "the first of two before": first(A, B) < C,
    "before the first of two": first(A, B) > C,
    "the last of two before": last(A, B) < C,
    "before the last of two": last(A, B) > C,
    "the first of two, tested the other way round": Date(z3.If(z3.Not(B < A), A.term, B.term)) < C,
    "the last of two, tested the other way round": Date(z3.If(z3.Not(A < B), A.term, B.term)) < C,
    "before the first of two, with the branches exchanged": Date(z3.If(A < B, B.term, A.term)) > C,
    "the first of three before the last of two": first(A, B, C) < last(C, D),
    "a choice before": choose(ASKED, A, B) < C,
    "before a choice": choose(ASKED, A, B) > C,
    "never before": never < A,
    "a choice of never before": choose(ASKED, never, A) < B,
    "before a choice of never": choose(ASKED, B, never) > A,
    "the first of two as that of two others": first(A, B) == first(C, D),
    "a choice that is a day": choose(ASKED, A, B) == C,
    "a day that is not a choice": choose(ASKED, A, B) != C,
    "days after the first of two": first(A, B).plus_days(14) < C,
    "days after the last of two": last(A, B).plus_days(14) > C,
    "months after the first of two": first(A, B).plus_months(1) < C,
    "months before the last of two": last(A, B).plus_months(-3) > C,
    "some days or others": A.plus_days(z3.If(ASKED, z3.IntVal(14), z3.IntVal(30))) < C,
    "days after a choice between the first of two and never": choose(ASKED, first(A, B), never).plus_days(1)
    < C,
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_comparison_by_parts_is_the_comparison_for_all_days(shape: Boolean) -> None:
    by_parts = ComparedByParts()(shape)
    assert not by_parts.eq(shape)
    assert is_proven(by_parts == shape)


def is_proven(claim: Boolean) -> bool:
    """Whether z3 finds no days of the calendar against it, with each comparison made on bits as it stands."""
    plain, solver = Bits(), z3.Solver()
    solver.add(z3.Not(plain(claim)))
    for day in plain.constants.values():
        solver.add(
            z3.Or(
                day == pack(NEVER_DAY),
                z3.And(well_formed(day), z3.UGE(day, pack(FIRST)), z3.ULE(day, pack(LAST))),
            )
        )
    return bool(solver.check() == z3.unsat)


@pytest.mark.parametrize("edition", EDITIONS)
def test_rules_compared_by_parts_have_the_same_outcomes(edition: str) -> None:
    # Given lives that can happen, near edges
    current = law(edition)
    columns = Columns(next(lives_near_edges(current, 1)))
    rules = rulebook(current)
    terms = [*rules.outputs.values(), *rules.states.values()]
    # When each outcome and state is computed from the terms as they are, and by parts
    by_parts = ComparedByParts()
    for term in terms:
        # Then they are the same
        np.testing.assert_array_equal(columns(by_parts(term)), columns(term))


@pytest.mark.parametrize("edition", EDITIONS)
def test_afterwards_only_days_and_sums_are_compared(edition: str) -> None:
    by_parts = ComparedByParts()
    rules = rulebook(law(edition))
    compared = [
        part
        for term in (*rules.outputs.values(), *rules.states.values())
        for comparison in terms_within(by_parts(term))
        if comparison.decl().name() in ("before", "add_days", "add_months")
        for part in comparison.children()
    ]
    assert compared
    assert not [part for part in compared if part.decl().kind() == z3.Z3_OP_ITE]


def terms_within(term: z3.ExprRef) -> list[z3.ExprRef]:
    found: dict[int, z3.ExprRef] = {}
    pending = [term]
    while pending:
        top = pending.pop()
        if top.get_id() not in found:
            found[top.get_id()] = top
            pending.extend(top.children())
    return list(found.values())


def test_a_rewritten_term_still_tells_all_its_constants() -> None:
    # Given a comparison that does not hang on one of its days
    by_parts = ComparedByParts()
    by_parts(never < first(A, B))
    assert set(by_parts.constants) == {"birth", "card_issued"}


DAYS = (A, B, C, D, never)


@given(st.data())
def test_comparisons_of_any_choices_are_kept(data: st.DataObject) -> None:
    # Given a comparison of dates that are chosen in any way
    def date(depth: int) -> Date:
        kind = data.draw(st.sampled_from(["day", "first", "last", "choose", "sum"] if depth else ["day"]))
        if kind == "day":
            return data.draw(st.sampled_from(DAYS))
        if kind == "sum":
            return date(depth - 1).plus_days(data.draw(st.sampled_from([1, 14, -30])))
        one, other = date(depth - 1), date(depth - 1)
        if kind == "choose":
            return choose(date(depth - 1) < date(depth - 1), one, other)
        return first(one, other) if kind == "first" else last(one, other)

    comparison = date(2) < date(2) if data.draw(st.booleans()) else date(2) == date(2)
    # When it is rewritten
    rewritten = ComparedByParts()(comparison)
    # Then both are the same for drawn lives
    columns = Columns(next(lives_near_edges(law("2024-05-27"), 1)))
    np.testing.assert_array_equal(columns(rewritten), columns(comparison))
