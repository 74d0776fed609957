"""The language in which rules are written: terms over an abstract `Date`, small integers and choices.

A term says nothing about how a date is stored or counted. Each interpreter gives the operations of
`OPERATIONS` its own meaning; all of them are total and pass `never`, which is later than every day, on.
"""

from dataclasses import dataclass, fields
from typing import Any, NoReturn, TypeAlias

import z3

from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS, STATES

Term: TypeAlias = Any
"""Any z3 expression."""
Boolean: TypeAlias = Any
"""A z3 expression of sort Bool."""
Number: TypeAlias = Any
"""A z3 expression of sort Int, or a Python int."""

DATE = z3.DeclareSort("Date")
_BOOL, _INT = z3.BoolSort(), z3.IntSort()

LEAP_BIRTHDAYS: tuple[str, ...] = ("february-28", "march-1", "next-leap-day")
"""Where the birthday of somebody born on 29 February falls in a year without that day."""


def _choice_sort(name: str, values: tuple[str, ...]) -> tuple[Term, dict[str, Term]]:
    sort, constants = z3.EnumSort(name, [f"{name}.{value}" for value in values])
    return sort, dict(zip(values, constants, strict=True))


LEAP_BIRTHDAY, LEAP_BIRTHDAY_VALUES = _choice_sort("leap_birthday", LEAP_BIRTHDAYS)
STATE, STATE_VALUES = _choice_sort(
    "state", tuple(dict.fromkeys(state for states in STATES.values() for state in states))
)
CHOICES: dict[str, tuple[Term, dict[str, Term]]] = {
    name: _choice_sort(name, FIELDS[name].values) for name in CHOICE_FIELDS
}

BEFORE = z3.Function("before", DATE, DATE, _BOOL)
ADD_DAYS = z3.Function("add_days", DATE, _INT, DATE)
ADD_MONTHS = z3.Function("add_months", DATE, _INT, DATE)
YEAR = z3.Function("year", DATE, _INT)
WEEKDAY = z3.Function("weekday", DATE, _INT)
BIRTHDAY = z3.Function("birthday", DATE, _INT, LEAP_BIRTHDAY, DATE)
LITERAL = z3.Function("literal", _INT, DATE)
NEVER = z3.Const("never", DATE)

OPERATIONS: dict[str, str] = {
    "before": "before(a, b): a is an earlier day than b; every day is before never",
    "add_days": "add_days(d, n): the day n days after d (before it, for a negative n)",
    "add_months": "add_months(d, n): the same day number n months later, or that month's last day",
    "year": "year(d): the year of d in the Gregorian calendar; 4095 for never",
    "weekday": "weekday(d): 0 for Monday … 6 for Sunday; 0 for never",
    "birthday": "birthday(b, y, r): the birthday in year y of somebody born on b; r places 29 February",
    "literal": "literal(yyyymmdd): that day",
    "never": "never: later than every day",
}


class Date:
    """A day or `never`, as a term; `<`, `<=`, `>`, `>=` and `==` give Boolean terms."""

    __slots__ = ("term",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, term: Term) -> None:
        self.term = term

    def __lt__(self, other: "Date") -> Boolean:
        return BEFORE(self.term, other.term)

    def __gt__(self, other: "Date") -> Boolean:
        return BEFORE(other.term, self.term)

    def __le__(self, other: "Date") -> Boolean:
        return z3.Not(BEFORE(other.term, self.term))

    def __ge__(self, other: "Date") -> Boolean:
        return z3.Not(BEFORE(self.term, other.term))

    def __eq__(self, other: object) -> Boolean:
        if not isinstance(other, Date):
            return NotImplemented
        return self.term == other.term

    def __ne__(self, other: object) -> Boolean:
        if not isinstance(other, Date):
            return NotImplemented
        return self.term != other.term

    @property
    def exists(self) -> Boolean:
        """It is a day, not `never`."""
        return self.term != NEVER

    def plus_days(self, count: Number) -> "Date":
        """The day `count` days later."""
        return Date(ADD_DAYS(self.term, count))

    def plus_months(self, count: Number) -> "Date":
        """The same day number `count` months later, or the last day of a month that lacks it."""
        return Date(ADD_MONTHS(self.term, count))

    @property
    def year(self) -> Number:
        """The calendar year."""
        return YEAR(self.term)

    @property
    def weekday(self) -> Number:
        """0 for Monday to 6 for Sunday."""
        return WEEKDAY(self.term)


