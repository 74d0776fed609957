"""What the tables of rules and readings of every kind have in common, and one entry of a table in full."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from jpki_spec.answers import Question
from jpki_spec.clauses import CLAUSES
from jpki_spec.rules.registry import Rule

from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json
from jpki_oracle.language import say

Entry = TypeVar("Entry")


def known_entry(id: str, table: Mapping[str, Entry], what: str) -> Entry:
    """The entry of that id. Raises `CommandFailure`, which says how to list them."""
    if id not in table:
        raise CommandFailure(f"no {what} {id!r}; `jpki-oracle {what}s` lists them")
    return table[id]


def print_entry(content: Mapping[str, object], form: str) -> None:
    """One entry, a name and its value a line, or as JSON."""
    if form == "json":
        print_json(content)
        return
    for key, value in content.items():
        if isinstance(value, Mapping):
            print(f"{key}:")
            for name, text in value.items():
                print(f"  {name}: {text}")
        elif value is not None:
            shown = ", ".join(str(each) for each in value) if isinstance(value, list) else value
            print(f"{key}: {shown}")


def rule_rows(rules: Mapping[str, Rule], words: str) -> list[dict[str, object]]:
    """Rules by id, with the clauses and facts that they stand on."""
    return [
        {
            "id": rule.id,
            say("title", words): rule.title[words],
            say("clauses", words): [*rule.clauses, *rule.facts],
        }
        for _, rule in sorted(rules.items())
    ]


def reading_row(question: Question, open_in: object, words: str) -> dict[str, object]:
    """An open question with its answers, the default with an asterisk, and where it is open."""
    answers = (f"{answer} *" if answer == question.default else answer for answer in question.alternatives)
    return {
        "id": question.id,
        say("question", words): question.question[words],
        say("answers", words): ", ".join(answers),
        say("open-in", words): open_in,
    }


def reading_content(question: Question, words: str) -> dict[str, object]:
    """An open question in full: its answers in words, the default and why; each kind says more."""
    return {
        "id": question.id,
        "question": question.question[words],
        "answers": {answer: text[words] for answer, text in question.alternatives.items()},
        "default": question.default,
        "why": question.why[words],
    }


def clause_texts(ids: Iterable[str], words: str) -> dict[str, str]:
    """What clauses say, by their ids."""
    return {clause: CLAUSES[clause].text[words] for clause in ids}
