"""The messages: what may be sent, what counts as an answer, and how a wrong answer is explained."""

import json
import re
from datetime import date, datetime

import jsonschema
import pytest
from jpki_oracle.sut.messages import (
    METHODS,
    CardParams,
    Description,
    LifeMessage,
    NumberParams,
    NumberResult,
    StatusParams,
    StatusResult,
    ValidityParams,
    ValidityResult,
    explain,
)
from jpki_oracle.sut.schema import json_schema
from pydantic import ValidationError

# The names as the protocol's page gives them, written out here on purpose.
DATES_OF_A_LIFE = re.findall(
    r"\w+",
    """
birth stay_expires nationality_lost card_requested card_issued signature_issued authentication_issued
moveout_notified moveout_planned moved_in movein_notified card_presented moved_out_again left_japan
card_presented_abroad record_corrected died record_deleted card_returned reissue_requested
signature_revocation_requested authentication_revocation_requested revocation_recorded
""",
)
CHOICES_OF_A_LIFE = {
    "residence": {"citizen", "permanent", "limited", "landing", "transitional"},
    "card_renewal": {"none", "window", "overseas", "full_notes", "other"},
    "signature_renewal": {"none", "window"},
    "authentication_renewal": {"none", "window"},
    "correction": {"name", "address", "birth", "sex", "minor"},
}
WELL_DESCRIBED = {
    "protocol": 1,
    "name": "acme",
    "version": "2.3",
    "capabilities": ["validity", "status", "number"],
    "edition": "2024-05-27",
    "readings": {},
}


