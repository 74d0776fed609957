"""Proves the properties of the specification: every property, for every law for which it is claimed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import z3
from jpki_model.life import LifeRecord
from jpki_model.patience import in_milliseconds
from jpki_model.solver import Found, NoLife, Question, Unknown
from jpki_spec.assumptions import Assumption, assumed, assumptions_on
from jpki_spec.laws import Law
from jpki_spec.properties import Claim, Property
from jpki_spec.terms import Boolean


@dataclass(frozen=True)
class Proven:
    """It holds, and some life meets its premise."""


@dataclass(frozen=True)
class Vacuous:
    """It holds, but no life meets its premise: it says nothing."""


@dataclass(frozen=True)
class Refuted:
    """A life against it."""

    life: LifeRecord


PATIENCE = in_milliseconds(120_000)
"""How long one proof may take: most take less than one second, but a machine may be busy."""
Finding = Proven | Vacuous | Refuted | Unknown


@dataclass(frozen=True)
class Checked:
    """What became of one property under one law; `anew` is false where an equal claim had been proven before."""

    property: Property
    law: Law
    finding: Finding
    anew: bool


def check(
    properties: Sequence[Property],
    laws: Callable[[Property], Sequence[Law]] = Property.laws,
    progress: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> Iterator[Checked]:
    """Prove the properties, one law after the other. Claims that are the same formula are proven once."""
    claims = [(each, law) for each in properties for law in laws(each)]
    known: dict[tuple[int, ...], tuple[Finding, object]] = {}
    for number, (each, law) in enumerate(claims):
        progress(number, len(claims), f"{each.id}, {law}")
        claim = each.claim(law)
        key = _key(claim, law)
        anew = key not in known
        if anew:
            known[key] = (_check(claim, law), claim)  # keeps the terms, whose ids the key is made of, alive
        yield Checked(each, law, known[key][0], anew)


def _check(claim: Claim, law: Law) -> Finding:
    against = Question(z3.And(claim.premise, z3.Not(claim.conclusion)), law, patience=PATIENCE).ask()
    if isinstance(against, Found):
        return Refuted(against.life)
    if isinstance(against, Unknown):
        return against
    met = Question(claim.premise, law, patience=PATIENCE).ask(readable=False)
    if isinstance(met, Unknown):
        return met
    return Vacuous() if isinstance(met, NoLife) else Proven()


def _key(claim: Claim, law: Law) -> tuple[int, ...]:
    """Equal for claims that are the same question: the same formula under the same assumptions about its fields."""
    taken: dict[str, Boolean] = {}
    fields = _constants(claim.premise) | _constants(claim.conclusion) | {"birth"}
    while new := [a for a in assumptions_on(fields) if a.id not in taken]:
        for assumption in new:
            taken[assumption.id] = _assumed(assumption, law)
            fields |= _constants(taken[assumption.id])
    return tuple(term.get_id() for term in (claim.premise, claim.conclusion, *taken.values()))


@cache
def _assumed(assumption: Assumption, law: Law) -> Boolean:
    return assumed(assumption, law)


def _constants(term: Boolean) -> set[str]:
    """The names of the constants in a term."""
    names, seen, stack = set(), set(), [term]
    while stack:
        part = stack.pop()
        if part.get_id() not in seen:
            seen.add(part.get_id())
            children = part.children()
            stack.extend(children)
            if not children:
                names.add(str(part.decl().name()))
    return names
