"""Terms to bit-vectors: a date packed into 21 bits (12 year, 4 month, 5 day), which compare as unsigned numbers.

Exact for the years 1801 to 2499, which covers the calendar of lives (1868 to 2400) with what rules add to it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import z3
from jpki_spec.terms import CHOICES, DATE, LEAP_BIRTHDAY, LEAP_BIRTHDAYS, STATE, STATE_VALUES, Term

from jpki_model.day import NEVER_DAY
from jpki_model.language import NotInTheLanguage
from jpki_model.translations import Constant, Kept, OpenWeekday, Translations
from jpki_model.traversal import bottom_up

DATE_BITS, NUMBER_BITS, CHOICE_BITS = 21, 20, 3

CHOICE_SORTS: dict[str, tuple[str, ...]] = {
    LEAP_BIRTHDAY.name(): LEAP_BIRTHDAYS,
    STATE.name(): tuple(STATE_VALUES),
    **{sort.name(): tuple(values) for sort, values in CHOICES.values()},
}
"""The values of each choice, by the name of its sort; a choice is its position."""


def pack(day: date) -> int:
    """A day as its packed number."""
    return day.year << 9 | day.month << 5 | day.day


def unpack(packed: int) -> date | None:
    """A packed number as a day; None for `never`.

    Raises ValueError for a number that is not a day.
    """
    day = date(packed >> 9, packed >> 5 & 15, packed & 31)
    return None if day == NEVER_DAY else day


_KEPT = {
    way: Kept(Translations, lambda kept: len(kept.done))
    for way in ("plain", "weekdays apart", "operations apart")
}


class Bits:
    """Translates terms; equal sub-terms are translated once.

    `weekdays_apart`: a day of the week is a number of its own, in `weekdays`; who asks adds what it is.
    """

    def __init__(self, *, weekdays_apart: bool = False) -> None:
        self._weekdays_apart = weekdays_apart
        self._translations = _KEPT[self._way()].current()
        self._met_before = self._met_now = 0
        self.weekdays: list[tuple[Term, Term]] = []
        """Days, as bit-vectors, and the numbers that stand for their days of the week."""
        self.constants: dict[str, Term] = {}
        """The constants met so far, by name, as bit-vectors."""
        self.sorts: dict[str, str] = {}
        """The name of each constant's sort in the rules' language."""

    def __call__(self, term: Term) -> Term:
        """The bit-vector form of a term; Boolean for a Boolean term."""
        done = self._translations.done
        for top, parts in bottom_up(term, done):
            known = [done[part.get_id()] for part in parts]
            self._met_now = 0
            translated = self._translate(top, [bits for _, bits, _ in known])
            for _, _, met in known:
                self._met_now |= met
            done[top.get_id()] = (top, translated, self._met_now)
        _, translated, met = done[term.get_id()]
        self._take_in(met)
        return translated

    def constant(self, name: str, sort: Term) -> Term:
        """The bit-vector that stands for a constant of the rules' language, which counts as met."""
        self._take_in(self._bit_of_constant(name, sort))
        return self.constants[name]

    def _way(self) -> str:
        return "weekdays apart" if self._weekdays_apart else "plain"

    def _take_in(self, met: int) -> None:
        new = met & ~self._met_before
        self._met_before |= new
        for each in self._translations.met(new):
            self._meet(each)

    def _meet(self, new: Any) -> None:
        """Note what was not met before."""
        if isinstance(new, Constant):
            self.constants[new.name], self.sorts[new.name] = new.bits, new.sort
        else:
            self.weekdays.append((new.day, new.number))

    def _bit_of_constant(self, name: str, sort: Term) -> int:
        of_sort = str(sort.name())
        return self._translations.bit(
            f"constant {of_sort} {name}", lambda: Constant(name, of_sort, constant_of(name, of_sort))
        )

    def _translate(self, term: Term, arguments: list[Term]) -> Term:
        kind, name = term.decl().kind(), term.decl().name()
        if z3.is_int_value(term):
            return z3.BitVecVal(term.as_long(), NUMBER_BITS)
        if kind == z3.Z3_OP_DT_CONSTRUCTOR:
            values = CHOICE_SORTS[term.sort().name()]
            return z3.BitVecVal(values.index(name.split(".", 1)[1]), CHOICE_BITS)
        if kind == z3.Z3_OP_UNINTERPRETED:
            if name == "never":
                return z3.BitVecVal(pack(NEVER_DAY), DATE_BITS)
            if name == "literal":
                return literal(term.arg(0))
            if arguments:
                return self._operation(term, arguments)
            self._met_now = self._bit_of_constant(name, term.sort())
            return constant_of(name, str(term.sort().name()))
        if kind not in LOGIC:
            raise NotInTheLanguage(f"the rules' language has no {name}")
        return LOGIC[kind](*arguments)

    def _operation(self, term: Term, arguments: list[Term]) -> Term:
        if term.decl().name() == "weekday" and self._weekdays_apart:
            name = self._translations.name_of(term)
            (day,), number = arguments, z3.BitVec(name, NUMBER_BITS)
            self._met_now = self._translations.bit(name, lambda: OpenWeekday(name, day, number))
            return number
        return operation(term, arguments)


