"""Settles mutants of several laws at once: those that have their faults at the same place of what the laws say.

The laws' terms are joined (`jpki_model.joint_question`), and the solver, asked for one law after the other, remembers
what it learned: mostly the proof for the first is the proof for all. A life is tried on the other laws, too. As with
one law, the proof is tried first where it is smallest.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import z3
from jpki_model.columns import Columns, columns_of
from jpki_model.joint import Joint
from jpki_model.joint_question import JointQuestion
from jpki_model.solver import Found, InterpretersDisagree, NoLife, Unknown
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import Boolean, Term

from jpki_oracle.mutants.drawing import shown_near
from jpki_oracle.mutants.equivalence import (
    ANY_PARTS,
    UNDER_ASSUMPTIONS,
    Proof,
    any_parts,
    differs_at,
    of_one_law,
    rungs_of,
    scenario_for,
    settle,
)
from jpki_oracle.mutants.frontiers import HIGHEST
from jpki_oracle.mutants.mutant import Mutant, Trial, outcomes_of, question_values
from jpki_oracle.mutants.refuting import any_differs
from jpki_oracle.mutants.within import groups_within
from jpki_oracle.scenarios.happening import can_happen
from jpki_oracle.scenarios.scenario import Scenario

LEARNING, NEXT = 48_000_000, 6_000_000
"""Steps of the solver at the outcome, eight seconds and one: for the first of several laws, and for others."""
BELOW = 3_000_000
"""Steps, half a second, for a question below the outcome, where nothing has to be proven."""
OUTLIERS = 4
"""So many laws the one solver may give up on, and one more for as many that it answers, to be asked about others."""


@dataclass(frozen=True)
class Member:
    """Mutants of one node under one law; `within`: outputs that their faults are known to leave as they are."""

    law: Law
    group: tuple[Mutant, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Together:
    """What became of a bundle: lives that show some of its mutants, proofs for others, and those that are too hard.

    `left`: bundles of members that have one and the same question, each to be asked by itself.
    """

    found: tuple[Scenario, ...]
    proofs: tuple[Proof, ...]
    left: tuple[tuple[Member, ...], ...] = ()


def bundles(
    left: Mapping[Law, Sequence[Mutant]], proofs: Mapping[Law, Sequence[Proof]] = MappingProxyType({})
) -> list[tuple[Member, ...]]:
    """The mutants of each law by node, those of one place together; other laws and numbers by themselves.

    `proofs` tell what within an outcome a fault leaves as it is.
    """
    laws = list(left)
    joints: dict[str, Joint] = {}
    found: dict[tuple[object, ...], list[Member]] = {}
    for position, current in enumerate(laws):
        for group, within in groups_within(left[current], current, proofs.get(current, ())):
            outcome, fault = group[0].observed.outcome, group[0].fault
            key: tuple[object, ...] = ("alone", len(found))
            if fault and group[0].observed.pack != "number":
                if outcome not in joints:
                    joints[outcome] = Joint(len(laws))
                    joints[outcome]([outcomes_of(each)[outcome] for each in laws])
                key = (outcome, within, *joints[outcome].place(position, fault.node))
            found.setdefault(key, []).append(Member(current, group, within))
    return [tuple(bundle) for bundle in found.values()]


def settle_together(
    bundle: Sequence[Member], refuted_of: Callable[[Mutant, Law], Collection[int]]
) -> Together:
    """Lives or proofs for the mutants of a bundle, as far as they are easy together.

    `refuted_of` tells at which rungs some life refutes a mutant. Raises `MutantUndecided`.
    """
    found: list[Scenario] = []
    proofs: list[Proof] = []
    too_hard: list[tuple[Member, ...]] = []
    alone = [member for member in bundle if _is_alone(member)]
    left = [member for member in bundle if not _is_alone(member)]
    unchanged = [member for member in left if member.within and z3.is_false(_difference(member))]
    proofs += [_proof_at_the_outcome(member) for member in unchanged]
    left = [member for member in left if member not in unchanged]
    refuted = {id(mutant): refuted_of(mutant, member.law) for member in left for mutant in member.group}
    for rung in (ANY_PARTS, *range(HIGHEST + 1), UNDER_ASSUMPTIONS):
        tried = [
            replace(member, group=group)
            for member in left
            if _is_below_the_outcome(member, rung)
            and (group := tuple(mutant for mutant in member.group if rung not in refuted[id(mutant)]))
        ]
        proven, hard = _proven_parts(tried) if rung == ANY_PARTS else _proven_below(tried, rung)
        proofs += [Proof(m.law, m.group, _rung_of(m, rung), rung != UNDER_ASSUMPTIONS) for m in proven]
        left = _without(left, {id(mutant) for member in proven for mutant in member.group})
        if hard:
            break  # and no easier further up, but for the outcome, where it can be asked in another form
    for answer in _at_the_outcome(left):
        found += answer.found
        proofs += answer.proofs
        too_hard += answer.left
    for member in alone:
        settled = settle(member.group, member.law)
        found += settled.found
        proofs += settled.proofs
    return Together(tuple(found), tuple(proofs), tuple(too_hard))


def settle_by_itself(alike: Sequence[Member]) -> Together:
    """Lives or proofs for members that have one and the same question, which is asked of the first.

    Raises `MutantUndecided`.
    """
    first = alike[0]
    settled = settle(first.group, first.law, within=first.within, is_hard=True)
    place = {id(mutant): at for at, mutant in enumerate(first.group)}
    proofs = [
        replace(proof, law=member.law, mutants=tuple(member.group[place[id(m)]] for m in proof.mutants))
        for proof in settled.proofs
        for member in alike
    ]
    return Together(settled.found, tuple(proofs))


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


def _proven_parts(members: Sequence[Member]) -> tuple[list[Member], bool]:
    """The members of which all mutants change nothing, whatever the parts that are compared are; never hard."""
    proven = [
        member
        for alike in _alike(members, lambda member: ())
        if any_parts(alike[0].group).check() == z3.unsat
        for member in alike
    ]
    return proven, False


def _proven_below(members: Sequence[Member], rung: int) -> tuple[list[Member], bool]:
    """Of the members, with those of their mutants that make no difference at a rung; and whether that is too hard."""
    left = list(members)
    proven: list[Member] = []
    everywhere = rung != UNDER_ASSUMPTIONS

    def frontier(member: Member) -> tuple[Term, ...]:
        return rungs_of(member.group)[_rung_of(member, rung)]

    def question_ids(member: Member) -> tuple[int, ...]:
        ids = tuple(term.get_id() for term in frontier(member))
        return ids if everywhere else (*ids, *_assumption_ids(member.law))

    while left:
        same = _alike(left, question_ids)
        asked = [alike[0] for alike in same]
        question = _question(
            asked, [differs_at(frontier(member), member.group) for member in asked], everywhere
        )
        refuted: set[int] = set()
        again: list[Member] = []
        for at, alike in enumerate(same):
            if any(id(mutant) in refuted for mutant in alike[0].group):
                again += alike
                continue
            answer = question.ask(at, steps=BELOW, two_forms=False)
            if isinstance(answer, NoLife):
                proven += alike
            elif isinstance(answer, Found):
                fresh = {
                    id(mutant)
                    for place, others in enumerate(same)
                    for member in others
                    for mutant in _that_differ(answer, member, frontier(member), question.demanded(place))
                }
                if not any(id(mutant) in fresh for mutant in alike[0].group):
                    raise InterpretersDisagree(f"{answer.life} changes nothing for {alike[0].group[0].id}")
                refuted |= fresh
                again += alike
            elif at == 0:
                return proven, True  # what is hard for one law is so for the others
        left = _without(again, refuted)
    return proven, False


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


def _at_the_outcome(members: Sequence[Member]) -> Iterator[Together]:
    """Lives and proofs for the mutants of the members, by the outcome alone."""
    left = list(members)
    while left:
        same = _alike(left, _outcome_ids)
        asking = _AtTheOutcome([alike[0] for alike in same])
        again: list[Member] = []
        lives: list[Scenario] = []
        for at, alike in enumerate(same):
            now = _not_shown_by_any(alike, lives)
            if now != alike:
                again += now
                continue
            answer = asking(at)
            if isinstance(answer, NoLife):
                yield Together((), tuple(_proof_at_the_outcome(member) for member in alike))
            elif isinstance(answer, Scenario) and (rest := _not_shown_by_any(alike, [answer])) != alike:
                lives += [answer, *shown_near([answer], alike[0].group, alike[0].law)]
                again += rest
            else:  # too hard, or fields that the outcome does not read are not in order: it asks for a whole life
                yield Together((), (), (tuple(alike),))
        if lives:
            yield Together(tuple(lives), ())
        left = [rest for member in again for rest in _not_shown_by_any([member], lives)]


class _AtTheOutcome:
    """The question about several members, given up where it does not teach the solver anything."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._question = None
        if len(members) > 1:
            self._question = _question(members, [_difference(member) for member in members], everywhere=False)
        self._unknown = self._answered = 0

    def __call__(self, at: int) -> NoLife | Scenario | None:
        """A proof for a member, or a life that shows some of its mutants, which is best told; None if hard."""
        patience = OUTLIERS + self._answered // OUTLIERS if self._answered else 1
        if self._question is None or self._unknown >= patience:
            return None  # it is asked by itself
        answer = self._question.ask(at, steps=NEXT if self._answered else LEARNING)
        if isinstance(answer, Unknown):
            self._unknown += 1
            return None
        self._answered += 1
        if isinstance(answer, NoLife):
            return answer
        better = self._question.readable(at, answer, steps=NEXT)
        return scenario_for(self._members[at].group[0], better)


