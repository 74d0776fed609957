"""The columns of a table that an audit knows: fields of a life and outputs of the rules, by name or as mapped."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jpki_spec.fields import FIELDS, OUTPUTS

from jpki_oracle.audit.failure import AuditFailure


@dataclass(frozen=True)
class Known:
    """For each field and output that the table has, its column; and the columns that are neither."""

    fields: Mapping[str, str]
    outputs: Mapping[str, str]
    others: tuple[str, ...]


def known_columns(columns: Iterable[str], mapped: Mapping[str, str]) -> Known:
    """Which column is which field or output; `mapped` says it of columns with other names.

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
    )


def _near(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
