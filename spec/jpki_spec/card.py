"""The card's chip as data: `APPLICATIONS`, `FILES`, `SECRETS`, `STATUSES`, `OPERATIONS`, and the `FACTS` behind rules.

Their one home is `card.toml`, where each has its source and how sure it is.
"""

from dataclasses import dataclass
from typing import Any, Literal

from jpki_spec.card_readings import CardReadings
from jpki_spec.fields import Text, read_toml

FileKind = Literal["certificate", "data", "records", "key", "pin"]
Tier = Literal["safe", "own-pin", "destructive"]
Confidence = Literal["seen", "run", "told", "open"]
NOBODY = "-"
"""In `opened_by`: no PIN opens the file; as a `secret`: one that nobody knows."""


@dataclass(frozen=True)
class Origin:
    """Where a fact about the card comes from, and how sure it is."""

    source: str
    confidence: Confidence


@dataclass(frozen=True)
class Application:
    """An application of the chip: the identifier by which it is selected, and what is not known of its files."""

    id: str
    title: Text
    identifier: bytes
    undetermined: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class Secret:
    """What is presented to a PIN: its alphabet and its least and greatest length in characters."""

    id: str
    title: Text
    alphabet: str
    least: int
    most: int
    origin: Origin

    def takes_length_of(self, other: "Secret") -> bool:
        """Every value of the other secret has a length that this one may have."""
        return self.least <= other.least and other.most <= self.most


@dataclass(frozen=True)
class CardFile:
    """An elementary file: where it is, what it holds, which PINs of its application open it for reading or use.

    `bytes` is its length where all cards have the same; `secret`, `tries` and `change` are a PIN's (`tries` a number,
    or the reading that says it; `change` the instruction that changes it). `otherwise` is a question, an answer, and
    what opens the file if it is answered so.
    """

    application: str
    identifier: str
    title: Text
    kind: FileKind
    opened_by: tuple[str, ...]
    origin: Origin
    bytes: int | None = None
    secret: str = ""
    tries: int | str = 0
    change: str = ""
    otherwise: tuple[str, str, tuple[str, ...]] | None = None

    @property
    def id(self) -> str:
        """Application and identifier, as in `jpki/0018`."""
        return f"{self.application}/{self.identifier}"

    def openers(self, readings: CardReadings) -> tuple[str, ...]:
        """The ids of the PINs that open it."""
        return tuple(f"{self.application}/{pin}" for pin in self._opened_by(readings) if pin != NOBODY)

    def is_free(self, readings: CardReadings) -> bool:
        """It is read, or used, without a PIN."""
        return not self._opened_by(readings)

    def _opened_by(self, readings: CardReadings) -> tuple[str, ...]:
        if self.otherwise and readings.reads(*self.otherwise[:2]):
            return self.otherwise[2]
        return self.opened_by

    def all_tries(self, readings: CardReadings) -> int:
        """How many tries a PIN has at first."""
        return self.tries if isinstance(self.tries, int) else int(readings.reading(self.tries))

    @property
    def is_internal(self) -> bool:
        """A key or a PIN, which no command reads."""
        return self.kind in ("key", "pin")


@dataclass(frozen=True)
class StatusWord:
    """A status word, and what it means; `x` in it stands for the tries left."""

    word: str
    text: Text


@dataclass(frozen=True)
class Operation:
    """One kind of command: how it is written, and which tier may send it."""

    id: str
    title: Text
    apdu: str
    tier: Tier


@dataclass(frozen=True)
class Fact:
    """A technical statement about the card that rules stand on; `reading` is the question that it leaves open."""

    id: str
    text: Text
    origin: Origin
    reading: str


def _origin(row: dict[str, Any]) -> Origin:
    return Origin(row["source"], row["confidence"])


def _text(row: dict[str, Any]) -> Text:
    return Text(row["en"], row["ja"])


def _file(row: dict[str, Any]) -> CardFile:
    other = row.get("otherwise")
    return CardFile(
        row["application"],
        row["identifier"],
        Text(row["name"], row["ja"]),
        row["kind"],
        tuple(row.get("opened_by", ())),
        _origin(row),
        row.get("bytes"),
        row.get("secret", ""),
        row.get("tries", 0),
        row.get("change", ""),
        (other["reading"], other["answer"], tuple(other["opened_by"])) if other else None,
    )


_content = read_toml("card.toml")
CARD_SOURCES: dict[str, Text] = {id: _text(row["title"]) for id, row in _content["source"].items()}
APPLICATIONS: dict[str, Application] = {
    id: Application(
        id, _text(row), bytes.fromhex(row["identifier"]), tuple(row["undetermined"]), _origin(row)
    )
    for id, row in _content["application"].items()
}
SECRETS: dict[str, Secret] = {
    id: Secret(id, _text(row), row["alphabet"], row["least"], row["most"], _origin(row))
    for id, row in _content["secret"].items()
}
FILES: dict[str, CardFile] = {file.id: file for file in map(_file, _content["file"])}
PINS: dict[str, CardFile] = {id: file for id, file in FILES.items() if file.kind == "pin"}
KEYS: dict[str, CardFile] = {id: file for id, file in FILES.items() if file.kind == "key"}
STATUSES: dict[str, StatusWord] = {
    word: StatusWord(word, _text(row)) for word, row in _content["status"].items()
}
OPERATIONS: dict[str, Operation] = {
    id: Operation(id, _text(row), row["apdu"], row["tier"]) for id, row in _content["operation"].items()
}
FACTS: dict[str, Fact] = {
    id: Fact(id, _text(row), _origin(row), row.get("reading", "")) for id, row in _content["fact"].items()
}
ABSENT_IDENTIFIER = "0F0F"
"""A file identifier that no application has."""
IDENTIFIERS: tuple[str, ...] = tuple(sorted({f.identifier for f in FILES.values()} | {ABSENT_IDENTIFIER}))
"""Every file identifier that is spoken of."""
