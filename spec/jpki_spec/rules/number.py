"""Check digits of the individual number (My Number) and of the resident-record code, over their digits."""

from dataclasses import dataclass

import z3

from jpki_spec.fields import read_toml
from jpki_spec.laws import Law
from jpki_spec.rules.registry import rule
from jpki_spec.terms import Boolean, Number


@dataclass(frozen=True)
class NumberForm:
    """How a kind of number is built: how many digits, and the weights and modulus of its check digit."""

    name: str
    digits: int
    weights: tuple[int, ...]
    modulus: int


NUMBER_FORMS: dict[str, NumberForm] = {
    name: NumberForm(name, row["digits"]["value"], tuple(row["weights"]["value"]), row["modulus"]["value"])
    for name, row in read_toml("numbers.toml").items()
}


def digit_constants(form: NumberForm) -> list[Number]:
    """A constant for each digit, from the left: d1, d2, …"""
    return [z3.Int(f"d{place}") for place in range(1, form.digits + 1)]


@rule("number.my-number", ja="個人番号の検査用数字", clauses=["order-check-digit"])
def my_number_valid(digits: list[Number], law: Law) -> Boolean:
    """The last digit of a My Number is the check digit of the others."""
    return check_digit(digits[:-1], NUMBER_FORMS["my_number"]) == digits[-1]


@rule("number.resident-record-code", ja="住民票コードの検査数字", clauses=["resident-record-code-form"])
def resident_record_code_valid(digits: list[Number], law: Law) -> Boolean:
    """The last digit of a resident-record code is the check digit of the others, where that is judged."""
    if law.reads("resident-record-code-check", "form-only"):
        return z3.BoolVal(True)
    return check_digit(digits[:-1], NUMBER_FORMS["resident_record_code"]) == digits[-1]


def check_digit(digits: list[Number], form: NumberForm) -> Number:
    """Modulus less the weighted sum's remainder; 0 for the remainders 0 and 1."""
    total = sum(weight * digit for weight, digit in zip(form.weights, digits, strict=True))
    remainder = total % form.modulus
    return z3.If(remainder <= 1, 0, form.modulus - remainder)
