"""The register of rules: every rule cites clauses, is in force somewhere, and leaves a trace when it is applied."""

import pytest
import z3
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules import registry
from jpki_spec.rules.registry import RULES, Rule, rule, tracing
from jpki_spec.terms import LIFE, Date, Life

LAWS = [each for edition in EDITIONS for each in (law(edition), *law(edition).alternatives("numbers"))]


@pytest.fixture
def own_rules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Rule]:
    """An empty register, for rules made in a test."""
    rules: dict[str, Rule] = {}
    monkeypatch.setattr(registry, "RULES", rules)
    return rules


@pytest.mark.parametrize("each", RULES.values(), ids=RULES)
def test_a_rule_cites_clauses_that_exist(each: Rule) -> None:
    assert each.clauses
    assert set(each.clauses) <= set(CLAUSES)
    assert len(each.clauses) == len(set(each.clauses))


@pytest.mark.parametrize("each", RULES.values(), ids=RULES)
def test_a_rule_has_a_title_in_both_languages(each: Rule) -> None:
    assert each.title.en.strip()
    assert not each.title.en.endswith(".")
    assert each.title.ja.strip()
    assert not each.title.ja.isascii()


@pytest.mark.parametrize("id", RULES)
def test_a_rule_is_called_by_its_subject_and_its_name(id: str) -> None:
    subject, name = id.split(".")
    assert subject in ("validity", "moves", "revocation", "states", "issuance", "number")
    assert name == name.lower()


def test_titles_tell_rules_apart() -> None:
    assert len({each.title.en for each in RULES.values()}) == len(RULES)
    assert len({each.title.ja for each in RULES.values()}) == len(RULES)


def test_every_rule_is_applied_under_some_law() -> None:
    applied = {each.id for current in LAWS for steps in rulebook(current).trace.values() for each, _ in steps}
    assert set(RULES) - applied == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_trace_of_a_law_has_registered_rules_under_the_ids_of_their_terms(edition: str) -> None:
    for key, steps in rulebook(law(edition)).trace.items():
        for each, term in steps:
            assert RULES[each.id] is each
            assert term.get_id() == key


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_dated_output_of_the_law_is_the_term_of_a_rule(edition: str) -> None:
    book = rulebook(law(edition))
    silent = {"card_renewable_from", "signature_renewable_from", "authentication_renewable_from"}
    for name, term in book.outputs.items():
        if not (edition == "mic-2017" and name in silent):  # the slides speak of no renewal
            assert term.get_id() in book.trace, name


def test_a_rule_takes_its_title_from_its_docstring(own_rules: dict[str, Rule]) -> None:
    @rule("test.plain", ja="試験", clauses=["act-card-validity"])
    def plain(life: Life, law: Law) -> Date:
        """A plain rule.

        With more to say.
        """
        return life.birth

    assert own_rules["test.plain"].title.en == "A plain rule"
    assert own_rules["test.plain"].title.ja == "試験"
    assert plain(LIFE, law("mic-2017")).term.eq(LIFE.birth.term)


def test_two_rules_cannot_have_one_id(own_rules: dict[str, Rule]) -> None:
    def documented(life: Life, law: Law) -> Date:
        """A rule."""
        return life.birth

    rule("test.twice", ja="試験", clauses=["act-card-validity"])(documented)
    with pytest.raises(ValueError, match=r"two rules are called test\.twice"):
        rule("test.twice", ja="試験", clauses=["act-card-validity"])(documented)


def test_a_rule_needs_a_docstring(own_rules: dict[str, Rule]) -> None:
    def silent(life: Life, law: Law) -> Date:
        return life.birth

    with pytest.raises(ValueError, match=r"rule test\.silent has no docstring"):
        rule("test.silent", ja="試験", clauses=["act-card-validity"])(silent)


def test_tracing_notes_applied_rules_innermost_first_and_ends_with_the_block(
    own_rules: dict[str, Rule],
) -> None:
    @rule("test.inner", ja="内", clauses=["act-card-validity"])
    def inner(life: Life, law: Law) -> Date:
        """Inner."""
        return life.birth.plus_days(1)

    @rule("test.outer", ja="外", clauses=["act-card-validity"])
    def outer(life: Life, law: Law) -> Date:
        """Outer."""
        return inner(life, law)

    current = law("mic-2017")
    with tracing() as trace:
        term = outer(LIFE, current).term
        outer(LIFE, current)
    assert [each.id for each, _ in trace[term.get_id()]] == ["test.inner", "test.outer"]
    outer(LIFE, law("2016-01-01"))
    assert len(trace) == 1


def test_a_plain_field_is_not_traced(own_rules: dict[str, Rule]) -> None:
    @rule("test.field", ja="欄", clauses=["act-card-validity"])
    def field(life: Life, law: Law) -> Date:
        """A field."""
        return life.birth

    with tracing() as trace:
        field(LIFE, law("mic-2017"))
    assert trace == {}


def test_tracing_gives_the_terms_that_are_built_without_it() -> None:
    current = law("2024-05-27", {"leap-age": "february-28"})
    plain = RULES["validity.card"].function(LIFE, current)
    assert isinstance(plain, Date)
    assert rulebook(current).outputs["card_expires"].eq(plain.term)
    assert z3.is_app(plain.term)
