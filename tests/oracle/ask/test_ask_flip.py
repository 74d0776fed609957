"""The nearest flip: the smallest change of one date that changes an outcome out of proportion."""

from datetime import date, timedelta

import pytest
from jpki_model.life import life
from jpki_oracle.ask.flip import nearest_flips
from jpki_spec.laws import law
from statute import card_expires

CURRENT = law("2024-05-27")


def flips(**row: str):
    return nearest_flips(life(row), CURRENT)


class TestIssuedOnTheEveOfABirthday:
    """The birthday of the very next day counts as the first; issued a day later, the card lives a year longer."""

    @pytest.fixture
    def flip(self):
        return flips(birth="1990-05-10", card_issued="2020-05-09")["card_expires"]

    def test_one_day_changes_it(self, flip):
        assert abs(flip.days) == 1

    def test_the_card_lives_a_year_longer(self, flip):
        assert flip.was == date(2029, 5, 10)
        assert flip.becomes in (
            date(2030, 5, 10),
            date(2030, 5, 9),
        )  # issued a day later, or born a day earlier

    def test_it_names_the_day_before_and_after(self, flip):
        was = {"birth": date(1990, 5, 10), "card_issued": date(2020, 5, 9)}[flip.field]
        assert (flip.before, flip.after) == (was, was + timedelta(flip.days))


def test_turning_eighteen_the_day_after_the_issue():
    # Five birthdays at seventeen, ten at eighteen; the birthday itself is also the edge of the count.
    flip = flips(birth="2006-07-02", card_issued="2024-07-01")["card_expires"]
    assert flip.was == date(2028, 7, 2)
    assert abs(flip.days) == 1
    assert flip.becomes.year == 2034


def test_a_lapse_that_vanishes():
    # Moved in on 1 March: notified within fourteen days, on the 15th, the card goes on; on the 16th it has lapsed.
    flip = flips(
        birth="1990-05-10",
        card_issued="2020-06-01",
        moveout_notified="2022-02-20",
        moveout_planned="2022-03-01",
        moved_in="2022-03-01",
        movein_notified="2022-03-16",
        card_presented="2022-03-16",
    )["card_lapses"]
    assert flip.was == date(2022, 3, 16)
    assert flip.becomes is None
    assert abs(flip.days) == 1


def test_a_life_without_dates_has_none():
    assert flips() == {}


def test_a_date_is_never_moved_before_birth():
    found = flips(birth="2024-01-10", card_issued="2024-01-10")
    assert all(flip.after >= date(2024, 1, 10) for flip in found.values() if flip.field == "card_issued")


@pytest.mark.parametrize(
    ("birth", "issued"),
    [
        ("1990-05-10", "2020-05-09"),
        ("1990-05-10", "2020-05-10"),
        ("1990-05-10", "2020-05-11"),
        ("1990-05-10", "2020-03-01"),
        ("1990-05-10", "2020-09-30"),
        ("1992-02-29", "2021-02-27"),
        ("1992-02-29", "2021-02-28"),
        ("1992-02-29", "2020-06-01"),
        ("2006-04-01", "2024-03-31"),
        ("2006-12-31", "2024-12-30"),
        ("2006-08-15", "2024-05-01"),
        ("1990-01-01", "2020-12-31"),
    ],
)
def test_it_is_the_nearest_by_a_search_with_dates_alone(birth, issued):
    born, made = date.fromisoformat(birth), date.fromisoformat(issued)
    was = card_expires(born, made)

    def jumps(days: int) -> bool:
        moved = (card_expires(born + timedelta(days), made), card_expires(born, made + timedelta(days)))
        return any(abs((becomes - was).days) > abs(days) + 3 for becomes in moved)

    nearest = min((abs(n) for n in range(-120, 121) if n and jumps(n)), default=None)
    flip = flips(birth=birth, card_issued=issued).get("card_expires")
    assert (flip and abs(flip.days)) == nearest
