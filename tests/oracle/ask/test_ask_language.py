"""The language of predicates: what each form means, on lives whose dates were worked out by hand."""

from collections.abc import Mapping

import pytest
from jpki_model.evaluate import compile_terms
from jpki_model.life import life
from jpki_oracle.ask.predicate import Predicate, parse
from jpki_spec.laws import law

CURRENT = law("2024-05-27")

# Born in 1990, thirty years old when everything was issued: the card ends on the tenth birthday after that, in
# 2030, the certificates on the fifth, in 2025.
ADULT = {
    "birth": "1990-05-10",
    "card_issued": "2020-06-01",
    "signature_issued": "2020-06-01",
    "authentication_issued": "2020-06-01",
}
LEAPLING = {**ADULT, "birth": "1992-02-29"}


def holds(text: str, row: Mapping[str, str]) -> bool:
    """The predicate is true of this one life."""
    return _value(parse(text, CURRENT).condition, row)


def _value(condition: object, row: Mapping[str, str]) -> bool:
    (value,) = compile_terms([condition])(life(row).values())
    assert isinstance(value, bool)
    return value


def speaks_of(text: str) -> Predicate:
    return parse(text, CURRENT)


TRUE_OF_ADULT = {
    # names of a life, and of what the rules conclude from it
    "a date against a date": "birth < card_issued",
    "a date against a quoted day": "card_issued == '2020-06-01'",
    "a quoted day on the left": "'2020-05-31' < card_issued",
    "an outcome": "card_expires == '2030-05-10'",
    "an outcome of a certificate": "signature_expires == '2025-05-10'",
    "an outcome that is another's": "authentication_expires == signature_expires",
    # comparisons
    "less": "signature_expires < card_expires",
    "at most": "card_issued <= signature_issued",
    "more": "card_expires > signature_expires",
    "at least": "card_issued >= signature_issued",
    "unlike": "card_issued != birth",
    "a chain": "birth < card_issued < signature_expires < card_expires",
    "a chain of equals": "card_issued == signature_issued == authentication_issued",
    # whether a date is there
    "is None": "died is None",
    "is not None": "card_issued is not None",
    "an outcome is None": "card_lapses is None",
    # choices
    "a choice": "residence == 'citizen'",
    "a choice on the right": "'citizen' == residence",
    "another choice": "card_renewal != 'window'",
    "in a tuple": "residence in ('citizen', 'permanent')",
    "in a list": "residence in ['citizen']",
    "in a set": "residence in {'permanent', 'citizen'}",
    "not in": "residence not in ('limited', 'landing')",
    "a date in a list": "card_issued in ('2020-05-31', '2020-06-01')",
    "a number in a list": "age in (29, 30)",
    # and, or, not, constants
    "and": "age == 30 and died is None",
    "or": "age == 31 or died is None",
    "not": "not age == 31",
    "and before or": "age == 30 or age == 31 and died is not None",
    "not before and": "not age == 31 and age == 30",
    "True": "True",
    "not False": "not False",
    "two conditions alike": "(age < 18) == (died is not None)",
    # if and else
    "if of conditions": "age == 30 if died is None else age == 31",
    "if of days, the first": "card_issued == ('2020-06-01' if age >= 18 else birth)",
    "if of days, the second": "card_issued > (card_expires if age < 18 else '2020-05-31')",
    "if of numbers": "age == (30 if died is None else 31)",
    # days and months
    "days later": "card_issued + days(1) == '2020-06-02'",
    "days earlier": "card_issued - days(1) == '2020-05-31'",
    "across a leap day": "'2024-02-28' + days(2) == '2024-03-01'",
    "across a year": "'2023-12-31' + days(1) == '2024-01-01'",
    "the most days": "'2000-01-01' + days(3700) == '2010-02-17'",
    "months later": "card_issued + months(8) == '2021-02-01'",
    "months to a shorter month": "'2024-01-31' + months(1) == '2024-02-29'",
    "months before": "'2024-03-31' - months(1) == '2024-02-29'",
    "a year before a leap day": "'2024-02-29' - months(12) == '2023-02-28'",
    "the most months": "birth + months(240) == '2010-05-10'",
    "twice": "card_issued + months(1) + days(1) == '2020-07-02'",
    # numbers
    "age on the day of issue": "age == 30",
    "sums of numbers": "age + 1 == 31",
    "differences of numbers": "year(card_expires) - year(card_issued) == 10",
    "a negative number": "age - 31 == -1",
    # ages and calendars
    "age on the eve of a birthday": "age_on('2020-05-09') == 29",
    "age on a birthday": "age_on('2020-05-10') == 30",
    "age on a date of the life": "age_on(signature_issued) == 30",
    "age on an outcome": "age_on(card_expires) == 40",
    "year": "year(birth) == 1990",
    "year of a day": "year('2024-02-29') == 2024",
    "a Thursday": "weekday('2024-02-29') == 3",
    "a Monday": "weekday('2024-03-04') == 0",
    "a Sunday": "weekday('2024-03-03') == 6",
    # states
    "card before its issue": "card_state('2020-05-31') == 'not_yet'",
    "card on its last day": "card_state('2030-05-10') == 'valid'",
    "card after its last day": "card_state('2030-05-11') == 'expired'",
    "certificate on its last day": "signature_state('2025-05-10') == 'valid'",
    "certificate after its last day": "authentication_state('2025-05-11') in ('expired', 'revoked')",
    "state on a date of the life": "card_state(card_issued) == 'valid'",
    "state on a date that is added to": "card_state(card_expires + days(1)) == 'expired'",
    # what may be issued: nobody under fifteen
    "signature may be issued": "signature_issuable",
    # layout
    "spaces around": "   age == 30   ",
    "a comment": "age == 30  # thirty",
    "brackets over two lines": "(age == 30\n and died is None)",
}


