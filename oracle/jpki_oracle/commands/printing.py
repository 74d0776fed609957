"""How commands print: tables in three forms, and progress on a terminal."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from tabulate import tabulate

STYLES = {"text": "simple", "markdown": "github"}
PATIENCE = 1.0
"""Seconds after which a terminal is shown that something goes on."""


def print_table(rows: Sequence[Mapping[str, object]], form: str) -> None:
    """Rows with equal keys, as a table or as a JSON array."""
    if form == "json":
        print_json(rows)
        return
    text = [{key: _cell(value, form) for key, value in row.items()} for row in rows]
    print(tabulate(text, headers="keys", tablefmt=STYLES[form], disable_numparse=True))


def print_json(value: object) -> None:
    """A value as JSON, dates as text."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


class Progress(Protocol):
    """Told how far a long thing has come."""

    def __call__(self, done: int, of: int, what: str = "") -> None: ...


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on stderr, once something has run for more than a second on a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield lambda done, of, what="": None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True, disable=False) as bar:
        task = bar.add_task("", total=None, visible=False)
        started = time.monotonic()

        def tell(done: int, of: int, what: str = "") -> None:
            visible = time.monotonic() - started > PATIENCE
            bar.update(task, completed=done, total=of, description=what, visible=visible)

        yield tell


def _cell(value: object, form: str) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    text = "" if value is None else str(value)
    return text.replace("|", "\\|") if form == "markdown" else text
