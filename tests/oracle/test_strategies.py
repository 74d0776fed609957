"""Strategies for others' property tests: what they draw can happen, reaches the edges, and shrinks to what is plain."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import Phase, find, given, settings
from jpki_model.evaluate import compile_terms
from jpki_model.life import LifeRecord, life
from jpki_oracle.strategies import days, lives, numbers
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.laws import EDITIONS, UnknownLaw, law
from jpki_spec.terms import LIFE

AS_A_VENDOR = settings(derandomize=True, database=None)
"""Everything else, the health checks among it, as Hypothesis has it by default."""
SEARCH = settings(derandomize=True, database=None, max_examples=3000)
EDITION = pytest.mark.parametrize("edition", EDITIONS)


def simplest(holds: Callable[[LifeRecord], bool]) -> dict[str, str]:
    """The life to which Hypothesis shrinks those for which something holds."""
    return find(lives(), holds, settings=SEARCH).as_json()


@pytest.fixture(scope="module")
def drawn() -> list[LifeRecord]:
    """Lives as they are drawn, none of them shrunk."""
    all_of_them: list[LifeRecord] = []

    @settings(SEARCH, phases=[Phase.generate], max_examples=9000)
    @given(lives())
    def collect(one):
        all_of_them.append(one)

    collect()
    return all_of_them


class TestLives:
    @EDITION
    def test_every_assumption_holds_and_the_health_checks_have_nothing_to_say(self, edition):
        judged_by = law(edition)
        terms = compile_terms([assumption.holds(LIFE, judged_by) for assumption in ASSUMPTIONS.values()])

        @AS_A_VENDOR
        @given(lives(edition))
        def check(drawn):
            broken = [id for id, holds in zip(ASSUMPTIONS, terms(drawn.values()), strict=True) if not holds]
            assert not broken

        check()

    def test_the_assumptions_hold_under_other_readings(self):
        readings = {"renewal-window-months": "forward", "leap-birthday-certificate": "march-1"}
        judged_by = law("2024-05-27", readings)
        terms = compile_terms([assumption.holds(LIFE, judged_by) for assumption in ASSUMPTIONS.values()])

        @AS_A_VENDOR
        @given(lives("2024-05-27", readings))
        def check(drawn):
            assert all(terms(drawn.values()))

        check()

    @given(lives())
    @AS_A_VENDOR
    def test_a_life_is_read_again_from_what_it_is_written_as(self, drawn):
        assert life(drawn.as_json()) == drawn

    def test_every_field_is_stated_by_some_life(self, drawn):
        assert {name for one in drawn for name in one.stated} == set(LIFE.__dataclass_fields__)

    @pytest.mark.parametrize(
        "edge",
        [
            pytest.param(lambda one: _is(one["birth"], 2, 29) and one["card_issued"], id="born-29-february"),
            pytest.param(lambda one: _years_old(one, "card_issued") == 18, id="issued-on-18th-birthday"),
            pytest.param(lambda one: _years_old(one, "card_issued", 1) == 18, id="issued-on-the-eve-of-it"),
            pytest.param(lambda one: _apart(one, "moved_in", "movein_notified") == 14, id="14-days-later"),
            pytest.param(lambda one: _apart(one, "moved_in", "movein_notified") == 15, id="15-days-later"),
            pytest.param(
                lambda one: _apart(one, "movein_notified", "card_presented") == 90, id="90-days-later"
            ),
            pytest.param(
                lambda one: _apart(one, "movein_notified", "card_presented") == 91, id="91-days-later"
            ),
            pytest.param(lambda one: one["card_issued"] == date(2022, 4, 1), id="the-day-the-law-changed"),
            pytest.param(lambda one: one["card_renewal"] == "window", id="renewed-in-the-window"),
            pytest.param(lambda one: one["residence"] == "transitional", id="transitional"),
        ],
    )
    def test_edges_of_the_law_are_reached(self, drawn, edge):
        """Each of these numbers is that of the articles."""
        assert any(edge(one) for one in drawn)

    def test_the_simplest_life_has_but_a_birth(self):
        assert simplest(lambda one: True) == {"birth": "1990-06-15"}

    def test_a_life_shrinks_to_the_fields_that_are_needed_and_to_plain_days(self):
        found = simplest(lambda one: bool(one["signature_issued"] and one["died"]))
        assert set(found) == {"birth", "signature_issued", "died"}
        assert found["birth"] == "1990-06-15"
        assert all("2016" <= found[name][:4] <= "2030" for name in ("signature_issued", "died"))

    def test_somebody_born_on_29_february_shrinks_to_the_nearest_one(self):
        found = simplest(lambda one: _is(one["birth"], 2, 29) and bool(one["card_issued"]))
        assert found == {"birth": "1992-02-29", "card_issued": "2025-07-01"}

    def test_an_unknown_edition_or_reading_is_refused_at_once(self):
        with pytest.raises(UnknownLaw, match="unknown edition '2023'"):
            lives("2023")
        with pytest.raises(UnknownLaw, match="unknown reading"):
            lives(readings={"no-such": "x"})


class TestNumbers:
    """What is right is computed here from the wording of the order: 11 less the remainder, 0 for 0 and 1."""

    @given(numbers())
    @AS_A_VENDOR
    def test_a_valid_my_number_has_the_check_digit_of_the_order(self, text):
        assert _right(text)

    @given(numbers(valid=False))
    @AS_A_VENDOR
    def test_any_other_has_another_check_digit_or_is_not_twelve_digits(self, text):
        assert not _right(text)

    def test_either_gives_both(self):
        seen: set[bool] = set()

        @AS_A_VENDOR
        @given(numbers(valid=None))
        def collect(text):
            seen.add(_right(text))

        collect()
        assert seen == {True, False}

    @given(numbers("resident_record_code"))
    @AS_A_VENDOR
    def test_a_code_is_eleven_digits_by_default(self, text):
        assert len(text) == 11
        assert text.isascii()
        assert text.isdigit()

    @given(numbers("resident_record_code", valid=False))
    @AS_A_VENDOR
    def test_only_its_form_makes_a_code_not_valid_by_default(self, text):
        assert not (len(text) == 11 and text.isascii() and text.isdigit())

    def test_a_wrong_check_digit_makes_it_not_valid_under_the_other_reading(self):
        modulus_11 = {"resident-record-code-check": "mod-11"}
        found = find(
            numbers("resident_record_code", False, readings=modulus_11),
            lambda text: len(text) == 11 and text.isascii() and text.isdigit(),
            settings=SEARCH,
        )
        assert found == "00000000001"

    def test_numbers_shrink_to_zeros(self):
        assert find(numbers(), lambda text: True, settings=SEARCH) == "000000000000"
        assert find(numbers(valid=False), lambda text: True, settings=SEARCH) == "000000000001"

    def test_another_kind_is_refused_at_once(self):
        with pytest.raises(ValueError, match="no kind of number 'passport'; there are my_number, resident"):
            numbers("passport")


class TestDays:
    @given(days())
    @AS_A_VENDOR
    def test_a_day_is_inside_the_calendar(self, day):
        assert date(1868, 1, 1) <= day <= date(2400, 12, 31)

    @pytest.mark.parametrize(
        "edge", [date(1868, 1, 1), date(2400, 12, 31), date(2024, 2, 29), date(2022, 4, 1)]
    )
    def test_edges_are_reached(self, edge):
        assert find(days(), lambda day: day == edge, settings=SEARCH) == edge

    def test_a_day_shrinks_to_a_plain_one(self):
        assert find(days(), lambda day: True, settings=SEARCH) == date(2025, 7, 1)


def _is(day: object, month: int, number: int) -> bool:
    return isinstance(day, date) and (day.month, day.day) == (month, number)


def _years_old(one: LifeRecord, field: str, days_later: int = 0) -> int | None:
    """The age that is completed exactly on a day, or so many days later."""
    birth, day = one["birth"], one[field]
    if not isinstance(birth, date) or not isinstance(day, date):
        return None
    day += timedelta(days_later)
    years = day.year - birth.year
    return years if birth + relativedelta(years=years) == day else None


def _apart(one: LifeRecord, earlier: str, later: str) -> int | None:
    before, after = one[earlier], one[later]
    return (after - before).days if isinstance(before, date) and isinstance(after, date) else None


def _right(text: str) -> bool:
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(text[11 - n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    return int(text[11]) == (0 if total % 11 <= 1 else 11 - total % 11)
