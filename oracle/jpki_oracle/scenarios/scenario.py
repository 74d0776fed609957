"""Scenarios, packs and suites: what is asked of a system under test, without what is expected of it.

What must be observed is concluded from the rules when a run is judged, under the edition and readings that the
system claims; a suite file therefore serves all of them. Its schema is `schema()`.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from jpki_model.day import parse_day
from jpki_model.life import LifeError, LifeRecord, life
from jpki_spec.fields import ITEMS, OUTPUTS
from jpki_spec.laws import EDITIONS, Law, UnknownLaw, law_named

from jpki_oracle.phrases import PHRASES
from jpki_oracle.scenarios.importance import Importance, read_importance
from jpki_oracle.scenarios.importance import schema as importance_schema

PACKS: tuple[str, ...] = ("validity", "status", "number")
FORMAT = "jpki-oracle-suite"
VERSION = 2
SUITES = {
    "complete": "complete.json",
    "other-readings": "other-readings.json",
    "boundary": "boundary.json",
    "readings": "readings.json",
}
"""The suites that come with the program, by the name under which they can be asked for."""
RUN_BY_DEFAULT = ("boundary", "complete", "other-readings")
"""The suites of a run for which none is named."""
NUMBER_KINDS = {"number": "my_number", "resident_record_code": "resident_record_code"}
"""The parameters of the capability `number`, and the form of number that each asks for."""


OUTCOMES = (*OUTPUTS, *(f"{item}_state" for item in ITEMS), "my_number", "resident_record_code")
"""What a scenario can be about."""


class SuiteError(ValueError):
    """A file that is not a suite; one line for people."""


@dataclass(frozen=True)
class Scenario:
    """One question, and why it is asked.

    `outcome`: what it is about; `rule`: the rule on whose edge it lies; `edge`: what that edge is (`edge_text` puts
    it into words). A life for the packs `validity` and `status` (there with a day), a number for the pack `number`.
    `editions`: those for whose suite it is needed (all, if that and `readings` are empty); `readings`: those other
    readings, as `EDITION QUESTION=ANSWER`, for which it is needed beyond the suite of the edition; `note`: what
    somebody pinned it with; `importance`: how much it matters if a system fails it, where that was derived.
    """

    pack: str
    outcome: str
    rule: str
    edge: str
    life: LifeRecord | None = None
    on: date | None = None
    number: Mapping[str, str] | None = None
    editions: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    note: str = ""
    importance: Importance | None = None

    @property
    def id(self) -> str:
        """Stable: it depends on the question alone."""
        digest = hashlib.sha256(
            json.dumps(self.params, sort_keys=True, ensure_ascii=True).encode()
        ).hexdigest()
        return f"{self.pack}-{digest[:10]}"

    @property
    def is_malformed(self) -> bool:
        """It asks about a text that is no number, so that no check digit decides."""
        return self.edge.split("|")[0] == "form"

    @property
    def params(self) -> dict[str, object]:
        """The question as parameters of the capability that the pack is named after."""
        if self.life is None:
            return dict(self.number or {})
        asked: dict[str, object] = {"life": self.life.as_json()}
        return asked if self.on is None else {**asked, "on": self.on.isoformat()}

    def question(self) -> str:
        """The question on one line."""
        if self.life is None:
            return ", ".join(f"{kind} {value!r}" for kind, value in (self.number or {}).items())
        return self.life.one_line() + (f"; asked on {self.on}" if self.on else "")

    def as_json(self) -> dict[str, object]:
        """The scenario as it stands in a suite file."""
        why = {
            "id": self.id,
            "pack": self.pack,
            "outcome": self.outcome,
            "rule": self.rule,
            "edge": self.edge,
        }
        more: dict[str, object] = {"editions": list(self.editions)} if self.editions else {}
        if self.readings:
            more["readings"] = list(self.readings)
        if self.note:
            more["note"] = self.note
        if self.importance:
            more["importance"] = self.importance.as_json()
        return {**why, **more, "params": self.params}

    def serves(self, current: Law) -> bool:
        """It belongs to the suite of an edition, or to what one of the law's other readings needs beyond that."""
        if not self.editions and not self.readings:
            return True
        return current.edition in self.editions or not set(self.readings).isdisjoint(single_readings(current))

    def may_serve(self, edition: str) -> bool:
        """It belongs to the suite of an edition, or to what some other reading of that needs beyond it."""
        if not self.editions and not self.readings:
            return True
        return edition in self.editions or any(law_named(name).edition == edition for name in self.readings)

    def also_for(self, other: "Scenario") -> "Scenario":
        """This scenario, needed for all that another one with the same question is needed for, too."""
        if not (self.editions or self.readings):
            return self
        if not (other.editions or other.readings):
            return replace(self, editions=(), readings=())
        editions = {*self.editions, *other.editions}
        readings = tuple(sorted({*self.readings, *other.readings}))
        return replace(self, editions=tuple(each for each in EDITIONS if each in editions), readings=readings)