@pytest.mark.parametrize("text", TRUE_OF_ADULT.values(), ids=TRUE_OF_ADULT.keys())
def test_each_form_says_what_was_worked_out_by_hand(text):
    assert holds(text, ADULT)


@pytest.mark.parametrize("text", TRUE_OF_ADULT.values(), ids=TRUE_OF_ADULT.keys())
def test_each_form_says_the_reverse_behind_not(text):
    assert not holds(f"not ({text.strip().partition('#')[0]})", ADULT)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        pytest.param("birth < card_expires < card_issued", ADULT, id="a chain that breaks at its end"),
        pytest.param("age == 31 and card_issued > birth", ADULT, id="an and with one false part"),
        pytest.param("age == 31 or died is not None", ADULT, id="an or without a true part"),
        pytest.param("residence in ()", ADULT, id="in an empty list"),
        pytest.param("card_issued < died", {**ADULT, "died": "2020-05-31"}, id="an earlier death"),
        pytest.param(
            "signature_issuable",
            {"birth": "2012-01-01", "signature_issued": "2024-01-01"},
            id="twelve years old",
        ),
    ],
)
def test_what_is_not_so_is_false(text, row):
    assert not holds(text, row)


@pytest.mark.parametrize(
    "text",
    [
        "card_expires == '2030-02-28'",  # the tenth birthday falls into a common year
        "signature_expires == '2025-02-28'",
        "age_on('2021-02-28') == 28",  # the age follows the Civil Code: complete when February has ended
        "age_on('2021-03-01') == 29",
        "age_on('2024-02-28') == 31",
        "age_on('2024-02-29') == 32",
        "birth + months(12) == '1993-02-28'",
        "authentication_renewable_from == '2024-11-29'",  # the day after 28 November
    ],
)
def test_somebody_born_on_a_leap_day(text):
    assert holds(text, LEAPLING)


def test_death_ends_everything():
    dead = {**ADULT, "died": "2023-01-05"}
    assert holds("card_state('2024-01-01') == 'lapsed' and signature_state('2024-01-01') == 'revoked'", dead)


