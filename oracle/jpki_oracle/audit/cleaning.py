"""A table's own values as the integers that rules take, and what is wrong with those that cannot be taken.

`cleaned` adds a column of integers for each field and output. A value that is no value of its field leaves the row
unjudged: `is_dirty` tells which rows, cheaply, and `reason` why.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from jpki_model.day import FIRST_DAY, LAST_DAY
from jpki_model.day_columns import NEVER_NUMBER
from jpki_spec.fields import CHOICE_FIELDS, FIELDS

from jpki_oracle.audit.columns import Known, default_code
from jpki_oracle.audit.engine import Engine
from jpki_oracle.audit.extremes import Extremes
from jpki_oracle.audit.failure import AuditFailure

NO_AGE = -1
"""The age of somebody without a birth or a card."""
CODE, DAY, TEXT = "_code_", "_day_", "_text_"
"""Before the name of a field: its integer, the date that was read, the text that was there."""
FORM = r"^\d{4}-\d{2}-\d{2}$"
OLDEST = 200


@dataclass(frozen=True)
class Reason:
    """Why a row cannot be judged: the field or output, and a phrase's name."""

    field: str
    kind: str

    def __str__(self) -> str:
        return f"{self.field}:{self.kind}"


def cleaned(table: ir.Table, known: Known, engine: Engine) -> ir.Table:
    """The table with an integer column `_code_NAME` for each field and each output that it has.

    Fields that it lacks have their defaults, and so has what cannot be read. Raises `AuditFailure` for a column of a
    type that cannot hold its field.
    """
    columns = {**known.fields, **known.outputs}
    read: dict[str, Any] = {}
    for name, column in columns.items():
        read |= _read(name, column, table[column], engine)
    table = table.mutate(**read)
    codes = {name: _code(name, table, known, engine) for name in columns}
    defaults = {name: ibis.literal(default_code(name), "int32") for name in FIELDS if name not in columns}
    return table.mutate(**{CODE + name: code for name, code in (codes | defaults).items()})


def is_dirty(table: ir.Table, known: Known) -> Any:
    """The row holds a value that is none of its field. Never null."""
    return dirt(table, known) < 0


def dirt(table: ir.Table, known: Known) -> Any:
    """A number that is negative if the row holds a value that is none of its field. Never null.

    The signs of numbers are joined bit by bit, which costs engines less than statements joined by `or`.
    """
    birth = table[CODE + "birth"]
    signs: list[Any] = []
    unlike: list[Any] = []
    if _may_be_missing("birth", known):
        unlike.append(birth == NEVER_NUMBER)
    for name in {**known.fields, **known.outputs}:
        code = table[CODE + name]
        if name in CHOICE_FIELDS:
            signs.append(code)
        elif name == "age":
            signs.append(code - NO_AGE)
        else:
            if name not in known.extremes:
                unlike.append(_written(name, table).notnull() & (code == NEVER_NUMBER))
            if name in known.fields and name != "birth" and _may_be_before_birth(name, known):
                signs.append(code - birth)
    signs += [statement.ifelse(-1, 0).cast("int32") for statement in unlike]
    return reduce(lambda one, other: one | other, signs, ibis.literal(0, "int32"))


def _may_be_missing(name: str, known: Known) -> bool:
    return name not in known.extremes or known.extremes[name].values.high == NEVER_NUMBER


def _may_be_before_birth(name: str, known: Known) -> bool:
    if name not in known.extremes or "birth" not in known.extremes:
        return True
    first, birth = known.extremes[name].first, known.extremes["birth"]
    return first is not None and (_may_be_missing("birth", known) or first < birth.values.high)


def reason(table: ir.Table, known: Known) -> Any:
    """The first thing that is wrong with a row, as the text of a `Reason`; null if nothing is."""
    branches: list[tuple[Any, str]] = []
    birth = table[CODE + "birth"]
    for name in {**known.fields, **known.outputs}:
        code = table[CODE + name]
        if name in CHOICE_FIELDS:
            branches.append((code < 0, str(Reason(name, "unknown-value"))))
            continue
        if name == "age":
            branches.append((code < NO_AGE, str(Reason(name, "not-an-age"))))
            continue
        unread = _written(name, table).notnull() & (code == NEVER_NUMBER)
        if TEXT + name in table.columns:
            text, day = table[TEXT + name], table[DAY + name]
            branches.append((unread & ~text.re_search(FORM), str(Reason(name, "not-a-date"))))
            branches.append((unread & day.isnull(), str(Reason(name, "no-such-day"))))
        branches.append((unread, str(Reason(name, "outside-calendar"))))
        if name == "birth":
            branches.append((birth == NEVER_NUMBER, str(Reason(name, "no-birth"))))
        elif name in known.fields:
            branches.append((code < birth, str(Reason(name, "before-birth"))))
    return ibis.cases(*branches, else_=ibis.null("string"))


def _written(name: str, table: ir.Table) -> Any:
    """What stands in the table before it is read: nothing only where nothing is there."""
    return table[TEXT + name] if TEXT + name in table.columns else table[DAY + name]


def _read(name: str, column: str, value: Any, engine: Engine) -> dict[str, Any]:
    """A column as a date, or as text that is nothing where it is empty."""
    kind = value.type()
    if kind.is_string() and name in CHOICE_FIELDS:
        return {}
    if kind.is_string():
        text = value.nullif("")
        if name == "age":
            return {TEXT + name: text}
        is_date = text.re_search(FORM).fill_null(False)
        day = engine.date_of_text(is_date.ifelse(text, "1970-01-01"))
        return {TEXT + name: text, DAY + name: is_date.ifelse(day, ibis.null("date"))}
    if name == "age" and kind.is_integer():
        return {}
    if (
        name not in CHOICE_FIELDS
        and name != "age"
        and (kind.is_date() or kind.is_timestamp() or kind.is_null())
    ):
        return {DAY + name: value.cast("date")}
    wanted = (
        "text"
        if name in CHOICE_FIELDS
        else "a whole number"
        if name == "age"
        else "a date, or text as YYYY-MM-DD"
    )
    raise AuditFailure(f"column {column!r} is of type {kind}; {name} is {wanted}")


def _code(name: str, table: ir.Table, known: Known, engine: Engine) -> Any:
    column = known.fields.get(name) or known.outputs[name]
    if name in CHOICE_FIELDS:
        return engine.place_among(table[column], FIELDS[name].values, name in known.in_dictionary)
    if name == "age":
        written = table[TEXT + name] if TEXT + name in table.columns else table[column]
        number = written.try_cast("int32") if TEXT + name in table.columns else written
        readable = number.notnull() & (number >= 0) & (number < OLDEST)
        return ibis.cases((written.isnull(), NO_AGE), (readable, number), else_=NO_AGE - 1).cast("int32")
    day = table[DAY + name]
    if name in known.extremes:
        return _code_in_calendar(day, known.extremes[name], name in known.in_dictionary, engine)
    within = (day >= ibis.literal(FIRST_DAY)) & (day <= ibis.literal(LAST_DAY))
    return within.ifelse(engine.day_number(day).cast("int32"), NEVER_NUMBER).cast("int32")


def _code_in_calendar(day: Any, extremes: Extremes, in_dictionary: bool, engine: Engine) -> Any:
    if extremes.first is None:
        return ibis.literal(NEVER_NUMBER, "int32")
    if extremes.some_missing:
        return engine.day_number_or(day, NEVER_NUMBER, in_dictionary)
    return engine.day_number(day).cast("int32")
