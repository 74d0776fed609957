"""What builds remember: answers of the solver, and whole builds, by the digest of what was asked."""

import json
import os
from pathlib import Path
from typing import Any


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
    """Where answers of the solver are kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jpki-oracle" / "mutants.ndjson"
