"""Reading a day: one form, days that exist, the calendar of 1868 to 2400."""

from datetime import date

import pytest
from jpki_model.day import NEVER_DAY, OutOfCalendar, parse_day, within_calendar


@pytest.mark.parametrize("text", ["1868-01-01", "2000-02-29", "2024-02-29", "2400-02-29", "2400-12-31"])
def test_a_day_of_the_calendar_is_read(text: str) -> None:
    assert parse_day(text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "text", ["2023-02-29", "1900-02-29", "2100-02-29", "2024-04-31", "2024-13-01", "2024-00-10"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text} does not exist in the calendar"):
        parse_day(text)


@pytest.mark.parametrize("text", ["1867-12-31", "2401-01-01", "0001-01-01", "4095-12-31", "9999-12-31"])
def test_a_day_outside_of_the_calendar_is_refused_with_its_limits(text: str) -> None:
    with pytest.raises(OutOfCalendar, match=f"{text} is outside of the calendar, 1868-01-01 to 2400-12-31"):
        parse_day(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2024", "2024-2-9", "24-02-29", "2024/02/29", "20240229", "2024-02-29 ", " 2024-02-29"),
        *(
            "2024-02-29T00:00",
            "２０２４-02-29",
            "令和6年2月29日",
            "2024-W09-4",
            "2024-060",
            "-2024-02-29",
            "2024-02-29\n",
        ),
    ],
)
def test_another_form_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date; write YYYY-MM-DD, as in 2024-02-29"):
        parse_day(text)


def test_never_is_later_than_every_day_of_the_calendar() -> None:
    assert date(2400, 12, 31) < NEVER_DAY
    with pytest.raises(OutOfCalendar):
        within_calendar(NEVER_DAY)