never = Date(NEVER)


def literal(year: int, month: int, day: int) -> Date:
    """A day that stands in the law itself."""
    return Date(LITERAL(z3.IntVal(year * 10000 + month * 100 + day)))


def birthday(birth: Date, year: Number, leap_birthday: str) -> Date:
    """The birthday in `year`; `leap_birthday` is one of `LEAP_BIRTHDAYS`."""
    return Date(BIRTHDAY(birth.term, year, LEAP_BIRTHDAY_VALUES[leap_birthday]))


def choose(condition: Boolean, then: Date, otherwise: Date) -> Date:
    """`then` where the condition holds, else `otherwise`."""
    return Date(z3.If(condition, then.term, otherwise.term))


def first(one: Date, *others: Date) -> Date:
    """The earliest of the dates; `never` only if all are."""
    for other in others:
        if one.term.eq(NEVER):
            one = other
        elif not other.term.eq(NEVER):
            one = choose(other < one, other, one)
    return one


def last(one: Date, *others: Date) -> Date:
    """The latest of the dates; `never` if any is."""
    for other in others:
        one = choose(one < other, other, one)
    return one


class Choice:
    """A field with a few named values, as a term."""

    __slots__ = ("term", "values")

    def __init__(self, term: Term, values: dict[str, Term]) -> None:
        self.term = term
        self.values = values

    def __eq__(self, other: object) -> NoReturn:
        """No term: it would be false of every name, without a word. Raises `TypeError`."""
        raise TypeError(f"{self.term} is compared by is_(...)")

    __hash__ = object.__hash__

    def is_(self, *names: str) -> Boolean:
        """It has one of the named values."""
        tests = [self.term == self.values[name] for name in names]
        return tests[0] if len(tests) == 1 else z3.Or(*tests)


@dataclass(frozen=True)
class Life:
    """One person's row of dates, as terms; `fields.toml` says what each field means."""

    birth: Date
    residence: Choice
    stay_expires: Date
    nationality_lost: Date
    card_requested: Date
    card_issued: Date
    card_renewal: Choice
    signature_issued: Date
    authentication_issued: Date
    signature_renewal: Choice
    authentication_renewal: Choice
    moveout_notified: Date
    moveout_planned: Date
    moved_in: Date
    movein_notified: Date
    card_presented: Date
    moved_out_again: Date
    left_japan: Date
    card_presented_abroad: Date
    record_corrected: Date
    correction: Choice
    died: Date
    record_deleted: Date
    card_returned: Date
    reissue_requested: Date
    signature_revocation_requested: Date
    authentication_revocation_requested: Date
    revocation_recorded: Date

    @staticmethod
    def symbolic(suffix: str = "") -> "Life":
        """A life about which nothing is known: each field is a constant of its own name."""
        constants: dict[str, Any] = {name: Date(z3.Const(name + suffix, DATE)) for name in DATE_FIELDS}
        for name, (sort, values) in CHOICES.items():
            constants[name] = Choice(z3.Const(name + suffix, sort), values)
        return Life(**constants)


if tuple(field.name for field in fields(Life)) != tuple(FIELDS):
    raise ImportError("the fields of terms.Life and of fields.toml differ")

LIFE = Life.symbolic()
ON = Date(z3.Const("on", DATE))
"""The day for which a state is asked."""
