"""`answer`: all outcomes of one life, with the rules and clauses that decided each."""

from datetime import date
from pathlib import Path

from jpki_model.day import OutOfCalendar
from jpki_model.derivation import Step, derive, shown
from jpki_model.life import LifeRecord
from jpki_model.outcome import Answer, outcome_of
from jpki_spec.fields import FIELDS, ITEMS, OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook

from jpki_oracle.ask.flip import Flip, nearest_flips
from jpki_oracle.commands.arguments import day_argument, law_argument, life_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table
from jpki_oracle.language import language, say
from jpki_oracle.reports.listener import clause_text, step_json, step_text


def answer_command(
    path: Path, on: str | None, edition: str | None, readings: list[str] | None, form: str, lang: str | None
) -> int:
    """Print the outcomes; always 0."""
    law, life, day = law_argument(edition, readings), life_argument(path), day_argument(on)
    try:
        outputs: dict[str, Answer | str] = dict(outcome_of(life, law).outputs)
        states = {} if day is None else outcome_of(life, law).states(day)
        outputs |= {f"{item}_state": state for item, state in states.items()}
        why = {name: _why(name, life, law, day) for name in outputs}
        flips = nearest_flips(life, law)
    except OutOfCalendar as error:
        raise CommandFailure(f"{path}: {error}") from None
    if form == "json":
        print_json(_as_json(outputs, why, flips, law, day))
    else:
        _print(outputs, why, flips, life, law, day, form, language(lang))
    return 0


def _why(name: str, life: LifeRecord, law: Law, on: date | None) -> tuple[Step, ...]:
    book, values = rulebook(law), life.values()
    if on is not None and name.endswith("_state"):
        return derive(book.states[name.removesuffix("_state")], book, {**values, "on": on})
    return derive(book.outputs[name], book, values)


def _as_json(
    outputs: dict[str, Answer | str],
    why: dict[str, tuple[Step, ...]],
    flips: dict[str, Flip],
    law: Law,
    on: date | None,
) -> dict[str, object]:
    because = [
        {"output": name, **step_json(depth, step)}
        for name, steps in why.items()
        for top in steps
        for depth, step in top.walk()
    ]
    nearest = [
        {
            "output": f.outcome,
            "field": f.field,
            "days": f.days,
            "to": f.after,
            "was": f.was,
            "becomes": f.becomes,
        }
        for f in flips.values()
    ]
    content: dict[str, object] = {"edition": law.edition, "readings": dict(law.readings)}
    content |= {"on": on} if on else {}
    return {**content, "outputs": outputs, "because": because, "nearest_flips": nearest}


def _print(
    outputs: dict[str, Answer | str],
    why: dict[str, tuple[Step, ...]],
    flips: dict[str, Flip],
    life: LifeRecord,
    law: Law,
    on: date | None,
    form: str,
    lang: str,
) -> None:
    print(f"{say('life', lang)}: {life.one_line()}")
    print(f"{say('edition', lang)}: {law}\n")
    rows = [
        {
            say("outcome", lang): name,
            say("value", lang): say("none", lang) if value is None else value,
            say("meaning", lang): _meaning(name, on, lang),
        }
        for name, value in outputs.items()
    ]
    print_table(rows, form)
    told: set[str] = set()
    for name, value in outputs.items():
        if value is not None:
            _print_derivation(name, value, why[name], told, lang)
    _print_clauses(why, outputs, lang)
    if flips:
        print(f"\n{say('flips', lang)}")
        for flip in flips.values():
            print(f"  {flip_text(flip, lang)}")


def _print_derivation(name: str, value: object, steps: tuple[Step, ...], told: set[str], lang: str) -> None:
    print(f"\n{name} = {value}")
    hidden: int | None = None
    for top in steps:
        for depth, step in top.walk():
            if hidden is not None and depth > hidden:
                continue
            hidden = None
            if step.rule.id in told and step.used:
                print(f"  {'  ' * depth}{step.rule.id} = {shown(step.value)}  ({say('see-above', lang)})")
                hidden = depth
                continue
            told.add(step.rule.id)
            print(f"  {'  ' * depth}{step_text(step, lang)}")


def _print_clauses(why: dict[str, tuple[Step, ...]], outputs: dict[str, Answer | str], lang: str) -> None:
    steps = [step for name, tops in why.items() if outputs[name] is not None for step in tops]
    clauses = dict.fromkeys(clause for step in steps for clause in step.clauses())
    print(f"\n{say('clauses', lang)}")
    for clause in clauses:
        print(f"  {clause_text(clause, lang)}")


def _meaning(name: str, on: date | None, lang: str) -> str:
    if name in OUTPUTS:
        return OUTPUTS[name].meaning[lang]
    item = name.removesuffix("_state")
    return say("state-on", lang, item=say(item, lang) if item in ITEMS else item, day=on)


def flip_text(flip: Flip, lang: str) -> str:
    """A flip in words."""
    was, becomes = (say("none", lang) if v is None else v for v in (flip.was, flip.becomes))
    direction = say("days-later" if flip.days > 0 else "days-earlier", lang, days=abs(flip.days))
    meaning = FIELDS[flip.field].meaning[lang]
    return say(
        "flip", lang, field=flip.field, meaning=meaning, direction=direction, to=flip.after,
        outcome=flip.outcome, was=was, becomes=becomes,
    )  # fmt: skip
