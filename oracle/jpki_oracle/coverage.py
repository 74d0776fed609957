"""Which clause is reached by which pack: by the rules that decide what the packs' scenarios expect.

`reached()` computes it from the rules and scenarios themselves. A rule of a life counts where its term is part of an
outcome that a scenario asks for; one of use where it is in the derivation of what a scenario expects.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jpki_model.derivation import Step
from jpki_model.usage import derivation
from jpki_spec.card_readings import card_readings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.clauses import CLAUSES, SLIDES, Clause
from jpki_spec.laws import CURRENT_EDITION, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.registry import CARD_RULES, Rule, Trace
from jpki_spec.terms import Term
from jpki_spec.usage import MATRIX_OF_RULE, TOPICS
from jpki_spec.usage_readings import usage_law

from jpki_oracle.card.sequences import shipped_sequences
from jpki_oracle.histories.history import SUITES as HISTORIES
from jpki_oracle.histories.history import shipped_histories
from jpki_oracle.histories.observation import Unplayable, expected
from jpki_oracle.pki import authority_case, case, status_case
from jpki_oracle.pki.vector_file import read_cases
from jpki_oracle.scenarios.scenario import Scenario, suites
from jpki_oracle.services.shipped import use_scenarios

Reached = dict[str, dict[str, list[str]]]
"""By clause: by pack the rules through which it is reached."""


@dataclass(frozen=True)
class Coverage:
    """One clause, and by pack the rules through which scenarios reach it."""

    clause: Clause
    packs: dict[str, list[str]]

    @property
    def is_missing(self) -> bool:
        """It says what shall or may be, and no scenario asks about it."""
        return self.clause.kind == "rule" and not self.packs


def coverage(source: str) -> list[Coverage]:
    """Of every clause of a source, in the source's order."""
    found = reached()
    return [
        Coverage(clause, found.get(clause.id, {}))
        for clause in CLAUSES.values()
        if clause.source.id == source
    ]


def reached() -> Reached:
    """Every clause that some pack's scenarios reach."""
    found: Reached = {}
    for pack, rule, clauses in _all():
        for clause in clauses:
            rules = found.setdefault(clause, {}).setdefault(pack, [])
            if rule not in rules:
                rules.append(rule)
    return found


Row = tuple[str, str, Iterable[str]]
"""A pack, a rule, and its clauses."""


def _all() -> Iterator[Row]:
    for each in (_of_lives, _of_histories, _of_the_card, _of_certificates, _of_use):
        yield from each()


def _of_lives() -> Iterator[Row]:
    scenarios = suites()
    for current in (law(SLIDES), law(CURRENT_EDITION)):
        book = rulebook(current)
        groups = {"validity": book.outputs, "status": book.states, "number": book.numbers}
        for pack, terms in groups.items():
            asked = _asked(scenarios, pack, current)
            for outcome in asked & set(terms):
                for rule in _rules_in(terms[outcome], book.trace):
                    yield pack, rule.id, rule.clauses


def _asked(scenarios: Iterable[Scenario], pack: str, current: Law) -> set[str]:
    return {
        scenario.outcome.removesuffix("_state")
        for scenario in scenarios
        if scenario.pack == pack and scenario.serves(current)
    }


def _of_histories() -> Iterator[Row]:
    for current in (law(SLIDES), law(CURRENT_EDITION)):
        for history in (each for suite in HISTORIES for each in shipped_histories(suite)):
            try:
                seen = expected(history, current)
            except Unplayable:
                continue  # the edition knows no such beginning
            for event, observation in zip(history.events, seen, strict=True):
                clauses = {observation.clause, *(clause for _, (_, clause) in observation.causes)}
                yield "lifecycle", f"world.{event.kind}", sorted(clauses - {""})


def _of_the_card() -> Iterator[Row]:
    card_rulebook(card_readings())
    named = dict.fromkeys(sequence.rule for sequence in shipped_sequences().sequences)
    for id in named:
        if id in CARD_RULES:
            yield "card", id, CARD_RULES[id].clauses


def _of_certificates() -> Iterator[Row]:
    for verifier_case in read_cases():
        rule = case.rule_of(verifier_case)
        yield case.VERIFIER, rule.id, rule.clauses
    for rule in authority_case.RULES.values():
        yield authority_case.AUTHORITY, rule.id, rule.clauses
    for rule in status_case.RULES.values():
        pack = rule.id.partition(".")[0]
        yield {"status": status_case.STATUS_SERVICE}.get(pack, pack), rule.id, rule.clauses


def _of_use() -> Iterator[Row]:
    for current in (usage_law(law(SLIDES)), usage_law(law(CURRENT_EDITION))):
        for scenario in use_scenarios():
            question = scenario.use_question
            for outcome in TOPICS[question.topic].outcomes:
                for step in derivation(question, outcome, current):
                    yield from _told(step)


def _told(step: Step) -> Iterator[Row]:
    """The rules of a derivation; a matrix counts by its row alone, so not where no row is for the question."""
    for _, each in step.walk():
        if each.rule.id not in MATRIX_OF_RULE:
            yield "services", each.rule.id, each.rule.clauses


def _rules_in(term: Term, trace: Trace) -> list[Rule]:
    found: dict[str, Rule] = {}
    seen: set[int] = set()
    pending = [term]
    while pending:
        node = pending.pop()
        if node.get_id() not in seen:
            seen.add(node.get_id())
            found |= {rule.id: rule for rule, _ in trace.get(node.get_id(), ())}
            pending += node.children()
    return list(found.values())
