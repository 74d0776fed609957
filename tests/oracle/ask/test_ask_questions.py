"""`find` and `prove` on questions whose answers are known from the statute."""

from datetime import date

import pytest
from jpki_model.life import LifeRecord
from jpki_model.solver import Found, NoLife, Unknown
from jpki_oracle.ask.predicate import Predicate, PredicateError, parse
from jpki_oracle.ask.questions import Counterexample, Emptiness, Proof, find, prove
from jpki_spec.laws import CURRENT_EDITION, law
from statute import age, card_expires, nth_birthday_after

CENTURY = " + months(240)" * 5


def read(text: str) -> Predicate | None:
    """The predicate, or None where it is refused."""
    try:
        return parse(text, law(CURRENT_EDITION))
    except PredicateError:
        return None


def found(text: str, edition: str = CURRENT_EDITION, **options: bool) -> LifeRecord:
    result = find(parse(text, law(edition)), **options)
    assert isinstance(result, Found)
    return result.life


def against(text: str, edition: str = CURRENT_EDITION, **options: bool) -> LifeRecord:
    result = prove(parse(text, law(edition)), **options)
    assert isinstance(result, Counterexample)
    return result.life


def day(life: LifeRecord, name: str) -> date:
    value = life[name]
    assert isinstance(value, date)
    return value


class TestCertificateAndCard:
    """The slides of 2017 end certificates by birthdays alone; the ordinances end them with the card at the latest."""

    def test_by_the_slides_a_certificate_can_outlive_its_card(self):
        life = found("authentication_expires > card_expires", "mic-2017")
        birth, issued = day(life, "birth"), day(life, "card_issued")
        certificate = nth_birthday_after(birth, day(life, "authentication_issued"), 5)
        assert certificate > card_expires(birth, issued, adult_age=20)

    def test_by_the_ordinances_it_cannot(self):
        assert isinstance(find(parse("authentication_expires > card_expires", law("2024-05-27"))), NoLife)

    @pytest.mark.parametrize("edition", ["2016-01-01", "2022-04-01", "2024-05-27"])
    def test_that_is_proven_for_every_edition_of_the_law(self, edition):
        assert prove(parse("authentication_expires <= card_expires", law(edition))) == Proof()

    def test_by_the_slides_a_life_stands_against_it(self):
        life = against("authentication_expires <= card_expires", "mic-2017")
        birth, issued = day(life, "birth"), day(life, "card_issued")
        certificate = nth_birthday_after(birth, day(life, "authentication_issued"), 5)
        assert certificate > card_expires(birth, issued, adult_age=20)


class TestWitness:
    """A life that is shown meets the predicate by dates computed here."""

    def test_of_an_age(self):
        life = found("age == 17")
        assert age(day(life, "birth"), day(life, "card_issued")) == 17

    def test_of_an_expiry(self):
        life = found("age >= 18 and year(card_expires) - year(card_issued) == 9")
        birth, issued = day(life, "birth"), day(life, "card_issued")
        assert age(birth, issued) >= 18
        assert card_expires(birth, issued).year - issued.year == 9

    def test_of_a_leap_day(self):
        life = found("card_expires == '2030-02-28' and birth == '1992-02-29'")
        assert day(life, "birth") == date(1992, 2, 29)
        assert card_expires(date(1992, 2, 29), day(life, "card_issued")) == date(2030, 2, 28)

    def test_of_a_weekday(self):
        assert (
            day(found("weekday(card_issued) == 6 and birth < card_issued"), "card_issued").isoweekday() == 7
        )

    def test_of_a_choice(self):
        assert found("residence == 'landing'")["residence"] == "landing"

    def test_of_an_absence(self):
        assert "died" not in found("died is None").stated

    def test_of_something_that_always_holds(self):
        assert isinstance(found("True"), LifeRecord)

    @pytest.mark.parametrize("edition", ["mic-2017", "2016-01-01", "2022-04-01", "2024-05-27", "next-card"])
    def test_under_every_edition(self, edition):
        life = found("age < 18", edition)
        assert age(day(life, "birth"), day(life, "card_issued")) < 18


class TestCounterexample:
    """A life against a predicate fails it when the dates are compared by hand."""

    def test_against_two_dates(self):
        life = against("card_issued + days(30) < died")
        assert not (day(life, "died") - day(life, "card_issued")).days > 30

    def test_against_years(self):
        life = against("year(card_issued) - year(birth) >= 18")
        assert not day(life, "card_issued").year - day(life, "birth").year >= 18

    def test_against_an_age(self):
        life = against("age >= 18 if year(card_issued) - year(birth) >= 18 else True")
        birth, issued = day(life, "birth"), day(life, "card_issued")
        assert issued.year - birth.year >= 18
        assert not age(birth, issued) >= 18

    def test_against_a_length(self):
        life = against("card_expires <= card_issued + months(119) if age >= 18 else True")
        birth, issued = day(life, "birth"), day(life, "card_issued")
        assert age(birth, issued) >= 18
        limit = nth_birthday_after(
            issued.replace(day=1), issued, 9
        )  # nine years later, on the first of the month
        assert card_expires(birth, issued) > limit

    def test_against_what_never_holds(self):
        assert isinstance(against("False"), LifeRecord)


