"""Hypotheses: a law and faults on top of it, and what they predict."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import z3
from jpki_spec.laws import EDITIONS, READINGS, Law, law, open_questions
from jpki_spec.terms import Term

from jpki_oracle.mutants.faults import Fault, observed_outcomes


@dataclass(frozen=True)
class Hypothesis:
    """The system follows a law, but with these faults (none: it is right under that law)."""

    law: Law
    faults: tuple[Fault, ...] = ()

    def terms(self) -> dict[str, Term]:
        """What it predicts for each outcome of a life."""
        return {
            observed.outcome: self._faulty(observed.term)
            for observed in observed_outcomes(self.law)
            if observed.pack != "number"
        }

    def with_fault(self, fault: Fault) -> "Hypothesis":
        """The same with one fault more."""
        return Hypothesis(self.law, (*self.faults, fault))

    def place_of(self, fault: Fault) -> tuple[Term, Term]:
        """Node and replacement of a further fault, where the faults of this hypothesis are in them."""
        return self._faulty(fault.node), self._faulty(fault.replacement)

    def _faulty(self, term: Term) -> Term:
        done: list[tuple[Term, Term]] = []
        for fault in self.faults:
            node, replacement = fault.node, fault.replacement
            for pair in done:
                node, replacement = z3.substitute(node, pair), z3.substitute(replacement, pair)
            term = z3.substitute(term, (node, replacement))
            done.append((node, replacement))
        return term


def other_laws(hypothesis: Hypothesis) -> Iterator[Hypothesis]:
    """The hypotheses that differ in one reading or in the edition; a fault whose node is gone does nothing."""
    current = hypothesis.law
    for question in open_questions(current.edition):
        for answer in question.alternatives:
            if answer != current.reading(question.id):
                yield Hypothesis(current.with_reading(question.id, answer), hypothesis.faults)
    for edition in EDITIONS:
        if edition != current.edition:
            kept = {q: a for q, a in current.readings.items() if edition in READINGS[q].open_in}
            yield Hypothesis(law(edition, kept), hypothesis.faults)


def further_faults(hypothesis: Hypothesis, faults: Iterable[Fault]) -> Iterator[tuple[Fault, Term, Term]]:
    """The faults that can be added: each with its node and replacement in the terms that are faulty already."""
    for fault in faults:
        node, replacement = (
            hypothesis.place_of(fault) if hypothesis.faults else (fault.node, fault.replacement)
        )
        yield fault, node, replacement
