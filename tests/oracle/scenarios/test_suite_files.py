"""Suite files: what is read, and that each kind of broken file is refused by place."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jpki_oracle.scenarios.scenario import SuiteError, parse_suite, read_suite, suites, write_suite
from jpki_spec.laws import law

GOOD: dict[str, Any] = {
    "format": "jpki-oracle-suite",
    "version": 2,
    "digest": "",
    "count": 3,
    "scenarios": [
        {
            "id": "validity-65511d9307",
            "pack": "validity",
            "outcome": "card_expires",
            "rule": "validity.adult",
            "edge": "as-large|20|20",
            "params": {"life": {"birth": "1995-06-12", "card_issued": "2016-04-19"}},
        },
        {
            "id": "status-c43120c809",
            "pack": "status",
            "outcome": "card_state",
            "rule": "states.card",
            "edge": "same-day|on|card_issued",
            "params": {"life": {"birth": "1992-02-29", "card_issued": "2020-06-01"}, "on": "2028-02-29"},
        },
        {
            "id": "number-ffb4cdcc17",
            "pack": "number",
            "outcome": "my_number",
            "rule": "number.my-number",
            "edge": "swapped|1|2",
            "params": {"number": "319592179286"},
        },
    ],
}


GOOD["digest"] = hashlib.sha256(
    json.dumps(GOOD["scenarios"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
).hexdigest()


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    """The good file with one change."""
    content = json.loads(json.dumps(GOOD))
    change(content)
    return json.dumps(content)


def in_scenario(number: int, **changes: object) -> str:
    return broken(lambda content: content["scenarios"][number - 1].update(changes))


def refusal(text: str) -> str:
    with pytest.raises(SuiteError) as caught:
        parse_suite(text, "acme.json")
    message = str(caught.value)
    assert message.startswith("acme.json: ")
    assert len(message.splitlines()) == 1
    return message


def test_a_good_file_is_read():
    scenarios = parse_suite(json.dumps(GOOD), "acme.json")
    assert [scenario.as_json() for scenario in scenarios] == GOOD["scenarios"]


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "suite.json"
    scenarios = parse_suite(json.dumps(GOOD), "acme.json")
    file.write_text(write_suite(scenarios), encoding="utf-8")
    assert sorted(s.id for s in read_suite(file)) == sorted(s.id for s in scenarios)


def needed(**whom):
    (scenario,) = parse_suite(json.dumps(GOOD), "acme.json")[:1]
    return replace(scenario, **whom)


DEFAULT, EVE = law("2024-05-27"), law("2024-05-27", {"age-attained": "eve"})


def test_what_another_reading_needs_is_asked_of_who_claims_it_alone():
    scenario = needed(readings=("2024-05-27 age-attained=eve",))
    assert scenario.serves(EVE)
    assert not scenario.serves(DEFAULT)
    assert not scenario.serves(law("2022-04-01", {"age-attained": "eve"}))


def test_what_an_edition_needs_is_asked_of_who_claims_any_reading_of_it():
    scenario = needed(editions=("2024-05-27",))
    assert scenario.serves(EVE)
    assert not scenario.serves(law("2022-04-01"))


def test_two_files_that_need_one_question_need_it_for_what_either_does():
    both = needed(editions=("2022-04-01",)).also_for(needed(readings=("2024-05-27 age-attained=eve",)))
    assert both.editions == ("2022-04-01",)
    assert both.readings == ("2024-05-27 age-attained=eve",)
    everywhere = both.also_for(needed())
    assert everywhere.serves(DEFAULT)
    assert needed().also_for(both).serves(DEFAULT)


def test_readings_are_written_and_read_again(tmp_path):
    file = tmp_path / "suite.json"
    scenario = needed(readings=("2024-05-27 age-attained=eve",))
    file.write_text(write_suite([scenario]), encoding="utf-8")
    assert read_suite(file) == [scenario]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "Expecting value", id="an empty file"),
        pytest.param("{", "line 1 column 2", id="half a file"),
        pytest.param("[]", "not a suite", id="a list"),
        pytest.param("null", "not a suite", id="null"),
        pytest.param("{}", "not a suite", id="an empty object"),
        pytest.param(broken(lambda c: c.pop("format")), "not a suite", id="no format"),
        pytest.param(broken(lambda c: c.update(format="limbo")), "not a suite", id="another format"),
        pytest.param(broken(lambda c: c.update(version=3)), "update jpki-oracle", id="a newer version"),
        pytest.param(broken(lambda c: c.update(version=1)), "suite build", id="an older version"),
        pytest.param(
            broken(lambda c: c["scenarios"].pop()), "changed by hand", id="a scenario taken out by hand"
        ),
        pytest.param(broken(lambda c: c.pop("scenarios")), '"scenarios" is a list', id="no scenarios"),
        pytest.param(
            broken(lambda c: c.update(scenarios={})), '"scenarios" is a list', id="an object of scenarios"
        ),
    ],
)
def test_what_is_no_suite_is_refused(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(broken(lambda c: c["scenarios"].__setitem__(1, 3)), "scenario 2", id="no object"),
        pytest.param(broken(lambda c: c["scenarios"].__setitem__(1, None)), "scenario 2", id="null"),
        *(
            pytest.param(broken(lambda c, key=key: c["scenarios"][1].pop(key)), f"'{key}'", id=f"no {key}")
            for key in ("pack", "params", "outcome", "rule", "edge")
        ),
        pytest.param(broken(lambda c: c["scenarios"][1].pop("id")), "not None", id="no id"),
        pytest.param(in_scenario(2, id="status-1111111111"), "ids follow from the question", id="another id"),
        pytest.param(
            in_scenario(2, pack="telepathy"), "is not one of validity, status, number", id="no such pack"
        ),
        pytest.param(in_scenario(2, pack=["status"]), "scenario 2", id="a list of packs"),
        pytest.param(in_scenario(2, params=3), "scenario 2", id="a number as parameters"),
        pytest.param(in_scenario(2, params={"on": "2024-01-01"}), "'life'", id="no life"),
        pytest.param(in_scenario(2, params={"life": {}}), "'on'", id="no day"),
        pytest.param(
            in_scenario(2, params={"life": 3, "on": "2024-01-01"}), "scenario 2", id="a number as a life"
        ),
        pytest.param(in_scenario(2, params={"life": {}, "on": "2023-02-29"}), "2023-02-29", id="no such day"),
        pytest.param(in_scenario(2, params={"life": {}, "on": 3}), "scenario 2", id="a number as a day"),
        pytest.param(
            in_scenario(2, params={"life": {"birht": "1990-01-01"}, "on": "2024-01-01"}),
            "birht",
            id="no such field",
        ),
        pytest.param(
            in_scenario(2, params={"life": {"residence": "alien"}, "on": "2024-01-01"}),
            "alien",
            id="no such choice",
        ),
        pytest.param(
            in_scenario(
                2, params={"life": {"birth": "2020-01-01", "died": "2019-01-01"}, "on": "2024-01-01"}
            ),
            "before birth",
            id="an impossible life",
        ),
        pytest.param(in_scenario(2, readings=["1999-01-01 a=b"]), "1999-01-01", id="no such edition"),
        pytest.param(in_scenario(2, readings=["2024-05-27 leap-age=sometimes"]), "sometimes", id="no answer"),
        pytest.param(in_scenario(2, readings=["2024-05-27"]), "no other reading", id="no reading"),
        pytest.param(in_scenario(2, readings=3), "scenario 2", id="a number as readings"),
    ],
)
def test_a_scenario_that_is_none_is_refused_by_its_place(text, words):
    message = refusal(text)
    assert message.startswith("acme.json: scenario 2: ")
    assert words in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(in_scenario(3, params={}), "scenario 3", id="no number"),
        pytest.param(
            in_scenario(3, params={"number": "1", "resident_record_code": "2"}),
            "scenario 3",
            id="two numbers",
        ),
        pytest.param(in_scenario(3, params={"passport": "1"}), "scenario 3", id="another kind of number"),
        pytest.param(in_scenario(3, outcome=7), "scenario 3", id="a number as an outcome"),
        pytest.param(in_scenario(3, outcome="horoscope"), "scenario 3", id="no such outcome"),
        pytest.param(in_scenario(3, rule=["a"]), "scenario 3", id="a list of rules"),
        pytest.param(in_scenario(3, edge=7), "scenario 3", id="a number as an edge"),
        pytest.param(in_scenario(3, edge="cliff|1"), "scenario 3", id="no such edge"),
        pytest.param(in_scenario(3, edge=""), "scenario 3", id="an empty edge"),
    ],
)
def test_what_could_not_be_asked_or_shown_is_refused_when_it_is_read(text, place):
    assert f"acme.json: {place}: " in refusal(with_right_ids(text))


def with_right_ids(text: str) -> str:
    """The same file with ids that follow from its questions, so that nothing but the change is wrong."""
    content = json.loads(text)
    for row in content["scenarios"]:
        digest = hashlib.sha256(json.dumps(row["params"], sort_keys=True).encode()).hexdigest()
        row["id"] = f"{row['pack']}-{digest[:10]}"
    return json.dumps(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), (b"\xff\xfe\x00", "not UTF-8 text"), (b"{" * 100_000, "acme.json: ")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, content, words):
    file = tmp_path / "acme.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SuiteError, match=words):
        read_suite(file)


def test_a_folder_is_named(tmp_path):
    with pytest.raises(SuiteError, match="Is a directory"):
        read_suite(tmp_path)


def test_the_suites_is_a_good_one():
    assert parse_suite(write_suite(suites()), "again") == sorted(
        suites(), key=lambda s: (["validity", "status", "number"].index(s.pack), s.id)
    )
