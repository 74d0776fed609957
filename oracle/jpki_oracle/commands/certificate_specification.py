"""`rules` and `readings` of certificates: rows for the tables, and one entry in full."""

from jpki_spec.certificate_readings import CERTIFICATE_READINGS
from jpki_spec.certificates import ALGORITHMS, CERTIFICATE_SOURCES, REQUIREMENTS
from jpki_spec.rules.registry import Rule

from jpki_oracle.commands import entries
from jpki_oracle.language import say
from jpki_oracle.pki import authority_case, case, status_case
from jpki_oracle.pki.issue_case import RULES as ISSUE_RULES

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        *status_case.RULES.values(),
        *authority_case.RULES.values(),
        *ISSUE_RULES.values(),
        case.ACCEPTED,
        *case.RULES.values(),
    )
}
"""Those by which certificates, authorities, status services, verifiers and the steps of an issue are judged."""


def rule_rows(words: str) -> list[dict[str, object]]:
    """The rules of certificates, by id, with their clauses."""
    return entries.rule_rows(RULES, words)


def rule_content(id: str, words: str) -> dict[str, object]:
    """One rule; for a requirement on certificates also its profiles, its source, and the question open about it."""
    rule = RULES[id]
    content: dict[str, object] = {"id": rule.id, "title": rule.title[words]}
    requirement = REQUIREMENTS.get(id.removeprefix("certificate."))
    if requirement and id.startswith("certificate."):
        source = f"{CERTIFICATE_SOURCES[requirement.origin.source][words]}; {requirement.origin.confidence}"
        content |= {"profiles": list(requirement.profiles), "source": source}
        if requirement.algorithm:
            content["algorithm"] = ALGORITHMS[requirement.algorithm].title[words]
        if requirement.reading:
            question = CERTIFICATE_READINGS[requirement.reading].question[words]
            content["reading"] = {requirement.reading: question}
    return {**content, "clauses": entries.clause_texts(rule.clauses, words)}


def reading_rows(words: str) -> list[dict[str, object]]:
    """The open questions about certificates."""
    open_in = say("of-certificates", words)
    return [entries.reading_row(reading, open_in, words) for reading in CERTIFICATE_READINGS.values()]


def reading_content(id: str, words: str) -> dict[str, object]:
    """One open question about certificates, with the rules whose outcome hangs on it."""
    reading = CERTIFICATE_READINGS[id]
    return {
        **entries.reading_content(reading, words),
        "rules": {rule: RULES[rule].title[words] for rule in reading.rules},
    }
