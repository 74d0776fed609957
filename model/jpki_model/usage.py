"""Questions about use with concrete values, and what the rules conclude: `use_question(…)`, `decide`, `derivation`.

All questions of a topic can be listed: `questions_of(topic)`. Days in it are those around the days in the matrices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product

from jpki_spec.fields import Text
from jpki_spec.rules.registry import Rule
from jpki_spec.rules.usage_matrix import nearest_rows, row_for
from jpki_spec.terms import Term
from jpki_spec.usage import MATRICES, MATRIX_OF_RULE, TOPICS, USE_FIELDS, Topic, UseField, UseValue
from jpki_spec.usage_readings import UsageLaw
from jpki_spec.usage_rulebook import usage_rulebook

from jpki_model.day import parse_day
from jpki_model.derivation import Step, derive
from jpki_model.evaluate import Compiled, Value, compile_terms

FIRST_ASKED, LAST_ASKED = date(2017, 12, 1), date(2026, 4, 1)


class UseQuestionError(ValueError):
    """Facts that are not a question of the topic; one line for people."""


@dataclass(frozen=True)
class UseQuestion:
    """A question about use: its topic, and a value for each field of the topic, in the topic's order."""

    topic: str
    facts: tuple[tuple[str, UseValue], ...]

    @property
    def values(self) -> dict[str, UseValue]:
        """The value of each field; `yes` or `no` for one that is true or false."""
        return dict(self.facts)

    def as_json(self) -> dict[str, object]:
        """As parameters of the capability `services`."""
        return {
            "topic": self.topic,
            **{name: _as_json(USE_FIELDS[name], value) for name, value in self.facts},
        }

    def text(self, lang: str) -> str:
        """In words, on one line."""
        facts = [_told(USE_FIELDS[name], value, lang) for name, value in self.facts]
        return f"{TOPICS[self.topic].text[lang]} " + ("; " if lang == "en" else "、").join(facts)


def use_question(params: Mapping[str, object]) -> UseQuestion:
    """The question that parameters of the capability `services` ask. Raises `UseQuestionError`."""
    given = dict(params)
    name = given.pop("topic", None)
    if name not in TOPICS:
        raise UseQuestionError(f"no topic {name!r}; there are {', '.join(TOPICS)}")
    topic = TOPICS[str(name)]
    if set(given) != set(topic.fields):
        raise UseQuestionError(f"a question of the topic {topic.id} states {', '.join(topic.fields)}")
    return UseQuestion(topic.id, tuple((id, _value(USE_FIELDS[id], given[id])) for id in topic.fields))


def decide(question: UseQuestion, law: UsageLaw) -> dict[str, str | bool]:
    """What the rules conclude for each outcome of the question's topic."""
    compiled = _compiled(question.topic, law)
    results = compiled(_values(question))
    outcomes = TOPICS[question.topic].outcomes
    return {name: _outcome(value) for name, value in zip(outcomes, results, strict=True)}


def derivation(question: UseQuestion, outcome: str, law: UsageLaw) -> tuple[Step, ...]:
    """The rules that decided an outcome; a matrix is told by its row.

    Where no row is for the question, the clauses are those of the rows that come nearest to it.
    """
    book = usage_rulebook(law)
    steps = derive(book.outcomes[question.topic, outcome], book, _values(question))
    return tuple(_with_row(step, question, law) for step in steps)


def questions_of(topic: Topic) -> Iterator[UseQuestion]:
    """Every question of a topic that makes sense."""
    domains = [_domain(USE_FIELDS[name]) for name in topic.fields]
    for values in product(*domains):
        question = UseQuestion(topic.id, tuple(zip(topic.fields, values, strict=True)))
        if _makes_sense(question):
            yield question


@cache
def days_asked() -> tuple[date, ...]:
    """The days from which a matrix says something else, each with its neighbours, and one before and after them all."""
    since = {row.since for matrix in MATRICES.values() for row in matrix.rows if row.since}
    near = {day + timedelta(days) for day in since for days in (-1, 0, 1)}
    return tuple(sorted({FIRST_ASKED, *near, LAST_ASKED}))


def usage_term(topic: str, outcome: str, law: UsageLaw) -> Term:
    """The term of an outcome."""
    return usage_rulebook(law).outcomes[topic, outcome]


def _domain(field: UseField) -> tuple[UseValue, ...]:
    return days_asked() if field.is_date else tuple(field.values)


def _makes_sense(question: UseQuestion) -> bool:
    """Not: a service of administrative bodies at a business, or of businesses at an administrative body."""
    values = question.values
    if question.topic != "service":
        return True
    public = values["relying_party"] == "administrative"
    return values["service"] not in (_PRIVATE_SERVICES if public else _PUBLIC_SERVICES)


_PUBLIC_SERVICES = ("portal-login", "convenience-store", "e-tax-registration", "e-tax-return")
_PRIVATE_SERVICES = ("securities-account", "housing-loan", "real-estate", "mobile-phone")


def _values(question: UseQuestion) -> dict[str, Value]:
    return dict(question.facts)


@cache
def _compiled(topic: str, law: UsageLaw) -> Compiled:
    book = usage_rulebook(law)
    return compile_terms([book.outcomes[topic, outcome] for outcome in TOPICS[topic].outcomes])


def _outcome(value: Value) -> str | bool:
    if isinstance(value, bool | str):
        return value
    raise TypeError(f"{value!r} is not an outcome of use")


def _with_row(step: Step, question: UseQuestion, law: UsageLaw) -> Step:
    used = tuple(_with_row(each, question, law) for each in step.used)
    matrix = MATRIX_OF_RULE.get(step.rule.id)
    if matrix is None:
        return replace(step, used=used)
    row = row_for(matrix.id, question.values, law)
    if row is None:
        near = nearest_rows(matrix.id, question.values, law)
        clauses = tuple(dict.fromkeys(clause for each in near for clause in each.clauses))
        return replace(step, rule=replace(step.rule, clauses=clauses), used=used)
    title = Text(
        f"{step.rule.title.en}: {row.text('en')}",
        f"{step.rule.title.ja}：{row.text('ja')}",
    )
    rule = Rule(f"{step.rule.id}.{row.id}", title, row.clauses, step.rule.function)
    return Step(rule, step.value, step.conditions, used)


def _value(field: UseField, value: object) -> UseValue:
    if field.is_date:
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except ValueError as error:
            raise UseQuestionError(f"{field.id}: {error}") from None
    if field.is_boolean:
        if not isinstance(value, bool):
            raise UseQuestionError(f"{field.id}: {value!r} is not true or false")
        return "yes" if value else "no"
    if value not in field.values:
        raise UseQuestionError(f"{field.id}: no {value!r}; there are {', '.join(field.values)}")
    return str(value)


def _as_json(field: UseField, value: UseValue) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value == "yes" if field.is_boolean else value


def _told(field: UseField, value: UseValue, lang: str) -> str:
    told = value.isoformat() if isinstance(value, date) else field.values[str(value)][lang]
    return f"{field.text[lang]}: {told}" if lang == "en" else f"{field.text[lang]}：{told}"
