"""Writes what `docs/` says of the specification anew from its data: JSON Schemas and reference tables.

`python docs/generate.py` writes the files. `--check` writes nothing and exits 1 if a file differs, is missing, or is
left over. The same specification gives the same bytes.
"""

import json
import runpy
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jpki_model.bits import CHOICE_SORTS
from jpki_model.day import FIRST_DAY, LAST_DAY, NEVER_DAY
from jpki_model.solver import LAST_ASKED
from jpki_oracle.card.sequences import schema as sequence_schema
from jpki_oracle.diagnosis.slips import SLIPS
from jpki_oracle.mutants.operators import OPERATORS
from jpki_oracle.pki.vector_file import schema as verifier_schema
from jpki_oracle.scenarios.scenario import schema as suite_schema
from jpki_oracle.services.build import schema as services_schema
from jpki_oracle.sut.openapi import openapi
from jpki_oracle.sut.schema import json_schema as message_schema
from jpki_spec.assumptions import ASSUMPTIONS
from jpki_spec.clauses import CLAUSES, INFORMATIVE, SOURCES, Clause, Source
from jpki_spec.fields import FIELDS, OUTPUTS, STATES, Field, Text
from jpki_spec.laws import CURRENT_EDITION, EDITIONS, READINGS, Parameter, Reading
from jpki_spec.properties import PROPERTIES, Property
from jpki_spec.rules.registry import RULES, USAGE_RULES, Rule
from jpki_spec.terms import LEAP_BIRTHDAYS, OPERATIONS

DOCS = Path(__file__).resolve().parent
FOLDERS = ("schema", "reference")
"""All files in these folders are written here, but those that are `WRITTEN_BY_HAND`."""
WRITTEN_BY_HAND = {"reference/card-emulator.md", "reference/card-emulator.ja.md"}


def generated() -> dict[str, str]:
    """The content of every file that is written, by its path below `docs/`."""
    pages = {
        "rules": rules_page(),
        "clauses": clauses_page(),
        "readings": readings_page(),
        "editions": editions_page(),
        "properties": properties_page(),
        "fields": fields_page(),
        "operations": operations_page(),
        "faults": faults_page(),
        "card": card_page(),
        "certificates": certificates_page(),
        "services": services_page(),
    }
    return {
        "schema/messages.schema.json": _json(message_schema()),
        "schema/openapi.json": _json(openapi()),
        "schema/suite.schema.json": _json(suite_schema()),
        "schema/card-sequences.schema.json": _json(sequence_schema()),
        "schema/verifier-cases.schema.json": _json(verifier_schema()),
        "schema/services-questions.schema.json": _json(services_schema()),
        **{f"reference/{name}.md": text for name, text in pages.items()},
    }


def stale(docs: Path = DOCS) -> list[str]:
    """The paths below `docs` that differ from what is generated, are missing, or are left over."""
    wanted = generated()
    there = {path.relative_to(docs).as_posix() for name in FOLDERS for path in (docs / name).glob("*")}
    there -= WRITTEN_BY_HAND
    differ = {name for name in wanted.keys() & there if (docs / name).read_bytes() != wanted[name].encode()}
    return sorted(differ | (wanted.keys() ^ there))


def write(docs: Path = DOCS) -> None:
    """Write every file; what is left over is taken away."""
    wanted = generated()
    for name in stale(docs):
        path = docs / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[name].encode())
        else:
            path.unlink()


def rules_page() -> str:
    """The rules, by the part of the specification that they belong to."""
    parts: dict[str, list[Rule]] = {}
    for id in sorted(RULES):
        parts.setdefault(id.partition(".")[0], []).append(RULES[id])
    lines = _head(
        "Rules",
        "規則",
        "Each rule is a term over a life and an edition. `jpki-oracle rules ID` prints the term, its clauses in "
        "full and the scenarios on its edges.",
    )
    for part, rules in parts.items():
        lines += [f"## {part}", ""]
        rows = [
            [_anchored(rule.id), *_both(rule.title), _links(rule.clauses, "clauses.md")] for rule in rules
        ]
        lines += _table(["rule", "what it says", "内容", "clauses"], rows)
    return _page(lines)


