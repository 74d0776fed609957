"""Builds the histories that come with the program: killers of every fault, every transition, every pair of kinds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random

from jpki_model.world.regulations import regulations
from jpki_model.world.world import World
from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.histories.fault import Fault
from jpki_oracle.histories.faults import FAULTS
from jpki_oracle.histories.history import History
from jpki_oracle.histories.observation import NewWorld, first_difference
from jpki_oracle.histories.search import OPENINGS, PLAIN, START, Found, NotFound, shortest
from jpki_oracle.histories.seeds import SEEDS, taken_down
from jpki_oracle.histories.transitions import Transition, made_by, next_events, reached

LENGTH = 4
"""Events up to which the breadth-first search goes."""
MOST_PLAYS = 20_000
TRANSITION_LENGTH, TRANSITION_PLAYS = 3, 60_000
LONGEST_WALK = 16
MOST_WALKS, LEAST_NEW = 60, 3
"""Walks from one beginning, and the new pairs for which a walk is kept."""

Pair = tuple[str, bool, str, bool]
"""Two kinds of event one after the other, each with whether it was refused."""


@dataclass(frozen=True)
class Killer:
    """A history that shows a fault; over the fault's kinds of event, none of up to `bound` events does."""

    fault: Fault
    history: History
    bound: int

    @property
    def is_shortest(self) -> bool:
        """The search excludes every shorter history."""
        return self.bound == len(self.history.events) - 1


def reference() -> World:
    """A world under the current edition."""
    return World(regulations(law(CURRENT_EDITION)))


def faulty(fault: Fault) -> NewWorld:
    """Makes worlds with a fault, under the current edition."""
    return lambda: fault.world(regulations(law(CURRENT_EDITION)))


def killer(fault: Fault) -> Killer:
    """A shortest history that shows a fault. Raises ValueError where neither search nor seed finds one."""
    kinds = ("day", *(kind for kind in fault.kinds if kind != "day"))
    about = f"fault|{fault.id}"
    if fault.id not in SEEDS:
        found = shortest(reference, faulty(fault), kinds, LENGTH, most=MOST_PLAYS)
        if isinstance(found, NotFound):
            raise ValueError(f"{fault.id}: nothing found in {found.tried} plays, up to {LENGTH} events")
        return Killer(fault, replace(found.history, about=about), len(found.history.events) - 1)
    history = taken_down(SEEDS[fault.id], reference, faulty(fault))
    length = min(LENGTH, len(history.events) - 1)
    found = shortest(reference, faulty(fault), kinds, length, ("adult",), most=5 * MOST_PLAYS)
    if isinstance(found, Found):
        return Killer(fault, replace(found.history, about=about), len(found.history.events) - 1)
    return Killer(fault, replace(history, about=about), length if found.whole else 0)


def built(tell: Callable[[int, int, str], None] = lambda done, of, what: None) -> dict[str, list[History]]:
    """All suites of `SUITES`, searched anew."""
    found = []
    for number, fault in enumerate(FAULTS.values()):
        tell(number, len(FAULTS), fault.id)
        found.append(killer(fault).history)
    by_length = sorted(transition_histories().items(), key=lambda each: -len(each[1].events))
    return {"faults": found, "transitions": [each for _, each in by_length], "pairs": pair_walks()}


def killed_by(history: History) -> set[str]:
    """The faults that a history shows."""
    return {
        fault.id
        for fault in FAULTS.values()
        if first_difference(history, reference, faulty(fault)) is not None
    }


def fewest(candidates: Iterable[History]) -> list[History]:
    """A few of the histories that show every fault that all of them show: the one that shows most comes first."""
    kills = {history: killed_by(history) for history in candidates}
    open_faults = set().union(*kills.values())
    chosen: list[History] = []
    while open_faults:
        best = max(kills, key=lambda each: (len(kills[each] & open_faults), -len(each.events), each.id))
        chosen.append(best)
        open_faults -= kills[best]
    return chosen


def transition_histories() -> dict[Transition, History]:
    """Every transition that few events reach, with a shortest history for each."""
    found = reached(reference, TRANSITION_LENGTH, TRANSITION_PLAYS)
    return {step: replace(each, about=f"transition|{step}") for step, each in found.items()}


def pair_walks() -> list[History]:
    """Walks that together make every pair of kinds that comes up on them, each accepted or refused."""
    covered: set[Pair] = set()
    walks: list[History] = []
    for name in PLAIN:
        for number in range(MOST_WALKS):
            walk, pairs = _walk(name, covered, number)
            if len(pairs - covered) < LEAST_NEW:
                break
            covered |= pairs
            walks.append(replace(walk, about="pairs|"))
    return walks


def _walk(name: str, covered: set[Pair], number: int) -> tuple[History, set[Pair]]:
    """One walk that goes where a pair is made that was not made before, and else on by an event that is accepted."""
    draw = Random(f"{name} {number}")
    history = History(START, (OPENINGS[name],), ())
    made: set[Pair] = set()
    last: Transition | None = None
    for _ in range(LONGEST_WALK):
        ways: list[tuple[int, float, History, Transition]] = []
        for event in next_events(history, reference):
            step = made_by(history, event, reference)
            pair = last and (last.kind, bool(last.refused), step.kind, bool(step.refused))
            new = pair is not None and pair not in covered and pair not in made
            longer = replace(history, events=(*history.events, event))
            ways.append((2 * new + (not step.refused), draw.random(), longer, step))
        rank, _, longer, step = max(ways, key=lambda way: way[:2])
        if rank == 0:
            break
        if last is not None:
            made.add((last.kind, bool(last.refused), step.kind, bool(step.refused)))
        history, last = longer, step
    return history, made