def single_readings(current: Law) -> set[str]:
    """Each of a law's other readings by itself, as `EDITION QUESTION=ANSWER`."""
    return {f"{current.edition} {question}={answer}" for question, answer in current.readings.items()}


def write_suite(scenarios: Iterable[Scenario]) -> str:
    """A suite file: one scenario a line, in order of pack and id, the same bytes for the same scenarios."""
    ordered = sorted(scenarios, key=lambda scenario: (PACKS.index(scenario.pack), scenario.id))
    rows = [scenario.as_json() for scenario in ordered]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    head = {"format": FORMAT, "version": VERSION, "digest": _digest(rows), "count": len(rows)}
    return json.dumps(head)[:-1] + ', "scenarios": [\n' + ",\n".join(lines) + "\n]}\n"


def _digest(rows: object) -> str:
    canonical = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_suite(path: Path) -> list[Scenario]:
    """The scenarios of a suite file. Raises `SuiteError`."""
    try:
        return parse_suite(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise SuiteError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SuiteError(f"{path}: not UTF-8 text") from None


def suites(names: Iterable[str] = ()) -> list[Scenario]:
    """The scenarios of suites, each question once: names of `SUITES`, or paths; those of `RUN_BY_DEFAULT`, if none.

    Raises `SuiteError`.
    """
    scenarios: dict[str, Scenario] = {}
    for name in names or RUN_BY_DEFAULT:
        for scenario in shipped_suite(name) if name in SUITES else read_suite(Path(name)):
            known = scenarios.get(scenario.id)
            scenarios[scenario.id] = known.also_for(scenario) if known else scenario
    return list(scenarios.values())


def shipped_suite(name: str) -> list[Scenario]:
    """The scenarios of a suite that comes with the program, one of `SUITES`."""
    text = files("jpki_oracle.scenarios").joinpath(SUITES[name]).read_text(encoding="utf-8")
    return parse_suite(text, SUITES[name])


def parse_suite(text: str, place: str) -> list[Scenario]:
    """The scenarios in the text of a suite file. Raises `SuiteError` that names the place."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise SuiteError(f"{place}: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SuiteError(f'{place}: not a suite; it begins with "format": "{FORMAT}", "version": {VERSION}')
    version, rows = content.get("version"), content.get("scenarios")
    if version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        advice = "update jpki-oracle" if newer else "let `suite build` write it anew"
        raise SuiteError(
            f"{place}: suite version {version!r}; this program reads version {VERSION}: {advice}"
        )
    if not isinstance(rows, list):
        raise SuiteError(f'{place}: "scenarios" is a list')
    scenarios = [_scenario(row, f"{place}: scenario {number}") for number, row in enumerate(rows, start=1)]
    if content.get("digest") != _digest(rows):
        raise SuiteError(
            f"{place}: its digest does not fit, so it was changed by hand; add scenarios by `suite add`, "
            "or write the suite anew by `suite build`"
        )
    return scenarios


def _scenario(row: Any, place: str) -> Scenario:
    try:
        pack, params = row["pack"], row["params"]
        if pack not in PACKS:
            raise SuiteError(f"{place}: {pack!r} is not one of {', '.join(PACKS)}")
        about = (pack, row["outcome"], row["rule"], row["edge"])
        _check_words(about, place)
        editions, note = tuple(row.get("editions", ())), str(row.get("note", ""))
        if unknown := [edition for edition in editions if edition not in EDITIONS]:
            raise SuiteError(f"{place}: no edition {unknown[0]!r}; there are {', '.join(EDITIONS)}")
        readings = tuple(_other_reading(text, place) for text in row.get("readings", ()))
        weight = read_importance(row["importance"]) if "importance" in row else None
        if pack == "number":
            if len(params) != 1 or not set(params) <= set(NUMBER_KINDS):
                raise SuiteError(f"{place}: params has exactly one of {', '.join(NUMBER_KINDS)}")
            number = {str(kind): str(value) for kind, value in params.items()}
            asked = Scenario(*about, number=number)
        else:
            on = parse_day(params["on"]) if pack == "status" else None
            record = life(params["life"])
            asked = Scenario(*about, life=record, on=on)
        scenario = replace(asked, editions=editions, readings=readings, note=note, importance=weight)
    except SuiteError:
        raise
    except (KeyError, TypeError, AttributeError) as error:
        raise SuiteError(f"{place}: {error} is missing or not what it should be") from None
    except (LifeError, UnknownLaw, ValueError) as error:
        raise SuiteError(f"{place}: {error}") from None
    if row.get("id") != scenario.id:
        raise SuiteError(
            f"{place}: its id is {scenario.id}, not {row.get('id')!r}; ids follow from the question"
        )
    return scenario


def _other_reading(text: str, place: str) -> str:
    """A law with another reading, by its name."""
    named = law_named(text)
    if not named.readings:
        raise SuiteError(f"{place}: {text!r} names no other reading; write EDITION QUESTION=ANSWER")
    return str(named)


def _check_words(about: tuple[object, ...], place: str) -> None:
    """What a scenario is about: a known outcome, a rule and an edge that can be put into words."""
    _, outcome, rule, edge = about
    if outcome not in OUTCOMES:
        raise SuiteError(f"{place}: {outcome!r} is not an outcome; there are {', '.join(OUTCOMES)}")
    for name, value in (("rule", rule), ("edge", edge)):
        if not isinstance(value, str) or not value:
            raise SuiteError(f"{place}: {name} is a text, not {value!r}")
    kind, *rest = str(edge).split("|")
    key = f"edge-form-{rest[0] if rest else ''}" if kind == "form" else f"edge-{kind}"
    if key not in PHRASES:
        raise SuiteError(f"{place}: there is no edge {edge!r}")


_READING = r"^[0-9a-z-]+ [a-z0-9-]+=[a-z0-9-]+$"


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of suite files."""
    text = {"type": "string", "minLength": 1}
    scenario = {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "pack", "outcome", "rule", "edge", "params"],
        "properties": {
            "id": {"type": "string", "pattern": f"^({'|'.join(PACKS)})-[0-9a-f]{{10}}$"},
            "pack": {"enum": list(PACKS)},
            "outcome": {"enum": list(OUTCOMES)},
            "rule": text,
            "edge": text,
            "editions": {"type": "array", "items": {"enum": list(EDITIONS)}, "minItems": 1},
            "readings": {"type": "array", "items": {"type": "string", "pattern": _READING}, "minItems": 1},
            "note": text,
            "importance": importance_schema(),
            "params": {"type": "object", "minProperties": 1},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A suite of scenarios",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "version", "digest", "count", "scenarios"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "count": {"type": "integer", "minimum": 0},
            "scenarios": {"type": "array", "items": scenario},
        },
    }
