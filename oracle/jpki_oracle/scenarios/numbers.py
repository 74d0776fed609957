"""Numbers on the edges of the check-digit rules: every remainder, every place, every form that is not one.

The solver picks the digits. The numbers are made up; none is taken from a person.
"""

from collections.abc import Iterator

import z3
from jpki_model.bits import Bits
from jpki_spec.rules.number import NUMBER_FORMS, NumberForm, check_digit, digit_constants
from jpki_spec.terms import Boolean

from jpki_oracle.scenarios.scenario import Scenario

MY_NUMBER = NUMBER_FORMS["my_number"]
CODE = NUMBER_FORMS["resident_record_code"]


def number_scenarios() -> Iterator[Scenario]:
    """The scenarios of the pack `number`, in a fixed order."""
    yield from _my_numbers()
    for text, goal in _malformed(MY_NUMBER, "123456789018"):
        yield _scenario("number", "my_number", goal, text)
    yield from _codes()
    for text, goal in _malformed(CODE, _solve(CODE, valid=True, goal=z3.BoolVal(True))):
        yield _scenario("resident_record_code", "resident_record_code", goal, text)


def _my_numbers() -> Iterator[Scenario]:
    digits = digit_constants(MY_NUMBER)
    total = sum(w * d for w, d in zip(MY_NUMBER.weights, digits[:-1], strict=True))
    for remainder in range(MY_NUMBER.modulus):
        here = total % MY_NUMBER.modulus == remainder
        spread = z3.Distinct(*digits[:6])
        for wanted, words in ((True, "right"), (False, "off-by-one")):
            near = z3.BoolVal(True) if wanted else _off_by_one(digits, MY_NUMBER)
            text = _solve(MY_NUMBER, valid=wanted, goal=z3.And(here, spread, near))
            yield _scenario("number", "my_number", f"remainder|{remainder}|{words}", text)
    for place in range(MY_NUMBER.digits - 1):
        only = z3.And(*(d == 0 for n, d in enumerate(digits[:-1]) if n != place), digits[place] == 3)
        text = _solve(MY_NUMBER, valid=True, goal=only)
        yield _scenario("number", "my_number", f"place|{place + 1}|right", text)
        other = _solve(MY_NUMBER, valid=False, goal=z3.And(only, _off_by_one(digits, MY_NUMBER)))
        yield _scenario("number", "my_number", f"place|{place + 1}|off-by-one", other)
    for place in range(MY_NUMBER.digits - 1):
        text = _solve(
            MY_NUMBER, valid=True, goal=z3.And(digits[place] != digits[place + 1], digits[0] == 1 + place % 9)
        )
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        yield _scenario("number", "my_number", f"swapped|{place + 1}|{place + 2}", swapped)
    zeros = "0" * MY_NUMBER.digits
    yield _scenario("number", "my_number", "zeros", zeros)
    yield _scenario("number", "my_number", "leading-zero", _solve(MY_NUMBER, valid=True, goal=digits[0] == 0))
    yield _scenario("number", "my_number", "specimen", "123456789012")


def _codes() -> Iterator[Scenario]:
    digits = digit_constants(CODE)
    for wanted, words in ((True, "right"), (False, "wrong")):
        for leading in (0, 7):
            text = _solve(CODE, valid=wanted, goal=digits[0] == leading)
            goal = f"code|{leading}|{words}"
            yield _scenario("resident_record_code", "resident_record_code", goal, text)


def _malformed(form: NumberForm, right: str) -> Iterator[tuple[str, str]]:
    full_width = right.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    yield right[:-1], "form|short"
    yield right + "0", "form|long"
    yield "", "form|empty"
    yield f"{right[:4]} {right[4:8]} {right[8:]}", "form|groups"
    yield f"{right[:4]}-{right[4:8]}-{right[8:]}", "form|hyphens"
    yield " " + right, "form|space"
    yield right + "\n", "form|line-end"
    yield right[:-2] + "O" + right[-1], "form|letter"
    yield full_width, "form|full-width"
    yield "-" + right[1:], "form|sign"
    yield right[:-1] + "²", "form|superscript"


def _off_by_one(digits: list[Boolean], form: NumberForm) -> Boolean:
    right = check_digit(digits[:-1], form)
    return z3.Or(digits[-1] == right + 1, digits[-1] == right - 1)


def _solve(form: NumberForm, *, valid: bool, goal: Boolean) -> str:
    """Digits for which the goal holds and the check digit is right, or not."""
    digits, bits, alone = digit_constants(form), Bits(), z3.Context()
    solver = z3.Solver(
        ctx=alone
    )  # in a context of its own, what it finds does not hang on what was asked before
    for digit in digits:
        solver.add(z3.ULE(bits(digit), 9).translate(alone))
    right = check_digit(digits[:-1], form) == digits[-1]
    solver.add(bits(right if valid else z3.Not(right)).translate(alone), bits(goal).translate(alone))
    if solver.check() != z3.sat:
        raise RuntimeError(f"no {form.name} for {goal}")
    model = solver.model()
    return "".join(
        str(model.eval(bits(digit).translate(alone), model_completion=True).as_long()) for digit in digits
    )


def _scenario(kind: str, outcome: str, goal: str, text: str) -> Scenario:
    rule = "number.my-number" if kind == "number" else "number.resident-record-code"
    return Scenario("number", outcome, rule, goal, number={kind: text})
