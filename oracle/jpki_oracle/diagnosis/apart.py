"""Further questions that tell hypotheses apart: each is the one that leaves the fewest, whatever the answer.

Questions come from lives near edges; where these no longer tell two hypotheses apart, the solver finds a life that
does, or proves that nothing can.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import z3
from jpki_model.columns import Columns, columns_of
from jpki_model.day_columns import Column
from jpki_model.patience import in_steps
from jpki_model.solver import Found, Question
from jpki_spec.terms import Boolean

from jpki_oracle.diagnosis.evidence import LIVES, Answered, code_of
from jpki_oracle.diagnosis.hypothesis import Hypothesis
from jpki_oracle.diagnosis.partition import Order, classes_of, classes_of_scenarios
from jpki_oracle.judge import Observed
from jpki_oracle.mutants.drawing import scenario_at
from jpki_oracle.mutants.faults import observed_outcomes
from jpki_oracle.mutants.mutant import question_values
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.scenarios.boundary import MIDDAY
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS = 24
"""How much of the pool is looked through for a question."""
STEPS = 240_000_000
"""Of the solver, some forty seconds, for a life that tells two hypotheses apart."""
Ask = Callable[[Scenario], Mapping[str, Observed]]
"""Asks the system; gives its answers by outcome, none where it did not answer."""


@dataclass(frozen=True)
class ToldApart:
    """What is left after further questions: hypotheses that no question can tell from each other.

    `asked`: the questions with their answers. Nothing is left if the answers fit no hypothesis.
    """

    left: tuple[Hypothesis, ...]
    asked: tuple[Answered, ...]


def tell_apart(
    hypotheses: Sequence[Hypothesis],
    ask: Ask,
    packs: Sequence[str] = LIVES,
    at_hand: Sequence[Scenario] = (),
    chunks: int = CHUNKS,
    steps: int = STEPS,
) -> ToldApart:
    """Ask until what is left cannot be told apart; questions at hand come first, in an order that needs few.

    `chunks` of lives near edges are looked through; `steps` are the solver's for each two hypotheses that those do
    not tell apart.
    """
    left, asked = ask_at_hand(hypotheses, ask, [each for each in at_hand if each.pack in packs])
    questions = _questions(left, packs, chunks, steps)
    scenario = next(questions, None)
    while scenario is not None:
        asked.append(Answered(scenario, ask(scenario)))
        kept = [each for each in left if fits(each, asked[-1])]
        if len(kept) == len(left):
            break  # the system leaves out what would tell them apart
        left[:] = kept
        scenario = next(questions, None)
    return ToldApart(tuple(left), tuple(asked))


def _questions(left: list[Hypothesis], packs: Sequence[str], chunks: int, steps: int) -> Iterator[Scenario]:
    """Questions that divide what is left, which shrinks from one to the next: of lives near edges, of the solver."""
    if len(left) < 2:
        return
    for columns in lives_near_edges(left[0].law, chunks):
        evaluated = Columns(columns)
        while len(left) > 1 and (scenario := _best_question(left, columns, evaluated, packs)) is not None:
            yield scenario
        if len(left) < 2:
            return
    while len(left) > 1 and (scenario := _from_solver(left, packs, steps)) is not None:
        yield scenario


def ask_at_hand(
    hypotheses: Sequence[Hypothesis], ask: Ask, at_hand: Sequence[Scenario]
) -> tuple[list[Hypothesis], list[Answered]]:
    """What is left when none of the questions at hand divides it, or the system does not answer what would."""
    asked: list[Answered] = []
    if not at_hand:
        return list(hypotheses), asked
    order = Order(classes_of_scenarios(hypotheses, at_hand))
    left = frozenset(range(len(hypotheses)))
    while (question := order.next_question(left)) is not None:
        asked.append(Answered(at_hand[question], ask(at_hand[question])))
        kept = frozenset(at for at in left if fits(hypotheses[at], asked[-1]))
        if kept == left:
            break
        left = kept
    return [hypotheses[at] for at in sorted(left)], asked


def fits(hypothesis: Hypothesis, answered: Answered) -> bool:
    """The hypothesis predicts these answers."""
    one = Columns(columns_of([question_values(answered.scenario)]))
    terms = hypothesis.terms()
    return all(int(one(terms[name])[0]) == code_of(value) for name, value in answered.answers.items())


def _best_question(
    left: Sequence[Hypothesis], joined: Mapping[str, Column], evaluated: Columns, packs: Sequence[str]
) -> Scenario | None:
    """The question after whose answer the fewest hypotheses can be left; None if none of the pool helps."""
    best: tuple[int, str, int] | None = None
    for pack in packs:
        classes = classes_of(left, evaluated, pack)
        largest = np.max([(classes == row).sum(axis=0) for row in range(len(left))], axis=0)
        position = int(largest.argmin())
        if largest[position] < len(left) and (best is None or largest[position] < best[0]):
            best = (int(largest[position]), pack, position)
    if best is None:
        return None
    _, pack, position = best
    outcome = next(o.outcome for o in observed_outcomes(left[0].law) if o.pack == pack)
    return scenario_at(joined, position, pack, outcome, "diagnosis")


def _from_solver(left: Sequence[Hypothesis], packs: Sequence[str], steps: int) -> Scenario | None:
    """A question that tells the first hypothesis from another one; None if none was found."""
    found = (telling_apart(left[0], other, packs, steps) for other in left[1:])
    return next((scenario for scenario in found if scenario), None)


def telling_apart(
    one: Hypothesis, other: Hypothesis, packs: Sequence[str] = LIVES, steps: int = STEPS
) -> Scenario | None:
    """A question that two hypotheses answer differently; None if there is none, or the solver gave up."""
    mine, theirs = one.terms(), other.terms()
    for pack in packs:
        names = [o.outcome for o in observed_outcomes(one.law) if o.pack == pack]
        differs: list[Boolean] = [
            mine[name] != theirs[name] for name in names if not mine[name].eq(theirs[name])
        ]
        if not differs:
            continue
        answer = Question(z3.Or(*differs), one.law, patience=in_steps(steps), naming=False).ask()
        if isinstance(answer, Found):
            day = (answer.on or MIDDAY) if pack == "status" else None
            return Scenario(pack, names[0], "diagnosis", "", life=answer.life, on=day)
    return None
