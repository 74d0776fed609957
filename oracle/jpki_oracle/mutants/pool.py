"""Lives on the edges, by the thousand: what most mutants are tried on before the solver is asked.

A life is drawn from a seed: some days of it stand at a round distance (a birthday, 14, 30, 90 days, the day before
or after) from another of its days. Those that cannot happen are thrown away by the assumptions' own terms. The
pool decides nothing: what it leaves alive, the solver finds or proves equivalent.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from jpki_model.columns import NEVER_NUMBER, Column, Columns, birthday, day_number
from jpki_model.solver import LAST_ASKED
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS, ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import ENDED_BY_EVENT, rulebook
from jpki_spec.terms import LIFE

from jpki_oracle.mutants.operators import days_of_the_law

CHUNK = 4096
_OFFSETS = np.array([0, 0, 0, 1, -1, 1, 2, 13, 14, 15, 29, 30, 31, 60, 89, 90, 91, 92, -14, -30, 200, 400])
_ISSUED = ("card_issued", "signature_issued", "authentication_issued")
_EVENTS = tuple(name for name in DATE_FIELDS if name not in ("birth", *_ISSUED))
_STORIES = (
    _EVENTS,
    ("moveout_notified", "moveout_planned", "moved_in", "movein_notified", "card_presented", "moved_out_again"),
    ("left_japan", "card_presented_abroad", "moved_in", "movein_notified", "card_presented", "moved_out_again"),
)
"""What a chunk's lives are about: anything at all, a move, going abroad and coming back."""
_WITHOUT_COMPANY = (
    "record_corrected",
    "record_deleted",
    "card_returned",
    "reissue_requested",
    "signature_revocation_requested",
    "authentication_revocation_requested",
    "revocation_recorded",
)
_COMPANIONS = {
    "moveout_notified": ("moveout_planned",),
    "moveout_planned": ("moveout_notified",),
    "movein_notified": ("moved_in",),
    "card_presented": ("moved_in", "movein_notified"),
    "moved_out_again": ("moved_in",),
    "card_presented_abroad": ("left_japan",),
}


def lives_near_edges(law: Law, chunks: int) -> Iterator[dict[str, Column]]:
    """Chunks of columns over all fields and `on`, from lives with few events to lives with many."""
    for number in range(chunks):
        random = np.random.default_rng([20160101, number])
        yield _possible(_drawn(random, number, law), law)


def _drawn(random: np.random.Generator, number: int, law: Law) -> dict[str, Column]:
    events, many = _STORIES[number % 3], 1 + number // 3 % 6
    columns: dict[str, Column] = {name: np.full(CHUNK, NEVER_NUMBER) for name in DATE_FIELDS}
    birth = _day(random, 1935, 2024)
    leap = _first_days(random, CHUNK)
    columns["birth"] = np.where(random.random(CHUNK) < 0.25, leap, birth)
    issued = _near_a_birthday(random, columns["birth"], law)
    columns["card_issued"] = np.where(random.random(CHUNK) < 0.9, issued, NEVER_NUMBER)
    for name in _ISSUED[1:]:
        later = np.where(
            random.random(CHUNK) < 0.5,
            _near(random, issued),
            _near_a_birthday(random, columns["birth"], law),
        )
        columns[name] = np.where(random.random(CHUNK) < 0.7, later, NEVER_NUMBER)
    anchors = [issued, *(columns[name] for name in _ISSUED[1:])] if number % 3 == 0 else [issued]
    if number % 6 == 5:  # a card that was made abroad, for somebody who had left
        columns["left_japan"] = _near(random, np.maximum(issued - 20, columns["birth"]))
    for _ in range(many):
        chosen = random.integers(0, len(events), CHUNK)
        anchor = _one_of(random, anchors)
        anchor = np.where(anchor == NEVER_NUMBER, issued, anchor)
        day = _near(random, anchor)
        for position, name in enumerate(events):
            here = chosen == position
            columns[name] = np.where(here, day, columns[name])
            for companion in _COMPANIONS.get(name, ()):
                missing = here & (columns[companion] == NEVER_NUMBER)
                columns[companion] = np.where(missing, _near(random, day), columns[companion])
        anchors.append(day)
    for name in CHOICE_FIELDS:
        count = len(FIELDS[name].values)
        other = random.integers(0, count, CHUNK)
        columns[name] = np.where(random.random(CHUNK) < (0.8 if name == "correction" else 0.4), other, 0)
    requested = np.where(
        random.random(CHUNK) < 0.5,
        issued - random.choice([0, 1, 2, 30, 200], CHUNK),
        np.minimum(_near_a_birthday(random, columns["birth"], law), issued),
    )
    requested = np.where(random.random(CHUNK) < 0.4, requested, columns["card_requested"])
    columns["card_requested"] = np.where(columns["card_issued"] == NEVER_NUMBER, NEVER_NUMBER, requested)
    if number % 2:
        for name in _WITHOUT_COMPANY:
            aside = np.where(random.random(CHUNK) < 0.5, issued + random.choice([-300, -1, 4000], CHUNK), _near(random, issued))
            columns[name] = np.where(random.random(CHUNK) < 0.3, aside, columns[name])
    limited = np.isin(columns["residence"], (2, 3))
    end = np.where(columns["stay_expires"] == NEVER_NUMBER, _near(random, issued + 800), columns["stay_expires"])
    columns["stay_expires"] = np.where(limited, end, NEVER_NUMBER)
    columns["nationality_lost"] = np.where(columns["residence"] == 4, columns["nationality_lost"], NEVER_NUMBER)
    columns["on"] = _day(random, 2016, 2035)
    return _asked_on(random, columns, law)


