"""Judges a table: which rows differ from the rules, in what, by which rule, and which cannot be judged.

One pass over the table (`differing`) keeps what is not as the rules say; all else is found out about those rows alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import z3
from jpki_model.day_columns import NEVER_NUMBER
from jpki_model.relation import LAST_NUMBER, with_terms
from jpki_spec.fields import FIELDS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import LIFE, Term

from jpki_oracle.audit.cleaning import CODE, NO_AGE, Reason, cleaned, dirt, reason
from jpki_oracle.audit.columns import Known
from jpki_oracle.audit.deciding import deciding
from jpki_oracle.audit.engine import Engine
from jpki_oracle.audit.kinds import Kind

EXPECTED, DIRTY, DIRT, RULE, PREDICTED = "_expected_", "_dirty", "_dirt", "_rule_", "_predicted_"
CODED = {name: CODE + name for name in FIELDS}
"""Under which name each field's integers stand in a cleaned table."""
OUTSIDE = Reason("result", "outside-calendar")


@dataclass(frozen=True)
class Question:
    """What is asked of a table: its law, its columns, the outputs that are compared."""

    law: Law
    known: Known
    compared: tuple[str, ...]


def expected_term(output: str, law: Law) -> Term:
    """An output's term; the age of somebody without a birth or a card is NO_AGE."""
    term = rulebook(law).outputs[output]
    if output != "age":
        return term
    return z3.If(z3.And(LIFE.birth.exists, LIFE.card_issued.exists), term, NO_AGE)


def differing(table: ir.Table, question: Question, engine: Engine) -> ir.Table:
    """The rows that cannot be judged or are wrong: their own columns, `_dirty`, and `_expected_…` for each output."""
    own = list(table.columns)
    clean = cleaned(table, question.known, engine)
    clean = clean.mutate(**{DIRT: dirt(clean, question.known)})
    codes = [name for name in clean.columns if name.startswith(CODE)]
    clean = clean.select(*own, *codes, DIRT)
    terms = {EXPECTED + output: expected_term(output, question.law) for output in question.compared}
    judged = with_terms(clean, terms, CODED, question.known.between)
    # Joined bit by bit: a filter looks at statements joined by `or` one after the other, each for the rows still left.
    bits = [judged[EXPECTED + output] ^ judged[CODE + output] for output in question.compared]
    bits.append((judged[DIRT] < 0).ifelse(1, 0).cast("int32"))
    kept = judged.filter(reduce(lambda one, other: one | other, bits) != 0)
    return kept.select(*own, *terms, **{DIRTY: kept[DIRT] < 0})


def unjudged(rows: ir.Table, question: Question, own: Sequence[str], engine: Engine) -> ir.Table:
    """Of the differing rows those that cannot be judged, with the field and the kind of reason as `field:kind`."""
    clean = cleaned(rows, question.known, engine)
    why = ibis.coalesce(reason(clean, question.known), ibis.literal(str(OUTSIDE)))
    listed = clean.mutate(reason=why).filter(_cannot_be_judged(clean, question))
    return listed.select(*own, "reason")


def wrong_values(
    rows: ir.Table, question: Question, output: str, own: Sequence[str], kinds: Sequence[Kind], engine: Engine
) -> ir.Table:
    """A line for each row with a wrong value of an output.

    Beside the row's own columns: `output`, `expected`, `observed`, `days` between them, `rule`, `clauses`, `kind`.
    """
    decided = deciding(output, question.law)
    terms = {RULE: decided.term}
    terms |= {f"{PREDICTED}{n}": kind.term for n, kind in enumerate(kinds) if kind.term is not None}
    clean = cleaned(rows, question.known, engine)
    wrong = clean.filter(
        ~_cannot_be_judged(clean, question) & (clean[EXPECTED + output] != clean[CODE + output])
    )
    judged = with_terms(wrong, terms, CODED, question.known.between)
    expected, observed = judged[EXPECTED + output], judged[CODE + output]
    both = (expected != NEVER_NUMBER) & (observed != NEVER_NUMBER)
    rules = dict(enumerate(decided.rules))
    as_text = _age_text if output == "age" else _day_text
    return judged.select(
        *own,
        output=ibis.literal(output),
        expected=as_text(expected, engine),
        observed=as_text(observed, engine),
        days=both.ifelse(observed - expected, ibis.null("int32")).cast("int32"),
        rule=_named(judged[RULE], {number: rule.id for number, rule in rules.items()}),
        clauses=_named(judged[RULE], {number: " ".join(rule.clauses) for number, rule in rules.items()}),
        kind=_kind(judged, _or_never(expected, output), _or_never(observed, output), kinds, engine),
    )


