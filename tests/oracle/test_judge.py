"""One answer, one verdict: nothing passes by default, and a wrong answer says by which rule and clause it is wrong."""

from collections.abc import Mapping
from datetime import date

import pytest
from jpki_oracle.judge import Judge, Judgement, Verdict
from jpki_oracle.scenarios.scenario import Scenario
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal
from jpki_spec.laws import law
from leapling_systems import (
    CODE,
    MARCH_CARD,
    MARCH_CERTIFICATES,
    NUMBER,
    RIGHT,
    SIGNATURE,
    STATES,
    STATUS,
    VALIDITY,
    WRONG_NUMBER,
)

CURRENT = law("2024-05-27")


def days(answer: Mapping[str, object]) -> dict[str, object]:
    """The answer as a session gives it: dates as dates."""
    return {name: date.fromisoformat(v) if isinstance(v, str) else v for name, v in answer.items()}


def validity(
    answer: Mapping[str, object], scenario: Scenario = VALIDITY, edition: str = "2024-05-27", **readings: str
) -> Judgement:
    reading = {question.replace("_", "-"): chosen for question, chosen in readings.items()}
    return Judge(law(edition, reading)).judge(scenario, Answer(days(answer)))


def judge(scenario: Scenario, **answer: object) -> Judgement:
    return Judge(CURRENT).judge(scenario, Answer(answer))


class TestPass:
    def test_dates_that_are_right(self):
        assert validity(RIGHT).verdict is Verdict.PASS

    def test_states_that_are_right(self):
        assert judge(STATUS, **STATES).verdict is Verdict.PASS

    def test_nothing_is_held_against_it(self):
        judgement = validity(RIGHT)
        assert (judgement.differences, judgement.unanswered, judgement.readings) == ((), (), ())

    def test_what_was_expected_and_observed_is_kept(self):
        judgement = validity(RIGHT)
        assert judgement.expected == judgement.observed == days(RIGHT)

    def test_causes_and_other_words_are_not_judged(self):
        assert judge(STATUS, **STATES, causes={"signature": "old"}).verdict is Verdict.PASS

    @pytest.mark.parametrize(("scenario", "valid"), [(NUMBER, True), (WRONG_NUMBER, False), (CODE, True)])
    def test_numbers_that_are_right(self, scenario, valid):
        assert judge(scenario, valid=valid).verdict is Verdict.PASS


class TestFail:
    """29 February 1992, card of 2020: article 26(2) of the card ordinance puts the tenth birthday on 28 February."""

    @pytest.fixture
    def judgement(self):
        return validity(MARCH_CARD)

    def test_1_march_for_the_card_fails(self, judgement):
        assert judgement.verdict is Verdict.FAIL

    def test_expected_and_observed_are_told(self, judgement):
        (difference,) = judgement.differences
        assert difference.outcome == "card_expires"
        assert (difference.expected, difference.observed) == (date(2030, 2, 28), date(2030, 3, 1))

    def test_the_rule_is_named(self, judgement):
        assert judgement.differences[0].rule == "validity.card"

    def test_the_clauses_are_named(self, judgement):
        clauses = judgement.differences[0].clauses
        assert clauses[0] == "act-card-validity"
        assert {"ordinance-card-validity", "ordinance-card-leap-birthday"} <= set(clauses)

    def test_the_derivation_leads_to_the_expected_day(self, judgement):
        steps = {step.rule.id: step.value for top in judgement.differences[0].why for _, step in top.walk()}
        assert steps["validity.card"] == steps["validity.card-birthday"] == date(2030, 2, 28)
        assert steps["validity.card-birthdays"] == 10
        assert steps["validity.age"] == 28

    def test_no_reading_is_named(self, judgement):
        assert judgement.readings == ()
        assert judgement.differences[0].readings == ()

    def test_each_wrong_answer_is_told(self):
        wrong = {**RIGHT, "card_expires": "2030-03-01", "signature_expires": "2026-02-28"}
        judgement = validity(wrong)
        assert [difference.outcome for difference in judgement.differences] == [
            "card_expires",
            "signature_expires",
        ]

    def test_another_outcome_than_the_scenarios_own_counts(self):
        assert validity({**RIGHT, "authentication_expires": "2026-02-28"}).verdict is Verdict.FAIL

    def test_a_wrong_state(self):
        judgement = judge(STATUS, **{**STATES, "signature": "valid"})
        (difference,) = judgement.differences
        assert judgement.verdict is Verdict.FAIL
        assert (difference.expected, difference.observed) == ("expired", "valid")
        assert difference.rule == "states.signature"

    @pytest.mark.parametrize(("scenario", "valid"), [(NUMBER, False), (WRONG_NUMBER, True)])
    def test_a_wrong_number(self, scenario, valid):
        judgement = judge(scenario, valid=valid)
        assert judgement.verdict is Verdict.FAIL
        assert judgement.differences[0].clauses == ["order-check-digit"]

    def test_truth_is_not_one(self):
        assert judge(NUMBER, valid=False).differences[0].expected is True


