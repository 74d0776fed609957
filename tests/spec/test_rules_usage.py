"""The rules of use and their data: what rows cite exists, rows do not overlap, rules read their topic's fields only."""

from itertools import combinations

import pytest
import z3
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS, UnknownLaw, law
from jpki_spec.rules.registry import CARD_RULES, RULES, USAGE_RULES
from jpki_spec.rules.usage_matrix import rows_of
from jpki_spec.terms import Term
from jpki_spec.usage import MATRICES, TOPICS, USE, USE_FIELDS, USE_OUTCOMES, Matrix, Topic
from jpki_spec.usage_readings import (
    USAGE_READINGS,
    UnknownUsageReading,
    UsageReading,
    usage_law,
    usage_law_of,
)
from jpki_spec.usage_rulebook import usage_rulebook

LAWS = [usage_law(law(edition)) for edition in EDITIONS]


def constants_in(term: Term) -> set[str]:
    """The names of the fields that a term reads."""
    if term.num_args() == 0 and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        return {str(term.decl().name())}
    return set().union(*(constants_in(child) for child in term.children()))


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_every_row_of_a_matrix_cites_clauses_that_exist(matrix: Matrix) -> None:
    assert all(row.clauses for row in matrix.rows)
    assert set(matrix.clauses) <= set(CLAUSES)


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_the_rule_of_a_matrix_cites_the_clauses_of_its_rows(matrix: Matrix) -> None:
    assert list(USAGE_RULES[matrix.rule].clauses) == matrix.clauses


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_a_row_names_fields_and_values_that_exist(matrix: Matrix) -> None:
    for row in matrix.rows:
        for name, values in row.when.items():
            assert set(values) <= set(USE_FIELDS[name].values)


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
@pytest.mark.parametrize("current", LAWS, ids=str)
def test_no_two_rows_are_for_the_same_question(matrix: Matrix, current) -> None:
    for one, other in combinations(rows_of(matrix.id, current), 2):
        solver = z3.Solver()
        solver.add(one.holds(USE), other.holds(USE))
        assert solver.check() == z3.unsat, (one.id, other.id)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=TOPICS)
def test_the_rules_of_a_topic_read_the_fields_of_the_topic(topic: Topic) -> None:
    read: set[str] = set()
    for current in LAWS:
        book = usage_rulebook(current)
        for outcome in topic.outcomes:
            read |= constants_in(book.outcomes[topic.id, outcome])
    assert read <= set(topic.fields)


def test_every_field_and_outcome_belongs_to_a_topic() -> None:
    assert {name for topic in TOPICS.values() for name in topic.fields} == set(USE_FIELDS)
    assert {name for topic in TOPICS.values() for name in topic.outcomes} == set(USE_OUTCOMES)


def test_rules_of_use_have_ids_of_their_own_and_cite_clauses_that_exist() -> None:
    assert not set(USAGE_RULES) & {*RULES, *CARD_RULES}
    assert {clause for rule in USAGE_RULES.values() for clause in rule.clauses} <= set(CLAUSES)


def test_all_editions_that_are_not_the_slides_have_the_same_rules_of_use() -> None:
    """The suite is complete for two laws, so no edition may differ from both."""
    slides, *others = (usage_rulebook(current).outcomes for current in LAWS)
    assert LAWS[0].is_of_the_slides
    assert all(other[key].eq(others[0][key]) for other in others for key in slides)


@pytest.mark.parametrize("reading", USAGE_READINGS.values(), ids=USAGE_READINGS)
def test_an_open_question_makes_a_difference_where_it_is_open(reading: UsageReading) -> None:
    assert reading.default in reading.alternatives
    assert set(reading.clauses) <= set(CLAUSES)
    for edition in reading.open_in:
        default = usage_rulebook(usage_law_of(edition, {})).outcomes
        for answer in set(reading.alternatives) - {reading.default}:
            other = usage_rulebook(usage_law_of(edition, {reading.id: answer})).outcomes
            assert any(not other[key].eq(term) for key, term in default.items())


def test_a_question_that_an_edition_settles_cannot_be_answered_otherwise() -> None:
    with pytest.raises(UnknownUsageReading, match="2024-05-27 settles 'full-entries-field'"):
        usage_law_of("2024-05-27", {"full-entries-field": "same-field"})


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"full-entries-field": "nowhere"}, UnknownUsageReading),
        ({"no-such-question": "yes"}, UnknownLaw),
    ],
)
def test_answers_that_do_not_exist_are_refused(answers: dict[str, str], error: type[ValueError]) -> None:
    with pytest.raises(error):
        usage_law_of("mic-2017", answers)