def _cannot_be_judged(rows: ir.Table, question: Question) -> Any:
    """The row is dirty, or the rules' own result leaves the calendar."""
    beyond = [
        (rows[EXPECTED + output] > LAST_NUMBER) & (rows[EXPECTED + output] < NEVER_NUMBER)
        for output in question.compared
        if output != "age"
    ]
    return reduce(lambda one, other: one | other, [rows[DIRTY], *beyond])


def wrong_codes(rows: ir.Table, question: Question, output: str, most: int, engine: Engine) -> ir.Table:
    """Some of the wrong values of an output as integers: the fields, `expected` and `observed`."""
    clean = cleaned(rows, question.known, engine)
    wrong = clean.filter(
        ~_cannot_be_judged(clean, question) & (clean[EXPECTED + output] != clean[CODE + output])
    )
    return wrong.select(
        **{name: wrong[code] for name, code in CODED.items()},
        expected=_or_never(wrong[EXPECTED + output], output),
        observed=_or_never(wrong[CODE + output], output),
    ).limit(most)


def _or_never(number: Any, output: str) -> Any:
    """A value that stands for nothing as NEVER_NUMBER, for an age, too."""
    return number if output != "age" else (number == NO_AGE).ifelse(NEVER_NUMBER, number)


def _named(number: Any, names: Mapping[int, str]) -> Any:
    return ibis.cases(*((number == value, name) for value, name in names.items()), else_=ibis.null("string"))


def _day_text(number: Any, engine: Engine) -> Any:
    readable = (number <= LAST_NUMBER).ifelse(number, 0)
    return (number == NEVER_NUMBER).ifelse(ibis.null("string"), engine.day(readable).cast("string"))


def _age_text(number: Any, engine: Engine) -> Any:
    return (number == NO_AGE).ifelse(ibis.null("string"), number.cast("string"))


def _kind(table: ir.Table, expected: Any, observed: Any, kinds: Sequence[Kind], engine: Engine) -> Any:
    branches = []
    for number, kind in enumerate(kinds):
        if kind.term is not None:
            holds = table[f"{PREDICTED}{number}"] == observed
        else:
            holds = _slip(kind, expected, observed, table[CODE + "birth"], engine)
        branches.append((holds, kind.id))
    return ibis.cases(*branches, else_="other") if branches else ibis.literal("other")


def _slip(kind: Kind, expected: Any, observed: Any, birth: Any, engine: Engine) -> Any:
    if kind.slip == "missing":
        return observed == NEVER_NUMBER
    if kind.slip == "unexpected":
        return expected == NEVER_NUMBER
    if kind.slip in _SHIFTS:
        return observed - expected == (_SHIFTS[kind.slip] or kind.size)
    there = (expected <= LAST_NUMBER) & (observed <= LAST_NUMBER)
    one, other = engine.day(there.ifelse(expected, 0)), engine.day(there.ifelse(observed, 0))
    if kind.slip == "leap-march":
        born = engine.day(birth)
        leapling = (born.month() == 2) & (born.day() == 29)
        return leapling & (one.month() == 2) & (one.day() == 28) & (observed - expected == 1)
    if kind.slip == "swapped":
        swapped = (one.month() == other.day()) & (one.day() == other.month())
        return there & (one.year() == other.year()) & swapped
    return there & (one.month() == other.month()) & (one.day() == other.day())


_SHIFTS = {"day-late": 1, "day-early": -1, "days": 0}
