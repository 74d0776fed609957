"""How questions divide hypotheses, and in which order to ask so that the last question comes soonest.

A partition gives each hypothesis the number of the first that predicts the same answers to a question.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from jpki_model.columns import Columns, columns_of
from jpki_model.day_columns import Column

from jpki_oracle.diagnosis.hypothesis import Hypothesis, terms_of
from jpki_oracle.mutants.faults import observed_outcomes
from jpki_oracle.mutants.mutant import question_values
from jpki_oracle.scenarios.scenario import Scenario

Classes = npt.NDArray[np.int64]
"""Hypotheses by questions: equal numbers for hypotheses that predict the same answers."""
BREADTH = 40
"""How many ways to go on are tried at each step, those that leave the fewest hypotheses first."""


def classes_of(hypotheses: Sequence[Hypothesis], evaluated: Columns, pack: str) -> Classes:
    """How each question of the columns divides the hypotheses, by all answers of a pack together."""
    names = [o.outcome for o in observed_outcomes(hypotheses[0].law) if o.pack == pack]
    terms = [terms_of(each) for each in hypotheses]
    joint = np.zeros((len(hypotheses), evaluated.length), dtype=np.int64)
    for name in names:
        if not all(term[name].eq(terms[0][name]) for term in terms):
            predicted = first_alike([evaluated(term[name]) for term in terms])
            joint = first_alike(joint * len(hypotheses) + predicted)
    return joint


def first_alike(predicted: Sequence[Column] | Column) -> Classes:
    """For each question, the number of the first hypothesis with the same value."""
    stacked = np.stack(list(predicted))
    return np.stack([(stacked == row).argmax(axis=0) for row in stacked]).astype(np.int64)


def classes_of_scenarios(hypotheses: Sequence[Hypothesis], scenarios: Sequence[Scenario]) -> Classes:
    """How each scenario divides the hypotheses."""
    joint = np.zeros((len(hypotheses), len(scenarios)), dtype=np.int64)
    for pack in {scenario.pack for scenario in scenarios}:
        places = [at for at, scenario in enumerate(scenarios) if scenario.pack == pack]
        columns = columns_of([question_values(scenarios[at]) for at in places])
        joint[:, places] = classes_of(hypotheses, Columns(columns), pack)
    return joint


class Order:
    """Looks for an order of questions in which few suffice, whatever the answers are."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._known: dict[tuple[frozenset[int], int], int | None] = {}

    def next_question(self, left: frozenset[int]) -> int | None:
        """The question to ask while these hypotheses are left; None if none of the questions divides them."""
        if not self._ways(left):
            return None
        limit = 1
        while True:
            if self._within(left, limit):
                return self._known[left, limit]
            limit += 1

    def questions(self, left: frozenset[int]) -> int:
        """How many questions suffice at most."""
        limit = 0
        while not self._within(left, limit):
            limit += 1
        return limit

    def needed(self, left: frozenset[int]) -> set[int]:
        """The questions that are asked for some of the answers."""
        question = self.next_question(left)
        if question is None:
            return set()
        found = {question}
        for part in self._parts(left, question):
            found |= self.needed(part)
        return found

    def _within(self, left: frozenset[int], limit: int) -> bool:
        """So many questions suffice; notes the first of them. What no question divides needs none."""
        if (left, limit) in self._known:
            return self._known[left, limit] is not None
        ways = self._ways(left)
        if not ways:
            self._known[left, limit] = -1
            return True
        self._known[left, limit] = None
        if limit:
            for question in ways[:BREADTH]:
                parts = sorted(self._parts(left, question), key=len, reverse=True)
                if all(self._within(part, limit - 1) for part in parts):
                    self._known[left, limit] = question
                    return True
        return False

    def _ways(self, left: frozenset[int]) -> list[int]:
        """Questions that divide these in different ways, those that leave the fewest first."""
        rows = sorted(left)
        if len(rows) < 2:
            return []
        within = first_alike(self._classes[rows])
        _, places = np.unique(within, axis=1, return_index=True)
        counts = np.stack([(within[:, places] == row).sum(axis=0) for row in range(len(rows))])
        dividing = np.flatnonzero(counts.max(axis=0) < len(rows))
        order = np.lexsort(((counts**2).sum(axis=0)[dividing], counts.max(axis=0)[dividing]))
        return [int(places[dividing[at]]) for at in order]

    def _parts(self, left: frozenset[int], question: int) -> list[frozenset[int]]:
        parts: dict[int, set[int]] = {}
        for hypothesis in sorted(left):
            parts.setdefault(int(self._classes[hypothesis, question]), set()).add(hypothesis)
        return [frozenset(part) for part in parts.values()]
