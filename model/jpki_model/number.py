"""Whether a number as it is written is valid: its form, and its check digit by the rules of a law."""

import re
from dataclasses import dataclass
from functools import cache

from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.number import NUMBER_FORMS
from jpki_spec.rules.registry import RULES

from jpki_model.derivation import Step, derive
from jpki_model.evaluate import Compiled, Value, compile_terms

NUMBER_RULES = {"my_number": "number.my-number", "resident_record_code": "number.resident-record-code"}
"""The rule that says whether a number of a form is valid."""


@dataclass(frozen=True)
class NumberJudgement:
    """Whether a number is valid, and the rules that decided it; for a wrong form the condition says so."""

    valid: bool
    why: tuple[Step, ...] = ()


def judge_number(form: str, text: str, law: Law) -> NumberJudgement:
    """Judge a number of one of the `NUMBER_FORMS`, given as a string.

    It has exactly the form's count of ASCII digits; nothing is trimmed or converted.
    """
    digits = NUMBER_FORMS[form].digits
    if not re.fullmatch(rf"[0-9]{{{digits}}}", text):
        return NumberJudgement(
            False, (Step(RULES[NUMBER_RULES[form]], False, (f"not {digits} digits",), ()),)
        )
    values: dict[str, Value] = {f"d{place}": int(digit) for place, digit in enumerate(text, start=1)}
    book = rulebook(law)
    (valid,) = _compiled(form, law)(values)
    return NumberJudgement(valid is True, derive(book.numbers[form], book, values))


@cache
def _compiled(form: str, law: Law) -> Compiled:
    return compile_terms([rulebook(law).numbers[form]])
