"""`rules`, `readings` and `properties` of the card: rows for the tables, and one entry in full."""

from collections.abc import Callable, Iterator

from jpki_spec.card import CARD_SOURCES, FACTS
from jpki_spec.card_readings import CARD_READINGS, CardReadings, card_readings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.properties.card import CARD_PROPERTIES
from jpki_spec.rules.registry import CARD_RULES

from jpki_oracle.card.proofs import Broken, CardFinding, Empty, Inductive, Prover, Undecided
from jpki_oracle.card.sequences import shipped_sequences
from jpki_oracle.commands import entries
from jpki_oracle.language import say


def rule_rows(words: str) -> list[dict[str, object]]:
    """The rules of the card, by id, with the clauses and facts that they stand on."""
    card_rulebook(card_readings())
    return entries.rule_rows(CARD_RULES, words)


def rule_content(id: str, words: str) -> dict[str, object]:
    """One rule: its term under the default readings, what it stands on, the sequences on its edge."""
    rule, trace = CARD_RULES[id], card_rulebook(card_readings()).trace
    terms = [term for steps in trace.values() for traced, term in steps if traced is rule]
    return {
        "id": rule.id,
        "title": rule.title[words],
        "clauses": entries.clause_texts(rule.clauses, words),
        "facts": {fact: _fact(fact, words) for fact in rule.facts},
        "term": [str(term) for term in terms],
        "sequences": [each.id for each in shipped_sequences().sequences if each.rule == id],
    }


def reading_rows(words: str) -> list[dict[str, object]]:
    """The open questions about the card."""
    return [entries.reading_row(r, say("of-the-card", words), words) for r in CARD_READINGS.values()]


def reading_content(id: str, words: str) -> dict[str, object]:
    """One open question about the card."""
    reading = CARD_READINGS[id]
    return {
        **entries.reading_content(reading, words),
        "decides": reading.decides,
        "facts": {fact: _fact(fact, words) for fact in reading.facts},
    }


def property_rows(
    ids: list[str], words: str, progress: Callable[[int, int, str], None]
) -> Iterator[tuple[dict[str, object], list[CardFinding]]]:
    """Each property with what became of it under every reading for which it is claimed."""
    findings: dict[str, list[tuple[CardReadings, CardFinding]]] = {id: [] for id in ids}
    claimed: dict[CardReadings, list[str]] = {}
    for id in ids:
        for readings in CARD_PROPERTIES[id].readings():
            claimed.setdefault(readings, []).append(id)
    done, total = 0, sum(map(len, claimed.values()))
    for readings, properties in claimed.items():
        prover = Prover(readings)
        for id in properties:
            progress(done, total, f"{id}, {readings}")
            findings[id].append((readings, prover.prove(CARD_PROPERTIES[id])))
            done += 1
    for id, found in findings.items():
        against = [f"{readings}: {_text(f)}" for readings, f in found if not isinstance(f, Inductive)]
        result = say("property-fails" if against else "property-holds", words)
        row: dict[str, object] = {
            "id": id,
            "property": CARD_PROPERTIES[id].statement[words],
            "laws": len(found),
        }
        yield {**row, "result": f"{result} {'; '.join(against[:3])}".strip()}, [f for _, f in found]


def _text(finding: CardFinding) -> str:
    match finding:
        case Broken(before, command, after, _):
            return f"{dict(before)}, {dict(command)}: {dict(after)}"
        case Empty():
            return "nothing meets its premise"
        case Undecided(why):
            return why
    return ""


def _fact(id: str, words: str) -> str:
    fact = FACTS[id]
    return f"{fact.text[words]} [{CARD_SOURCES[fact.origin.source][words]}; {fact.origin.confidence}]"
