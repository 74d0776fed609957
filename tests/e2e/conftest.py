"""Runs the command line as its users do: as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT, environment

Run = subprocess.CompletedProcess[str]

LEAPLING = """\
birth = 1992-02-29
card_issued = 2020-06-01
signature_issued = 2020-06-01
authentication_issued = 2020-06-01
"""


@pytest.fixture(scope="session")
def jpki() -> Callable[..., Run]:
    """Runs `jpki-oracle` with some arguments in a folder (the checkout, unless stated)."""

    def run(*arguments: object, cwd: Path = ROOT, **variables: str) -> Run:
        command = [sys.executable, "-m", "jpki_oracle.cli", *(str(argument) for argument in arguments)]
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def leapling(tmp_path: Path) -> Path:
    """A life in a file: born on 29 February 1992, everything issued on 1 June 2020."""
    file = tmp_path / "leapling.toml"
    file.write_text(LEAPLING, encoding="utf-8")
    return file


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Calls the same entry point inside of this process, where a fresh one would only cost a second.

    Anything but an orderly end (an exception that would be a traceback) fails the test.
    """
    from jpki_oracle.cli import main as entry

    for name in [name for name in os.environ if name.startswith(("LC_", "LANG"))]:
        monkeypatch.delenv(name)

    def run(*arguments: object, cwd: Path = ROOT, **variables: str) -> Run:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["jpki-oracle", *(str(argument) for argument in arguments)])
        for name, value in {"LANG": "C.UTF-8", **variables}.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        with pytest.raises(SystemExit) as leave:
            entry()
        out, err = capfd.readouterr()
        return Run(arguments, int(leave.value.code or 0), out, err)

    return run
