"""What is not in the language of predicates: one line that says where and what is allowed, and nothing is run."""

import builtins
import os
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jpki_oracle.ask.predicate import Predicate, PredicateError, parse
from jpki_spec.laws import law

CURRENT = law("2024-05-27")
LONGEST_MESSAGE = 1000


def refusal(text: str) -> str:
    """The message with which a text is refused; it is one line that a terminal can show."""
    with pytest.raises(PredicateError) as caught:
        parse(text, CURRENT)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def either_or(text: str) -> None:
    """The text is a predicate, or refused in one line; there is no third thing."""
    message = ""
    try:
        assert isinstance(parse(text, CURRENT), Predicate)
    except PredicateError as error:
        message = str(error)
    assert len(message.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param("birth.year == 1990", "`birth.year`", id="an attribute"),
        pytest.param("birth.__class__ == age", "`birth.__class__`", id="a class"),
        pytest.param("__import__('os') == age", "`__import__('os')`", id="an import"),
        pytest.param(
            "__import__('os').system('true') == 0", "`__import__('os').system('true')`", id="a shell"
        ),
        pytest.param("print(birth) == age", "`print(birth)`", id="a call"),
        pytest.param("eval('1') == age", "`eval('1')`", id="eval"),
        pytest.param("age_on() == 3", "`age_on()`", id="a call without a day"),
        pytest.param("age_on(birth, died) == 3", "`age_on(birth, died)`", id="a call with two days"),
        pytest.param("age_on(day=birth) == 3", "`age_on(day=birth)`", id="a keyword"),
        pytest.param("age_on(*birth) == 3", "`*birth`", id="a star"),
        pytest.param("card_state(**{}) == 'valid'", "`card_state(**{})`", id="two stars"),
        pytest.param("(lambda: age)() == 3", "`(lambda: age)()`", id="a lambda that is called"),
        pytest.param("lambda: age < 3", "`lambda: age < 3`", id="a lambda"),
        pytest.param(
            "[age for age in (1, 2)] == age", "`[age for age in (1, 2)]`", id="a list comprehension"
        ),
        pytest.param("{age for age in (1, 2)} == age", "`{age for age in (1, 2)}`", id="a set comprehension"),
        pytest.param("(age for age in (1, 2)) == age", "`(age for age in (1, 2))`", id="a generator"),
        pytest.param("{1: 2} == age", "`{1: 2}`", id="a dictionary"),
        pytest.param("birth[0] == 1", "`birth[0]`", id="a subscript"),
        pytest.param("(y := age) == 1", "`y := age`", id="a walrus"),
        pytest.param("f'{age}' == '3'", "`f'{age}'`", id="an f-string"),
        pytest.param("residence == b'citizen'", "`b'citizen'`", id="bytes"),
        pytest.param("age < 1.5", "`1.5`", id="a fraction"),
        pytest.param("age < 1e400", "`1e400`", id="infinity"),
        pytest.param("age < 3j", "`3j`", id="an imaginary number"),
        pytest.param("age < ...", "`...`", id="an ellipsis"),
        pytest.param("age == None", "`None`", id="None without is"),
        pytest.param("age * 2 < 40", "`age * 2`", id="a product"),
        pytest.param("age // 2 < 40", "`age // 2`", id="a quotient"),
        pytest.param("age ** 9 < 40", "`age ** 9`", id="a power"),
        pytest.param("age @ 2 < 40", "`age @ 2`", id="a matrix product"),
        pytest.param("age << 2 < 40", "`age << 2`", id="a shift"),
        pytest.param("~age < 40", "`~age`", id="a complement"),
        pytest.param("await birth", "`await birth`", id="await"),
    ],
)
def test_a_form_that_is_not_in_the_language_is_quoted(text, part):
    assert refusal(text).startswith(part)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("birth == 3", "two different kinds", id="a date and a number"),
        pytest.param("birth == residence", "two different kinds", id="a date and a choice"),
        pytest.param("'abc' == 3", "is a text", id="a text and a number"),
        pytest.param("age < '18'", "is a text", id="a number and a text"),
        pytest.param("'a' == 'a'", "is a text", id="two texts"),
        pytest.param("(age < 18) == 1", "compares a condition", id="a condition and a number"),
        pytest.param("age < 18 < died", "two different kinds", id="a chain of two kinds"),
        pytest.param("residence < 'limited'", "has no order", id="an order of choices"),
        pytest.param("True < False", "has no order", id="an order of conditions"),
        pytest.param("1 < 2", "has no order", id="an order without anything unknown"),
        pytest.param(
            "residence == 'alien'", "citizen, permanent, limited, landing, transitional", id="no such choice"
        ),
        pytest.param("residence in ('citizen', 'alien')", "'alien'", id="no such choice in a list"),
        pytest.param("card_state('2024-01-01') == 'revoked!'", "lapsed", id="no such state"),
        pytest.param("card_state('2024-01-01') < 'valid'", "has no order", id="an order of states"),
        pytest.param("card_issued", "is not a condition", id="a date alone"),
        pytest.param("age", "is not a condition", id="a number alone"),
        pytest.param("residence", "is not a condition", id="a choice alone"),
        pytest.param("'2024-01-01'", "is not a condition", id="a day alone"),
        pytest.param("3", "is not a condition", id="a numeral alone"),
        pytest.param("not age", "is not a condition", id="not of a number"),
        pytest.param("age < 18 and birth", "is not a condition", id="and of a date"),
        pytest.param("age < 18 if birth else True", "is not a condition", id="if of a date"),
        pytest.param("birth < (3 if age < 18 else died)", "two different kinds", id="if of two kinds"),
        pytest.param(
            "age == (residence if age < 18 else correction)", "two different kinds", id="if of choices"
        ),
        pytest.param("age is None", "is not a date", id="a number is None"),
        pytest.param("residence is None", "is not a date", id="a choice is None"),
        pytest.param("birth is died", "`is` is for None", id="is of two dates"),
        pytest.param("birth is 3", "`is` is for None", id="is of a number"),
        pytest.param("None is None", "`is` is for None", id="None is None"),
        pytest.param("birth is None is None", "`is` is for None", id="is in a chain"),
        pytest.param("age in 18", "`in` takes a list", id="in a number"),
        pytest.param("residence in 'citizen'", "`in` takes a list", id="in a text"),
        pytest.param("age_on(3) == 3", "is not a day", id="the age on a number"),
        pytest.param("year(age) == 3", "is not a day", id="the year of a number"),
        pytest.param("birth + 3 < died", "add days(n) or months(n)", id="a number added to a date"),
        pytest.param("birth + died < died", "add days(n) or months(n)", id="a date added to a date"),
        pytest.param("birth + days(age) < died", "add days(n) or months(n)", id="unknown days"),
        pytest.param("birth + days(1.5) < died", "add days(n) or months(n)", id="a fraction of days"),
        pytest.param("birth + days(True) < died", "add days(n) or months(n)", id="a truth as days"),
        pytest.param("birth + days(3701) < died", "3700", id="too many days"),
        pytest.param("birth + months(241) < died", "240", id="too many months"),
        pytest.param("birth + days(9999999999999999999) < died", "3700", id="a huge number of days"),
        pytest.param("birth + years(1) < died", "add days(n) or months(n)", id="years"),
        pytest.param("days(1) + birth < died", "days(1)", id="days first"),
        pytest.param("age + (age < 3) < 4", "cannot be added", id="a condition added to a number"),
        pytest.param("residence + 'x' == 'x'", "cannot be added", id="a text added to a choice"),
    ],
)
def test_things_of_different_kinds_are_not_mixed(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("residence", "correction"),
        ("card_renewal", "signature_renewal"),
        ("signature_renewal", "authentication_renewal"),
        ("residence", "card_state('2024-01-01')"),
    ],
)
@pytest.mark.parametrize("operator", ["==", "!="])
def test_two_choices_of_different_kinds_are_not_compared(one, operator, other):
    refusal(f"{one} {operator} {other}")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("birht < died", "did you mean birth?"),
        ("card_expire > birth", "did you mean card_expires?"),
        ("signature_expiry > birth", "did you mean signature_expires?"),
        ("Age < 18", "did you mean age?"),
        ("card_states == 'valid'", "did you mean card_state?"),
    ],
)
def test_a_name_that_is_almost_right_gets_a_hint(text, hint):
    assert hint in refusal(text)


