"""The OpenAPI document: whole in itself, and with the schemas of the protocol's messages."""

import json

import jsonschema
import pytest
from jpki_oracle.sut.messages import METHODS
from jpki_oracle.sut.openapi import openapi

DOCUMENT = openapi()


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [each for value in node.values() for each in references(value)]
    return [each for value in node for each in references(value)] if isinstance(node, list) else []


def test_every_reference_leads_to_a_schema_of_the_document():
    schemas = DOCUMENT["components"]["schemas"]
    found = references(DOCUMENT)
    assert found
    assert {each.removeprefix("#/components/schemas/") for each in found} <= set(schemas)


def test_every_question_can_be_posted_and_answered():
    (operation,) = DOCUMENT["paths"]["/"].values()
    asked = json.dumps(operation["requestBody"])
    answered = json.dumps(operation["responses"]["200"])
    for method in ("describe", *METHODS):
        assert f"/{method}_request" in asked
        assert f"/{method}_response" in answered


@pytest.mark.parametrize(
    ("name", "line", "fits"),
    [
        ("card_request", {"jsonrpc": "2.0", "id": 2, "method": "card", "params": {"power": "on"}}, True),
        ("card_request", {"jsonrpc": "2.0", "id": 2, "method": "card", "params": {"power": "up"}}, False),
        ("validity_response", {"jsonrpc": "2.0", "id": 2, "result": {"card_expires": None}}, True),
        ("validity_response", {"jsonrpc": "2.0", "id": 2, "result": {"card_expires": 1}}, False),
    ],
)
def test_the_schemas_take_what_the_protocol_takes(name, line, fits):
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    assert jsonschema.Draft202012Validator(schema).is_valid(line) is fits
