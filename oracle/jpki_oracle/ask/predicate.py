"""The language of questions: a Python expression over the names of a life and its outcomes, as a term.

`parse(text, law)` reads it with `ast` against a short list of forms; nothing of it is ever run.
"""

import ast
import difflib
from dataclasses import dataclass, field

import z3
from jpki_model.day import parse_day
from jpki_spec.calendar import age_at
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, DATE_OUTPUTS, FIELDS, ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import Rulebook, rulebook
from jpki_spec.terms import LIFE, ON, STATE_VALUES, Boolean, Choice, Date, Term, choose, literal

EXAMPLE = "signature_expires < card_expires and age < 18"


class PredicateError(ValueError):
    """A text that is not in the language; one line that shows where and what is allowed."""


@dataclass(frozen=True)
class Predicate:
    """A predicate over a life under a law.

    `condition` is what was written; `premise` and `conclusion` are its parts where it is an implication (written
    `B if A else True` or `not A or B`), else `premise` is None. `present`: the dates that it speaks of as
    existing, as a condition, as the fields among them, and by name.
    """

    text: str
    law: Law
    condition: Boolean
    premise: Boolean | None
    conclusion: Boolean
    exists: Boolean
    present_fields: frozenset[str]
    names: tuple[str, ...]


def parse(text: str, law: Law) -> Predicate:
    """The predicate that a text stands for. Raises `PredicateError`."""
    if len(text) > LONGEST:
        raise PredicateError(
            f"a predicate has at most {LONGEST} characters, this one {len(text)}; an example: {EXAMPLE}"
        )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise PredicateError(f"not an expression: {_short(text)!r}; an example: {EXAMPLE}") from None
    if _depth(tree) > DEEPEST:
        raise PredicateError(f"a predicate is nested at most {DEEPEST} deep; an example: {EXAMPLE}")
    reader = _Reader(text.strip(), law)
    premise, conclusion = reader.implication(tree)
    condition = conclusion if premise is None else z3.Implies(premise, conclusion)
    named = [name for name in reader.named if name not in reader.lifted]
    exists = [reader.date(name).exists for name in named]
    fields = frozenset(name for name in named if name in FIELDS)
    if "age" in reader.ages:
        fields |= {"birth", "card_issued"}
    return Predicate(
        text,
        law,
        condition,
        premise,
        conclusion,
        z3.And(*exists) if exists else z3.BoolVal(True),
        fields,
        tuple(named),
    )


LONGEST, DEEPEST = 4000, 40
"""Characters of a predicate, and levels of nesting, at most."""


def _depth(tree: ast.expr) -> int:
    """How deep an expression is nested, found without recursion."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend(
            (child, depth + 1) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
        )
    return deepest


def _short(text: str) -> str:
    """A text on one line, and not too long to be read."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:97]}…"


