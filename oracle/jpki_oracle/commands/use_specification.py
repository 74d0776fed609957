"""`rules` and `readings` of use: rows for the tables, and one entry in full."""

from collections.abc import Iterable

from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import CURRENT_EDITION, EDITIONS, UnknownLaw
from jpki_spec.rules.registry import USAGE_RULES
from jpki_spec.usage import MATRIX_OF_RULE
from jpki_spec.usage_readings import USAGE_READINGS, UnknownUsageReading, usage_law_of
from jpki_spec.usage_rulebook import usage_rulebook

from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.language import say
from jpki_oracle.services.shipped import use_scenarios


def rule_rows(words: str) -> list[dict[str, object]]:
    """The rules of use, by id, with their clauses."""
    return [
        {"id": rule.id, say("title", words): rule.title[words], say("clauses", words): list(rule.clauses)}
        for _, rule in sorted(USAGE_RULES.items())
    ]


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
        "clauses": {clause: CLAUSES[clause].text[words] for clause in rule.clauses},
        "rows": rows,
        "term": [str(term) for traced in steps for known, term in traced if known is rule],
        "scenarios": [each.id for each in use_scenarios() if each.rule.startswith(id)],
    }


def reading_rows(words: str) -> list[dict[str, object]]:
    """The open questions about use."""
    return [
        {
            "id": r.id,
            say("question", words): r.question[words],
            say("answers", words): ", ".join(f"{a} *" if a == r.default else a for a in r.alternatives),
            say("open-in", words): f"{say('of-use', words)}"
            + ("" if len(r.open_in) == len(EDITIONS) else f" ({', '.join(r.open_in)})"),
        }
        for r in USAGE_READINGS.values()
    ]


def reading_content(id: str, words: str) -> dict[str, object]:
    """One open question about use."""
    reading = USAGE_READINGS[id]
    return {
        "id": reading.id,
        "question": reading.question[words],
        "answers": {answer: text[words] for answer, text in reading.alternatives.items()},
        "default": reading.default,
        "why": reading.why[words],
        "open in": list(reading.open_in),
        "clauses": {clause: CLAUSES[clause].text[words] for clause in reading.clauses},
    }
