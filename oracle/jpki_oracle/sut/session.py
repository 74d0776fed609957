"""A conversation with a system under test: numbered questions, checked answers."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from pydantic import ValidationError

from jpki_oracle.sut.connection import (
    Answer,
    Connection,
    Failure,
    FailureKind,
    Refusal,
    Reply,
    Request,
)
from jpki_oracle.sut.message_types import Result
from jpki_oracle.sut.messages import METHODS, Description, explain

Question = tuple[str, Mapping[str, object]]
"""A capability, and the parameters of one question to it (JSON types; dates may be `date`)."""

Judgeable = Reply
"""A reply whose result, if it is an Answer, has been validated and holds plain Python values."""

_FIRST = 2

_Model = TypeVar("_Model", bound=Result)


class Session:
    """Asks a system under test, over any connection; closes that at the end of a `with`.

    Ids are 1 for `describe`, then 2, 3, … in the order of the questions. A campaign that knows all its
    questions announces them by `prepare` and then asks them in that order, or leaves some out; over `batch:` it
    has to.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = _FIRST
        self._prepared: tuple[Request, ...] = ()
        self._repeated = 0

    def prepare(self, questions: Sequence[Question]) -> None:
        """Announces the questions that will be asked, in their order, and `describe` before them.

        Raises ValueError for a capability or parameters that the messages do not know, RuntimeError once a
        question has been asked.
        """
        if self._next != _FIRST:
            raise RuntimeError("questions are prepared before the first of them is asked")
        self._prepared = tuple(
            _request(number, capability, params)
            for number, (capability, params) in enumerate(questions, start=_FIRST)
        )
        self._connection.prepare([_DESCRIBE, *self._prepared])

    def describe(self) -> Description | Failure:
        """Who answers, and what it can be asked. A system that refuses to say it cannot be judged."""
        reply = self._connection.ask(_DESCRIBE)
        if isinstance(reply, Refusal):
            return Failure(
                FailureKind.NOT_A_RESPONSE,
                f"{_DESCRIBE} was refused ({reply.code}: {reply.message}); every system has to answer it",
            )
        if isinstance(reply, Failure):
            return reply
        return _checked(Description, reply, _DESCRIBE)

    def ask(self, capability: str, params: Mapping[str, object]) -> Judgeable:
        """The answer to one question, its dates as `date`, null as None, what was left out absent.

        A result of a wrong type is a Failure that names the field. Raises ValueError for a capability or
        parameters that the messages do not know, RuntimeError for a question out of the prepared order.
        """
        request = self._numbered(capability, params)
        self._next = request.id + 1
        return _validated(self._connection.ask(request), request)

    def ask_again(self, capability: str, params: Mapping[str, object]) -> Judgeable | None:
        """The answer when a question is put a second time; None where the connection knows only one.

        Its id follows those of all questions so far, prepared ones included.
        """
        if not self._prepared:
            request = _request(self._next, capability, params)
            self._next += 1
        else:
            self._repeated += 1
            request = _request(_FIRST + len(self._prepared) + self._repeated - 1, capability, params)
        reply = self._connection.ask_again(request)
        return None if reply is None else _validated(reply, request)

    def _numbered(self, capability: str, params: Mapping[str, object]) -> Request:
        """The question with its id: the next one, or that of the next prepared question that is equal to it."""
        if not self._prepared:
            return _request(self._next, capability, params)
        for prepared in self._prepared[self._next - _FIRST :]:
            if prepared == _request(prepared.id, capability, params):
                return prepared
        raise RuntimeError(
            f"{_request(self._next, capability, params)} was not prepared, or for an earlier place"
        )

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_DESCRIBE = Request(1, "describe")


def _request(number: int, capability: str, params: Mapping[str, object]) -> Request:
    if capability not in METHODS:
        raise ValueError(f"{capability!r} is not a capability; there are {', '.join(METHODS)}")
    try:
        content = METHODS[capability].params.model_validate(dict(params)).content()
    except ValidationError as error:
        raise ValueError(f"parameters of {capability}: {explain(error)}") from None
    return Request(number, capability, content)


def _validated(reply: Reply, request: Request) -> Judgeable:
    if not isinstance(reply, Answer):
        return reply
    result = _checked(METHODS[request.method].result, reply, request)
    return result if isinstance(result, Failure) else Answer(result.content())


def _checked(model: type[_Model], answer: Answer, request: Request) -> _Model | Failure:
    try:
        return model.model_validate(answer.result)
    except ValidationError as error:
        return Failure(FailureKind.WRONG_TYPE, f"{request}: {explain(error)}")
