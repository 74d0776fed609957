"""Asks on several processes about what is left of many laws' mutants: by bundles, then by itself if too hard.

Several blocks of bundles are asked about at once, so that no process waits for the slowest, and yet what is asked does
not hang on which of them was faster: a block's bundles are without what the lives show that the same blocks before it
found.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from jpki_spec.laws import Law, law

from jpki_oracle.mutants.bundles import Member, Together, bundles, settle_by_itself, settle_together
from jpki_oracle.mutants.drawing import Progress, shown_near
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.known import question_key
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import Mutant, mutants_of, places_of, possible, possible_under, still_alive
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.mutants.refuting import Refuting
from jpki_oracle.mutants.within import parted
from jpki_oracle.scenarios.scenario import Scenario

BLOCK, BLOCKS_IN_FLIGHT, BY_THEMSELVES = 24, 4, 8
"""Bundles of which all are waited for before what they found is tried on the rest; blocks that are asked about while
one is waited for; as many of what is asked by itself, which is a block each."""


def settle_all(
    at_hand: Mapping[str, Sequence[Scenario]],
    left: Mapping[Law, Sequence[Mutant]],
    known: Mapping[Law, Sequence[Proof]],
    executor: Executor,
    memory: Memory,
    progress: Progress,
) -> tuple[list[Scenario], dict[Law, list[Proof]]]:
    """Lives or proofs for all mutants that are left of laws, with the proofs that are known.

    Scenarios at hand, by edition, spare proofs that could only fail. Raises `MutantUndecided`.
    """
    asking = _Asking(at_hand, executor, memory)
    proofs = {current: list(known.get(current, ())) for current in left}
    found: list[Scenario] = []
    hard: list[tuple[Member, ...]] = []
    while hard or any(left.values()):
        now, left = parted(left, _by_law(hard))
        waiting = _Waiting(hard, bundles(now, proofs))
        hard = []
        for together in _answered(waiting, asking, progress):
            found += together.found
            hard += together.left
            for proof in together.proofs:
                proofs[proof.law].append(proof)
        hard = _without_shown(hard, found)
        shown = zip(left, possible_under(found, left), strict=True)
        left = {current: still_alive(left[current], lives) for current, lives in shown}
    return found, proofs


@dataclass
class _Waiting:
    """What is to be asked about: each by itself that was too hard together, and bundles."""

    by_itself: list[tuple[Member, ...]]
    together: list[tuple[Member, ...]]

    def __len__(self) -> int:
        return len(self.by_itself) + len(self.together)

    def without_shown(self, fresh: Sequence[Scenario]) -> None:
        """Mutants that scenarios show wait no more."""
        self.by_itself = _without_shown(self.by_itself, fresh)
        self.together = _without_shown(self.together, fresh)


def _answered(waiting: _Waiting, asking: "_Asking", progress: Progress) -> Iterator[Together]:
    """What becomes of bundles, block by block, without the mutants that lives found for earlier ones show."""
    of, in_flight = len(waiting), deque[tuple[bool, list[_Asked]]]()

    def in_flight_so(by_itself: bool) -> int:
        return sum(each == by_itself for each, _ in in_flight)

    while waiting or in_flight:
        while waiting.by_itself and in_flight_so(True) < BY_THEMSELVES:
            in_flight.append((True, [asking(waiting.by_itself.pop(0), by_itself=True)]))
        while waiting.together and in_flight_so(False) < BLOCKS_IN_FLIGHT:
            block, waiting.together = waiting.together[:BLOCK], waiting.together[BLOCK:]
            in_flight.append((False, [asking(bundle, by_itself=False) for bundle in block]))
        done = of - len(waiting) - sum(len(asked) for _, asked in in_flight)
        progress(done, of, "mutants by place" if in_flight_so(False) else "mutants by themselves")
        by_itself, block_asked = in_flight.popleft()
        answers = [asked.answer() for asked in block_asked]
        asking.memory.save()
        if by_itself:
            answers += [_near(together.found, waiting.by_itself) for together in answers if together.found]
        yield from answers
        fresh = [scenario for together in answers for scenario in together.found]
        if fresh:
            waiting.without_shown(fresh)


def _near(found: Sequence[Scenario], waiting: Sequence[tuple[Member, ...]]) -> Together:
    """Variations of lives that show waiting mutants of the laws under which these can happen."""
    by_law = _by_law(waiting)
    near = [
        life
        for current, mutants in by_law.items()
        if len(possible(found, current)) == len(found)
        for life in shown_near(found, mutants, current)
    ]
    return Together(tuple(near), ())


@dataclass(frozen=True)
class _Asked:
    """A bundle, and what became of it: as plain values, or those to come."""

    bundle: tuple[Member, ...]
    key: str
    job: Any
    memory: Memory

    def answer(self) -> Together:
        """Lives and proofs, which are remembered; waits for them."""
        plain = self.job if isinstance(self.job, dict) else self.job.result()
        together = _from_plain(plain, self.bundle)
        self.memory.put(self.key, plain, anew=True)
        return together


class _Asking:
    """Asks about bundles on other processes, where the answer is not remembered."""

    def __init__(
        self,
        at_hand: Mapping[str, Sequence[Scenario]],
        executor: Executor,
        memory: Memory,
    ) -> None:
        self._at_hand = {
            edition: [scenario_row(scenario) for scenario in scenarios]
            for edition, scenarios in at_hand.items()
        }
        self._executor, self.memory = executor, memory

    def __call__(self, bundle: tuple[Member, ...], by_itself: bool) -> _Asked:
        """The bundle with its answer to come; `by_itself`: its members have one question, which is asked alone."""
        at_hand = {each.law.edition: self._at_hand[each.law.edition] for each in bundle}
        key = _bundle_key(bundle, None if by_itself else at_hand)
        known = self.memory.get(key)
        if known is not None and _shows_what_it_found(known, bundle):
            return _Asked(bundle, key, known, self.memory)
        plain = [
            (
                each.law.edition,
                dict(each.law.readings),
                [places_of(each.law)[id(mutant)] for mutant in each.group],
                list(each.within),
            )
            for each in bundle
        ]
        job = self._executor.submit(_settled_elsewhere, {} if by_itself else at_hand, plain)
        return _Asked(bundle, key, job, self.memory)


def _shows_what_it_found(known: Any, bundle: Sequence[Member]) -> bool:
    """The lives of a remembered answer show where they can happen what it neither proves equivalent nor leaves."""
    together = _from_plain(known, bundle)
    settled = [proof.mutants for proof in together.proofs]
    settled += [member.group for alike in together.left for member in alike]
    elsewhere = {id(mutant) for mutants in settled for mutant in mutants}
    for member in bundle:
        rest = [mutant for mutant in member.group if id(mutant) not in elsewhere]
        if still_alive(rest, possible(together.found, member.law)):
            return False
    return True


def _without_shown(
    waiting: Sequence[tuple[Member, ...]], fresh: Sequence[Scenario]
) -> list[tuple[Member, ...]]:
    """The bundles without the mutants that scenarios show."""
    alive = {
        id(mutant)
        for current, mutants in _by_law(waiting).items()
        for mutant in still_alive(mutants, possible(fresh, current))
    }
    kept = []
    for bundle in waiting:
        members = [
            replace(member, group=group)
            for member in bundle
            if (group := tuple(mutant for mutant in member.group if id(mutant) in alive))
        ]
        if members:
            kept.append(tuple(members))
    return kept


def _by_law(waiting: Sequence[tuple[Member, ...]]) -> dict[Law, list[Mutant]]:
    found: dict[Law, list[Mutant]] = {}
    for bundle in waiting:
        for member in bundle:
            found.setdefault(member.law, []).extend(member.group)
    return found


def _settled_elsewhere(at_hand: Mapping[str, list[Any]], members: list[Any]) -> Any:
    """In a process of its own: what became of a bundle, as plain values.

    What is at hand tells what need not be proven; if nothing is, the bundle's members have one question.
    """
    bundle = []
    for edition, readings, places, within in members:
        current = law(edition, readings)
        mutants = mutants_of(current)
        bundle.append(Member(current, tuple(mutants[at] for at in places), tuple(within)))
    if not at_hand:
        return _plain(settle_by_itself(bundle), bundle)
    refuting = {edition: _refuting(edition, rows) for edition, rows in at_hand.items()}
    together = settle_together(bundle, lambda mutant, current: refuting[current.edition](mutant, current))
    return _plain(together, bundle)


_REFUTING: dict[str, tuple[list[Any], Refuting]] = {}


def _refuting(edition: str, rows: list[Any]) -> Refuting:
    """That of the scenarios at hand for an edition, made once in each process."""
    if edition not in _REFUTING or _REFUTING[edition][0] != rows:
        _REFUTING[edition] = (rows, Refuting(law(edition), [scenario_of(row) for row in rows]))
    return _REFUTING[edition][1]


def _plain(together: Together, bundle: Sequence[Member]) -> Any:
    place = {id(mutant): (n, at) for n, member in enumerate(bundle) for at, mutant in enumerate(member.group)}
    return {
        "found": [scenario_row(scenario) for scenario in together.found],
        "proofs": [
            [
                proof.rung,
                proof.everywhere,
                [place[id(mutant)] for mutant in proof.mutants],
                list(proof.within),
            ]
            for proof in together.proofs
        ],
        "left": [
            [[place[id(mutant)] for mutant in member.group] for member in alike] for alike in together.left
        ],
    }


def _from_plain(plain: Any, bundle: Sequence[Member]) -> Together:
    proofs = []
    for rung, everywhere, places, within in plain["proofs"]:
        mutants = tuple(bundle[n].group[at] for n, at in places)
        proofs.append(Proof(bundle[places[0][0]].law, mutants, rung, everywhere, tuple(within)))
    left = (
        tuple(
            replace(bundle[places[0][0]], group=tuple(bundle[n].group[at] for n, at in places))
            for places in alike
        )
        for alike in plain["left"]
    )
    return Together(tuple(scenario_of(row) for row in plain["found"]), tuple(proofs), tuple(left))


def _bundle_key(bundle: Sequence[Member], at_hand: Mapping[str, list[Any]] | None) -> str:
    """The digest of all that the answer about a bundle hangs on."""
    keys = " ".join(question_key(member.group, member.law, member.within) for member in bundle)
    return sha256(f"{json.dumps(at_hand)} {keys}".encode()).hexdigest()
