"""The register of properties: what each claims, for which laws, and how one is added.

A property has a premise, which some life must meet (a proof about nothing is none), and a conclusion. It claims to
hold in named editions, under every answer to every open question but those that it excepts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jpki_spec.fields import Text
from jpki_spec.laws import EDITIONS, READINGS, Law, law
from jpki_spec.terms import Boolean

LAWS_IN_FORCE = tuple(edition.id for edition in EDITIONS.values() if edition.is_law)
ALL = tuple(EDITIONS)


@dataclass(frozen=True)
class Claim:
    """If the premise holds for a life, so does the conclusion."""

    premise: Boolean
    conclusion: Boolean


@dataclass(frozen=True)
class Property:
    """A claim about every life, for the editions and readings that `holds_for` accepts."""

    id: str
    statement: Text
    editions: tuple[str, ...]
    excepting: tuple[tuple[str, str], ...]
    claim: Callable[[Law], Claim]

    def laws(self) -> list[Law]:
        """Every law for which it is claimed: each edition with its defaults, and with one other answer at a time."""
        claimed = []
        for edition in self.editions:
            default = law(edition)
            claimed += [default, *default.alternatives()]
        return [each for each in claimed if not any(each.reading(q) == a for q, a in self.excepting)]


PROPERTIES: dict[str, Property] = {}


def holds(
    id: str, en: str, ja: str, editions: tuple[str, ...] = ALL, excepting: tuple[tuple[str, str], ...] = ()
) -> Callable[[Callable[[Law], Claim]], Callable[[Law], Claim]]:
    """Register a property."""

    def decorate(claim: Callable[[Law], Claim]) -> Callable[[Law], Claim]:
        if id in PROPERTIES:
            raise ValueError(f"two properties are called {id}")
        for question, answer in excepting:
            READINGS[question].alternatives[answer]
        PROPERTIES[id] = Property(id, Text(en, ja), editions, excepting, claim)
        return claim

    return decorate
