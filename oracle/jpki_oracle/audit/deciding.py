"""Which rule decided an outcome, as a term of its own: so that any interpreter can say it of many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import z3
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.registry import Rule, Trace
from jpki_spec.terms import Term


@dataclass(frozen=True)
class Deciding:
    """A term whose value is the position in `rules` of the rule that decided an outcome."""

    term: Term
    rules: Sequence[Rule]


def deciding(outcome: str, law: Law) -> Deciding:
    """The rule that decided an output of a law: the innermost one on the way that the choices in its term took."""
    book = rulebook(law)
    walk = _Walk(book.trace)
    term = walk.term(book.outputs[outcome], None)
    return Deciding(term, tuple(walk.rules))


class _Walk:
    def __init__(self, trace: Trace) -> None:
        self.rules: list[Rule] = []
        self._trace = trace
        self._done: dict[tuple[int, str], Term] = {}

    def term(self, of: Term, within: Rule | None) -> Term:
        """The position of the deciding rule of a term that stands in another rule."""
        noted = self._trace.get(of.get_id())
        rule = noted[0][0] if noted else within
        if rule is None:
            raise ValueError("an outcome is the result of a rule")
        key = (of.get_id(), rule.id)
        if key not in self._done:
            if of.decl().kind() == z3.Z3_OP_ITE:
                test, then, otherwise = of.children()
                chosen, other = self.term(then, rule), self.term(otherwise, rule)
                self._done[key] = chosen if chosen.eq(other) else z3.If(test, chosen, other)
            else:
                self._done[key] = z3.IntVal(self._position(rule))
        return self._done[key]

    def _position(self, rule: Rule) -> int:
        if rule not in self.rules:
            self.rules.append(rule)
        return self.rules.index(rule)
