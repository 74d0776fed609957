"""`doctor`: what this machine has, and what to do about the rest."""

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from jpki_oracle.commands.printing import print_table
from jpki_oracle.language import language, say

LIBRARIES = ("z3-solver", "pydantic", "typer", "rich", "tabulate", "numpy", "hypothesis", "cryptography")
PROGRAMS = {
    "node": ("the Node example systems", "install Node.js 20 or later"),
    "npm": ("the Node example with a date library", "install npm"),
    "java": ("the Java example system; audit --engine spark", "install a JDK, 17 or later"),
    "pcscd": ("cards in readers: pcsc:READER", "install pcscd (Debian: apt install pcscd)"),
    "opensc-tool": ("the emulated card with OpenSC", "install OpenSC (Debian: apt install opensc)"),
}
EXTRAS = {
    "pyscard": ("cards in readers: pcsc:READER", "pip install 'jpki-oracle[pcsc]'"),
    "python-pkcs11": ("middleware: pkcs11:MODULE", "pip install 'jpki-oracle[pkcs11]'"),
    "duckdb": ("audit, synth", "pip install 'jpki-oracle[audit]'"),
    "polars": ("audit --engine polars", "pip install 'jpki-oracle[audit]'"),
    "pyspark": ("audit --engine spark", "pip install 'jpki-oracle[spark]'"),
    "fastapi": ("emulate world", "pip install 'jpki-oracle[world]'"),
    "cvc5": ("a second opinion on proofs: make recheck", "pip install 'jpki-oracle[cvc5]'"),
}
MODULES = ("usr/lib/*/opensc-pkcs11.so", "usr/lib/opensc-pkcs11.so", "usr/local/lib/opensc-pkcs11.so")
VIRTUAL_READERS = ("usr/lib*/pcsc/drivers/serial/libifdvpcd.so",)
"""Where such files stand, below the root."""


@dataclass(frozen=True)
class Part:
    """Something that a part of the program needs."""

    name: str
    needed_for: str
    found: str | None
    remedy: str
    required: bool


def doctor_command(form: str, lang: str | None) -> int:
    """Print what is there; 0 if everything that is required is, else 2."""
    parts = list(examine())
    words = language(lang)
    rows = [
        {
            say("part", words): part.name,
            say("status", words): part.found or say("missing", words),
            say("needed-for", words): part.needed_for,
            say("remedy", words): "" if part.found else part.remedy,
        }
        for part in parts
    ]
    print_table(rows, form)
    return 0 if all(part.found for part in parts if part.required) else 2


def examine() -> list[Part]:
    """Every part, with what was found of it."""
    python = platform.python_version() if sys.version_info >= (3, 11) else None
    parts = [Part("Python", "everything", python, "install Python 3.11 or later", True)]
    for name in LIBRARIES:
        parts.append(
            Part(name, "everything", _version(name), "run `make setup`, or reinstall jpki-oracle", True)
        )
    parts.append(Part("solver", "find, prove, diff, properties", _solver(), "reinstall z3-solver", True))
    for program, (needed_for, remedy) in PROGRAMS.items():
        parts.append(Part(program, needed_for, shutil.which(program), remedy, False))
    for name, (needed_for, remedy) in EXTRAS.items():
        parts.append(Part(name, needed_for, _version(name), remedy, False))
    return [*parts, *_cards()]


def _cards() -> list[Part]:
    """What cards are reached through: readers, a virtual one, middleware."""
    found, remedy = _readers()
    return [
        Part("readers", "cards in readers: pcsc:READER", found, remedy, False),
        Part(
            "vpcd",
            "the emulated card for other programs: emulate card",
            _first(VIRTUAL_READERS),
            "install vsmartcard's virtual reader (Debian: apt install vsmartcard-vpcd)",
            False,
        ),
        Part(
            "opensc-pkcs11",
            "middleware: pkcs11:MODULE",
            _first(MODULES),
            "install OpenSC's module (Debian: apt install opensc-pkcs11)",
            False,
        ),
    ]


def _readers() -> tuple[str | None, str]:
    """The readers' names, or why there are none and what to do."""
    from jpki_oracle.card.pcsc import readers
    from jpki_oracle.card.slot import CardFailure

    try:
        names = readers()
    except CardFailure as failure:
        return None, failure.detail
    return "; ".join(names) or None, "connect a card reader"


def _first(patterns: tuple[str, ...]) -> str | None:
    """The first file that there is."""
    root = Path("/")
    return next((str(path) for pattern in patterns for path in sorted(root.glob(pattern))), None)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _solver() -> str | None:
    """The solver's version, once it has solved something."""
    try:
        import z3
    except (ImportError, OSError):  # a wheel for another platform fails to load its library
        return None
    solver, unknown = z3.Solver(), z3.BitVec("x", 8)
    solver.add(unknown * 3 == 9, z3.ULT(unknown, 4))
    return str(z3.get_version_string()) if solver.check() == z3.sat else None
