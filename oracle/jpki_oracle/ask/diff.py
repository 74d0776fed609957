"""What differs between two laws: which rules say something else, and for each outcome a life that shows it.

A rule differs by itself where it would still differ if every other changed rule inside of it gave the same value.
Each difference of an outcome goes back to such a rule, so that the list of kinds is complete.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import z3
from jpki_model.derivation import Step, derive
from jpki_model.life import LifeRecord
from jpki_model.outcome import Answer, outcome_of
from jpki_model.solver import Found, Question, Unknown
from jpki_spec.fields import ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import ENDED_BY_EVENT, Rulebook, rulebook
from jpki_spec.rules.registry import RULES, Rule
from jpki_spec.terms import Boolean, Term

MAIN_OUTCOMES = (*(f"{item}_expires" for item in ITEMS), *(ENDED_BY_EVENT[item] for item in ITEMS), "age")
"""What is compared unless asked otherwise; all other outcomes follow from these."""


@dataclass(frozen=True)
class Kind:
    """One kind of life that comes out differently, by an example: its values and why, on both sides.

    `rule` is the rule that says something else; it differs on this life.
    """

    outcome: str
    rule: Rule
    life: LifeRecord
    one: Answer
    other: Answer
    why_one: tuple[Step, ...]
    why_other: tuple[Step, ...]


@dataclass(frozen=True)
class Difference:
    """All that was found for one outcome.

    `unknown` are rules for which the solver could not tell whether they make a difference to it.
    """

    outcome: str
    kinds: tuple[Kind, ...]
    unknown: tuple[Rule, ...] = ()


def differences(
    one: Law,
    other: Law,
    outcomes: Sequence[str] = MAIN_OUTCOMES,
    *,
    assume: bool = True,
    progress: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> list[Difference]:
    """What differs, outcome by outcome; one without kinds and unknown rules is proven equal."""
    found = []
    for number, outcome in enumerate(outcomes):
        progress(number, len(outcomes), outcome)
        found.append(_difference(outcome, one, other, assume))
    return found


def _difference(outcome: str, one: Law, other: Law, assume: bool) -> Difference:
    left, right = rulebook(one), rulebook(other)
    a, b = left.outputs[outcome], right.outputs[outcome]
    if a.eq(b):
        return Difference(outcome, ())
    present = ("birth", "card_issued") if outcome == "age" else ()
    kinds: list[Kind] = []
    unknown: list[Rule] = []
    for changed in _changed_rules(one, other):
        if not (_contains(a, changed.one) and _contains(b, changed.other)):
            continue
        question = Question(z3.And(a != b, changed.differs_itself), one, present=present, assume=assume)
        result = question.ask()
        if isinstance(result, Unknown):
            unknown.append(changed.rule)
        elif isinstance(result, Found):
            kinds.append(_kind(outcome, changed.rule, result.life, left, right))
    return Difference(outcome, tuple(kinds), tuple(unknown))


def _kind(outcome: str, rule: Rule, life: LifeRecord, left: Rulebook, right: Rulebook) -> Kind:
    answers = outcome_of(life, left.law).outputs[outcome], outcome_of(life, right.law).outputs[outcome]
    why = [derive(book.outputs[outcome], book, life.values()) for book in (left, right)]
    return Kind(outcome, rule, life, answers[0], answers[1], why[0], why[1])


@dataclass(frozen=True, eq=False)
class _Changed:
    """A rule that differs by itself: its terms, and the condition under which it does."""

    rule: Rule
    one: Term
    other: Term
    differs_itself: Boolean


@cache
def _changed_rules(one: Law, other: Law) -> tuple[_Changed, ...]:
    left, right = _terms_by_rule(rulebook(one)), _terms_by_rule(rulebook(other))
    changed = {key: (left[key], right[key]) for key in left if key in right and not left[key].eq(right[key])}
    return tuple(_own_changes(changed))


def _own_changes(changed: dict[tuple[str, int], tuple[Term, Term]]) -> Iterator[_Changed]:
    for key, (one, other) in changed.items():
        inside = [
            k for k, (a, b) in changed.items() if k != key and _contains(one, a) and _contains(other, b)
        ]
        stand_ins = [z3.Const(f"same {id} {n}", changed[id, n][0].sort()) for id, n in inside]
        abstracted = (
            z3.substitute(
                term, *((changed[k][side], name) for k, name in zip(inside, stand_ins, strict=True))
            )
            for side, term in enumerate((one, other))
        )
        first, second = abstracted
        if not first.eq(second):
            agree = [changed[k][0] == changed[k][1] for k in inside]
            yield _Changed(RULES[key[0]], one, other, z3.And(one != other, *agree))


def _terms_by_rule(book: Rulebook) -> dict[tuple[str, int], Term]:
    """Every term of every rule; a rule that is used twice (for both certificates) has two, in order of use."""
    counts: dict[str, int] = {}
    terms: dict[tuple[str, int], Term] = {}
    for steps in book.trace.values():
        for rule, term in steps:
            number = counts[rule.id] = counts.get(rule.id, -1) + 1
            terms[rule.id, number] = term
    return terms


def _contains(term: Term, part: Term) -> bool:
    return part.get_id() in _parts(term)


_PARTS: dict[int, tuple[Term, frozenset[int]]] = {}


def _parts(term: Term) -> frozenset[int]:
    if term.get_id() not in _PARTS:
        seen: set[int] = set()
        stack = [term]
        while stack:
            top = stack.pop()
            if top.get_id() not in seen:
                seen.add(top.get_id())
                stack.extend(top.children())
        _PARTS[term.get_id()] = (term, frozenset(seen))
    return _PARTS[term.get_id()][1]
