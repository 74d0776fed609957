"""Translation validation of the columns: NumPy and the compiled Python give every row the same answers."""

from datetime import date

import numpy as np
import pytest
import z3
from calendar_days import EDGES, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.columns import Columns, Shape, columns_of
from jpki_model.day import NEVER_DAY
from jpki_model.day_columns import day_number, day_of_number
from jpki_model.evaluate import compile_terms
from jpki_model.language import NotInTheLanguage
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import DATE, LEAP_BIRTHDAYS, STATE_VALUES, Date, birthday

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=25)
A = Date(z3.Const("birth", DATE))


def as_codes(values):
    """Python's answers as columns hold them."""
    states = list(STATE_VALUES)
    return [
        day_number(v) if isinstance(v, date) else states.index(v) if isinstance(v, str) else int(v)
        for v in values
    ]


@pytest.mark.parametrize("edition", EDITIONS)
@ALWAYS
@given(st.lists(st.tuples(rows(), st.sampled_from(EDGES)), min_size=1, max_size=12))
def test_every_outcome_of_an_edition_is_the_same(edition, drawn):
    book = rulebook(law(edition))
    terms = [*book.outputs.values(), *book.states.values()]
    asked = [{**row, "on": on} for row, on in drawn]
    by_row = [as_codes(compile_terms(terms)(row)) for row in asked]
    columns = Columns(columns_of(asked))
    assert [columns(term).tolist() for term in terms] == [
        list(column) for column in zip(*by_row, strict=True)
    ]


@pytest.mark.parametrize("rounding", LEAP_BIRTHDAYS)
def test_a_leapling_in_1900_2000_2023_and_2096(rounding):
    columns = Columns(columns_of([{"birth": date(1892, 2, 29)}]))
    expected = {
        "february-28": ["1900-02-28", "2000-02-29", "2023-02-28", "2096-02-29"],
        "march-1": ["1900-03-01", "2000-02-29", "2023-03-01", "2096-02-29"],
        "next-leap-day": ["1904-02-29", "2000-02-29", "2024-02-29", "2096-02-29"],
    }
    found = [
        str(day_of_number(int(columns(birthday(A, z3.IntVal(year), rounding).term)[0])))
        for year in (1900, 2000, 2023, 2096)
    ]
    assert found == expected[rounding]


def test_months_end_with_the_month():
    columns = Columns(columns_of([{"birth": date(2024, 1, 31)}, {"birth": date(2024, 5, 30)}]))
    later, earlier = columns(A.plus_months(1).term), columns(A.plus_months(-3).term)
    assert [str(day_of_number(int(day))) for day in (*later, *earlier)] == [
        "2024-02-29",
        "2024-06-30",
        "2023-10-31",
        "2024-02-29",
    ]


def test_never_stays_never():
    columns = Columns(columns_of([{"birth": NEVER_DAY}]))
    terms = [A.plus_days(1).term, A.plus_months(-3).term, birthday(A, z3.IntVal(2024), "march-1").term]
    assert [day_of_number(int(columns(term)[0])) for term in terms] == [None, None, None]


def test_a_node_replaced_is_as_the_term_with_that_node_replaced():
    book = rulebook(law("2024-05-27"))
    term, node = book.outputs["card_expires"], z3.Const("card_issued", DATE)
    asked = [{**row, "on": date(2024, 1, 1)} for row in _lives()]
    columns, other = Columns(columns_of(asked)), z3.Const("card_requested", DATE)
    columns(term)
    changed = columns.with_replaced(Shape.of([term]), node, other)[term.get_id()]
    assert changed.tolist() == columns(z3.substitute(term, (node, other))).tolist()
    assert not np.array_equal(changed, columns(term))


def test_where_something_changes_is_told_of_several_replacements_at_once():
    book = rulebook(law("2024-05-27"))
    term, node = book.outputs["card_expires"], z3.Const("card_issued", DATE)
    columns = Columns(columns_of([{**row, "on": date(2024, 1, 1)} for row in _lives()]))
    others = [Date(node).plus_days(1).term, node, z3.Const("card_requested", DATE)]
    before = columns(term)
    where = columns.where_changed(Shape.of([term]), node, others)[term.get_id()]
    assert where.tolist() == [
        (columns(z3.substitute(term, (node, other))) != before).tolist() for other in others
    ]
    assert where.any()
    assert not where.all()


def test_where_nothing_changes_no_root_is_named():
    columns = Columns({"birth": np.array([0, 31])})
    assert columns.where_changed(Shape.of([A.plus_days(1).term]), A.term, [A.term]) == {}


def test_a_day_before_the_first_year_is_refused():
    columns = Columns({"birth": np.array([-800_000])})
    with pytest.raises(IndexError, match="before the first year"):
        columns(A.plus_months(1).term)


def test_what_the_language_lacks_is_refused_by_name():
    columns = Columns(columns_of([{"birth": date(2024, 1, 31)}]))
    with pytest.raises(NotInTheLanguage, match="div"):
        columns(A.year / 2)


def _lives():
    from jpki_model.life import life

    return [
        life({"birth": "2000-01-01", "card_requested": "2021-01-01", "card_issued": issued}).values()
        for issued in ("2021-02-01", "2022-05-01")
    ]
