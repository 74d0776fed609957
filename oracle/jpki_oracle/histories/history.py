"""A history: how it begins, and the events to be played one by one; a file of them, with its schema.

What must be observed is concluded by the world when a run is judged, under the edition and readings of the system.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from jpki_model.day import parse_day
from jpki_model.world.events import KINDS, Event, NotAnEvent, event
from jpki_model.world.opening import Opening

FORMAT = "jpki-oracle-histories"
VERSION = 1
SUITES = {"faults": "faults.json", "transitions": "transitions.json", "pairs": "pairs.json"}
"""The histories that come with the program: one for each fault, for each transition, for pairs of kinds of event."""


class HistoryError(ValueError):
    """A file that holds no histories; one line for people."""


@dataclass(frozen=True)
class History:
    """Who there is on the first day, and what happens then, in order. `about`: the fault or transition it is for."""

    start: date
    openings: tuple[Opening, ...]
    events: tuple[Event, ...]
    about: str = ""

    @property
    def id(self) -> str:
        """Stable: it depends on what happens alone."""
        row = {
            name: value for name, value in self.as_json().items() if name in ("start", "residents", "events")
        }
        return f"lifecycle-{hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:10]}"

    def as_json(self) -> dict[str, object]:
        """The history as it stands in a file."""
        return {
            "about": self.about,
            "start": self.start.isoformat(),
            "residents": [opening.as_json() for opening in self.openings],
            "events": [each.as_json() for each in self.events],
        }

    def one_line(self) -> str:
        """The events on one line."""
        return "; ".join(each.one_line() for each in self.events)


def history(row: object, place: str = "") -> History:
    """A history from JSON types. Raises `HistoryError` that begins with `place`."""
    try:
        if not isinstance(row, dict):
            raise HistoryError(f"{place}a history is an object, not {type(row).__name__}")
        unknown = set(row) - {"id", "about", "start", "residents", "events"}
        if unknown:
            raise HistoryError(f"{place}{min(unknown)!r} is no part of a history")
        openings = tuple(_opening(each) for each in row.get("residents", ()))
        events = tuple(event(dict(each)) for each in row["events"])
        return History(parse_day(row["start"]), openings, events, str(row.get("about", "")))
    except HistoryError:
        raise
    except KeyError as error:
        raise HistoryError(f"{place}{error} is missing") from None
    except (NotAnEvent, ValueError, TypeError) as error:
        raise HistoryError(f"{place}{error}") from None


def _opening(row: dict[str, object]) -> Opening:
    values: dict[str, object] = {}
    for name, value in row.items():
        if name not in Opening.__slots__:
            raise NotAnEvent(f"residents: {name!r} is not known; there are {', '.join(Opening.__slots__)}")
        values[name] = value if name in ("person", "residence") else parse_day(str(value))
    if missing := [name for name in ("person", "birth") if name not in values]:
        raise NotAnEvent(f"residents: {missing[0]} is missing")
    return Opening(**values)  # type: ignore[arg-type]


def write_histories(histories: Iterable[History]) -> str:
    """A file of histories: one a line, in order of id, the same bytes for the same histories."""
    lines = [
        json.dumps({"id": each.id, **each.as_json()}, ensure_ascii=False)
        for each in sorted(histories, key=lambda each: each.id)
    ]
    head = json.dumps({"format": FORMAT, "version": VERSION, "count": len(lines)})
    return head[:-1] + ', "histories": [\n' + ",\n".join(lines) + "\n]}\n"


def parse_histories(text: str, place: str) -> list[History]:
    """The histories of a file's text. Raises `HistoryError`."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HistoryError(f"{place}: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
        raise HistoryError(
            f'{place}: no histories; it begins with "format": "{FORMAT}", "version": {VERSION}'
        )
    rows = content.get("histories")
    if not isinstance(rows, list):
        raise HistoryError(f'{place}: "histories" is a list')
    return [history(row, f"{place}: history {number}: ") for number, row in enumerate(rows, start=1)]


def read_histories(path: Path) -> list[History]:
    """The histories of a file: one of them alone, or many. Raises `HistoryError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise HistoryError(f"{path}: not UTF-8 text") from None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HistoryError(f"{path}: {error}") from None
    if isinstance(content, dict) and "events" in content:
        return [history(content, f"{path}: ")]
    return parse_histories(text, str(path))


def shipped_histories(suite: str) -> list[History]:
    """The histories that come with the program, of one of `SUITES`."""
    name = SUITES[suite]
    return parse_histories(files("jpki_oracle.histories").joinpath(name).read_text(encoding="utf-8"), name)


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of a file of histories."""
    day = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    details = sorted({name for names in KINDS.values() for name in names})
    an_event = {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "on"],
        "properties": {"kind": {"enum": list(KINDS)}, "on": day, "person": {"type": "string"}}
        | {name: {"type": ["string", "boolean"]} for name in details},
    }
    resident = {
        "type": "object",
        "additionalProperties": False,
        "required": ["person", "birth"],
        "properties": {name: {"type": "string"} for name in Opening.__slots__},
    }
    a_history = {
        "type": "object",
        "additionalProperties": False,
        "required": ["start", "events"],
        "properties": {
            "id": {"type": "string", "pattern": "^lifecycle-[0-9a-f]{10}$"},
            "about": {"type": "string"},
            "start": day,
            "residents": {"type": "array", "items": resident},
            "events": {"type": "array", "items": an_event},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Histories",
        "type": "object",
        "required": ["format", "version", "histories"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "count": {"type": "integer", "minimum": 0},
            "histories": {"type": "array", "items": a_history},
        },
    }
