"""Builds the complete suites of laws: scenarios for every mutant that anything can show, proofs for the rest.

Lives are drawn for each law on a process of its own; what they do not show is settled for all laws together.
"""

from collections.abc import Sequence
from concurrent.futures import Executor

from jpki_spec.laws import Law

from jpki_oracle.mutants.asking import settle_all
from jpki_oracle.mutants.complete import Complete, distinct, settled
from jpki_oracle.mutants.cover import cover
from jpki_oracle.mutants.drawing import CHUNKS, Drawn, Progress, Wanted, drawn_on, stronger
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import Kills, kill_matrix, mutants_of, possible, still_alive
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import Scenario


def build(laws: Sequence[Law], executor: Executor, memory: Memory, progress: Progress) -> list[Complete]:
    """The suite of each law; what serves one is used for those after it, too. Raises `MutantUndecided`."""
    numbers = [scenario for scenario in number_scenarios() if not scenario.is_malformed]
    wanted = [Wanted(current, numbers, CHUNKS) for current in laws]
    drawn = {each.law: each for each in drawn_on(executor, wanted, progress)}
    every = distinct(scenario for each in drawn.values() for scenario in each.scenarios)
    lives, left = {}, {}
    for current in laws:
        lives[current] = [*drawn[current].scenarios, *_more_shown(drawn[current], every)]
        left[current] = still_alive(drawn[current].alive, lives[current])
    at_hand = {current.edition: lives[current] for current in laws}
    found, proofs = settle_all(at_hand, left, {}, executor, memory, progress)
    builds: list[Complete] = []
    for current in laws:
        before = [scenario for built in builds for scenario in built.scenarios] or numbers
        candidates = possible(distinct([*before, *lives[current], *found]), current)
        chosen, kills = _chosen(candidates, current, executor, progress)
        settled(mutants_of(current), kills, proofs[current])
        builds.append(Complete(current, mutants_of(current), chosen, kills, tuple(proofs[current])))
    return builds


def _more_shown(drawn: Drawn, every: Sequence[Scenario]) -> list[Scenario]:
    """Few lives of those that were drawn for all laws, for mutants that the law's own do not show."""
    rest = still_alive(drawn.alive, drawn.scenarios)
    others = possible(every, drawn.law)
    return [others[at] for at in cover(kill_matrix(rest, others))]


def _chosen(
    candidates: Sequence[Scenario], current: Law, executor: Executor, progress: Progress
) -> tuple[tuple[Scenario, ...], Kills]:
    """Few scenarios that show all that the candidates show, and which mutants each of them shows."""
    mutants = mutants_of(current)
    candidates = distinct([*candidates, *stronger(mutants, candidates, current, progress, executor)])
    matrix = kill_matrix(mutants, candidates)
    places = cover(matrix, exchanging=True)
    return tuple(candidates[at] for at in places), matrix[:, places]