@pytest.mark.parametrize("name", ["xyzzy", "os", "__builtins__", "self", "LIFE", "never", "年齢"])
def test_a_name_that_is_none_is_quoted(name):
    assert refusal(f"{name} < died").startswith(f"`{name}` (column 1) is not a name")


@pytest.mark.parametrize(
    ("text", "column"), [("age < 18 and brth < died", 14), ("birth < '2023-02-29'", 9), ("(age < 1.5)", 8)]
)
def test_the_column_is_named(text, column):
    assert f"(column {column})" in refusal(text)


@pytest.mark.parametrize(
    "day",
    [
        "2023-02-29",  # no leap year
        "1900-02-29",  # no leap year, though a multiple of four
        "2024-04-31",
        "2024-13-01",
        "2024-00-10",
        "0000-01-01",
        "1867-12-31",  # before the calendar of lives
        "2401-01-01",  # after it
        "9999-12-31",
        "24-1-1",
        "2024/02/29",
        "20240229",
        "2024-02-29T00:00",
        " 2024-02-29",
        "２０２４-02-29",
        "令和6年2月29日",
        "today",
        "",
    ],
)
@pytest.mark.parametrize(
    "text", ["birth < '{}'", "'{}' + days(1) == died", "age_on('{}') == 3", "died in ('{}',)"]
)
def test_a_day_that_does_not_exist_is_refused(text, day):
    assert "is no day" in refusal(text.format(day))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t\n", id="spaces"),
        pytest.param("# a comment", id="a comment alone"),
        pytest.param("age <", id="half an expression"),
        pytest.param("age < 18;", id="a semicolon"),
        pytest.param("age = 18", id="an assignment"),
        pytest.param("import os", id="a statement"),
        pytest.param("age < 18\ndied is None", id="two lines"),
        pytest.param("age < 18 && died is None", id="another language's and"),
        pytest.param("yield age", id="yield"),
        pytest.param("(age < 18", id="an open bracket"),
        pytest.param("'2024-01-01 < birth", id="an open quotation"),
        pytest.param("age < 018", id="a leading zero"),
        pytest.param("age < 18\0", id="a null character"),
        pytest.param("\ud800 < birth", id="half a surrogate pair"),
        pytest.param("age ＜ 18", id="a full-width sign"),
        pytest.param("\x1b[31mage\x1b[0m < 18", id="a colour code"),
        pytest.param("\ufeffage < 18 $", id="a byte-order mark"),
    ],
)
def test_what_is_no_expression_is_refused_with_an_example(text):
    assert "an example: signature_expires < card_expires and age < 18" in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(birth\n<\n3)", id="a comparison"),
        pytest.param("(\nbirth.\nyear\n== 3)", id="an attribute"),
        pytest.param("(print(\n1) == 3)", id="a call"),
        pytest.param("birth < '''2024\n-01-01'''", id="a day"),
    ],
)
def test_a_text_of_several_lines_is_refused_on_one(text):
    refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("age < 8000", id="too large"),
        pytest.param("age > -8000", id="too small"),
        pytest.param("age < 99999999999999999999", id="huge"),
        pytest.param("age > -99999999999999999999", id="huge and negative"),
        pytest.param(f"age < {'9' * 4000}", id="4000 digits"),
        pytest.param(f"age < {'9' * 100_000}", id="100,000 digits"),
        pytest.param("age == 10 ** 9", id="a power"),
    ],
)
def test_a_number_beyond_all_ages_and_years_is_refused(text):
    refusal(text)


