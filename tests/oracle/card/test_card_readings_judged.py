"""The emulated card under every profile and the rules under the same readings, written apart, agree on every case."""

import pytest
from jpki_model.card.presets import example_card
from jpki_oracle.card.judge import CardJudge, Target
from jpki_oracle.card.safety import GuardedSlot
from jpki_oracle.card.sequences import of_tier, shipped_sequences
from jpki_oracle.card.structure import StructureJudge
from jpki_oracle.judge import Judgement, Verdict
from jpki_spec.card_readings import CardReadings, card_readings
from test_card_zoo import VALUES, guarded

DEFAULT = card_readings()
OTHERS = DEFAULT.alternatives()
UNSEEN = {"first_command_after_power"}
"""Questions of which one answer upsets every case, so that it is told apart by claiming it alone."""


def judged(profile: str, claimed: CardReadings) -> list[Judgement]:
    def new() -> GuardedSlot:
        return guarded(example_card(profile))

    judge = CardJudge(Target(new(), VALUES, new), claimed)
    structure = list(StructureJudge(judge).judgements())
    sequences = of_tier(shipped_sequences().sequences, "destructive")
    return structure + [judge.judge(sequence) for sequence in sequences]


def profile_of(readings: CardReadings) -> str:
    changes = DEFAULT.difference(readings).items()
    return ",".join(["probed", *(f"{question}={answer}" for question, answer in changes)])


@pytest.mark.parametrize("readings", OTHERS, ids=str)
def test_a_card_that_claims_its_readings_passes(readings: CardReadings) -> None:
    verdicts = {judgement.verdict for judgement in judged(profile_of(readings), readings)}

    assert verdicts <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert Verdict.PASS in verdicts


@pytest.mark.parametrize("readings", [r for r in OTHERS if not UNSEEN & set(DEFAULT.difference(r))], ids=str)
def test_a_card_that_does_not_claim_them_is_acceptable_and_the_reading_named(readings: CardReadings) -> None:
    judgements = judged(profile_of(readings), DEFAULT)

    assert {j.verdict for j in judgements} == {Verdict.PASS, Verdict.ACCEPTABLE}
    ((reading),) = DEFAULT.difference(readings).items()
    for judgement in judgements:
        assert judgement.verdict is Verdict.PASS or reading in judgement.readings


def test_the_strict_card_passes_under_the_readings_of_its_profile() -> None:
    from dataclasses import asdict

    from jpki_model.card.profile import PROFILES
    from jpki_oracle.card.campaign import readings_of_profile

    claimed = readings_of_profile(asdict(PROFILES["iso"]))

    assert {j.verdict for j in judged("iso", claimed)} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
