"""Addresses of systems under test: which transport, and to what."""

import math
import re
from collections.abc import Callable
from pathlib import Path

from jpki_spec.laws import CURRENT_EDITION, UnknownLaw, law

from jpki_oracle.sut.batch import BatchConnection
from jpki_oracle.sut.connection import Connection
from jpki_oracle.sut.http import HttpConnection
from jpki_oracle.sut.journal import JournalConnection
from jpki_oracle.sut.python import PythonConnection
from jpki_oracle.sut.stdio import StdioConnection
from jpki_oracle.sut.world import WorldConnection


class AddressError(ValueError):
    """An address that cannot be understood; the message is one line for people."""


def open_connection(address: str, *, timeout: float = 10.0) -> Connection:
    """The connection to `address`: `python:MODULE:NAME`, `stdio:COMMAND`, `http://HOST:PORT`, `batch:DIR`,
    `journal:FILE` or `world:EDITION` (the reference world; the current edition, if none is named).

    `timeout` are the seconds that an answer may take (`stdio:` and `http:` only), three times as many for the first
    of a program.
    Nothing is started, imported or written before the first question; a journal is read at once. Raises
    AddressError, or JournalError for a file that is not a journal.
    """
    check_timeout(timeout)
    scheme, colon, rest = address.partition(":")
    if not colon or scheme not in _OPENERS:
        raise _error(address, "is not the address of a system under test")
    return _OPENERS[scheme](address, rest.strip(), timeout)


def check_timeout(timeout: float) -> None:
    """Raises AddressError for a timeout that is not a number of seconds above 0."""
    if not (timeout > 0 and math.isfinite(timeout)):
        raise AddressError(f"a timeout of {timeout:g} s is not possible; state a number of seconds above 0")


_FORMS = (
    "python:MODULE:NAME, stdio:COMMAND, http://HOST:PORT, batch:DIR, journal:FILE or world:EDITION, "
    "for example 'stdio:python3 my_sut.py'"
)


def _error(address: str, what: str) -> AddressError:
    return AddressError(f"{_USER.sub('…@', address)!r} {what}; write {_FORMS}")


_USER = re.compile(r"(?<=//)[^/@]+@")


def _python(address: str, rest: str, timeout: float) -> Connection:
    module, colon, name = rest.partition(":")
    if not colon or not all(_is_dotted_name(part) for part in (module, name)):
        raise _error(address, "needs the name of a module and of an object in it")
    return PythonConnection(module, name)


def _stdio(address: str, rest: str, timeout: float) -> Connection:
    try:
        return StdioConnection(rest, timeout=timeout)
    except ValueError as error:
        raise _error(address, f"has no command that can be run ({str(error).lower()})") from None


def _http(address: str, rest: str, timeout: float) -> Connection:
    try:
        return HttpConnection(address.strip(), timeout=timeout)
    except ValueError as error:
        raise _error(address, f"is not the URL of a system ({error})") from None


def _batch(address: str, rest: str, timeout: float) -> Connection:
    if not rest:
        raise _error(address, "names no folder")
    return BatchConnection(rest)


def _journal(address: str, rest: str, timeout: float) -> Connection:
    if not rest:
        raise _error(address, "names no file")
    return JournalConnection(Path(rest))


def _world(address: str, rest: str, timeout: float) -> Connection:
    try:
        return WorldConnection(law(rest or CURRENT_EDITION))
    except UnknownLaw as error:
        raise _error(address, f"names no edition ({error})") from None


def _verifier(address: str, rest: str, timeout: float) -> Connection:
    if rest:
        raise _error(address, "takes nothing behind the colon: it is the reference verifier")
    return PythonConnection("jpki_oracle.pki.reference", "ReferenceVerifier")


def _authority(address: str, rest: str, timeout: float) -> Connection:
    try:
        rules = law(rest or CURRENT_EDITION)
    except UnknownLaw as error:
        raise _error(address, f"names no edition ({error})") from None

    def authority() -> object:
        from jpki_oracle.pki.reference_authority import ReferenceAuthority

        return ReferenceAuthority(rules=rules)

    return PythonConnection("jpki_oracle.pki.reference_authority", "ReferenceAuthority", make=authority)


def _issue(address: str, rest: str, timeout: float) -> Connection:
    if rest:
        raise _error(address, "takes nothing behind the colon: it is the reference of all roles of an issue")
    return PythonConnection("jpki_oracle.pki.reference_issue", "ReferenceIssue")


_OPENERS: dict[str, Callable[[str, str, float], Connection]] = {
    "python": _python,
    "stdio": _stdio,
    "http": _http,
    "https": _http,
    "batch": _batch,
    "journal": _journal,
    "verifier": _verifier,
    "authority": _authority,
    "issue": _issue,
    "world": _world,
}


def _is_dotted_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
