"""A question as SMT-LIB 2, in the bit-vector form that the solver is given, for any other solver to check."""

import z3
from jpki_model.solver import Question
from jpki_spec.laws import Law


def smtlib(question: Question, title: str, law: Law) -> str:
    """The question as a script of logic QF_BV: `sat` means that there is such a life."""
    script = question.script()
    head = f"; {title.splitlines()[0] if title else ''}\n; edition {law}\n; a date is year << 9 | month << 5 | day\n"
    return head + "(set-logic QF_BV)\n" + script


def term_text(term: object) -> str:
    """A term of the rules' language as it is written in SMT-LIB."""
    expression = term if isinstance(term, z3.AstRef) else z3.IntVal(str(term))
    z3.set_option(max_args=10_000_000, max_lines=1_000_000, max_depth=10_000_000, max_visited=10_000_000)
    return str(expression.sexpr())
