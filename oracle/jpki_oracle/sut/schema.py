"""The published JSON Schema of all messages."""

from pydantic.json_schema import models_json_schema

from jpki_oracle.sut.messages import METHODS, Description

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, object]:
    """One JSON Schema (2020-12) for every line of the protocol.

    The document as a whole accepts any request and any response; `$defs` has them one by one, as
    `validity_request`, `validity_response` and so on, beside the models of parameters and results.
    """
    models = [Description, *(model for method in METHODS.values() for model in method)]
    _, parts = models_json_schema([(model, "validation") for model in models])
    definitions: dict[str, object] = {**parts["$defs"], "error": _ERROR}
    lines = {
        "describe_request": _request("describe", None),
        "describe_response": _response(Description.__name__),
    }
    for name, method in METHODS.items():
        lines[f"{name}_request"] = _request(name, method.params.__name__)
        lines[f"{name}_response"] = _response(method.result.__name__)
    return {
        "$schema": DIALECT,
        "title": "Messages between jpki-oracle and a system under test",
        "description": "JSON-RPC 2.0; the method is the capability that is asked.",
        "anyOf": [_reference(name) for name in lines],
        "$defs": definitions | lines,
    }


_ERROR: dict[str, object] = {
    "description": "A refusal: -32601 for an unknown method, -32602 for bad parameters.",
    "type": "object",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    "required": ["code", "message"],
}


def _reference(name: str) -> dict[str, object]:
    return {"$ref": f"#/$defs/{name}"}


def _request(method: str, params: str | None) -> dict[str, object]:
    properties: dict[str, object] = {
        "jsonrpc": {"const": "2.0"},
        "id": {"type": "integer"},
        "method": {"const": method},
    }
    if params is not None:
        properties["params"] = _reference(params)
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _response(result: str) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {
            "jsonrpc": {"const": "2.0"},
            "id": {"type": "integer"},
            "result": _reference(result),
            "error": _reference("error"),
        },
        "required": ["jsonrpc", "id"],
        "oneOf": [{"required": ["result"]}, {"required": ["error"]}],
    }
