"""What is translated once is kept for all questions of a process, and yet each translation hangs on its term alone."""

from collections.abc import Callable

import pytest
import z3
from jpki_model import bits, comparisons, translations
from jpki_model.apart import Apart
from jpki_model.bits import Bits
from jpki_model.comparisons import ComparedByParts
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Boolean, choose, first, literal

ASKED = z3.And(
    LIFE.moved_in.plus_days(14).weekday == 5,
    first(LIFE.died, LIFE.left_japan).plus_days(30) < LIFE.card_returned,
    LIFE.birth < literal(2024, 2, 29),
)
OTHERS = [
    LIFE.moved_in.plus_days(14).exists,
    LIFE.card_issued.plus_months(3).weekday == 2,
    first(LIFE.left_japan, LIFE.died).plus_days(30) < LIFE.card_returned,
    choose(LIFE.died < LIFE.left_japan, LIFE.died, LIFE.left_japan) < LIFE.card_returned,
    rulebook(law("2024-05-27")).outputs["card_expires"]
    != rulebook(law("2016-01-01")).outputs["card_expires"],
]
WAYS: dict[str, Callable[[], Bits | ComparedByParts]] = {
    "plain": Bits,
    "weekdays apart": lambda: Bits(weekdays_apart=True),
    "operations apart": Apart,
    "compared by parts": ComparedByParts,
}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    forget()


def forget() -> None:
    for kept in (*bits._KEPT.values(), comparisons._KEPT):
        kept.forget()


def told(way: Callable[[], Bits | ComparedByParts], term: Boolean) -> list[str]:
    """A translation and all that it tells who asks, as text, in its order."""
    translate = way()
    found = [translate(term).sexpr(), *translate.constants]
    if isinstance(translate, Apart):
        found += [fact.sexpr() for fact in translate.known()]
    if isinstance(translate, Bits):
        found += [number.sexpr() for _, number in translate.weekdays]
    return found


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_translation_is_the_same_whatever_was_translated_before(
    way: Callable[[], Bits | ComparedByParts],
) -> None:
    alone = told(way, ASKED)
    forget()
    for other in OTHERS:
        way()(other)
    assert told(way, ASKED) == alone


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_who_translates_what_is_kept_is_told_the_same(way: Callable[[], Bits | ComparedByParts]) -> None:
    assert told(way, ASKED) == told(way, ASKED)


def test_who_translates_a_part_is_told_of_that_part_only() -> None:
    Bits(weekdays_apart=True)(ASKED)
    later = Bits(weekdays_apart=True)
    later(LIFE.birth < LIFE.died)
    assert (set(later.constants), later.weekdays) == ({"birth", "died"}, [])


def test_constants_of_one_name_and_two_sorts_are_two() -> None:
    dates, numbers = Bits(), Bits()
    dates(z3.Const("part 0", LIFE.birth.term.sort()) == LIFE.birth.term)
    numbers(z3.Int("part 0") == 3)
    assert dates.sorts["part 0"] == "Date"
    assert numbers.sorts == {"part 0": "Int"}


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "MOST_TERMS", 5)
    before = told(Apart, ASKED)
    kept = bits._KEPT["operations apart"].current(), comparisons._KEPT.current()
    assert told(Apart, ASKED) == before
    assert bits._KEPT["operations apart"].current() is not kept[0]
    assert comparisons._KEPT.current() is not kept[1]
