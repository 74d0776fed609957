"""Check digits of numbers: published vectors, an implementation from the order's formula, malformed text.

The formula of the order (article 5 of the card ordinance), counted from the right over the digits before the
check digit: weights 2 to 7, then 2 and up again; 11 less the remainder by 11, and 0 for the remainders 0 and 1.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jpki_model.number import judge_number
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS, law
from jpki_spec.rules.number import NUMBER_FORMS

ALWAYS = settings(derandomize=True, deadline=None, database=None)
CURRENT = law("2024-05-27")
BY_FORMULA = law("2024-05-27", {"resident-record-code-check": "mod-11"})


def check_digit(digits: str) -> int:
    """By the order's words: the n-th digit from the right is weighted by n + 1, from the seventh on by n - 5."""
    total = 0
    for n, digit in enumerate(reversed(digits), start=1):
        total += int(digit) * (n + 1 if n <= 6 else n - 5)
    return 0 if total % 11 <= 1 else 11 - total % 11


# Worked out from article 6 of the Order and article 5 of the card ordinance; the slides' specimen is no number.
@pytest.mark.parametrize(
    "number", ["123456789018", "983205673214", "379474484458", "454972364860", "023456789013", "000000000000"]
)
def test_a_number_with_its_check_digit_is_valid(number: str) -> None:
    assert judge_number("my_number", number, CURRENT).valid


@pytest.mark.parametrize("number", ["123456789012", "983205673210", "023456789018", "000000000001"])
def test_a_number_with_another_last_digit_is_not_valid(number: str) -> None:
    judgement = judge_number("my_number", number, CURRENT)
    assert not judgement.valid


@pytest.mark.parametrize(
    ("digits", "remainder"), [("00000000010", 3), ("10000000000", 6), ("00000000000", 0), ("00000000004", 8)]
)
def test_the_remainder_decides_the_check_digit(digits: str, remainder: int) -> None:
    expected = 11 - remainder if remainder > 1 else 0
    valid = [last for last in range(10) if judge_number("my_number", f"{digits}{last}", CURRENT).valid]
    assert valid == [expected]


def test_remainders_of_zero_and_one_both_give_zero() -> None:
    # Given weights 2 and 3 for the two digits on the right: 4·2 + 1·3 = 11 leaves 0, and 6·2 = 12 leaves 1
    assert judge_number("my_number", "000000000140", CURRENT).valid
    assert judge_number("my_number", "000000000060", CURRENT).valid


@settings(ALWAYS, max_examples=300)
@given(digits=st.text("0123456789", min_size=11, max_size=11), last=st.integers(0, 9), right=st.booleans())
def test_my_numbers_are_judged_as_the_formula_says(digits: str, last: int, right: bool) -> None:
    last = check_digit(digits) if right else last
    assert judge_number("my_number", f"{digits}{last}", CURRENT).valid == (last == check_digit(digits))


@settings(ALWAYS, max_examples=300)
@given(digits=st.text("0123456789", min_size=10, max_size=10), last=st.integers(0, 9), right=st.booleans())
def test_resident_record_codes_under_the_formula(digits: str, last: int, right: bool) -> None:
    last = check_digit(digits) if right else last
    judged = judge_number("resident_record_code", f"{digits}{last}", BY_FORMULA).valid
    assert judged == (last == check_digit(digits))


@pytest.mark.parametrize("code", ["24727059608", "24846016224"])
def test_published_sample_codes_fit_the_formula(code: str) -> None:
    assert judge_number("resident_record_code", code, BY_FORMULA).valid


@pytest.mark.parametrize("last", range(10))
def test_without_the_formula_any_eleven_digits_are_a_resident_record_code(last: int) -> None:
    assert judge_number("resident_record_code", f"2472705960{last}", CURRENT).valid


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_judges_my_numbers_alike(edition: str) -> None:
    assert judge_number("my_number", "123456789018", law(edition)).valid
    assert not judge_number("my_number", "123456789012", law(edition)).valid


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "12345678901",
            "1234567890188",
            "1234 5678 9018",
            "1234-5678-9018",
            " 123456789018",
            "123456789018\n",
        ),
        *("１２３４５６７８９０１８", "12345678901٨", "12345678901x", "-23456789018", "1.3456789018"),
    ],
)
def test_what_is_not_twelve_ascii_digits_is_no_number(text: str) -> None:
    judgement = judge_number("my_number", text, CURRENT)
    assert (judgement.valid, [step.conditions for step in judgement.why]) == (False, [("not 12 digits",)])


@pytest.mark.parametrize("text", ["", "2472705960", "247270596080", "2472705960８"])
def test_what_is_not_eleven_ascii_digits_is_no_resident_record_code(text: str) -> None:
    for current in (CURRENT, BY_FORMULA):
        judgement = judge_number("resident_record_code", text, current)
        assert (judgement.valid, [step.conditions for step in judgement.why]) == (False, [("not 11 digits",)])


def test_a_malformed_number_is_not_repeated_in_the_answer() -> None:
    assert "123456" not in str(judge_number("my_number", "1234567890188", CURRENT))


def test_a_judgement_names_the_rule_and_its_clause() -> None:
    (step,) = judge_number("my_number", "123456789012", CURRENT).why
    assert step.rule.id == "number.my-number"
    assert step.value is False
    assert CLAUSES["order-check-digit"].id in step.rule.clauses


def test_forms_cite_existing_clauses_and_weigh_all_digits_but_the_last() -> None:
    assert {name: form.digits for name, form in NUMBER_FORMS.items()} == {
        "my_number": 12,
        "resident_record_code": 11,
    }
    for form in NUMBER_FORMS.values():
        assert len(form.weights) == form.digits - 1
        assert form.modulus == 11
