"""The clauses: each is stated once, in both languages, with its place, and rules stand on them."""

import tomllib
from importlib.resources import files

import pytest
from jpki_spec.clauses import CLAUSES, SOURCES, Clause, Source, relevant
from jpki_spec.fields import read_toml
from jpki_spec.laws import EDITIONS
from jpki_spec.rules.registry import RULES

ROWS = read_toml("clauses.toml")["clause"]


def test_the_ids_of_clauses_are_unique() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) == len(CLAUSES)


def test_every_source_is_cited_and_every_cited_source_exists() -> None:
    assert {clause.source.id for clause in CLAUSES.values()} == set(SOURCES)


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_is_stated_in_both_languages_with_its_place(clause: Clause) -> None:
    assert clause.text.en.strip().endswith((".", ")", "”", '"'))
    assert clause.text.ja.strip().endswith(("。", "）", "」"))
    assert clause.place.strip()
    assert clause.kind in ("rule", "definition", "informative")


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_how_a_clause_was_seen_is_told_for_everything_but_the_slides(clause: Clause) -> None:
    known = {None} if clause.source.id == "mic-2017" else {"text", "paraphrase", "remembered"}
    assert clause.confidence in known


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_has_a_title_in_both_languages(source: Source) -> None:
    assert source.title.en.isascii()
    assert not source.title.ja.isascii()


def test_no_clause_of_a_source_is_worded_twice() -> None:
    texts = [(clause.source.id, clause.text.en) for clause in CLAUSES.values()]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    "id", sorted({p.clause for edition in EDITIONS.values() for p in edition.parameters.values()})
)
def test_what_an_edition_takes_its_numbers_from_is_what_a_rule_states(id: str) -> None:
    """A clause of law that gives a parameter its value has to be cited by a rule, else nobody is told of it."""
    clause = CLAUSES[id]
    cited = {clause for rule in RULES.values() for clause in rule.clauses}
    if clause.kind == "rule" and clause.source.law:
        assert id in cited


def test_the_numbers_cite_clauses_that_exist() -> None:
    content = tomllib.loads(files("jpki_spec").joinpath("numbers.toml").read_text(encoding="utf-8"))
    assert {value["clause"] for form in content.values() for value in form.values()} <= set(CLAUSES)


def test_the_slides_stand_on_their_own_clauses_and_the_law_on_its() -> None:
    ids = ["card-validity-adult", "ordinance-card-validity", "card-validity-adult"]
    assert relevant(ids, "mic-2017") == ["card-validity-adult"]
    assert relevant(ids, "2024-05-27") == ["ordinance-card-validity"]
    assert relevant(["card-validity-adult"], "2024-05-27") == ["card-validity-adult"]
