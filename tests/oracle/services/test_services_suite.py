"""The shipped questions show every single fault in the rules of use that any question can show."""

import numpy as np
import pytest
from jpki_model.usage import UseQuestion, days_asked, questions_of
from jpki_oracle.mutants.cover import cover
from jpki_oracle.services.build import built, scenarios_text
from jpki_oracle.services.faults import LAWS, UseFault, faults_of, shows
from jpki_oracle.services.shipped import use_scenarios
from jpki_spec.usage import TOPICS, Topic


def asked(topic: str) -> list[UseQuestion]:
    return [each.use_question for each in use_scenarios() if each.use_question.topic == topic]


def missed(topic: str) -> list[UseFault]:
    """Faults that no shipped question shows."""
    questions = asked(topic)
    return [fault for law in LAWS for fault in faults_of(topic, law) if not any(shows(fault, questions))]


@pytest.mark.parametrize("topic", [topic for topic in TOPICS.values() if not topic.whole], ids=lambda t: t.id)
def test_a_fault_that_is_missed_is_none_on_any_question_of_the_topic(topic: Topic) -> None:
    every = list(questions_of(topic))
    assert [fault.change for fault in missed(topic.id) if any(shows(fault, every))] == []


@pytest.mark.parametrize("topic", [topic for topic in TOPICS.values() if topic.whole], ids=lambda t: t.id)
def test_a_small_topic_is_asked_whole(topic: Topic) -> None:
    assert asked(topic.id) == list(questions_of(topic))


def test_a_suite_without_one_of_its_best_questions_is_not_complete() -> None:
    """The check of completeness can fail: of a least cover no question can be missed."""
    questions = asked("media")
    shown = np.array([shows(fault, questions) for law in LAWS for fault in faults_of("media", law)])
    least = cover(shown)

    assert (shown.any(axis=1) & ~shown[:, least[1:]].any(axis=1)).any()


def test_what_is_allowed_is_asked_with_as_little_as_possible_and_with_less() -> None:
    values = [question.values for question in asked("media")]
    phone_alone = [v for v in values if v["medium"] == "phone-holds-certificate" and v["card"] == "no"]

    assert {v["smartphone"] for v in phone_alone} == {"none", "android-supported", "android-other", "iphone"}
    for thing in ("card", "computer", "card_reader"):
        assert any(v["medium"] == "card-reader" and v[thing] == "no" for v in values)


def test_the_days_asked_are_those_around_the_days_of_the_matrices() -> None:
    days = [day.isoformat() for day in days_asked()]
    assert {"2019-11-04", "2019-11-05", "2019-11-06", "2023-05-10", "2025-06-24"} <= set(days)
    assert days == sorted(days)


def test_the_shipped_file_is_what_is_built() -> None:
    assert scenarios_text(built()) == scenarios_text(list(use_scenarios()))
