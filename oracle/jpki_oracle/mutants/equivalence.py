"""Settles mutants that no scenario at hand shows: the solver finds a life that does, or proves that none can.

Mutants of one node are asked about together: a free switch picks the fault, so that one proof holds for all of
them. The proof is tried first where it is smallest, at the nearest node through which everything must pass
(`dominators`), and under the assumptions that hold in every law.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import z3
from jpki_model.bits import CHOICE_SORTS, Bits, well_formed
from jpki_model.columns import columns_of
from jpki_model.solver import Found, InterpretersDisagree, NoLife, Question
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.number import NUMBER_FORMS, digit_constants
from jpki_spec.terms import DATE, LIFE, Boolean, Term

from jpki_oracle.mutants.dominators import dominators
from jpki_oracle.mutants.mutant import Mutant, Trial, question_values
from jpki_oracle.scenarios.boundary import MIDDAY
from jpki_oracle.scenarios.scenario import NUMBER_KINDS, Scenario

PATIENCE = 300_000
"""Milliseconds for a question that must be answered."""
RUNGS = 3
"""At how many nodes, from a fault's own upwards, a proof is tried before the whole outcome."""
ANY_PARTS = -1
"""The rung at which the terms that a node compares may have any value at all."""
SHORT = 2_000
"""Milliseconds for one that may be answered at another place."""


class MutantUndecided(RuntimeError):
    """The solver gave up on a mutant; a suite that may miss a fault is not built."""


@dataclass(frozen=True)
class Proof:
    """That mutants of one node are no different from the rules, in any life that can happen.

    `rung`: at how many dominators above the node that was proven, or ANY_PARTS; `everywhere`: under the assumptions that every
    law makes, so that it holds in each.
    """

    law: Law
    mutants: tuple[Mutant, ...]
    rung: int
    everywhere: bool

    def script(self) -> str:
        """The problem as SMT-LIB 2; another solver must find it unsatisfiable too."""
        if self.mutants[0].observed.pack == "number":
            return str(_number_solver(self.mutants).to_smt2())
        if self.rung == ANY_PARTS:
            return str(_any_parts(self.mutants).to_smt2())
        return _question(self.mutants, rungs_of(self.mutants)[self.rung], self.law, self.everywhere).script()


@dataclass(frozen=True)
class Settled:
    """What became of a group of mutants: scenarios that show some of them, a proof for the others."""

    found: tuple[Scenario, ...]
    proof: Proof | None
    refuted: tuple[int, ...] = ()
    """Rungs at which the node does make a difference, or which were too hard."""


def groups(mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, ...]]:
    """Mutants that are asked about together: those of one outcome and node; those of a law one by one."""
    together: dict[tuple[str, int, str], list[Mutant]] = {}
    for mutant in mutants:
        node = mutant.fault.node.get_id() if mutant.fault else -1
        together.setdefault((mutant.observed.outcome, node, str(mutant.other or "")), []).append(mutant)
    yield from (tuple(group) for group in together.values())


def settle(group: Sequence[Mutant], current: Law, refuted: Collection[int] = ()) -> Settled:
    """Scenarios or a proof for each mutant of a group; rungs known to be refuted are not tried.

    Raises `MutantUndecided`.
    """
    if group[0].observed.pack == "number":
        return _settled_number(group, current)
    tried = set(refuted)
    if ANY_PARTS not in tried and group[0].fault and len(rungs_of(group)) > 1:
        if _any_parts(group).check() == z3.unsat:
            return Settled((), Proof(current, tuple(group), ANY_PARTS, everywhere=True), tuple(sorted(tried)))
        tried.add(ANY_PARTS)
    for rung in range(min(RUNGS, len(rungs_of(group)) - 1)):
        if rung not in tried and is_proven(group, rung, current):
            return Settled((), Proof(current, tuple(group), rung, everywhere=True), tuple(sorted(tried)))
        tried.add(rung)
    left, found = list(group), list[Scenario]()
    while left:
        question = _question(left, rungs_of(left)[-1], current, everywhere=False)
        answer = question.ask(readable=False)
        if isinstance(answer, NoLife):
            proof = Proof(current, tuple(left), len(rungs_of(left)) - 1, everywhere=False)
            return Settled(tuple(found), proof, tuple(sorted(tried)))
        if isinstance(answer, Found):
            answer = question.ask()
        if not isinstance(answer, Found):
            raise MutantUndecided(f"{current}: {left[0].id}: {answer}")
        scenario = _scenario(left[0], answer)
        left = _not_shown(left, scenario)
        found.append(scenario)
    return Settled(tuple(found), None, tuple(sorted(tried)))


def is_proven(group: Sequence[Mutant], rung: int, current: Law) -> bool:
    """Nothing that holds in every law allows a life in which the group's node makes a difference at a rung."""
    question = _question(group, rungs_of(group)[rung], current, everywhere=True)
    return isinstance(question.ask(readable=False), NoLife)


def _scenario(mutant: Mutant, answer: Found) -> Scenario:
    observed = mutant.observed
    day = (answer.on or MIDDAY) if observed.pack == "status" else None
    rule = mutant.fault.rule if mutant.fault else ""
    return Scenario(observed.pack, observed.outcome, rule, "", life=answer.life, on=day)


def _not_shown(mutants: Sequence[Mutant], scenario: Scenario) -> list[Mutant]:
    trial = Trial(columns_of([question_values(scenario)]), [mutants[0].observed])
    left = [mutant for mutant in mutants if not trial.kills(mutant)[0]]
    if len(left) == len(mutants):
        raise InterpretersDisagree(f"{scenario.question()} does not show {mutants[0].id}")
    return left


