"""A part of a rule on one line, as a person would write it; parts that are rules of their own go by their ids."""

import z3
from jpki_spec.rules.registry import Traced
from jpki_spec.terms import Term

_DEPTH = 3
_INFIX = {
    z3.Z3_OP_EQ: "=",
    z3.Z3_OP_DISTINCT: "≠",
    z3.Z3_OP_LE: "≤",
    z3.Z3_OP_LT: "<",
    z3.Z3_OP_GE: "≥",
    z3.Z3_OP_GT: ">",
    z3.Z3_OP_ADD: "+",
    z3.Z3_OP_SUB: "-",
    z3.Z3_OP_MUL: "·",
    z3.Z3_OP_MOD: "mod",
    z3.Z3_OP_AND: "and",
    z3.Z3_OP_OR: "or",
}


def written(term: Term, book: Traced) -> str:
    """The term on one line; what lies deeper than a few levels is written `…`."""
    return _written(term, book, _DEPTH, top=True)


def _written(term: Term, book: Traced, depth: int, *, top: bool = False) -> str:
    kind, name, children = term.decl().kind(), str(term.decl().name()), term.children()
    if not top and (rules := book.trace.get(term.get_id())):
        return f"[{rules[-1][0].id}]"
    if z3.is_int_value(term):
        return str(term.as_long())
    if kind == z3.Z3_OP_DT_CONSTRUCTOR:
        return name.split(".", 1)[1]
    if name == "literal":
        number = children[0].as_long()
        return f"{number // 10000}-{number // 100 % 100:02}-{number % 100:02}"
    if not children:
        return {"True": "always", "False": "never so"}.get(str(term), name)
    if depth == 0:
        return "…"
    if kind == z3.Z3_OP_NOT and str(children[0].decl().name()) == "before":
        later, earlier = (_written(part, book, depth - 1) for part in children[0].children())
        return f"({earlier} ≤ {later})" if not top else f"{earlier} ≤ {later}"
    inner = [_written(part, book, depth - 1) for part in children]
    if name == "before":
        text = f"{inner[0]} < {inner[1]}"
    elif kind in _INFIX:
        text = f" {_INFIX[kind]} ".join(inner)
        if kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT) and inner[1] == "never":
            text = f"no {inner[0]}" if kind == z3.Z3_OP_EQ else f"{inner[0]} exists"
    elif kind == z3.Z3_OP_NOT:
        return f"not {inner[0]}"
    elif kind == z3.Z3_OP_ITE:
        text = f"{inner[1]} if {inner[0]} else {inner[2]}"
    elif name in ("add_days", "add_months"):
        unit = name.removeprefix("add_")
        text = (
            f"{inner[0]} - {inner[1][1:]} {unit}"
            if inner[1].startswith("-")
            else f"{inner[0]} + {inner[1]} {unit}"
        )
    else:
        return f"{name}({', '.join(inner)})"
    return text if top else f"({text})"
