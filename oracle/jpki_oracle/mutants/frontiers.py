"""Through which conclusions of rules everything that a node does must pass on its way to an outcome.

If a fault changes none of the conclusions of a frontier, it changes nothing at all, and that is a smaller thing to
prove than that it never changes the outcome.
"""

from collections.abc import Container

import z3
from jpki_model.columns import Shape, step_of
from jpki_spec.terms import Term

_BOOLEAN = z3.Z3_BOOL_SORT
HIGHEST = 4
"""How many frontiers above a node are told apart before the outcome itself."""


class Frontiers:
    """The frontiers of one outcome's term; `conclusions` has the ids of the terms that are rules' conclusions."""

    def __init__(self, root: Term, conclusions: Container[int]) -> None:
        self._root = root
        self._shape = Shape.of([root])
        self._terms = {term.get_id(): term for term in self._shape.terms()}
        self._conclusions = conclusions

    def above(self, node: Term) -> list[tuple[Term, ...]]:
        """The node itself, then the nearest conclusions above it, then those above these …, last the outcome."""
        rungs: list[tuple[Term, ...]] = [(node,)]
        here = {node.get_id()}
        root = self._root.get_id()
        while len(rungs) <= HIGHEST and root not in here:
            here = {stop for key in here for stop in self._next(key)}
            rungs.append(tuple(self._terms[key] for key in sorted(here, key=self._shape.order.__getitem__)))
        if here != {root}:
            rungs.append((self._root,))
        return rungs

    def way_up(self, node: Term) -> list[Term]:
        """The node and what is directly above it, up to the first term that is not Boolean or has several users."""
        way = [node]
        parents = self._shape.parents.get(node.get_id(), set())
        while len(parents) == 1:
            (parent,) = parents
            way.append(step_of(self._terms[parent]).term)
            if way[-1].sort().kind() != _BOOLEAN:
                break
            parents = self._shape.parents.get(parent, set())
        return way

    def _next(self, key: int) -> set[int]:
        """The nearest conclusions (or the outcome) on every way up from a node."""
        stops: set[int] = set()
        seen: set[int] = set()
        pending = list(self._shape.parents.get(key, ()))
        if not pending:
            return {key}
        while pending:
            above = pending.pop()
            if above in seen:
                continue
            seen.add(above)
            if above in self._conclusions or above == self._root.get_id():
                stops.add(above)
            else:
                pending.extend(self._shape.parents.get(above, ()))
        return stops
