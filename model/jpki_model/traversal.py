"""Walks over terms, from the parts to the whole, and the same operation on other parts."""

from collections.abc import Container, Iterator, Sequence

import z3
from jpki_spec.terms import Term


def bottom_up(term: Term, done: Container[int]) -> Iterator[tuple[Term, list[Term]]]:
    """Each term within a term with its parts, after these; none whose id is `done`, which grows meanwhile."""
    stack = [(term, term.children())]
    while stack:
        top, parts = stack[-1]
        missing = [part for part in parts if part.get_id() not in done]
        if missing:
            stack.extend((part, part.children()) for part in missing)
            continue
        stack.pop()
        if top.get_id() not in done:
            yield top, parts


def on_parts(term: Term, parts: Sequence[Term]) -> Term:
    """The operation of a term on other parts, as many as it has."""
    declaration = term.decl()
    return _OF_ANY_NUMBER.get(declaration.kind(), declaration)(*parts)


_OF_ANY_NUMBER = {
    z3.Z3_OP_AND: lambda *parts: z3.And(*parts),
    z3.Z3_OP_OR: lambda *parts: z3.Or(*parts),
    z3.Z3_OP_DISTINCT: lambda *parts: z3.Distinct(*parts),
    z3.Z3_OP_ADD: lambda *parts: z3.Sum(*parts),
    z3.Z3_OP_MUL: lambda *parts: z3.Product(*parts),
}
"""How operations are made that may have any number of parts; others by their own declarations."""
