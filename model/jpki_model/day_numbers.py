"""Terms to integers, a day being its number, for terms that only compare days and add days to them.

Such terms are differences of integers, which the solver decides fifty times faster than packed dates. A term with
months, years, birthdays or weekdays is not in this part of the language.
"""

from datetime import date

import z3
from jpki_spec.terms import DATE, Term

from jpki_model.language import NotInTheLanguage

NEVER_NUMBER = 10_000_000
"""Later than every day, whatever is added to it."""


class DayNumbers:
    """Translates terms; equal sub-terms are translated once."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Term, Term]] = {}

    def __call__(self, term: Term) -> Term:
        """The integer form of a term; Boolean for a Boolean one. Raises `NotInTheLanguage`."""
        stack = [term]
        while stack:
            top = stack[-1]
            missing = [child for child in top.children() if child.get_id() not in self._done]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._done.setdefault(top.get_id(), (top, self._translate(top)))
        return self._done[term.get_id()][1]

    def day(self, number: int) -> date:
        """A day from its number. Raises ValueError for that of `never`."""
        if number == NEVER_NUMBER:
            raise ValueError("never is no day")
        return date.fromordinal(number)

    def _translate(self, term: Term) -> Term:
        name, kind = term.decl().name(), term.decl().kind()
        parts = [self._done[child.get_id()][1] for child in term.children()]
        if z3.is_int_value(term):
            return term
        if kind == z3.Z3_OP_DT_CONSTRUCTOR:
            return term
        if kind == z3.Z3_OP_EQ and term.arg(0).decl().kind() == z3.Z3_OP_DT_CONSTRUCTOR:
            return z3.BoolVal(
                term.arg(0).eq(term.arg(1))
            )  # a choice that is stated, and the one it is compared with
        if kind in _KEPT:
            return _KEPT[kind](parts)
        match name:
            case "before":
                return parts[0] < parts[1]
            case "add_days":
                count = _count(term.arg(1))
                return z3.If(parts[0] == NEVER_NUMBER, parts[0], parts[0] + count)
            case "literal":
                return z3.IntVal(_number(term.arg(0).as_long()))
            case "never":
                return z3.IntVal(NEVER_NUMBER)
        if term.num_args() == 0:
            return self._constant(term, name)
        raise NotInTheLanguage(f"{name} is more than days compared and added to")

    def _constant(self, term: Term, name: str) -> Term:
        if z3.is_true(term) or z3.is_false(term):
            return term
        if term.sort() == DATE:
            return z3.Int(name)
        return term


def _count(term: Term) -> int:
    plain = z3.simplify(term)
    if not z3.is_int_value(plain):
        raise NotInTheLanguage(f"{term} is no plain number of days")
    return int(plain.as_long())


def _number(yyyymmdd: int) -> int:
    return date(yyyymmdd // 10000, yyyymmdd // 100 % 100, yyyymmdd % 100).toordinal()


_KEPT = {
    z3.Z3_OP_AND: lambda parts: z3.And(*parts),
    z3.Z3_OP_OR: lambda parts: z3.Or(*parts),
    z3.Z3_OP_NOT: lambda parts: z3.Not(parts[0]),
    z3.Z3_OP_ITE: lambda parts: z3.If(*parts),
    z3.Z3_OP_EQ: lambda parts: parts[0] == parts[1],
    z3.Z3_OP_DISTINCT: lambda parts: z3.Not(parts[0] == parts[1]),
    z3.Z3_OP_IMPLIES: lambda parts: z3.Implies(*parts),
    z3.Z3_OP_TRUE: lambda parts: z3.BoolVal(True),
    z3.Z3_OP_FALSE: lambda parts: z3.BoolVal(False),
}
