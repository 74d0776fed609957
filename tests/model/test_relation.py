"""Translation validation on engines: DuckDB and Polars give every row the answers of the compiled Python.

The calendar of the engines is integer arithmetic, which is tried on every day against `datetime`.
"""

import calendar
from datetime import date, timedelta
from functools import cache

import ibis
import pytest
import z3
from calendar_days import EDGES, FIRST, LAST, days_or_never, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY
from jpki_model.day_columns import NEVER_NUMBER, day_number
from jpki_model.evaluate import compile_terms
from jpki_model.language import NotInTheLanguage
from jpki_model.relation import with_terms
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import (
    DATE,
    LEAP_BIRTHDAYS,
    STATE_VALUES,
    Date,
    birthday,
    choose,
    first,
    last,
    literal,
    never,
)
from relation_engines import OnEngine

ENGINES = ("duckdb", "polars")
ALWAYS = settings(derandomize=True, deadline=None, database=None)
A, B = Date(z3.Const("birth", DATE)), Date(z3.Const("card_issued", DATE))


def as_codes(values):
    """Python's answers as engines give them."""
    states = list(STATE_VALUES)
    return [
        day_number(v) if isinstance(v, date) else states.index(v) if isinstance(v, str) else int(v)
        for v in values
    ]


def by_python(terms, asked):
    compiled = compile_terms(list(terms.values()))
    columns = zip(*(as_codes(compiled(row)) for row in asked), strict=True)
    return {name: list(column) for name, column in zip(terms, columns, strict=True)}


@cache
def drawn_rows():
    """Rows as Hypothesis draws them, once for all engines."""
    drawn = []

    @settings(ALWAYS, max_examples=250)
    @given(row=rows(), on=st.sampled_from(EDGES))
    def draw(row, on):
        drawn.append({**row, "on": on})

    draw()
    return drawn


def every_different(outcomes):
    """Named terms, of equal ones the first."""
    different, seen = {}, set()
    for name, term in outcomes:
        if term.get_id() not in seen:
            seen.add(term.get_id())
            different[name] = term
    return different


@pytest.mark.parametrize("engine", ENGINES)
def test_every_outcome_of_every_edition_is_the_same(engine):
    books = {edition: rulebook(law(edition)) for edition in EDITIONS}
    terms = every_different(
        (f"{edition} {name}", term)
        for edition, book in books.items()
        for name, term in [*book.outputs.items(), *book.states.items()]
    )
    assert OnEngine(terms, engine)(drawn_rows()) == by_python(terms, drawn_rows())


@pytest.mark.parametrize("engine", ENGINES)
def test_expiry_and_age_under_every_other_reading_are_the_same(engine):
    terms = every_different(
        (f"{name} under {other}", rulebook(other).outputs[name])
        for edition in EDITIONS
        for other in law(edition).alternatives()
        for name in ("card_expires", "card_lapses", "age")
    )
    assert len(terms) > 20
    assert OnEngine(terms, engine)(drawn_rows()) == by_python(terms, drawn_rows())


@cache
def operations(engine):
    terms = {
        "before": z3.If(A < B, 1, 0),
        "at most": z3.If(A <= B, 1, 0),
        "equal": z3.If(A == B, 1, 0),
        "first": first(A, B).term,
        "last": last(A, B).term,
        "year": A.year,
        "weekday": A.weekday,
        "exists": z3.If(A.exists, 1, 0),
        "chosen": choose(z3.Or(A.exists, B.exists), B, literal(2024, 2, 29)).term,
        "never": choose(A < B, A, never).term,
        "days": {n: A.plus_days(n).term for n in (1, -1, 14, 90)},
        "months": {n: A.plus_months(n).term for n in (1, -1, -3, -12, 13)},
        "birthday": {where: birthday(A, B.year + 5, where).term for where in LEAP_BIRTHDAYS},
        "years apart": B.year - A.year,
        "remainder": (B.year - A.year) % 7,
    }
    flat = {}
    for name, term in terms.items():
        flat |= (
            {f"{name} {key}": each for key, each in term.items()} if isinstance(term, dict) else {name: term}
        )
    return flat, OnEngine(flat, engine)


@pytest.mark.parametrize("engine", ENGINES)
@settings(ALWAYS, max_examples=5)
@given(drawn=st.lists(st.tuples(days_or_never(), days_or_never()), min_size=60, max_size=60))
def test_every_operation_is_the_same(engine, drawn):
    terms, on_engine = operations(engine)
    asked = [{"birth": one, "card_issued": other} for one, other in drawn]
    assert on_engine(asked) == by_python(terms, asked)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_calendar_is_right_on_every_day(engine):
    on_engine = OnEngine({"year": A.year, "month later": A.plus_months(1).term, "weekday": A.weekday}, engine)
    every_day = [FIRST + timedelta(count) for count in range((LAST - FIRST).days + 1)]
    found = on_engine([{"birth": day} for day in every_day])
    assert found["year"] == [day.year for day in every_day]
    assert found["weekday"] == [day.weekday() for day in every_day]
    assert found["month later"] == [day_number(month_later(day)) for day in every_day]


def month_later(day):
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("february-28", ["1900-02-28", "2000-02-29", "2023-02-28", "2096-02-29", "2100-02-28"]),
        ("march-1", ["1900-03-01", "2000-02-29", "2023-03-01", "2096-02-29", "2100-03-01"]),
        ("next-leap-day", ["1904-02-29", "2000-02-29", "2024-02-29", "2096-02-29", "2104-02-29"]),
    ],
)
def test_a_leapling_in_common_leap_and_century_years(engine, where, expected):
    terms = {str(y): birthday(A, z3.IntVal(y), where).term for y in (1900, 2000, 2023, 2096, 2100)}
    found = OnEngine(terms, engine)([{"birth": date(1892, 2, 29)}])
    assert [values[0] for values in found.values()] == [
        day_number(date.fromisoformat(day)) for day in expected
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_never_passes_through_every_operation(engine):
    terms = {
        "days": A.plus_days(-1).term,
        "months": A.plus_months(-3).term,
        "birthday": birthday(A, z3.IntVal(2024), "march-1").term,
        "birthday of a year beyond": birthday(B, A.year + 10, "march-1").term,
    }
    found = OnEngine(terms, engine)([{"birth": NEVER_DAY, "card_issued": date(2000, 1, 1)}])
    assert found == {name: [NEVER_NUMBER] for name in terms}


def test_a_query_grows_with_the_graph_of_the_terms_and_not_with_the_tree():
    table = ibis.table({"birth": "int32"}, name="lives")
    day = A
    for _ in range(8):  # as a tree this term has thousands of leaves
        day = choose(day.year > 2000, day.plus_months(1), day.plus_days(1))
    query = str(ibis.to_sql(with_terms(table, {"day": day.term}), dialect="duckdb"))
    assert query.count("CASE") < 8 * 10


def test_an_operation_that_the_language_lacks_is_named():
    table = ibis.table({"birth": "int32"}, name="lives")
    strange = z3.Function("moon", DATE, DATE)(A.term)
    with pytest.raises(NotInTheLanguage, match="moon"):
        with_terms(table, {"moon": strange})
