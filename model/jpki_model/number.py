"""Whether a number as it is written is valid: its form, and its check digit by the rules of a law."""

import re
from dataclasses import dataclass
from functools import cache

from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.number import NUMBER_FORMS

from jpki_model.derivation import Step, derive
from jpki_model.evaluate import Compiled, Value, compile_terms


@dataclass(frozen=True)
class NumberJudgement:
    """Whether a number is valid; `why` is the derivation where its form was right, else `form_error` says what."""

    valid: bool
    why: tuple[Step, ...] = ()
    form_error: str = ""


def judge_number(form: str, text: str, law: Law) -> NumberJudgement:
    """Judge a number of one of the `NUMBER_FORMS`, given as a string.

    It has exactly the form's count of ASCII digits; nothing is trimmed or converted.
    """
    digits = NUMBER_FORMS[form].digits
    if not re.fullmatch(rf"[0-9]{{{digits}}}", text):
        return NumberJudgement(False, form_error=f"not exactly {digits} digits")
    values: dict[str, Value] = {f"d{place}": int(digit) for place, digit in enumerate(text, start=1)}
    book = rulebook(law)
    (valid,) = _compiled(form, law)(values)
    return NumberJudgement(valid is True, derive(book.numbers[form], book, values))


@cache
def _compiled(form: str, law: Law) -> Compiled:
    return compile_terms([rulebook(law).numbers[form]])
