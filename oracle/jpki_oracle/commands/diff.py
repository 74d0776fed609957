"""`diff`: what differs between two laws."""

from jpki_spec.fields import OUTPUTS
from jpki_spec.laws import Law

from jpki_oracle.ask.diff import MAIN_OUTCOMES, Difference, Kind, differences
from jpki_oracle.commands.arguments import law_from_name
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, progress
from jpki_oracle.language import language, say
from jpki_oracle.reports.listener import step_text

DEPTH = 3
"""Steps of each side's derivation that are shown."""


def diff_command(
    one: str, other: str, outputs: list[str] | None, any_life: bool, form: str, lang: str | None
) -> int:
    """Print the differences; 0 if there are none, 1 if there are, 2 if not all could be decided."""
    left, right = law_from_name(one), law_from_name(other)
    for name in outputs or ():
        if name not in OUTPUTS:
            raise CommandFailure(f"no output {name!r}; there are {', '.join(OUTPUTS)}")
    with progress() as tell:
        found = differences(left, right, tuple(outputs or MAIN_OUTCOMES), assume=not any_life, progress=tell)
    if form == "json":
        print_json({"one": str(left), "other": str(right), "differences": [_as_json(d) for d in found]})
    else:
        _print(found, left, right, form, language(lang))
    if any(difference.unknown for difference in found):
        return 2
    return 1 if any(difference.kinds for difference in found) else 0


def _as_json(difference: Difference) -> dict[str, object]:
    kinds = [
        {"rule": k.rule.id, "life": k.life.as_json(), "one": k.one, "other": k.other}
        for k in difference.kinds
    ]
    unknown = [rule.id for rule in difference.unknown]
    return {"outcome": difference.outcome, "kinds": kinds, "unknown": unknown}


def _print(found: list[Difference], one: Law, other: Law, form: str, lang: str) -> None:
    heading = "## " if form == "markdown" else ""
    same = [difference.outcome for difference in found if not difference.kinds and not difference.unknown]
    for difference in found:
        if difference.outcome in same:
            continue
        print(f"{heading}{difference.outcome}: {say('kinds', lang, count=len(difference.kinds))}")
        for number, kind in enumerate(difference.kinds, start=1):
            _print_kind(number, kind, one, other, lang)
        for rule in difference.unknown:
            print(f"   {say('unknown-rule', lang, rule=rule.id, title=rule.title[lang])}")
        print()
    if same:
        print(say("same", lang, names=", ".join(same)))


def _print_kind(number: int, kind: Kind, one: Law, other: Law, lang: str) -> None:
    print(f"\n{number}. {kind.rule.id}: {kind.rule.title[lang]}")
    print(f"   {kind.life.one_line()}")
    for law, value, why in ((one, kind.one, kind.why_one), (other, kind.other, kind.why_other)):
        print(f"   {law}: {say('none', lang) if value is None else value}")
        for depth, step in [pair for top in why for pair in top.walk()][:DEPTH]:
            print(f"     {'  ' * depth}{step_text(step, lang)}")
