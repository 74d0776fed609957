"""Files of histories: what is written is read, what is wrong is told in a line, the shipped ones keep to the schema."""

import json
from pathlib import Path

import pytest
from history_systems import MOVE_NOT_NOTIFIED, a_history, an_event, judged, right
from jpki_oracle.histories.history import (
    SUITES,
    HistoryError,
    history,
    parse_histories,
    read_histories,
    schema,
    shipped_histories,
    write_histories,
)
from jpki_oracle.judge import Verdict
from jpki_spec.laws import EDITIONS, law
from jsonschema import Draft202012Validator


def test_what_is_written_is_read_and_written_the_same() -> None:
    text = write_histories([MOVE_NOT_NOTIFIED])
    (again,) = parse_histories(text, "here")
    assert again == MOVE_NOT_NOTIFIED
    assert write_histories([again]) == text


def test_an_id_depends_on_what_happens_alone() -> None:
    row = MOVE_NOT_NOTIFIED.as_json()
    assert history({**row, "about": "something else"}).id == MOVE_NOT_NOTIFIED.id
    assert a_history(an_event("2024-08-01", "day")).id != MOVE_NOT_NOTIFIED.id


@pytest.mark.parametrize("suite", SUITES)
def test_shipped_histories_keep_to_the_schema(suite: str) -> None:
    histories = shipped_histories(suite)
    assert histories
    Draft202012Validator(schema()).validate(json.loads(write_histories(histories)))


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_world_passes_what_is_shipped_in_every_edition(edition: str) -> None:
    for judgement in judged(
        right(law(edition)), *shipped_histories("faults"), *shipped_histories("transitions")
    ):
        assert judgement.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": None}, "NoneType|expected"),
        ({"start": "2024-02-30"}, "2024-02-30 does not exist in the calendar"),
        ({"events": [{"kind": "moved"}]}, "kind: 'moved' is not one of day, born"),
        ({"events": [{"kind": "day"}]}, "day: on is missing"),
        ({"events": [{"kind": "day", "on": "yesterday"}]}, "on: 'yesterday' is not a date; write YYYY-MM-DD"),
        ({"events": [{"kind": "day", "on": "2024-08-01", "entry": "name"}]}, "'entry' is not a detail of it"),
        ({"events": [{"kind": "pin_failed", "on": "2024-08-01"}]}, "pin_failed: item is missing"),
        (
            {"events": [{"kind": "pin_reset", "on": "2024-08-01", "item": "face"}]},
            "'face' is not one of signature",
        ),
        (
            {"events": [{"kind": "movein_notified", "on": "2024-08-01", "with_card": "yes"}]},
            "not a truth value",
        ),
        ({"residents": [{"person": "A"}]}, "residents: birth is missing"),
        ({"residents": [{"person": "A", "age": "3"}]}, "residents: 'age' is not known"),
        ({"night": 1}, "'night' is no part of a history"),
    ],
)
def test_what_is_no_history_is_told_in_one_line(change: dict[str, object], said: str) -> None:
    row = {"start": "2024-07-01", "residents": [], "events": [], **change}
    with pytest.raises(HistoryError, match=said) as told:
        history(row, "here: ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "Expecting value"),
        ("{}", 'no histories; it begins with "format"'),
        ('{"format": "jpki-oracle-histories", "version": 1, "histories": 3}', '"histories" is a list'),
        (
            '{"format": "jpki-oracle-histories", "version": 1, "histories": [3]}',
            "history 1: a history is an object",
        ),
    ],
)
def test_a_file_that_holds_none_is_named(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "h.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(HistoryError, match=said):
        read_histories(path)
    with pytest.raises(HistoryError, match="No such file"):
        read_histories(tmp_path / "none.json")


def test_one_history_alone_is_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(MOVE_NOT_NOTIFIED.as_json()), encoding="utf-8")
    assert read_histories(path) == [MOVE_NOT_NOTIFIED]