def _difference(member: Member) -> Boolean:
    """Some of a member's faults make a difference at its outcome."""
    return differs_at(rungs_of(member.group)[-1], member.group, member.within)


def _proof_at_the_outcome(member: Member) -> Proof:
    return Proof(member.law, member.group, len(rungs_of(member.group)) - 1, False, member.within)


def _question(members: Sequence[Member], differences: Sequence[Boolean], everywhere: bool) -> JointQuestion:
    """Whether the members' faults make some differences."""
    return JointQuestion(
        differences, [member.law for member in members], leaving_out=of_one_law() if everywhere else ()
    )


def _not_shown_by_any(members: Sequence[Member], lives: Sequence[Scenario]) -> list[Member]:
    """The members without the mutants that some of the lives show."""
    left = list(members)
    for life in lives:
        left = [rest for member in left if (rest := _not_shown(member, life)) is not None]
    return left


def _not_shown(member: Member, scenario: Scenario) -> Member | None:
    """The member without the mutants that a scenario shows, if its life can happen under the law; None if all are."""
    columns = columns_of([question_values(scenario)])
    if not can_happen(columns, member.law)[0]:
        return member
    trial = Trial(columns, [member.group[0].observed])
    shown = trial.kills(member.group)[:, 0]
    rest = tuple(mutant for mutant, dead in zip(member.group, shown, strict=True) if not dead)
    return replace(member, group=rest) if rest else None


def _outcome_ids(member: Member) -> tuple[int, ...]:
    terms = [member.group[0].observed.term, *(rulebook(member.law).outputs[name] for name in member.within)]
    return (*(term.get_id() for term in terms), *_assumption_ids(member.law))


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
    return tuple(assumed(assumption, current) for assumption in ASSUMPTIONS.values())
