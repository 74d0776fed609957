"""Builds the pack's questions: all of a small topic; of a larger one those that show faults.

These are a complete suite for single faults, and, for what somebody forgets who writes one case after the other, every
question that is allowed with as little as possible, and what is one change away from such a one.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

import numpy as np
from jpki_model.usage import UseQuestion, days_asked, decide, questions_of
from jpki_spec.usage import TOPICS, USE_FIELDS, Topic, UseValue

from jpki_oracle.mutants.cover import cover
from jpki_oracle.services.case import PACK, UseScenario, use_scenario
from jpki_oracle.services.faults import LAWS, faults_of, shows
from jpki_oracle.sut.services_messages import ServicesParams

LESS = {"smartphone": "none"}
"""The value that is least, of a field with values of its own."""
FORMAT, VERSION = "jpki-oracle-services", 1
Progress = Callable[[int, int, str], None]


def built(progress: Progress = lambda done, of, what: None) -> list[UseScenario]:
    """The scenarios, by topic."""
    scenarios: list[UseScenario] = []
    for number, topic in enumerate(TOPICS.values()):
        progress(number, len(TOPICS), topic.id)
        questions = list(questions_of(topic))
        chosen = (
            questions if topic.whole else _in_order(questions, complete(topic, questions), near(questions))
        )
        scenarios += [use_scenario(question, LAWS[-1]) for question in chosen]
    return scenarios


def complete(topic: Topic, questions: list[UseQuestion]) -> list[UseQuestion]:
    """Few of the questions that show every fault which any of them shows, under each law: twice, where they can."""
    rows = np.array([shows(fault, questions) for law in LAWS for fault in faults_of(topic.id, law)])
    once = cover(rows)
    rows[:, once] = False
    return [questions[at] for at in sorted((*once, *cover(rows)))]


def near(questions: list[UseQuestion]) -> set[UseQuestion]:
    """Those that are allowed with as little as possible under one of the laws, and those one change away from them."""
    there = set(questions)
    chosen: set[UseQuestion] = set()
    for law in LAWS:
        allowed = {question for question in questions if decide(question, law)["allowed"]}
        for question in allowed:
            if not any(less in allowed for less in _with_less(question)):
                chosen |= {question, *(other for other in _one_change(question) if other in there)}
    return chosen


def _in_order(questions: list[UseQuestion], *chosen: Iterable[UseQuestion]) -> list[UseQuestion]:
    kept = set(chain(*chosen))
    return [question for question in questions if question in kept]


def _with_less(question: UseQuestion) -> Iterator[UseQuestion]:
    """The question with one thing fewer at hand."""
    for name, value in question.facts:
        less = LESS.get(name, "no" if USE_FIELDS[name].is_boolean else value)
        if less != value:
            yield _with(question, name, less)


def _one_change(question: UseQuestion) -> Iterator[UseQuestion]:
    """The question with one other value; of days those beside it."""
    days = days_asked()
    for name, value in question.facts:
        values: Iterable[UseValue] = USE_FIELDS[name].values
        if isinstance(value, date):
            at = days.index(value)
            values = days[max(at - 1, 0) : at + 2]
        yield from (_with(question, name, other) for other in values if other != value)


def _with(question: UseQuestion, name: str, value: UseValue) -> UseQuestion:
    facts = tuple((each, value if each == name else had) for each, had in question.facts)
    return UseQuestion(question.topic, facts)


def scenarios_text(scenarios: list[UseScenario]) -> str:
    """The file of scenarios: one a line."""
    lines = [
        json.dumps({"id": each.id, "rule": each.rule, "params": each.params}, ensure_ascii=False)
        for each in scenarios
    ]
    head = json.dumps({"format": FORMAT, "version": VERSION, "count": len(lines)})
    return head[:-1] + ', "scenarios": [\n' + ",\n".join(lines) + "\n]}\n"


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the file of scenarios; its questions are those of the messages."""
    scenario = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "rule", "params"],
        "properties": {
            "id": {"type": "string", "pattern": f"^{PACK}-[a-z-]+-[0-9a-f]{{8}}$"},
            "rule": {
                "type": "string",
                "description": "the rule that decides first, under the current edition",
            },
            "params": ServicesParams.model_json_schema(),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questions of the pack services",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "version", "count", "scenarios"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "count": {"type": "integer", "minimum": 0},
            "scenarios": {"type": "array", "items": scenario},
        },
    }
