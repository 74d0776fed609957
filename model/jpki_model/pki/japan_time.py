"""Days in Japan as instants: a certificate is valid to 23:59:59 there on its last valid day."""

from datetime import UTC, date, datetime, time, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")


def last_second(day: date) -> datetime:
    """23:59:59 in Japan on a last valid day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), JAPAN).astimezone(UTC)


def office_hour(day: date) -> datetime:
    """09:30 in Japan on a day, in UTC: when an example certificate of that day is issued."""
    return datetime.combine(day, time(9, 30), JAPAN).astimezone(UTC)
