"""Answers to open questions, checked against the questions there are; what the readings of each kind have in common."""

import difflib
from collections.abc import Mapping
from typing import Protocol

from jpki_spec.fields import Text


class Question(Protocol):
    """An open question with its answers, one of them the default, and why."""

    @property
    def id(self) -> str:
        """The name under which it is answered."""

    @property
    def question(self) -> Text:
        """What is open, in words."""

    @property
    def why(self) -> Text:
        """Why the default is the default."""

    @property
    def alternatives(self) -> Mapping[str, Text]:
        """The answers by their ids."""

    @property
    def default(self) -> str:
        """The id of the answer that is taken if none is chosen."""


def chosen_answers(
    questions: Mapping[str, Question],
    answers: Mapping[str, str],
    subject: str,
    unknown: type[ValueError],
) -> tuple[tuple[str, str], ...]:
    """The answers that are not the default, sorted. Raises `unknown` for a question or answer that does not exist."""
    for question, answer in answers.items():
        known = questions.get(question)
        if known is None:
            near = difflib.get_close_matches(question, list(questions), n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise unknown(f"unknown reading of {subject} {question!r}{hint}")
        if answer not in known.alternatives:
            there = ", ".join(known.alternatives)
            raise unknown(f"reading {question!r} of {subject} has no answer {answer!r}; it has {there}")
    return tuple(sorted((q, answer) for q, answer in answers.items() if answer != questions[q].default))
