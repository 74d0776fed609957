"""`journal:FILE`: the replies of an earlier run, judged again without the system that gave them."""

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jpki_oracle.sut.connection import (
    Answer,
    Failure,
    FailureKind,
    Refusal,
    Reply,
    Request,
    Transport,
)


class JournalError(ValueError):
    """A file that is not a journal; one line that names file and line."""


class JournalConnection(Transport):
    """Answers each question with the reply on record for the same question.

    A question that was put several times, as an event that happens twice in a session, gets the replies in their
    order, and the last one from then on. Raises `JournalError` when it is made from a file that is not a journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replies: dict[str, deque[Reply]] = {}
        self._again: dict[str, Reply] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise JournalError(f"{path}: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise JournalError(f"{path}: not UTF-8 text") from None
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                row = json.loads(line)
                if row["event"] == "started":
                    self._keep("describe", None, Answer(row["system"]))
                elif row["event"] == "asked":
                    self._keep_asked(row)
            except (json.JSONDecodeError, KeyError, TypeError, ValueError):
                raise JournalError(f"{path}:{number}: not a line of a journal") from None

    def ask(self, request: Request) -> Reply:
        """The reply on record, or a failure that says that this was not asked then."""
        replies = self._replies.get(question_key(request.method, request.params))
        if replies is None:
            return Failure(FailureKind.NOT_ANSWERED, f"{self._path} has no reply to this question")
        return replies.popleft() if len(replies) > 1 else replies[0]

    def ask_again(self, request: Request) -> Reply | None:
        """The second reply on record, where the question was asked twice."""
        return self._again.get(question_key(request.method, request.params))

    def _keep_asked(self, row: Mapping[str, Any]) -> None:
        """What a scenario asked: one question, or those of a session one after the other."""
        for each in row.get("exchanges", ()):
            self._keep(row["method"], each["params"], reply_from_json(each["reply"]))
        if row["reply"] is not None:
            self._keep(row["method"], row["params"], reply_from_json(row["reply"]))
        if "again" in row:
            self._again[question_key(row["method"], row["params"])] = reply_from_json(row["again"])

    def _keep(self, method: str, params: object, reply: Reply) -> None:
        self._replies.setdefault(question_key(method, params), deque()).append(reply)


def question_key(method: str, params: object) -> str:
    """Equal for equal questions, whatever their ids."""
    return json.dumps([method, params or {}], sort_keys=True)


def reply_to_json(reply: Reply) -> dict[str, object]:
    """A reply as it stands in a journal."""
    match reply:
        case Answer(result):
            return {"result": json.loads(json.dumps(result, default=str))}
        case Refusal(code, message):
            return {"error": {"code": code, "message": message}}
        case Failure(kind, detail):
            return {"failure": {"kind": kind.value, "detail": detail}}


def reply_from_json(row: dict[str, object]) -> Reply:
    """The reply that `reply_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    match row:
        case {"result": dict() as result}:
            return Answer(result)
        case {"error": {"code": int() as code, "message": str() as message}}:
            return Refusal(code, message)
        case {"failure": {"kind": str() as kind, "detail": str() as detail}}:
            return Failure(FailureKind(kind), detail)
    raise ValueError("not a reply")
