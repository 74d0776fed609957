"""Editions, their parameters and readings: what is in them, how they are chosen, and what is refused."""

from datetime import date

import pytest
from jpki_spec.clauses import CLAUSES
from jpki_spec.fields import read_toml
from jpki_spec.laws import (
    CURRENT_EDITION,
    EDITIONS,
    READINGS,
    Edition,
    Reading,
    UnknownLaw,
    law,
    open_questions,
)

EDITION_IDS = ["mic-2017", "2016-01-01", "2022-04-01", "2024-05-27", "next-card"]


# ---------------------------------------------------------------------------------------------- editions


def test_there_are_five_editions_of_which_three_have_been_law() -> None:
    assert list(EDITIONS) == EDITION_IDS
    assert [id for id, edition in EDITIONS.items() if edition.is_law] == [
        "2016-01-01",
        "2022-04-01",
        "2024-05-27",
    ]
    assert CURRENT_EDITION == "2024-05-27"


@pytest.mark.parametrize("id", ["2016-01-01", "2022-04-01", "2024-05-27"])
def test_an_edition_of_law_is_called_by_the_day_on_which_it_came_into_force(id: str) -> None:
    assert EDITIONS[id].in_force == date.fromisoformat(id)


def test_the_slides_of_2017_have_their_numbers() -> None:
    """Typed from page 1 of the slides of 2017.

    失効: 「転出予定日から３０日、転入した日から１４日」, 「９０日を経過したとき」.
    カードの満了: 「発行の日から１０回目の誕生日、ただし、２０歳未満は、発行の日から５回目の誕生日」.
    電子証明書の満了: 「発行の日から５回目の誕生日」.
    """
    assert {name: parameter.value for name, parameter in EDITIONS["mic-2017"].parameters.items()} == {
        "card_birthdays_adult": 10,
        "card_birthdays_minor": 5,
        "adult_age": 20,
        "certificate_birthdays": 5,
        "movein_days_after_planned": 30,
        "movein_days_after_moving": 14,
        "presentation_days": 90,
    }


@pytest.mark.parametrize(
    ("edition", "name", "value"),
    [
        # Card ordinance 26 and its supplement of 2022: eighteen for what was applied for since 1 April 2022
        ("2016-01-01", "adult_age", 20),
        ("2022-04-01", "adult_age", 18),
        ("2022-04-01", "former_adult_age", 20),
        ("2022-04-01", "adult_age_changed", date(2022, 4, 1)),
        ("2024-05-27", "adult_age", 18),
        # Card ordinance 29: less than three months, one birthday more; 27: sixty days
        ("2024-05-27", "renewal_window_months", 3),
        ("2024-05-27", "extra_birthdays_on_renewal", 1),
        ("2024-05-27", "transitional_days", 60),
        # Order 14: thirty, fourteen and ninety days
        ("2024-05-27", "movein_days_after_planned", 30),
        ("2024-05-27", "movein_days_after_moving", 14),
        ("2024-05-27", "presentation_days", 90),
        ("2024-05-27", "continued_use_abroad_from", date(2024, 5, 27)),
        # The outline of the next card: ten years for certificates, a year's window, a month after the birthday
        ("next-card", "certificate_birthdays", 10),
        ("next-card", "renewal_window_months", 12),
        ("next-card", "months_after_birthday", 1),
        ("next-card", "card_birthdays_adult", 10),
    ],
)
def test_a_later_edition_has_the_numbers_of_its_articles(edition: str, name: str, value: int | date) -> None:
    assert EDITIONS[edition].parameters[name].value == value


