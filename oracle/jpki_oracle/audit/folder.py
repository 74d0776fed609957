"""The folder that results are written into: aside first, and renamed when all is done.

What is interrupted or killed leaves nothing under a result's name; at worst a folder `.unfinished-…` stays behind.
"""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from jpki_oracle.audit.failure import AuditFailure


class ResultFolder:
    """Files of one run; `finish` puts them into place, and leaving without it throws them away."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._names: list[str] = []
        self._made = _missing(folder) if folder is not None else []
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self.aside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        except OSError as error:
            self._take_away_what_was_made()
            raise AuditFailure(f"{folder}: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
        self._take_away_what_was_made()

    def result(self, name: str) -> Path:
        """Where to write a file that is a result."""
        self._names.append(name)
        return self.aside / name

    def finish(self) -> tuple[str, ...]:
        """Put the results into place, in the order in which they were named. Raises `AuditFailure`."""
        if self._folder is None:
            return ()
        written = []
        for name in self._names:
            if not (self.aside / name).exists():
                continue
            target = self._folder / name
            try:
                if target.is_dir():  # a folder of parts, from an engine that writes such
                    shutil.rmtree(target)
                elif (self.aside / name).is_dir():
                    target.unlink(missing_ok=True)
                (self.aside / name).replace(target)
            except OSError as error:
                raise AuditFailure(f"{target}: {error.strerror}") from None
            written.append(str(target))
        return tuple(written)

    def _take_away_what_was_made(self) -> None:
        """The folders that were made for results, as far as they are empty."""
        for made in self._made:
            with suppress(OSError):  # results are in it, or it was never made
                made.rmdir()


def _missing(folder: Path) -> list[Path]:
    """The folder and those that it is in, as far as they are not there yet; the innermost first."""
    return [each for each in (folder, *folder.parents) if not each.exists()]
