"""Terms to Python: each term becomes the source of a function over `datetime.date`, compiled once.

`compile_terms` is the way in. The calendar is stated here a second time, by `datetime`, independently of the
solver's bit-vectors. `never` is the one object NEVER_DAY, which operations recognise by identity.
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import z3
from jpki_spec.terms import Term

from jpki_model.day import NEVER_DAY
from jpki_model.language import NotInTheLanguage

Value = date | int | bool | str


@dataclass(frozen=True)
class Compiled:
    """A compiled group of terms: `function(*values of parameters)` gives their values as a tuple."""

    parameters: tuple[str, ...]
    function: Callable[..., tuple[Value, ...]]
    source: str

    def __call__(self, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """The terms' values where each constant has the value under its name; dates with NEVER_DAY for none."""
        return self.function(*(values[name] for name in self.parameters))


def compile_terms(terms: Sequence[Term]) -> Compiled:
    """Compile terms into one function; a sub-term that several of them share is computed once.

    Raises NotInTheLanguage for an operation that the rules' language does not have.
    """
    writer = _Writer(terms)
    results = [writer.expression(term) for term in terms]
    body = [*writer.statements, f"return ({', '.join(results)},)"]
    parameters = tuple(sorted(writer.constants))
    arguments = ", ".join(writer.constants[name] for name in parameters)
    source = f"def compiled({arguments}):\n" + "".join(f"    {line}\n" for line in body)
    namespace: dict[str, Any] = {**OPERATIONS, **writer.literals, "never": NEVER_DAY}
    exec(compile(source, "<rules>", "exec"), namespace)
    return Compiled(parameters, namespace["compiled"], source)


def add_days(day: date, count: int) -> date:
    """The day `count` days later; `never` stays."""
    return day if day is NEVER_DAY else day + timedelta(count)


def add_months(day: date, count: int) -> date:
    """The same day number `count` months later, or that month's last day; `never` stays."""
    if day is NEVER_DAY:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday(birth: date, year: int, leap_birthday: str) -> date:
    """The birthday in a year; `never` for an unknown birth or a year beyond every calendar."""
    if birth is NEVER_DAY or not 0 < year < 4095:
        return NEVER_DAY
    try:
        return date(year, birth.month, birth.day)
    except ValueError:  # 29 February in a year without one
        if leap_birthday == "february-28":
            return date(year, 2, 28)
        if leap_birthday == "march-1":
            return date(year, 3, 1)
        return date(next(y for y in range(year, year + 9) if calendar.isleap(y)), 2, 29)


def weekday(day: date) -> int:
    """0 for Monday to 6 for Sunday; 0 for `never`."""
    return 0 if day is NEVER_DAY else day.weekday()


OPERATIONS: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {"add_days": add_days, "add_months": add_months, "birthday": birthday, "weekday": weekday}
)

_INFIX = {
    z3.Z3_OP_AND: " and ",
    z3.Z3_OP_OR: " or ",
    z3.Z3_OP_EQ: " == ",
    z3.Z3_OP_DISTINCT: " != ",
    z3.Z3_OP_ADD: " + ",
    z3.Z3_OP_SUB: " - ",
    z3.Z3_OP_MUL: " * ",
    z3.Z3_OP_MOD: " % ",
    z3.Z3_OP_LE: " <= ",
    z3.Z3_OP_LT: " < ",
    z3.Z3_OP_GE: " >= ",
    z3.Z3_OP_GT: " > ",
}


class _Writer:
    """Writes terms as Python expressions; what is used more than once becomes a local variable."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.statements: list[str] = []
        self.constants: dict[str, str] = {}
        self.literals: dict[str, date] = {}
        self._uses: dict[int, int] = {}
        self._written: dict[int, str] = {}
        self._keep = list(terms)
        for term in terms:
            self._count(term)

    def _count(self, term: Term) -> None:
        stack = [term]
        while stack:
            top = stack.pop()
            uses = self._uses[top.get_id()] = self._uses.get(top.get_id(), 0) + 1
            if uses == 1:
                stack.extend(top.children())

    def expression(self, term: Term) -> str:
        key = term.get_id()
        if key not in self._written:
            text = self._write(term)
            if term.num_args() > 0 and self._uses[key] > 1:
                name = f"v{len(self.statements)}"
                self.statements.append(f"{name} = {text}")
                text = name
            self._written[key] = text
        return self._written[key]

    def _write(self, term: Term) -> str:
        kind, name = term.decl().kind(), term.decl().name()
        if z3.is_int_value(term):
            return str(term.as_long())
        if kind == z3.Z3_OP_DT_CONSTRUCTOR:
            return repr(name.split(".", 1)[1])
        if kind == z3.Z3_OP_UNINTERPRETED and name == "literal":
            return self._literal(term.arg(0).as_long())
        arguments = [self.expression(child) for child in term.children()]
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self._operation(name, arguments)
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return str(kind == z3.Z3_OP_TRUE)
        if kind == z3.Z3_OP_NOT:
            return f"(not {arguments[0]})"
        if kind == z3.Z3_OP_UMINUS:
            return f"(-{arguments[0]})"
        if kind == z3.Z3_OP_IMPLIES:
            return f"(not {arguments[0]} or {arguments[1]})"
        if kind == z3.Z3_OP_ITE:
            return f"({arguments[1]} if {arguments[0]} else {arguments[2]})"
        if kind not in _INFIX:
            raise NotInTheLanguage(f"the rules' language has no {name}")
        return f"({_INFIX[kind].join(arguments)})"

    def _operation(self, name: str, arguments: list[str]) -> str:
        if not arguments:
            if name == "never":
                return "never"
            return self.constants.setdefault(name, f"c{len(self.constants)}")
        if name == "before":
            return f"({arguments[0]} < {arguments[1]})"
        if name == "year":
            return f"{arguments[0]}.year"
        return f"{name}({', '.join(arguments)})"

    def _literal(self, number: int) -> str:
        name = f"literal_{number}"
        self.literals[name] = date(number // 10000, number // 100 % 100, number % 100)
        return name
