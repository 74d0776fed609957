"""One wrong answer in words, line by line; what the terminal's report, `explore` and pytest have in common."""

from jpki_spec.clauses import relevant

from jpki_oracle.judge import Difference
from jpki_oracle.language import say
from jpki_oracle.reports.listener import answer_text, clause_text, effect_text, reading_text, step_text

DEEPEST = 4
"""How deep a derivation is shown in a report; `answer` shows all of it."""
LABEL_WIDTH = {"en": 12, "ja": 8}


def wrong_text(difference: Difference, lang: str) -> str:
    """What was expected and what was observed instead."""
    expected, observed = (answer_text(value, lang) for value in (difference.expected, difference.observed))
    return f"{say('expected', lang)} {expected}, {say('observed', lang)} {observed}"


def labelled(label: str, text: str, lang: str) -> str:
    """A line that begins with a phrase, or with as much room where the phrase of the line before holds on."""
    word = say(label, lang) if label else ""
    return f"   {word:<{LABEL_WIDTH[lang]}} {text}"


def reason_lines(difference: Difference, lang: str) -> list[str]:
    """Who is hit by a wrong answer, the reading under which it is right, the derivation, and the clauses."""
    lines: list[tuple[str, str]] = []
    effect = effect_text(difference, lang)
    if effect:
        lines.append(("effect", effect))
    for question, answer in difference.readings:
        _, meaning = reading_text(question, answer, lang)
        lines.append(("reading", f"{question} = {answer} ({meaning})"))
    steps = [pair for step in difference.why for pair in step.walk()]
    for depth, step in (pair for pair in steps if pair[0] < DEEPEST):
        lines.append(("because" if depth == 0 else "", "  " * depth + step_text(step, lang)))
    for place, clause in enumerate(nearest_clauses(difference)):
        lines.append(("clause" if place == 0 else "", clause_text(clause, lang)))
    return [labelled(label, text, lang) for label, text in lines]


def nearest_clauses(difference: Difference) -> list[str]:
    """The clauses and facts of the rules nearest to the outcome, at most three of each."""
    steps = [step for top in difference.why for _, step in top.walk()][:3]
    clauses = relevant((clause for step in steps for clause in step.rule.clauses), difference.edition)
    return [*clauses[:3], *list(dict.fromkeys(fact for step in steps for fact in step.rule.facts))[:3]]