class TestProof:
    """What holds for every life is proven; what says nothing says so."""

    @pytest.mark.parametrize(
        "text",
        [
            "card_issued < card_expires if residence == 'citizen' else True",
            # ten years, and a day more for a card made on the 28 February that stands for a birthday on the 29th
            "card_expires <= card_issued + months(120) + days(1) if card_renewal != 'window' and"
            " residence == 'citizen' else True",
            "year(card_expires) - year(card_issued) >= 4 if residence == 'citizen' else True",
            "birth <= died",
            "True",
        ],
    )
    def test_it_says_something(self, text):
        assert prove(parse(text, law(CURRENT_EDITION))) == Proof()

    def test_a_premise_that_nobody_meets_is_named_with_what_it_clashes_with(self):
        proof = prove(parse("card_issued < birth if died < birth else True", law(CURRENT_EDITION)))
        assert isinstance(proof, Proof)
        assert proof.vacuous is Emptiness.NO_PREMISE
        assert [assumption.id for assumption in proof.clash] == ["birth-before-died"]

    def test_a_premise_that_contradicts_itself_clashes_with_nothing(self):
        proof = prove(
            parse("died > birth if 2 == year(died) and 3 == year(died) else True", law(CURRENT_EDITION))
        )
        assert proof == Proof(Emptiness.NO_PREMISE)

    def test_not_a_or_b_has_a_premise_too(self):
        proof = prove(parse("not died < birth or card_issued < birth", law(CURRENT_EDITION)))
        assert isinstance(proof, Proof)
        assert proof.vacuous is Emptiness.NO_PREMISE

    def test_dates_that_nobody_has_together_are_named_with_what_they_clash_with(self):
        # A stay that ends, and a nationality that was lost, exclude one another by the residence of their holders.
        proof = prove(parse("stay_expires < nationality_lost < card_expires", law(CURRENT_EDITION)))
        assert isinstance(proof, Proof)
        assert proof.vacuous is Emptiness.NO_DATES
        assert {assumption.id for assumption in proof.clash} == {
            "nationality-lost-is-transitional",
            "stay-has-end",
        }

    def test_a_row_that_cannot_happen_may_stand_against_it_if_asked_for(self):
        life = against("birth <= died", assume=False)
        assert day(life, "died") < day(life, "birth")


class TestNoLife:
    """That there is no life is proven, and what stands against one is named."""

    def test_the_clash_is_named(self):
        result = find(parse("died < birth", law(CURRENT_EDITION)))
        assert isinstance(result, NoLife)
        assert [assumption.id for assumption in result.clash] == ["birth-before-died"]

    def test_a_row_that_cannot_happen_is_found_if_asked_for(self):
        life = found("died < birth", assume=False)
        assert day(life, "died") < day(life, "birth")

    @pytest.mark.parametrize("text", ["False", "age == 17 and age == 18", "birth < birth", "residence in ()"])
    def test_a_contradiction_clashes_with_nothing(self, text):
        assert find(parse(text, law(CURRENT_EDITION))) == NoLife()


@pytest.mark.parametrize(
    "text",
    [
        "age < 18",
        "died is None",
        "card_expires < signature_expires",
        "card_state(died) == 'valid'",
        "weekday(birth) > 6",
        "not (residence in ())",
    ],
)
def test_what_is_proven_has_no_life_against_it_and_the_reverse(text):
    nobody = isinstance(find(parse(f"not ({text})", law(CURRENT_EDITION))), NoLife)
    assert isinstance(prove(parse(text, law(CURRENT_EDITION))), Proof) is nobody


class TestLimits:
    """What is beyond numbers, calendar or depth is refused or answered: never answered wrongly, never a traceback."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("year(birth) + 7000 + 7000 > 0", id="a sum beyond fourteen bits"),
            pytest.param("year(birth) - 7000 - 7000 < 0", id="a difference beyond fourteen bits"),
            pytest.param("year(birth) > -9000", id="a numeral beyond fourteen bits"),
            # 2500 is no leap year: a hundred years from 29 February 2400 is 28 February, whose eve is the 27th
            pytest.param(
                f"birth == birth and ('2400-02-29'{CENTURY} - days(1) < '2400-02-28'{CENTURY})",
                id="a day beyond the calendar of lives",
            ),
        ],
    )
    def test_what_is_true_is_not_denied(self, text):
        predicate = read(text)
        assert predicate is None or prove(predicate) == Proof()

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("not " * 200 + "birth < died", id="200 not"),
            pytest.param("not " * 400 + "birth < died", id="400 not"),
            pytest.param("year(birth)" + " + 1" * 400 + " > 0", id="400 sums"),
            pytest.param("(" * 150 + "birth < died" + ")" * 150, id="150 parentheses"),
            pytest.param(" and ".join(["birth < died"] * 3000), id="3000 parts"),
        ],
    )
    def test_a_predicate_that_is_read_is_answered(self, text):
        predicate = read(text)
        assert predicate is None or isinstance(find(predicate), Found | NoLife | Unknown)
