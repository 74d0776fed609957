"""Runs the pack `card` against one card and tells what happens, as the stream of events that all reports listen to.

`run_card(plan)` yields events. What the card holds is judged first, then sequences, those that lock a PIN last.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jpki_spec.card_readings import CARD_READINGS, CardReadings, card_readings
from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import COULD_NOT_JUDGE, Event, Finished, NotStarted, Started, judged_events
from jpki_oracle.card.case import PACK
from jpki_oracle.card.commands import HolderValues
from jpki_oracle.card.judge import CardJudge, Target
from jpki_oracle.card.opening import OpenCard
from jpki_oracle.card.safety import GuardedSlot
from jpki_oracle.card.sequences import CardSequence, of_tier, shipped_sequences
from jpki_oracle.card.slot import CardFailure
from jpki_oracle.card.structure import StructureJudge
from jpki_oracle.judge import Judgement
from jpki_oracle.known import KnownFailures
from jpki_oracle.sut.connection import Failure, FailureKind
from jpki_oracle.sut.messages import Description


@dataclass(frozen=True)
class CardPlan:
    """What to run against a card and how to judge it.

    `open_card` gives the card, as far as a run may go on it; `new_card` another one like it, where that can be had;
    `values` are what the tester gives as right; `only` the ids to run (all, if empty).
    """

    address: str
    open_card: Callable[[], OpenCard]
    new_card: Callable[[], GuardedSlot] | None = None
    values: HolderValues = field(default_factory=HolderValues)
    readings: CardReadings = field(default_factory=card_readings)
    sequences: Sequence[CardSequence] | None = None
    only: tuple[str, ...] = ()
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False


def run_card(plan: CardPlan) -> Iterator[Event]:
    """Judge what the card holds, then each sequence that its tier allows. Raises what `plan.open_card` raises but
    CardFailure."""
    try:
        opened = plan.open_card()
    except CardFailure as failure:
        kind = FailureKind.NOT_STARTED
        yield NotStarted(plan.address, Failure(kind, failure.detail))
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    target = Target(opened.slot, plan.values, plan.new_card)
    try:
        yield from _run(plan, target, str(opened.permission.tier))
    finally:
        if target.slot is not opened.slot:
            target.slot.close()
        opened.close()


def _run(plan: CardPlan, target: Target, tier: str) -> Iterator[Event]:
    judge = CardJudge(target, plan.readings)
    structure = StructureJudge(judge)
    sequences = of_tier(plan.sequences if plan.sequences is not None else shipped_sequences().sequences, tier)
    if plan.only:
        sequences = [sequence for sequence in sequences if sequence.id.startswith(plan.only)]
    system = Description(
        protocol=1, name=target.slot.name, version=f"tier {tier}", capabilities=[PACK], readings={}
    )
    yield Started(plan.address, system, law(CURRENT_EDITION), len(sequences) + len(structure.cases()))
    yield from judged_events(
        _judgements(plan, judge, structure, sequences), plan.known, PACK, strict=plan.strict
    )


def _judgements(
    plan: CardPlan, judge: CardJudge, structure: StructureJudge, sequences: Sequence[CardSequence]
) -> Iterator[Judgement]:
    for judgement in structure.judgements():
        if not plan.only or judgement.scenario.id.startswith(plan.only):
            yield judgement
    for sequence in sequences:
        yield judge.judge(sequence)


def readings_of_profile(fields: Mapping[str, str]) -> CardReadings:
    """The readings that a card profile stands for: its fields that are questions to the rules."""
    return card_readings({name: value for name, value in fields.items() if name in CARD_READINGS})
