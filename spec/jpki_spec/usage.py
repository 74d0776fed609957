"""Questions about the use of the card, its certificates and the number: `TOPICS`, their `USE_FIELDS`, the `MATRICES`.

All of it has its one home in `usage.toml`. `Use` is a question as terms: a constant of its own name for each field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import z3

from jpki_spec.fields import Text, read_toml
from jpki_spec.terms import DATE, Boolean, Choice, Date, Term, literal

YES_NO: dict[str, Text] = {"yes": Text("yes", "はい"), "no": Text("no", "いいえ")}
UseValue = str | bool | date


@dataclass(frozen=True)
class UseField:
    """A fact that a question states, or an outcome: its values, the first of them the usual one (none for a day).

    `is_boolean`: the values are yes and no, in a message true and false.
    """

    id: str
    text: Text
    values: Mapping[str, Text]
    is_boolean: bool
    is_date: bool


@dataclass(frozen=True)
class Topic:
    """A kind of question: the facts that it states, what it asks for; `whole`: every such question is asked."""

    id: str
    text: Text
    fields: tuple[str, ...]
    outcomes: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class Row:
    """A row of a matrix: for which values it is, what it says (true, if nothing else), the clauses that say so.

    `in_source`: the slides have it (else the law's editions alone); `since`: from that day on, if any; `reading`: the
    open question that has to be answered `yes`, if any.
    """

    when: Mapping[str, tuple[str, ...]]
    value: str | bool
    clauses: tuple[str, ...]
    in_source: bool
    since: date | None
    reading: str

    @property
    def id(self) -> str:
        """What tells it from the others of its matrix."""
        named = {"yes": "{name}", "no": "no-{name}"}
        parts = [
            named.get(value, value).format(name=name)
            for name, values in self.when.items()
            for value in values
        ]
        return "+".join(parts)

    def text(self, lang: str) -> str:
        """For what it is, in words."""
        between, within = ("; ", " or ") if lang == "en" else ("、", "・")
        return between.join(
            within.join(_in_words(USE_FIELDS[name], value, lang) for value in values)
            for name, values in self.when.items()
        )

    def fits(self, values: Mapping[str, UseValue]) -> bool:
        """It is for these values of a question's fields; a row with a day is only from that day on."""
        return not self.misses(values)

    def misses(self, values: Mapping[str, UseValue]) -> int:
        """In how many of its conditions the row is not for these values."""
        late = self.since is not None and _day(values["on"]) < self.since
        return sum(values[name] not in allowed for name, allowed in self.when.items()) + late

    def holds(self, use: "Use") -> Boolean:
        """The same as a term."""
        parts = [use.choice(name).is_(*allowed) for name, allowed in self.when.items()]
        if self.since:
            parts.append(use.on >= literal(self.since.year, self.since.month, self.since.day))
        return parts[0] if len(parts) == 1 else z3.And(*parts)


@dataclass(frozen=True)
class Matrix:
    """Rows, and the rule that they are the content of."""

    id: str
    rule: str
    rows: tuple[Row, ...]

    @property
    def clauses(self) -> list[str]:
        """Those of all rows, each once."""
        return list(dict.fromkeys(clause for row in self.rows for clause in row.clauses))


def _in_words(field: UseField, value: str, lang: str) -> str:
    """A value as it is told of a row; a fact that is so by the fact alone."""
    told = field.values[value][lang]
    if not field.is_boolean:
        return told
    return field.text[lang] if value == "yes" else f"{field.text[lang]}: {told}"


def _sort(id: str, values: Mapping[str, Text]) -> tuple[Term, dict[str, Term]]:
    sort, constants = z3.EnumSort(f"use_{id}", [f"use_{id}.{value}" for value in values])
    return sort, dict(zip(values, constants, strict=True))


def _day(value: UseValue) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a day")
    return value


def _field(id: str, row: Mapping[str, Any]) -> UseField:
    is_date = row.get("kind") == "date"
    values = {value: Text(text["en"], text["ja"]) for value, text in row.get("values", {}).items()}
    is_boolean = not values and not is_date
    return UseField(id, Text(row["en"], row["ja"]), YES_NO if is_boolean else values, is_boolean, is_date)


def _row(row: Mapping[str, Any]) -> Row:
    when = {name: tuple(values) for name, values in row["when"].items()}
    more = (row.get("in_source", True), row.get("since"), row.get("reading", ""))
    return Row(when, row.get("value", True), tuple(row["clauses"]), *more)


_content = read_toml("usage.toml")
USE_FIELDS: dict[str, UseField] = {id: _field(id, row) for id, row in _content["field"].items()}
USE_OUTCOMES: dict[str, UseField] = {id: _field(id, row) for id, row in _content["outcome"].items()}
TOPICS: dict[str, Topic] = {
    id: Topic(
        id,
        Text(row["en"], row["ja"]),
        tuple(row["fields"]),
        tuple(row["outcomes"]),
        row.get("whole", False),
    )
    for id, row in _content["topic"].items()
}
MATRICES: dict[str, Matrix] = {
    id: Matrix(id, row["rule"], tuple(_row(each) for each in row["row"]))
    for id, row in _content["matrix"].items()
}
MATRIX_OF_RULE: dict[str, Matrix] = {matrix.rule: matrix for matrix in MATRICES.values()}

USE_SORTS: dict[str, tuple[Term, dict[str, Term]]] = {"yes_no": _sort("yes_no", YES_NO)}
"""The sort of each field and outcome that has values of its own, and `yes_no`."""
for _each in (*USE_FIELDS.values(), *USE_OUTCOMES.values()):
    if not _each.is_boolean and not _each.is_date and _each.id not in USE_SORTS:
        USE_SORTS[_each.id] = _sort(_each.id, _each.values)


def use_constant(sort: str, value: str) -> Term:
    """A value of a field or outcome."""
    return USE_SORTS[sort][1][value]


@dataclass(frozen=True)
class Use:
    """A question as terms; `usage.toml` says what each field means. A topic's rules read the topic's fields only."""

    service: Choice
    holds_signature: Choice
    holds_authentication: Choice
    relying_party: Choice
    number_system: Choice
    confirmation: Choice
    threat: Choice
    certificate: Choice
    operation: Choice
    document: Choice
    encrypted_document: Choice
    encrypted_random: Choice
    signature_certificate: Choice
    authentication_certificate: Choice
    decryption: Choice
    medium: Choice
    card: Choice
    computer: Choice
    card_reader: Choice
    smartphone: Choice
    entry: Choice
    on: Date
    key_act: Choice
    number_act: Choice
    requester: Choice
    affairs: Choice
    means: Choice
    side: Choice
    handling: Choice
    card_force: Choice
    entry_changed: Choice
    room: Choice
    seal_part: Choice
    mark: Choice
    mark_of: Choice
    area_user: Choice
    basis: Choice
    applied: Choice
    identity: Choice
    issued_by: Choice
    work: Choice
    proof: Choice
    agreement: Choice
    setting: Choice
    resident_record: Choice
    step_done: Choice
    step: Choice
    actor: Choice
    key_event: Choice
    sender: Choice
    information: Choice
    receiver: Choice

    @staticmethod
    def symbolic() -> "Use":
        """A question of which nothing is known."""
        constants: dict[str, Any] = {}
        for id, field in USE_FIELDS.items():
            if field.is_date:
                constants[id] = Date(z3.Const(id, DATE))
            else:
                sort, values = USE_SORTS["yes_no" if field.is_boolean else id]
                constants[id] = Choice(z3.Const(id, sort), values)
        return Use(**constants)

    def choice(self, name: str) -> Choice:
        """The field of that name, one with named values. Raises KeyError for another."""
        field = USE_FIELDS[name]
        if field.is_date:
            raise KeyError(name)
        found: Choice = getattr(self, name)
        return found


if {field.name for field in fields(Use)} != set(USE_FIELDS):
    raise ImportError("the fields of usage.Use and of usage.toml differ")

USE = Use.symbolic()
