"""`rules` and `readings` of use: rows for the tables, and one entry in full."""

from collections.abc import Iterable

from jpki_spec.laws import CURRENT_EDITION, EDITIONS, UnknownLaw
from jpki_spec.rules.registry import USAGE_RULES
from jpki_spec.usage import MATRIX_OF_RULE
from jpki_spec.usage_readings import USAGE_READINGS, UnknownUsageReading, usage_law_of
from jpki_spec.usage_rulebook import usage_rulebook

from jpki_oracle.commands import entries
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.language import say
from jpki_oracle.services.shipped import use_scenarios


def rule_rows(words: str) -> list[dict[str, object]]:
    """The rules of use, by id, with their clauses."""
    return entries.rule_rows(USAGE_RULES, words)


def rule_content(
    id: str, edition: str | None, readings: Iterable[str] | None, words: str
) -> dict[str, object]:
    """One rule: its term, its clauses, the rows of its matrix, the scenarios that it decides first."""
    rule = USAGE_RULES[id]
    try:
        law = usage_law_of(edition or CURRENT_EDITION, reading_arguments(readings))
    except (UnknownLaw, UnknownUsageReading) as error:
        raise CommandFailure(str(error)) from None
    steps = usage_rulebook(law).trace.values()
    matrix = MATRIX_OF_RULE.get(id)
    rows = {row.id: f"{row.value} ({', '.join(row.clauses)})" for row in (matrix.rows if matrix else ())}
    return {
        "id": rule.id,
        "title": rule.title[words],
        "edition": str(law),
        "clauses": entries.clause_texts(rule.clauses, words),
        "rows": rows,
        "term": [str(term) for traced in steps for known, term in traced if known is rule],
        "scenarios": [each.id for each in use_scenarios() if each.rule.startswith(id)],
    }


def reading_rows(words: str) -> list[dict[str, object]]:
    """The open questions about use."""
    rows = []
    for reading in USAGE_READINGS.values():
        somewhere = "" if len(reading.open_in) == len(EDITIONS) else f" ({', '.join(reading.open_in)})"
        rows.append(entries.reading_row(reading, say("of-use", words) + somewhere, words))
    return rows


def reading_content(id: str, words: str) -> dict[str, object]:
    """One open question about use."""
    reading = USAGE_READINGS[id]
    return {
        **entries.reading_content(reading, words),
        "open in": list(reading.open_in),
        "clauses": entries.clause_texts(reading.clauses, words),
    }
