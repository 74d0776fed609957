"""`journal:FILE`: the replies of an earlier run, judged again without the system that gave them."""

import json
from pathlib import Path

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

    Raises `JournalError` when it is made from a file that is not a journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replies: dict[str, Reply] = {}
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
                    self._replies[question_key("describe", None)] = Answer(row["system"])
                elif row["event"] == "asked" and row["reply"] is not None:
                    key = question_key(row["method"], row["params"])
                    self._replies[key] = reply_from_json(row["reply"])
                    if "again" in row:
                        self._again[key] = reply_from_json(row["again"])
            except (json.JSONDecodeError, KeyError, TypeError, ValueError):
                raise JournalError(f"{path}:{number}: not a line of a journal") from None

    def ask(self, request: Request) -> Reply:
        """The reply on record, or a failure that says that this was not asked then."""
        reply = self._replies.get(question_key(request.method, request.params))
        if reply is None:
            return Failure(FailureKind.NOT_ANSWERED, f"{self._path} has no reply to this question")
        return reply

    def ask_again(self, request: Request) -> Reply | None:
        """The second reply on record, where the question was asked twice."""
        return self._again.get(question_key(request.method, request.params))


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
