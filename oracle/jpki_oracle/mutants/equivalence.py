"""Mutants that no scenario at hand shows, as questions for the solver: a life that does, or a proof that none can.

Mutants of one node are asked about together: a free switch picks the fault, so that one proof holds for all of them.
A proof can be tried at the nearest conclusions of rules through which everything must pass (`frontiers`), under the
assumptions that hold in every law, or at last for the outcome.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import z3
from jpki_model.bit_solver import bit_solver
from jpki_model.bits import CHOICE_SORTS, Bits, well_formed
from jpki_model.columns import columns_of
from jpki_model.patience import Patience, in_steps
from jpki_model.solver import Form, Found, InterpretersDisagree, NoLife, Question
from jpki_model.traversal import bottom_up
from jpki_spec.assumptions import ASSUMPTIONS, assumed
from jpki_spec.fields import FIELDS
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.number import NUMBER_FORMS, digit_constants
from jpki_spec.terms import DATE, Boolean, Term

from jpki_oracle.mutants.drawing import shown_near
from jpki_oracle.mutants.frontiers import Frontiers
from jpki_oracle.mutants.mutant import Mutant, Trial, possible, question_values, still_alive
from jpki_oracle.scenarios.boundary import MIDDAY
from jpki_oracle.scenarios.scenario import NUMBER_KINDS, Scenario

PATIENCE = in_steps(2_000_000_000)
"""Steps of the solver for a question that must be answered: some five minutes."""
ANY_PARTS = -1
"""The rung at which the terms that a node compares may have any value at all."""
UNDER_ASSUMPTIONS = -2
"""Among rungs that are refuted: the last one below the outcome, under what one law assumes."""
FAIR = 24_000_000
"""Steps, some four seconds, for each of the mutants that are asked about together, before they are halved."""
SHORT = 18_000_000
"""Steps, some three seconds, for a question that may be answered at another place."""


class MutantUndecided(RuntimeError):
    """The solver gave up on a mutant; a suite that may miss a fault is not built."""


@dataclass(frozen=True)
class Proof:
    """That mutants of one node are no different from the rules, in any life that can happen.

    `rung`: at which frontier above the node that was proven, or ANY_PARTS; `everywhere`: under the assumptions
    that every law makes, so that it holds in each; `within`: outputs, parts of this outcome, in which the same faults
    change nothing by other proofs, so that this one is about what they do past these.
    """

    law: Law
    mutants: tuple[Mutant, ...]
    rung: int
    everywhere: bool
    within: tuple[str, ...] = ()

    def digest(self) -> str:
        """The same for the same proof: outcome, law and mutants hashed."""
        about = " ".join([str(self.law), str(self.rung), *(mutant.id for mutant in self.mutants)])
        outcome = self.mutants[0].observed.outcome
        return f"{outcome}-{hashlib.sha256(about.encode()).hexdigest()[:10]}"

    def script(self, form: Form = Form.AS_IT_STANDS) -> str:
        """The problem as SMT-LIB 2, in some form where there are others; another solver must find it unsatisfiable."""
        if self.mutants[0].observed.pack == "number":
            return str(_number_solver(self.mutants).to_smt2())
        if self.rung == ANY_PARTS:
            return str(any_parts(self.mutants).to_smt2())
        frontier = rungs_of(self.mutants)[self.rung]
        question = _question(self.mutants, frontier, self.law, self.everywhere, within=self.within)
        return question.script(form)


def at_which(proof: Proof) -> tuple[Term, ...]:
    """The terms that a proof shows to be no different."""
    if proof.rung == ANY_PARTS:
        return (_way_up(proof.mutants)[-1],)
    return rungs_of(proof.mutants)[proof.rung]


@dataclass(frozen=True)
class Settled:
    """What became of a group of mutants: scenarios that show some of them, a proof for the others."""

    found: tuple[Scenario, ...]
    proofs: tuple[Proof, ...]


def groups(mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, ...]]:
    """Mutants that are asked about together: those of one outcome and node; those of a law one by one."""
    together: dict[tuple[str, int, str], list[Mutant]] = {}
    for mutant in mutants:
        node = mutant.fault.node.get_id() if mutant.fault else -1
        together.setdefault((mutant.observed.outcome, node, str(mutant.other or "")), []).append(mutant)
    yield from (tuple(group) for group in together.values())


def settle(
    group: Sequence[Mutant], current: Law, *, within: Sequence[str] = (), is_hard: bool = False
) -> Settled:
    """Scenarios or a proof for each mutant of a group, by the outcome alone. Raises `MutantUndecided`.

    `within`: outputs in which the faults are known to change nothing. `is_hard`: the question was asked together with
    others and not answered soon.
    """
    if group[0].observed.pack == "number":
        return _settled_number(group, current)
    return Settled(*_at_outcome(list(group), current, tuple(within), is_hard))


def _at_outcome(
    left: list[Mutant], current: Law, within: tuple[str, ...], is_hard: bool
) -> tuple[tuple[Scenario, ...], tuple[Proof, ...]]:
    """Lives for some mutants, proofs for all others, asked together: of fewer what is too hard of many."""
    proofs, found = list[Proof](), list[Scenario]()
    many = len(left)
    while left:
        asked = left[:many]
        patience = in_steps(FAIR * len(asked)) if len(asked) > 1 else PATIENCE
        if is_hard:
            patience = patience.of_a_hard_question()
        question = _question(asked, rungs_of(asked)[-1], current, False, within=within, patience=patience)
        answer = question.ask(readable=False)
        if isinstance(answer, NoLife):
            proofs.append(Proof(current, tuple(asked), len(rungs_of(asked)) - 1, False, within))
            left = left[len(asked) :]
        elif isinstance(answer, Found):
            better = question.ask()
            scenario = scenario_for(left[0], better if isinstance(better, Found) else answer)
            if not possible([scenario], current):
                scenario = _completed(asked, current)
            left = _not_shown(left, scenario)
            near = shown_near([scenario], left, current)
            left = still_alive(left, near)
            found += [scenario, *near]
        elif len(asked) > 1:
            many = len(asked) // 2
        else:
            raise MutantUndecided(f"{current}: {left[0].id}: {answer}")
    return tuple(found), tuple(proofs)


def _completed(asked: Sequence[Mutant], current: Law) -> Scenario:
    """A life in which fields that the outcome does not read are in order, too. Raises `MutantUndecided`."""
    question = Question(
        differs_at(rungs_of(asked)[-1], asked), current, patience=PATIENCE, naming=False, reading=FIELDS
    )
    answer = question.ask()
    if not isinstance(answer, Found):
        raise MutantUndecided(f"{current}: {asked[0].id}: no whole life was found: {answer}")
    return scenario_for(asked[0], answer)


def scenario_for(mutant: Mutant, answer: Found) -> Scenario:
    """The life that the solver found for a mutant, as a scenario."""
    observed = mutant.observed
    day = (answer.on or MIDDAY) if observed.pack == "status" else None
    rule = mutant.fault.rule if mutant.fault else ""
    return Scenario(observed.pack, observed.outcome, rule, "", life=answer.life, on=day)


def _not_shown(mutants: Sequence[Mutant], scenario: Scenario) -> list[Mutant]:
    trial = Trial(columns_of([question_values(scenario)]), [mutants[0].observed])
    left = [mutant for mutant, shown in zip(mutants, trial.kills(mutants)[:, 0], strict=True) if not shown]
    if len(left) == len(mutants):
        raise InterpretersDisagree(f"{scenario.question()} does not show {mutants[0].id}")
    return left


def _question(
    group: Sequence[Mutant],
    frontier: Sequence[Term],
    current: Law,
    everywhere: bool,
    *,
    within: Sequence[str] = (),
    patience: Patience = PATIENCE,
) -> Question:
    """Whether in some life one of the faults of a node makes a difference at a frontier."""
    return Question(
        differs_at(frontier, group, within),
        current,
        leaving_out=of_one_law() if everywhere else (),
        patience=patience,
        naming=False,
    )


def differs_at(frontier: Sequence[Term], group: Sequence[Mutant], within: Sequence[str] = ()) -> Boolean:
    """One of a group's faults, whichever the switches pick, makes a difference at a frontier.

    In outputs `within` it makes none: they are left as they are.
    """
    fault = group[0].fault
    if fault is None:
        return group[0].observed.term != group[0].term()
    switched = switched_fault(group)
    outputs = rulebook(fault.law).outputs
    kept = [(outputs[name], z3.Const(f"kept {name}", outputs[name].sort())) for name in within]
    back = [(constant, term) for term, constant in kept]
    differs: list[Boolean] = []
    for term in frontier:
        faulty = z3.substitute(z3.substitute(z3.substitute(term, *kept), (fault.node, switched)), *back)
        if not faulty.eq(term):
            differs.append(term != faulty)
    if not differs:
        return z3.BoolVal(False)
    return differs[0] if len(differs) == 1 else z3.Or(*differs)


def switched_fault(group: Sequence[Mutant]) -> Term:
    """What stands in the node's place: one of the group's faults, by free switches."""
    terms = [mutant.fault.replacement for mutant in group if mutant.fault]
    chosen = terms[-1]
    for number, term in enumerate(terms[:-1]):
        chosen = z3.If(z3.Bool(f"switch {number}"), term, chosen)
    return chosen


def any_parts(group: Sequence[Mutant]) -> z3.Solver:
    """Whether a fault makes a difference one or two nodes up, where what is compared may have any value.

    That asks about more than the rules allow, so `unsat` holds all the more for them.
    """
    fault, way = group[0].fault, _way_up(group)
    assert fault is not None  # there is no way up without one
    whole, near = way[-1], {term.get_id() for term in way}
    parts = {
        part.get_id(): part
        for term in way
        for part in term.children()
        if part.num_args() and part.get_id() not in near and not z3.is_bool(part)
    }
    for count in _counts(way):
        parts.pop(count, None)
    free = [(part, z3.Const(f"part {at}", part.sort())) for at, part in enumerate(parts.values())]
    faulty = z3.substitute(whole, (fault.node, switched_fault(group)))
    bits, alone = Bits(), z3.Context()
    solver = bit_solver(alone)
    solver.set("rlimit", SHORT)
    solver.add(bits(z3.substitute(whole, *free) != z3.substitute(faulty, *free)).translate(alone))
    for name, constant in bits.constants.items():
        if bits.sorts[name] == DATE.name():
            solver.add(well_formed(constant).translate(alone))
        elif bits.sorts[name] in CHOICE_SORTS:
            solver.add(z3.ULT(constant, len(CHOICE_SORTS[bits.sorts[name]])).translate(alone))
    return solver


def _way_up(group: Sequence[Mutant]) -> list[Term]:
    fault = group[0].fault
    assert fault is not None  # groups of a law have one rung and are not asked about any parts
    return _frontiers(group[0].observed.term, fault.law).way_up(fault.node)


def _counts(way: Sequence[Term]) -> Iterator[int]:
    """The ids of what is added to days, and of its parts, on a way up: no number of days or months is any at all."""
    for term in way:
        if term.decl().name() in ("add_days", "add_months"):
            done = set[int]()
            for part, _ in bottom_up(term.arg(1), done):
                done.add(part.get_id())
                yield part.get_id()


def rungs_of(group: Sequence[Mutant]) -> list[tuple[Term, ...]]:
    """Where a proof can be tried: the frontiers above the node, from itself up to the outcome."""
    root, fault = group[0].observed.term, group[0].fault
    if fault is None:
        return [(root,)]
    key = (root.get_id(), fault.node.get_id())
    if key not in _RUNGS:
        _RUNGS[key] = _frontiers(root, fault.law).above(fault.node)
    return _RUNGS[key]


_RUNGS: dict[tuple[int, int], list[tuple[Term, ...]]] = {}


@cache
def _frontiers_by_id(root: int, current: Law) -> Frontiers:
    return Frontiers(_ROOTS[root], rulebook(current).trace)


_ROOTS: dict[int, Term] = {}


def _frontiers(root: Term, current: Law) -> Frontiers:
    _ROOTS[root.get_id()] = root
    return _frontiers_by_id(root.get_id(), current)


@cache
def of_one_law() -> frozenset[str]:
    """The assumptions that read what a law says, and so are not the same in every law."""
    return frozenset(
        assumption.id
        for assumption in ASSUMPTIONS.values()
        if len({assumed(assumption, law(edition)).get_id() for edition in EDITIONS}) > 1
    )


def _number_solver(left: Sequence[Mutant]) -> z3.Solver:
    root = left[0].observed.term
    bits, alone = Bits(), z3.Context()
    solver = bit_solver(alone)
    solver.set(PATIENCE.option, PATIENCE.most)
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
            return Settled(tuple(found), (Proof(current, tuple(left), 0, everywhere=False),))
        if verdict != z3.sat:
            raise MutantUndecided(f"{current}: {left[0].id}: {solver.reason_unknown()}")
        bits, model = Bits(), solver.model()
        values = [model.eval(bits(digit).translate(solver.ctx), model_completion=True) for digit in digits]
        text = "".join(str(value.as_long()) for value in values)
        rule = left[0].fault.rule if left[0].fault else ""
        found.append(Scenario("number", outcome, rule, "", number={kind: text}))
        left = _not_shown(left, found[-1])
    return Settled(tuple(found), ())
