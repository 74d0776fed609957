"""Why a rule gave what it gave: the sub-terms that decided, as a tree of rules with their values.

`derive(term, book, values)` walks one term under concrete values. Where a rule chose between two things, the
condition that decided is kept, with the values that it compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3
from jpki_spec.fields import FIELDS
from jpki_spec.rules.registry import Rule, Traced
from jpki_spec.terms import Term

from jpki_model.day import NEVER_DAY
from jpki_model.evaluate import OPERATIONS, Value


@dataclass(frozen=True)
class Step:
    """One rule that took part: its value, what held and decided inside of it, the rules that it used.

    A condition is a comparison in the names of the row with their values, as in
    `card_requested (2022-03-31) < 2022-04-01`.
    """

    rule: Rule
    value: Value
    conditions: tuple[str, ...]
    used: tuple["Step", ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, "Step"]]:
        """This step and those below it, each with its depth."""
        yield depth, self
        for step in self.used:
            yield from step.walk(depth + 1)

    def clauses(self) -> list[str]:
        """The clauses of this step and of those below it, each once, the nearest first."""
        return list(dict.fromkeys(clause for _, step in self.walk() for clause in step.rule.clauses))


def derive(term: Term, book: Traced, values: Mapping[str, Value]) -> tuple[Step, ...]:
    """The rules that decided the value of a term, as trees; each rule's part is told once."""
    return _Derivation(book, values).steps(term)


def evaluate(term: Term, values: Mapping[str, Value]) -> Value:
    """The value of one term under concrete values; for bulk, compile instead."""
    return _Evaluation(values)(term)


