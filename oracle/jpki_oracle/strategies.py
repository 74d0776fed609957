"""Hypothesis strategies for property tests of systems that keep to the rules: lives, numbers and days.

    @given(lives())
    def test_a_signature_certificate_never_outlives_the_card(life): ...

They lean towards the edges of the rules, and shrink to few fields and to plain days near 2025. How far an edge is
away (days, birthdays, ages, months of a window) is read from the edition that is asked for.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from hypothesis import strategies as st
from jpki_model.day import FIRST_DAY, LAST_DAY
from jpki_model.evaluate import birthday
from jpki_model.life import LifeRecord, life
from jpki_spec.fields import FIELDS
from jpki_spec.laws import CURRENT_EDITION, Law, law
from jpki_spec.rules.number import NUMBER_FORMS

from jpki_oracle.strategy_days import (
    PLAIN_BIRTH,
    PLAIN_DAY,
    Window,
    card_end,
    day_within,
    first_card_day,
    happens,
    last_of_year_after,
    number_holds,
    shifted_year,
    window_of,
)

OLDEST = 110
"""Years after birth in which a card is still made; the assumptions allow more."""
LAST_START = date(2150, 12, 31)
"""Nothing starts later, so that what follows from it stays inside the calendar."""


def days() -> st.SearchStrategy[date]:
    """A day of the calendar of lives, its first and last included; often an edge of a year, a month or a law."""
    near = st.composite(
        lambda draw: day_within(draw, FIRST_DAY, LAST_DAY, PLAIN_DAY, (), law(CURRENT_EDITION))
    )
    ends = st.sampled_from(((FIRST_DAY, 1), (LAST_DAY, -1)))
    first_or_last = st.builds(lambda end, days: end[0] + days * timedelta(end[1]), ends, st.integers(0, 1))
    return st.one_of(near(), st.dates(FIRST_DAY, LAST_DAY), first_or_last)


def numbers(
    kind: Literal["my_number", "resident_record_code"] = "my_number",
    valid: bool | None = True,
    edition: str | None = None,
    readings: Mapping[str, str] | None = None,
) -> st.SearchStrategy[str]:
    """A number as text: one that the law holds valid, one that it does not, or (`valid=None`) either.

    What is not valid has a wrong check digit or, less often, a form that is not one. By the default reading any
    eleven digits are a resident-record code, so that only its form can be wrong there. Raises `UnknownLaw`, and
    ValueError for another kind.
    """
    if kind not in NUMBER_FORMS:
        raise ValueError(f"no kind of number {kind!r}; there are {', '.join(NUMBER_FORMS)}")
    judged_by = law(edition or CURRENT_EDITION, readings)
    if valid is None:
        return st.one_of(_digits(kind, True, judged_by), _not_valid(kind, judged_by))
    return _digits(kind, True, judged_by) if valid else _not_valid(kind, judged_by)


def lives(
    edition: str | None = None, readings: Mapping[str, str] | None = None
) -> st.SearchStrategy[LifeRecord]:
    """A life that can happen: every assumption about lives holds under the edition (else the current one).

    Its birth is always stated; nearly everything else may be absent. All days are inside the calendar, and so is
    what the rules conclude from them. Raises `UnknownLaw`.
    """
    judged_by = law(edition or CURRENT_EDITION, readings)
    return _drafts(judged_by).filter(lambda drawn: happens(drawn, judged_by))


def _not_valid(kind: str, judged_by: Law) -> st.SearchStrategy[str]:
    zeros = "0" * (NUMBER_FORMS[kind].digits - 1)
    if all(number_holds(kind, zeros + last, judged_by) for last in "0123456789"):  # no check digit is judged
        return _malformed(kind, judged_by)
    wrong = _digits(kind, False, judged_by)
    return st.one_of(wrong, wrong, wrong, _malformed(kind, judged_by))


@st.composite
def _digits(draw: st.DrawFn, kind: str, valid: bool, judged_by: Law) -> str:
    count = NUMBER_FORMS[kind].digits - 1
    before = draw(st.text("0123456789", min_size=count, max_size=count))
    fitting = [d for d in "0123456789" if number_holds(kind, before + d, judged_by) is valid]
    return before + draw(st.sampled_from(fitting))


@st.composite
def _malformed(draw: st.DrawFn, kind: str, judged_by: Law) -> str:
    right = draw(_digits(kind, True, judged_by))
    full_width = right.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    grouped = [f"{right[:4]}{mark}{right[4:8]}{mark}{right[8:]}" for mark in " -"]
    others = [right[:-1], right + "0", "", *grouped, " " + right, right + "\n", right[:-1] + "O", full_width]
    return draw(st.sampled_from(others))


class _Draft:
    """A life while it is drawn: what is stated so far, and the draws that keep it in order."""

    def __init__(self, draw: st.DrawFn, judged_by: Law) -> None:
        self.draw = draw
        self.law = judged_by
        self.stated: dict[str, date | str] = {}

    def chance(self, one_in: int) -> bool:
        """Seldom true; shrinks to false."""
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def mostly(self, one_in: int) -> bool:
        """Seldom false, though it shrinks to false."""
        return bool(self.draw(st.integers(0, one_in - 1)) > 0)

    def day(
        self,
        name: str,
        low: date,
        high: date = LAST_START,
        plain: date = PLAIN_DAY,
        after: date | None = None,
    ) -> date:
        """States a day between two others, both inclusive, often at an edge of a period that runs from `after`."""
        birth = self.stated.get("birth")
        known = tuple(value for value in reversed(self.stated.values()) if isinstance(value, date))
        near_birth = birth if isinstance(birth, date) else None
        self.stated[name] = made = day_within(self.draw, low, high, plain, known, self.law, near_birth, after)
        return made

    def known(self, *names: str) -> list[date]:
        """The days among these fields that are stated."""
        return [value for name in names if isinstance(value := self.stated.get(name), date)]

    def other_choice(self, name: str, *but: str) -> str:
        """States a choice that is not the default."""
        self.stated[name] = value = self.draw(
            st.sampled_from([v for v in FIELDS[name].values if v not in (*but, FIELDS[name].default)])
        )
        return value

    def window(self, low: date, high: date, leap_question: str) -> Window | None:
        """A window of renewal that ends with a birthday on or after `low`, cut to what lies up to `high`."""
        (birth,) = self.known("birth")
        leap_birthday = self.law.reading(leap_question)
        passed = birthday(birth, low.year, leap_birthday) < low
        former = birthday(birth, low.year + passed + self.draw(st.integers(0, 11)), leap_birthday)
        return window_of(former, low, high, self.law)

    def inside(self, name: str, window: Window) -> date:
        """States a day inside of a window of renewal; its first and its last day are drawn often."""
        back = (window.last - window.first).days
        edge = self.draw(st.sampled_from((0, back, None)))
        before = self.draw(st.integers(0, back)) if edge is None else edge
        self.stated[name] = day = window.last - timedelta(before)
        return day


@st.composite
def _drafts(draw: st.DrawFn, judged_by: Law) -> LifeRecord:
    """A life in the order in which it goes: what comes later is drawn between what has come and what must follow."""
    draft = _Draft(draw, judged_by)
    residence = draft.other_choice("residence") if draft.chance(6) else "citizen"
    transitional = residence == "transitional"
    first = first_card_day()
    draft.day("birth", first if transitional else shifted_year(PLAIN_DAY, -OLDEST), LAST_START,
              PLAIN_DAY if transitional else PLAIN_BIRTH)  # fmt: skip
    _card(draft, residence)
    for item in ("authentication", "signature"):
        if draft.chance(2):
            _certificate(draft, item)
    if draft.chance(4):
        _abroad(draft)
    if draft.chance(2):
        _move(draft)
    _ends(draft)
    return life(draft.stated)


def _card(draft: _Draft, residence: str) -> None:
    (birth,) = draft.known("birth")
    low, high = max(birth, first_card_day()), max(birth, last_of_year_after(birth, OLDEST))
    carded = draft.mostly(6)
    if residence == "transitional":
        if draft.chance(2):
            low = draft.day("nationality_lost", low, high)
        if draft.law.speaks_of("transitional_days"):
            high = low + timedelta(draft.law.number("transitional_days"))
    elif carded and draft.chance(6) and draft.other_choice("card_renewal") == "window":
        _renewed_card(draft, low, high)
    if carded and "card_issued" not in draft.stated:
        if draft.chance(4):
            low = draft.day("card_requested", low, high)
            high = min(high, shifted_year(low, 1))
        draft.day("card_issued", low, high)
    if residence in ("limited", "landing"):
        draft.day("stay_expires", max(draft.known("birth", "card_issued")), LAST_START)


def _renewed_card(draft: _Draft, low: date, high: date) -> None:
    """A card applied for in the last months of the one before; only its application has to lie there."""
    window = draft.window(low, high, "leap-birthday-card")
    if window is None:
        draft.stated["card_renewal"] = "other"
    elif draft.chance(2):
        requested = draft.inside("card_requested", window)
        draft.day("card_issued", requested, shifted_year(requested, 1), requested)
    else:
        draft.inside("card_issued", window)


def _certificate(draft: _Draft, item: str) -> None:
    (birth,) = draft.known("birth")
    issued = draft.known("card_issued")
    low = issued[0] if issued else max(birth, first_card_day())
    high = min(LAST_START, card_end(life(draft.stated), draft.law)) if issued else LAST_START
    if low > high:
        return  # the card's end came before its issue: no certificate was issued on it
    if draft.chance(6):
        window = draft.window(low, high, "leap-birthday-certificate")
        if window:
            draft.stated[f"{item}_renewal"] = "window"
            draft.inside(f"{item}_issued", window)
            return
    draft.day(f"{item}_issued", low, high, issued[0] if issued else PLAIN_DAY)


def _abroad(draft: _Draft) -> None:
    (birth,) = draft.known("birth")
    left = draft.day("left_japan", birth)
    if draft.chance(2):
        a_year_before = shifted_year(left, -1) + timedelta(
            1
        )  # one day less, for somebody who leaves on a 29th
        draft.day("card_presented_abroad", max(birth, a_year_before), left, left)


def _move(draft: _Draft) -> None:
    (birth,) = draft.known("birth")
    low, planned = birth, None
    if draft.mostly(4):
        low = draft.day("moveout_notified", birth)
        near = timedelta(364)  # a day less than any year
        planned = draft.day("moveout_planned", max(birth, low - near), low + near, low)
    if not draft.mostly(3):
        return
    last = moved = draft.day("moved_in", birth, after=planned)
    if draft.mostly(4):
        runs_from = planned if planned and draft.chance(3) else moved
        last = draft.day("movein_notified", max(low, moved), plain=moved, after=runs_from)
        if draft.mostly(3):
            last = draft.day("card_presented", last, plain=last, after=last)
    if draft.chance(4):
        draft.day("moved_out_again", last, plain=last, after=last)


def _ends(draft: _Draft) -> None:
    """What can end the card or a certificate beside a move; death comes last, since the dead do nothing."""
    (birth,) = draft.known("birth")
    if draft.chance(5):
        draft.day("record_corrected", birth)
        if draft.chance(2):
            draft.other_choice("correction")
    for name in (
        "record_deleted",
        "card_returned",
        "reissue_requested",
        "signature_revocation_requested",
        "authentication_revocation_requested",
        "revocation_recorded",
    ):
        if draft.chance(8):
            draft.day(name, birth)
    if draft.chance(6):
        after = [name for name in draft.stated if name not in _AFTER_DEATH]
        draft.day("died", max(draft.known(*after)), max(LAST_START, *draft.known(*after)))


_AFTER_DEATH = ("stay_expires", "moveout_planned", "revocation_recorded")
"""Days that lie ahead when they are stated, or are kept by others."""
