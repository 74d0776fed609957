"""`properties`: proves what ought to follow from the rules."""

from collections.abc import Sequence

from jpki_model.solver import Unknown
from jpki_spec.laws import Law
from jpki_spec.properties import PROPERTIES, Property

from jpki_oracle.ask.proofs import Checked, Finding, Proven, Refuted, Vacuous, check
from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.language import language, say


def properties_command(id: str | None, edition: str | None, form: str, lang: str | None) -> int:
    """Prove and print; 0 all proven, 1 one refuted or vacuous, 2 one unknown."""
    if id is not None and id not in PROPERTIES:
        raise CommandFailure(f"no property {id!r}; `jpki-oracle properties` lists them")
    if edition is not None:
        law_argument(edition, ())
    chosen = [PROPERTIES[id]] if id else list(PROPERTIES.values())

    def laws(each: Property) -> Sequence[Law]:
        return [law for law in each.laws() if edition in (None, law.edition)]

    with progress() as tell:
        checked = list(check(chosen, laws, tell))
    if not checked:
        raise CommandFailure(f"{id} claims nothing for edition {edition}")
    words = language(lang)
    rows = [_row(each, [c for c in checked if c.property is each], words) for each in chosen]
    if form == "json":
        print_json(rows)
    else:
        print_table([row for row in rows if row["laws"]], form)
        anew = sum(each.anew for each in checked)
        print(say("distinct-proofs", words, proofs=anew, laws=len(checked)))
    findings = [each.finding for each in checked]
    if any(isinstance(finding, Unknown) for finding in findings):
        return 2
    return 0 if all(isinstance(finding, Proven) for finding in findings) else 1


def _row(each: Property, checked: list[Checked], words: str) -> dict[str, object]:
    against = [c for c in checked if not isinstance(c.finding, Proven)]
    found = "; ".join(f"{c.law}: {_text(c.finding)}" for c in against[:3])
    result = say("property-fails" if against else "property-holds", words)
    row: dict[str, object] = {"id": each.id, "property": each.statement[words], "laws": len(checked)}
    return {**row, "result": f"{result} {found}".strip()}


def _text(finding: Finding) -> str:
    match finding:
        case Refuted(life):
            return life.one_line()
        case Vacuous():
            return "no life meets its premise"
        case Unknown(why):
            return why
    return ""
