"""The row that every rule, table and adapter speaks of: `FIELDS` of a life, `OUTPUTS` of the rules.

Names, kinds and meanings have their one home in `fields.toml`.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["date", "choice", "integer"]


@dataclass(frozen=True)
class Text:
    """A text for users, in English and Japanese."""

    en: str
    ja: str

    def __getitem__(self, language: str) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Field:
    """One column: its name, its kind, its meaning; for a choice the allowed values, the default first."""

    name: str
    kind: Kind
    meaning: Text
    values: tuple[str, ...] = ()

    @property
    def default(self) -> str | None:
        """The value of a field that is not stated: the first choice, or nothing for a date."""
        return self.values[0] if self.values else None


def read_toml(name: str) -> dict[str, Any]:
    """The content of one of the specification's own data files."""
    return tomllib.loads(files("jpki_spec").joinpath(name).read_text(encoding="utf-8"))


def _read(section: str) -> dict[str, Field]:
    return {
        row["name"]: Field(row["name"], row["kind"], Text(row["en"], row["ja"]), tuple(row.get("values", ())))
        for row in read_toml("fields.toml")[section]
    }


FIELDS: dict[str, Field] = _read("field")
OUTPUTS: dict[str, Field] = _read("output")
DATE_FIELDS: tuple[str, ...] = tuple(name for name, field in FIELDS.items() if field.kind == "date")
CHOICE_FIELDS: tuple[str, ...] = tuple(name for name, field in FIELDS.items() if field.kind == "choice")
DATE_OUTPUTS: tuple[str, ...] = tuple(name for name, field in OUTPUTS.items() if field.kind == "date")

ITEMS: tuple[str, ...] = ("card", "signature", "authentication")
"""What has a state: the card, the signature certificate, the user-authentication certificate."""

STATES: dict[str, tuple[str, ...]] = {
    "card": ("not_yet", "valid", "expired", "lapsed"),
    "signature": ("not_yet", "valid", "expired", "revoked"),
    "authentication": ("not_yet", "valid", "expired", "revoked"),
}

VALIDITY_OUTPUTS: tuple[str, ...] = tuple(
    name for name in OUTPUTS if name.endswith(("_expires", "_renewable_from"))
)
"""What the capability `validity` answers."""
