"""The options that commands have in common."""

from enum import StrEnum
from typing import Annotated

import typer


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
    typer.Option("--pack", "-p", help="Only this pack: validity, status or number. May be repeated."),
]
AnyLifeOption = Annotated[
    bool, typer.Option("--any-life", help="Ask about every well-formed row, also one that cannot happen.")
]
