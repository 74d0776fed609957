"""The commands of `jpki-oracle emulate`."""

from pathlib import Path
from typing import Annotated

import typer

from jpki_oracle.cli_options import EditionOption, Format, FormatOption, LangOption, ReadingOption

emulate_app = typer.Typer(
    help="The reference parts as servers: an emulated card, a certification authority, a world."
)


@emulate_app.callback()
def _emulate() -> None:
    """Makes `card` a command of its own, which a single command would not be."""


@emulate_app.command("card")
def emulate_card(
    life: Annotated[
        Path | None, typer.Option("--life", help="Whose card, a .toml or .json file; else an example's.")
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", help="How the card behaves: probed or iso, and FIELD=VALUE after it.")
    ] = "probed",
    vpcd: Annotated[
        str, typer.Option("--vpcd", metavar="HOST:PORT", help="Where the virtual reader listens.")
    ] = "localhost:35963",
    keys: Annotated[
        Path | None, typer.Option("--keys", help="A folder with keys as KEY.pem; else they are made anew.")
    ] = None,
    contents: Annotated[
        bool, typer.Option("--contents", help="Print what is on the card and what opens it, and leave.")
    ] = False,
    edition: EditionOption = None,
    reading: ReadingOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = None,
) -> None:
    """Put an emulated card into a virtual reader (vsmartcard's vpcd), so that any PC/SC program sees it."""
    from jpki_oracle.commands.emulate import EmulatedCardRequest, emulate_card_command

    request = EmulatedCardRequest(life, profile, vpcd, keys, contents, edition, tuple(reading or ()))
    raise typer.Exit(emulate_card_command(request, format.value, lang))


@emulate_app.command("world")
def emulate_world(
    http: Annotated[int, typer.Option("--http", metavar="PORT", help="Where to listen; 0: any port.")] = 8080,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    edition: EditionOption = None,
    reading: ReadingOption = None,
    lang: LangOption = None,
) -> None:
    """Serve the reference world (registers, cards, certificates, event by event) to the capability `lifecycle`."""
    from jpki_oracle.commands.emulate_world import emulate_world_command

    raise typer.Exit(emulate_world_command(host, http, edition, reading, lang))


@emulate_app.command("authority")
def emulate_authority(
    http: Annotated[
        int, typer.Option("--http", metavar="PORT", help="The port to listen on.", min=0, max=65535)
    ],
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    keys: Annotated[
        Path | None, typer.Option("--keys", help="A folder with keys as KEY.pem; else they are made anew.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Let it always be noon in Japan of that day.")
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option("--examples", help="Write certificates of fictitious holders into a folder."),
    ] = None,
    edition: EditionOption = None,
    lang: LangOption = None,
) -> None:
    """Serve a test certification authority: revocation lists, OCSP, and the messages of the capability authority."""
    from jpki_oracle.commands.arguments import day_argument
    from jpki_oracle.commands.emulate_authority import emulate_authority_command

    day = day_argument(on)
    raise typer.Exit(emulate_authority_command(host, http, keys, day, examples, lang, edition))
