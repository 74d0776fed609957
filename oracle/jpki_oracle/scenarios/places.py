"""Where in a rule a node stands: the parts of a term with the rules that they belong to, and what each is called."""

from collections.abc import Iterator

import z3
from jpki_spec.rules.registry import Traced
from jpki_spec.terms import Term


def parts(term: Term, book: Traced, seen: set[int]) -> Iterator[tuple[Term, str]]:
    """Every sub-term not seen yet, the outer ones first, with the innermost rule that it belongs to."""
    stack = [(term, "")]
    while stack:
        part, rule = stack.pop()
        if part.get_id() in seen:
            continue
        seen.add(part.get_id())
        rules = book.trace.get(part.get_id())
        rule = rules[0][0].id if rules else rule
        yield part, rule
        stack.extend((child, rule) for child in reversed(part.children()))


def name_of(term: Term, book: Traced) -> str:
    """What a term is called: its rule, its field, a day of the law, a number, or what it is made of."""
    rules = book.trace.get(term.get_id())
    if rules:
        return rules[-1][0].id
    name, children = str(term.decl().name()), term.children()
    if name == "literal":
        number = children[0].as_long()
        return f"{number // 10000}-{number // 100 % 100:02}-{number % 100:02}"
    if not children:
        return str(term) if z3.is_int_value(term) else name
    if name in ("add_days", "add_months") and z3.is_int_value(children[1]):
        return f"{name_of(children[0], book)} {children[1].as_long():+d} {name.removeprefix('add_')}"
    if term.decl().kind() == z3.Z3_OP_ITE:
        names = dict.fromkeys(
            name_of(part, book) for part in children[1:] if str(part.decl().name()) != "never"
        )
        return " / ".join(names)
    return name
