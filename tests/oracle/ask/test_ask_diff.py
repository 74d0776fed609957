"""`diff`: what differs between two laws, against what the amendments are known to have changed."""

from datetime import date

import pytest
import z3
from jpki_model.solver import NoLife, Question
from jpki_oracle.ask.diff import MAIN_OUTCOMES, differences
from jpki_oracle.ask.predicate import parse
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rulebook import rulebook
from statute import age, card_expires, nth_birthday_after

FIRST, ADULT_AT_18, ABROAD = law("2016-01-01"), law("2022-04-01"), law("2024-05-27")


@pytest.fixture(scope="module")
def difference():
    """What 1 April 2022 changed about the card's expiry."""
    (found,) = differences(FIRST, ADULT_AT_18, ("card_expires",))
    return found


@pytest.fixture(scope="module")
def found():
    """What 27 May 2024 changed, by outcome."""
    outcomes = ("card_expires", "card_lapses", "age")
    return {each.outcome: each for each in differences(ADULT_AT_18, ABROAD, outcomes)}


class TestAgeOfAdulthood:
    """From 1 April 2022 eighteen stands in the place of twenty, for applications since then (ordinance, transition)."""

    def test_one_rule_says_something_else(self, difference):
        assert [kind.rule.id for kind in difference.kinds] == ["validity.adult"]
        assert difference.unknown == ()

    def test_its_example_is_eighteen_or_nineteen_and_applied_since_then(self, difference):
        life = difference.kinds[0].life
        assert age(life["birth"], life["card_issued"]) in (18, 19)
        assert (life["card_requested"] or life["card_issued"]) >= date(2022, 4, 1)

    def test_its_example_comes_out_as_worked_out_by_hand(self, difference):
        kind = difference.kinds[0]
        birth, issued = kind.life["birth"], kind.life["card_issued"]
        assert kind.one == card_expires(birth, issued, adult_age=20) == nth_birthday_after(birth, issued, 5)
        assert (
            kind.other == card_expires(birth, issued, adult_age=18) == nth_birthday_after(birth, issued, 10)
        )

    def test_it_says_why_on_both_sides(self, difference):
        kind = difference.kinds[0]
        for why in (kind.why_one, kind.why_other):
            assert "validity.adult" in [step.rule.id for top in why for _, step in top.walk()]

    def test_nobody_else_has_another_expiry(self):
        affected = parse(
            "18 <= age <= 19 and (card_requested >= '2022-04-01' if card_requested is not None"
            " else card_issued >= '2022-04-01')",
            FIRST,
        ).condition
        one, other = (rulebook(each).outputs["card_expires"] for each in (FIRST, ADULT_AT_18))
        assert isinstance(Question(z3.And(one != other, z3.Not(affected)), FIRST).ask(), NoLife)


class TestContinuedUseAbroad:
    """From 27 May 2024 a card goes on abroad: that changes what ends it, not until when it is valid."""

    @pytest.mark.parametrize("outcome", ["card_expires", "age"])
    def test_the_expiry_and_the_age_are_proven_equal(self, found, outcome):
        assert (found[outcome].kinds, found[outcome].unknown) == ((), ())

    def test_the_lapse_differs(self, found):
        assert found["card_lapses"].kinds != ()

    def test_every_example_left_japan_and_comes_out_differently(self, found):
        for kind in found["card_lapses"].kinds:
            assert kind.life["left_japan"] is not None
            assert kind.one != kind.other


class TestOneLaw:
    @pytest.mark.parametrize("edition", EDITIONS)
    def test_a_law_does_not_differ_from_itself(self, edition):
        found = differences(law(edition), law(edition))
        assert [difference.outcome for difference in found] == list(MAIN_OUTCOMES)
        assert all(difference.kinds == () and difference.unknown == () for difference in found)

    def test_a_default_reading_that_is_named_changes_nothing(self):
        named = law("2024-05-27", {"age-attained": "midnight"})
        assert all(difference.kinds == () for difference in differences(ABROAD, named))


class TestReading:
    """A reading's difference shows a life to which it matters."""

    def test_of_a_leap_day(self):
        march = law("2024-05-27", {"leap-birthday-certificate": "march-1"})
        (difference,) = differences(ABROAD, march, ("authentication_expires",))
        (kind,) = difference.kinds
        assert (kind.life["birth"].month, kind.life["birth"].day) == (2, 29)
        assert (kind.one.month, kind.one.day) == (2, 28)
        assert kind.other == kind.one.replace(month=3, day=1)

    def test_of_the_eve_of_a_birthday(self):
        eve = law("2024-05-27", {"age-attained": "eve"})
        (difference,) = differences(ABROAD, eve, ("age",))
        (kind,) = difference.kinds
        issued, birth = kind.life["card_issued"], kind.life["birth"]
        assert kind.one == age(birth, issued)
        assert kind.other == age(birth, issued) + 1

    def test_of_the_age_at_the_application(self):
        application = law("2024-05-27", {"age-measured-on": "application"})
        (difference,) = differences(ABROAD, application, ("card_expires",))
        (kind,) = difference.kinds
        birth, requested, issued = (kind.life[name] for name in ("birth", "card_requested", "card_issued"))
        adult_age = 20 if requested < date(2022, 4, 1) else 18
        assert age(birth, requested) < adult_age <= age(birth, issued)
        assert kind.one == nth_birthday_after(birth, issued, 10)
        assert kind.other == nth_birthday_after(birth, issued, 5)

    def test_of_something_without_dates_there_is_none(self):
        chip = law("2024-05-27", {"key-pair-made-by": "authority"})
        assert all(difference.kinds == () for difference in differences(ABROAD, chip))


def test_progress_names_each_outcome_in_turn():
    told = []
    differences(ABROAD, ABROAD, ("age", "card_lapses"), progress=lambda *args: told.append(args))
    assert told == [(0, 2, "age"), (1, 2, "card_lapses")]
