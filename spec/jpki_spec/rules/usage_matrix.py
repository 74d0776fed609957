"""The content of a matrix as a term: which of its rows a law has, and what they say together."""

from collections.abc import Mapping

import z3

from jpki_spec.terms import Boolean, Term
from jpki_spec.usage import MATRICES, Row, Use, UseValue, use_constant
from jpki_spec.usage_readings import UsageLaw


def rows_of(matrix: str, law: UsageLaw) -> list[Row]:
    """The rows that the law has, under the answers to its open questions."""
    return [row for row in MATRICES[matrix].rows if _is_in(row, law)]


def row_for(matrix: str, values: Mapping[str, UseValue], law: UsageLaw) -> Row | None:
    """The row that is for a question's values; rows do not overlap."""
    return next((row for row in rows_of(matrix, law) if row.fits(values)), None)


def nearest_rows(matrix: str, values: Mapping[str, UseValue], law: UsageLaw) -> list[Row]:
    """The rows that are for questions with the fewest other values, and of these those with the most equal ones."""
    rows = rows_of(matrix, law)
    distances = [(row.misses(values), row.misses(values) - len(row.when)) for row in rows]
    nearest = min(distances, default=(0, 0))
    return [row for row, distance in zip(rows, distances, strict=True) if distance == nearest]


def holds(matrix: str, use: Use, law: UsageLaw) -> Boolean:
    """One of the rows is for this question."""
    rows = [row.holds(use) for row in rows_of(matrix, law)]
    if not rows:
        return z3.BoolVal(False)
    return rows[0] if len(rows) == 1 else z3.Or(*rows)


def value(matrix: str, outcome: str, use: Use, law: UsageLaw, otherwise: str = "") -> Term:
    """What the rows say, as a value of an outcome; of questions that no row is for `otherwise`, or the last row."""
    rows = rows_of(matrix, law)
    last = otherwise or str(rows.pop().value)
    result = use_constant(outcome, last)
    for row in reversed(rows):
        result = z3.If(row.holds(use), use_constant(outcome, str(row.value)), result)
    return result


def clauses(matrix: str) -> list[str]:
    """The clauses of all rows, as those of the rule."""
    return MATRICES[matrix].clauses


def _is_in(row: Row, law: UsageLaw) -> bool:
    return (row.in_source or not law.is_of_the_slides) and (not row.reading or law.reads(row.reading, "yes"))
