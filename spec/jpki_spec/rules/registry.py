"""The decorator that makes a function a rule: it gets an id, the clauses it states, and leaves a trace.

While `tracing()` is open, each rule that is applied notes the term that it returned, so that a reader of a
larger term can tell which part of it is which rule.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ParamSpec, TypeVar, cast

from jpki_spec.fields import Text
from jpki_spec.terms import Choice, Date, Term

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Rule:
    """A rule's id, what it states in a few words, the clauses that it is the formal term of."""

    id: str
    title: Text
    clauses: tuple[str, ...]
    function: Callable[..., object]


RULES: dict[str, Rule] = {}

Trace = dict[int, list[tuple[Rule, Term]]]
_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def rule(id: str, *, ja: str, clauses: list[str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the rule `id`; its docstring's first line is the English title.

    Raises ValueError for an id that is taken or a missing docstring.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        if not function.__doc__:
            raise ValueError(f"rule {id} has no docstring")
        title = Text(function.__doc__.strip().splitlines()[0].rstrip("."), ja)

        @functools.wraps(function)
        def applied(*args: P.args, **kwargs: P.kwargs) -> R:
            result = function(*args, **kwargs)
            _note(RULES[id], result)
            return result

        RULES[id] = Rule(id, title, tuple(clauses), applied)
        return cast("Callable[P, R]", applied)

    return decorate


@contextmanager
def tracing() -> Iterator[Trace]:
    """Collect, by the id of its term, every rule applied within."""
    trace: Trace = {}
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def _note(applied: Rule, result: object) -> None:
    trace = _trace.get()
    term: Term = result.term if isinstance(result, Date | Choice) else result
    if trace is None or not hasattr(term, "get_id") or term.num_args() == 0:
        return  # a plain field or constant says nothing about which rule it came from
    steps = trace.setdefault(term.get_id(), [])
    if all(known is not applied for known, _ in steps):
        steps.append((applied, term))
