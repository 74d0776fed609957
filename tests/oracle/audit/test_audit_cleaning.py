"""A table's own values as integers, and the first reason for which a row cannot be judged."""

from collections import Counter
from dataclasses import replace
from datetime import date

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jpki_model.day_columns import NEVER_NUMBER
from jpki_oracle.audit.cleaning import CODE, cleaned, is_dirty, reason
from jpki_oracle.audit.columns import known_columns
from jpki_oracle.audit.engine import Settings, open_engine
from jpki_oracle.audit.extremes import NOTHING_TOLD, Extremes, Told, told_by_files
from jpki_oracle.audit.failure import AuditFailure

MAY_1990, LEAP_DAY_1992, JUNE_2020 = 7425, 8094, 18423
"""Days from 1 January 1970 to 1 May 1990, 29 February 1992, 10 June 2020."""
BIRTH = ["1990-05-01"]


@pytest.fixture(params=["duckdb", "polars"])
def engine(request):
    with open_engine(Settings(engine=request.param)) as opened:
        yield opened


def clean(engine, told=NOTHING_TOLD, **columns):
    """The rows with their codes, whether each is dirty, and why."""
    table = engine.connection.create_table("cards", pa.table(columns))
    known = known_columns(table.columns, {}, told)
    made = cleaned(table, known, engine)
    made = made.mutate(dirty=is_dirty(made, known), why=reason(made, known))
    return engine.rows(made)


def days(*texts):
    return pa.array([text and date.fromisoformat(text) for text in texts], pa.date32())


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("1990-05-01", MAY_1990, None),
        ("1992-02-29", LEAP_DAY_1992, None),
        ("", NEVER_NUMBER, "birth:no-birth"),
        (None, NEVER_NUMBER, "birth:no-birth"),
        ("2023-02-29", NEVER_NUMBER, "birth:no-such-day"),
        ("2023-13-01", NEVER_NUMBER, "birth:no-such-day"),
        ("1.5.1990", NEVER_NUMBER, "birth:not-a-date"),
        ("1990-05-01 ", NEVER_NUMBER, "birth:not-a-date"),
        ("1867-12-31", NEVER_NUMBER, "birth:outside-calendar"),
        ("2401-01-01", NEVER_NUMBER, "birth:outside-calendar"),
    ],
)
def test_a_date_written_as_text(engine, text, code, why):
    (row,) = clean(engine, birth=pa.array([text], pa.string()))
    assert (row[CODE + "birth"], row["why"], row["dirty"]) == (code, why, why is not None)


def test_dates_of_the_engine_s_own_type_and_a_timestamp_of_which_the_day_counts(engine):
    stamps = pa.array(["2020-06-10T23:59:59"], pa.string()).cast(pa.timestamp("us"))
    (row,) = clean(engine, birth=days("1990-05-01"), card_issued=stamps, died=days(None))
    codes = [row[CODE + name] for name in ("birth", "card_issued", "died")]
    assert codes == [MAY_1990, JUNE_2020, NEVER_NUMBER]
    assert not row["dirty"]


def test_a_day_before_birth_is_dirty_but_the_day_of_birth_is_not(engine):
    rows = clean(engine, birth=BIRTH * 2, card_issued=["1990-04-30", "1990-05-01"])
    assert sorted((row["card_issued"], row["dirty"], row["why"]) for row in rows) == [
        ("1990-04-30", True, "card_issued:before-birth"),
        ("1990-05-01", False, None),
    ]


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("citizen", 0, None),
        ("limited", 2, None),
        ("", 0, None),
        (None, 0, None),
        ("tourist", -1, "residence:unknown-value"),
        ("Citizen", -1, "residence:unknown-value"),
    ],
)
@pytest.mark.parametrize("in_dictionary", [False, True])
def test_a_choice_by_its_place_among_the_values_of_its_field(engine, text, code, why, in_dictionary):
    told = Told(in_dictionary=frozenset({"residence"} if in_dictionary else ()))
    (row,) = clean(engine, told, birth=BIRTH, residence=pa.array([text], pa.string()))
    assert (row[CODE + "residence"], row["why"], row["dirty"]) == (code, why, why is not None)


@pytest.mark.parametrize(("age", "code"), [(0, 0), (199, 199), (None, -1), (-1, -2), (200, -2)])
def test_an_age_as_a_number(engine, age, code):
    (row,) = clean(engine, birth=BIRTH, age=pa.array([age], pa.int64()))
    assert row[CODE + "age"] == code
    assert row["why"] == ("age:not-an-age" if code == -2 else None)


def test_fields_that_the_table_lacks_have_their_defaults(engine):
    (row,) = clean(engine, birth=BIRTH)
    assert row[CODE + "card_issued"] == NEVER_NUMBER
    assert row[CODE + "residence"] == 0


@pytest.mark.parametrize("in_dictionary", [False, True])
@pytest.mark.parametrize("missing", [False, True])
def test_what_is_known_of_columns_changes_no_code(engine, missing, in_dictionary):
    died = ["2020-06-10", None] if missing else ["2020-06-10", "2020-06-10"]
    columns = {"birth": days("1990-05-01", "1992-02-29"), "died": days(*died), "moved_in": days(None, None)}
    extremes = {
        "birth": Extremes(MAY_1990, LEAP_DAY_1992, False),
        "died": Extremes(JUNE_2020, JUNE_2020, missing),
        "moved_in": Extremes(None, None, True),
    }
    names = [CODE + name for name in columns] + ["dirty", "why"]
    told = Told(extremes, frozenset(columns if in_dictionary else ()))
    known, unknown = (clean_codes(engine, names, given, columns) for given in (told, Told()))
    assert known == unknown
    assert known[0] == (MAY_1990, JUNE_2020, NEVER_NUMBER, False, None)