def _question(left: Sequence[Mutant], whole: Term, current: Law, everywhere: bool) -> Question:
    """Whether some life shows one of the mutants at a node."""
    if left[0].fault is None:
        mutated = left[0].term()
    else:
        node, switched = left[0].fault.node, switched_fault(left)
        mutated = switched if whole.eq(node) else z3.substitute(whole, (node, switched))
    return Question(
        whole != mutated,
        current,
        leaving_out=of_one_law() if everywhere else (),
        milliseconds=SHORT if everywhere else PATIENCE,
    )


def switched_fault(group: Sequence[Mutant]) -> Term:
    """What stands in the node's place: one of the group's faults, by free switches."""
    terms = [mutant.fault.replacement for mutant in group if mutant.fault]
    chosen = terms[-1]
    for number, term in enumerate(terms[:-1]):
        chosen = z3.If(z3.Bool(f"switch {number}"), term, chosen)
    return chosen


def _any_parts(group: Sequence[Mutant]) -> z3.Solver:
    """Whether a fault makes a difference one or two nodes up, where what is compared may have any value.

    That asks about more than the rules allow, so `unsat` holds all the more for them.
    """
    fault = group[0].fault
    assert fault is not None  # groups of a law have one rung and are not asked this
    chain = _chains(group[0].observed.term)[fault.node.get_id()]
    whole = next((term for term in chain[1:] if not z3.is_bool(term)), chain[-1])
    near = {term.get_id() for term in chain[: _position(whole, chain) + 1]}
    parts = {
        part.get_id(): part
        for term in chain[: _position(whole, chain) + 1]
        for part in term.children()
        if part.num_args() and part.get_id() not in near and not z3.is_bool(part)
    }
    free = [(part, z3.Const(f"part {at}", part.sort())) for at, part in enumerate(parts.values())]
    faulty = z3.substitute(whole, (fault.node, switched_fault(group)))
    bits, alone = Bits(), z3.Context()
    solver = z3.SolverFor("QF_BV", ctx=alone)
    solver.set("timeout", SHORT)
    solver.add(bits(z3.substitute(whole, *free) != z3.substitute(faulty, *free)).translate(alone))
    for name, constant in bits.constants.items():
        if bits.sorts[name] == DATE.name():
            solver.add(well_formed(constant).translate(alone))
        elif bits.sorts[name] in CHOICE_SORTS:
            solver.add(z3.ULT(constant, len(CHOICE_SORTS[bits.sorts[name]])).translate(alone))
    return solver


def _position(term: Term, terms: Sequence[Term]) -> int:
    return next(at for at, each in enumerate(terms) if each.eq(term))


def rungs_of(left: Sequence[Mutant]) -> list[Term]:
    """The node itself, the conclusions of rules above it that cannot be avoided, and last the outcome."""
    root, fault = left[0].observed.term, left[0].fault
    if fault is None:
        return [root]
    is_rule = rulebook(fault.law).trace
    chain = _chains(root)[fault.node.get_id()]
    between = [term for term in chain[1:-1] if term.get_id() in is_rule]
    return [*chain[:1], *between, root] if len(chain) > 1 else [root]


_CHAINS: dict[int, tuple[Term, dict[int, list[Term]]]] = {}


def _chains(root: Term) -> dict[int, list[Term]]:
    if root.get_id() not in _CHAINS:
        _CHAINS[root.get_id()] = (root, dominators(root))
    return _CHAINS[root.get_id()][1]


@cache
def of_one_law() -> frozenset[str]:
    """The assumptions that read what a law says, and so are not the same in every law."""
    return frozenset(
        assumption.id
        for assumption in ASSUMPTIONS.values()
        if len({assumption.holds(LIFE, law(edition)).get_id() for edition in EDITIONS}) > 1
    )


def _number_solver(left: Sequence[Mutant]) -> z3.Solver:
    root = left[0].observed.term
    bits, alone = Bits(), z3.Context()
    solver = z3.SolverFor("QF_BV", ctx=alone)
    solver.set("timeout", PATIENCE)
    if left[0].fault:
        differs: Boolean = root != z3.substitute(root, (left[0].fault.node, switched_fault(left)))
    else:
        differs = root != left[0].term()
    solver.add(bits(differs).translate(alone))
    for digit in digit_constants(NUMBER_FORMS[left[0].observed.outcome]):
        solver.add(z3.ULE(bits(digit), 9).translate(alone))
    return solver


def _settled_number(group: Sequence[Mutant], current: Law) -> Settled:
    outcome = group[0].observed.outcome
    digits = digit_constants(NUMBER_FORMS[outcome])
    (kind,) = (kind for kind, name in NUMBER_KINDS.items() if name == outcome)
    left, found = list(group), list[Scenario]()
    while left:
        solver = _number_solver(left)
        verdict = solver.check()
        if verdict == z3.unsat:
            return Settled(tuple(found), Proof(current, tuple(left), 0, everywhere=False))
        if verdict != z3.sat:
            raise MutantUndecided(f"{current}: {left[0].id}: {solver.reason_unknown()}")
        bits, model = Bits(), solver.model()
        values = [model.eval(bits(digit).translate(solver.ctx), model_completion=True) for digit in digits]
        text = "".join(str(value.as_long()) for value in values)
        rule = left[0].fault.rule if left[0].fault else ""
        found.append(Scenario("number", outcome, rule, "", number={kind: text}))
        left = _not_shown(left, found[-1])
    return Settled(tuple(found), None)
