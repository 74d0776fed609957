"""The solver's proof that the budget keeps a real card from its last tries, whatever the card answers.

The functions of `jpki_oracle.card.budget` are tabulated, not written down again: what is proven is what runs. Beside
the tally stands the true counter, which nobody sees. A PIN that is presented may be right or wrong; the card may carry
it out or be torn out before; its answer may be lost, or claim any number of tries. One thing is assumed: that the card
tells the truth when it is asked for its counter, and says 9000 to a PIN only if its counter is full then.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import z3

from jpki_oracle.card import budget
from jpki_oracle.card.budget import LEAST_LEFT, Tally

Policy = Callable[[Tally], str | None]
"""Why a PIN may not be presented now, or None."""


@dataclass(frozen=True)
class Rules:
    """The functions that are proven; others in their place show that the proof can fail."""

    told: Callable[[Tally, int], Tally] = budget.told
    presented: Callable[[Tally], Tally] = budget.presented
    accepted: Callable[[Tally], Tally] = budget.accepted
    refused: Callable[[Tally, int | None], Tally] = budget.refused
    forgotten: Callable[[Tally], Tally] = budget.forgotten


@dataclass(frozen=True)
class Step:
    """One thing that can happen: from a tally and a true counter to the next of both; `presents`: a PIN was sent."""

    what: str
    before: Tally
    left_before: int
    after: Tally
    left_after: int
    presents: bool


@dataclass(frozen=True)
class Refutation:
    """A step by which the budget is broken, and why."""

    step: Step
    why: str


def refute(maximum: int, policy: Policy, floor: int, rules: Rules | None = None) -> Refutation | None:
    """A step after which fewer than `floor` tries are left, or may be without being feared; None: there is none.

    `floor` holds of steps that present a PIN. Proven by induction, so for any number of presentations and runs: of
    every tally, whether it can be reached or not, in which the tries feared are no more than those that are left.
    """
    steps = list(_steps(maximum, policy, rules or Rules()))
    solver = z3.Solver()
    chosen, feared, left, feared_after, left_after = z3.Ints("step feared left feared_after left_after")
    presents = z3.Bool("presents")
    solver.add(
        z3.Or(
            *(
                z3.And(
                    chosen == number,
                    feared == step.before.tries_feared,
                    left == step.left_before,
                    feared_after == step.after.tries_feared,
                    left_after == step.left_after,
                    presents == step.presents,
                )
                for number, step in enumerate(steps)
            )
        )
    )
    solver.add(feared <= left)
    for why, broken in (
        (f"fewer than {floor} tries are left", z3.And(presents, left_after < floor)),
        ("fewer tries are left than are feared", feared_after > left_after),
    ):
        solver.push()
        solver.add(broken)
        outcome = solver.check()
        if outcome == z3.sat:
            return Refutation(steps[solver.model()[chosen].as_long()], why)
        assert outcome == z3.unsat
        solver.pop()
    return None


def fewest_left(maximum: int, left: int, presentations: int, policy: Policy) -> int:
    """The fewest tries that so many presentations, each after asking, can leave of the `left` that there are now."""
    moves = {
        (step.left_before, step.left_after)
        for step in _steps(maximum, policy, Rules())
        if step.presents and step.before == Tally(maximum, step.left_before)
    }
    counters = [z3.Int(f"left_{index}") for index in range(presentations + 1)]
    fewest = z3.Int("fewest")
    solver = z3.Solver()
    solver.add(counters[0] == left, z3.Or(*(fewest == counter for counter in counters)))
    for before, after in pairwise(counters):
        solver.add(z3.Or(before == after, *(z3.And(before == b, after == a) for b, a in moves)))
    for guess in range(left + 1):
        if solver.check(fewest == guess) == z3.sat:
            return guess
    return left


def _steps(maximum: int, policy: Policy, rules: Rules) -> Iterable[Step]:
    counters = range(maximum + 1)
    for tally in _tallies(maximum):
        for left in counters:
            yield Step(
                "the card is reset, or another run begins", tally, left, rules.forgotten(tally), left, False
            )
            yield Step("the card is asked", tally, left, rules.told(tally, left), left, False)
            if policy(tally) is None:
                sent = rules.presented(tally)
                yield from _presentation(maximum, tally, sent, left, rules)


def _presentation(maximum: int, tally: Tally, sent: Tally, left: int, rules: Rules) -> Iterable[Step]:
    claims: Sequence[int | None] = (None, *range(maximum + 1))
    lost = rules.forgotten(sent)
    outcomes = [("it never arrives", left), ("it is wrong", max(left - 1, 0))]
    if left:
        yield Step("it is right, and accepted", tally, left, rules.accepted(sent), maximum, True)
        outcomes.append(("it is right", maximum))
    for what, after in outcomes:
        yield Step(f"{what}, and the answer is lost", tally, left, lost, after, True)
        for claim in claims:
            answer = "an error" if claim is None else f"63C{claim:X}"
            yield Step(
                f"{what}, and the answer is {answer}", tally, left, rules.refused(sent, claim), after, True
            )


def _tallies(maximum: int) -> Iterable[Tally]:
    """Every tally with as many doubts as there are tries, and one more."""
    doubts = range(maximum + 2)
    for asked in (None, *range(maximum + 1)):
        for lost in doubts:
            for unadmitted in doubts:
                yield Tally(maximum, asked, lost, unadmitted)


OWN_PIN_RULE: tuple[Policy, Callable[[int], int]] = (budget.may_present_own, lambda maximum: maximum - 1)
DESTRUCTIVE_RULE: tuple[Policy, Callable[[int], int]] = (budget.may_present_any, lambda maximum: LEAST_LEFT)
"""What may be presented, and how many tries are left for sure by it."""
