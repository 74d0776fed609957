"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from jpki_oracle.cli_audit import add_audit_commands
from jpki_oracle.cli_emulate import emulate_app
from jpki_oracle.cli_histories import histories_app
from jpki_oracle.cli_options import (
    AnyLifeOption,
    DestructiveOption,
    EditionOption,
    Format,
    FormatOption,
    LangOption,
    OwnPinOption,
    PackOption,
    PinDescriptorOption,
    PlanOption,
    ReadingOption,
    SecondsOption,
)
from jpki_oracle.cli_suite import suite_app

app = typer.Typer(
    name="jpki-oracle",
    help="The dates, moves and revocations of Japan's My Number Card and its certificates as formal logic: "
    "asks it, derives tests from it, judges implementations by it.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(suite_app, name="suite")
app.add_typer(emulate_app, name="emulate")
app.add_typer(histories_app, name="histories")
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended."""


def main() -> NoReturn:
    """The entry point: bad input ends in one clear line and exit code 2, never in a traceback."""
    from jpki_oracle.commands.failure import CommandFailure

    try:
        code = app(standalone_mode=False) or 0
        if code == INTERRUPTED:  # typer turns Ctrl-C into a result
            _fail("interrupted", INTERRUPTED)
        sys.exit(code)
    except CommandFailure as failure:
        _fail(str(failure), failure.exit_code)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except typer.Abort:
        _fail("interrupted", INTERRUPTED)
    except KeyboardInterrupt:
        _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except TyperException as error:
        _fail(f"{error.format_message()} (see `jpki-oracle --help`)")


def _fail(message: str, code: int = 2) -> NoReturn:
    print(f"jpki-oracle: {message}", file=sys.stderr)
    sys.exit(code)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"jpki-oracle {installed('jpki-oracle')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


@app.command()
def certify(
    sut: Annotated[
        str,
        typer.Argument(
            help="Address: python:MODULE:NAME, stdio:COMMAND, http://HOST:PORT, batch:DIR, journal:FILE, "
            "world:EDITION; of a card also emulator:PROFILE, vpcd:PORT, pcsc:READER, pkcs11:MODULE; of certificates "
            "der:PATH, ocsp:URL#FOLDER, crl:URL#FOLDER; references authority:EDITION, issue:, verifier:."
        ),
    ],
    pack: PackOption = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for JSON, JUnit, CSV and the journal.")
    ] = None,
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", help="Suite files, or `complete` or `boundary`; else both of these."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this scenario id (or its beginning).")
    ] = None,
    known: Annotated[
        Path | None, typer.Option("--known", help="Failures on record; exactly these are forgiven.")
    ] = None,
    write_known: Annotated[
        Path | None, typer.Option("--write-known", help="Record this run's failures in a file.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count `acceptable` as failed.")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds that one answer may take.")] = 10.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the scenarios that would be asked, and leave.")
    ] = False,
    own_pin: OwnPinOption = None,
    pin_fd: PinDescriptorOption = None,
    destructive: DestructiveOption = False,
    plan: PlanOption = False,
    seconds: SecondsOption = 10.0,
    seed: Annotated[int, typer.Option("--seed", help="Draws what card-fuzz sends.")] = 0,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Judge a system under test: exit 0 all right, 1 something wrong, 2 not everything could be judged."""
    from jpki_oracle.commands.card import CardOptions
    from jpki_oracle.commands.certify import Request, certify_command

    card = CardOptions(tuple(own_pin or ()), pin_fd, destructive, plan, seconds, seed, timeout)
    request = Request(
        sut,
        tuple(pack or ()),
        edition,
        tuple(reading or ()),
        out,
        tuple(suite or ()),
        tuple(only or ()),
        known,
        write_known,
        strict,
        timeout,
        dry_run,
        card,
    )
    raise typer.Exit(certify_command(request, format.value, lang))


@app.command()
def diagnose(
    sut: Annotated[str, typer.Argument(help="An address, or a folder or file that `certify --out` wrote.")],
    edition: EditionOption = None,
    reading: ReadingOption = None,
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", help="Suites to ask: `complete`, `boundary` or files. Else both."),
    ] = None,
    readings_only: Annotated[
        bool, typer.Option("--readings-only", help="Only find out the reading, with few questions.")
    ] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds that one answer may take.")] = 10.0,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Which edition, readings or faults explain all answers: exit 0 those claimed, 1 others or none, 2 no answers."""
    from jpki_oracle.commands.diagnose import DiagnoseRequest, diagnose_command

    request = DiagnoseRequest(sut, edition, tuple(reading or ()), tuple(suite or ()), readings_only, timeout)
    raise typer.Exit(diagnose_command(request, format.value, lang))


@app.command()
def explore(
    sut: Annotated[str, typer.Argument(help="Address: python:MODULE:NAME or stdio:COMMAND.")],
    examples: Annotated[int, typer.Option("--examples", "-n", help="How many questions to ask.")] = 500,
    seed: Annotated[int, typer.Option("--seed", help="The same seed asks the same questions.")] = 0,
    pack: PackOption = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count `acceptable` as failed.")] = False,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write the life that fails into this file, as TOML.")
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds that one answer may take.")] = 10.0,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Ask drawn lives until one is answered wrongly, and tell the smallest: exit 0 none, 1 one, 2 no verdict."""
    from jpki_oracle.commands.explore import ExploreRequest, explore_command

    request = ExploreRequest(
        sut, examples, seed, tuple(pack or ()), edition, tuple(reading or ()), timeout, strict, save
    )
    raise typer.Exit(explore_command(request, format.value, lang))


@app.command()
def answer(
    life: Annotated[Path, typer.Argument(help="A life in a .toml or .json file.")],
    on: Annotated[str | None, typer.Option("--on", help="Also the states on this day, YYYY-MM-DD.")] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """All dates of one life, each with the rules and clauses that decided it, and what would change it."""
    from jpki_oracle.commands.answer import answer_command

    raise typer.Exit(answer_command(life, on, edition, reading, format.value, lang))


@app.command()
def timeline(
    life: Annotated[Path, typer.Argument(help="A life in a .toml or .json file.")],
    svg: Annotated[Path | None, typer.Option("--svg", help="Also draw it into this file.")] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """What holds from when to when in one life, and why."""
    from jpki_oracle.commands.timeline import timeline_command

    raise typer.Exit(timeline_command(life, svg, edition, reading, format.value, lang))


@app.command()
def find(
    predicate: Annotated[str, typer.Argument(help="As in: signature_expires < card_expires and age < 18")],
    edition: EditionOption = None,
    reading: ReadingOption = None,
    any_life: AnyLifeOption = False,
    smt: Annotated[Path | None, typer.Option("--smt", help="Also write the question as SMT-LIB 2.")] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """A life for which a predicate holds: exit 0 found, 1 proven that there is none, 2 unknown."""
    from jpki_oracle.commands.questions import find_command

    raise typer.Exit(find_command(predicate, edition, reading, any_life, smt, format.value, lang))


@app.command()
def prove(
    predicate: Annotated[str, typer.Argument(help="As in: authentication_expires <= card_expires")],
    edition: EditionOption = None,
    reading: ReadingOption = None,
    any_life: AnyLifeOption = False,
    smt: Annotated[
        Path | None, typer.Option("--smt", help="Also write the negated question as SMT-LIB 2.")
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Prove that a predicate holds for every life: exit 0 proven, 1 with a life against it, 2 unknown."""
    from jpki_oracle.commands.questions import prove_command

    raise typer.Exit(prove_command(predicate, edition, reading, any_life, smt, format.value, lang))


@app.command()
def diff(
    one: Annotated[
        str, typer.Argument(help="An edition, or an edition with readings: 2022-04-01,age-attained=eve")
    ],
    other: Annotated[str, typer.Argument(help="Another one.")],
    output: Annotated[
        list[str] | None, typer.Option("--output", help="Only this output. May be repeated.")
    ] = None,
    any_life: AnyLifeOption = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """What differs between two editions or readings: kinds of lives that come out differently, one of each."""
    from jpki_oracle.commands.diff import diff_command

    raise typer.Exit(diff_command(one, other, output, any_life, format.value, lang))


@app.command()
def rules(
    id: Annotated[str | None, typer.Argument(help="One rule in full.")] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The rules as a table; one of them with its term, SMT-LIB, clauses and scenarios."""
    from jpki_oracle.commands.specification import rules_command

    raise typer.Exit(rules_command(id, edition, reading, format.value, lang))


@app.command()
def clauses(
    id: Annotated[str | None, typer.Argument(help="One clause in full.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Only those of one source.")] = None,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Which packs reach each of them; exit 1 if a rule is not reached."),
    ] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The statements of the sources; one of them with the rules that state it formally."""
    from jpki_oracle.commands.clauses import clauses_command, coverage_command

    if coverage:
        raise typer.Exit(coverage_command(id, source, format.value, lang))
    raise typer.Exit(clauses_command(id, source, format.value, lang))


@app.command()
def readings(
    id: Annotated[str | None, typer.Argument(help="One question in full.")] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The questions that the sources leave open, with their answers and the default."""
    from jpki_oracle.commands.specification import readings_command

    raise typer.Exit(readings_command(id, format.value, lang))


@app.command()
def editions(
    id: Annotated[str | None, typer.Argument(help="One edition in full.")] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The dated states of the rules; one of them with every parameter and its clause."""
    from jpki_oracle.commands.specification import editions_command

    raise typer.Exit(editions_command(id, format.value, lang))


@app.command()
def properties(
    id: Annotated[str | None, typer.Argument(help="Only this property.")] = None,
    edition: EditionOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Prove what ought to follow from the rules: exit 0 all proven, 1 with a life against one, 2 unknown."""
    from jpki_oracle.commands.properties import properties_command

    raise typer.Exit(properties_command(id, edition, format.value, lang))


add_audit_commands(app)


@app.command()
def doctor(format: FormatOption = Format.TEXT, lang: LangOption = None) -> None:
    """What this machine has, what each part of the program needs, and how to get what is missing."""
    from jpki_oracle.commands.doctor import doctor_command

    raise typer.Exit(doctor_command(format.value, lang))


if __name__ == "__main__":
    main()
