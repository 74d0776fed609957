"""How fast a card's expiry is evaluated: compiled from the rules, written by hand with `datetime`, with `dateutil`.

`make bench` times them in one run, over the same thousand lives; the ordinary tests run each once and compare.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from jpki_model.evaluate import compile_terms
from jpki_model.life import life
from jpki_model.outcome import output_function
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook

SLIDES = law("mic-2017")
CURRENT = law("2024-05-27")
RANDOM = random.Random(20171201)
CARDS = [
    (
        date(1930, 1, 1) + timedelta(RANDOM.randrange(30_000)),
        date(2016, 1, 1) + timedelta(RANDOM.randrange(4_000)),
    )
    for _ in range(1000)
]


def by_hand(birth: date, issued: date) -> date:
    """The slides' rule as a programmer writes it: ten birthdays after the issue, five under twenty."""

    def birthday(year: int) -> date:
        try:
            return date(year, birth.month, birth.day)
        except ValueError:
            return date(year, 2, 28)

    def reached(year: int) -> bool:
        first = (birth.month, birth.day)
        return (issued.month, issued.day) >= first

    age = issued.year - birth.year - (not reached(issued.year))
    count = 10 if age >= 20 else 5
    return birthday(issued.year + count - (issued < birthday(issued.year)))


def with_dateutil(birth: date, issued: date) -> date:
    """The same with `relativedelta`."""
    count = 10 if relativedelta(issued, birth).years >= 20 else 5
    years = issued.year - birth.year
    if issued < birth + relativedelta(years=years):
        years -= 1
    return birth + relativedelta(years=years + count)


def compiled_card() -> Callable[[date, date], date]:
    """The rule's own term, compiled."""
    compiled = compile_terms([rulebook(SLIDES).outputs["card_expires"]])
    assert compiled.parameters == ("birth", "card_issued")
    function: Any = compiled.function
    return lambda birth, issued: function(birth, issued)[0]


@pytest.mark.parametrize("way", ["compiled from the rules", "datetime by hand", "python-dateutil"])
def test_card_expiry_of_a_thousand_cards(benchmark: Any, way: str) -> None:
    ways = {
        "compiled from the rules": compiled_card(),
        "datetime by hand": by_hand,
        "python-dateutil": with_dateutil,
    }
    evaluate = ways[way]

    expiries = benchmark(lambda: [evaluate(birth, issued) for birth, issued in CARDS])

    assert expiries == [by_hand(birth, issued) for birth, issued in CARDS]


def test_all_outputs_of_a_thousand_lives(benchmark: Any) -> None:
    names, function = output_function(CURRENT)
    rows = [
        life(
            {
                "birth": birth,
                "card_issued": issued,
                "signature_issued": issued,
                "authentication_issued": issued,
            }
        )
        for birth, issued in CARDS
    ]
    values = [row.values() for row in rows]

    outputs = benchmark(lambda: [function(row) for row in values])

    assert len(outputs) == len(CARDS)
    assert len(outputs[0]) == len(names)
