"""Looks for proofs with Glucose: z3 makes propositions of bit-vectors, Glucose looks for a contradiction in them.

It gives no lives, only proofs: of questions in their easier form it proves in seconds what z3's own search leaves open
for minutes. What it answers hangs on the propositions alone, and its patience is counted in its own steps.
"""

from collections.abc import Collection, Iterable, Sequence

import pysolvers
import z3
from jpki_spec.terms import Boolean, Term
from pysat.solvers import Glucose42

from jpki_model.bit_solver import one_by_one


class Propositions:
    """Statements in bit-vectors, which are asked about under changing assumptions.

    What is learned stays. Assumptions are Boolean constants or their negations.
    """

    def __init__(self, statements: Iterable[Boolean]) -> None:
        alone = z3.Context()  # so that what is made of them does not hang on what was asked before
        goal = z3.Goal(ctx=alone)
        goal.add(*(statement.translate(alone) for statement in statements))
        (stated,) = one_by_one([z3.Tactic(name, ctx=alone) for name in _STEPS], alone)(goal)
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


_STEPS = ("simplify", "max-bv-sharing", "bit-blast", "tseitin-cnf")
"""None of them takes an assumption out of the statements."""
