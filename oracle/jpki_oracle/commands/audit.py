"""`audit`: every row of a table judged, on DuckDB or another engine."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jpki_spec.laws import Law

from jpki_oracle.commands.arguments import law_argument, law_from_name
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.language import language

try:
    from jpki_oracle.audit.audit import Progress, Request, audit
    from jpki_oracle.audit.engine import Engine, Settings, open_engine
    from jpki_oracle.audit.extremes import Told
    from jpki_oracle.audit.failure import AuditFailure
    from jpki_oracle.audit.folder import ResultFolder
    from jpki_oracle.audit.outcome import AuditResult
    from jpki_oracle.audit.source import source, without_password
    from jpki_oracle.audit.wording import count_text, kind_text, say, share_text
except ImportError as missing:
    raise CommandFailure(
        f"audits need {missing.name}, which is not installed: pip install 'jpki-oracle[audit]'"
    ) from None


@dataclass(frozen=True)
class AuditRequest:
    """The arguments of the command."""

    table: str
    edition: str | None
    readings: tuple[str, ...]
    mapped: tuple[str, ...]
    add: tuple[str, ...]
    against: str | None
    outputs: tuple[str, ...]
    out: Path | None
    form: str
    engine: str
    master: str | None
    memory: str | None
    threads: int | None

    @property
    def settings(self) -> Settings:
        """How the engine is to work."""
        return Settings(self.engine, self.threads, self.memory, None, self.master)


def audit_command(request: AuditRequest, form: str, lang: str | None) -> int:
    """Print the summary; 0 if every row is right, 1 if some are wrong, 2 if some could not be judged."""
    law, words = law_argument(request.edition, request.readings), language(lang)
    other = law_from_name(request.against) if request.against else None
    if request.form not in ("parquet", "csv"):
        raise CommandFailure(f"--as {request.form}: rows are written as parquet or csv")
    if request.add and request.out is None:
        raise CommandFailure("--add writes a table: name a folder for it by --out")
    try:
        mapped = _mapped(request.mapped)
        with open_engine(request.settings) as engine, ResultFolder(request.out) as folder:
            place = source(request.table)
            table, told = place.table(engine, folder.aside), place.told()
            with rows_a_second(words) as tell:
                if other is not None:
                    return _what_if(
                        request, law, other, mapped, table, told, engine, folder, tell, form, words
                    )
                asked = Request(without_password(request.table), law, mapped, request.add, request.form, told)
                result = audit(table, asked, engine, folder, tell)
    except AuditFailure as error:
        raise CommandFailure(str(error)) from None
    except OSError as error:
        raise CommandFailure(f"{error.filename or request.out}: {error.strerror}") from None
    if form == "json":
        print_json(result.as_json())
    else:
        _print(result, form, words)
    return 1 if result.wrong else 2 if result.unjudged else 0


@contextmanager
def rows_a_second(words: str) -> Iterator[Progress]:
    """A progress bar that tells how many rows a second are done."""
    with progress() as bar:
        started: dict[str, float] = {}

        def tell(done: int, of: int, what: str) -> None:
            now = time.monotonic()
            began = started.setdefault(what, now)
            text = say(what, words)
            if done > 0 and now > began:
                text = say("rows-a-second", words, what=text, rate=count_text(int(done / (now - began))))
            bar(max(done, 0), of, text)

        yield tell


def _mapped(texts: Sequence[str]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    for text in texts:
        column, equals, name = text.rpartition("=")
        if not equals or not column:
            raise CommandFailure(f"--map is written COLUMN=FIELD, as in date_of_birth=birth, not {text!r}")
        mapped[column] = name
    return mapped


def _what_if(
    request: AuditRequest,
    law: Law,
    other: Law,
    mapped: Mapping[str, str],
    table: object,
    told: Told,
    engine: Engine,
    folder: ResultFolder,
    tell: Progress,
    form: str,
    words: str,
) -> int:
    from jpki_oracle.audit.what_if import WhatIf, what_if
    from jpki_oracle.commands.what_if import print_what_if

    asked = WhatIf(without_password(request.table), law, other, mapped, request.outputs, told)
    result = what_if(table, asked, engine, folder, tell, words)
    print_what_if(result, form, words)
    return 1 if any(each.changed for each in result.changes) else 0


def _print(result: AuditResult, form: str, words: str) -> None:
    heading = "## " if form == "markdown" else ""
    print(say("judged-by", words, source=result.source, law=result.law, engine=result.engine) + "\n")
    counted = {"read": result.read, "right": result.right, "wrong": result.wrong, "unjudged": result.unjudged}
    if result.compared:
        print_table(
            [
                {
                    say("rows", words): say(name, words),
                    "": count_text(rows),
                    say("share", words): share_text(rows, result.read),
                }
                for name, rows in counted.items()
            ],
            form,
        )
        print("\n" + say("compared", words, outputs=", ".join(result.compared)))
    kinds = {kind.id: kind for kind in result.kinds}
    if result.groups:
        print(f"\n{heading}{say('wrong-head', words)}\n")
        print_table(
            [
                {
                    say("output", words): group.output,
                    say("rows", words): count_text(group.rows),
                    say("kind", words): kind_text(group.kind, kinds, words),
                    say("rule", words): group.rule,
                    say("clauses", words): ", ".join(group.clauses),
                    say("expected", words): group.expected or say("nothing", words),
                    say("observed", words): group.observed or say("nothing", words),
                }
                for group in result.groups
            ],
            form,
        )
        _print_kinds(result, form, words)
    if result.why_unjudged:
        print(f"\n{heading}{say('unjudged-head', words)}\n")
        print_table(
            [
                {
                    say("field", words): each.field,
                    say("rows", words): count_text(each.rows),
                    say("reason", words): say(f"reason-{each.reason}", words),
                }
                for each in result.why_unjudged
            ],
            form,
        )
    if result.compared and result.right == result.read:
        print("\n" + say("all-right", words))
    if result.files:
        print("\n" + say("written", words, files=", ".join(result.files)))


def _print_kinds(result: AuditResult, form: str, words: str) -> None:
    """How many of all wrong values of an output each kind explains."""
    heading = "## " if form == "markdown" else ""
    print(f"\n{heading}{say('explained-head', words)}\n")
    kinds = {kind.id: kind for kind in result.kinds}
    for output in dict.fromkeys(group.output for group in result.groups):
        of_output = [group for group in result.groups if group.output == output]
        whole = sum(group.rows for group in of_output)
        by_kind: dict[str, int] = {}
        for group in of_output:
            by_kind[group.kind] = by_kind.get(group.kind, 0) + group.rows
        for id, rows in sorted(by_kind.items(), key=lambda item: (-item[1], item[0])):
            explains = say("explains", words, rows=count_text(rows), all=count_text(whole))
            print(f"- {output}: {kind_text(id, kinds, words)}: {explains}")
