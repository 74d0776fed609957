"""`rules`, `readings`, `editions`: the specification as tables, and one entry of it in full."""

from jpki_spec.card_readings import CARD_READINGS
from jpki_spec.certificate_readings import CERTIFICATE_READINGS
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS, READINGS
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.registry import CARD_RULES, RULES, USAGE_RULES
from jpki_spec.usage_readings import USAGE_READINGS

from jpki_oracle.ask.smtlib import term_text
from jpki_oracle.commands import card_specification as card
from jpki_oracle.commands import certificate_specification as certificate
from jpki_oracle.commands import use_specification as use
from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.entries import (
    clause_texts,
    known_entry,
    print_entry,
    reading_content,
    reading_row,
    rule_rows,
)
from jpki_oracle.commands.printing import print_json, print_table
from jpki_oracle.language import language, say
from jpki_oracle.scenarios.scenario import suites


def rules_command(
    id: str | None, edition: str | None, readings: list[str] | None, form: str, lang: str | None
) -> int:
    """Print all rules, or one with its term under an edition."""
    law, words = law_argument(edition, readings), language(lang)
    rulebook(law)
    if id is None:
        more = [*card.rule_rows(words), *use.rule_rows(words), *certificate.rule_rows(words)]
        print_table([*rule_rows(RULES, words), *more], form)
        return 0
    if id in certificate.RULES:
        print_entry(certificate.rule_content(id, words), form)
        return 0
    if id in CARD_RULES:
        print_entry(card.rule_content(id, words), form)
        return 0
    if id in USAGE_RULES:
        print_entry(use.rule_content(id, edition, readings, words), form)
        return 0
    rule = known_entry(id, RULES, "rule")
    terms = [term for steps in rulebook(law).trace.values() for traced, term in steps if traced is rule]
    scenarios = [scenario.id for scenario in suites() if scenario.rule == id]
    content = {
        "id": rule.id,
        "title": rule.title[words],
        "edition": str(law),
        "clauses": clause_texts(rule.clauses, words),
        "term": [str(term) for term in terms],
        "smtlib": [term_text(term) for term in terms],
        "scenarios": scenarios,
    }
    if form == "json":
        print_json(content)
        return 0
    print(f"{rule.id}: {rule.title[words]}\n{say('edition', words)}: {law}")
    for clause in rule.clauses:
        print(f"\n{clause} ({CLAUSES[clause].place})\n  {CLAUSES[clause].text[words]}")
    for term in terms or ["–"]:
        print(f"\n{say('term', words)}\n{term}")
    for term in terms:
        print(f"\nSMT-LIB\n{term_text(term)}")
    print(f"\n{say('scenarios', words)}: {', '.join(scenarios) or '–'}")
    return 0


def readings_command(id: str | None, form: str, lang: str | None) -> int:
    """Print all open questions, or one in full."""
    words = language(lang)
    if id is None:
        everywhere = say("all", words)
        rows = [
            reading_row(r, r.open_in if len(r.open_in) < len(EDITIONS) else everywhere, words)
            for r in READINGS.values()
        ]
        rows += card.reading_rows(words)
        rows += use.reading_rows(words)
        rows += certificate.reading_rows(words)
        print_table(rows, form)
        return 0
    if id in CARD_READINGS:
        print_entry(card.reading_content(id, words), form)
        return 0
    if id in CERTIFICATE_READINGS:
        print_entry(certificate.reading_content(id, words), form)
        return 0
    if id in USAGE_READINGS:
        print_entry(use.reading_content(id, words), form)
        return 0
    reading = known_entry(id, READINGS, "reading")
    content = {
        **reading_content(reading, words),
        "open in": list(reading.open_in),
        "decides": reading.decides,
        "clauses": clause_texts(reading.clauses, words),
    }
    print_entry(content, form)
    return 0


def editions_command(id: str | None, form: str, lang: str | None) -> int:
    """Print all editions, or one with its parameters."""
    words = language(lang)
    if id is None:
        rows = [
            {
                "id": e.id,
                say("in-force", words): e.in_force,
                say("is-law", words): say("yes-no", words).split("/")[not e.is_law],
            }
            | {say("title", words): e.title[words]}
            for e in EDITIONS.values()
        ]
        print_table(rows, form)
        return 0
    edition = known_entry(id, EDITIONS, "edition")
    parameters: list[dict[str, object]] = [
        {
            say("parameter", words): name,
            say("value", words): p.value,
            say("clause", words): p.clause,
            say("place", words): f"{CLAUSES[p.clause].source.id} {CLAUSES[p.clause].place}",
        }
        for name, p in edition.parameters.items()
    ]
    if form != "json":
        print(f"{edition.id}: {edition.title[words]}\n")
    print_table(parameters, form)
    return 0
