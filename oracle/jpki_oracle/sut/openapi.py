"""The messages over `http:` as an OpenAPI document, for vendors who generate their server from one."""

import json
from typing import Any

from jpki_oracle.sut.messages import PROTOCOL
from jpki_oracle.sut.schema import json_schema


def openapi() -> dict[str, object]:
    """OpenAPI 3.1: one path, to which every question is posted, with the schemas of all messages."""
    schema: dict[str, Any] = json_schema()
    definitions: dict[str, Any] = schema["$defs"]
    requests = [_reference(name) for name in definitions if name.endswith("_request")]
    responses = [_reference(name) for name in definitions if name.endswith("_response")]
    operation = {
        "operationId": "ask",
        "summary": "One JSON-RPC 2.0 question; the first of a session is `describe`.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": requests}}}},
        "responses": {
            "200": {
                "description": "The answer to the question, or a refusal (an error object).",
                "content": {"application/json": {"schema": {"anyOf": responses}}},
            }
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": str(schema["title"]),
            "version": str(PROTOCOL),
            "description": "The path is that of the address, as in `http://HOST:PORT/`.",
        },
        "paths": {"/": {"post": operation}},
        "components": {"schemas": json.loads(json.dumps(definitions).replace('"#/$defs/', f'"{_SCHEMAS}'))},
    }


_SCHEMAS = "#/components/schemas/"


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"{_SCHEMAS}{name}"}
