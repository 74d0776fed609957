"""The world and the rules, two statements of the same clauses, agree on every life that both can express."""

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import jpki_model.world
import pytest
from hypothesis import given, settings
from jpki_model.agreement import REASONS, compare
from jpki_model.day_columns import NEVER_NUMBER
from jpki_model.life import LifeRecord, life
from jpki_oracle.mutants.pool import lives_near_edges
from jpki_oracle.strategies import lives
from jpki_spec.clauses import CLAUSES
from jpki_spec.fields import DATE_FIELDS, FIELDS
from jpki_spec.laws import EDITIONS, Law, law

SOME = settings(derandomize=True, deadline=None, database=None, max_examples=60)
EPOCH = date(1970, 1, 1)
OF_EACH_CHUNK = 10
IN_EVERY_READING = ("mic-2017", "2024-05-27")
"""The others answer the same questions by the same code; a few readings of theirs are enough each time."""


def on_edges(current: Law, chunks: int, each: int) -> Iterator[LifeRecord]:
    for columns in lives_near_edges(current, chunks):
        for place in range(min(each, len(columns["birth"]))):
            numbers = {name: int(columns[name][place]) for name in FIELDS}
            yield life(
                {
                    name: (EPOCH + timedelta(number)) if name in DATE_FIELDS else FIELDS[name].values[number]
                    for name, number in numbers.items()
                    if not (name in DATE_FIELDS and number == NEVER_NUMBER)
                }
            )


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_lives_near_the_edges_in_every_reading(edition: str) -> None:
    base = law(edition)
    compared = whole = 0
    others = base.alternatives()
    for current in (base, *(others if edition in IN_EVERY_READING else others[:: len(EDITIONS)])):
        for record in on_edges(current, 4, OF_EACH_CHUNK):
            comparison = compare(record, current)
            assert comparison.differing == {}, (str(current), record.one_line())
            compared += bool(comparison.compared)
            whole += not comparison.reasons
    assert compared > 100
    assert whole > compared / 4


@pytest.mark.parametrize("edition", EDITIONS)
def test_on_lives_that_hypothesis_draws(edition: str) -> None:
    @SOME
    @given(lives(edition))
    def agree(record: LifeRecord) -> None:
        assert compare(record, law(edition)).differing == {}

    agree()


SIMPLEST = {
    "move-presumed-over": {
        "card_issued": "2024-08-10",
        "signature_issued": "2024-08-10",
        "moveout_notified": "2024-08-01",
        "moveout_planned": "2024-08-10",
    },
    "authentication-ends-on-issue-day": {
        "card_issued": "2024-06-20",
        "authentication_issued": "2024-06-20",
        "authentication_revocation_requested": "2026-08-01",
        "signature_issued": "2026-08-01",
    },
    "card-refused": {"left_japan": "2020-01-01", "card_issued": "2021-01-01"},
    "authentication-refused": {
        "card_issued": "2024-06-20",
        "card_returned": "2024-07-01",
        "authentication_issued": "2024-08-01",
    },
    "signature-refused": {
        "card_issued": "2024-06-20",
        "card_returned": "2024-07-01",
        "signature_issued": "2024-08-01",
    },
    "no-record": {
        "card_issued": "2024-06-20",
        "moveout_notified": "2024-08-01",
        "moveout_planned": "2024-08-01",
        "record_deleted": "2024-08-05",
    },
    "abroad-during-move": {
        "card_issued": "2024-06-20",
        "card_presented_abroad": "2024-06-30",
        "left_japan": "2024-07-01",
        "moved_in": "2024-07-20",
        "moveout_notified": "2024-08-01",
        "moveout_planned": "2024-08-01",
    },
}


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.id)
def test_each_reason_not_to_compare_has_a_life_that_needs_it(reason) -> None:  # type: ignore[no-untyped-def]
    record = life({"birth": "1990-06-15", **SIMPLEST[reason.id]})
    assert reason.id in compare(record, law("2024-05-27")).reasons
    assert set(reason.clauses) <= set(CLAUSES)


def test_the_world_takes_nothing_from_the_rules() -> None:
    forbidden = ("jpki_spec.rules", "jpki_spec.rulebook", "jpki_spec.terms", "jpki_model.outcome", "z3")
    for path in Path(jpki_model.world.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name and name.startswith(forbidden)], path


def test_every_clause_that_the_world_names_exists() -> None:
    named = set()
    for path in Path(jpki_model.world.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call)
            if is_call and getattr(node.func, "id", getattr(node.func, "attr", "")) in CITING:
                texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
                named |= {text for text in texts if isinstance(text, str) and " " not in text and "-" in text}
    assert len(named) > 30
    assert named <= set(CLAUSES)


CITING = (
    "Refused",
    "clause",
    "revoke",
    "lapse",
    "lapse_all",
    "revocation_happens",
    "held_card",
    "check_registered",
)