@pytest.mark.parametrize(
    ("id", "extends"),
    [("2022-04-01", "2016-01-01"), ("2024-05-27", "2022-04-01"), ("next-card", "2024-05-27")],
)
def test_an_edition_inherits_what_it_does_not_state(id: str, extends: str) -> None:
    own = set(read_toml("editions.toml")[id]["parameters"])
    child, parent = EDITIONS[id].parameters, EDITIONS[extends].parameters
    assert set(child) == set(parent) | own
    assert {name for name in parent if child[name] != parent[name]} <= own


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_every_parameter_comes_from_a_clause_that_exists(edition: Edition) -> None:
    assert {name for name, p in edition.parameters.items() if p.clause not in CLAUSES} == set()


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_an_edition_of_law_stands_on_law_or_on_practice_where_the_law_is_silent(edition: Edition) -> None:
    sources = {CLAUSES[p.clause].source for p in edition.parameters.values()}
    if edition.id == "mic-2017":
        assert {source.id for source in sources} == {"mic-2017"}
    elif edition.is_law:
        assert {source.id for source in sources if not source.law} == {"municipal-practice"}


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_an_edition_has_a_title_in_both_languages(edition: Edition) -> None:
    assert edition.title.en.strip()
    assert edition.title.ja.strip()
    assert not edition.title.ja.isascii()


def test_an_absent_parameter_is_one_of_which_the_source_is_silent() -> None:
    slides = law("mic-2017")
    assert slides.speaks_of("presentation_days")
    assert not slides.speaks_of("stay_decides")
    with pytest.raises(KeyError):
        slides.number("transitional_days")


def test_a_number_is_no_date_and_a_date_no_number() -> None:
    current = law("2024-05-27")
    assert current.day("adult_age_changed") == date(2022, 4, 1)
    with pytest.raises(TypeError, match="adult_age_changed of 2024-05-27 is not a number"):
        current.number("adult_age_changed")
    with pytest.raises(TypeError, match="adult_age of 2024-05-27 is not a date"):
        current.day("adult_age")


# ---------------------------------------------------------------------------------------------- readings


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_reading_has_a_default_and_something_else_in_both_languages(reading: Reading) -> None:
    assert reading.default in reading.alternatives
    assert len(reading.alternatives) >= 2
    for text in (reading.question, reading.why, *reading.alternatives.values()):
        assert text.en.strip()
        assert text.ja.strip()
    assert reading.decides in ("dates", "numbers", "nothing")


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_reading_is_of_clauses_and_editions_that_exist(reading: Reading) -> None:
    assert reading.clauses
    assert set(reading.clauses) <= set(CLAUSES)
    assert reading.open_in
    assert set(reading.open_in) <= set(EDITIONS)


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_a_question_that_is_open_under_the_law_cites_what_leaves_it_open(reading: Reading) -> None:
    sources = {CLAUSES[clause].source.id for clause in reading.clauses}
    if reading.open_in == ("mic-2017",):
        assert "mic-2017" in sources
    elif set(reading.open_in) & {"2016-01-01", "2022-04-01", "2024-05-27"} and reading.decides == "dates":
        assert sources - {"mic-2017"}


def test_open_questions_are_those_of_the_edition_and_the_kind() -> None:
    slides = {question.id for question in open_questions("mic-2017")}
    assert {"move-limbs", "ninety-days-from", "birthday-on-issue-day", "leap-birthday-card"} <= slides
    assert not slides & {"stay-and-birthday", "revocation-instant", "key-pair-made-by"}
    assert [question.id for question in open_questions("2024-05-27", "numbers")] == [
        "resident-record-code-check"
    ]


# ---------------------------------------------------------------------------------------------- choosing a law


def test_a_law_answers_with_what_was_chosen_else_with_the_default() -> None:
    chosen = law("mic-2017", {"move-limbs": "both"})
    assert chosen.reading("move-limbs") == "both"
    assert chosen.reads("move-limbs", "both")
    assert chosen.reading("ninety-days-from") == "notice"
    with pytest.raises(KeyError):
        chosen.reads("move-limbs", "neither")


