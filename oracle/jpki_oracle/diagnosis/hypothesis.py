"""Hypotheses: a law and faults on top of it, and what they predict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import z3
from jpki_spec.laws import EDITIONS, READINGS, Law, law, open_questions
from jpki_spec.terms import Term

from jpki_oracle.diagnosis.conventions import Convention, all_faults
from jpki_oracle.diagnosis.translation import between, translated
from jpki_oracle.mutants.faults import Fault, observed_outcomes


@dataclass(frozen=True)
class Hypothesis:
    """The system follows a law, but with these faults (none: it is right under that law)."""

    law: Law
    faults: tuple[Fault | Convention, ...] = ()

    def terms(self) -> dict[str, Term]:
        """What it predicts for each outcome of a life."""
        terms = {o.outcome: o.term for o in observed_outcomes(self.law) if o.pack != "number"}
        for pair in self.places():
            terms = {name: z3.substitute(term, pair) for name, term in terms.items()}
        return terms

    def with_fault(self, fault: Fault | Convention) -> "Hypothesis":
        """The same with one fault more."""
        return Hypothesis(self.law, (*self.faults, fault))

    def without_fault(self, fault: Fault | Convention) -> "Hypothesis":
        """The same without one of its faults."""
        return Hypothesis(self.law, tuple(each for each in self.faults if each is not fault))

    def places(self) -> list[tuple[Term, Term]]:
        """Node and replacement of each fault, where those before it are in them; a node that is gone does nothing."""
        done: list[tuple[Term, Term]] = []
        for fault in all_faults(self.faults):
            node, replacement = in_law(fault, self.law)
            for pair in done:
                node, replacement = z3.substitute(node, pair), z3.substitute(replacement, pair)
            done.append((node, replacement))
        return done


@lru_cache(maxsize=256)
def terms_of(hypothesis: Hypothesis) -> Mapping[str, Term]:
    """What a hypothesis predicts, made once for one that is looked at many times."""
    return hypothesis.terms()


def in_law(fault: Fault, current: Law) -> tuple[Term, Term]:
    """Node and replacement of a fault of one law in the terms of another."""
    pairs = between(fault.law, current)
    return translated(fault.node, pairs), translated(fault.replacement, pairs)


def other_laws(hypothesis: Hypothesis) -> Iterator[Hypothesis]:
    """The hypotheses that differ in one reading or in the edition."""
    for other in neighbouring(hypothesis.law, hypothesis.law):
        yield Hypothesis(other, hypothesis.faults)


def neighbouring(current: Law, claimed: Law) -> Iterator[Law]:
    """The laws that differ in one reading; or, as long as it is the claimed one, in the edition."""
    for question in open_questions(current.edition):
        if current.reading(question.id) != claimed.reading(question.id):
            continue
        for answer in question.alternatives:
            if answer != current.reading(question.id):
                yield current.with_reading(question.id, answer)
    if current.edition != claimed.edition:
        return
    for edition in EDITIONS:
        if edition != current.edition:
            kept = {q: a for q, a in current.readings.items() if edition in READINGS[q].open_in}
            yield law(edition, kept)
