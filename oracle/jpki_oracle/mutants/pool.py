"""Lives on the edges, by the thousand: what most mutants are tried on before the solver is asked.

A life is drawn from a seed: some days of it stand at a round distance (a birthday, 14, 30, 90 days, the day before
or after) from another of its days. Those that cannot happen are thrown away by the assumptions' own terms. The
pool decides nothing: what it leaves alive, the solver finds or proves equivalent.
"""

from collections.abc import Collection, Iterator

import numpy as np
from jpki_model.columns import Columns
from jpki_model.day_columns import NEVER_NUMBER, Column, birthday, day_number
from jpki_model.solver import LAST_ASKED
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS, ITEMS
from jpki_spec.laws import CURRENT_EDITION, Law, law
from jpki_spec.rulebook import ENDED_BY_EVENT, rulebook

from jpki_oracle.mutants.operators import days_of_the_law
from jpki_oracle.scenarios.happening import can_happen

CHUNK = 4096
_LEFT_AROUND = max(days_of_the_law(law(CURRENT_EDITION)))
_OFFSETS = np.array([0, 0, 0, 1, -1, 1, 2, 13, 14, 15, 29, 30, 31, 60, 89, 90, 91, 92, -14, -30, 200, 400])
_ISSUED = ("card_issued", "signature_issued", "authentication_issued")
_EVENTS = tuple(name for name in DATE_FIELDS if name not in ("birth", *_ISSUED))
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


def lives_near_edges(current: Law, chunks: int) -> Iterator[dict[str, Column]]:
    """Chunks of columns over all fields and `on`, from lives with few events to lives with many."""
    for number in range(chunks):
        random = np.random.default_rng([20160101, number])
        yield possible_lives(_drawn(random, number, current), current)


