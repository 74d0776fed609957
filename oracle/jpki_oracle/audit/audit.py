"""Audits a table: counts its rows, finds those that differ, and tells by which rules and kinds of fault."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
from jpki_spec.fields import FIELDS, OUTPUTS
from jpki_spec.laws import Law
from jpki_spec.rules.registry import RULES

from jpki_oracle.audit.adding import with_outputs
from jpki_oracle.audit.columns import Known, known_columns
from jpki_oracle.audit.engine import Engine, Settings, open_engine
from jpki_oracle.audit.extremes import NOTHING_TOLD, Told
from jpki_oracle.audit.failure import AuditFailure
from jpki_oracle.audit.folder import ResultFolder
from jpki_oracle.audit.judging import (
    Question,
    differing,
    unjudged,
    wrong_codes,
    wrong_values,
)
from jpki_oracle.audit.kinds import Kind, Wrong, kinds_of
from jpki_oracle.audit.outcome import AuditResult, Unjudged, WrongGroup

SAMPLE = 5_000
"""Wrong values of one output from which the kinds of fault are found; they are then counted in all."""
NONE = "none"
Progress = Callable[[int, int, str], None]
"""Told how many rows are done, of how many, and with what."""


@dataclass(frozen=True)
class Request:
    """What is audited, by which law, and what is written: `form` is parquet or csv, `add` names outputs.

    `told` is what the table's source tells of its columns.
    """

    name: str
    law: Law
    mapped: Mapping[str, str]
    add: tuple[str, ...] = ()
    form: str = "parquet"
    told: Told = NOTHING_TOLD


def audit(
    table: ir.Table, request: Request, engine: Engine, folder: ResultFolder, progress: Progress
) -> AuditResult:
    """Judge every row. Raises `AuditFailure` for a table that cannot be read, and what an interrupt raises."""
    known = known_columns(table.columns, request.mapped, request.told)
    added = _outputs_to_add(request.add, known)
    compared = tuple(known.outputs)
    if not compared and not added:
        raise AuditFailure(
            f"{request.name}: no column is an output of the rules, so nothing can be compared; "
            "name one by --map, or let outputs be added by --add"
        )
    read = int(engine.rows(table.aggregate(read=table.count()))[0]["read"])
    result = AuditResult(request.name, request.law, engine.name, compared, read, 0, 0, (), (), (), ())
    if compared:
        question = Question(request.law, known, compared)
        result = _judged(table, question, result, request, engine, folder, progress)
    if added:
        target = folder.result(f"completed.{request.form}")
        whole = with_outputs(table, known, request.law, added, engine)
        engine.write(whole, target, rows_done(progress, read, "add"))
    folder.result("summary.json").write_text(
        json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return replace(result, files=folder.finish())


def _judged(
    table: ir.Table,
    question: Question,
    result: AuditResult,
    request: Request,
    engine: Engine,
    folder: ResultFolder,
    progress: Progress,
) -> AuditResult:
    own = tuple(table.columns)
    kept = folder.aside / "differing.parquet"
    engine.write(
        differing(table, question, engine), kept, rows_done(progress, result.read, "judge"), few=True
    )
    with _for_few_rows(engine) as details:
        return _explained(details, kept, own, question, result, request, folder)


@contextmanager
def _for_few_rows(engine: Engine) -> Iterator[Engine]:
    """An engine for the rows that differ: DuckDB, since others take long to start each of many small computations."""
    if engine.name == "duckdb":
        yield engine
    else:
        with open_engine(Settings()) as other:
            yield other


def _explained(
    engine: Engine,
    kept: Path,
    own: Sequence[str],
    question: Question,
    result: AuditResult,
    request: Request,
    folder: ResultFolder,
) -> AuditResult:
    rows = engine.read_parquet([str(kept / "*.parquet") if kept.is_dir() else str(kept)])
    listed = unjudged(rows, question, own, engine)
    engine.write(listed, folder.result(f"unjudged.{request.form}"), few=True)
    counted = engine.rows(listed.group_by("reason").aggregate(rows=listed.count()))
    why = sorted((_unjudged(str(row["reason"]), int(row["rows"])) for row in counted), key=_by_count)
    not_judged = sum(each.rows for each in why)
    kinds: list[Kind] = []
    groups: list[WrongGroup] = []
    written: list[str] = []
    for output in question.compared:
        found = _kinds(rows, question, output, engine)
        if found is None:
            continue
        kinds += [kind for kind in found if kind not in kinds]
        lines = (
            folder.aside / f"wrong-{output}.parquet"
        )  # one after the other, since a union is held in memory
        engine.write(wrong_values(rows, question, output, own, found, engine), lines, few=True)
        groups += _groups(engine.read_parquet([str(lines)]), engine)
        written.append(str(lines))
    if written:
        engine.write(engine.read_parquet(written), folder.result(f"wrong.{request.form}"), few=True)
    differing_rows = int(engine.rows(rows.aggregate(rows=rows.count()))[0]["rows"])
    return replace(
        result,
        wrong=differing_rows - not_judged,
        unjudged=not_judged,
        why_unjudged=tuple(why),
        groups=tuple(sorted(groups, key=lambda group: (-group.rows, group.output, group.rule, group.kind))),
        kinds=tuple(kinds),
    )


def _kinds(rows: ir.Table, question: Question, output: str, engine: Engine) -> list[Kind] | None:
    """The kinds that explain the wrong values of an output; None if there is no wrong value."""
    found = engine.rows(wrong_codes(rows, question, output, SAMPLE, engine))
    if not found:
        return None
    columns = {name: np.array([row[name] for row in found], dtype=np.int64) for name in found[0]}
    fields = {name: columns[name] for name in FIELDS}
    return kinds_of(Wrong(output, fields, columns["expected"], columns["observed"]), question.law)


def _groups(lines: ir.Table, engine: Engine) -> list[WrongGroup]:
    """The wrong values of an output, by rule and kind, each with an example."""
    grouped = lines.group_by(["output", "rule", "kind"]).aggregate(
        rows=lines.count(), example=(_or_none(lines.expected) + " " + _or_none(lines.observed)).min()
    )
    return [_group(row) for row in engine.rows(grouped)]


def _or_none(text: Any) -> Any:
    return text.fill_null(NONE)


def _group(row: Mapping[str, Any]) -> WrongGroup:
    expected, observed = (None if text == NONE else text for text in str(row["example"]).split(" "))
    return WrongGroup(
        str(row["output"]),
        str(row["rule"]),
        RULES[str(row["rule"])].clauses,
        str(row["kind"]),
        int(row["rows"]),
        expected,
        observed,
    )


def _outputs_to_add(names: Sequence[str], known: Known) -> tuple[str, ...]:
    if "all" in names:
        return tuple(name for name in OUTPUTS if name not in known.outputs)
    for name in names:
        if name not in OUTPUTS:
            raise AuditFailure(f"--add {name}: no such output; there are {', '.join(OUTPUTS)}, and `all`")
        if name in known.outputs:
            raise AuditFailure(f"--add {name}: the table has it already, as {known.outputs[name]!r}")
    return tuple(dict.fromkeys(names))


def rows_done(progress: Progress, rows: int, what: str) -> Callable[[float], None]:
    """What an engine tells its share to; passes on how many rows that is."""

    def share(done: float) -> None:
        progress(int(done * rows) if 0 <= done <= 1 else -1, rows, what)

    return share


def _unjudged(reason: str, rows: int) -> Unjudged:
    field, _, kind = reason.rpartition(":")
    return Unjudged(field, kind, rows)


def _by_count(each: Unjudged) -> tuple[int, str, str]:
    return (-each.rows, each.field, each.reason)
