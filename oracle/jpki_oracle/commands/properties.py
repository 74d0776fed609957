"""`properties`: proves what ought to follow from the rules."""

from collections.abc import Sequence

from jpki_model.solver import Unknown
from jpki_spec.laws import Law
from jpki_spec.properties import PROPERTIES, Property
from jpki_spec.properties.card import CARD_PROPERTIES

from jpki_oracle.ask.proofs import Checked, Finding, Proven, Refuted, Vacuous, check
from jpki_oracle.card.proofs import CardFinding, Inductive, Undecided
from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.card_specification import property_rows
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.language import language, say


def properties_command(id: str | None, edition: str | None, form: str, lang: str | None) -> int:
    """Prove and print; 0 all proven, 1 one refuted or vacuous, 2 one unknown."""
    words = language(lang)
    if id in CARD_PROPERTIES:
        return _of_the_card([id], form, words)
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
    rows = [_row(each, [c for c in checked if c.property is each], words) for each in chosen]
    rows = [row for row in rows if row["laws"]] if form != "json" else rows
    of_the_card: list[CardFinding] = []
    if id is None and edition is None:
        more, of_the_card = _card_rows(list(CARD_PROPERTIES), words)
        rows += more
    if form == "json":
        print_json(rows)
    else:
        print_table(rows, form)
        anew = sum(each.anew for each in checked) + len(of_the_card)
        print(say("distinct-proofs", words, proofs=anew, laws=len(checked) + len(of_the_card)))
    findings = [each.finding for each in checked]
    if any(isinstance(finding, Unknown | Undecided) for finding in (*findings, *of_the_card)):
        return 2
    held = all(isinstance(finding, Proven) for finding in findings)
    return 0 if held and all(isinstance(finding, Inductive) for finding in of_the_card) else 1


def _of_the_card(ids: list[str], form: str, words: str) -> int:
    rows, findings = _card_rows(ids, words)
    if form == "json":
        print_json(rows)
    else:
        print_table(rows, form)
        print(say("distinct-proofs", words, proofs=len(findings), laws=len(findings)))
    if any(isinstance(finding, Undecided) for finding in findings):
        return 2
    return 0 if all(isinstance(finding, Inductive) for finding in findings) else 1


def _card_rows(ids: list[str], words: str) -> tuple[list[dict[str, object]], list[CardFinding]]:
    with progress() as tell:
        proven = list(property_rows(ids, words, tell))
    return [row for row, _ in proven], [finding for _, findings in proven for finding in findings]


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
