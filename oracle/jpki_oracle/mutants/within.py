"""What outcomes have in common: a renewal has the expiry that it is counted from, a state has dates of its own.

A fault that was proven to change nothing there can reach an outcome only past it, which is a smaller thing to ask
about, or nothing at all. So outcomes that are made of less are asked about first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from jpki_model.columns import Shape
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Term

from jpki_oracle.mutants.equivalence import Proof, at_which, groups
from jpki_oracle.mutants.mutant import Mutant, outcomes_of

Place = tuple[int, int]
"""A node and what stands in its place, by the ids of their terms."""


class Unchanged:
    """Which faults change nothing in which outputs of a law, by proofs."""

    def __init__(self, current: Law, proofs: Iterable[Proof]) -> None:
        self._law = current
        self._proven: dict[Place, list[tuple[str, frozenset[int]]]] = {}
        outputs = rulebook(current).outputs
        for proof in proofs:
            terms = [*at_which(proof), *(outputs[name] for name in proof.within)]
            about = (proof.mutants[0].observed.outcome, frozenset(term.get_id() for term in terms))
            for mutant in proof.mutants:
                for place in _places(mutant):
                    self._proven.setdefault(place, []).append(about)

    def within(self, mutant: Mutant) -> tuple[str, ...]:
        """The outputs within a mutant's outcome that its fault leaves so, by proofs for others made of less."""
        outcome = mutant.observed.outcome
        return tuple(
            name
            for place in _places(mutant)
            for name, term in rulebook(self._law).outputs.items()
            if name in outputs_within(self._law)[outcome] and place[0] in _shape(term).order
            if any(
                precedes(before, outcome, self._law) and not _reached(term.get_id(), place[0], past)
                for before, past in self._proven.get(place, ())
            )
        )


def parted(
    left: Mapping[Law, Sequence[Mutant]], asked: Mapping[Law, Sequence[Mutant]]
) -> tuple[dict[Law, list[Mutant]], dict[Law, list[Mutant]]]:
    """The mutants to be asked about now, and those that wait for the same fault elsewhere, left or asked about."""
    now, later = dict[Law, list[Mutant]](), dict[Law, list[Mutant]]()
    for current, mutants in left.items():
        waiting_for: dict[Place, list[str]] = {}
        for mutant in (*mutants, *asked.get(current, ())):
            for place in _places(mutant):
                waiting_for.setdefault(place, []).append(mutant.observed.outcome)
        now[current], later[current] = [], []
        for mutant in mutants:
            waits = any(
                _has_in_common(before, mutant, current)
                for place in _places(mutant)
                for before in waiting_for[place]
            )
            (later if waits else now)[current].append(mutant)
    return now, later


def groups_within(
    mutants: Sequence[Mutant], current: Law, proofs: Iterable[Proof]
) -> Iterator[tuple[tuple[Mutant, ...], tuple[str, ...]]]:
    """Mutants that are asked about together, with the outputs that they leave as they are by some proofs."""
    unchanged = Unchanged(current, proofs)
    for group in groups(mutants):
        alike: dict[tuple[str, ...], list[Mutant]] = {}
        for mutant in group:
            alike.setdefault(unchanged.within(mutant), []).append(mutant)
        for within, some in alike.items():
            yield tuple(some), within


def precedes(before: str, outcome: str, current: Law) -> bool:
    """An outcome is made of some of what another is made of, and of nothing else."""
    return outputs_within(current)[before] < outputs_within(current)[outcome]


@cache
def outputs_within(current: Law) -> Mapping[str, frozenset[str]]:
    """For each outcome of a law the outputs (mostly dates) that its term has as parts, or is."""
    outputs = rulebook(current).outputs
    return {
        outcome: frozenset(name for name, part in outputs.items() if part.get_id() in _shape(term).order)
        for outcome, term in outcomes_of(current).items()
    }


def _has_in_common(before: str, mutant: Mutant, current: Law) -> bool:
    """An outcome that precedes a mutant's has an output in common with it that the mutant's fault is a part of."""
    outcome, outputs = mutant.observed.outcome, rulebook(current).outputs
    common = outputs_within(current)[before] & outputs_within(current)[outcome]
    return precedes(before, outcome, current) and any(
        place[0] in _shape(outputs[name]).order for name in common for place in _places(mutant)
    )


_SHAPES: dict[int, Shape] = {}


def _shape(term: Term) -> Shape:
    if term.get_id() not in _SHAPES:
        _SHAPES[term.get_id()] = Shape.of([term])
    return _SHAPES[term.get_id()]


@cache
def _reached(whole: int, node: int, past: frozenset[int]) -> bool:
    """Some way leads from a node to the whole of a term without passing some of its parts; all by their ids."""
    parents = _SHAPES[whole].parents
    seen, pending = set(past), [node]
    while pending:
        key = pending.pop()
        if key not in seen:
            seen.add(key)
            pending.extend(parents.get(key, ()))
    return whole in seen - past


def _places(mutant: Mutant) -> Iterator[Place]:
    if mutant.fault:
        yield mutant.fault.node.get_id(), mutant.fault.replacement.get_id()
