"""The commands of `jpki-oracle histories`."""

from pathlib import Path
from typing import Annotated

import typer

from jpki_oracle.cli_options import EditionOption, Format, FormatOption, LangOption, ReadingOption

histories_app = typer.Typer(help="Histories: events one by one, and the states after each.")

SuiteOption = Annotated[
    list[str] | None,
    typer.Option("--suite", help="faults, transitions, pairs or a file; else all. Repeatable."),
]


@histories_app.command("show")
def histories_show(
    only: Annotated[list[str] | None, typer.Option("--only", help="Ids that begin so. Repeatable.")] = None,
    suite: SuiteOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """The histories that come with the program, or those of a file."""
    from jpki_oracle.commands.histories import show_command

    raise typer.Exit(show_command(suite or (), only or (), format.value, lang))


@histories_app.command("faults")
def histories_faults(format: FormatOption = Format.TEXT, lang: LangOption = None) -> None:
    """The single ways to get an event rule wrong, each with the shortest history that shows it."""
    from jpki_oracle.commands.histories import faults_command

    raise typer.Exit(faults_command(format.value, lang))


@histories_app.command("play")
def histories_play(
    history: Annotated[Path, typer.Argument(help="A file of histories, or the id of one that is shipped.")],
    svg: Annotated[Path | None, typer.Option("--svg", help="Also draw it into this file.")] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Play a history in the reference world: what is accepted, what holds after each event, and why."""
    from jpki_oracle.commands.histories import play_command

    raise typer.Exit(play_command(history, svg, edition, reading, format.value, lang))


@histories_app.command("build")
def histories_build(folder: Annotated[Path, typer.Argument(help="The folder to write into.")]) -> None:
    """Search the shipped histories anew: shortest for each fault and transition (takes minutes)."""
    from jpki_oracle.commands.histories import build_command

    raise typer.Exit(build_command(folder))


@histories_app.command("explore")
def histories_explore(
    system: Annotated[str, typer.Argument(help="Address of the system, as for certify.")],
    examples: Annotated[int, typer.Option("--examples", min=1, help="How many histories.")] = 300,
    steps: Annotated[int, typer.Option("--steps", min=1, max=100, help="Events of the longest.")] = 16,
    seed: Annotated[int, typer.Option("--seed", help="Draws the histories; the same one the same.")] = 0,
    write: Annotated[Path | None, typer.Option("--write", help="A file for what is found.")] = None,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds for an answer.")] = 10.0,
    lang: LangOption = None,
) -> None:
    """Play random histories to a system; the shortest that it gets wrong is told, and can be written and kept."""
    from jpki_oracle.commands.explore_histories import ExploreRequest, explore_histories_command

    request = ExploreRequest(system, examples, steps, seed, write, edition, tuple(reading or ()), timeout)
    raise typer.Exit(explore_histories_command(request, lang))


@histories_app.command("check")
def histories_check(
    length: Annotated[
        int, typer.Option("--length", min=1, max=9, help="Events of the longest histories.")
    ] = 4,
    edition: EditionOption = None,
    lang: LangOption = None,
) -> None:
    """Prove that event machine and rules agree on every history of the main rules (minutes, from 6 events on)."""
    from jpki_oracle.commands.histories import check_command

    raise typer.Exit(check_command(length, edition, lang))
