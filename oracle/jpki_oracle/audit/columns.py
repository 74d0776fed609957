"""The columns of a table that an audit knows: fields of a life and outputs of the rules, by name or as mapped.

And what is known of them before a row is read.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jpki_model.day_columns import NEVER_NUMBER
from jpki_model.relation_values import Values, values
from jpki_spec.fields import DATE_FIELDS, FIELDS, OUTPUTS

from jpki_oracle.audit.extremes import NOTHING_TOLD, Extremes, Told
from jpki_oracle.audit.failure import AuditFailure


@dataclass(frozen=True)
class Known:
    """For each field and output that the table has, its column; and the columns that are neither.

    By the names of fields and outputs: `extremes` of columns of dates that all lie in the calendar, and which columns
    keep each of their different values once (`in_dictionary`).
    """

    fields: Mapping[str, str]
    outputs: Mapping[str, str]
    others: tuple[str, ...]
    extremes: Mapping[str, Extremes] = field(default_factory=dict)
    in_dictionary: frozenset[str] = frozenset()

    @property
    def between(self) -> dict[str, Values]:
        """What is known of the integers of each field: a field that the table lacks has its default in every row."""
        known = {name: found.values for name, found in self.extremes.items() if name in self.fields}
        lacking = {name: default_code(name) for name in FIELDS if name not in self.fields}
        return known | {name: values((code, code)) for name, code in lacking.items()}


def default_code(name: str) -> int:
    """The integer of a field that is not stated."""
    return NEVER_NUMBER if name in DATE_FIELDS else 0


def known_columns(columns: Iterable[str], mapped: Mapping[str, str], told: Told = NOTHING_TOLD) -> Known:
    """Which column is which field or output; `mapped` says it of columns with other names.

    `told` is of columns by their own names, and must hold for every row.

    Raises `AuditFailure` for a mapped column that the table does not have, a name that is no field or output, or two
    columns for one; and for a table without a birth, of which nothing can be judged.
    """
    there = list(columns)
    for column, name in mapped.items():
        if column not in there:
            raise AuditFailure(
                f"--map {column}={name}: the table has no column {column!r}{_near(column, there)}"
            )
        if name not in FIELDS and name not in OUTPUTS:
            raise AuditFailure(
                f"--map {column}={name}: no field or output {name!r}{_near(name, [*FIELDS, *OUTPUTS])}"
            )
    found: dict[str, str] = {}
    others: list[str] = []
    for column in there:
        name = mapped.get(column, column)
        if name not in FIELDS and name not in OUTPUTS:
            others.append(column)
        elif name in found:
            raise AuditFailure(f"the columns {found[name]!r} and {column!r} are both {name}")
        else:
            found[name] = column
    if "birth" not in found:
        raise AuditFailure(
            f"the table has no column `birth`, and none is mapped to it (--map COLUMN=birth); "
            f"its columns are {', '.join(there)}"
        )
    return Known(
        {name: found[name] for name in FIELDS if name in found},
        {name: found[name] for name in OUTPUTS if name in found},
        tuple(others),
        {
            name: told.extremes[column]
            for name, column in found.items()
            if column in told.extremes and told.extremes[column].in_calendar
        },
        frozenset(name for name, column in found.items() if column in told.in_dictionary),
    )


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
