"""The transport `batch:DIR`: questions written to a file, answers read from a file."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from jpki_oracle.sut.connection import (
    LONGEST_LINE,
    Failure,
    FailureKind,
    Reply,
    Request,
    Transport,
    as_reply,
    read_object,
)
from jpki_oracle.sut.quoting import shown

QUESTIONS = "questions.ndjson"
ANSWERS = "answers.ndjson"


class BatchConnection(Transport):
    """A folder with `questions.ndjson`, which is written here, and `answers.ndjson`, which is read.

    Answers stand one a line, in any order. They count only for the questions that lay beside them: a folder
    whose answers belong to other questions is left as it is, and answers nothing.
    """

    def __init__(self, directory: str | Path) -> None:
        self._directory = Path(directory)
        self._asked: set[int] = set()
        self._replies: dict[int, Reply] = {}
        self._unreadable: Failure | None = None
        self._blocked: Failure | None = None
        self._waiting = True

    @property
    def waiting(self) -> bool:
        """Whether there are no answers yet: the questions are written, and a laboratory has the next step."""
        return self._waiting

    def prepare(self, requests: Sequence[Request]) -> None:
        """Writes all questions, and reads the answers to them where they are there already."""
        questions = self._directory / QUESTIONS
        answers = self._directory / ANSWERS
        content = "".join(f"{request.line()}\n" for request in requests).encode()
        self._asked = {request.id for request in requests}
        self._replies, self._unreadable, self._blocked = {}, None, None
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._waiting = not answers.exists()
            before = questions.read_bytes() if questions.exists() else None
            if self._waiting:
                if before != content:
                    _write(questions, content)
            elif before == content:
                with answers.open("rb") as file:
                    self._read(file)
            else:
                # Were the new questions written, the old answers would pass for theirs the next time.
                self._blocked = Failure(FailureKind.NOT_ANSWERED, _stale(answers, before is None))
        except OSError as error:
            self._waiting = False
            self._blocked = Failure(
                FailureKind.NOT_STARTED,
                f"{shown(str(error.filename or self._directory))} cannot be used: {error.strerror}; "
                "name a folder that can be read and written",
            )

    def ask_again(self, request: Request) -> Reply | None:
        """None: an answer file has one answer to each question."""
        return None

    def ask(self, request: Request) -> Reply:
        """The answer that was read, or why there is none."""
        if self._blocked:
            return self._blocked
        if request.id not in self._asked:
            return Failure(FailureKind.NOT_ANSWERED, f"{request} was not among the prepared questions")
        if self._waiting:
            return Failure(
                FailureKind.NOT_ANSWERED,
                f"{request} waits: answer each line of {self._directory / QUESTIONS} by one line in "
                f"{self._directory / ANSWERS}, then run the same command again",
            )
        reply = self._replies.get(request.id)
        if reply is not None:
            return reply
        missing = f"{request} has no answer in {self._directory / ANSWERS}"
        if self._unreadable:
            return Failure(self._unreadable.kind, f"{missing}; {self._unreadable.detail}")
        return Failure(FailureKind.NOT_ANSWERED, missing)

    def _read(self, file: BinaryIO) -> None:
        lines: dict[int, int] = {}
        for number, line in _lines(file):
            read = _too_long(line) or read_object(line)
            if not isinstance(read, Failure):
                given = read.get("id")
                if type(given) is int and given in self._asked:
                    first = lines.setdefault(given, number)
                    if first == number:
                        reply = as_reply(read, given)
                        self._replies[given] = _placed(reply, number) if isinstance(reply, Failure) else reply
                    else:
                        self._replies[given] = _twice(given, first, number)
                    continue
                which = f"the id {shown(given)}" if "id" in read else "no id"
                read = Failure(FailureKind.WRONG_ID, f"{which}, which was not asked")
            # Nobody can tell which question it meant: it is named to every question without an answer.
            if self._unreadable is None:
                self._unreadable = _placed(read, number)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number; of a line that is too long only the beginning."""
    number = 0
    while line := file.readline(LONGEST_LINE + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(LONGEST_LINE)):
            pass
        if line.strip():
            yield number, line


def _too_long(line: bytes) -> Failure | None:
    if len(line.rstrip(b"\n")) <= LONGEST_LINE:
        return None
    return Failure(FailureKind.TOO_LONG, f"{shown(line[:200])} has more than {LONGEST_LINE} bytes")


def _twice(given: int, first: int, again: int) -> Failure:
    return Failure(
        FailureKind.WRONG_ID,
        f"{ANSWERS} answers the id {given} more than once, on the lines {first} and {again}",
    )


def _placed(failure: Failure, number: int) -> Failure:
    return Failure(failure.kind, f"{ANSWERS} line {number}: {failure.detail}")


def _stale(answers: Path, alone: bool) -> str:
    what = (
        f"lies there without {QUESTIONS}"
        if alone
        else f"belongs to other questions than {QUESTIONS} would hold"
    )
    return f"{answers} {what}; move both files away, or name another folder, and run again"


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that nobody ever reads half of the questions.
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
