"""Telling hypotheses apart by further questions: a reading is found out of all single ones of an edition."""

import pytest
from jpki_model.outcome import outcome_of
from jpki_oracle.diagnosis.apart import tell_apart
from jpki_oracle.diagnosis.hypothesis import Hypothesis
from jpki_spec.fields import VALIDITY_OUTPUTS
from jpki_spec.laws import law

CURRENT = law("2024-05-27")
ALL = [Hypothesis(CURRENT), *map(Hypothesis, CURRENT.alternatives())]


def answering_by(other):
    """A system that is right under another law; by the compiled Python, not by the columns."""

    def ask(scenario):
        outcome = outcome_of(scenario.life, other)
        if scenario.on:
            return {f"{item}_state": state for item, state in outcome.states(scenario.on).items()}
        return {name: outcome.outputs[name] for name in VALIDITY_OUTPUTS}

    return ask


@pytest.mark.parametrize(
    "reading",
    [("leap-birthday-certificate", "next-leap-day"), ("presented-on-leaving-day", "too-late")],
    ids=str,
)
def test_a_reading_is_found_out_of_all_single_ones(reading):
    other = CURRENT.with_reading(*reading)
    told = tell_apart(ALL, answering_by(other))
    assert [each.law for each in told.left] == [other]
    assert len(told.asked) < len(ALL) - 1  # fewer than one question for each alternative


def test_answers_that_fit_no_reading_leave_nothing():
    def ask(scenario):
        return {"card_state": "expired"} if scenario.on else dict.fromkeys(VALIDITY_OUTPUTS)

    assert tell_apart(ALL, ask).left == ()


def test_laws_that_never_differ_are_left_together():
    """Where somebody under fifteen gets a certificate decides no date, so no question tells the two apart."""
    other = CURRENT.with_reading("signature-under-fifteen", "exceptional")
    pair = (Hypothesis(CURRENT), Hypothesis(other))
    told = tell_apart(pair, answering_by(CURRENT))
    assert (told.left, told.asked) == (pair, ())