class TestAcceptable:
    """What is wrong under the readings claimed, and right under another answer to one open question."""

    def test_1_march_for_the_certificates(self):
        judgement = validity(MARCH_CERTIFICATES, SIGNATURE)
        assert judgement.verdict is Verdict.ACCEPTABLE
        assert judgement.readings == (("leap-birthday-certificate", "march-1"),)

    def test_the_difference_names_the_reading_too(self):
        judgement = validity(MARCH_CERTIFICATES, SIGNATURE)
        assert {difference.outcome for difference in judgement.differences} == set(MARCH_CERTIFICATES) - {
            "card_expires",
            "card_renewable_from",
        }
        assert all(("leap-birthday-certificate", "march-1") in d.readings for d in judgement.differences)

    def test_1_march_for_the_card_by_the_slides_which_are_silent(self):
        slides = {"card_expires": "2030-03-01", "signature_expires": "2025-02-28"}
        judgement = validity(slides, edition="mic-2017")
        assert judgement.verdict is Verdict.ACCEPTABLE
        assert judgement.readings == (("leap-birthday-card", "march-1"),)

    def test_a_code_refused_by_the_unconfirmed_formula(self):
        judgement = judge(CODE, valid=False)
        assert judgement.verdict is Verdict.ACCEPTABLE
        assert judgement.readings == (("resident-record-code-check", "mod-11"),)

    def test_two_readings_at_once_do_not_excuse(self):
        # One certificate as by the default, the other as by another reading: no single reading gives both.
        both = {**MARCH_CERTIFICATES, "signature_expires": "2025-02-28"}
        assert validity(both, SIGNATURE).verdict is Verdict.FAIL

    def test_what_is_claimed_is_no_longer_open(self):
        judgement = validity(MARCH_CERTIFICATES, SIGNATURE, leap_birthday_certificate="march-1")
        assert judgement.verdict is Verdict.PASS

    def test_the_default_is_acceptable_where_another_was_claimed(self):
        judgement = validity(RIGHT, SIGNATURE, leap_birthday_certificate="march-1")
        assert judgement.verdict is Verdict.ACCEPTABLE
        assert judgement.readings == (("leap-birthday-certificate", "february-28"),)


class TestLeftOut:
    def test_what_is_left_out_is_told_and_the_rest_judged(self):
        judgement = validity({"card_expires": "2030-02-28"})
        assert judgement.verdict is Verdict.PASS
        assert judgement.unanswered == tuple(name for name in RIGHT if name != "card_expires")

    def test_without_its_own_outcome_a_scenario_is_not_applicable(self):
        judgement = validity({"signature_expires": "2025-02-28"})
        assert judgement.verdict is Verdict.NOT_APPLICABLE
        assert judgement.reason == "it does not answer card_expires, which this scenario is about"
        assert "card_expires" in judgement.unanswered

    def test_a_wrong_answer_fails_even_where_the_own_outcome_is_left_out(self):
        assert validity({"signature_expires": "2026-02-28"}).verdict is Verdict.FAIL

    @pytest.mark.parametrize("scenario", [VALIDITY, STATUS, NUMBER])
    def test_an_empty_answer_is_inconclusive(self, scenario):
        judgement = judge(scenario)
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert judgement.reason.startswith("it answered none of ")

    def test_an_answer_of_other_names_is_inconclusive(self):
        assert judge(VALIDITY, card="valid").verdict is Verdict.INCONCLUSIVE


class TestNull:
    """`null` is an answer: there is none."""

    def test_it_is_wrong_where_there_is_a_day(self):
        judgement = validity({**RIGHT, "card_expires": None})
        assert judgement.verdict is Verdict.FAIL
        assert judgement.differences[0].observed is None

    def test_it_is_right_where_there_is_none(self):
        # The slides know no early renewal.
        slides = {"card_expires": "2030-02-28", "card_renewable_from": None}
        assert validity(slides, edition="mic-2017").verdict is Verdict.PASS

    def test_a_day_is_wrong_where_there_is_none(self):
        slides = {"card_expires": "2030-02-28", "card_renewable_from": "2029-11-29"}
        judgement = validity(slides, edition="mic-2017")
        assert judgement.verdict is Verdict.FAIL
        assert judgement.differences[0].expected is None


class TestNoAnswer:
    def test_a_refusal_is_inconclusive(self):
        judgement = Judge(CURRENT).judge(VALIDITY, Refusal(-32602, "no such life"))
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert judgement.reason == "refused with error -32602: no such life"

    @pytest.mark.parametrize("kind", list(FailureKind))
    def test_a_failure_is_inconclusive_and_named(self, kind):
        judgement = Judge(CURRENT).judge(VALIDITY, Failure(kind, "what happened"))
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert judgement.reason == f"{kind.value.replace('_', ' ')}: what happened"
