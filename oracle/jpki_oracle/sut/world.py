"""The transport `world:EDITION`: the reference world in this process."""

from jpki_model.day import OutOfCalendar
from jpki_spec.laws import Law

from jpki_oracle.histories.reference import ReferenceWorld
from jpki_oracle.sut.connection import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    Answer,
    Refusal,
    Reply,
    Request,
    Transport,
)


class WorldConnection(Transport):
    """The reference world under one law; what it cannot make sense of is refused."""

    def __init__(self, law: Law) -> None:
        self._system = ReferenceWorld(law)

    def ask(self, request: Request) -> Reply:
        """Answers `describe` and `lifecycle`."""
        return answer(self._system, request.method, request.params or {})


def answer(system: ReferenceWorld, method: str, params: dict[str, object]) -> Answer | Refusal:
    """The reply of the reference world to one request."""
    if method == "describe":
        return Answer(system.describe())
    if method != "lifecycle":
        return Refusal(METHOD_NOT_FOUND, f"the world has no method {method}")
    try:
        return Answer(system.lifecycle(**params))  # type: ignore[arg-type]
    except (ValueError, OutOfCalendar, OverflowError) as error:
        return Refusal(INVALID_PARAMS, str(error))
    except TypeError as error:
        return Refusal(INVALID_PARAMS, str(error).replace("ReferenceWorld.lifecycle() ", ""))