def constant_of(name: str, sort: str) -> Term:
    """The bit-vector that stands for a constant of a sort of the rules' language."""
    if sort == z3.BoolSort().name():
        return z3.Bool(name)
    if sort == z3.IntSort().name():
        return z3.BitVec(name, NUMBER_BITS)
    return z3.BitVec(name, DATE_BITS if sort == DATE.name() else CHOICE_BITS)


def operation(term: Term, arguments: list[Term]) -> Term:
    """An operation on days by the calendar, of arguments that are translated."""
    name = term.decl().name()
    if name in ("add_days", "add_months"):
        return OPERATIONS[name](*arguments, reach(term.arg(1)))
    return OPERATIONS[name](*arguments)


def _numbers(fold: Callable[[Term, Term], Term]) -> Callable[..., Term]:
    def folded(*numbers: Term) -> Term:
        result = numbers[0]
        for number in numbers[1:]:
            result = fold(result, number)
        return result

    return folded


LOGIC: dict[int, Callable[..., Term]] = {
    z3.Z3_OP_TRUE: lambda: z3.BoolVal(True),
    z3.Z3_OP_FALSE: lambda: z3.BoolVal(False),
    z3.Z3_OP_AND: lambda *a: z3.And(*a),
    z3.Z3_OP_OR: lambda *a: z3.Or(*a),
    z3.Z3_OP_NOT: lambda a: z3.Not(a),
    z3.Z3_OP_IMPLIES: lambda a, b: z3.Implies(a, b),
    z3.Z3_OP_EQ: lambda a, b: a == b,
    z3.Z3_OP_DISTINCT: lambda *a: z3.Distinct(*a),
    z3.Z3_OP_ITE: lambda c, a, b: z3.If(c, a, b),
    z3.Z3_OP_ADD: _numbers(lambda a, b: a + b),
    z3.Z3_OP_SUB: _numbers(lambda a, b: a - b),
    z3.Z3_OP_MUL: _numbers(lambda a, b: a * b),
    z3.Z3_OP_UMINUS: lambda a: -a,
    z3.Z3_OP_MOD: lambda a, b: z3.URem(a, b),
    z3.Z3_OP_LE: lambda a, b: a <= b,
    z3.Z3_OP_LT: lambda a, b: a < b,
    z3.Z3_OP_GE: lambda a, b: a >= b,
    z3.Z3_OP_GT: lambda a, b: a > b,
}


def year_of(day: Term) -> Term:
    return z3.ZeroExt(NUMBER_BITS - 12, z3.Extract(20, 9, day))


def month_of(day: Term) -> Term:
    return z3.ZeroExt(NUMBER_BITS - 4, z3.Extract(8, 5, day))


def day_of(day: Term) -> Term:
    return z3.ZeroExt(NUMBER_BITS - 5, z3.Extract(4, 0, day))


def packed(year: Term, month: Term, day: Term) -> Term:
    return z3.Concat(z3.Extract(11, 0, year), z3.Extract(3, 0, month), z3.Extract(4, 0, day))


def is_leap(year: Term) -> Term:
    """A year of 366 days, between 1801 and 2499."""
    return z3.And(z3.Extract(1, 0, year) == 0, *(year != century for century in (1900, 2100, 2200, 2300)))


def month_length(year: Term, month: Term) -> Term:
    thirty = z3.Or(*(month == m for m in (4, 6, 9, 11)))
    return z3.If(
        month == 2, z3.If(is_leap(year), _number(29), _number(28)), z3.If(thirty, _number(30), _number(31))
    )


def well_formed(day: Term) -> Term:
    """The packed number is a day."""
    number, month = day_of(day), month_of(day)
    return z3.And(month >= 1, month <= 12, number >= 1, number <= month_length(year_of(day), month))


