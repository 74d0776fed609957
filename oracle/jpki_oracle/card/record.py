"""What outlives a run: for each card the presentations whose outcome is in doubt, in a folder of the user's own.

A card is known there by a keyed digest of its serial number. The key is random and stays on this machine, so that
nobody can try out serial numbers; no other fact about the card or its holder is kept.
"""

import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from jpki_oracle.card.budget import MAXIMA, Store

FORMAT = "jpki-oracle-card"
VERSION = 1


class RecordError(Exception):
    """The record of a card cannot be used; one line that names the file and what to do."""


class FileStore(Store):
    """The record of one card, held by one run at a time."""

    def __init__(self, identity: bytes, folder: Path | None = None) -> None:
        """`identity` tells one card from another. Raises RecordError if it is damaged, or another run holds it."""
        self._folder = folder or state_folder()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest = hmac.new(_key(self._folder / "key"), identity, hashlib.sha256).hexdigest()[:_DIGITS]
            self.path = self._folder / f"{digest}.json"
            self._lock = _locked(self._folder / f"{digest}.lock")
            super().__init__()
            try:
                self._kept = _read(self.path) if self.path.exists() else {}
            except BaseException:
                self.close()
                raise
        except OSError as error:
            raise RecordError(
                f"{error.filename or self._folder}: {error.strerror}; the record of PIN presentations is kept there "
                "(XDG_STATE_HOME names another place), and without it no PIN is presented"
            ) from None

    def save(self, kept: Mapping[str, tuple[int, int]]) -> None:
        """Writes the record to the disk, whole, before it returns."""
        super().save(kept)
        pins = {
            pin: {"lost": lost, "unadmitted": unadmitted} for pin, (lost, unadmitted) in sorted(kept.items())
        }
        text = json.dumps({"format": FORMAT, "version": VERSION, "pins": pins}, indent=1) + "\n"
        aside = self.path.with_suffix(".new")
        try:
            with aside.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self.path)
            _flush_folder(self._folder)
        except OSError as error:
            raise RecordError(f"{self.path}: {error.strerror}; the PIN was not presented") from None

    def close(self) -> None:
        """Lets another run have the record."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def state_folder() -> Path:
    """Where records are kept: below XDG_STATE_HOME, else below `~/.local/state`."""
    home = os.environ.get("XDG_STATE_HOME", "")
    return (
        (Path(home) if Path(home).is_absolute() else Path.home() / ".local/state") / "jpki-oracle" / "cards"
    )


def _key(path: Path) -> bytes:
    """The key of this machine's digests, made once."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) != _KEY_LENGTH:
            raise RecordError(
                f"{path}: it has {len(key)} bytes, not {_KEY_LENGTH}; delete the folder {path.parent}"
            ) from None
        return key
    key = secrets.token_bytes(_KEY_LENGTH)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _locked(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise RecordError("another run uses this card; wait until it has ended") from None
    return descriptor


def _read(path: Path) -> dict[str, tuple[int, int]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if (content["format"], content["version"]) != (FORMAT, VERSION):
            raise ValueError("another format")
        kept = {pin: (row["lost"], row["unadmitted"]) for pin, row in content["pins"].items()}
        if set(kept) - set(MAXIMA) or any(type(n) is not int or n < 0 for row in kept.values() for n in row):
            raise ValueError("unknown PINs or numbers")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RecordError(
            f"{path} is damaged, so nobody knows which PINs of this card are in doubt; use the card's PINs once in "
            "another program, and delete the file"
        ) from None
    return kept


def _flush_folder(folder: Path) -> None:
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_KEY_LENGTH = 32
_DIGITS = 32
