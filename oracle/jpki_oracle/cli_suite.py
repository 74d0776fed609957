"""The commands of `jpki-oracle suite`."""

from pathlib import Path
from typing import Annotated

import typer

from jpki_oracle.cli_options import EditionOption, Format, FormatOption, LangOption, PackOption, ReadingOption

suite_app = typer.Typer(
    help="Suites of scenarios: build one, show one, pin a life in one, check its proofs again."
)


@suite_app.command("build")
def suite_build(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    edition: Annotated[
        list[str] | None, typer.Option("--edition", "-e", help="Only for this edition. Repeatable.")
    ] = None,
    reading: ReadingOption = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="complete (every fault shown or proven harmless), other-readings (what each single other answer to an "
            "open question needs beyond that), boundary, or readings (questions that tell answers apart).",
        ),
    ] = "complete",
    table: Annotated[Path | None, typer.Option("--csv", help="Also write the suite as a table.")] = None,
    mutants: Annotated[
        Path | None, typer.Option("--mutants", help="Also write what became of every mutant, as CSV.")
    ] = None,
    proofs: Annotated[
        Path | None, typer.Option("--proofs", help="Also write every proof as SMT-LIB 2 into this folder.")
    ] = None,
    leaving_out: Annotated[
        list[str] | None,
        typer.Option("--except", help="With other-readings: not for this QUESTION=ANSWER. Repeatable."),
    ] = None,
    remember: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Keep the solver's answers between builds.")
    ] = True,
) -> None:
    """Build a suite that shows every single fault of the rules that anything can show (takes minutes)."""
    from jpki_oracle.commands.suite import BuildRequest, build_command

    request = BuildRequest(
        file,
        tuple(edition or ()),
        tuple(reading or ()),
        kind,
        table,
        mutants,
        proofs,
        remember,
        tuple(leaving_out or ()),
    )
    raise typer.Exit(build_command(request))


@suite_app.command("show")
def suite_show(
    file: Annotated[Path | None, typer.Argument(help="A suite file; else the shipped one.")] = None,
    pack: PackOption = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Rules and conditions, with scenarios in which each decides.")
    ] = False,
    edition: EditionOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The scenarios of a suite as a table, or the conditions of the rules that they cover (MC/DC)."""
    from jpki_oracle.commands.suite import show_command

    raise typer.Exit(show_command(file, pack, coverage, edition, format.value, lang))


@suite_app.command("recheck")
def suite_recheck(
    suite: Annotated[
        list[str] | None,
        typer.Option(
            "--suite", help="The proofs of this shipped suite (complete, other-readings). Repeatable."
        ),
    ] = None,
    edition: Annotated[
        list[str] | None, typer.Option("--edition", "-e", help="Only those of this edition. Repeatable.")
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, help="How long cvc5 may take for one problem.")
    ] = 300.0,
    every: Annotated[int, typer.Option("--every", min=1, help="Only each so-many-th problem.")] = 1,
) -> None:
    """Ask another solver, cvc5, about the proofs that faults make no difference (hours for all, see --every)."""
    from jpki_oracle.commands.recheck import recheck_command

    raise typer.Exit(recheck_command(tuple(suite or ()), tuple(edition or ()), seconds, every))


@suite_app.command("add")
def suite_add(
    file: Annotated[Path, typer.Argument(help="A suite file; made where it is missing.")],
    life: Annotated[Path, typer.Argument(help="A life in a .toml or .json file.")],
    note: Annotated[str, typer.Option("--note", help="Who was broken by this life, and how.")],
    on: Annotated[str | None, typer.Option("--on", help="Ask for the states on this day.")] = None,
    edition: Annotated[
        list[str] | None, typer.Option("--edition", "-e", help="Only for this edition. Repeatable.")
    ] = None,
) -> None:
    """Pin a life that once broke somebody, so that `certify --suite FILE` asks for it ever after."""
    from jpki_oracle.commands.suite import add_command

    raise typer.Exit(add_command(file, life, on, note, edition))
