"""The reference world as a web service: the protocol's messages at `/`, and one address for each kind of request.

Needs the extra `world` (FastAPI, uvicorn). The OpenAPI is at `/openapi.json`, a page to try it at `/docs`.
"""

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jpki_oracle.histories.reference import ReferenceWorld, UnknownSession
from jpki_oracle.sut.connection import Answer
from jpki_oracle.sut.messages import (
    Day,
    Description,
    LifecycleEvent,
    LifecycleParams,
    LifecycleResident,
    LifecycleResult,
    explain,
)
from jpki_oracle.sut.world import answer

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS = -32700, -32600, -32602

SessionName = Annotated[str, Path(min_length=1, max_length=200, pattern="^[^/]+$", description="any name")]


class RpcRequest(BaseModel):
    """One JSON-RPC 2.0 request: `describe`, or `lifecycle` with its parameters."""

    model_config = ConfigDict(strict=True)

    jsonrpc: str = Field(pattern="^2[.]0$")
    id: int
    method: str
    params: dict[str, Any] | None = None


class Problem(BaseModel):
    """Why a request was not carried out."""

    detail: str


class Beginning(BaseModel):
    """How a session begins."""

    start: Day
    residents: list[LifecycleResident] = []


def service(system: ReferenceWorld) -> FastAPI:
    """The web service of a reference world."""
    app = FastAPI(
        title="jpki-oracle world",
        version="1",
        description="A reference of registers, cards and certificates, event by event.",
    )
    problems: dict[int | str, dict[str, Any]] = {
        400: {"model": Problem, "description": "not JSON in UTF-8"},
        404: {"model": Problem, "description": "there is no such session"},
        409: {"model": Problem, "description": "what is asked cannot be"},
        422: {"model": Problem, "description": "not a request of this form"},
    }

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        """What is no request, told in one line."""
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return JSONResponse({"detail": f"{place}: {first['msg']}"}, 422)

    @app.post(
        "/", response_model=None, responses={200: {"description": "a JSON-RPC 2.0 response"}, **problems}
    )
    async def protocol(request: RpcRequest) -> JSONResponse:
        """The messages of the protocol, as over every other transport."""
        return JSONResponse({"jsonrpc": "2.0", "id": request.id, **_reply(system, request)})

    @app.get("/description")
    async def description() -> Description:
        """Who answers, under which law."""
        return Description.model_validate(system.describe())

    @app.put("/sessions/{session}", status_code=204, response_model=None, responses=problems)
    async def begin(session: SessionName, beginning: Beginning) -> None:
        """Begin a session on a day, with people in the register; one of that name is forgotten."""
        residents = [row.model_dump(mode="json", exclude_none=True) for row in beginning.residents]
        _carried_out(system, session, start=beginning.start.isoformat(), residents=residents)

    @app.post("/sessions/{session}/events", responses=problems, response_model_exclude_unset=True)
    async def play(session: SessionName, event: LifecycleEvent) -> LifecycleResult:
        """Let an event happen; the states after it."""
        answered = _carried_out(system, session, event=event.content())
        return LifecycleResult.model_validate(answered)

    @app.post("/sessions/{session}/close", status_code=204, response_model=None, responses=problems)
    async def close(session: SessionName) -> None:
        """End a session, if there is one of that name."""
        system.lifecycle(session, close=True)

    return app


def _carried_out(system: ReferenceWorld, session: str, **request: Any) -> dict[str, object]:
    try:
        return system.lifecycle(session, **request)
    except UnknownSession as error:
        raise HTTPException(404, str(error)) from None
    except (ValueError, OverflowError) as error:
        raise HTTPException(409, str(error)) from None


def _reply(system: ReferenceWorld, request: RpcRequest) -> dict[str, object]:
    params = request.params or {}
    if request.method == "lifecycle":
        try:
            params = LifecycleParams.model_validate(params).content()
        except ValidationError as error:
            return {"error": {"code": INVALID_PARAMS, "message": explain(error)}}
    answered = answer(system, request.method, params)
    if isinstance(answered, Answer):
        return {"result": answered.result}
    return {"error": {"code": answered.code, "message": answered.message}}
