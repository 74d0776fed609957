"""What ought to follow from the rules does: every property is proven, of lives that exist."""

import pytest
import z3
from jpki_model.outcome import outcome_of
from jpki_model.patience import in_milliseconds
from jpki_model.solver import Unknown
from jpki_oracle.ask.proofs import Proven, Refuted, Vacuous, check
from jpki_spec.fields import Text
from jpki_spec.laws import EDITIONS, READINGS, Law, law
from jpki_spec.properties import PROPERTIES, Claim, Property, holds, registry
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Date, literal


def findings(properties: list[Property], laws: list[Law]) -> dict[str, object]:
    """What became of each claim, by law, where it was not proven."""
    checked = check(properties, lambda each: laws)
    return {str(each.law): each.finding for each in checked if not isinstance(each.finding, Proven)}


@pytest.mark.parametrize("each", PROPERTIES.values(), ids=PROPERTIES)
def test_a_property_is_proven_for_every_edition_that_it_is_claimed_for(each: Property) -> None:
    defaults = [current for current in each.laws() if not current.readings]
    assert findings([each], defaults) == {}


def one_alternative(number: int, each: Property) -> Law:
    """One of the laws with another reading, a different one from property to property."""
    others = [current for current in each.laws() if current.readings]
    return others[number * 7 % len(others)]


@pytest.mark.parametrize(
    ("current", "each"),
    [
        pytest.param(one_alternative(number, each), each, id=f"{each.id}-{one_alternative(number, each)}")
        for number, each in enumerate(PROPERTIES.values())
    ],
)
def test_a_property_is_proven_under_another_reading(current: Law, each: Property) -> None:
    """One reading for each property, so that all tests stay short; `jpki-oracle properties` proves all of them."""
    assert findings([each], [current]) == {}


@pytest.mark.parametrize("each", PROPERTIES.values(), ids=PROPERTIES)
def test_a_property_is_stated_in_both_languages_for_laws_that_exist(each: Property) -> None:
    assert each.statement.en.strip()
    assert not each.statement.ja.isascii()
    assert set(each.editions) <= set(EDITIONS)
    assert {str(current) for current in each.laws() if not current.readings} == set(each.editions)


@pytest.mark.parametrize("each", PROPERTIES.values(), ids=PROPERTIES)
def test_what_a_property_excepts_is_open_in_an_edition_that_it_claims(each: Property) -> None:
    for question, _ in each.excepting:
        assert set(READINGS[question].open_in) & set(each.editions), question


def test_a_property_is_claimed_for_every_single_answer_but_those_that_it_excepts() -> None:
    each = Property(
        "x", Text("x", "x"), ("mic-2017",), (("move-limbs", "both"),), lambda current: Claim(True, True)
    )
    answers = {question: answer for current in each.laws() for question, answer in current.readings.items()}
    assert law("mic-2017") in each.laws()
    assert "move-limbs" not in answers
    assert answers["ninety-days-from"] == "moved-in"


# ---------------------------------------------------------------------------------------------- the proofs themselves


def made(premise: z3.BoolRef, conclusion: z3.BoolRef) -> Property:
    return Property(
        "made-up", Text("made up", "作り話"), ("2024-05-27",), (), lambda current: Claim(premise, conclusion)
    )


CURRENT = law("2024-05-27")
EXPIRES = Date(rulebook(CURRENT).outputs["card_expires"])


def test_a_false_claim_is_refuted_with_a_life_against_it() -> None:
    # Given the claim that no citizen's card runs for more than ten years, which one renewed in its window does
    broken = made(
        z3.And(LIFE.residence.is_("citizen"), EXPIRES.exists), LIFE.card_issued.plus_months(120) >= EXPIRES
    )
    (checked,) = check([broken], lambda each: [CURRENT])
    # Then a life against it is shown, and the rules agree that it is one
    assert isinstance(checked.finding, Refuted)
    row = checked.finding.life
    issued, expires = row["card_issued"], outcome_of(row, CURRENT).outputs["card_expires"]
    assert (expires.year, expires.month, expires.day) > (issued.year + 10, issued.month, issued.day)


def test_a_claim_about_nobody_is_vacuous() -> None:
    nobody = made(LIFE.died < LIFE.birth, literal(2024, 1, 1) == EXPIRES)
    (checked,) = check([nobody], lambda each: [CURRENT])
    assert isinstance(checked.finding, Vacuous)


def test_a_claim_that_takes_too_long_is_neither_proven_nor_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jpki_oracle.ask.proofs.PATIENCE", in_milliseconds(1))
    each = PROPERTIES["lapse-not-later-for-earlier-plan"]
    (checked,) = check([each], lambda each: [CURRENT])
    assert isinstance(checked.finding, Unknown)


def test_equal_claims_are_proven_once() -> None:
    # Given two laws that differ in what the claim does not read
    each = PROPERTIES["stay-decides-for-limited"]
    laws = [CURRENT, CURRENT.with_reading("revocation-instant", "event")]
    first, second = check([each], lambda each: laws)
    assert (first.anew, second.anew) == (True, False)
    assert first.finding == second.finding == Proven()


def test_two_properties_cannot_have_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PROPERTIES", {"taken": PROPERTIES["card-never-back"]})
    with pytest.raises(ValueError, match="two properties are called taken"):
        holds("taken", "taken", "既存")(lambda current: Claim(z3.BoolVal(True), z3.BoolVal(True)))


def test_only_answers_that_exist_can_be_excepted() -> None:
    with pytest.raises(KeyError):
        holds("new", "new", "新規", excepting=(("move-limbs", "neither"),))(lambda current: Claim(True, True))
    assert "new" not in PROPERTIES
