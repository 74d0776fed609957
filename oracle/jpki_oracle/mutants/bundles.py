"""Settles mutants of several laws at once: those that have their faults at the same place of what the laws say.

The laws' terms are joined (`jpki_model.joint`), so that one answer of the solver holds for all of them: a proof is one
for each law, a life is one for the law that the solver chose, and is tried on the others. As with one law, the proof
is tried first where it is smallest.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import z3
from jpki_model.columns import Columns, columns_of
from jpki_model.joint import Joint
from jpki_model.solver import Found, InterpretersDisagree, NoLife, Question, Unknown
from jpki_spec.assumptions import ASSUMPTIONS, Assumption
from jpki_spec.laws import Law
from jpki_spec.terms import LIFE, Boolean, Term

from jpki_oracle.mutants.equivalence import (
    ANY_PARTS,
    UNDER_ASSUMPTIONS,
    Proof,
    any_parts,
    differs_at,
    groups,
    of_one_law,
    rungs_of,
    scenario_for,
    settle,
    settle_at_outcome,
)
from jpki_oracle.mutants.frontiers import HIGHEST
from jpki_oracle.mutants.mutant import Mutant, Trial, outcomes_of, question_values
from jpki_oracle.mutants.refuting import any_differs
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import Scenario

BELOW, TOGETHER = 6_000_000, 90_000_000
"""Steps of the solver, one second and fifteen, for a question below the outcome and for one about several laws."""


@dataclass(frozen=True)
class Member:
    """Mutants of one node under one law."""

    law: Law
    group: tuple[Mutant, ...]


@dataclass(frozen=True)
class Together:
    """What became of a bundle: lives that show some of the mutants, and proofs for all others."""

    found: tuple[Scenario, ...]
    proofs: tuple[Proof, ...]


def bundles(left: Mapping[Law, Sequence[Mutant]]) -> list[tuple[Member, ...]]:
    """The mutants of each law by node, those of one place together; other laws and numbers by themselves."""
    laws = list(left)
    joints: dict[str, Joint] = {}
    found: dict[tuple[object, ...], list[Member]] = {}
    for position, current in enumerate(laws):
        for group in groups(left[current]):
            outcome, fault = group[0].observed.outcome, group[0].fault
            key: tuple[object, ...] = ("alone", len(found))
            if fault and group[0].observed.pack != "number":
                if outcome not in joints:
                    joints[outcome] = Joint(len(laws))
                    joints[outcome]([outcomes_of(each)[outcome] for each in laws])
                key = (outcome, *joints[outcome].place(position, fault.node))
            found.setdefault(key, []).append(Member(current, group))
    return [tuple(bundle) for bundle in found.values()]


def settle_together(
    bundle: Sequence[Member], refuted_of: Callable[[Mutant, Law], Collection[int]]
) -> Together:
    """Lives or proofs for the mutants of a bundle; `refuted_of` tells at which rungs some life refutes a mutant.

    Raises `MutantUndecided`.
    """
    found: list[Scenario] = []
    proofs: list[Proof] = []
    alone = [member for member in bundle if _is_alone(member)]
    left = [member for member in bundle if not _is_alone(member)]
    refuted = {id(mutant): refuted_of(mutant, member.law) for member in left for mutant in member.group}
    for rung in (ANY_PARTS, *range(HIGHEST + 1), UNDER_ASSUMPTIONS):
        tried = [
            replace(member, group=group)
            for member in left
            if _is_below_the_outcome(member, rung)
            and (group := tuple(mutant for mutant in member.group if rung not in refuted[id(mutant)]))
        ]
        proven = list(_proven_parts(tried) if rung == ANY_PARTS else _proven_below(tried, rung))
        proofs += [Proof(m.law, m.group, _rung_of(m, rung), rung != UNDER_ASSUMPTIONS) for m in proven]
        left = _without(left, {id(mutant) for member in proven for mutant in member.group})
    for shown, proven_here in _at_the_outcome(left):
        found += shown
        proofs += proven_here
    for member in alone:
        settled = settle(member.group, member.law)
        found += settled.found
        proofs += settled.proofs
    return Together(tuple(found), tuple(proofs))


def _is_alone(member: Member) -> bool:
    return member.group[0].fault is None or member.group[0].observed.pack == "number"


def _is_below_the_outcome(member: Member, rung: int) -> bool:
    rungs = len(rungs_of(member.group))
    return rungs > 2 if rung == UNDER_ASSUMPTIONS else rung < rungs - 1


def _rung_of(member: Member, rung: int) -> int:
    return len(rungs_of(member.group)) - 2 if rung == UNDER_ASSUMPTIONS else rung


def _without(members: Sequence[Member], gone: Collection[int]) -> list[Member]:
    """The members without some mutants, and without those that have none left."""
    kept = [
        replace(member, group=tuple(mutant for mutant in member.group if id(mutant) not in gone))
        for member in members
    ]
    return [member for member in kept if member.group]


def _proven_parts(members: Sequence[Member]) -> Iterator[Member]:
    """The members of which all mutants change nothing, whatever the parts that are compared are."""
    for alike in _alike(members, lambda member: ()):
        if any_parts(alike[0].group).check() == z3.unsat:
            yield from alike


def _proven_below(members: Sequence[Member], rung: int) -> Iterator[Member]:
    """Of the members, with those of their mutants for which no life makes a difference at a rung."""
    left = list(members)
    everywhere = rung != UNDER_ASSUMPTIONS

    def frontier(member: Member) -> tuple[Term, ...]:
        return rungs_of(member.group)[_rung_of(member, rung)]

    def question_ids(member: Member) -> tuple[int, ...]:
        ids = tuple(term.get_id() for term in frontier(member))
        return ids if everywhere else (*ids, *_assumption_ids(member.law))

    while left:
        same = _alike(left, question_ids)
        asked = [alike[0] for alike in same]
        differs = [differs_at(frontier(member), member.group) for member in asked]
        question = _question(differs, asked, everywhere, BELOW if len(asked) == 1 else TOGETHER)
        answer = question.ask(readable=False)
        if isinstance(answer, NoLife):
            yield from left
            return
        if isinstance(answer, Unknown):
            for alike in same if len(same) > 1 else ():  # too hard together, perhaps not one by one
                yield from _proven_below(alike, rung)
            return
        refuted = {
            id(mutant)
            for member in left
            for mutant in _that_differ(answer, member, frontier(member), question.demanded())
        }
        if not refuted:
            raise InterpretersDisagree(f"{answer.life} changes nothing for {left[0].group[0].id}")
        left = _without(left, refuted)


def _that_differ(
    answer: Found, member: Member, frontier: Sequence[Term], demanded: Collection[str]
) -> list[Mutant]:
    """The mutants of a member that a life makes a difference for, where it meets what was demanded of it."""
    columns = columns_of([question_values(scenario_for(member.group[0], answer))])
    if not can_happen(columns, member.law, set(ASSUMPTIONS) - set(demanded))[0]:
        return []
    evaluated = Columns(columns)
    return [mutant for mutant in member.group if any_differs(evaluated, mutant, frontier)]


def _alike(members: Sequence[Member], question: Callable[[Member], tuple[int, ...]]) -> list[list[Member]]:
    """The members whose question, with their faults, is the same."""
    same: dict[tuple[int, ...], list[Member]] = {}
    for member in members:
        same.setdefault((*question(member), *_fault_ids(member.group)), []).append(member)
    return list(same.values())


def _at_the_outcome(members: Sequence[Member]) -> Iterator[tuple[list[Scenario], list[Proof]]]:
    left = list(members)
    while left:
        if len(left) == 1:
            settled = settle_at_outcome(left[0].group, left[0].law)
            yield list(settled.found), list(settled.proofs)
            return
        asked = [alike[0] for alike in _alike(left, _outcome_ids)]
        differs = [differs_at(rungs_of(member.group)[-1], member.group) for member in asked]
        question = _question(differs, asked, False, TOGETHER)
        answer = question.ask(readable=False)
        if isinstance(answer, NoLife):
            yield (
                [],
                [Proof(m.law, m.group, len(rungs_of(m.group)) - 1, everywhere=False) for m in left],
            )
            return
        if isinstance(answer, Unknown):  # too hard together, hardly one by one
            for member in left:
                yield from _at_the_outcome([member])
            return
        better = question.ask()
        shown = scenario_for(left[0].group[0], better if isinstance(better, Found) else answer)
        kept = [rest for member in left if (rest := _not_shown(member, shown)) is not None]
        if sum(len(member.group) for member in kept) == sum(len(member.group) for member in left):
            # fields that the outcome does not read are not in order: each law asks for a whole life of its own
            for member in left:
                yield from _at_the_outcome([member])
            return
        left = kept
        yield [shown], []


def _not_shown(member: Member, scenario: Scenario) -> Member | None:
    """The member without the mutants that a scenario shows, if its life can happen under the law; None if all are."""
    columns = columns_of([question_values(scenario)])
    if not can_happen(columns, member.law)[0]:
        return member
    trial = Trial(columns, [member.group[0].observed])
    rest = tuple(mutant for mutant in member.group if not trial.kills(mutant)[0])
    return replace(member, group=rest) if rest else None


def _outcome_ids(member: Member) -> tuple[int, ...]:
    return (member.group[0].observed.term.get_id(), *_assumption_ids(member.law))


def _question(
    differs: Sequence[Boolean], members: Sequence[Member], everywhere: bool, steps: int
) -> Question:
    joint = Joint(len(members))
    laws = [member.law for member in members]

    def assumed(assumption: Assumption) -> Boolean:
        return joint([assumption.holds(LIFE, current) for current in laws])

    condition = joint(differs)
    return Question(
        condition if len(members) == 1 else z3.And(condition, joint.one_choice()),
        laws[0],
        leaving_out=of_one_law() if everywhere else (),
        steps=steps,
        naming=False,
        assuming=assumed,
        two_forms=len(members) == 1,  # choices among laws would part the comparisons into far too many
    )


def _fault_ids(group: Sequence[Mutant]) -> tuple[int, ...]:
    return tuple(
        id
        for mutant in group
        if mutant.fault
        for id in (mutant.fault.node.get_id(), mutant.fault.replacement.get_id())
    )


def _assumption_ids(current: Law) -> tuple[int, ...]:
    return tuple(term.get_id() for term in _assumptions(current))


@cache
def _assumptions(current: Law) -> tuple[Term, ...]:
    """What is assumed of lives under a law; kept, since the ids of terms that are gone are given again."""
    return tuple(assumption.holds(LIFE, current) for assumption in ASSUMPTIONS.values())
