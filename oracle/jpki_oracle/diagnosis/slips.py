"""Faults of rules about events that are more than one node, which only diagnosis knows: what counts as an event.

The fault model of `mutants` is what suites are complete for; slips are kept apart from it, so that its mutants stay as
they are. A program that gathers the days on which something can end, and takes the first that is not before the
issue, makes several of them.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import z3
from jpki_model.columns import Shape
from jpki_spec.fields import Text
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import BEFORE, DATE, NEVER, Term

from jpki_oracle.mutants.faults import Fault, observed_outcomes
from jpki_oracle.mutants.operators import OPERATORS
from jpki_oracle.scenarios.places import parts


def _read() -> dict[str, Text]:
    rows = tomllib.loads(files("jpki_oracle.diagnosis").joinpath("slips.toml").read_text(encoding="utf-8"))
    return {id: Text(row["en"], row["ja"]) for id, row in rows.items()}


SLIPS: Mapping[str, Text] = _read()


def operator_text(operator: str) -> Text:
    """What an operator of the fault model, or a slip, does to a rule."""
    return SLIPS[operator] if operator in SLIPS else OPERATORS[operator].text


@cache
def slips_of(law: Law) -> tuple[Fault, ...]:
    """Every slip of a rule about events, in a fixed order."""
    book, seen = rulebook(law), set[int]()
    places = (place for observed in observed_outcomes(law) for place in parts(observed.term, book, seen))
    return tuple(slips_among(places, law))


def slips_among(places: Iterable[tuple[Term, str]], law: Law) -> Iterator[Fault]:
    """The slips of some nodes, each given with its rule."""
    for node, rule in places:
        for operator, detail, replacement in _slips(node, rule):
            yield Fault(law, rule, operator, detail, node, replacement)


def _slips(node: Term, rule: str) -> Iterator[tuple[str, str, Term]]:
    if not rule.startswith(("moves.", "revocation.")):
        return
    item = _item_of(rule)
    issued = z3.Const(f"{item}_issued", DATE)
    name, kind = str(node.decl().name()), node.decl().kind()
    if name == "before":
        one, other = node.children()
        yield "presence-for-order", "absent", other == NEVER
        yield "presence-for-order", "present", one != NEVER
    elif kind == z3.Z3_OP_ITE and node.sort() == DATE:
        condition, then, otherwise = node.children()
        if otherwise.eq(NEVER):
            since = _since(then, issued)
            yield "counted-since-issue", item, z3.If(since, then, NEVER)
            yield "only-since-issue", item, z3.If(z3.And(condition, since), then, NEVER)
            yield "event-alone", item, _alone(condition, then, issued)
        elif not (each := _each_since(node, issued)).eq(node):
            yield "each-since-issue", item, each


def _alone(condition: Term, then: Term, issued: Term) -> Term:
    """An event or deadline that counts by itself for what was there on its day, whatever it follows.

    A deadline that the rule has as `last(deadline, notified)`, for what the notified move concerns, still needs a
    notice and to be missed.
    """
    if (parts := _last(then)) is not None:
        deadline, notified = parts
        alone = _each_since(deadline, issued)
        missed = _any_notice(z3.substitute(condition.children()[-1], (deadline, alone)))
        return z3.If(z3.And(notified != NEVER, _since(alone, issued), missed), alone, NEVER)
    alone = _any_notice(then)
    return z3.If(_since(alone, issued), alone, NEVER)


def _since(day: Term, issued: Term) -> Term:
    return z3.Not(BEFORE(day, issued))


def _each_since(day: Term, issued: Term) -> Term:
    """The first of two days of which each counts only if it is not before the issue; another day as it is."""
    if day.decl().kind() != z3.Z3_OP_ITE or not _is_before(day.arg(0)):
        return day
    if not day.arg(0).arg(0).eq(day.arg(1)):
        return day
    one, other = (z3.If(_since(each, issued), each, NEVER) for each in day.children()[1:])
    return z3.If(BEFORE(one, other), one, other)


def _last(day: Term) -> tuple[Term, Term] | None:
    """The two days of which one is the later: first what is taken if the other is not later."""
    if day.decl().kind() != z3.Z3_OP_ITE or not _is_before(day.arg(0)):
        return None
    one, other = day.arg(0).children()
    return (one, other) if day.arg(1).eq(other) and day.arg(2).eq(one) else None


def _any_notice(term: Term) -> Term:
    """A term that takes each notice there is, where the rule takes the one that follows another event."""
    following = {part.get_id(): part for part in _parts(term) if _follows(part)}
    for notice in following.values():
        event = notice.arg(1)
        for part in _parts(term):
            if (
                part.decl().kind() == z3.Z3_OP_OR
                and _is_before(part.arg(0))
                and part.arg(0).arg(1).eq(notice)
            ):
                term = z3.substitute(term, (part.arg(0), event == NEVER))
        term = z3.substitute(term, (notice, event))
    return term


def _follows(part: Term) -> bool:
    """It is an event if that is not before another day, else never."""
    if part.sort() != DATE or part.decl().kind() != z3.Z3_OP_ITE or not part.arg(2).eq(NEVER):
        return False
    event = part.arg(1)
    return event.num_args() == 0 and any(
        part.arg(0).eq(z3.Not(BEFORE(event, s))) for s in _starts(part.arg(0))
    )


def _starts(condition: Term) -> list[Term]:
    return list(condition.arg(0).children()[1:]) if z3.is_not(condition) else []


def _is_before(term: Term) -> bool:
    return bool(str(term.decl().name()) == "before")


def _parts(term: Term) -> list[Term]:
    return Shape.of([term]).terms()


def _item_of(rule: str) -> str:
    """The item whose end a rule about events decides."""
    return next((item for item in ("signature", "authentication") if f".{item}" in rule), "card")
