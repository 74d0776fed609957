"""What builds remember: answers about bundles, and whole builds, by the digest of what was asked.

Each program has a memory of its own, named by the digest of its sources and data, the rules among them: what another
one found may be what this one would not find.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import z3

PACKAGES = ("jpki_spec", "jpki_model", "jpki_oracle")


class Memory:
    """What was found and proven, by the digest of the question; kept in a file where one is given."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, Any] = {}
        self._fresh: dict[str, Any] = {}
        if file and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                try:
                    key, value = json.loads(line)
                except ValueError:
                    continue  # a line that a killed process left unfinished
                self._known[key] = value

    def get(self, key: str) -> Any:
        """What is known about a question, or None."""
        return self._known.get(key)

    def put(self, key: str, value: Any, *, anew: bool = False) -> None:
        """Remember an answer, in the place of another one if it is `anew`."""
        if key not in self._known or (anew and self._known[key] != value):
            self._known[key] = self._fresh[key] = value

    def save(self) -> None:
        """Append to the file what it does not have yet. Raises OSError."""
        if self._file and self._fresh:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lines = "".join(json.dumps([key, value]) + "\n" for key, value in self._fresh.items())
            with self._file.open("ab", buffering=0) as out:  # in one piece: several processes may append
                out.write(lines.encode())
            self._fresh = {}


def default_memory() -> Path:
    """Where what this program found is kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jpki-oracle" / f"builds-{program_digest()[:12]}.ndjson"


@cache
def program_digest(packages: tuple[str, ...] = PACKAGES) -> str:
    """The digest of all sources and data of packages, and of the versions of what they compute with."""
    digest = hashlib.sha256(f"{z3.get_version_string()} {np.__version__}".encode())
    for package in packages:
        for name, content in _sources(files(package)):
            digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _sources(folder: Traversable, within: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        name = f"{within}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, name)
        elif entry.name.endswith((".py", ".toml")):
            yield name, entry.read_bytes()