def clauses_page() -> str:
    """The clauses, by source."""
    lines = _head(
        "Clauses",
        "条項",
        "Every statement that the rules stand on, one a clause, in our own words. *Seen* tells how the words of a "
        "statute or a practice were seen: the text itself, a paraphrase, or memory.",
    )
    for source in SOURCES.values():
        lines += _source_head(source)
        clauses = [clause for clause in CLAUSES.values() if clause.source is source]
        heads = ["clause", "place", "kind", "what it says", "内容", "seen", "stated by"]
        lines += _table(heads, [_clause_row(clause) for clause in clauses])
    return _page(lines)


def readings_page() -> str:
    """The open questions."""
    lines = _head(
        "Readings",
        "読み方",
        "Questions that the sources leave open. Each has answers that can be defended, and one of them is taken unless "
        "another is chosen by `--reading QUESTION=ANSWER`.",
    )
    lines += _table(
        ["question", "asked", "問い", "default"],
        [[_link(r.id), *_both(r.question), _code(r.default)] for r in READINGS.values()],
    )
    for reading in READINGS.values():
        lines += _reading(reading)
    return _page(lines)


def editions_page() -> str:
    """The editions, and all parameters side by side."""
    lines = _head(
        "Editions",
        "版",
        f"Dated states of the rules. The current one is `{CURRENT_EDITION}`. An edition decides by the days of a life "
        "which of its values applies, so that one edition serves lives of all dates.",
    )
    lines += _table(
        ["edition", "in force", "law", "title", "名称"],
        [[_code(e.id), str(e.in_force), _yes(e.is_law), *_both(e.title)] for e in EDITIONS.values()],
    )
    lines += ["## Parameters", "", "“–”: the edition does not state it.", ""]
    names = dict.fromkeys(name for edition in EDITIONS.values() for name in edition.parameters)
    rows = [[_code(name), *(_value(e.parameters.get(name)) for e in EDITIONS.values())] for name in names]
    lines += _table(["parameter", *(_code(id) for id in EDITIONS)], rows)
    lines += ["## Where each value comes from", ""]
    rows = [
        [_code(name), _value(parameter), ", ".join(_code(id) for id in ids), _link(clause, "clauses.md")]
        for name in names
        for (clause, parameter, ids) in _origins(name)
    ]
    lines += _table(["parameter", "value", "editions", "clause"], rows)
    return _page(lines)


def properties_page() -> str:
    """The properties and for what they are claimed."""
    lines = _head(
        "Properties",
        "性質",
        "What ought to follow from the rules. `jpki-oracle properties` proves each for every edition named, under the "
        "defaults and under each other single answer to an open question but those excepted.",
    )
    rows = [_property_row(each) for each in PROPERTIES.values()]
    lines += _table(["property", "statement", "内容", "editions", "not claimed under", "laws"], rows)
    return _page(lines)


def fields_page() -> str:
    """What a life may state, what the rules conclude, the states, and which lives are asked for."""
    lines = _head(
        "Fields of a life, and outcomes",
        "項目と結果",
        "A date is a whole day in Japan, written `YYYY-MM-DD`, from "
        f"{FIRST_DAY} to {LAST_DAY}. A field that is not stated did not happen, or is not known; a choice that is not "
        "stated has its first value.",
    )
    lines += ["## Fields", "", *_fields(FIELDS)]
    lines += ["## Outcomes", "", *_fields(OUTPUTS)]
    lines += ["## States", ""]
    rows = [[_code(item), ", ".join(_code(state) for state in states)] for item, states in STATES.items()]
    lines += _table(["of", "states"], rows)
    lines += [
        "## What is assumed of a life",
        "",
        "`find`, `prove`, `diff`, `properties` and `suite build` ask for lives that have a birth and for which these "
        "hold. Each is taken into a question only where all its fields are. Judging assumes nothing.",
        "",
    ]
    rows = [
        [_code(a.id), *_both(a.text), ", ".join(_code(name) for name in FIELDS if name in a.fields)]
        for a in ASSUMPTIONS.values()
    ]
    lines += _table(["assumption", "what it says", "内容", "fields"], rows)
    return _page(lines)