@dataclass
class _Reader:
    text: str
    law: Law
    named: dict[str, None] = field(default_factory=dict)
    lifted: set[str] = field(default_factory=set)
    ages: set[str] = field(default_factory=set)

    @property
    def book(self) -> Rulebook:
        return rulebook(self.law)

    def implication(self, node: ast.expr) -> tuple[Boolean | None, Boolean]:
        if (
            isinstance(node, ast.IfExp)
            and isinstance(node.orelse, ast.Constant)
            and node.orelse.value is True
        ):
            return self.boolean(node.test), self.boolean(node.body)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            first, rest = node.values[0], node.values[1:]
            if isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.Not):
                conclusions = [self.boolean(part) for part in rest]
                conclusion = conclusions[0] if len(conclusions) == 1 else z3.Or(*conclusions)
                return self.boolean(first.operand), conclusion
        return None, self.boolean(node)

    def boolean(self, node: ast.expr) -> Boolean:
        value = self.value(node)
        if not z3.is_bool(value):
            raise self.error(node, "is not a condition; compare it, as in `age < 18`")
        return value

    def value(self, node: ast.expr) -> Term | Date | Choice | str | int:
        match node:
            case ast.BoolOp(op=ast.And(), values=parts):
                return z3.And(*(self.boolean(part) for part in parts))
            case ast.BoolOp(op=ast.Or(), values=parts):
                return z3.Or(*(self.boolean(part) for part in parts))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return z3.Not(self.boolean(operand))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)) if number < 8000:
                return -number
            case ast.Compare():
                return self.comparison(node)
            case ast.IfExp():
                return self.conditional(node)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sum(node)
            case ast.Constant(value=bool() as truth):
                return z3.BoolVal(truth)
            case ast.Constant(value=int() as number) if abs(number) < 8000:
                return number
            case ast.Constant(value=str() as string):
                return string
            case ast.Name():
                return self.name(node)
            case ast.Call(func=ast.Name(), keywords=[]):
                return self.call(node)
        raise self.error(node, f"is not in the language of predicates; an example: {EXAMPLE}")

    def comparison(self, node: ast.Compare) -> Boolean:
        operands = [node.left, *node.comparators]
        parts = [
            self.compare(one, operator, other, node)
            for one, operator, other in zip(operands, node.ops, operands[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else z3.And(*parts)

    def compare(self, one: ast.expr, operator: ast.cmpop, other: ast.expr, node: ast.Compare) -> Boolean:
        if isinstance(operator, ast.Is | ast.IsNot):
            if not (isinstance(other, ast.Constant) and other.value is None and isinstance(one, ast.Name)):
                raise self.error(node, "`is` is for None: `died is None`, `died is not None`")
            self.lifted.add(one.id)
            exists = self.as_date(one).exists
            return z3.Not(exists) if isinstance(operator, ast.Is) else exists
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(other, ast.Tuple | ast.List | ast.Set):
                raise self.error(node, "`in` takes a list: residence in ('limited', 'landing')")
            found = z3.Or(
                z3.BoolVal(False), *(self.compare(one, ast.Eq(), each, node) for each in other.elts)
            )
            return z3.Not(found) if isinstance(operator, ast.NotIn) else found
        left, right = self.value(one), self.value(other)
        if isinstance(left, str) and not isinstance(right, str):
            left = self.like(right, left, one)
        elif isinstance(right, str):
            right = self.like(left, right, other)
        return self.ordered(left, operator, right, node)

    def ordered(self, left: object, operator: ast.cmpop, right: object, node: ast.Compare) -> Boolean:
        if isinstance(left, Choice | Date) or isinstance(right, Choice | Date):
            different = (
                isinstance(left, Choice) and isinstance(right, Choice) and left.values is not right.values
            )
            if type(left) is not type(right) or different:
                raise self.error(node, "compares two different kinds of thing")
        elif z3.is_bool(left) != z3.is_bool(right):
            raise self.error(node, "compares a condition with something that is none")
        a = left.term if isinstance(left, Choice) else left
        b = right.term if isinstance(right, Choice) else right
        symbolic: bool = isinstance(left, Date) or z3.is_int(left) or z3.is_int(right)
        match operator:
            case ast.Eq():
                return a == b if symbolic or not isinstance(a, int) else z3.BoolVal(a == b)
            case ast.NotEq():
                return a != b if symbolic or not isinstance(a, int) else z3.BoolVal(a != b)
        if not symbolic:
            raise self.error(node, "has no order; use == or !=")
        match operator:
            case ast.Lt():
                return a < b  # type: ignore[operator]
            case ast.LtE():
                return a <= b  # type: ignore[operator]
            case ast.Gt():
                return a > b  # type: ignore[operator]
            case ast.GtE():
                return a >= b  # type: ignore[operator]
        raise self.error(node, "uses a comparison that is not in the language")

    def like(self, model: object, text: str, node: ast.expr) -> Term | Date | Choice:
        """A quoted text as the kind of thing that it is compared with."""
        if isinstance(model, Choice):
            if text not in model.values:
                raise self.error(node, f"is not one of {', '.join(v for v in model.values)}")
            return Choice(model.values[text], model.values)
        if isinstance(model, Date):
            return self.day(text, node)
        raise self.error(node, "is a text, and is compared with something that is none")

    def conditional(self, node: ast.IfExp) -> Term | Date:
        test, then, otherwise = self.boolean(node.test), self.value(node.body), self.value(node.orelse)
        if isinstance(then, Date) and isinstance(otherwise, str):
            otherwise = self.day(otherwise, node.orelse)
        if isinstance(otherwise, Date) and isinstance(then, str):
            then = self.day(then, node.body)
        if isinstance(then, Date) and isinstance(otherwise, Date):
            return choose(test, then, otherwise)
        numbers = all(isinstance(v, int) or z3.is_int(v) for v in (then, otherwise))
        if numbers or (z3.is_bool(then) and z3.is_bool(otherwise)):
            return z3.If(test, then, otherwise)
        raise self.error(node, "chooses between two different kinds of thing")

    def sum(self, node: ast.BinOp) -> Term | Date:
        sign = -1 if isinstance(node.op, ast.Sub) else 1
        left = self.value(node.left)
        if isinstance(left, str):
            left = self.day(left, node.left)
        if isinstance(left, Date):
            if isinstance(node.left, ast.BinOp) and isinstance(node.left.left, ast.BinOp):
                raise self.error(node, "adds to a date more than twice")
            match node.right:
                case ast.Call(
                    func=ast.Name(id="days" | "months" as unit),
                    args=[ast.Constant(value=int() as n)],
                    keywords=[],
                ) if not isinstance(n, bool) and abs(n) <= {"days": 3700, "months": 240}[unit]:
                    return left.plus_days(sign * n) if unit == "days" else left.plus_months(sign * n)
            raise self.error(
                node.right, "cannot be added to a date; add days(n) or months(n), n up to 3700 or 240"
            )
        right = self.value(node.right)
        if all(isinstance(v, int) or z3.is_int(v) for v in (left, right)) and not (
            isinstance(left, int) and isinstance(right, int)
        ):
            return left + right if sign == 1 else left - right  # type: ignore[operator]
        raise self.error(node, "adds things that cannot be added")

    def name(self, node: ast.Name) -> Term | Date | Choice:
        if node.id in DATE_FIELDS or node.id in DATE_OUTPUTS:
            return self.as_date(node)
        if node.id in CHOICE_FIELDS:
            value: Choice = getattr(LIFE, node.id)
            return value
        if node.id == "age":
            self.ages.add("age")
            return self.book.outputs["age"]
        if node.id in self.book.predicates:
            return self.book.predicates[node.id]
        known = [*FIELDS, *DATE_OUTPUTS, "age", *self.book.predicates, *(f"{item}_state" for item in ITEMS)]
        near = difflib.get_close_matches(node.id, known, n=1)
        raise self.error(
            node, f"is not a name; did you mean {near[0]}?" if near else "is not a name of a life or outcome"
        )

    def as_date(self, node: ast.Name) -> Date:
        if node.id not in DATE_FIELDS and node.id not in DATE_OUTPUTS:
            raise self.error(node, "is not a date")
        self.named[node.id] = None
        return self.date(node.id)

    def date(self, name: str) -> Date:
        if name in DATE_FIELDS:
            value: Date = getattr(LIFE, name)
            return value
        return Date(self.book.outputs[name])

    def call(self, node: ast.Call) -> Term | Choice:
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        items = {f"{item}_state": item for item in ITEMS}
        if function in (*items, "age_on", "year", "weekday") and len(node.args) == 1:
            argument = self.value(node.args[0])
            day = self.day(argument, node.args[0]) if isinstance(argument, str) else argument
            if not isinstance(day, Date):
                raise self.error(node.args[0], "is not a day; write it as '2024-02-29'")
            if function == "age_on":
                self.named["birth"] = None
                return age_at(LIFE.birth, day, self.law)
            if function in items:
                state = z3.substitute(self.book.states[items[function]], (ON.term, day.term))
                return Choice(state, STATE_VALUES)
            return day.year if function == "year" else day.weekday
        raise self.error(
            node,
            "is not in the language of predicates; calls are age_on(day), year(day), weekday(day), "
            "card_state(day), signature_state(day), authentication_state(day), days(n), months(n)",
        )

    def day(self, text: str, node: ast.expr) -> Date:
        try:
            value = parse_day(text)
        except ValueError as error:
            raise self.error(node, f"is no day: {error}") from None
        return literal(value.year, value.month, value.day)

    def error(self, node: ast.expr, what: str) -> PredicateError:
        part = _short(ast.get_source_segment(self.text, node) or self.text)
        return PredicateError(f"`{part}` (column {node.col_offset + 1}) {what}")
