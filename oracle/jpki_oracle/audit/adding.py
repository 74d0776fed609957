"""Adds outputs of the rules to a table as columns of the engine's own types."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from jpki_model.relation import LAST_NUMBER, with_terms
from jpki_spec.laws import Law

from jpki_oracle.audit.cleaning import CODE, NO_AGE, cleaned, is_dirty
from jpki_oracle.audit.columns import Known
from jpki_oracle.audit.engine import Engine
from jpki_oracle.audit.judging import CODED, DIRTY, EXPECTED, expected_term


def with_outputs(table: ir.Table, known: Known, law: Law, outputs: Sequence[str], engine: Engine) -> ir.Table:
    """The table with a column for each output; nothing in rows that cannot be judged."""
    own = list(table.columns)
    clean = cleaned(table, known, engine)
    clean = clean.mutate(**{DIRTY: is_dirty(clean, known)})
    codes = [name for name in clean.columns if name.startswith(CODE)]
    clean = clean.select(*own, *codes, DIRTY)
    terms = {EXPECTED + output: expected_term(output, law) for output in outputs}
    judged = with_terms(clean, terms, CODED, known.between)
    made = {output: _output(judged[EXPECTED + output], judged[DIRTY], output, engine) for output in outputs}
    return judged.select(*own, **made)


def _output(number: Any, dirty: Any, output: str, engine: Engine) -> Any:
    if output == "age":
        return (dirty | (number == NO_AGE)).ifelse(ibis.null("int32"), number)
    there = ~dirty & (number <= LAST_NUMBER)
    return there.ifelse(engine.day(there.ifelse(number, 0)), ibis.null("date"))