def operations_page() -> str:
    """The language in which rules are written."""
    lines = _head(
        "Operations on dates",
        "日付の演算",
        "Rules are terms over an abstract `Date`, small integers, Booleans and the choices below. Beside comparing two "
        "for equality, these operations are all that a rule can do with dates. Each is total, and passes `never` on.",
    )
    meanings = {name: text.removeprefix(f"{name}: ").partition(": ") for name, text in OPERATIONS.items()}
    rows = [
        [_code(signature if meaning else name), meaning or signature]
        for name, (signature, _, meaning) in meanings.items()
    ]
    lines += _table(["operation", "meaning"], rows)
    roundings = ", ".join(_code(name) for name in LEAP_BIRTHDAYS)
    lines += [
        f"The rounding `r` of `birthday` is one of {roundings}.",
        "",
        f"- Days that a life may state, and that the rules may conclude: {FIRST_DAY} to {LAST_DAY}.",
        f"- Days of lives that the solver is asked for: {FIRST_DAY} to {LAST_ASKED}.",
        f"- `never` in every interpreter: {NEVER_DAY}.",
        "",
        "## Choices",
        "",
    ]
    rows = [[_code(name), ", ".join(_code(v) for v in values)] for name, values in CHOICE_SORTS.items()]
    lines += _table(["choice", "values"], rows)
    return _page(lines)


def faults_page() -> str:
    """The fault model: every operator by which mutants are made."""
    lines = _head(
        "Faults",
        "誤りのモデル",
        "Each operator changes one node of one rule. A suite is complete if every term that an operator makes of a "
        "rule answers otherwise than the rule on one of its scenarios, or is proven never to. The calendar's insides "
        "are not changed: the interpreters' agreement fixes them, and its conventions are nodes.",
    )
    rows = [[f"`{each.id}`", each.text.en, each.text.ja, each.program or "—"] for each in OPERATORS.values()]
    lines += _table(["operator", "what it does", "内容", "a program that does it"], rows)
    lines += [
        "## Slips",
        "",
        "What systems do otherwise than a rule about events beyond one node of it. No suite is made for these; "
        "`diagnose` looks for them beside the operators above.",
        "",
        "規則の一つの節点にとどまらない誤り。スイートの対象ではなく、`diagnose` が上の操作とともに探す。",
        "",
    ]
    rows = [[f"`{id}`", text.en, text.ja] for id, text in SLIPS.items()]
    lines += _table(["slip", "what it does", "内容"], rows)
    return _page(lines)


def card_page() -> str:
    """The card's chip: what it holds, what is known of it and what is not, and its rules."""
    lines = _head(
        "The card",
        "カード",
        "The chip as public sources show it, each statement with its source and how sure it is, and the rules over "
        "states and commands. `jpki-oracle rules ID` prints a rule's term; `certify --pack card` judges by them.",
    )
    return _page([*lines, *_sections("card_reference.py")])


def certificates_page() -> str:
    """Certificates: profiles, what each field has to be, what revokes them, why a verifier rejects."""
    lines = _head(
        "Certificates",
        "電子証明書",
        "Certificates of the public-key service as public sources show them, each requirement with its source and how "
        "sure it is. `certify der:PATH` holds certificates to them; see [certificates.md](../certificates.md).",
    )
    return _page([*lines, *_sections("certificate_reference.py")])


def services_page() -> str:
    """The use of the card, its certificates and the number."""
    lines = _head(
        "Services",
        "サービス",
        "What `certify --pack services` asks about the use of the card, its certificates and the number, and the rules "
        "and matrices by which it judges; see [services.md](../services.md).",
    )
    return _page([*lines, *_sections("services_reference.py")])


def _sections(script: str) -> list[str]:
    """The tables that another script beside this one makes, each under its title."""
    sections = runpy.run_path(str(DOCS / script))["sections"]()
    return [line for title, heads, rows in sections for line in (f"## {title}", "", *_table(heads, rows))]


