"""What another law would change in a register: how many rows, by how much, at which age, in which year."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import ibis.expr.types as ir
from jpki_model.day_columns import NEVER_NUMBER
from jpki_model.relation import LAST_NUMBER, with_terms
from jpki_spec.fields import DATE_OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook

from jpki_oracle.audit.audit import Progress, rows_done
from jpki_oracle.audit.cleaning import CODE, NO_AGE, cleaned, is_dirty
from jpki_oracle.audit.columns import Known, known_columns
from jpki_oracle.audit.engine import Engine
from jpki_oracle.audit.extremes import NOTHING_TOLD, Told
from jpki_oracle.audit.failure import AuditFailure
from jpki_oracle.audit.folder import ResultFolder
from jpki_oracle.audit.judging import CODED, DIRTY, expected_term

MAIN = ("card_expires", "signature_expires", "authentication_expires")
"""The outputs that are compared if none is named."""
BAND = 10
"""Years of age in one band."""


@dataclass(frozen=True)
class WhatIf:
    """What is asked: a table, the law that holds, the other one, the outputs (none: the main ones)."""

    name: str
    law: Law
    other: Law
    mapped: Mapping[str, str]
    outputs: tuple[str, ...] = ()
    told: Told = NOTHING_TOLD


@dataclass(frozen=True)
class Part:
    """The rows of one age or one year that change, and by how many days on average (None: not by days)."""

    start: int
    rows: int
    mean_days: float | None


@dataclass(frozen=True)
class Change:
    """What becomes of one output: rows that change, later, earlier, gained and lost, and their days."""

    output: str
    changed: int
    later: int
    earlier: int
    gained: int
    lost: int
    least_days: int | None
    most_days: int | None
    mean_days: float | None
    by_age: tuple[Part, ...]
    by_year: tuple[Part, ...]


@dataclass(frozen=True)
class WhatIfResult:
    """All changes; `read` is the rows of the table, of which `unjudged` could not be asked about."""

    asked: WhatIf
    read: int
    unjudged: int
    changes: tuple[Change, ...]
    files: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The result for machines."""
        return {
            "source": self.asked.name,
            "law": str(self.asked.law),
            "against": str(self.asked.other),
            "rows": {"read": self.read, "unjudged": self.unjudged},
            "changes": [asdict(change) for change in self.changes],
            "files": list(self.files),
        }


def what_if(
    table: ir.Table, asked: WhatIf, engine: Engine, folder: ResultFolder, progress: Progress, lang: str
) -> WhatIfResult:
    """Compare the two laws on every row. Raises `AuditFailure`, and what an interrupt raises."""
    from jpki_oracle.audit.chart import changes_svg
    from jpki_oracle.audit.report import what_if_html

    for output in asked.outputs:
        if output not in DATE_OUTPUTS:
            raise AuditFailure(f"--output {output}: no such date; there are {', '.join(DATE_OUTPUTS)}")
    known = known_columns(table.columns, asked.mapped, asked.told)
    clean = cleaned(table, known, engine)
    clean = clean.mutate(**{DIRTY: is_dirty(clean, known)})
    codes = [name for name in clean.columns if name.startswith(CODE)]
    clean = clean.select(*codes, DIRTY)
    counted = clean.aggregate(read=clean.count(), unjudged=clean[DIRTY].cast("int64").sum())
    read = engine.rows(counted, rows_done(progress, 0, "count"))[0]
    rows, unjudged = int(read["read"]), int(read["unjudged"] or 0)
    changes = tuple(
        _change(clean, output, asked, known, engine, progress, rows) for output in asked.outputs or MAIN
    )
    result = WhatIfResult(asked, rows, unjudged, changes)
    picture = changes_svg(result, lang)
    folder.result("what-if.svg").write_text(picture, encoding="utf-8")
    folder.result("what-if.html").write_text(what_if_html(result, picture, lang), encoding="utf-8")
    text = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
    folder.result("what-if.json").write_text(text + "\n", encoding="utf-8")
    return WhatIfResult(asked, rows, unjudged, changes, folder.finish())


def _change(
    clean: ir.Table, output: str, asked: WhatIf, known: Known, engine: Engine, progress: Progress, rows: int
) -> Change:
    one, other = rulebook(asked.law).outputs[output], rulebook(asked.other).outputs[output]
    if one.eq(other):
        return Change(output, 0, 0, 0, 0, 0, None, None, None, (), ())
    terms = {"one": one, "other": other, "age": expected_term("age", asked.law)}
    both = with_terms(clean, terms, CODED, known.between)
    moved = both.filter(
        ~both[DIRTY] & (both.one != both.other) & _in_calendar(both.one) & _in_calendar(both.other)
    )
    shown = (moved.one == NEVER_NUMBER).ifelse(moved.other, moved.one)
    dated = (moved.one != NEVER_NUMBER) & (moved.other != NEVER_NUMBER)
    days = dated.ifelse(moved.other - moved.one, 0)
    facts = moved.select(
        band=(moved.age == NO_AGE).ifelse(NO_AGE, moved.age // BAND * BAND).cast("int32"),
        year=engine.day((shown <= LAST_NUMBER).ifelse(shown, 0)).year().cast("int32"),
        days=days.cast("int64"),
        gained=(moved.one == NEVER_NUMBER).cast("int64"),
        lost=(moved.other == NEVER_NUMBER).cast("int64"),
        later=(dated & (days > 0)).cast("int64"),
        earlier=(dated & (days < 0)).cast("int64"),
    )
    grouped = facts.group_by(["band", "year", "later", "earlier"]).aggregate(
        rows=facts.count(),
        total=facts.days.sum(),
        least=facts.days.min(),
        most=facts.days.max(),
        gained=facts.gained.sum(),
        lost=facts.lost.sum(),
    )
    return _summed(output, engine.rows(grouped, rows_done(progress, rows, "compare")))


def _in_calendar(number: Any) -> Any:
    return (number <= LAST_NUMBER) | (number == NEVER_NUMBER)


def _summed(output: str, groups: Sequence[Mapping[str, Any]]) -> Change:
    dated = [group for group in groups if group["later"] or group["earlier"]]
    return Change(
        output,
        sum(int(group["rows"]) for group in groups),
        sum(int(group["rows"]) for group in groups if group["later"]),
        sum(int(group["rows"]) for group in groups if group["earlier"]),
        sum(int(group["gained"]) for group in groups),
        sum(int(group["lost"]) for group in groups),
        min((int(group["least"]) for group in dated), default=None),
        max((int(group["most"]) for group in dated), default=None),
        _mean(dated),
        _parts(groups, "band"),
        _parts(groups, "year"),
    )


def _parts(groups: Sequence[Mapping[str, Any]], by: str) -> tuple[Part, ...]:
    parts = []
    for start in sorted({int(group[by]) for group in groups}):
        here = [group for group in groups if int(group[by]) == start]
        dated = [group for group in here if group["later"] or group["earlier"]]
        parts.append(Part(start, sum(int(group["rows"]) for group in here), _mean(dated)))
    return tuple(parts)


def _mean(dated: Sequence[Mapping[str, Any]]) -> float | None:
    rows = sum(int(group["rows"]) for group in dated)
    return round(sum(int(group["total"]) for group in dated) / rows, 1) if rows else None
