"""`doctor`: what this machine has, and what to do about the rest."""

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass

from jpki_oracle.commands.printing import print_table
from jpki_oracle.language import language, say

LIBRARIES = ("z3-solver", "pydantic", "typer", "rich", "tabulate")
PROGRAMS = {
    "node": ("the Node example systems", "install Node.js 20 or later"),
    "npm": ("the Node example with a date library", "install npm"),
    "java": ("the Java example system", "install a JDK, 17 or later"),
}


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
    return parts


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
