"""Sequences of commands that a card is judged by, as they are shipped in `sequences.json`; its schema is `schema()`.

A sequence says what is sent, never what is expected: that is concluded from the rules when a card is judged, under the
readings that it claims. The solver has derived them (`jpki_oracle.card.derive`).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jpki_model.card_machine import CardStep, card_machine, file_of, first_values, is_safe
from jpki_spec.card import APPLICATIONS, IDENTIFIERS, OPERATIONS, PINS, SECRETS, Tier
from jpki_spec.card_readings import card_readings
from jpki_spec.card_state import PRESENTED

FORMAT = "jpki-oracle-card-sequences"
VERSION = 1
SHIPPED = "sequences.json"
TIERS: tuple[Tier, ...] = ("safe", "own-pin", "destructive")
OWN_PINS = ("jpki/0018", "jpki/001B")
"""The PINs that a holder may be asked for."""


class SequenceError(ValueError):
    """A file that does not hold sequences; one line for people."""


@dataclass(frozen=True)
class CardSequence:
    """Commands from power-on, and the rule on whose edge they lie.

    `tier`: what may send them; `right` and `wrong`: how often a right or another value is presented to a PIN, by its
    file; `locks`: the PINs that have no try left afterwards. All of it follows from the commands.
    """

    commands: tuple[CardStep, ...]
    rule: str = ""
    tier: Tier = field(init=False)
    right: Mapping[str, int] = field(init=False, hash=False)
    wrong: Mapping[str, int] = field(init=False, hash=False)
    locks: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        machine = card_machine(card_readings())
        state: Mapping[str, Any] = first_values(card_readings())
        right, wrong, worst = Counter[str](), Counter[str](), 0
        for command in self.commands:
            file = file_of(state, command)
            level = 0 if is_safe(state, command) else 2
            if file and file.kind == "pin" and command.operation == "verify":
                own = command.secret == file.secret and command.presented == "right"
                (right if own else wrong)[file.id] += 1
                level = 1 if own and file.id in OWN_PINS else 2
            elif OPERATIONS[command.operation].tier == "own-pin" or _reads_with_own_pin(state, command):
                level = 1
            worst = max(worst, level)
            state, _ = machine.step(state, command)
        if worst == 1 and any(count > 1 for count in right.values()):
            worst = 2
        locked = tuple(
            pin
            for pin, file in PINS.items()
            if state[f"tries {pin}"] == 0 and file.all_tries(card_readings())
        )
        for name, value in (("tier", TIERS[worst]), ("right", right), ("wrong", wrong), ("locks", locked)):
            object.__setattr__(self, name, value)

    @property
    def id(self) -> str:
        """Stable: it depends on the commands alone."""
        text = json.dumps([_row(command) for command in self.commands], sort_keys=True)
        return f"card-{hashlib.sha256(text.encode()).hexdigest()[:10]}"

    def as_json(self) -> dict[str, object]:
        """The sequence as it stands in a file."""
        return {
            "id": self.id,
            "tier": self.tier,
            "rule": self.rule,
            "right": dict(sorted(self.right.items())),
            "wrong": dict(sorted(self.wrong.items())),
            "locks": list(self.locks),
            "commands": [_row(command) for command in self.commands],
        }


def _reads_with_own_pin(state: Mapping[str, Any], command: CardStep) -> bool:
    """It reads the certificate that a holder's PIN opens, or that of an authority."""
    file = file_of(state, command)
    return (
        command.operation == "read"
        and not command.short
        and bool(file)
        and file is not None
        and (file.kind == "certificate")
    )


@dataclass(frozen=True)
class Suite:
    """The sequences of a file, with what they were shown to do: how many faults and classes of transitions.

    `equivalent` are the faults that no sequence of any length shows; `within` those that none of a length shows.
    """

    sequences: tuple[CardSequence, ...]
    faults: int
    classes: int
    equivalent: tuple[str, ...]
    within: Mapping[str, int]


@cache
def shipped_sequences() -> Suite:
    """The suite that comes with the program."""
    return parse_sequences(files("jpki_oracle.card").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def write_sequences(suite: Suite) -> str:
    """The text of a file: one sequence a line, the safe ones first, the same bytes for the same suite."""
    ordered = sorted(suite.sequences, key=lambda s: (TIERS.index(s.tier), len(s.commands), s.id))
    rows = [sequence.as_json() for sequence in ordered]
    head: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "digest": _digest(rows),
        "count": len(rows),
    }
    head |= {"faults": suite.faults, "classes": suite.classes}
    head |= {"equivalent": sorted(suite.equivalent), "within": dict(sorted(suite.within.items()))}
    lines = ",\n".join(json.dumps(row) for row in rows)
    return json.dumps(head)[:-1] + ', "sequences": [\n' + lines + "\n]}\n"


