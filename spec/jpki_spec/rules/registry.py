"""The decorator that makes a function a rule: it gets an id, the clauses it states, and leaves a trace.

While `tracing()` is open, each rule that is applied notes the term that it returned, so that a reader of a
larger term can tell which part of it is which rule.
"""

import builtins
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ParamSpec, Protocol, TypeVar, cast

from jpki_spec.fields import Text
from jpki_spec.laws import Law
from jpki_spec.terms import Choice, Date, Term

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Rule:
    """A rule's id, what it states in a few words, the clauses that it is the formal term of.

    `facts` are the technical statements of `card.toml` that a rule of the card stands on.
    """

    id: str
    title: Text
    clauses: tuple[str, ...]
    function: Callable[..., object]
    facts: tuple[str, ...] = ()


RULES: dict[str, Rule] = {}
CARD_RULES: dict[str, Rule] = {}
"""The rules of the chip, which speak of states and commands where those of `RULES` speak of a life."""
USAGE_RULES: dict[str, Rule] = {}
"""The rules of use, which speak of questions about services, media and the number."""

Trace = dict[int, list[tuple[Rule, Term]]]


class Traced(Protocol):
    """Terms of which it is known which rule each part is: a rulebook of the law or of the card."""

    @property
    def trace(self) -> Trace:
        """Which rule a sub-term is, by the sub-term's id."""


@dataclass
class _Tracing:
    """What is noted while tracing: the trace, and each rule's result by its arguments, so that it is built once."""

    trace: Trace = field(default_factory=dict)
    results: dict[tuple[object, ...], object] = field(default_factory=dict)
    arguments: list[object] = field(default_factory=list)
    """Kept, so that the ids of which the keys of `results` are made stay theirs."""


_tracing: ContextVar[_Tracing | None] = ContextVar("tracing", default=None)


def rule(id: str, *, ja: str, clauses: list[str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the rule `id`; its docstring's first line is the English title.

    Raises ValueError for an id that is taken or a missing docstring.
    """
    return _registered(RULES, id, ja, clauses, [])


def card_rule(
    id: str, *, ja: str, facts: list[str], clauses: list[str] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the rule `id` of the card. Raises ValueError as `rule` does."""
    return _registered(CARD_RULES, id, ja, clauses or [], facts)


def use_rule(id: str, *, ja: str, clauses: list[str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the rule `id` of use. Raises ValueError as `rule` does."""
    return _registered(USAGE_RULES, id, ja, clauses, [])


def _registered(
    register: dict[str, Rule], id: str, ja: str, clauses: list[str], facts: list[str]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if id in register:
            raise ValueError(f"two rules are called {id}")
        if not function.__doc__:
            raise ValueError(f"rule {id} has no docstring")
        title = Text(function.__doc__.strip().splitlines()[0].rstrip("."), ja)

        @functools.wraps(function)
        def applied(*args: P.args, **kwargs: P.kwargs) -> R:
            tracing = _tracing.get()
            if tracing is None:
                return function(*args, **kwargs)
            key = (id, *(_identity(each) for each in (*args, *kwargs.values())))
            if key not in tracing.results:
                result = function(*args, **kwargs)
                tracing.results[key] = result
                tracing.arguments.append((args, kwargs))
                _note(register[id], result, tracing.trace)
            return cast("R", tracing.results[key])

        register[id] = Rule(id, title, tuple(clauses), applied, tuple(facts))
        return cast("Callable[P, R]", applied)

    return decorate


@contextmanager
def tracing() -> Iterator[Trace]:
    """Collect, by the id of its term, every rule applied within; a rule with equal arguments is applied once."""
    noted = _Tracing()
    token = _tracing.set(noted)
    try:
        yield noted.trace
    finally:
        _tracing.reset(token)


def _identity(argument: object) -> object:
    """Equal for equal arguments: terms by their ids, lives and lists of digits by theirs, laws by value."""
    if isinstance(argument, Date | Choice):
        return argument.term.get_id()
    if isinstance(argument, list):
        return tuple(term.get_id() for term in argument)
    return argument if isinstance(argument, Law) else builtins.id(argument)


def _note(applied: Rule, result: object, trace: Trace) -> None:
    term: Term = result.term if isinstance(result, Date | Choice) else result
    if not hasattr(term, "get_id") or term.num_args() == 0:
        return  # a plain field or constant says nothing about which rule it came from
    steps = trace.setdefault(term.get_id(), [])
    if all(known is not applied for known, _ in steps):
        steps.append((applied, term))