def test_a_default_that_is_stated_is_the_same_law() -> None:
    assert law("mic-2017", {"move-limbs": "either"}) == law("mic-2017")
    assert hash(law("mic-2017", {"move-limbs": "either"})) == hash(law("mic-2017"))
    assert law("mic-2017", {"move-limbs": "both"}) != law("mic-2017")


def test_the_order_of_answers_makes_no_difference() -> None:
    answers = {"move-limbs": "both", "leap-age": "february-28"}
    assert law("mic-2017", answers) is law("mic-2017", dict(reversed(answers.items())))


def test_a_law_is_shown_with_the_answers_that_are_not_defaults() -> None:
    assert str(law("mic-2017")) == "mic-2017"
    assert str(law("mic-2017", {"move-limbs": "both", "leap-age": "february-28"})) == (
        "mic-2017 leap-age=february-28 move-limbs=both"
    )


def test_another_answer_to_one_question_leaves_the_rest() -> None:
    one = law("mic-2017", {"leap-age": "february-28"}).with_reading("move-limbs", "both")
    assert one == law("mic-2017", {"leap-age": "february-28", "move-limbs": "both"})
    assert one.with_reading("move-limbs", "either") == law("mic-2017", {"leap-age": "february-28"})


@pytest.mark.parametrize("edition", EDITIONS)
def test_alternatives_differ_in_a_single_answer_and_are_all_that_do(edition: str) -> None:
    default = law(edition)
    differences = [default.difference(other) for other in default.alternatives()]
    assert all(len(difference) == 1 for difference in differences)
    found = {(question, answer) for difference in differences for question, answer in difference.items()}
    assert found == {
        (reading.id, answer)
        for reading in READINGS.values()
        if edition in reading.open_in and reading.decides == "dates"
        for answer in reading.alternatives
        if answer != reading.default
    }
    assert len(set(default.alternatives())) == len(differences)


def test_alternatives_of_a_chosen_law_keep_its_other_answers() -> None:
    chosen = law("mic-2017", {"move-limbs": "both"})
    others = chosen.alternatives()
    assert law("mic-2017") in others
    assert all(len(chosen.difference(other)) == 1 for other in others)


def test_a_difference_is_told_with_the_other_laws_answers() -> None:
    one = law("mic-2017", {"move-limbs": "both"})
    assert one.difference(law("mic-2017", {"leap-age": "february-28"})) == {
        "move-limbs": "either",
        "leap-age": "february-28",
    }
    assert one.difference(one) == {}


@pytest.mark.parametrize(
    ("edition", "readings", "message"),
    [
        (
            "2024-05-28",
            {},
            f"unknown edition '2024-05-28'; known: {', '.join(EDITION_IDS)} (did you mean '2024-05-27'?)",
        ),
        ("zzz", {}, f"unknown edition 'zzz'; known: {', '.join(EDITION_IDS)}"),
        (
            "mic-2017",
            {"move-limb": "both"},
            "unknown reading 'move-limb' (did you mean 'move-limbs'?); `jpki-oracle readings` lists them",
        ),
        ("mic-2017", {"zzz": "both"}, "unknown reading 'zzz'; `jpki-oracle readings` lists them"),
        (
            "mic-2017",
            {"move-limbs": "none"},
            "reading 'move-limbs' has no answer 'none'; it has either, both",
        ),
        (
            "2024-05-27",
            {"move-limbs": "both"},
            "edition 2024-05-27 settles 'move-limbs'; it is open in mic-2017",
        ),
        (
            "2022-04-01",
            {"abroad-presented-on-leaving-day": "in-time"},
            "edition 2022-04-01 settles 'abroad-presented-on-leaving-day'; it is open in 2024-05-27, next-card",
        ),
    ],
)
def test_an_unknown_law_is_refused_with_what_is_allowed(
    edition: str, readings: dict[str, str], message: str
) -> None:
    with pytest.raises(UnknownLaw) as refused:
        law(edition, readings)
    assert str(refused.value) == message
