"""One point of the search: a hypothesis with what it gets wrong, and what each further change would make of that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import z3
from jpki_model.columns import Columns, Shape
from jpki_spec.laws import Law
from jpki_spec.terms import Term

from jpki_oracle.diagnosis.conventions import Convention, all_faults
from jpki_oracle.diagnosis.evidence import Evidence
from jpki_oracle.diagnosis.hypothesis import Hypothesis, in_law
from jpki_oracle.mutants.faults import Fault

Cells = npt.NDArray[np.bool_]
"""A question each: whether its answer is not what a hypothesis predicts."""
Change = Fault | Convention | Law
"""What a hypothesis can have more or otherwise."""


@dataclass(frozen=True)
class Tried:
    """A change of a state: what would be wrong then, by outcome, where that is other than before."""

    change: Change
    wrong: Mapping[str, Cells]


class State:
    """A hypothesis with its terms and what they get wrong."""

    def __init__(self, evidence: Evidence, hypothesis: Hypothesis, parent: "State | None" = None) -> None:
        self.evidence = evidence
        self.hypothesis = hypothesis
        self._parent = parent if parent and parent.hypothesis.law == hypothesis.law else None
        self._moved: dict[int, tuple[Term, Term]] = {}

    @cached_property
    def steps(self) -> list[tuple[Term, Term]]:
        """Node and replacement of each fault, where those before it are in them."""
        if self._parent is None:
            return self.hypothesis.places()
        known = len(self._parent.hypothesis.faults)
        done = list(self._parent.steps)
        for fault in all_faults(self.hypothesis.faults[known:]):
            node, replacement = self._parent.place(fault)
            for pair in done[len(self._parent.steps) :]:
                node, replacement = z3.substitute(node, pair), z3.substitute(replacement, pair)
            done.append((node, replacement))
        return done

    @cached_property
    def terms(self) -> dict[str, Term]:
        """What is predicted for each outcome that the system answered."""
        if self._parent is None:
            terms = self.hypothesis.terms()
            return {name: terms[name] for name in self.evidence.outcomes()}
        parent, known = self._parent, len(self._parent.hypothesis.faults)
        further = list(all_faults(self.hypothesis.faults[known:]))
        terms = dict(parent.terms)
        for name in terms:
            if any(parent.touches(fault, name) for fault in further):
                for pair in self.steps[len(parent.steps) :]:
                    terms[name] = z3.substitute(terms[name], pair)
        return terms

    @cached_property
    def wrong(self) -> dict[str, Cells]:
        """What is wrong, by outcome."""
        return {
            name: self.evidence.wrong(name, self.evidence.predicted(name, term))
            for name, term in self.terms.items()
        }

    def count(self, outcomes: Iterable[str] | None = None) -> int:
        """How many answers are wrong, of some outcomes or of all."""
        return sum(int(self.wrong[name].sum()) for name in (self.wrong if outcomes is None else outcomes))

    @cached_property
    def _shapes(self) -> list[tuple[Columns, Shape]]:
        found = []
        for pack, columns in self.evidence.columns.items():
            terms = [term for name, term in self.terms.items() if self.evidence.pack_of(name) == pack]
            for term in terms:
                columns(term)
            found.append((columns, Shape.of(terms)))
        return found

    def place(self, fault: Fault) -> tuple[Term, Term]:
        """Node and replacement of a further fault."""
        key = id(fault)
        if key not in self._moved:
            if self._parent is None:
                node, replacement, steps = *in_law(fault, self.hypothesis.law), self.steps
            else:
                node, replacement = self._parent.place(fault)
                steps = self.steps[len(self._parent.steps) :] if node.get_id() in self._changed else []
            for pair in steps:
                node, replacement = z3.substitute(node, pair), z3.substitute(replacement, pair)
            self._moved[key] = (node, replacement)
        return self._moved[key]

    @cached_property
    def _changed(self) -> set[int]:
        """The nodes of the parent's terms that the faults change; a further fault is made of its node's parts."""
        if self._parent is None:
            return set()
        shape = Shape.of(self._parent.terms.values())
        found: set[int] = set()
        for fault in all_faults(self.hypothesis.faults[len(self._parent.hypothesis.faults) :]):
            node = self._parent.place(fault)[0].get_id()
            found |= {node, *(above for above, _ in shape.above(node))}
        return found

    def with_change(self, change: Change) -> "State":
        """The state that has the change too."""
        if isinstance(change, Law):
            return State(self.evidence, Hypothesis(change, self.hypothesis.faults))
        return State(self.evidence, self.hypothesis.with_fault(change), self)

    def touches(self, change: Fault, outcome: str) -> bool:
        """The change's node is part of an outcome's term."""
        return self.place(change)[0].get_id() in self._nodes(outcome)

    def _nodes(self, outcome: str) -> Mapping[int, int]:
        if outcome not in self._outcome_nodes:
            self._outcome_nodes[outcome] = Shape.of([self.terms[outcome]]).order
        return self._outcome_nodes[outcome]

    @cached_property
    def _outcome_nodes(self) -> dict[str, Mapping[int, int]]:
        return {}

    def tried(self, change: Change) -> Tried:
        """What a change makes of what is wrong."""
        if not isinstance(change, Fault):
            after = self.with_change(change)
            return Tried(
                change, {n: after.wrong[n] for n, term in self.terms.items() if not after.terms[n].eq(term)}
            )
        node, replacement = self.place(change)
        wrong: dict[str, Cells] = {}
        if replacement.eq(node):
            return Tried(change, wrong)
        for columns, shape in self._shapes:
            if node.get_id() in shape.order:
                changed = columns.with_replaced(shape, node, replacement)
                for name, term in self.terms.items():
                    if term.get_id() in changed and term.get_id() in shape.roots:
                        wrong[name] = self.evidence.wrong(name, changed[term.get_id()])
        return Tried(change, wrong)
