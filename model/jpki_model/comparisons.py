"""Comparisons of dates that were chosen among others, as choices among comparisons of those others.

`first(a, b) < c` says the same as `a < c or b < c`, and needs no bit of the earlier day. What is left to compare are
days that a life states and sums of them, the same ones again and again.
"""

import z3
from jpki_spec.terms import BEFORE, DATE, NEVER, Boolean, Term

from jpki_model.traversal import bottom_up, on_parts

_EARLIER, _LATER = "earlier", "later"


class ComparedByParts:
    """Rewrites terms: afterwards no comparison of dates has a choice among dates on either side.

    Nor has a sum of a day and a number a choice for the one or the other.
    """

    def __init__(self) -> None:
        self.constants: dict[str, Term] = {}
        """The constants of the terms as they were, by name; comparisons by parts may not need all of them."""
        self._done: dict[
            int, tuple[Term, Term]
        ] = {}  # with the term, since ids of terms that are gone come again
        self._of_two: dict[int, str] = {}
        self._before: dict[tuple[int, int], tuple[Term, Term, Boolean]] = {}
        self._same: dict[tuple[int, int], tuple[Term, Term, Boolean]] = {}
        self._sums: dict[tuple[str, int, int], tuple[Term, Term, Term]] = {}

    def __call__(self, term: Term) -> Term:
        """A term with the same value in every life."""
        for top, parts in bottom_up(term, self._done):
            self._done[top.get_id()] = (top, self._rewritten(top, parts))
        return self._done[term.get_id()][1]

    def _rewritten(self, term: Term, as_they_were: list[Term]) -> Term:
        parts = [self._done[part.get_id()][1] for part in as_they_were]
        if _is_before(term):
            return self.before(*parts)
        kind = term.decl().kind()
        if kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT) and len(parts) == 2 and parts[0].sort() == DATE:
            same = self.same(*parts)
            return same if kind == z3.Z3_OP_EQ else z3.Not(same)
        if term.decl().name() in _SUMS:
            return self._sum(term.decl(), *parts)
        if not parts and kind == z3.Z3_OP_UNINTERPRETED and not term.eq(NEVER):
            self.constants[term.decl().name()] = term
        same_parts = all(part.eq(was) for part, was in zip(parts, as_they_were, strict=True))
        made = term if same_parts else on_parts(term, parts)
        if kind == z3.Z3_OP_ITE and _is_choice(made) and (which := _which_of_two(*as_they_were)):
            self._of_two[made.get_id()] = which
        return made

    def before(self, one: Term, other: Term) -> Boolean:
        """Whether one rewritten date is before another."""
        if one.eq(other) or one.eq(NEVER):
            return z3.BoolVal(False)
        key = (one.get_id(), other.get_id())
        if key not in self._before:
            self._before[key] = (one, other, self._before_by_parts(one, other))
        return self._before[key][2]

    def same(self, one: Term, other: Term) -> Boolean:
        """Whether two rewritten dates are one day, or both never."""
        if one.eq(other):
            return z3.BoolVal(True)
        key = (one.get_id(), other.get_id())
        if key not in self._same:
            if _is_choice(one):
                condition, then, otherwise = one.children()
                answer = _choice(condition, self.same(then, other), self.same(otherwise, other))
            elif _is_choice(other):
                condition, then, otherwise = other.children()
                answer = _choice(condition, self.same(one, then), self.same(one, otherwise))
            else:
                answer = one == other
            self._same[key] = (one, other, answer)
        return self._same[key][2]

    def _sum(self, added: z3.FuncDeclRef, day: Term, count: Term) -> Term:
        key = (added.name(), day.get_id(), count.get_id())
        if key not in self._sums:
            if _is_choice(day):
                condition, then, otherwise = day.children()
                made = z3.If(condition, self._sum(added, then, count), self._sum(added, otherwise, count))
                if which := self._of_two.get(day.get_id()):  # whoever is earlier stays so
                    self._of_two[made.get_id()] = which
            elif _is_choice(count):
                condition, then, otherwise = count.children()
                made = z3.If(condition, self._sum(added, day, then), self._sum(added, day, otherwise))
            else:
                made = added(day, count)
            self._sums[key] = (day, count, made)
        return self._sums[key][2]

    def _before_by_parts(self, one: Term, other: Term) -> Boolean:
        if _is_choice(one):
            condition, then, otherwise = one.children()
            parts = self.before(then, other), self.before(otherwise, other)
            which, of_earlier, of_later = self._of_two.get(one.get_id()), z3.Or, z3.And
        elif _is_choice(other):
            condition, then, otherwise = other.children()
            parts = self.before(one, then), self.before(one, otherwise)
            which, of_earlier, of_later = self._of_two.get(other.get_id()), z3.And, z3.Or
        else:
            return BEFORE(one, other)
        if which is None:
            return _choice(condition, *parts)
        return of_earlier(*parts) if which == _EARLIER else of_later(*parts)


def _is_choice(term: Term) -> bool:
    return bool(term.decl().kind() == z3.Z3_OP_ITE)


def _is_before(term: Term) -> bool:
    return bool(term.decl().eq(BEFORE))


def _which_of_two(condition: Boolean, then: Term, otherwise: Term) -> str | None:
    """Whether a choice of dates gives the earlier or the later one of them."""
    turned = z3.is_not(condition)
    if turned:
        condition = condition.arg(0)
    if not _is_before(condition):
        return None
    if condition.arg(0).eq(then) and condition.arg(1).eq(otherwise):
        return _LATER if turned else _EARLIER
    if condition.arg(0).eq(otherwise) and condition.arg(1).eq(then):
        return _EARLIER if turned else _LATER
    return None


def _choice(condition: Boolean, then: Boolean, otherwise: Boolean) -> Boolean:
    """A choice between two Booleans, in fewer words where one is known."""
    if then.eq(otherwise):
        return then
    if z3.is_true(then):
        return z3.Or(condition, otherwise)
    if z3.is_false(then):
        return z3.And(z3.Not(condition), otherwise)
    if z3.is_true(otherwise):
        return z3.Or(z3.Not(condition), then)
    if z3.is_false(otherwise):
        return z3.And(condition, then)
    return z3.If(condition, then, otherwise)


_SUMS = ("add_days", "add_months")