def _drawn(random: np.random.Generator, number: int, current: Law) -> dict[str, Column]:
    columns: dict[str, Column] = {name: np.full(CHUNK, NEVER_NUMBER) for name in DATE_FIELDS}
    columns["birth"] = np.where(random.random(CHUNK) < 0.25, _leap_days(random), _day(random, 1935, 2024))
    story = _STORIES[number % len(_STORIES)]
    plain = 0.9 if story is _anything else 0.97
    issued = _near_a_birthday(random, columns["birth"], current)
    columns["card_issued"] = np.where(random.random(CHUNK) < plain, issued, NEVER_NUMBER)
    for name in _ISSUED[1:]:
        later = _either(
            random, 0.5, near_day(random, issued), _near_a_birthday(random, columns["birth"], current)
        )
        columns[name] = _sometimes(random, 0.85, later)
    for name in CHOICE_FIELDS:
        other = random.integers(0, len(FIELDS[name].values), CHUNK)
        columns[name] = np.where(
            random.random(CHUNK) < (0.8 if name == "correction" else 1.2 - plain), other, 0
        )
    story(random, columns, issued, number // len(_STORIES))
    requested = _either(
        random,
        0.5,
        issued - random.choice([0, 1, 2, 30, 200], CHUNK),
        np.minimum(_near_a_birthday(random, columns["birth"], current), issued),
    )
    requested = np.where(random.random(CHUNK) < 0.4, requested, columns["card_requested"])
    columns["card_requested"] = np.where(columns["card_issued"] == NEVER_NUMBER, NEVER_NUMBER, requested)
    limited = np.isin(columns["residence"], (2, 3))
    end = np.where(
        columns["stay_expires"] == NEVER_NUMBER, near_day(random, issued + 800), columns["stay_expires"]
    )
    columns["stay_expires"] = np.where(limited, end, NEVER_NUMBER)
    lost = _either(random, 0.7, near_day(random, issued - 60), columns["nationality_lost"])
    columns["nationality_lost"] = np.where(columns["residence"] == 4, lost, NEVER_NUMBER)
    columns["on"] = _day(random, 2016, 2035)
    return asked_on(random, columns, current)


def _anything(random: np.random.Generator, columns: dict[str, Column], issued: Column, round: int) -> None:
    """Events of any kind, each near a day that the life has already; more of them in later rounds."""
    anchors = [issued, *(columns[name] for name in _ISSUED[1:])]
    for _ in range(1 + round % 6):
        chosen = random.integers(0, len(_EVENTS), CHUNK)
        anchor = _one_of(random, anchors)
        day = near_day(random, np.where(anchor == NEVER_NUMBER, issued, anchor))
        for position, name in enumerate(_EVENTS):
            here = chosen == position
            columns[name] = np.where(here, day, columns[name])
            for companion in _COMPANIONS.get(name, ()):
                missing = here & (columns[companion] == NEVER_NUMBER)
                columns[companion] = np.where(missing, near_day(random, day), columns[companion])
        anchors.append(day)
    if round % 2:
        _aside(random, columns, issued, 0.3)


def _a_move(random: np.random.Generator, columns: dict[str, Column], issued: Column, round: int) -> None:
    """Moving out, in, handing the card in, moving on, each around the days that the rules count."""
    start = _either(random, 0.5, issued, columns[_ISSUED[1 + round % 2]])
    start = np.where(start == NEVER_NUMBER, issued, start)
    out = start + random.choice([-1, 0, 1, 5, 40], CHUNK)
    planned = out + random.choice([-40, -31, -30, -29, -1, 0, 1, 20], CHUNK)
    moved = planned + random.choice([-20, 0, 1, 14, 15, 16, 17, 18], CHUNK)
    _arrival(random, columns, moved)
    columns["moveout_notified"] = out
    columns["moveout_planned"] = planned
    _aside(random, columns, issued, 0.08 * (round % 3))


def _abroad_and_back(
    random: np.random.Generator, columns: dict[str, Column], issued: Column, round: int
) -> None:
    """Leaving Japan with or without handing the card in, or before the card was made, and coming back."""
    left = issued + random.choice([-400, -30, -1, 0, 1, 30, 700], CHUNK)
    left = _either(random, 0.3, day_number(_LEFT_AROUND) + random.integers(-2, 3, CHUNK), left)
    columns["left_japan"] = np.maximum(left, columns["birth"])
    columns["card_presented_abroad"] = _sometimes(random, 0.8, left - random.choice([0, 1, 1, 2, 30], CHUNK))
    _arrival(random, columns, np.maximum(left, issued) + random.choice([-1, 0, 1, 30, 200], CHUNK))
    columns["residence"] = np.where(random.random(CHUNK) < 0.9, 0, columns["residence"])
    if round % 4 == 3:
        columns["moveout_notified"] = _sometimes(random, 0.5, near_day(random, left))
        columns["moveout_planned"] = np.where(
            columns["moveout_notified"] == NEVER_NUMBER, NEVER_NUMBER, columns["moveout_notified"] + 1
        )
    _aside(random, columns, issued, 0.08 * (round % 3))


def _arrival(random: np.random.Generator, columns: dict[str, Column], moved: Column) -> None:
    """Moving in with its notice, the card handed in, moving out again."""
    comes = random.random(CHUNK) < 0.85
    notified = comes & (random.random(CHUNK) < 0.85)
    notice = moved + random.choice([0, 0, 1, 12, 13, 14, 15, 16], CHUNK)
    presented = notice + random.choice([0, 1, 30, 88, 89, 90, 91, 92], CHUNK)
    again = notice + random.choice([-10, -1, 0, 1, 30, 89, 90, 91, 92], CHUNK)
    columns["moved_in"] = np.where(comes, moved, NEVER_NUMBER)
    columns["movein_notified"] = np.where(notified, notice, NEVER_NUMBER)
    columns["card_presented"] = np.where(notified & (random.random(CHUNK) < 0.4), presented, NEVER_NUMBER)
    columns["moved_out_again"] = np.where(comes & (random.random(CHUNK) < 0.5), again, NEVER_NUMBER)


def _an_end(random: np.random.Generator, columns: dict[str, Column], issued: Column, round: int) -> None:
    """Death or another end some time after the issue, with much that happened before it."""
    ends = issued + random.choice([-1, 0, 1, 400], CHUNK)
    columns["died" if round % 2 else "record_deleted"] = ends
    moved = issued - random.choice([1, 30, 300], CHUNK)
    if round % 3 == 0:
        _a_move(random, columns, moved, round)
    _aside(random, columns, issued, 0.5)


_STORIES = (_anything, _a_move, _abroad_and_back, _an_end)


def _aside(random: np.random.Generator, columns: dict[str, Column], issued: Column, share: float) -> None:
    """Events that need no other: long before, long after, or near the card's issue."""
    for name in _WITHOUT_COMPANY:
        day = _either(random, 0.5, issued + random.choice([-300, -1, 4000], CHUNK), near_day(random, issued))
        columns[name] = np.where(random.random(CHUNK) < share, day, columns[name])


def asked_on(random: np.random.Generator, columns: dict[str, Column], current: Law) -> dict[str, Column]:
    """The day asked for: near a day of the life, or near an end that the rules conclude."""
    evaluated, book = Columns(columns), rulebook(current)
    ends = [evaluated(book.outputs[f"{item}_expires"]) for item in ITEMS]
    ends += [evaluated(book.outputs[ENDED_BY_EVENT[item]]) for item in ITEMS]
    near = _one_of(random, [*ends, *ends, *(columns[name] for name in DATE_FIELDS)])
    near = np.where(near == NEVER_NUMBER, columns["on"], near)
    return {**columns, "on": near + random.integers(-1, 2, CHUNK)}


def possible_lives(
    columns: dict[str, Column], current: Law, leaving_out: Collection[str] = ()
) -> dict[str, Column]:
    """The lives that can happen, by all assumptions but those left out, inside of the calendar."""
    kept = can_happen(columns, current, leaving_out)
    last = day_number(LAST_ASKED)
    for name in (*DATE_FIELDS, "on"):
        kept &= (columns[name] == NEVER_NUMBER) | (columns[name] <= last)
    return {name: column[kept] for name, column in columns.items()}


def _day(random: np.random.Generator, first: int, last: int) -> Column:
    days = np.datetime64(f"{last}-12-31", "D") - np.datetime64(f"{first}-01-01", "D")
    return np.datetime64(f"{first}-01-01", "D").astype(np.int64) + random.integers(0, days.astype(int), CHUNK)


def _leap_days(random: np.random.Generator) -> Column:
    years = random.integers(0, 23, CHUNK) * 4 + 1936
    return np.array([np.datetime64(f"{year}-02-29", "D") for year in years]).astype(np.int64)


def near_day(random: np.random.Generator, day: Column) -> Column:
    return np.where(
        day == NEVER_NUMBER, NEVER_NUMBER, day + _OFFSETS[random.integers(0, len(_OFFSETS), len(day))]
    )


def _near_a_birthday(random: np.random.Generator, birth: Column, current: Law) -> Column:
    """Any day from 2016 on; or one near a birthday, an age that counts, or a day of the law."""
    years = (birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)) + 1970
    to_age = random.choice([0, 15, 18, 20], len(birth))
    year = np.where(
        random.random(len(birth)) < 0.5,
        np.maximum(years + to_age, 2016),
        random.integers(2016, 2036, len(birth)),
    )
    wide = np.where(
        random.random(len(birth)) < 0.7,
        random.integers(-2, 3, len(birth)),
        random.integers(-95, 3, len(birth)),
    )
    near = birthday(birth, year, random.integers(0, 3, len(birth))) + wide
    known = days_of_the_law(current)
    of_law = np.array([day_number(day) for day in known])[random.integers(0, len(known), len(birth))]
    near_law = of_law + random.integers(-2, 3, len(birth))
    kind = random.random(len(birth))
    anywhere = np.maximum(_day(random, 2016, 2035), birth)
    return np.where(kind < 0.6, near, np.where(kind < 0.75, np.maximum(near_law, birth), anywhere))


def _either(random: np.random.Generator, share: float, one: Column, other: Column) -> Column:
    return np.where(random.random(CHUNK) < share, one, other)


def _sometimes(random: np.random.Generator, share: float, day: Column) -> Column:
    return np.where(random.random(CHUNK) < share, day, NEVER_NUMBER)


def _one_of(random: np.random.Generator, columns: list[Column]) -> Column:
    picked = random.integers(0, len(columns), CHUNK)
    return np.choose(picked, columns)
