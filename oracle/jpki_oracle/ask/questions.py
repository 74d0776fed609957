"""`find` a life for which a predicate holds, or `prove` that it holds for every life."""

from dataclasses import dataclass

import z3
from jpki_model.life import LifeRecord
from jpki_model.solver import Found, NoLife, Question, Result, Unknown

from jpki_oracle.ask.predicate import Predicate


@dataclass(frozen=True)
class Proof:
    """The predicate holds for every life of which it speaks.

    `vacuous` says why, where it holds only because nothing is said: no life has the dates that it names, or none
    meets its premise.
    """

    vacuous: str | None = None


@dataclass(frozen=True)
class Counterexample:
    """A life for which the predicate does not hold."""

    life: LifeRecord


def find(predicate: Predicate, *, assume: bool = True) -> Result:
    """A life for which the predicate holds and every date that it names exists."""
    condition = z3.And(predicate.condition, predicate.exists)
    return Question(condition, predicate.law, present=predicate.present_fields, assume=assume).ask()


def prove(predicate: Predicate, *, assume: bool = True) -> Proof | Counterexample | Unknown:
    """A proof over all lives in which every date that the predicate names exists, or a life against it."""
    against = z3.And(z3.Not(predicate.condition), predicate.exists)
    result = Question(against, predicate.law, present=predicate.present_fields, assume=assume).ask()
    if isinstance(result, Unknown):
        return result
    if isinstance(result, Found):
        return Counterexample(result.life)
    return _proof(predicate, assume)


def _proof(predicate: Predicate, assume: bool) -> Proof | Unknown:
    """A proof, once it is known whether it says anything."""
    present = predicate.present_fields
    premises = [("no life has all the dates that it names", predicate.exists)]
    if predicate.premise is not None:
        premises.append(("no life meets its premise", z3.And(predicate.exists, predicate.premise)))
    for why, premise in premises:
        met = Question(premise, predicate.law, present=present, assume=assume).ask(readable=False)
        if isinstance(met, Unknown):
            return met
        if isinstance(met, NoLife):
            return Proof(why + clash_text(met))
    return Proof()


def clash_text(none: NoLife) -> str:
    """The assumptions that stand against every life, in words; empty if the condition contradicts itself."""
    if not none.clash:
        return ""
    return "; it clashes with: " + "; ".join(assumption.text.en for assumption in none.clash)
