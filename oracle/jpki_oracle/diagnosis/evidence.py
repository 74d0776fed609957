"""What a system answered, as columns: one question a row, one answer a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from jpki_model.bits import CHOICE_SORTS
from jpki_model.columns import Columns, columns_of
from jpki_model.day_columns import NEVER_NUMBER, Column, day_number
from jpki_spec.terms import STATE, Term

from jpki_oracle.judge import Observed
from jpki_oracle.mutants.mutant import question_values
from jpki_oracle.scenarios.scenario import Scenario

LIVES = ("validity", "status")
"""The packs whose answers are diagnosed."""


@dataclass(frozen=True)
class Answered:
    """One question and the answers to it, by the names of the outcomes."""

    scenario: Scenario
    answers: Mapping[str, Observed]


class Evidence:
    """All answers of a system about lives; knows how far the terms of a hypothesis are from them."""

    def __init__(self, answered: Sequence[Answered]) -> None:
        self.rows = [each for each in answered if each.scenario.pack in LIVES and each.answers]
        self.packs: dict[str, list[Answered]] = {
            pack: [each for each in self.rows if each.scenario.pack == pack] for pack in LIVES
        }
        self.columns: dict[str, Columns] = {}
        self._observed: dict[str, tuple[str, Column, npt.NDArray[np.bool_]]] = {}
        for pack, rows in self.packs.items():
            if rows:
                self.columns[pack] = Columns(columns_of([question_values(row.scenario) for row in rows]))
            for outcome in dict.fromkeys(name for row in rows for name in row.answers):
                given = np.array([outcome in row.answers for row in rows])
                codes = np.array([code_of(row.answers.get(outcome)) for row in rows], dtype=np.int64)
                self._observed[outcome] = (pack, codes, given)

    def of_rows(self, positions: Sequence[int]) -> "Evidence":
        """The evidence of some of the questions."""
        return Evidence([self.rows[at] for at in positions])

    def rows_wrong(self, wrong: Mapping[str, npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
        """Which questions have a wrong answer, in the order of `rows`, by what is wrong for each outcome."""
        by_pack = {pack: np.zeros(len(rows), dtype=bool) for pack, rows in self.packs.items()}
        for name, cells in wrong.items():
            by_pack[self.pack_of(name)] |= cells
        taken = {pack: iter(cells.tolist()) for pack, cells in by_pack.items()}
        return np.array([next(taken[row.scenario.pack]) for row in self.rows])

    def outcomes(self) -> list[str]:
        """The outcomes that the system answered at least once."""
        return list(self._observed)

    def pack_of(self, outcome: str) -> str:
        """The pack whose questions ask for an outcome."""
        return self._observed[outcome][0]

    def cells(self) -> int:
        """How many single answers there are."""
        return sum(int(given.sum()) for _, _, given in self._observed.values())

    def wrong(self, outcome: str, predicted: Column) -> npt.NDArray[np.bool_]:
        """Where the answers are not what was predicted, a row for each question of the outcome's pack."""
        _, codes, given = self._observed[outcome]
        return np.asarray(given & (codes != predicted))

    def predicted(self, outcome: str, term: Term) -> Column:
        """What a term answers to the questions of an outcome's pack."""
        return self.columns[self._observed[outcome][0]](term)


def code_of(answer: Observed) -> int:
    """An answer as columns hold it."""
    if answer is None:
        return NEVER_NUMBER
    if isinstance(answer, bool | int):
        return int(answer)
    if isinstance(answer, date):
        return day_number(answer)
    states = CHOICE_SORTS[STATE.name()]
    return states.index(answer) if answer in states else -1
