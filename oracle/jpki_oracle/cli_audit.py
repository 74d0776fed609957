"""The commands about whole tables: `audit` and `synth`."""

from pathlib import Path
from typing import Annotated

import typer

from jpki_oracle.cli_options import EditionOption, Format, FormatOption, LangOption, ReadingOption


def audit(
    table: Annotated[
        str,
        typer.Argument(
            help="Parquet or CSV (a file, a quoted glob, a folder), duckdb:FILE#TABLE, postgresql://…#TABLE."
        ),
    ],
    edition: EditionOption = None,
    reading: ReadingOption = None,
    map: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="A column under another name.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", help="Write the table with this output, or `all`, added.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="EDITION[,Q=A]", help="What would change under another law."),
    ] = None,
    output: Annotated[
        list[str] | None, typer.Option("--output", help="With --against: only this output. Repeatable.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the rows and the summary.")
    ] = None,
    rows_as: Annotated[
        str, typer.Option("--as", help="Form of the rows written: parquet or csv.")
    ] = "parquet",
    engine: Annotated[str, typer.Option("--engine", help="duckdb, polars or spark.")] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option("--master", help="Spark's master, as in spark://host:7077; else this machine."),
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="Memory that the engine may use, as in 4GB.")
    ] = None,
    threads: Annotated[int | None, typer.Option("--threads", help="Threads of the engine; else all.")] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Judge every row of a table: exit 0 all right, 1 some wrong, 2 some that cannot be judged."""
    from jpki_oracle.commands.audit import AuditRequest, audit_command

    request = AuditRequest(
        table,
        edition,
        tuple(reading or ()),
        tuple(map or ()),
        tuple(add or ()),
        against,
        tuple(output or ()),
        out,
        rows_as,
        engine,
        master,
        memory,
        threads,
    )
    raise typer.Exit(audit_command(request, format.value, lang))


def synth(
    file: Annotated[Path, typer.Argument(help="The .parquet or .csv file to write.")],
    rows: Annotated[int, typer.Option("--rows", "-n", help="How many people.")] = 1_000_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed writes the same people.")] = 0,
    faults: Annotated[
        float, typer.Option("--faults", help="Share of rows with a wrong value, as in 0.001.")
    ] = 0.0,
    dirty: Annotated[
        float, typer.Option("--dirty", help="Share of rows that cannot be judged (CSV only).")
    ] = 0.0,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind of fault. Repeatable.")
    ] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Write a table of people who do not exist, about as Japan's are, right or with faults planted in it."""
    from jpki_oracle.commands.synth import SynthRequest, synth_command

    request = SynthRequest(file, rows, seed, faults, dirty, tuple(kind or ()), edition, tuple(reading or ()))
    raise typer.Exit(synth_command(request, format.value, lang))


def add_audit_commands(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(audit)
    app.command()(synth)
