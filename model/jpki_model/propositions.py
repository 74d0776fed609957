"""Looks for proofs with Glucose: z3 makes propositions of bit-vectors, Glucose looks for a contradiction in them.

It gives no lives, only proofs: of questions in their easier form it proves in seconds what z3's own search leaves open
for minutes. What it answers hangs on the propositions alone, and its patience is counted in its own steps.
"""

from collections.abc import Collection, Sequence

import pysolvers
import z3
from jpki_spec.terms import Boolean, Term
from pysat.solvers import Glucose42


class Propositions:
    """Statements in bit-vectors, of one context, which are asked about under changing assumptions.

    What is learned stays. Assumptions are Boolean constants or their negations.
    """

    def __init__(self, statements: Sequence[Boolean], context: z3.Context) -> None:
        goal = z3.Goal(ctx=context)
        goal.add(*statements)
        (stated,) = _steps(context)(goal)
        self._search = Glucose42()
        self._number: dict[str, int] = {}
        self._most = 0
        for line in stated.dimacs().splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "p":
                self._most = int(rest.split()[1])
            elif kind == "c":
                number, _, name = rest.partition(" ")
                self._number[name] = int(number)
            else:
                self._search.add_clause([int(literal) for literal in line.split()[:-1]])
        self._core: frozenset[str] = frozenset()

    def check(self, assumptions: Sequence[Boolean], propagations: int) -> Term:
        """`z3.unsat`, `z3.sat`, or `z3.unknown` after so many propagations."""
        assumed = {self._literal(assumption): str(assumption) for assumption in assumptions}
        self._search.prop_budget(propagations)
        try:
            answer = self._search.solve_limited(assumptions=list(assumed))
        except pysolvers.error as interrupt:  # it has no other error
            raise KeyboardInterrupt from interrupt
        if answer is None:
            return z3.unknown
        if answer:
            return z3.sat
        self._core = frozenset(assumed[literal] for literal in self._search.get_core() or ())
        return z3.unsat

    def unsat_core(self) -> Collection[str]:
        """Of the assumptions of the last contradiction those that were needed, as they are written."""
        return self._core

    def _literal(self, assumption: Boolean) -> int:
        negated = z3.is_not(assumption)
        name = str(assumption.arg(0) if negated else assumption)
        if name not in self._number:  # no statement speaks of it
            self._most += 1
            self._number[name] = self._most
        return -self._number[name] if negated else self._number[name]


def _steps(context: z3.Context) -> z3.Tactic:
    """None of them takes an assumption out of the statements."""
    names = ("simplify", "max-bv-sharing", "bit-blast", "tseitin-cnf")
    steps = z3.Then(*(z3.Tactic(name, ctx=context) for name in names), ctx=context)
    return z3.With(steps, elim_and=True, push_ite_bv=True, blast_distinct=True)
