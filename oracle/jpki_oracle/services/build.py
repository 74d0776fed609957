"""Builds the pack's questions: all of a small topic; of a larger one those that show every fault that can be shown."""

import json
from collections.abc import Callable

import numpy as np
from jpki_model.usage import UseQuestion, questions_of
from jpki_spec.usage import TOPICS, Topic

from jpki_oracle.mutants.cover import cover
from jpki_oracle.services.case import UseScenario, use_scenario
from jpki_oracle.services.faults import LAWS, faults_of, shows

FORMAT, VERSION = "jpki-oracle-services", 1
Progress = Callable[[int, int, str], None]


def built(progress: Progress = lambda done, of, what: None) -> list[UseScenario]:
    """The scenarios, by topic."""
    scenarios: list[UseScenario] = []
    for number, topic in enumerate(TOPICS.values()):
        progress(number, len(TOPICS), topic.id)
        questions = list(questions_of(topic))
        chosen = questions if topic.whole else complete(topic, questions)
        scenarios += [use_scenario(question, LAWS[-1]) for question in chosen]
    return scenarios


def complete(topic: Topic, questions: list[UseQuestion]) -> list[UseQuestion]:
    """Few of the questions that show every fault which any of them shows, under each law: twice, where they can."""
    rows = np.array([shows(fault, questions) for law in LAWS for fault in faults_of(topic.id, law)])
    once = cover(rows)
    rows[:, once] = False
    return [questions[at] for at in sorted((*once, *cover(rows)))]


def scenarios_text(scenarios: list[UseScenario]) -> str:
    """The file of scenarios: one a line."""
    lines = [
        json.dumps({"id": each.id, "rule": each.rule, "params": each.params}, ensure_ascii=False)
        for each in scenarios
    ]
    head = json.dumps({"format": FORMAT, "version": VERSION, "count": len(lines)})
    return head[:-1] + ', "scenarios": [\n' + ",\n".join(lines) + "\n]}\n"