DEEP = {
    "10000 parentheses": "(" * 10_000 + "age < 18" + ")" * 10_000,
    "10000 open parentheses": "(" * 10_000,
    "5000 not": "not " * 5000 + "age < 18",
    "900 not": "not " * 900 + "age < 18",
    "400 not": "not " * 400 + "age < 18",
    "5000 minus signs": "-" * 5000 + "1 < age",
    "900 sums": "age" + " + 1" * 900 + " < 5",
    "400 sums": "age" + " + 1" * 400 + " < 5",
    "900 days": "birth" + " + days(1)" * 900 + " < died",
    "900 attributes": "age" + ".x" * 900 + " < 5",
    "50000 attributes": "age" + ".x" * 50_000 + " < 5",
    "900 calls": "year(" * 900 + "birth" + ")" * 900 + " < 5",
    "900 lists": "age in " + "[" * 900 + "]" * 900,
    "150 nested ifs": "age < " + "(1 if died is None else " * 150 + "2" + ")" * 150,
    "900 ifs": "age < 3 if died is None else " * 900 + "age < 4",
    "900 lambdas": "lambda: " * 900 + "age",
    "900 powers": "2" + " ** 2" * 900 + " < age",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_a_deep_text_is_a_predicate_or_refused_and_nothing_else(text):
    either_or(text)


MEGABYTE = 1_000_000
LARGE = {
    "a name": "x" * MEGABYTE,
    "a quotation": f"birth < '{'x' * MEGABYTE}'",
    "digits": f"age < {'9' * MEGABYTE}",
    "spaces": f"age {' ' * MEGABYTE}",
    "no expression": "age " * (MEGABYTE // 4),
    "wrong kinds": f"birth == ({'1,' * (MEGABYTE // 2)})",
    "a call": f"print({'1,' * (MEGABYTE // 2)})",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_a_megabyte_is_refused_soon_and_briefly(text):
    started = time.monotonic()
    message = refusal(text)
    assert time.monotonic() - started < 10
    assert len(message) < LONGEST_MESSAGE


def test_nothing_of_a_predicate_is_executed(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr(os, "system", ran.append)
    monkeypatch.setattr(builtins, "print", lambda *args: ran.append(args))
    monkeypatch.chdir(tmp_path)
    for text in (
        "__import__('os').system('touch x') == 0",
        "print('x') == 0",
        "open('x', 'w') == 0",
        "[print('x') for x in (1,)] == 0",
        "(lambda: print('x'))() == 0",
        "f'{print(1)}' == residence",
        "age_on(print('x')) == 3",
        "residence in (print('x'),)",
        "birth + days(print('x')) < died",
        "exec('print(1)')",
    ):
        refusal(text)
    assert ran == []
    assert list(tmp_path.iterdir()) == []


FRAGMENTS = st.sampled_from(
    [
        "birth",
        "died",
        "age",
        "residence",
        "card_expires",
        "card_issued",
        "correction",
        "signature_renewal",
        "'2024-02-29'",
        "'citizen'",
        "'valid'",
        "18",
        "-1",
        "7999",
        "True",
        "None",
        "(",
        ")",
        "[",
        "]",
        ",",
        "and",
        "or",
        "not",
        "if",
        "else",
        "is",
        "in",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        ".",
        ":",
        "days(1)",
        "months(3)",
        "age_on(",
        "year(",
        "weekday(",
        "card_state(",
        "signature_issuable",
        "lambda",
        "x",
        "\n",
        "#",
        "'",
        '"',
        "\\",
        "=",
        ":=",
        "for",
    ]
)
VALID = (
    "signature_expires < card_expires and age < 18",
    "birth < card_issued < '2024-02-29' + days(3) or not died is None",
    "card_state('2024-01-01') == 'valid' if residence in ('limited', 'landing') else True",
    "year(birth) + 1 == weekday(died) - 2 or age_on('2024-02-29') != -1",
    "card_issued == (died if age < 18 else birth - months(3))",
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid predicate with a few places deleted, doubled, moved or replaced."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        filling = draw(st.one_of(FRAGMENTS, st.text(max_size=4), st.just(text[start:end] * 2), st.just("")))
        text = text[:start] + filling + text[end:]
    return text


SETTINGS = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@SETTINGS
@given(st.text())
@example("age < 18 if")
def test_any_text_is_a_predicate_or_refused(text):
    either_or(text)


@SETTINGS
@given(st.lists(FRAGMENTS, max_size=14).map(" ".join))
@example("residence == correction")
def test_any_words_of_the_language_are_a_predicate_or_refused(text):
    either_or(text)


@SETTINGS
@given(mutated())
def test_a_valid_predicate_with_errors_is_a_predicate_or_refused(text):
    either_or(text)
