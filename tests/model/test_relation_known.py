"""What is known of a table's columns makes the query shorter, and no answer another."""

from calendar import monthrange
from datetime import date, timedelta

import ibis
import pytest
import z3
from calendar_days import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.day import NEVER_DAY
from jpki_model.day_columns import NEVER_NUMBER, day_number
from jpki_model.evaluate import compile_terms
from jpki_model.relation import cells_of, constants_of, with_terms
from jpki_model.relation_values import values
from jpki_spec.fields import DATE_FIELDS
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import DATE, Date, birthday, first
from relation_engines import OnEngine

ALWAYS = settings(derandomize=True, deadline=None, database=None)
NEVER = (NEVER_NUMBER, NEVER_NUMBER)
A, B = Date(z3.Const("birth", DATE)), Date(z3.Const("card_issued", DATE))


def drawn_rows(start, end):
    drawn = []

    @settings(ALWAYS, max_examples=120)
    @given(row=rows(start, end), on=st.dates(start, end))
    def draw(row, on):
        drawn.append({**row, "on": on})

    draw()
    return drawn


def known_of(asked):
    """What a source tells of rows: the first and last day of each column, and whether one is missing."""
    known = {}
    for name in (*DATE_FIELDS, "on"):
        days = [day_number(row[name]) for row in asked if row[name] != NEVER_DAY]
        missing = [NEVER] if len(days) < len(asked) else []
        known[name] = values(*([(min(days), max(days))] if days else []), *missing)
    return known


def as_code(value):
    return day_number(value) if isinstance(value, date) else int(value)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(1901, 1, 1), date(2080, 12, 31)),  # every fourth year is a leap year, of all results, too
        (date(1901, 1, 1), date(2099, 12, 31)),  # results lie beyond 2100
    ],
)
@pytest.mark.parametrize("left_out", [(), ("died", "card_requested", "moveout_planned", "signature_issued")])
def test_every_outcome_is_the_same_with_what_is_known_of_the_rows(engine, start, end, left_out):
    asked = [{**row, **dict.fromkeys(left_out, NEVER_DAY)} for row in drawn_rows(start, end)]
    asked = [row for row in asked if row["birth"] != NEVER_DAY]
    terms = {
        f"{edition} {name}": term
        for edition in EDITIONS
        for name, term in rulebook(law(edition)).outputs.items()
    }
    compiled = compile_terms(list(terms.values()))
    expected = list(zip(*([as_code(value) for value in compiled(row)] for row in asked), strict=True))
    found = OnEngine(terms, engine, known_of(asked))(asked)
    assert {name: tuple(column) for name, column in found.items()} == dict(zip(terms, expected, strict=True))


def test_a_column_without_a_day_is_not_asked_for():
    table = ibis.table({"birth": "int32"}, name="lives")
    query = with_terms(table, {"earlier": first(A, B).term}, between={"card_issued": values(NEVER)})
    assert "card_issued" not in str(ibis.to_sql(query, dialect="duckdb"))
    assert constants_of([first(A, B).term]) == {"birth", "card_issued"}


def test_a_day_added_to_needs_no_look_at_never():
    cells = cells_of({"compared": z3.If(A.plus_days(30) < B, 1, 0)}, {}, {"card_issued": values((0, 20_000))})
    assert cells["compared"].parts[0].operation == "<"
    assert [part.operation for part in cells["compared"].parts[0].parts] == ["+", "column"]


def test_between_1901_and_2099_a_year_is_one_division():
    known = {"birth": values((day_number(date(1901, 1, 1)), day_number(date(2099, 12, 31))))}
    assert _divisions(cells_of({"year": A.year}, {}, known)["year"]) == 1
    known = {"birth": values((day_number(date(1900, 12, 31)), day_number(date(2099, 12, 31))))}
    assert _divisions(cells_of({"year": A.year}, {}, known)["year"]) > 1


@pytest.mark.parametrize("known", [{}, {name: values((0, 20_000), NEVER) for name in DATE_FIELDS}])
def test_no_operation_is_computed_twice(known):
    outputs = rulebook(law("2024-05-27")).outputs
    operations = [
        (cell.operation, cell.parts) for cell in _all_of(cells_of(outputs, {}, known).values()) if cell.parts
    ]
    assert len(operations) > 500
    assert len(set(operations)) == len(operations)


def _all_of(cells):
    found = {}
    pending = list(cells)
    while pending:
        cell = pending.pop()
        if id(cell) not in found:
            found[id(cell)] = cell
            pending += cell.parts
    return found.values()


def _divisions(cell):
    return (cell.operation == "//") + sum(map(_divisions, cell.parts))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(1900, 1, 1), date(1901, 3, 31)),  # 1900 had no 29 February
        (date(1901, 1, 1), date(1904, 12, 31)),
        (date(2096, 1, 1), date(2099, 12, 31)),
        (date(2099, 1, 1), date(2101, 12, 31)),  # 2100 has none
    ],
)
def test_days_at_the_ends_of_a_time_with_a_leap_year_every_fourth_year(start, end):
    asked = [{"birth": start + timedelta(n)} for n in range((end - start).days + 1)]
    terms = {
        "year": A.year,
        "a month later": A.plus_months(1).term,
        "third birthday": birthday(A, A.year + 3, "february-28").term,
    }
    found = OnEngine(terms, "duckdb", {"birth": values((day_number(start), day_number(end)))})(asked)
    days = [row["birth"] for row in asked]
    assert found["year"] == [day.year for day in days]
    assert found["a month later"] == [day_number(moved(day, months=1)) for day in days]
    assert found["third birthday"] == [day_number(moved(day, months=36)) for day in days]


def moved(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("one", [-30, 0, 30])
@pytest.mark.parametrize("other", [-30, 0, 30])
def test_never_is_itself_whatever_is_added_to_it(engine, one, other):
    a, b = A.plus_days(one), B.plus_days(other)
    terms = {"before": a < b, "not after": a <= b, "same": a == b, "exists": a.exists}
    terms = {name: z3.If(term, 1, 0) for name, term in terms.items()} | {"first": first(a, b).term}
    found = OnEngine(terms, engine)([{"birth": NEVER_DAY, "card_issued": NEVER_DAY}])
    assert found == {"before": [0], "not after": [1], "same": [1], "exists": [0], "first": [NEVER_NUMBER]}
