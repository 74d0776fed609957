"""Which clauses the packs reach: computed from rules and scenarios, so that a pack that loses a question shows."""

import pytest
from jpki_oracle import coverage as module
from jpki_oracle.coverage import coverage, reached
from jpki_oracle.services.case import UseScenario
from jpki_oracle.services.shipped import use_scenarios
from jpki_spec.clauses import CLAUSES, INFORMATIVE, Clause


def test_every_clause_of_the_source_that_is_a_rule_is_reached_by_a_pack() -> None:
    assert [each.clause.id for each in coverage("mic-2017") if each.is_missing] == []


def test_clauses_of_the_law_that_nothing_asks_about_are_told() -> None:
    """`clauses --coverage --source` is no formality: these are rules without a question."""
    missing = {each.clause.id for each in coverage("number-act-order") if each.is_missing}
    assert "order-lapse-outside-register-act" in missing
    assert "order-lapse-not-presented" not in missing


@pytest.mark.parametrize(
    ("clause", "lost"),
    [
        ("service-mortgage", lambda values: values.get("service") == "housing-loan"),
        ("register-provides-changes", lambda values: values.get("information") == "changes"),
        ("free-area-state", lambda values: values.get("area_user") == "state"),
        ("issue-step-3", lambda values: values.get("step") == "inform"),
    ],
)
def test_a_pack_without_the_questions_does_not_reach_the_clause(
    clause: str, lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> list[UseScenario]:
        return [each for each in use_scenarios() if not lost(each.use_question.values)]

    assert "services" in reached()[clause]
    monkeypatch.setattr(module, "use_scenarios", kept)
    assert "services" not in reached().get(clause, {})


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_what_is_informative_says_why(clause: Clause) -> None:
    if clause.kind == "informative":
        assert clause.because in INFORMATIVE
    else:
        assert clause.because == ""


def test_every_reason_why_a_clause_is_informative_is_used() -> None:
    assert {clause.because for clause in CLAUSES.values()} - {""} == set(INFORMATIVE)
