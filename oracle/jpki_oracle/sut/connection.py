"""A question to a system under test, what can come back, and what every transport offers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from jpki_oracle.sut.quoting import hidden, shown

LONGEST_LINE = 1 << 20
"""Bytes that one line of a system may have, without its end."""

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602


@dataclass(frozen=True)
class Request:
    """One JSON-RPC request."""

    id: int
    method: str
    params: dict[str, object] | None = None

    def line(self) -> str:
        """The request as compact JSON in ASCII, keys in the order of the protocol, without the line's end."""
        content: dict[str, object] = {"jsonrpc": "2.0", "id": self.id, "method": self.method}
        if self.params is not None:
            content["params"] = self.params
        return json.dumps(content, separators=(",", ":"), allow_nan=False)

    def __str__(self) -> str:
        return f"question {self.id} ({self.method})"


class FailureKind(StrEnum):
    """Why there is no answer to judge."""

    NOT_STARTED = "not_started"
    EXITED = "exited"
    TIMEOUT = "timeout"
    RAISED = "raised"
    NOT_JSON = "not_json"
    TOO_LONG = "too_long"
    NOT_A_RESPONSE = "not_a_response"
    WRONG_ID = "wrong_id"
    WRONG_TYPE = "wrong_type"
    NOT_ANSWERED = "not_answered"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Answer:
    """A result."""

    result: dict[str, object]


@dataclass(frozen=True)
class Refusal:
    """A JSON-RPC error object: the system is well, and does not answer this question."""

    code: int
    message: str


@dataclass(frozen=True)
class Failure:
    """Neither a result nor an error object; `detail` says in one line what happened, where, what to do."""

    kind: FailureKind
    detail: str


Reply = Answer | Refusal | Failure


class Connection(Protocol):
    """A way to one system under test; used by one thread, as a context manager."""

    def prepare(self, requests: Sequence[Request]) -> None:
        """Announces all questions of a campaign, before the first is asked."""

    def ask(self, request: Request) -> Reply:
        """Puts one question; whatever the system does becomes a reply, never an exception."""

    def ask_again(self, request: Request) -> Reply | None:
        """Puts a question of before a second time; None where this way to the system knows only one answer."""

    def close(self) -> None:
        """Lets the system go; can be called again."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Transport(Connection):
    """What transports share: nothing to prepare, nothing to close, closed at the end of a `with`."""

    def ask_again(self, request: Request) -> Reply | None:
        """Asks once more."""
        return self.ask(request)

    def prepare(self, requests: Sequence[Request]) -> None:
        """Does nothing: the questions are asked one by one."""

    def close(self) -> None:
        """Does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_reply(line: str | bytes, expected_id: int) -> Reply:
    """What one line answers to the question `expected_id`, or why it is no answer to it."""
    response = read_object(line)
    return response if isinstance(response, Failure) else as_reply(response, expected_id)


def read_object(line: str | bytes) -> dict[str, object] | Failure:
    """The JSON object in `line`, which must be UTF-8 without NaN, infinities or a key that is repeated."""
    try:
        text = line if isinstance(line, str) else line.decode("utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("it starts with a byte order mark; write UTF-8 without one")
        value = _DECODER.decode(text)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair could never be printed
    except UnicodeDecodeError as error:
        return _not_json(line, f"byte {error.start + 1} is not UTF-8")
    except UnicodeEncodeError:
        return _not_json(line, "it has half of a surrogate pair")
    except json.JSONDecodeError as error:
        return _not_json(line, f"{error.msg} at character {error.pos + 1}")
    except RecursionError:
        return _not_json(line, "it is nested too deeply")
    except ValueError as error:
        return _not_json(line, hidden(str(error)))
    if not isinstance(value, dict):
        return _not_a_response(line, "it is not an object; send one object a line")
    return value


def as_reply(response: dict[str, object], expected_id: int) -> Reply:
    """What the JSON object `response` answers to the question `expected_id`, or why it does not."""
    if response.get("jsonrpc") != "2.0":
        return _not_a_response(response, 'it lacks "jsonrpc": "2.0"')
    if "method" in response:
        return _not_a_response(response, "it is a request; only the oracle asks")
    given = response.get("id")
    if type(given) is not int or given != expected_id:  # True == 1 and 1.0 == 1, but neither is the id
        said = f"; its error says {shown(_message(response))}" if "error" in response else ""
        had = f"the id {shown(given)}" if "id" in response else "no id"
        return Failure(FailureKind.WRONG_ID, f"the answer has {had} where {expected_id} was expected{said}")
    if ("result" in response) == ("error" in response):
        return _not_a_response(response, "it needs exactly one of 'result' and 'error'")
    if "error" in response:
        return _refusal(response)
    result = response["result"]
    if not isinstance(result, dict):
        return _not_a_response(response, f"its result is {shown(result)}, not an object")
    return Answer(result)


def _refusal(response: dict[str, object]) -> Refusal | Failure:
    error = response["error"]
    if isinstance(error, dict):
        code, message = error.get("code"), error.get("message")
        if type(code) is int and isinstance(message, str):
            return Refusal(code, hidden(message))
    return _not_a_response(response, "its error needs an integer 'code' and a string 'message'")


def _message(response: dict[str, object]) -> object:
    error = response.get("error")
    return error.get("message") if isinstance(error, dict) else error


def _not_json(line: str | bytes, why: str) -> Failure:
    if not line.strip():
        return Failure(FailureKind.NOT_JSON, "an empty line is not JSON")
    return Failure(FailureKind.NOT_JSON, f"{shown(line)} is not JSON: {why}")


def _not_a_response(shape: object, why: str) -> Failure:
    return Failure(FailureKind.NOT_A_RESPONSE, f"{shown(shape)} is not a JSON-RPC response: {why}")


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number; write null where there is none")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {shown(twice)} stands there twice")
    return content


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_distinct)
