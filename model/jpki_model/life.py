"""Lives as concrete records: read from TOML, JSON or CSV, checked, and given back as text.

Errors name the place (file, row), the field, what was there and what is allowed.
"""

import csv
import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from jpki_spec.fields import DATE_FIELDS, FIELDS

from jpki_model.day import NEVER_DAY, parse_day, within_calendar


class LifeError(ValueError):
    """A row that is not a life; the message is one line for people."""


@dataclass(frozen=True)
class LifeRecord:
    """One life: the stated fields only, dates as `date` and choices as their names, in the fields' order."""

    stated: Mapping[str, date | str]

    def __getitem__(self, field: str) -> date | str | None:
        """The value of a field; the default of a choice that is not stated, None for an absent date."""
        return self.stated.get(field, FIELDS[field].default)

    def __hash__(self) -> int:
        return hash(tuple(self.stated.items()))

    def values(self) -> dict[str, date | str]:
        """Every field's value as the interpreters take it: NEVER_DAY for an absent date."""
        return {
            name: self.stated.get(name, NEVER_DAY if field.default is None else field.default)
            for name, field in FIELDS.items()
        }

    def replace(self, **changes: date | str | None) -> "LifeRecord":
        """The same life with some fields changed; None takes a field away. Raises `LifeError` as `life` does."""
        return life({**self.stated, **changes})

    def as_json(self) -> dict[str, str]:
        """The stated fields as text, for messages and files."""
        return {name: str(value) for name, value in self.stated.items()}

    def as_toml(self) -> str:
        """The stated fields as a TOML document that `read_life` takes."""
        return "".join(
            f"{name} = {value.isoformat() if isinstance(value, date) else json.dumps(value)}\n"
            for name, value in self.stated.items()
        )

    def one_line(self) -> str:
        """The stated fields on one line."""
        return ", ".join(f"{name} {value}" for name, value in self.stated.items())


def life(row: Mapping[str, object], place: str = "") -> LifeRecord:
    """A life from a mapping of field names to dates or text; None, '' and absent are the same.

    Raises `LifeError` for an unknown field, a date that does not exist or is outside of the calendar, an unknown
    value of a choice, or a date before birth; the message begins with `place`.
    """
    stated: dict[str, date | str] = {}
    for name in row:
        if name not in FIELDS:
            near = difflib.get_close_matches(str(name), FIELDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"fields are {', '.join(FIELDS)}"
            raise LifeError(f"{_at(place)}unknown field {name!r}; {hint}")
    for name in FIELDS:
        value = row.get(name)
        if value is None or value == "":
            continue
        stated[name] = _date(value, name, place) if name in DATE_FIELDS else _choice(value, name, place)
    _born_first(stated, place)
    return LifeRecord(MappingProxyType({n: v for n, v in stated.items() if v != FIELDS[n].default}))


def read_life(path: Path) -> LifeRecord:
    """One life from a `.toml` or `.json` file. Raises `LifeError` for an unreadable file, or as `life` does."""
    lives = list(read_lives(path))
    if len(lives) != 1:
        raise LifeError(f"{path}: expected one life, found {len(lives)}")
    return lives[0]


def read_lives(path: Path) -> Iterator[LifeRecord]:
    """The lives of a file: a TOML or JSON object (or JSON array, or an object with a `life` in it), or CSV rows.

    Raises `LifeError` for an unreadable file, an unknown ending, or as `life` does.
    """
    try:
        if path.suffix == ".csv":
            yield from _read_csv(path)
            return
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            content: object = tomllib.loads(text)
        elif path.suffix == ".json":
            content = json.loads(text, object_pairs_hook=_once_each)
        else:
            raise LifeError(f"{path}: a life is a .toml, .json or .csv file")
    except LifeError:
        raise
    except OSError as error:
        raise LifeError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise LifeError(f"{path}: not UTF-8 text") from None
    except RecursionError:
        raise LifeError(f"{path}: nested too deep to be a life") from None
    except ValueError as error:  # of TOML or JSON, or a number beyond all reason
        raise LifeError(f"{path}: {_first_line(error)}") from None
    rows = content if isinstance(content, list) else [content]
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise LifeError(f"{path}: a life is an object of fields, not {type(row).__name__}")
        place = f"{path}:{number}" if isinstance(content, list) else str(path)
        inner = row.get("life", row)
        if not isinstance(inner, dict):
            raise LifeError(f"{place}: `life` is an object of fields, not {type(inner).__name__}")
        yield life(inner, place)


def _read_csv(path: Path) -> Iterator[LifeRecord]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            columns = list(rows.fieldnames or ())
            twice = sorted({name for name in columns if columns.count(name) > 1})
            if twice:
                raise LifeError(f"{path}:1: column {twice[0]!r} stands there twice")
            for row in rows:
                if None in row.values():
                    raise LifeError(f"{path}:{rows.line_num}: fewer cells than columns")
                if None in row:
                    raise LifeError(f"{path}:{rows.line_num}: more cells than columns")
                yield life(row, f"{path}:{rows.line_num}")
        except csv.Error as error:
            raise LifeError(f"{path}:{rows.line_num}: {error}") from None


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object, in which a key that stands there twice would hide a value."""
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} stands there twice")
    return dict(pairs)


def _date(value: object, name: str, place: str) -> date:
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return within_calendar(value)
        if isinstance(value, str):
            return parse_day(value)
    except ValueError as error:
        raise LifeError(f"{_at(place)}{name}: {error}") from None
    raise LifeError(f"{_at(place)}{name}: {value!r} is not a date; write YYYY-MM-DD, as in 2024-02-29")


def _choice(value: object, name: str, place: str) -> str:
    allowed = FIELDS[name].values
    if value not in allowed:
        raise LifeError(f"{_at(place)}{name}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _born_first(stated: Mapping[str, date | str], place: str) -> None:
    birth = stated.get("birth")
    for name in DATE_FIELDS:
        value = stated.get(name)
        if isinstance(birth, date) and isinstance(value, date) and value < birth:
            raise LifeError(f"{_at(place)}{name}: {value} is before birth, {birth}")


def _at(place: str) -> str:
    return f"{place}: " if place else ""


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
