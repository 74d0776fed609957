"""`clauses`: the statements of the sources as a table, one in full, and which packs reach them."""

from jpki_spec.clauses import CLAUSES, INFORMATIVE, SLIDES, SOURCES
from jpki_spec.laws import READINGS
from jpki_spec.rules.registry import CARD_RULES, RULES, USAGE_RULES
from jpki_spec.usage import MATRICES
from jpki_spec.usage_readings import USAGE_READINGS

from jpki_oracle.commands.entries import known_entry, print_entry
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table
from jpki_oracle.coverage import Coverage, coverage, reached
from jpki_oracle.language import language, say


def clauses_command(id: str | None, source: str | None, form: str, lang: str | None) -> int:
    """Print all clauses, those of one source, or one with the rules that state it."""
    words = language(lang)
    if source is not None:
        known_entry(source, SOURCES, "source")
    if id is None:
        rows = [
            {
                "id": c.id,
                say("source", words): c.source.id,
                say("place", words): c.place,
                say("kind", words): c.kind,
            }
            | {say("text", words): c.text[words]}
            for c in CLAUSES.values()
            if source in (None, c.source.id)
        ]
        print_table(rows, form)
        return 0
    clause = known_entry(id, CLAUSES, "clause")
    content = {
        "id": clause.id,
        "source": clause.source.title[words],
        "law": clause.source.law,
        "place": clause.place,
        "kind": clause.kind,
        "because": INFORMATIVE[clause.because][words] if clause.because else None,
        "confidence": clause.confidence,
        "text": clause.text[words],
        "rules": _rules_that_state(id),
        "packs": {pack: ", ".join(rules) for pack, rules in reached().get(id, {}).items()},
        "readings": [
            *(reading.id for reading in READINGS.values() if id in reading.clauses),
            *(reading.id for reading in USAGE_READINGS.values() if id in reading.clauses),
        ],
    }
    print_entry(content, form)
    return 0


def coverage_command(id: str | None, source: str | None, form: str, lang: str | None) -> int:
    """Print of every clause of a source which packs reach it, and why none; 1 if a rule is reached by none."""
    words = language(lang)
    if id is not None:
        raise CommandFailure("--coverage is about all clauses of a source; `clauses ID` tells of one")
    named = known_entry(source or SLIDES, SOURCES, "source")
    found = coverage(named.id)
    missing = [each for each in found if each.is_missing]
    rows = [_row(each, words) for each in found]
    if form == "json":
        print_json({**_counts(named.id, found), "clauses": rows})
        return 1 if missing else 0
    print_table(rows, form)
    print(f"\n{say('rules-reached', words, **_counts(named.id, found))}")
    for each in missing:
        print(f"{each.clause.id}: {say('not-reached', words)}")
    return 1 if missing else 0


def _row(each: Coverage, words: str) -> dict[str, object]:
    clause = each.clause
    why = ""
    if clause.because:
        why = INFORMATIVE[clause.because][words]
    elif not each.packs:
        why = say("not-reached" if each.is_missing else "definition-only", words)
    return {
        "id": clause.id,
        say("kind", words): clause.kind,
        say("reached-by", words): list(each.packs),
        say("rule", words): [
            rules[0] + (f" +{len(rules) - 1}" if len(rules) > 1 else "") for rules in each.packs.values()
        ],
        say("why-not", words): why,
    }


def _counts(source: str, found: list[Coverage]) -> dict[str, object]:
    rules = [each for each in found if each.clause.kind == "rule"]
    definitions = [each for each in found if each.clause.kind == "definition"]
    return {
        "source": source,
        "count": len(rules),
        "reached": sum(bool(each.packs) for each in rules),
        "definitions": len(definitions),
        "defined": sum(bool(each.packs) for each in definitions),
        "informative": len(found) - len(rules) - len(definitions),
    }


def _rules_that_state(id: str) -> list[str]:
    """The rules by id; of a matrix the row."""
    stated = [rule.id for rule in (*RULES.values(), *CARD_RULES.values()) if id in rule.clauses]
    in_rows = {
        f"{matrix.rule}.{row.id}": matrix.rule
        for matrix in MATRICES.values()
        for row in matrix.rows
        if id in row.clauses
    }
    whole = [
        rule.id for rule in USAGE_RULES.values() if id in rule.clauses and rule.id not in in_rows.values()
    ]
    return sorted({*stated, *in_rows, *whole})
