"""Certificates as data: `PROFILES`, `ATTRIBUTES`, and the `REQUIREMENTS` that each field of a certificate has to meet.

Their one home is `certificates.toml`, where each has its source and how sure it is.
"""

from dataclasses import dataclass
from typing import Any

from jpki_spec.card import Origin
from jpki_spec.fields import Text, read_toml

PROFILE_GROUPS: dict[str, tuple[str, ...]] = {
    "holder": ("signature", "authentication"),
    "authority": ("signature-authority", "authentication-authority"),
    "all": ("signature", "authentication", "signature-authority", "authentication-authority"),
}


@dataclass(frozen=True)
class Profile:
    """What one kind of certificate has of its own; `usage` are the octets of keyUsage after its unused bits.

    `extensions` are object identifiers in order; those in `optional` may be absent.
    """

    id: str
    title: Text
    unit: str
    usage: bytes
    usage_unused_bits: int
    policy: str
    extensions: tuple[str, ...]
    optional: frozenset[str]

    @property
    def is_authority(self) -> bool:
        """It is that of an authority, not of a holder."""
        return self.id.endswith("-authority")

    @property
    def purpose(self) -> str:
        """`signature` or `authentication`."""
        return self.id.removesuffix("-authority")


@dataclass(frozen=True)
class Attribute:
    """An other-name in the subjectAltName of a signature certificate; `of_the_four`: it is one of the 基本4情報."""

    id: str
    title: Text
    identifier: str
    position: int
    pattern: str
    of_the_four: bool


@dataclass(frozen=True)
class Requirement:
    """One thing that a certificate of some profiles has to be, and what says so.

    `value` is what is required, where that is a number, a text or a list; `reading` the question that is open about
    it; `clauses` those of the law's sources that it stands for; `algorithm` the one that it holds for, or empty.
    """

    id: str
    profiles: tuple[str, ...]
    text: Text
    value: int | str | tuple[str, ...] | None
    origin: Origin
    reading: str
    clauses: tuple[str, ...]
    algorithm: str = ""


@dataclass(frozen=True)
class Algorithm:
    """What keys and signatures of certificates are made with, and the editions of the law that change to it."""

    id: str
    title: Text
    editions: tuple[str, ...]


def algorithm_in(edition: str) -> str:
    """The id in `ALGORITHMS` of what an edition's certificates are made with."""
    return next((id for id, each in ALGORITHMS.items() if edition in each.editions), TODAYS_ALGORITHM)


def requirements_of(profile: str, algorithm: str = "") -> tuple[Requirement, ...]:
    """Those that a certificate of the profile has to meet, in the order of the file; those on keys and signatures for
    an algorithm of `ALGORITHMS`, today's if none is named."""
    held = ("", algorithm or TODAYS_ALGORITHM)
    return tuple(
        each for each in REQUIREMENTS.values() if profile in each.profiles and each.algorithm in held
    )


def _profile(id: str, row: dict[str, Any]) -> Profile:
    extensions = tuple(name.rstrip("?") for name in row["extensions"])
    return Profile(
        id,
        Text(row["en"], row["ja"]),
        row["unit"],
        bytes.fromhex(row["usage"]),
        row["usage_unused_bits"],
        row["policy"],
        extensions,
        frozenset(name.rstrip("?") for name in row["extensions"] if name.endswith("?")),
    )


def _requirement(row: dict[str, Any]) -> Requirement:
    value = row.get("value")
    return Requirement(
        row["id"],
        PROFILE_GROUPS.get(row["of"], (row["of"],)),
        Text(row["en"], row["ja"]),
        tuple(value) if isinstance(value, list) else value,
        Origin(row["source"], row["confidence"]),
        row.get("reading", ""),
        tuple(row.get("clauses", ())),
        row.get("algorithm", ""),
    )


_content = read_toml("certificates.toml")
CERTIFICATE_SOURCES: dict[str, Text] = {
    id: Text(row["title"]["en"], row["title"]["ja"]) for id, row in _content["source"].items()
}
PROFILES: dict[str, Profile] = {id: _profile(id, row) for id, row in _content["profile"].items()}
ALGORITHMS: dict[str, Algorithm] = {
    id: Algorithm(id, Text(row["en"], row["ja"]), tuple(row["editions"]))
    for id, row in _content["algorithm"].items()
}
TODAYS_ALGORITHM = next(iter(ALGORITHMS))
ATTRIBUTES: dict[str, Attribute] = {
    id: Attribute(
        id, Text(row["en"], row["ja"]), row["identifier"], row["position"], row["pattern"], row["four"]
    )
    for id, row in _content["attribute"].items()
}
"""By id, in their order in a certificate."""
REQUIREMENTS: dict[str, Requirement] = {row["id"]: _requirement(row) for row in _content["requirement"]}


@dataclass(frozen=True)
class Trigger:
    """Something that happens to a holder: the purposes whose certificates it revokes, and with which reason code."""

    id: str
    title: Text
    revokes: tuple[str, ...]
    reason: int
    origin: Origin
    clauses: tuple[str, ...]


TRIGGERS: dict[str, Trigger] = {
    id: Trigger(
        id,
        Text(row["en"], row["ja"]),
        tuple(row["revokes"]),
        row["reason"],
        Origin(row["source"], row["confidence"]),
        tuple(row["clauses"]),
    )
    for id, row in _content["trigger"].items()
}
SUPERSEDED = 4
"""The reason with which a renewed certificate is revoked."""

REJECTIONS: dict[str, Text] = {id: Text(row["en"], row["ja"]) for id, row in _content["reason"].items()}
"""The classes in which a verifier says why it rejects."""