def test_a_name_means_what_the_law_says_that_was_given():
    minor = {"birth": "2005-01-15", "card_issued": "2024-01-10"}  # eighteen: an adult since April 2022
    text = "card_expires == '2029-01-15'"  # the fifth birthday after 10 January 2024 is in 2028, the tenth in 2033
    assert not _value(parse(text, CURRENT).condition, minor)
    assert _value(parse("card_expires == '2033-01-15'", CURRENT).condition, minor)
    assert _value(parse("card_expires == '2028-01-15'", law("2016-01-01")).condition, minor)


def test_a_name_means_what_the_reading_says_that_was_given():
    march = law("2024-05-27", {"leap-birthday-certificate": "march-1"})
    assert _value(parse("signature_expires == '2025-03-01'", march).condition, LEAPLING)


NAMES = [
    "birth",
    "stay_expires",
    "nationality_lost",
    "card_requested",
    "card_issued",
    "signature_issued",
    "authentication_issued",
    "moveout_notified",
    "moveout_planned",
    "moved_in",
    "movein_notified",
    "card_presented",
    "moved_out_again",
    "left_japan",
    "card_presented_abroad",
    "record_corrected",
    "died",
    "record_deleted",
    "card_returned",
    "reissue_requested",
    "signature_revocation_requested",
    "authentication_revocation_requested",
    "revocation_recorded",
    "card_expires",
    "signature_expires",
    "authentication_expires",
    "card_renewable_from",
    "signature_renewable_from",
    "authentication_renewable_from",
    "card_lapses",
    "signature_revoked",
    "authentication_revoked",
    "card_ends",
    "signature_ends",
    "authentication_ends",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_date_of_a_life_and_every_outcome_has_its_name(name):
    assert speaks_of(f"{name} > '1990-01-01'").names == (name,)


@pytest.mark.parametrize(
    "text",
    [
        "residence == 'transitional'",
        "card_renewal == 'full_notes'",
        "signature_renewal == 'window'",
        "authentication_renewal == 'none'",
        "correction == 'minor'",
    ],
)
def test_every_choice_of_a_life_has_its_name(text):
    assert speaks_of(text).names == ()


class TestPresence:
    """A predicate speaks of lives in which every date that it names exists, unless `is None` lifts that."""

    def test_a_date_that_is_named_is_present(self):
        assert speaks_of("died > card_issued").present_fields == {"died", "card_issued"}

    def test_an_outcome_that_is_named_exists(self):
        predicate = speaks_of("card_lapses > birth")
        assert not _value(predicate.exists, ADULT)
        assert _value(predicate.exists, {**ADULT, "card_returned": "2021-01-01"})

    @pytest.mark.parametrize("test", ["died is None", "died is not None"])
    def test_is_none_lifts_it_for_its_name_alone(self, test):
        predicate = speaks_of(f"({test} or died > card_issued) and birth < card_issued")
        assert predicate.names == ("card_issued", "birth")

    def test_age_needs_a_birth_and_an_issue(self):
        assert speaks_of("age < 18").present_fields == {"birth", "card_issued"}

    def test_age_on_a_day_needs_a_birth(self):
        assert speaks_of("age_on('2024-01-01') < 18").present_fields == {"birth"}

    def test_a_quoted_day_needs_nothing(self):
        assert speaks_of("year('2024-01-01') == 2024").present_fields == frozenset()


class TestImplication:
    """`B if A else True` and `not A or B` have a premise, without which a proof would say nothing."""

    @pytest.mark.parametrize(
        "text",
        [
            "age < 40 if died is None else True",
            "not died is None or age < 40",
            "not died is None or age < 40 or False",
        ],
    )
    def test_premise_and_conclusion_are_told_apart(self, text):
        predicate = speaks_of(text)
        assert _value(predicate.premise, ADULT)
        assert not _value(predicate.premise, {**ADULT, "died": "2023-01-05"})
        assert _value(predicate.conclusion, ADULT)
        assert _value(predicate.condition, {**ADULT, "died": "2023-01-05"})

    @pytest.mark.parametrize(
        "text",
        ["age < 40", "died is None or age < 40", "age < 40 if died is None else False", "not age < 40"],
    )
    def test_other_forms_have_no_premise(self, text):
        assert speaks_of(text).premise is None
