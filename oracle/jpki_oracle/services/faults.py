"""Single faults in the rules of use, as in those of a life: one node of a rule changed, or another law in its place.

Domains are finite, so a fault is shown by a question or proven to be none by all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import z3
from jpki_model.evaluate import Compiled, Value, compile_terms
from jpki_model.usage import UseQuestion
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Trace
from jpki_spec.terms import Term
from jpki_spec.usage import TOPICS, USE_SORTS
from jpki_spec.usage_readings import UsageLaw, usage_law_of
from jpki_spec.usage_rulebook import usage_rulebook

from jpki_oracle.mutants.operators import Change, changes

LAWS: tuple[UsageLaw, ...] = (usage_law_of("mic-2017", {}), usage_law_of(CURRENT_EDITION, {}))
"""The laws for which a suite is complete: the slides, and the law's editions, whose rules of use are the same."""


@dataclass(frozen=True)
class UseFault:
    """An outcome of a topic as an engine with one fault concludes it; `change` in `rule`, or `law` in its place."""

    topic: str
    outcome: str
    rule: str
    change: str
    right: Term
    wrong: Term


def faults_of(topic: str, law: UsageLaw) -> list[UseFault]:
    """Every single fault in a topic's rules, each other answer to one question, the other law."""
    book = usage_rulebook(law)
    found: list[UseFault] = []
    for outcome in TOPICS[topic].outcomes:
        root = book.outcomes[topic, outcome]
        for node, rule in _nodes(root, book.trace):
            for change in (*changes(node), *_other_values(node)):
                wrong = z3.substitute(root, (node, change.replacement))
                told = f"{change.operator} {change.detail}".strip()
                found.append(UseFault(topic, outcome, rule, told, root, wrong))
        others = {f"{q}={a}": other for (q, a), other in law.alternatives()}
        others |= {str(other): other for other in LAWS if other != law}
        for name, other in others.items():
            wrong = usage_rulebook(other).outcomes[topic, outcome]
            if not wrong.eq(root):
                found.append(UseFault(topic, outcome, "", f"law {name}", root, wrong))
    return found


def shows(fault: UseFault, questions: Sequence[UseQuestion]) -> list[bool]:
    """Which of the questions the fault answers otherwise than the rules."""
    right, wrong = (compile_terms([term]) for term in (fault.right, fault.wrong))
    return [_value(right, question) != _value(wrong, question) for question in questions]


def _value(compiled: Compiled, question: UseQuestion) -> tuple[Value, ...]:
    return compiled(dict(question.facts))


def _nodes(root: Term, trace: Trace) -> Iterator[tuple[Term, str]]:
    """Every node once, with the innermost rule that it is in."""
    seen: set[int] = set()
    pending: list[tuple[Term, str]] = [(root, "")]
    while pending:
        node, rule = pending.pop()
        if node.get_id() in seen:
            continue
        seen.add(node.get_id())
        inner = trace.get(node.get_id())
        rule = inner[0][0].id if inner else rule
        yield node, rule
        pending += [(child, rule) for child in reversed(node.children())]


def _other_values(node: Term) -> Iterator[Change]:
    """A field compared with another of its values, and a choice that gives another value."""
    kind = node.decl().kind()
    if kind == z3.Z3_OP_EQ and z3.is_app_of(node.arg(1), z3.Z3_OP_DT_CONSTRUCTOR):
        for name, constant in _others(node.arg(1)):
            yield Change("value-replaced", name, node.arg(0) == constant)
    if kind == z3.Z3_OP_ITE:
        test, then, otherwise = node.children()
        if z3.is_app_of(then, z3.Z3_OP_DT_CONSTRUCTOR):
            for name, constant in _others(then):
                yield Change("value-replaced", name, z3.If(test, constant, otherwise))


def _others(constant: Term) -> Iterator[tuple[str, Term]]:
    sort = str(constant.sort().name()).removeprefix("use_")
    for name, other in USE_SORTS[sort][1].items():
        if not other.eq(constant):
            yield name, other