def literal(yyyymmdd: Term) -> Term:
    number = yyyymmdd.as_long()
    return z3.BitVecVal(pack(date(number // 10000, number // 100 % 100, number % 100)), DATE_BITS)


def reach(count: Term) -> tuple[int, int]:
    """The least and greatest value of a count that is a number or a choice between numbers.

    Raises NotInTheLanguage for any other term: a carry is unrolled, so its length must be known.
    """
    if z3.is_int_value(count):
        return count.as_long(), count.as_long()
    kind = count.decl().kind()
    if kind == z3.Z3_OP_ITE:
        (low, high), (other_low, other_high) = reach(count.arg(1)), reach(count.arg(2))
        return min(low, other_low), max(high, other_high)
    if kind == z3.Z3_OP_UMINUS:
        low, high = reach(count.arg(0))
        return -high, -low
    raise NotInTheLanguage(f"days and months are added by a number, not by {count}")


def add_days(day: Term, count: Term, within: tuple[int, int]) -> Term:
    year, month, number = year_of(day), month_of(day), day_of(day) + count
    for _ in range((within[1] + 2) // 28 + 1 if within[1] > 0 else 0):
        length = month_length(year, month)
        over, december = number > length, month == 12
        number = z3.If(over, number - length, number)
        year = z3.If(z3.And(over, december), year + 1, year)
        month = z3.If(over, z3.If(december, _number(1), month + 1), month)
    for _ in range((-within[0] + 2) // 28 + 1 if within[0] < 0 else 0):
        under, january = number < 1, month == 1
        year = z3.If(z3.And(under, january), year - 1, year)
        month = z3.If(under, z3.If(january, _number(12), month - 1), month)
        number = z3.If(under, number + month_length(year, month), number)
    return _pass_never(day, packed(year, month, number))


def add_months(day: Term, count: Term, within: tuple[int, int]) -> Term:
    year, month = year_of(day), month_of(day) + count
    for _ in range((within[1] + 11) // 12 if within[1] > 0 else 0):
        over = month > 12
        year, month = z3.If(over, year + 1, year), z3.If(over, month - 12, month)
    for _ in range((-within[0] + 11) // 12 if within[0] < 0 else 0):
        under = month < 1
        year, month = z3.If(under, year - 1, year), z3.If(under, month + 12, month)
    length, number = month_length(year, month), day_of(day)
    return _pass_never(day, packed(year, month, z3.If(number > length, length, number)))


def birthday(birth: Term, year: Term, leap_birthday: Term) -> Term:
    month, number = month_of(birth), day_of(birth)
    moved = z3.And(month == 2, number == 29, z3.Not(is_leap(year)))
    next_fourth = (year + 4) & ~3
    next_leap = z3.If(is_leap(next_fourth), next_fourth, next_fourth + 4)
    placed = [packed(year, _number(2), _number(28)), packed(year, _number(3), _number(1))]
    elsewhere = packed(next_leap, _number(2), _number(29))
    for position in (1, 0):
        elsewhere = z3.If(leap_birthday == position, placed[position], elsewhere)
    in_calendar = z3.And(year >= 1, year < NEVER_DAY.year)
    day = z3.If(in_calendar, z3.If(moved, elsewhere, packed(year, month, number)), _never())
    return _pass_never(birth, day)


def weekday(day: Term) -> Term:
    """The day of the week by counting leap days since year 0, with January and February in the year before."""
    year, month = year_of(day), month_of(day)
    year = z3.If(month < 3, year - 1, year)
    centuries = sum(
        (z3.If(year >= century, _number(1), _number(0)) for century in (1900, 2100, 2200, 2300)), _number(14)
    )
    offset = _number(0)
    for position, days in enumerate((0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4), start=1):
        offset = z3.If(month == position, _number(days), offset)
    from_sunday = year + z3.LShR(year, 2) - centuries + offset + day_of(day)
    return z3.If(day == _never(), _number(0), _remainder_of_seven(from_sunday + 6))


def _remainder_of_seven(number: Term) -> Term:
    """What is left of a number below 4096: eight leaves one, so the octal digits are added up.

    Solvers find a division by seven far harder.
    """
    digits = [z3.Extract(place + 2, place, number) for place in (0, 3, 6, 9)]
    small = sum((z3.ZeroExt(2, digit) for digit in digits[1:]), z3.ZeroExt(2, digits[0]))
    smaller = z3.ZeroExt(1, z3.Extract(2, 0, small)) + z3.ZeroExt(2, z3.Extract(4, 3, small))
    return z3.ZeroExt(NUMBER_BITS - 4, z3.If(z3.UGE(smaller, 7), smaller - 7, smaller))


OPERATIONS: dict[str, Callable[..., Term]] = {
    "before": lambda a, b: z3.ULT(a, b),
    "add_days": add_days,
    "add_months": add_months,
    "year": year_of,
    "weekday": weekday,
    "birthday": birthday,
}


def _number(value: int) -> Term:
    return z3.BitVecVal(value, NUMBER_BITS)


def _never() -> Term:
    return z3.BitVecVal(pack(NEVER_DAY), DATE_BITS)


def _pass_never(day: Term, result: Term) -> Term:
    return z3.If(day == _never(), _never(), result)
