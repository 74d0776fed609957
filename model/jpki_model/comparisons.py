"""Comparisons of dates that were chosen among others, as choices among comparisons of those others.

`first(a, b) < c` says the same as `a < c or b < c`, and needs no bit of the earlier day. What is left to compare are
days that a life states and sums of them, the same ones again and again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import z3
from jpki_spec.terms import BEFORE, DATE, NEVER, Boolean, Term

from jpki_model.translations import Kept
from jpki_model.traversal import bottom_up, on_parts

_EARLIER, _LATER = "earlier", "later"


@dataclass(frozen=True)
class _Choice:
    """A date that is chosen: on what, between which dates, and whether it is the earlier or the later of the two."""

    condition: Boolean
    then: Term
    otherwise: Term
    which: str | None


@dataclass
class _Rewritten:
    """What terms were rewritten to; each is kept, since ids of terms that are gone come again.

    All of it hangs on the terms as they are in the rules' language alone, not on what was rewritten before.
    """

    done: dict[int, tuple[Term, Term, frozenset[str]]] = field(default_factory=dict)
    """By id: the term, what it was rewritten to, the keys of its constants."""
    constants: dict[str, Term] = field(default_factory=dict)
    before: "_Compared" = field(default_factory=dict)
    same: "_Compared" = field(default_factory=dict)
    choices: dict[int, tuple[Term, _Choice | None]] = field(default_factory=dict)


_KEPT = Kept(_Rewritten, lambda kept: len(kept.done))


class ComparedByParts:
    """Rewrites terms: afterwards no comparison of dates has a choice among dates on either side.

    Nor has a sum of a day and a number a choice for the one or the other.
    """

    def __init__(self) -> None:
        self._rewritten = _KEPT.current()
        self.constants: dict[str, Term] = {}
        """The constants of the terms as they were, by name; comparisons by parts may not need all of them."""

    def __call__(self, term: Term) -> Term:
        """A term with the same value in every life."""
        rewritten = self._value(term)
        for key in sorted(self._rewritten.done[term.get_id()][2]):
            constant = self._rewritten.constants[key]
            self.constants[constant.decl().name()] = constant
        return rewritten

    def _value(self, term: Term) -> Term:
        done = self._rewritten.done
        for top, parts in bottom_up(term, done):
            known = [done[part.get_id()] for part in parts]
            names = frozenset[str]().union(*(constants for _, _, constants in known))
            if not parts and top.decl().kind() == z3.Z3_OP_UNINTERPRETED and not top.eq(NEVER):
                key = f"{top.decl().name()} {top.sort().name()}"
                self._rewritten.constants[key] = top
                names = frozenset([key])
            made = self._of_parts(top, parts, [value for _, value, _ in known])
            done[top.get_id()] = (top, made, names)
        return done[term.get_id()][1]

    def _of_parts(self, term: Term, parts: list[Term], values: list[Term]) -> Term:
        if _is_before(term):
            return self._before(*parts)
        kind = term.decl().kind()
        if kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT) and len(parts) == 2 and parts[0].sort() == DATE:
            same = self._same(*parts)
            return same if kind == z3.Z3_OP_EQ else z3.Not(same)
        if term.decl().name() in _SUMS and (choice := self._choice(term)):
            return z3.If(*map(self._value, (choice.condition, choice.then, choice.otherwise)))
        as_they_were = all(value.eq(part) for value, part in zip(values, parts, strict=True))
        return term if as_they_were else on_parts(term, values)

    def _choice(self, date: Term) -> _Choice | None:
        """A date as a choice, if it is one; a sum of what is chosen is a choice between sums."""
        if date.get_id() not in self._rewritten.choices:
            self._rewritten.choices[date.get_id()] = (date, self._read_as_choice(date))
        return self._rewritten.choices[date.get_id()][1]

    def _read_as_choice(self, date: Term) -> _Choice | None:
        if _is_choice(date):
            condition, then, otherwise = date.children()
            return _Choice(condition, then, otherwise, _which_of_two(condition, then, otherwise))
        if date.decl().name() not in _SUMS:
            return None
        (day, count), added = date.children(), date.decl()
        if chosen := self._choice(day):  # whoever is earlier stays so
            return _Choice(
                chosen.condition, added(chosen.then, count), added(chosen.otherwise, count), chosen.which
            )
        if _is_choice(count):
            condition, then, otherwise = count.children()
            return _Choice(condition, added(day, then), added(day, otherwise), None)
        return None

    def _before(self, one: Term, other: Term) -> Boolean:
        """Whether one date is before another, both as they are in the rules' language."""
        return _once(self._rewritten.before, one, other, self._before_by_parts)

    def _before_by_parts(self, one: Term, other: Term) -> Boolean:
        value, other_value = self._value(one), self._value(other)
        if value.eq(other_value) or value.eq(NEVER):
            return z3.BoolVal(False)
        if choice := self._choice(one):
            parts = self._before(choice.then, other), self._before(choice.otherwise, other)
            of_earlier, of_later = z3.Or, z3.And
        elif choice := self._choice(other):
            parts = self._before(one, choice.then), self._before(one, choice.otherwise)
            of_earlier, of_later = z3.And, z3.Or
        else:
            return BEFORE(value, other_value)
        if choice.which is None:
            return _chosen(self._value(choice.condition), *parts)
        return of_earlier(*parts) if choice.which == _EARLIER else of_later(*parts)

    def _same(self, one: Term, other: Term) -> Boolean:
        """Whether two dates are one day, or both never."""
        return _once(self._rewritten.same, one, other, self._same_by_parts)

    def _same_by_parts(self, one: Term, other: Term) -> Boolean:
        value, other_value = self._value(one), self._value(other)
        if value.eq(other_value):
            return z3.BoolVal(True)
        if choice := self._choice(one):
            parts = self._same(choice.then, other), self._same(choice.otherwise, other)
        elif choice := self._choice(other):
            parts = self._same(one, choice.then), self._same(one, choice.otherwise)
        else:
            return value == other_value
        return _chosen(self._value(choice.condition), *parts)


_Compared: TypeAlias = dict[tuple[int, int], tuple[Term, Term, Boolean]]


def _once(kept: _Compared, one: Term, other: Term, compare: Callable[[Term, Term], Boolean]) -> Boolean:
    """The comparison of two dates, made where it is not kept."""
    key = (one.get_id(), other.get_id())
    if key not in kept:
        kept[key] = (one, other, compare(one, other))
    return kept[key][2]


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


def _chosen(condition: Boolean, then: Boolean, otherwise: Boolean) -> Boolean:
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
