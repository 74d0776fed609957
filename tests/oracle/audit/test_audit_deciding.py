"""The rule that decided, for many rows at once: the same as the derivation of a single life ends in."""

import pytest
from hypothesis import given, settings
from jpki_model.derivation import derive
from jpki_model.evaluate import compile_terms
from jpki_model.life import life
from jpki_oracle.audit.deciding import deciding
from jpki_oracle.strategies import lives
from jpki_spec.fields import OUTPUTS
from jpki_spec.laws import CURRENT_EDITION, law
from jpki_spec.rulebook import rulebook

LAW = law(CURRENT_EDITION)
DECIDING = {name: deciding(name, LAW) for name in OUTPUTS}
COMPILED = compile_terms([each.term for each in DECIDING.values()])


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(lives())
def test_the_deciding_rule_is_part_of_the_derivation_and_has_the_outcomes_value(life):
    values, book = life.values(), rulebook(LAW)
    found = dict(zip(DECIDING, COMPILED(values), strict=True))
    for name, number in found.items():
        rule = DECIDING[name].rules[number]
        steps = [step for top in derive(book.outputs[name], book, values) for _, step in top.walk()]
        told = {step.rule.id: step.value for step in steps}
        if rule.id in told and not name.endswith(("_ends", "_from", "age")):
            assert told[rule.id] == compile_terms([book.outputs[name]])(values)[0]


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ({"residence": "citizen"}, "validity.card-birthday"),
        ({"residence": "limited", "stay_expires": "2022-01-01"}, "validity.card"),
        ({"residence": "transitional"}, "validity.transitional"),
    ],
)
def test_the_expiry_of_a_card_is_decided_by_the_holders_residence(stated, rule):
    record = life({"birth": "1990-05-01", "card_issued": "2020-06-10", **stated})
    number = dict(zip(DECIDING, COMPILED(record.values()), strict=True))["card_expires"]
    assert DECIDING["card_expires"].rules[number].id == rule


def test_a_lapse_is_decided_by_the_event_that_came_first():
    record = life(
        {
            "birth": "1950-05-01",
            "card_issued": "2020-06-10",
            "card_returned": "2021-02-01",
            "died": "2021-01-01",
        }
    )
    number = dict(zip(DECIDING, COMPILED(record.values()), strict=True))["card_lapses"]
    assert DECIDING["card_lapses"].rules[number].id == "moves.died"
