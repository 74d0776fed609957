"""Lives read from TOML, JSON and CSV: what is taken, what is refused and how the refusal helps."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from calendar_days import lives
from hypothesis import given, settings
from jpki_model.day import NEVER_DAY
from jpki_model.life import LifeError, LifeRecord, life, read_life, read_lives
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS

ALWAYS = settings(derandomize=True, deadline=None, database=None, max_examples=60)
TOML = 'birth = 1992-02-29\ncard_issued = "2020-06-01"\nresidence = "permanent"\n'
READ = {"birth": date(1992, 2, 29), "residence": "permanent", "card_issued": date(2020, 6, 1)}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(LifeError) as refused:
        list(read_lives(path))
    return str(refused.value)


# ---------------------------------------------------------------------------------------------- what is taken


def test_a_toml_file_is_a_life(tmp_path: Path) -> None:
    assert dict(read_life(written(tmp_path, "a.toml", TOML)).stated) == READ


def test_a_toml_file_may_keep_its_life_in_a_table(tmp_path: Path) -> None:
    assert dict(read_life(written(tmp_path, "a.toml", f"[life]\n{TOML}")).stated) == READ


def test_a_json_object_is_a_life(tmp_path: Path) -> None:
    text = '{"birth": "1992-02-29", "residence": "permanent", "card_issued": "2020-06-01", "died": null}'
    assert dict(read_life(written(tmp_path, "a.json", text)).stated) == READ


def test_a_json_array_is_several_lives(tmp_path: Path) -> None:
    text = '[{"birth": "1992-02-29"}, {"life": {"birth": "1993-03-01"}}]'
    births = [each["birth"] for each in read_lives(written(tmp_path, "a.json", text))]
    assert births == [date(1992, 2, 29), date(1993, 3, 1)]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_csv_rows_are_lives(tmp_path: Path, ending: str, mark: bytes) -> None:
    text = ending.join(["birth,residence,card_issued", "1992-02-29,permanent,2020-06-01", "1993-03-01,,", ""])
    rows = list(read_lives(written(tmp_path, "a.csv", mark + text.encode())))
    assert [dict(row.stated) for row in rows] == [READ, {"birth": date(1993, 3, 1)}]


def test_an_empty_table_has_no_lives(tmp_path: Path) -> None:
    assert list(read_lives(written(tmp_path, "a.csv", "birth,card_issued\n"))) == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_value_is_an_absent_field(nothing: object) -> None:
    assert life({"birth": "1992-02-29", "died": nothing, "residence": nothing}) == life(
        {"birth": "1992-02-29"}
    )


def test_a_default_that_is_stated_is_the_same_as_one_that_is_not() -> None:
    defaults = {name: FIELDS[name].values[0] for name in CHOICE_FIELDS}
    assert life(defaults) == life({})
    assert hash(life(defaults)) == hash(life({}))


def test_fields_are_kept_in_the_order_of_the_row() -> None:
    record = life({"card_issued": "2020-06-01", "birth": "1992-02-29"})
    assert list(record.stated) == ["birth", "card_issued"]


def test_the_first_and_last_day_of_the_calendar_are_in_it() -> None:
    assert life({"birth": "1868-01-01", "died": date(2400, 12, 31)})["died"] == date(2400, 12, 31)


def test_something_may_happen_on_the_day_of_birth() -> None:
    assert life({"birth": "2020-02-29", "card_issued": "2020-02-29"})["card_issued"] == date(2020, 2, 29)


def test_a_record_knows_every_field() -> None:
    record = life({"birth": "1992-02-29", "correction": "minor"})
    assert (record["birth"], record["died"], record["correction"], record["residence"]) == (
        date(1992, 2, 29),
        None,
        "minor",
        "citizen",
    )
    values = record.values()
    assert list(values) == list(FIELDS)
    assert {values[name] for name in DATE_FIELDS if name != "birth"} == {NEVER_DAY}


def test_a_record_with_changes_is_another_life() -> None:
    record = life({"birth": "1992-02-29", "died": "2020-01-01"})
    changed = record.replace(died=None, card_issued=date(2019, 5, 1))
    assert dict(changed.stated) == {"birth": date(1992, 2, 29), "card_issued": date(2019, 5, 1)}
    assert record["died"] == date(2020, 1, 1)
    with pytest.raises(LifeError, match="died: 1990-01-01 is before birth, 1992-02-29"):
        record.replace(died="1990-01-01")


def test_a_life_on_one_line() -> None:
    record = life({"birth": "1992-02-29", "residence": "landing"})
    assert record.one_line() == "birth 1992-02-29, residence landing"


# ---------------------------------------------------------------------------------------------- round trips


@ALWAYS
@given(record=lives())
def test_a_life_as_json_reads_back(record: LifeRecord) -> None:
    assert life(json.loads(json.dumps(record.as_json()))) == record


def test_a_life_as_toml_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "again.toml"

    @ALWAYS
    @given(record=lives())
    def reads_back(record: LifeRecord) -> None:
        path.write_text(record.as_toml(), encoding="utf-8")
        assert read_life(path) == record

    reads_back()


def test_a_life_as_toml_has_dates_as_dates() -> None:
    assert life(READ).as_toml() == 'birth = 1992-02-29\nresidence = "permanent"\ncard_issued = 2020-06-01\n'


# ---------------------------------------------------------------------------------------------- what is refused

REFUSED: list[tuple[dict[str, object], str]] = [
    ({"card_isued": "2020-01-01"}, "unknown field 'card_isued'; did you mean 'card_issued'?"),
    ({"Birth": "2020-01-01"}, "unknown field 'Birth'; did you mean 'birth'?"),
    ({"zzz": "2020-01-01"}, f"unknown field 'zzz'; fields are {', '.join(FIELDS)}"),
    ({"birth": "2023-02-29"}, "birth: 2023-02-29 does not exist in the calendar"),
    ({"birth": "1867-12-31"}, "birth: 1867-12-31 is outside of the calendar, 1868-01-01 to 2400-12-31"),
    ({"died": date(2401, 1, 1)}, "died: 2401-01-01 is outside of the calendar, 1868-01-01 to 2400-12-31"),
    ({"birth": "29 Feb 2024"}, "birth: '29 Feb 2024' is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": " "}, "birth: ' ' is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": 20240229}, "birth: 20240229 is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": 0}, "birth: 0 is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": True}, "birth: True is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": ["2024-02-29"]}, "birth: ['2024-02-29'] is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": {}}, "birth: {} is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    ({"birth": datetime(2024, 2, 29)}, "is not a date; write YYYY-MM-DD, as in 2024-02-29"),
    (
        {"residence": "tourist"},
        "residence: 'tourist' is not one of citizen, permanent, limited, landing, transitional",
    ),
    ({"residence": "Citizen"}, "residence: 'Citizen' is not one of citizen, permanent"),
    ({"correction": 1}, "correction: 1 is not one of name, address, birth, sex, minor"),
    ({"card_renewal": ["window"]}, "card_renewal: ['window'] is not one of none, window"),
    (
        {"birth": "2000-03-01", "card_issued": "2000-02-29"},
        "card_issued: 2000-02-29 is before birth, 2000-03-01",
    ),
]


@pytest.mark.parametrize(("row", "message"), REFUSED, ids=[str(row) for row, _ in REFUSED])
def test_what_is_no_life_is_refused_in_one_line(row: dict[str, object], message: str) -> None:
    with pytest.raises(LifeError) as refused:
        life(row, "lives.csv:7")
    assert message in str(refused.value)
    assert str(refused.value).startswith("lives.csv:7: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", [name for name in DATE_FIELDS if name != "birth"])
def test_no_date_comes_before_birth(name: str) -> None:
    with pytest.raises(LifeError, match=f"^{name}: 1999-12-31 is before birth, 2000-01-01$"):
        life({"birth": "2000-01-01", name: "1999-12-31"})


def test_without_a_place_the_message_begins_with_the_field() -> None:
    with pytest.raises(LifeError, match=r"^birth: 2023-02-29 does not exist"):
        life({"birth": "2023-02-29"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.toml", "birth = 2024-02-29\nresidence = 'tourist'\n"),
        ("bad.json", '{"birth": "2024-02-29", "residence": "tourist"}'),
    ],
)
def test_a_bad_value_in_a_file_is_told_with_the_file_and_the_field(
    tmp_path: Path, name: str, content: str
) -> None:
    path = written(tmp_path, name, content)
    assert refusal(path).startswith(f"{path}: residence: 'tourist' is not one of citizen")


def test_a_bad_row_of_a_table_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.csv", "birth,died\n1990-01-01,\n1990-01-01,2023-02-29\n")
    assert refusal(path) == f"{path}:3: died: 2023-02-29 does not exist in the calendar"


def test_a_bad_element_of_an_array_is_told_with_its_number(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.json", '[{"birth": "1990-01-01"}, {"birth": "1990-13-01"}]')
    assert refusal(path) == f"{path}:2: birth: 1990-13-01 does not exist in the calendar"


def test_a_time_of_day_is_no_date(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.toml", "birth = 2024-02-29T00:00:00\n")
    assert refusal(path).endswith("is not a date; write YYYY-MM-DD, as in 2024-02-29")
    assert f"{path}: birth: " in refusal(path)


def test_a_day_that_does_not_exist_is_told_with_its_place_in_toml(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.toml", "birth = 2023-02-29\n")
    assert refusal(path).startswith(f"{path}: ")
    assert "line 1" in refusal(path)


def test_a_number_in_json_is_no_date(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.json", '{"birth": 19920229}')
    assert refusal(path) == f"{path}: birth: 19920229 is not a date; write YYYY-MM-DD, as in 2024-02-29"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.toml", "birth = \n", "line 1"),
        ("bad.toml", "birth = 2000-01-01\nbirth = 2000-01-02\n", "Cannot overwrite a value"),
        ("bad.json", '{"birth": }', "line 1 column 11"),
        ("bad.json", "", "Expecting value"),
        ("bad.json", '"1990-01-01"', "a life is an object of fields, not str"),
        ("bad.json", "[1]", "a life is an object of fields, not int"),
        ("bad.json", "null", "a life is an object of fields, not NoneType"),
        ("bad.toml", b"birth = 2000-01-01 # \xff\n", "not UTF-8 text"),
        ("bad.json", b'{"birth": "\xff"}', "not UTF-8 text"),
        ("bad.csv", "birth\n1990-01-01\n".encode("utf-16"), "not UTF-8 text"),
        ("bad.csv", "birth\n平成2年\n".encode("shift_jis"), "not UTF-8 text"),
        ("bad.csv", "birth,died\n1990-01-01,,2000-01-01\n", "more cells than columns"),
        ("bad.csv", 'birth,died\n"1990-01-01,\n', "unexpected end of data"),
        ("bad.csv", 'birth,died\n"1990"-01-01,\n', "',' expected after '\"'"),
        ("bad.csv", "birth;died\n1990-01-01;\n", "unknown field 'birth;died'"),
        ("bad.csv", "birth,geboren\n1990-01-01,\n", "unknown field 'geboren'"),
        ("bad.yaml", "birth: 1990-01-01\n", "a life is a .toml, .json or .csv file"),
        ("bad", "birth = 1990-01-01\n", "a life is a .toml, .json or .csv file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_reason(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = written(tmp_path, name, content)
    assert refusal(path).startswith(str(path))
    assert message in refusal(path)


@pytest.mark.parametrize("name", ["missing.toml", "missing.json", "missing.csv"])
def test_a_missing_file_is_told(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name) == f"{tmp_path / name}: No such file or directory"


@pytest.mark.parametrize("name", ["folder.toml", "folder.csv"])
def test_a_folder_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name) == f"{tmp_path / name}: Is a directory"


@pytest.mark.parametrize(("rows", "found"), [("", 0), ("1990-01-01\n1991-01-01\n", 2)])
def test_one_life_is_not_none_and_not_two(tmp_path: Path, rows: str, found: int) -> None:
    path = written(tmp_path, "a.csv", f"birth\n{rows}")
    with pytest.raises(LifeError, match=f"expected one life, found {found}"):
        read_life(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.toml", "life = 5\n"),
        ("bad.toml", '[[life]]\nbirth = 1990-01-01\n[[life]]\nbirth = "1991-01-01"\n'),
        ("bad.json", '{"life": [{"birth": "1990-01-01"}]}'),
        ("bad.json", '{"life": null}'),
        ("bad.json", '{"life": 5}'),
    ],
)
def test_a_life_in_a_file_that_is_no_object_is_refused(tmp_path: Path, name: str, content: str) -> None:
    assert refusal(written(tmp_path, name, content)).startswith(str(tmp_path / name))


def test_a_row_with_fewer_cells_than_columns_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.csv", "birth,card_issued,died\n1990-01-01,2020-01-01\n")
    assert refusal(path).startswith(f"{path}:2: ")


def test_a_column_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.csv", "birth,died,died\n1990-01-01,2020-01-01,\n")
    assert "died" in refusal(path)


def test_a_key_that_occurs_twice_in_json_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "bad.json", '{"birth": "1990-01-01", "birth": "1991-01-01"}')
    assert "birth" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [pytest.param('{"birth": ' + "1" * 5000 + "}", id="digits"), pytest.param("[" * 100_000, id="brackets")],
)
def test_json_that_python_gives_up_on_is_refused(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, "bad.json", content)
    assert refusal(path).startswith(str(path))
