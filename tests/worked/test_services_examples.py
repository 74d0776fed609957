"""Every question about use that was answered by hand from the clauses, compared with what the rules conclude."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from jpki_model.usage import decide, use_question
from jpki_spec.laws import READINGS
from jpki_spec.usage import TOPICS
from jpki_spec.usage_readings import KEY_PAIR, USAGE_READINGS, usage_law_of

EXAMPLES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("services_examples.toml").read_text(encoding="utf-8")
)["example"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_the_rules_conclude_what_was_answered_by_hand(example: dict[str, Any]) -> None:
    law = usage_law_of(example["edition"], example.get("readings", {}))

    assert decide(use_question(example["ask"]), law) == example["expect"], example["why"]


def test_every_topic_is_answered_by_hand() -> None:
    assert {example["ask"]["topic"] for example in EXAMPLES} == set(TOPICS)


def test_every_answer_to_an_open_question_about_use_is_worked_out() -> None:
    worked = {(q, a) for example in EXAMPLES for q, a in example.get("readings", {}).items()}
    questions = {**USAGE_READINGS, KEY_PAIR: READINGS[KEY_PAIR]}

    assert worked == {
        (id, answer)
        for id, question in questions.items()
        for answer in question.alternatives
        if answer != question.default
    }