def explanation(model, content):
    """The line that explains why `content` is not a `model`."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(content)
    return explain(caught.value)


def test_a_life_has_the_fields_of_the_protocol():
    assert set(LifeMessage.model_fields) == {*DATES_OF_A_LIFE, *CHOICES_OF_A_LIFE}


@pytest.mark.parametrize("name", DATES_OF_A_LIFE)
def test_a_date_of_a_life_is_an_existing_day_or_null(name):
    assert getattr(LifeMessage.model_validate({name: "2024-02-29"}), name) == date(2024, 2, 29)
    assert getattr(LifeMessage.model_validate({name: None}), name) is None
    with pytest.raises(ValidationError):
        LifeMessage.model_validate({name: "2023-02-29"})


@pytest.mark.parametrize("name", CHOICES_OF_A_LIFE)
def test_a_choice_of_a_life_is_one_of_its_values(name):
    for value in CHOICES_OF_A_LIFE[name]:
        assert getattr(LifeMessage.model_validate({name: value}), name) == value
    with pytest.raises(ValidationError):
        LifeMessage.model_validate({name: "something"})


def test_a_life_is_sent_in_the_declared_order_without_what_is_not_stated():
    life = LifeMessage.model_validate({"died": None, "card_issued": date(2020, 6, 1), "birth": "1992-02-29"})
    assert json.dumps(life.content()) == '{"birth": "1992-02-29", "card_issued": "2020-06-01"}'


def test_a_misspelt_field_of_a_life_is_never_sent():
    assert explanation(ValidityParams, {"life": {"brith": "1992-02-29"}}) == (
        "life.brith is not a name that is known here"
    )


def test_status_asks_for_a_day():
    params = StatusParams.model_validate({"life": {"birth": "1992-02-29"}, "on": "2028-02-29"})
    assert params.content() == {"life": {"birth": "1992-02-29"}, "on": "2028-02-29"}
    assert explanation(StatusParams, {"life": {}, "on": None}) == (
        "on: null is not a date; expected a string YYYY-MM-DD"
    )
    assert explanation(StatusParams, {"life": {}}) == "on is missing"


@pytest.mark.parametrize("content", [{"number": "123456789018"}, {"resident_record_code": "24727059608"}])
def test_one_number_is_asked_at_a_time(content):
    assert NumberParams.model_validate(content).content() == content


def test_an_empty_number_can_be_asked():
    assert NumberParams.model_validate({"number": ""}).content() == {"number": ""}


@pytest.mark.parametrize("content", [{}, {"number": "123456789018", "resident_record_code": "24727059608"}])
def test_no_number_and_two_numbers_are_errors(content):
    assert explanation(NumberParams, content) == "exactly one of number, resident_record_code is needed"


def test_no_number_stands_in_an_error():
    assert (
        explanation(NumberParams, {"number": 123456789018})
        == "number: [12 digits] is not a text; expected a string"
    )
    with pytest.raises(ValidationError) as caught:
        NumberParams.model_validate({"number": 123456789018})
    assert "123456789018" not in str(caught.value)


def test_what_was_left_out_differs_from_null():
    result = ValidityResult.model_validate(
        {"card_expires": "2030-02-28", "signature_expires": None, "note": 1}
    )
    assert result.model_fields_set == {"card_expires", "signature_expires"}
    assert result.content() == {"card_expires": date(2030, 2, 28), "signature_expires": None}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2023-02-29", "'2023-02-29' is not a date that exists; expected YYYY-MM-DD or null"),
        ("2023-13-01", "'2023-13-01' is not a date that exists; expected YYYY-MM-DD or null"),
        ("0000-01-01", "'0000-01-01' is not a date that exists; expected YYYY-MM-DD or null"),
        ("2023-2-9", "'2023-2-9' is not a date; expected a string YYYY-MM-DD or null"),
        ("2023-02-28\n", r"'2023-02-28\n' is not a date; expected a string YYYY-MM-DD or null"),
        ("２０２３-02-28", "'２０２３-02-28' is not a date; expected a string YYYY-MM-DD or null"),
        ("20230228", "'20230228' is not a date; expected a string YYYY-MM-DD or null"),
        ("2023-W09-2", "'2023-W09-2' is not a date; expected a string YYYY-MM-DD or null"),
        ("2023-02-28T00:00:00", "'2023-02-28T00:00:00' is not a date; expected a string YYYY-MM-DD or null"),
        ("", "'' is not a date; expected a string YYYY-MM-DD or null"),
        (20230228, "20230228 is not a date; expected a string YYYY-MM-DD or null"),
        (False, "false is not a date; expected a string YYYY-MM-DD or null"),
        ({}, "{} is not a date; expected a string YYYY-MM-DD or null"),
        (datetime(2023, 2, 28), "<datetime> is not a date; expected a string YYYY-MM-DD or null"),
    ],
)
def test_an_answer_that_is_no_date_is_explained(value, words):
    assert (
        explanation(ValidityResult, {"card_expires": value}).removeprefix("card_expires: ").replace('"', "")
        == words
    )


def test_of_several_problems_the_first_is_explained_and_the_others_counted():
    wrong = {"card_expires": 1, "signature_expires": 2, "authentication_expires": 3}
    assert explanation(ValidityResult, wrong).endswith("or null (and 2 more)")


def test_states_are_those_of_the_item():
    content = {"card": "lapsed", "signature": "revoked", "causes": {"card": "moved abroad"}, "trace": []}
    assert StatusResult.model_validate(content).content() == {
        "card": "lapsed",
        "signature": "revoked",
        "causes": {"card": "moved abroad"},
    }


@pytest.mark.parametrize("value", ["revoked", "VALID", "", None, True, ["valid"]])
def test_an_unknown_state_is_an_error(value):
    line = explanation(StatusResult, {"card": value})
    assert line.startswith("card: ")
    assert line.endswith("is not known; expected 'not_yet', 'valid', 'expired' or 'lapsed'")


def test_causes_are_texts():
    assert (
        explanation(StatusResult, {"causes": {"card": 7}})
        == "causes.card: 7 is not a text; expected a string"
    )


@pytest.mark.parametrize("value", ["true", 1, 0, None, "yes", 1.0, []])
def test_only_true_and_false_are_truth_values(value):
    line = explanation(NumberResult, {"valid": value})
    assert line.endswith("is not a truth value; expected true or false")


def test_whether_a_number_is_valid_must_be_said():
    assert NumberResult.model_validate({"valid": False}).content() == {"valid": False}
    assert explanation(NumberResult, {}) == "valid is missing"


def test_a_description_needs_no_edition_and_no_readings():
    short = {"protocol": 1, "name": "acme", "version": "2.3", "capabilities": []}
    description = Description.model_validate(short)
    assert (description.edition, description.readings) == (None, {})
    assert Description.model_validate(WELL_DESCRIBED).edition == "2024-05-27"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protocol": 2}, "protocol: 2 is not known; expected 1"),
        ({"protocol": "1"}, "protocol: '1' is not a whole number; expected 1"),
        ({"protocol": True}, "protocol: true is not a whole number; expected 1"),
        ({"version": 2.3}, "version: 2.3 is not a text; expected a string"),
        ({"capabilities": "number"}, "capabilities: 'number' is not a list; expected an array"),
        ({"readings": []}, "readings: [] is not an object; expected an object"),
    ],
)
def test_a_wrong_description_is_explained(change, words):
    assert explanation(Description, WELL_DESCRIBED | change) == words


# The protocol's page, line by line.
REQUESTS = [
    {"jsonrpc": "2.0", "id": 1, "method": "describe"},
    {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "validity",
        "params": {"life": {"birth": "1992-02-29", "died": None}},
    },
    {"jsonrpc": "2.0", "id": 3, "method": "status", "params": {"life": {}, "on": "2028-02-29"}},
    {"jsonrpc": "2.0", "id": 4, "method": "number", "params": {"number": "123456789018"}},
    {"jsonrpc": "2.0", "id": 4, "method": "number", "params": {"resident_record_code": "24727059608"}},
    {"jsonrpc": "2.0", "id": 5, "method": "card", "params": {"apdu": "00A4040C0AD392F000260100000001"}},
    {"jsonrpc": "2.0", "id": 5, "method": "card", "params": {"power": "reset"}},
]
RESULTS = {
    "describe": WELL_DESCRIBED,
    "validity": {"card_expires": "2030-02-28", "signature_expires": None},
    "status": {"card": "valid", "signature": "revoked", "authentication": "valid"},
    "number": {"valid": True},
    "card": {"response": "9000"},
}
WRONG_RESULTS = {
    "describe": {"protocol": 2, "name": "acme", "version": "1", "capabilities": []},
    "validity": {"card_expires": 20300228},
    "status": {"card": "revoked"},
    "number": {"valid": 1},
    "card": {"response": "90 00"},
}


def accepts(name: str, line: object) -> bool:
    """Whether the published schema takes `line` as a message `name`."""
    schema = json_schema() | {"anyOf": [{"$ref": f"#/$defs/{name}"}]}
    return jsonschema.Draft202012Validator(schema).is_valid(line)


def test_the_schema_is_one_valid_document_that_is_always_the_same():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.dumps(json_schema()) == json.dumps(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("request_line", REQUESTS, ids=lambda line: line["method"])
def test_the_schema_takes_the_requests_of_the_protocol(request_line):
    name = f"{request_line['method']}_request"
    jsonschema.Draft202012Validator(json_schema()).validate(request_line)
    assert accepts(name, request_line)
    assert not accepts(name, request_line | {"id": "1"})
    assert not accepts(name, request_line | {"params": {"lives": {}}})


@pytest.mark.parametrize("method", RESULTS)
def test_the_schema_takes_good_answers_and_refusals_and_nothing_else(method):
    name = f"{method}_response"
    good = {"jsonrpc": "2.0", "id": 1, "result": RESULTS[method]}
    refusal = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no such method"}}
    assert accepts(name, good)
    assert accepts(name, refusal)
    assert not accepts(name, good | {"result": WRONG_RESULTS[method]})
    assert not accepts(name, good | refusal)
    assert not accepts(name, {"jsonrpc": "2.0", "id": 1})


def test_the_schema_and_the_models_agree_that_two_numbers_are_one_too_many():
    both = {"number": "1", "resident_record_code": "2"}
    assert not accepts("number_request", {"jsonrpc": "2.0", "id": 1, "method": "number", "params": both})


@pytest.mark.parametrize("params", [{}, {"apdu": "00", "power": "on"}, {"apdu": "0"}, {"power": "cold"}])
def test_a_card_is_asked_for_one_thing_at_a_time(params):
    with pytest.raises(ValidationError):
        CardParams.model_validate(params)
    assert not accepts("card_request", {"jsonrpc": "2.0", "id": 1, "method": "card", "params": params})


def test_an_apdu_is_not_repeated_where_it_is_explained():
    words = explanation(CardParams, {"apdu": "0020008004 31323334"})
    assert words == "apdu is not bytes; expected a string of two hexadecimal digits a byte"


def test_each_capability_has_its_messages():
    assert set(METHODS) == {
        *("validity", "status", "number", "lifecycle", "services", "card", "authority", "verifier"),
        *("issue_holder", "issue_municipality", "issue_card", "issue_authority"),
    }
