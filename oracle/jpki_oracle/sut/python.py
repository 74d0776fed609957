"""The transport `python:MODULE:NAME`: an object in this process, called directly."""

import contextlib
import importlib
import inspect
import json
import sys
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

from jpki_oracle.sut.connection import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    Answer,
    Failure,
    FailureKind,
    Refusal,
    Reply,
    Request,
    Transport,
)
from jpki_oracle.sut.quoting import hidden, shown


class PythonConnection(Transport):
    """An object whose methods are the capabilities: `describe()`, `validity(life)`, `status(life, on)`, …

    Parameters are passed by name, as JSON types; a method returns a dictionary of JSON types. What raises
    an exception is a Failure, what is missing or takes other parameters is a Refusal. There is no timeout:
    a call that does not return holds up the campaign (use `stdio:` for a system that may hang). What the
    object prints to stdout goes to stderr.
    """

    def __init__(self, module: str, name: str, make: Callable[[], object] | None = None) -> None:
        """Takes `name` out of `module` at the first question; the current directory can be imported from.

        A class or a function is called without arguments to make the object, or `make` in its place.
        """
        self._make = make
        self._module = module
        self._name = name
        self._system: object = None
        self._failure: Failure | None = None
        self._path: str | None = None

    def ask(self, request: Request) -> Reply:
        """Calls the method of the question's name."""
        with contextlib.redirect_stdout(sys.stderr):
            if self._system is None:
                self._failure = self._failure or self._load()
                if self._failure:
                    return self._failure
            method = getattr(self._system, request.method, None)
            if not callable(method):
                return Refusal(METHOD_NOT_FOUND, f"{self._where} has no method {request.method}")
            return _call(method, request)

    def close(self) -> None:
        """Lets the object go, and takes the current directory from the import path again."""
        self._system = None
        if self._path is not None:
            with contextlib.suppress(ValueError):
                sys.path.remove(self._path)
            self._path = None

    @property
    def _where(self) -> str:
        return f"{self._module}:{self._name}"

    def _load(self) -> Failure | None:
        here = str(Path.cwd())
        if self._path is None and here not in sys.path:
            sys.path.insert(0, here)
            self._path = here
        try:
            found = self._make or attrgetter(self._name)(importlib.import_module(self._module))
            self._system = found() if inspect.isclass(found) or inspect.isroutine(found) else found
        except (Exception, SystemExit) as error:  # noqa: BLE001 - code under test may raise anything
            return Failure(
                FailureKind.NOT_STARTED,
                f"{self._where} cannot be loaded: {_named(error)}; "
                "the module is looked for in the current directory and in this Python's packages",
            )
        if self._system is None:
            return Failure(FailureKind.NOT_STARTED, f"{self._where} is None; name an object or a class")
        return None


def _call(method: Callable[..., object], request: Request) -> Reply:
    # A copy, so that a system which changes what it is given changes only its own.
    parameters = json.loads(json.dumps(request.params or {}))
    try:
        returned = method(**parameters)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - code under test may raise anything
        if isinstance(error, TypeError) and (misfit := _misfit(method, parameters)):
            return Refusal(INVALID_PARAMS, f"{request.method}: {misfit}")
        return Failure(FailureKind.RAISED, f"{request}: raised {_named(error)}")
    try:
        result = json.loads(json.dumps(returned, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        return Failure(
            FailureKind.NOT_A_RESPONSE,
            f"{request}: returned what JSON cannot hold: {hidden(str(error))}; write dates as 'YYYY-MM-DD'",
        )
    if not isinstance(result, dict):
        return Failure(FailureKind.NOT_A_RESPONSE, f"{request}: returned {shown(result)}, not a dictionary")
    return Answer(result)


def _misfit(method: Callable[..., object], parameters: dict[str, object]) -> str | None:
    """Why `method` does not take `parameters`; None if it does, or if that is unknown."""
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(**parameters)
    except TypeError as error:
        return str(error)
    return None


def _named(error: BaseException) -> str:
    # A message may be long or have several lines; one short line belongs into a report.
    return f"{type(error).__name__}: {shown(str(error))}" if str(error) else type(error).__name__
