"""`find` a life for which a predicate holds, or `prove` that it holds for every life."""

from dataclasses import dataclass
from enum import StrEnum

import z3
from jpki_model.life import LifeRecord
from jpki_model.solver import Found, NoLife, Question, Result, Unknown
from jpki_spec.assumptions import Assumption

from jpki_oracle.ask.predicate import Predicate


class Emptiness(StrEnum):
    """Why a proof says nothing."""

    NO_DATES = "no-dates"
    NO_PREMISE = "no-premise"


@dataclass(frozen=True)
class Proof:
    """The predicate holds for every life of which it speaks.

    `vacuous` says why, where it holds only because nothing is said: no life has the dates that it names, or none
    meets its premise; `clash` are then the assumptions that stand against it.
    """

    vacuous: Emptiness | None = None
    clash: tuple[Assumption, ...] = ()


@dataclass(frozen=True)
class Counterexample:
    """A life for which the predicate does not hold."""

    life: LifeRecord


def find(predicate: Predicate, *, assume: bool = True) -> Result:
    """A life for which the predicate holds and every date that it names exists."""
    return question_for(predicate, assume=assume).ask()


def question_against(predicate: Predicate, *, assume: bool = True) -> Question:
    """Is there a life for which the predicate does not hold?"""
    against = z3.And(z3.Not(predicate.condition), predicate.exists)
    return Question(against, predicate.law, present=predicate.present_fields, assume=assume)


def question_for(predicate: Predicate, *, assume: bool = True) -> Question:
    """Is there a life for which the predicate holds?"""
    condition = z3.And(predicate.condition, predicate.exists)
    return Question(condition, predicate.law, present=predicate.present_fields, assume=assume)


def prove(predicate: Predicate, *, assume: bool = True) -> Proof | Counterexample | Unknown:
    """A proof over all lives in which every date that the predicate names exists, or a life against it."""
    result = question_against(predicate, assume=assume).ask()
    if isinstance(result, Unknown):
        return result
    if isinstance(result, Found):
        return Counterexample(result.life)
    return _proof(predicate, assume)


def _proof(predicate: Predicate, assume: bool) -> Proof | Unknown:
    """A proof, once it is known whether it says anything."""
    premises = {Emptiness.NO_DATES: predicate.exists}
    if predicate.premise is not None:
        premises[Emptiness.NO_PREMISE] = z3.And(predicate.exists, predicate.premise)
    for why, premise in premises.items():
        question = Question(premise, predicate.law, present=predicate.present_fields, assume=assume)
        met = question.ask(readable=False)
        if isinstance(met, Unknown):
            return met
        if isinstance(met, NoLife):
            return Proof(why, met.clash)
    return Proof()
