"""The options that commands have in common."""

from enum import StrEnum
from typing import Annotated

import typer

from jpki_oracle.packs import EVERY_PACK


class Format(StrEnum):
    """How a command prints."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


class Lang(StrEnum):
    """The language of what a command prints."""

    EN = "en"
    JA = "ja"


EditionOption = Annotated[
    str | None, typer.Option("--edition", "-e", help="Edition of the rules (see `editions`).")
]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", "-r", metavar="Q=A", help="Answer an open question (see `readings`)."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of what is printed.")]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language; else that of the locale.")]
PackOption = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        "-p",
        help=f"Only this pack: {', '.join(EVERY_PACK)}. May be repeated.",
    ),
]
OwnPinOption = Annotated[
    list[str] | None,
    typer.Option(
        "--own-pin",
        metavar="NAME",
        help="Present this PIN of the holder once: authentication, signature, text or resident-register. Asked at the "
        "terminal.",
    ),
]
PinDescriptorOption = Annotated[
    int | None,
    typer.Option(
        "--pin-fd", metavar="N", help="Read the PINs from this file descriptor instead, one a line."
    ),
]
DestructiveOption = Annotated[
    bool,
    typer.Option(
        "--destructive",
        help="Send wrong PINs as well: to an emulator in a reader, or to a real card whose serial number is typed in.",
    ),
]
PlanOption = Annotated[
    bool, typer.Option("--plan", help="Show what the run would do to the card, and leave.")
]
SecondsOption = Annotated[float, typer.Option("--seconds", help="How long card-fuzz runs.")]
AnyLifeOption = Annotated[
    bool, typer.Option("--any-life", help="Ask about every well-formed row, also one that cannot happen.")
]
