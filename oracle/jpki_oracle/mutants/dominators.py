"""Through which nodes everything that a node does must pass on its way to an outcome.

A fault that changes nothing at such a node changes nothing at all, and that is a smaller thing to prove.
"""

from jpki_model.columns import Shape
from jpki_spec.terms import Term


def dominators(root: Term) -> dict[int, list[Term]]:
    """For each node of a term, by its id: itself and the nodes above it that no path to the root avoids, upwards."""
    shape = Shape.of([root])
    terms = {term.get_id(): term for term in shape.terms()}
    upwards = list(reversed(shape.order))
    above: dict[int, int] = {root.get_id(): root.get_id()}
    depth = {root.get_id(): 0}
    for node in upwards[1:]:
        parents = list(shape.parents[node])
        meeting = parents[0]
        for parent in parents[1:]:
            meeting = _meeting(meeting, parent, above, depth)
        above[node] = meeting
        depth[node] = depth[meeting] + 1
    chains: dict[int, list[Term]] = {}
    for node in upwards:
        chains[node] = [terms[node], *(chains[above[node]] if above[node] != node else [])]
    return chains


def _meeting(one: int, other: int, above: dict[int, int], depth: dict[int, int]) -> int:
    while one != other:
        if depth[one] >= depth[other]:
            one = above[one]
        else:
            other = above[other]
    return one