def shown(value: Value) -> str:
    """A value as text: dates in ISO form, `none` for never, `yes` and `no`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value == NEVER_DAY else str(value)


@dataclass(frozen=True, eq=False, slots=True)
class _Node:
    """What is asked of a term again and again, read from z3 once; holds the term, so that its id stays its own."""

    term: Term
    kind: int
    name: str
    children: tuple[Term, ...]


_NODES: dict[int, _Node] = {}


def _node(term: Term) -> _Node:
    key = term.get_id()
    node = _NODES.get(key)
    if node is None:
        declaration = term.decl()
        node = _Node(term, declaration.kind(), str(declaration.name()), tuple(term.children()))
        _NODES[key] = node
    return node


class _Evaluation:
    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self._done: dict[int, Value] = {}

    def __call__(self, term: Term) -> Value:
        key = term.get_id()
        if key not in self._done:
            self._done[key] = self._value(term)
        return self._done[key]

    def _value(self, term: Term) -> Value:
        node = _node(term)
        if node.kind == z3.Z3_OP_ITE:
            test, then, otherwise = node.children
            return self(then if self(test) else otherwise)
        if node.kind == z3.Z3_OP_ANUM:
            return int(term.as_long())
        if node.kind == z3.Z3_OP_DT_CONSTRUCTOR:
            return node.name.split(".", 1)[1]
        arguments: list[Any] = [self(child) for child in node.children]
        if node.kind == z3.Z3_OP_UNINTERPRETED:
            return self._operation(node.name, arguments)
        result: Value = _LOGIC[node.kind](*arguments)
        return result

    def _operation(self, name: str, arguments: list[Any]) -> Value:
        if not arguments:
            return NEVER_DAY if name == "never" else self._values[name]
        if name == "before":
            return bool(arguments[0] < arguments[1])
        if name == "year":
            return int(arguments[0].year)
        if name == "literal":
            number = arguments[0]
            return date(number // 10000, number // 100 % 100, number % 100)
        return OPERATIONS[name](*arguments)


_LOGIC: dict[int, Any] = {
    z3.Z3_OP_TRUE: lambda: True,
    z3.Z3_OP_FALSE: lambda: False,
    z3.Z3_OP_AND: lambda *a: all(a),
    z3.Z3_OP_OR: lambda *a: any(a),
    z3.Z3_OP_NOT: lambda a: not a,
    z3.Z3_OP_IMPLIES: lambda a, b: not a or b,
    z3.Z3_OP_EQ: lambda a, b: a == b,
    z3.Z3_OP_DISTINCT: lambda a, b: a != b,
    z3.Z3_OP_ADD: lambda *a: sum(a),
    z3.Z3_OP_SUB: lambda a, b: a - b,
    z3.Z3_OP_MUL: lambda a, b: a * b,
    z3.Z3_OP_UMINUS: lambda a: -a,
    z3.Z3_OP_MOD: lambda a, b: a % b,
    z3.Z3_OP_LE: lambda a, b: a <= b,
    z3.Z3_OP_LT: lambda a, b: a < b,
    z3.Z3_OP_GE: lambda a, b: a >= b,
    z3.Z3_OP_GT: lambda a, b: a > b,
}


class _Derivation:
    def __init__(self, book: Traced, values: Mapping[str, Value]) -> None:
        self._trace = book.trace
        self._value = _Evaluation(values)
        self._told: set[str] = set()

    def steps(self, term: Term) -> tuple[Step, ...]:
        return self._inside(term)[1]

    def _inside(self, term: Term) -> tuple[list[str], tuple[Step, ...]]:
        """What decided a term: conditions outside of any rule, and the rules in it."""
        rules = [rule for rule, _ in self._trace.get(term.get_id(), ())]
        if not rules:
            return self._parts(term)
        if any(rule.id in self._told for rule in rules):
            return [], ()
        self._told.update(rule.id for rule in rules)
        conditions, used = self._parts(term)
        for rule in rules:  # the innermost first: an outer rule that returned the same term contains it
            used = (Step(rule, self._value(term), tuple(dict.fromkeys(conditions)), used),)
            conditions = []
        return [], used

    def _parts(self, term: Term) -> tuple[list[str], tuple[Step, ...]]:
        node = _node(term)
        if node.kind == z3.Z3_OP_ITE:
            return self._choice(node)
        conditions: list[str] = []
        used: tuple[Step, ...] = ()
        connective = node.kind in (z3.Z3_OP_AND, z3.Z3_OP_OR, z3.Z3_OP_NOT)
        for child in self._deciding(node) if connective else node.children:
            more, steps = self._inside(child)
            conditions, used = conditions + more, used + steps
        if not connective and len(node.children) == 2 and z3.is_bool(term):
            conditions = [*self._statement(node), *conditions]
        return conditions, used

    def _choice(self, node: _Node) -> tuple[list[str], tuple[Step, ...]]:
        test, then, otherwise = node.children
        chosen = then if self._value(test) else otherwise
        conditions, used = self._inside(chosen)
        if not self._is_idle(test, then, otherwise):
            deciding, tested = self._inside(test)
            conditions, used = deciding + conditions, used + tested
        return conditions, used

    def _is_idle(self, test: Term, then: Term, otherwise: Term) -> bool:
        """A choice that nothing hung on: both ways the same, or the earlier of a day and none."""
        if self._value(then) == self._value(otherwise):
            return True
        compared = _node(test)
        if compared.name != "before":
            return False
        sides = {side.get_id() for side in compared.children}
        is_first = sides == {then.get_id(), otherwise.get_id()}
        return is_first and NEVER_DAY in (self._value(then), self._value(otherwise))

    def _deciding(self, node: _Node) -> tuple[Term, ...]:
        """The parts of a conjunction or disjunction that made it what it is."""
        if node.kind == z3.Z3_OP_NOT:
            return node.children
        value = self._value(node.term)
        needs_one = (node.kind == z3.Z3_OP_OR) == bool(value)
        return (next(p for p in node.children if self._value(p) == value),) if needs_one else node.children

    def _statement(self, node: _Node) -> list[str]:
        """A comparison as it held; nothing for what goes without saying (a default, a date that is there)."""
        kind, holds = node.kind, bool(self._value(node.term))
        one, other = node.children
        if kind == z3.Z3_OP_EQ and _node(other).kind == z3.Z3_OP_DT_CONSTRUCTOR:
            name, value = _node(one).name, shown(self._value(one))
            usual = name in FIELDS and value == FIELDS[name].default
            return [f"{name} = {value}"] if holds or not usual else []
        if kind in (z3.Z3_OP_DISTINCT, z3.Z3_OP_EQ) and "never" in (_node(one).name, _node(other).name):
            return []
        if NEVER_DAY in (self._value(one), self._value(other)):
            absent = one if self._value(one) == NEVER_DAY else other
            return [f"{self._operand(absent)}"] if not _node(absent).children else []
        operator, opposite = _COMPARISONS[kind if node.name != "before" else z3.Z3_OP_LT]
        return [f"{self._operand(one)} {operator if holds else opposite} {self._operand(other)}"]

    def _operand(self, term: Term) -> str:
        value = shown(self._value(term))
        rules = self._trace.get(term.get_id(), ())
        if rules:
            return f"{rules[0][0].id} ({value})"
        node = _node(term)
        if node.name == "birthday":
            return f"birthday ({value})"
        is_field = not node.children and node.kind == z3.Z3_OP_UNINTERPRETED and node.name != "never"
        return f"{node.name} ({value})" if is_field else value


_COMPARISONS = {
    z3.Z3_OP_EQ: ("=", "≠"),
    z3.Z3_OP_DISTINCT: ("≠", "="),
    z3.Z3_OP_LE: ("≤", ">"),
    z3.Z3_OP_LT: ("<", "≥"),
    z3.Z3_OP_GE: ("≥", "<"),
    z3.Z3_OP_GT: (">", "≤"),
}
"""How a comparison is written where it holds, and where it does not."""