def parse_sequences(text: str, place: str) -> Suite:
    """The suite in the text of a file. Raises `SequenceError` that names the place."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise SequenceError(f"{place}: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SequenceError(f'{place}: not sequences of a card; they begin with "format": "{FORMAT}"')
    if content.get("version") != VERSION:
        raise SequenceError(
            f"{place}: version {content.get('version')!r}; this program reads version {VERSION}"
        )
    rows = content.get("sequences")
    if not isinstance(rows, list) or content.get("digest") != _digest(rows):
        raise SequenceError(f"{place}: its digest does not fit, so it was changed by hand; derive it anew")
    sequences = []
    for number, row in enumerate(rows, start=1):
        sequence = _sequence(row, f"{place}: sequence {number}")
        if sequence.as_json() != row:
            raise SequenceError(
                f"{place}: sequence {number}: what it says of itself does not follow from its commands"
            )
        sequences.append(sequence)
    return Suite(
        tuple(sequences),
        int(content["faults"]),
        int(content["classes"]),
        tuple(content["equivalent"]),
        {str(id): int(length) for id, length in content["within"].items()},
    )


def of_tier(sequences: Iterable[CardSequence], tier: str) -> list[CardSequence]:
    """The sequences that a tier sends, those that lock a PIN last.

    With a holder's own PINs that is one sequence for each PIN, the longest, since a PIN is presented once in a run.
    """
    order: list[str] = [*TIERS]
    allowed = order[: order.index(tier) + 1]
    kept = [sequence for sequence in sequences if sequence.tier in allowed]
    if tier == "own-pin":
        tours: dict[tuple[str, ...], CardSequence] = {}
        for sequence in kept:
            pins = tuple(sequence.right)
            if sequence.tier == tier and len(pins) == 1:
                longest = tours.get(pins)
                tours[pins] = sequence if longest is None or _is_longer(sequence, longest) else longest
        kept = [sequence for sequence in kept if sequence.tier == "safe"] + list(tours.values())
    return sorted(kept, key=lambda s: (order.index(s.tier), bool(s.locks)))


def _is_longer(one: CardSequence, other: CardSequence) -> bool:
    return len(one.commands) > len(other.commands)


def _sequence(row: Any, place: str) -> CardSequence:
    try:
        return CardSequence(tuple(_step(command) for command in row["commands"]), str(row["rule"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SequenceError(f"{place}: {error} is missing or not what it should be") from None


def _step(row: Mapping[str, Any]) -> CardStep:
    known: dict[str, Iterable[str]] = {
        "do": OPERATIONS,
        "application": APPLICATIONS,
        "file": IDENTIFIERS,
        "secret": SECRETS,
        "presented": PRESENTED,
    }
    for name, value in row.items():
        if name != "short" and value not in known[name]:
            raise ValueError(f"{name} {value!r}")
    names = {"do": "operation", "file": "identifier"}
    return CardStep(**{names.get(name, name): value for name, value in row.items()})


def _row(step: CardStep) -> dict[str, object]:
    """A command without the parameters that it has not."""
    plain = CardStep(step.operation)
    row: dict[str, object] = {"do": step.operation}
    for name, key in (("application", "application"), ("identifier", "file"), ("presented", "presented")):
        if getattr(step, name) != getattr(plain, name):
            row[key] = getattr(step, name)
    if step.short:
        row["short"] = True
    if step.operation in ("verify", "change"):
        row["secret"] = step.secret
    return row


def _digest(rows: object) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of files with sequences."""
    counts = {
        "type": "object",
        "propertyNames": {"enum": list(PINS)},
        "additionalProperties": {"type": "integer", "minimum": 1},
    }
    command = {
        "type": "object",
        "additionalProperties": False,
        "required": ["do"],
        "properties": {
            "do": {"enum": list(OPERATIONS)},
            "application": {"enum": list(APPLICATIONS)},
            "file": {"enum": list(IDENTIFIERS)},
            "short": {"const": True},
            "secret": {"enum": list(SECRETS)},
            "presented": {"enum": list(PRESENTED)},
        },
    }
    sequence = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "tier", "rule", "right", "wrong", "locks", "commands"],
        "properties": {
            "id": {"type": "string", "pattern": "^card-[0-9a-f]{10}$"},
            "tier": {"enum": list(TIERS)},
            "rule": {"type": "string"},
            "right": counts,
            "wrong": counts,
            "locks": {"type": "array", "items": {"enum": list(PINS)}},
            "commands": {"type": "array", "items": command, "minItems": 1},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sequences of commands for a card",
        "type": "object",
        "additionalProperties": False,
        "required": [
            "format",
            "version",
            "digest",
            "count",
            "faults",
            "classes",
            "equivalent",
            "within",
            "sequences",
        ],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "count": {"type": "integer", "minimum": 0},
            "faults": {"type": "integer", "minimum": 0},
            "classes": {"type": "integer", "minimum": 0},
            "equivalent": {"type": "array", "items": {"type": "string"}},
            "within": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
            "sequences": {"type": "array", "items": sequence},
        },
    }
