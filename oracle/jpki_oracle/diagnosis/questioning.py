"""A system that can be asked on: lives beyond the suites guide the search, check what it finds, and tell it apart.

The answers to a suite are few for a system with many faults at once, so that the wrong faults explain them too. An
explanation is given only after it has foretold the answers to lives that it was not made from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jpki_spec.laws import Law

from jpki_oracle.diagnosis.apart import Ask, tell_apart
from jpki_oracle.diagnosis.evidence import Answered, Evidence
from jpki_oracle.diagnosis.search import Diagnosis, Progress, diagnose, unexplained
from jpki_oracle.mutants.drawing import scenario_at
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.scenarios.scenario import Scenario

CHUNKS, FROM_A_CHUNK = 16, 200
"""Lives near edges that a system with several faults is asked for beside the suites: the product, for states."""
HELD_BACK = 8
"""Chunks of other lives with which an explanation is checked."""
ROUNDS = 6
"""How often answers that an explanation did not foretell are taken into the search."""
MOST_TOLD_APART = 60
"""Explanations of one size among which further questions are asked."""
TELLING = 24
"""Chunks of lives near edges that are looked through for a question that tells explanations apart."""
STEPS = 12_000_000
"""Of the solver, some two seconds, for a life that tells two explanations apart."""


@dataclass(frozen=True)
class Conclusion:
    """What was found out.

    `asked`: the questions that told explanations apart, with their answers; `further`: how many lives beyond the
    suites the system was asked for before; `foretold`: how many more the explanations were checked with.
    """

    found: Diagnosis
    evidence: Evidence
    asked: tuple[Answered, ...] = ()
    further: int = 0
    foretold: int = 0


def diagnose_answers(answered: Sequence[Answered], claimed: Law, progress: Progress) -> Conclusion:
    """The diagnosis of answers on record."""
    evidence = Evidence(answered)
    return Conclusion(diagnose(evidence, claimed, progress=progress), evidence)


def diagnose_system(
    answered: Sequence[Answered], claimed: Law, ask: Ask, packs: Sequence[str], progress: Progress
) -> Conclusion:
    """The diagnosis of a system that answered the suites, asking on. `ask` raises what it raises."""
    known, further = list(answered), 0
    found = diagnose(Evidence(known), claimed, most_changes=1, progress=progress, explaining=False)
    if not found.explanations:
        more = [Answered(life, ask(life)) for life in _lives(claimed, packs, range(CHUNKS))]
        known, further = known + more, len(more)
        found = diagnose(Evidence(known), claimed, progress=progress)
    held_back = [
        Answered(life, ask(life)) for life in _lives(claimed, packs, range(CHUNKS, CHUNKS + HELD_BACK))
    ]
    asked: list[Answered] = []
    for _ in range(ROUNDS):
        if not found.explanations:
            break
        told = tell_apart(found.explanations[:MOST_TOLD_APART], ask, packs, chunks=TELLING, steps=STEPS)
        asked += told.asked
        new = list(told.asked) if not told.left else unexplained(held_back, told.left[0])
        if not new:
            found = Diagnosis(told.left, found.nearest)
            break
        known += new
        found = diagnose(Evidence(known), claimed, progress=progress, start=found.explanations[0])
    return Conclusion(
        found, Evidence(known), tuple(asked), further, len(held_back) if found.explanations else 0
    )


def _lives(claimed: Law, packs: Sequence[str], chunks: range) -> Iterator[Scenario]:
    """Lives near edges for each pack, a fourth as many for dates, which hang on fewer events."""
    for number, columns in enumerate(lives_near_edges(claimed, chunks.stop)):
        if number not in chunks:
            continue
        step = max(1, len(columns["on"]) // FROM_A_CHUNK)
        for at in range(0, len(columns["on"]), step):
            if "status" in packs:
                yield scenario_at(columns, at, "status", "card_state", "diagnosis")
            if "validity" in packs and at % (4 * step) == 0:
                yield scenario_at(columns, at, "validity", "card_expires", "diagnosis")
