"""Questions that find a reading out in few steps: rich lives, in which many open questions matter at once.

`questions_for(law)` mixes lives near edges, keeps those that divide the readings best, and chooses the questions of
the shortest plan. The search takes half a minute, so the questions are shipped as the suite `readings`.
"""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
from jpki_model.columns import Columns
from jpki_model.day_columns import NEVER_NUMBER, Column
from jpki_spec.fields import DATE_FIELDS
from jpki_spec.laws import Law

from jpki_oracle.diagnosis.apart import telling_apart
from jpki_oracle.diagnosis.evidence import LIVES
from jpki_oracle.diagnosis.hypothesis import Hypothesis
from jpki_oracle.diagnosis.partition import Classes, Order, classes_of, classes_of_scenarios, first_alike
from jpki_oracle.mutants.drawing import scenario_at
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS, SUBSETS, KEPT, CHILDREN = 24, 24, 100, 3000
"""Lives to begin with; sets of readings that are looked at apart; lives that are kept and made in each round."""
TRIES = 4
"""How often sets of readings are looked at, while the plan takes more than one question more than it must."""
_OFFSETS = np.array([0, 0, 1, -1, 14, 15, 30, 31, 90, 91])
_DATES = (*DATE_FIELDS, "on")


def reading_hypotheses(claimed: Law) -> list[Hypothesis]:
    """The law, and each law that answers one open question about dates otherwise."""
    return [Hypothesis(claimed), *map(Hypothesis, claimed.alternatives())]


def questions_for(claimed: Law) -> list[Scenario]:
    """The questions of a plan by which few suffice to find out which of the readings a system follows."""
    search = _Search(claimed)
    everything = np.arange(len(search.hypotheses))
    random = np.random.default_rng(2017)
    for pack in LIVES:
        search.look(pack, everything, random, rounds=8)
    for tried in range(1, TRIES + 1):
        for _ in range(SUBSETS):
            some = random.choice(everything, random.integers(3, 10), replace=False)
            for pack in LIVES:
                search.look(pack, some, random, rounds=5)
        if tried == 1:
            search.ask_solver()
        classes = np.array(list(search.found)).T
        order, every = Order(classes), frozenset(everything.tolist())
        distinguishable = len(np.unique(classes, axis=0))
        if order.questions(every) <= math.ceil(math.log2(distinguishable)) + 1:
            break
    scenarios = list(search.found.values())
    return [scenarios[at] for at in sorted(order.needed(every))]


class _Search:
    """Lives that divide the readings of a law in different ways; the first that is found for each way."""

    def __init__(self, claimed: Law) -> None:
        self.law = claimed
        self.hypotheses = reading_hypotheses(claimed)
        self.found: dict[tuple[int, ...], Scenario] = {}
        chunks = list(lives_near_edges(claimed, CHUNKS))
        self._lives = {name: np.concatenate([columns[name] for columns in chunks]) for name in chunks[0]}
        self._classes = {pack: self._divided(self._lives, pack) for pack in LIVES}

    def look(self, pack: str, wanted: Column, random: np.random.Generator, rounds: int) -> None:
        """Mix the lives that divide some of the hypotheses best, and keep the best again."""
        best = np.argsort(_spread(self._classes[pack][wanted]), kind="stable")[:KEPT]
        parents = {name: column[best] for name, column in self._lives.items()}
        classes = self._classes[pack][:, best]
        for _ in range(rounds):
            children = self._children(parents, random)
            divided = self._divided(children, pack)
            parents = {name: np.concatenate([parents[name], children[name]]) for name in parents}
            classes = np.concatenate([classes, divided], axis=1)
            best = np.argsort(_spread(classes[wanted]), kind="stable")[:KEPT]
            parents = {name: column[best] for name, column in parents.items()}
            classes = classes[:, best]

    def ask_solver(self) -> None:
        """For hypotheses that no life so far divides, a life that does, where there is one."""
        classes = np.array(list(self.found)).T
        for one, other in combinations(range(len(self.hypotheses)), 2):
            if (classes[one] == classes[other]).all():
                scenario = telling_apart(self.hypotheses[one], self.hypotheses[other])
                if scenario is not None:
                    way = classes_of_scenarios(self.hypotheses, [scenario])[:, 0]
                    self.found[tuple(way.tolist())] = replace(
                        scenario, rule="readings", edge="readings", editions=(self.law.edition,)
                    )
                    classes = np.array(list(self.found)).T

    def _divided(self, lives: dict[str, Column], pack: str) -> Classes:
        """How the lives divide the hypotheses; notes each new way."""
        classes = classes_of(self.hypotheses, Columns(lives), pack)
        ways, places = np.unique(classes, axis=1, return_index=True)
        for way, place in zip(ways.T.tolist(), places.tolist(), strict=True):
            if any(way) and tuple(way) not in self.found:
                outcome = "card_state" if pack == "status" else "card_expires"
                scenario = scenario_at(lives, place, pack, outcome, "readings")
                self.found[tuple(way)] = replace(scenario, edge="readings", editions=(self.law.edition,))
        return classes

    def _children(self, parents: dict[str, Column], random: np.random.Generator) -> dict[str, Column]:
        """Lives that take each field from one of two parents; some dates are moved near another, or left out."""
        one, other = random.integers(0, len(parents["on"]), (2, CHILDREN))
        rate = random.random(CHILDREN) * 0.7
        made = {
            name: np.where(random.random(CHILDREN) < rate, column[other], column[one])
            for name, column in parents.items()
        }
        for name in _DATES:
            near = made[_DATES[random.integers(0, len(_DATES))]]
            moved = (random.random(CHILDREN) < 0.08) & (near != NEVER_NUMBER)
            made[name] = np.where(moved, near + random.choice(_OFFSETS, CHILDREN), made[name])
            if name not in ("birth", "on"):
                made[name] = np.where(random.random(CHILDREN) < 0.02, NEVER_NUMBER, made[name])
        kept = can_happen(made, self.law)
        return {name: column[kept] for name, column in made.items()}


def _spread(classes: Classes) -> Column:
    """For each question, how far it is from dividing the hypotheses: the squares of the parts' sizes, summed."""
    alike = first_alike(classes)
    counts = np.stack([(alike == row).sum(axis=0) for row in range(len(alike))])
    return np.asarray((counts**2).sum(axis=0))
