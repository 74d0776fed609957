"""The numbered statements that rules are the formal terms of: `CLAUSES`, and the `SOURCES` that they stand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from jpki_spec.fields import Text, read_toml

ClauseKind = Literal["rule", "definition", "informative"]


@dataclass(frozen=True)
class Source:
    """A document: its title, and whether it is law in force (a slide deck, a practice or a plan is not)."""

    id: str
    title: Text
    law: bool


@dataclass(frozen=True)
class Clause:
    """One statement of a source, in our own words, with where it stands there.

    `confidence` says how a statute's or practice's words were seen: the text itself, a paraphrase, or memory;
    `because` why it is informative, if it is (a key of `INFORMATIVE`).
    """

    id: str
    source: Source
    place: str
    kind: ClauseKind
    text: Text
    confidence: str | None
    because: str = ""


_content = read_toml("clauses.toml")
INFORMATIVE: dict[str, Text] = {id: Text(row["en"], row["ja"]) for id, row in _content["informative"].items()}
"""Why a clause is informative, and so nothing that a system can be judged by."""
SOURCES: dict[str, Source] = {
    id: Source(id, Text(row["title"]["en"], row["title"]["ja"]), row["law"])
    for id, row in _content["source"].items()
}
CLAUSES: dict[str, Clause] = {
    row["id"]: Clause(
        row["id"],
        SOURCES[row["source"]],
        row["place"],
        row["kind"],
        Text(row["en"], row["ja"]),
        row.get("confidence"),
        row.get("because", ""),
    )
    for row in _content["clause"]
}


def relevant(ids: Iterable[str], edition: str) -> list[str]:
    """Of several clauses those that an edition stands on, each once: the slides' own for `mic-2017`, else the law's.

    All of them where none remains.
    """
    once = list(dict.fromkeys(ids))
    own = [id for id in once if (CLAUSES[id].source.id == SLIDES) == (edition == SLIDES)]
    return own or once


SLIDES = "mic-2017"
