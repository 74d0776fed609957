"""Who may be given a signature certificate: nobody under fifteen, unless an office may except."""

from datetime import date

import pytest
from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import compile_terms
from jpki_spec.laws import Law, law
from jpki_spec.rulebook import rulebook

CURRENT = law("2024-05-27")


def issuable(birth: str, issued: str, current: Law = CURRENT) -> object:
    term = rulebook(current).predicates["signature_issuable"]
    return compile_terms([term])(
        {"birth": date.fromisoformat(birth), "signature_issued": date.fromisoformat(issued)}
    )[0]


@pytest.mark.parametrize(
    ("birth", "issued", "allowed"),
    [
        ("2010-06-15", "2025-06-14", False),
        ("2010-06-15", "2025-06-15", True),
        (
            "2012-02-29",
            "2027-02-28",
            False,
        ),  # the year of age is complete when the last day of February has ended
        ("2012-02-29", "2027-03-01", True),
        ("1990-06-15", "2025-06-15", True),
        ("2025-06-15", "2025-06-15", False),
    ],
)
def test_fifteen_is_the_least_age(birth: str, issued: str, allowed: bool) -> None:
    assert issuable(birth, issued) is allowed


def test_an_office_that_may_except_asks_for_no_age() -> None:
    assert (
        issuable("2020-01-01", "2025-06-15", law("2024-05-27", {"signature-under-fifteen": "exceptional"}))
        is True
    )


def test_the_slides_ask_for_no_age() -> None:
    assert issuable("2020-01-01", "2025-06-15", law("mic-2017")) is True


def test_without_a_birth_nothing_can_be_issued() -> None:
    term = rulebook(CURRENT).predicates["signature_issuable"]
    assert compile_terms([term])({"birth": NEVER_DAY, "signature_issued": date(2025, 6, 15)}) == (False,)