def _reading(reading: Reading) -> list[str]:
    rows = [
        [f"{_code(answer)}{' (default)' if answer == reading.default else ''}", *_both(text)]
        for answer, text in reading.alternatives.items()
    ]
    return [
        f"## {reading.id}",
        "",
        f"{reading.question.en}  ",
        reading.question.ja,
        "",
        *_table(["answer", "meaning", "意味"], rows),
        f"Why the default: {reading.why.en}  ",
        reading.why.ja,
        "",
        f"- open in: {', '.join(_code(id) for id in reading.open_in)}",
        f"- what hangs on it: {reading.decides}",
        f"- clauses: {_links(reading.clauses, 'clauses.md')}",
        "",
    ]


def _source_head(source: Source) -> list[str]:
    return [
        f"## {source.id}",
        "",
        f"{source.title.en}  ",
        source.title.ja,
        "",
        "Law." if source.law else "Not law: it binds nobody.",
        "",
    ]


def _clause_row(clause: Clause) -> list[str]:
    rules = [id for id in sorted(RULES) if clause.id in RULES[id].clauses]
    of_use = [id for id in sorted(USAGE_RULES) if clause.id in USAGE_RULES[id].clauses]
    stated_by = ", ".join(filter(None, (_links(rules, "rules.md"), _links(of_use, "services.md"))))
    kind = f"{clause.kind}: {INFORMATIVE[clause.because].en}" if clause.because else clause.kind
    return [
        _anchored(clause.id),
        clause.place,
        kind,
        *_both(clause.text),
        clause.confidence or "",
        stated_by,
    ]


def _property_row(each: Property) -> list[str]:
    editions = "all" if set(each.editions) == set(EDITIONS) else ", ".join(_code(id) for id in each.editions)
    excepting = ", ".join(_code(f"{question} = {answer}") for question, answer in each.excepting)
    return [_code(each.id), *_both(each.statement), editions, excepting, str(len(each.laws()))]


def _origins(name: str) -> Iterable[tuple[str, Parameter, list[str]]]:
    """Each value of a parameter with its clause, and the editions that have it."""
    found: list[tuple[str, Parameter, list[str]]] = []
    for edition in EDITIONS.values():
        parameter = edition.parameters.get(name)
        if parameter is None:
            continue
        same = [ids for _, known, ids in found if known == parameter]
        if same:
            same[0].append(edition.id)
        else:
            found.append((parameter.clause, parameter, [edition.id]))
    return found


def _fields(fields: Mapping[str, Field]) -> list[str]:
    rows = [
        [_code(f.name), f.kind, *_both(f.meaning), ", ".join(_code(value) for value in f.values)]
        for f in fields.values()
    ]
    return _table(["name", "kind", "meaning", "意味", "values"], rows)


def _value(parameter: Parameter | None) -> str:
    if parameter is None:
        return "–"
    return _yes(parameter.value) if isinstance(parameter.value, bool) else str(parameter.value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _both(text: Text) -> tuple[str, str]:
    return text.en, text.ja


def _code(text: str) -> str:
    return f"`{text}`"


def _anchored(id: str) -> str:
    return f'<a id="{id}"></a>`{id}`'


def _link(id: str, page: str = "") -> str:
    return f"[`{id}`]({page}#{id})"


def _links(ids: Iterable[str], page: str) -> str:
    return ", ".join(_link(id, page) for id in ids)


def _head(title: str, title_ja: str, text: str) -> list[str]:
    note = "<!-- Written by docs/generate.py from the specification; `make docs` writes it anew. -->"
    return [note, "", f"# {title} / {title_ja}", "", text, ""]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *([_cell(cell) for cell in row] for row in rows)]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _page(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the files, or with `--check` name those that differ."""
    if list(arguments) not in ([], ["--check"]):
        print("usage: python docs/generate.py [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write()
        return 0
    names = stale()
    for name in names:
        print(f"docs/{name} is not what is generated; run `make docs`", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
