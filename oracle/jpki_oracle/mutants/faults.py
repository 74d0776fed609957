"""Every single fault of the rules of a law, and the mutants that it makes: one for each outcome that it can touch.

`faults_of(law)` enumerates them in a fixed order. A fault is one node of a rule and what stands in its place; it
holds wherever the rules use that node, so a mutant is an outcome's term with that node replaced.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import z3
from jpki_model.columns import Shape
from jpki_spec.fields import ITEMS, VALIDITY_OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Term

from jpki_oracle.mutants.operators import Change, changes
from jpki_oracle.mutants.wording import written
from jpki_oracle.scenarios.places import parts


@dataclass(frozen=True, eq=False)
class Fault:
    """One fault: in which rule of which law, by which operator, which node is what else."""

    law: Law
    rule: str
    operator: str
    detail: str
    node: Term
    replacement: Term

    @property
    def id(self) -> str:
        """Its rule, operator and place; stable while that part of the rule is."""
        detail = f":{self.detail}" if self.detail else ""
        return f"{self.rule}:{self.operator}{detail}:{_digest(self.node)}"

    @property
    def has(self) -> str:
        """What the rule has there, for people."""
        return written(self.node, rulebook(self.law))

    @property
    def instead(self) -> str:
        """What a program with this fault has in its place, for people."""
        return written(self.replacement, rulebook(self.law))

    def in_term(self, term: Term) -> Term:
        """The term with this fault."""
        return z3.substitute(term, (self.node, self.replacement))


@dataclass(frozen=True)
class Observed:
    """What a system can be asked for under a law: the pack that asks, the outcome's name, its term."""

    pack: str
    outcome: str
    term: Term


def observed_outcomes(law: Law) -> list[Observed]:
    """Every outcome that a system answers, with the term that says what is right."""
    book = rulebook(law)
    return [
        *(Observed("validity", name, book.outputs[name]) for name in VALIDITY_OUTPUTS),
        *(Observed("status", f"{item}_state", book.states[item]) for item in ITEMS),
        *(Observed("number", form, term) for form, term in book.numbers.items()),
    ]


@cache
def faults_of(law: Law) -> tuple[Fault, ...]:
    """All single faults of the rules behind what a system answers, in a fixed order; equal ones once."""
    book = rulebook(law)
    made: dict[tuple[int, int], Fault] = {}
    seen: set[int] = set()
    for observed in observed_outcomes(law):
        for node, rule in parts(observed.term, book, seen):
            for change in _changes(node, node.get_id() in book.trace):
                key = (node.get_id(), change.replacement.get_id())
                if key not in made and not change.replacement.eq(node):
                    made[key] = Fault(law, rule, change.operator, change.detail, node, change.replacement)
    return tuple(made.values())


_CHANGES: dict[tuple[int, bool], tuple[Term, list[Change]]] = {}


def _changes(node: Term, is_rule: bool) -> list[Change]:
    key = (node.get_id(), is_rule)
    if key not in _CHANGES:
        _CHANGES[key] = (node, list(changes(node, is_rule=is_rule)))
    return _CHANGES[key][1]


_DIGESTS: dict[int, tuple[Term, str]] = {}


def _digest(node: Term) -> str:
    if node.get_id() not in _DIGESTS:
        _DIGESTS[node.get_id()] = (node, hashlib.sha256(node.sexpr().encode()).hexdigest()[:8])
    return _DIGESTS[node.get_id()][1]


def touched(faults: Iterable[Fault], outcomes: Iterable[Observed]) -> Mapping[str, list[int]]:
    """For each outcome, the positions of the faults whose node is part of its term."""
    listed = list(faults)
    within = {observed.outcome: Shape.of([observed.term]).order for observed in outcomes}
    return {
        outcome: [at for at, fault in enumerate(listed) if fault.node.get_id() in nodes]
        for outcome, nodes in within.items()
    }
