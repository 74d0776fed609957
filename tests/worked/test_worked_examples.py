"""Every worked example: computed by hand from an article's wording, compared with what the rules conclude."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jpki_model.life import life
from jpki_model.outcome import outcome_of
from jpki_spec.fields import OUTPUTS
from jpki_spec.laws import EDITIONS, READINGS, law, open_questions

EXAMPLES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("worked_examples.toml").read_text(encoding="utf-8")
)["example"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_the_rules_conclude_what_was_worked_out_by_hand(example: dict[str, Any]) -> None:
    outcome = outcome_of(life(example["life"]), law(example["edition"], example.get("readings", {})))

    concluded = {name: outcome.outputs[name] for name in example.get("expect", {})}
    by_hand = {name: None if value == "none" else value for name, value in example.get("expect", {}).items()}
    assert concluded == by_hand, example["why"]

    for row in example.get("states", []):
        expected = {item: state for item, state in row.items() if item != "on"}
        states = outcome.states(row["on"])
        assert {item: states[item] for item in expected} == expected, example["why"]


def test_every_output_is_worked_out_at_least_three_times() -> None:
    worked = [name for example in EXAMPLES for name in example.get("expect", {})]
    assert {name for name in OUTPUTS if worked.count(name) < 3} == set()


def test_every_answer_to_an_open_question_about_dates_is_worked_out() -> None:
    worked = {(q, a) for example in EXAMPLES for q, a in example.get("readings", {}).items()}
    open_answers = {
        (question.id, answer)
        for edition in EDITIONS
        for question in open_questions(edition)
        for answer in READINGS[question.id].alternatives
        if answer != question.default
    }
    assert open_answers - worked == set()


def test_every_edition_that_has_been_law_is_worked_out() -> None:
    editions = {example["edition"] for example in EXAMPLES}
    assert {edition.id for edition in EDITIONS.values() if edition.is_law} <= editions
    assert all(isinstance(row["on"], date) for example in EXAMPLES for row in example.get("states", []))