def _asked_on(random: np.random.Generator, columns: dict[str, Column], law: Law) -> dict[str, Column]:
    """The day asked for: near a day of the life, or near an end that the rules conclude."""
    evaluated, book = Columns(columns), rulebook(law)
    ends = [evaluated(book.outputs[f"{item}_expires"]) for item in ITEMS]
    ends += [evaluated(book.outputs[ENDED_BY_EVENT[item]]) for item in ITEMS]
    near = _one_of(random, [*ends, *ends, *(columns[name] for name in DATE_FIELDS)])
    near = np.where(near == NEVER_NUMBER, columns["on"], near)
    return {**columns, "on": near + random.integers(-1, 2, CHUNK)}


def _possible(columns: dict[str, Column], law: Law) -> dict[str, Column]:
    """The lives that can happen, inside of the calendar."""
    evaluated = Columns(columns)
    kept = np.ones(CHUNK, dtype=bool)
    for assumption in ASSUMPTIONS.values():
        kept &= evaluated(assumption.holds(LIFE, law))
    last = day_number(LAST_ASKED)
    for name in (*DATE_FIELDS, "on"):
        kept &= (columns[name] == NEVER_NUMBER) | (columns[name] <= last)
    return {name: column[kept] for name, column in columns.items()}


def _day(random: np.random.Generator, first: int, last: int) -> Column:
    days = np.datetime64(f"{last}-12-31", "D") - np.datetime64(f"{first}-01-01", "D")
    return np.datetime64(f"{first}-01-01", "D").astype(np.int64) + random.integers(0, days.astype(int), CHUNK)


def _first_days(random: np.random.Generator, count: int) -> Column:
    years = random.integers(0, 23, count) * 4 + 1936
    return np.array([np.datetime64(f"{year}-02-29", "D") for year in years]).astype(np.int64)


def _near(random: np.random.Generator, day: Column) -> Column:
    return np.where(day == NEVER_NUMBER, NEVER_NUMBER, day + _OFFSETS[random.integers(0, len(_OFFSETS), len(day))])


def _near_a_birthday(random: np.random.Generator, birth: Column, law: Law) -> Column:
    """Any day from 2016 on; or one near a birthday, an age that counts, or a day of the law."""
    years = (birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)) + 1970
    to_age = random.choice([0, 15, 18, 20], len(birth))
    year = np.where(
        random.random(len(birth)) < 0.5, np.maximum(years + to_age, 2016), random.integers(2016, 2036, len(birth))
    )
    wide = np.where(
        random.random(len(birth)) < 0.7, random.integers(-2, 3, len(birth)), random.integers(-95, 3, len(birth))
    )
    near = birthday(birth, year, random.integers(0, 3, len(birth))) + wide
    known = days_of_the_law(law)
    of_law = np.array([day_number(day) for day in known])[random.integers(0, len(known), len(birth))]
    near_law = of_law + random.integers(-2, 3, len(birth))
    kind = random.random(len(birth))
    anywhere = np.maximum(_day(random, 2016, 2035), birth)
    return np.where(kind < 0.6, near, np.where(kind < 0.75, np.maximum(near_law, birth), anywhere))


def _one_of(random: np.random.Generator, columns: list[Column]) -> Column:
    picked = random.integers(0, len(columns), CHUNK)
    return np.choose(picked, columns)


def rows_of(columns: Mapping[str, Column], positions: list[int]) -> list[dict[str, int]]:
    """Some rows of the columns, as codes."""
    return [{name: int(column[at]) for name, column in columns.items()} for at in positions]