@pytest.mark.parametrize("told", [False, True])
def test_a_day_before_birth_is_found_whatever_is_known_of_the_columns(engine, told):
    columns = {
        "birth": days("1990-05-01", "1992-02-29", "1992-02-29"),
        "card_issued": days("2020-06-10", "2020-06-10", "2020-06-10"),  # later than every birth
        "died": days("1992-02-28", "1992-02-28", "1992-02-29"),
        "moved_in": days(None, None, None),
    }
    extremes = {
        "birth": Extremes(MAY_1990, LEAP_DAY_1992, False),
        "card_issued": Extremes(JUNE_2020, JUNE_2020, False),
        "died": Extremes(LEAP_DAY_1992 - 1, LEAP_DAY_1992, False),
        "moved_in": Extremes(None, None, True),
    }
    names = [CODE + "birth", CODE + "died", "dirty", "why"]
    assert clean_codes(engine, names, Told(extremes if told else {}), columns) == [
        (MAY_1990, LEAP_DAY_1992 - 1, False, None),
        (LEAP_DAY_1992, LEAP_DAY_1992 - 1, True, "died:before-birth"),
        (LEAP_DAY_1992, LEAP_DAY_1992, False, None),
    ]


@pytest.mark.parametrize("told", [False, True])
def test_a_missing_birth_is_dirty_whatever_is_known_of_the_column(engine, told):
    columns = {"birth": days("1990-05-01", None), "card_issued": days("1990-05-01", "1990-05-01")}
    extremes = {name: Extremes(MAY_1990, MAY_1990, name == "birth") for name in columns}
    names = [CODE + "birth", "dirty"]
    found = clean_codes(engine, names, Told(extremes if told else {}), columns)
    assert found == [(MAY_1990, False), (NEVER_NUMBER, True)]


def clean_codes(engine, names, told, columns):
    found = clean(engine, told, **columns)
    engine.connection.drop_table("cards")
    return sorted(tuple(row[name] for name in names) for row in found)


@pytest.mark.parametrize(
    ("name", "column", "wanted"),
    [
        ("birth", pa.array([19900501]), "a date, or text as YYYY-MM-DD"),
        ("residence", pa.array([1]), "text"),
        ("age", pa.array([30.5]), "a whole number"),
    ],
)
def test_a_column_that_cannot_hold_its_field_is_told_at_once(name, column, wanted):
    table = ibis.memtable(pa.table({"birth": pa.array(BIRTH)} | {name: column}))
    with (
        open_engine(Settings()) as opened,
        pytest.raises(AuditFailure, match=f"{name!r} is of type .*{wanted}"),
    ):
        cleaned(table, known_columns(table.columns, {}), opened)


def by_dictionary_and_without(file, name):
    """The queries that clean a file which keeps a column in a dictionary, told of that and not; and the codes found."""
    told = told_by_files([str(file)])
    assert name in told.in_dictionary
    with open_engine(Settings()) as engine:
        table = engine.read_parquet([str(file)])
        both = [
            cleaned(table, known_columns(table.columns, {}, known), engine)
            for known in (told, replace(told, in_dictionary=frozenset()))
        ]
        queries = [str(ibis.to_sql(query, dialect="duckdb")).upper() for query in both]
        return queries, [Counter(row[CODE + name] for row in engine.rows(query)) for query in both]


def test_choices_of_a_parquet_file_are_looked_up_as_they_are_compared(tmp_path):
    """In a file that keeps them in a dictionary, of which some pages are of one value and some rows of none."""
    texts = ["citizen"] * 3000 + ["limited", "", None, "tourist", "transitional"] * 600
    file = tmp_path / "cards.parquet"
    table = pa.table({"birth": days(*BIRTH * len(texts)), "residence": texts})
    pq.write_table(table, file, row_group_size=2000)
    queries, (found, expected) = by_dictionary_and_without(file, "residence")
    assert ["MAP_EXTRACT_VALUE" in query for query in queries] == [True, False]
    assert found == expected == {0: 4200, 2: 600, -1: 600, 4: 600}


def test_missing_days_of_a_parquet_file_are_never_by_a_function_where_it_has_a_dictionary(tmp_path):
    """Functions alone are computed once for each value of a dictionary."""
    file = tmp_path / "cards.parquet"
    died = days(*["2020-06-10"] * 3000, *["1992-02-29", None] * 600)
    pq.write_table(pa.table({"birth": days(*BIRTH * 4200), "died": died}), file, row_group_size=2000)
    queries, (found, expected) = by_dictionary_and_without(file, "died")
    assert ["LEAST(" in query for query in queries] == [True, False]
    assert ["CASE" in query for query in queries] == [False, True]
    assert found == expected == {JUNE_2020: 3000, LEAP_DAY_1992: 600, NEVER_NUMBER: 600}
