"""One line of a system, read strictly: an answer, a refusal, or the reason why it is neither."""

import pytest
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal, Request, read_reply
from jpki_oracle.sut.quoting import shown


def test_a_request_is_one_compact_line_in_the_protocols_order():
    assert Request(1, "describe").line() == '{"jsonrpc":"2.0","id":1,"method":"describe"}'
    assert Request(4, "number", {"number": "1"}).line() == (
        '{"jsonrpc":"2.0","id":4,"method":"number","params":{"number":"1"}}'
    )


@pytest.mark.parametrize("end", ["", "\r\n", " "])
def test_a_result_is_an_answer(end):
    line = '{"id": 2, "result": {"name": "カード"}, "jsonrpc": "2.0", "more": 1}' + end
    assert read_reply(line, 2) == read_reply(line.encode(), 2) == Answer({"name": "カード"})


def test_an_error_object_is_a_refusal():
    line = b'{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"bad 123456789018","data":{}}}'
    assert read_reply(line, 2) == Refusal(-32602, "bad [12 digits]")


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        (b"INFO ready", "not_json", "'INFO ready' is not JSON: Expecting value at character 1"),
        (b"", "not_json", "empty line"),
        (b'\xef\xbb\xbf{"id": 2}', "not_json", "byte order mark"),
        (b'{"id": "\xff"}', "not_json", "byte 9 is not UTF-8"),
        ('{"id": 2}'.encode("utf-16"), "not_json", "not UTF-8"),
        (b'{"id": NaN}', "not_json", "NaN is not a JSON number"),
        (b'{"id": -Infinity}', "not_json", "-Infinity is not a JSON number"),
        (b'{"id": 1e999}', "not_json", "too large"),
        (b'{"id": ' + b"1" * 5000 + b"}", "not_json", "digits"),
        (b'{"id": "\\ud800"}', "not_json", "surrogate"),
        (b"[" * 100_000, "not_json", "nested too deeply"),
        (
            b'{"jsonrpc":"2.0","id":2,"result":{"valid":true,"valid":false}}',
            "not_json",
            "'valid' stands there twice",
        ),
        (b'{"jsonrpc":"2.0","id":2,"result":{}} {}', "not_json", "Extra data"),
        (b"true", "not_a_response", "not an object"),
        (b'[{"jsonrpc":"2.0","id":2,"result":{}}]', "not_a_response", "not an object"),
        (b'{"id":2,"result":{}}', "not_a_response", '"jsonrpc": "2.0"'),
        (b'{"jsonrpc":2.0,"id":2,"result":{}}', "not_a_response", '"jsonrpc": "2.0"'),
        (b'{"jsonrpc":"2.0","id":2,"method":"validity"}', "not_a_response", "only the oracle asks"),
        (b'{"jsonrpc":"2.0","id":2}', "not_a_response", "exactly one of 'result' and 'error'"),
        (b'{"jsonrpc":"2.0","id":2,"result":{},"error":null}', "not_a_response", "exactly one"),
        (b'{"jsonrpc":"2.0","id":2,"result":null}', "not_a_response", "its result is null, not an object"),
        (b'{"jsonrpc":"2.0","id":2,"result":[]}', "not_a_response", "its result is [], not an object"),
        (b'{"jsonrpc":"2.0","id":2,"error":"no"}', "not_a_response", "an integer 'code'"),
        (
            b'{"jsonrpc":"2.0","id":2,"error":{"code":"1","message":"no"}}',
            "not_a_response",
            "an integer 'code'",
        ),
        (b'{"jsonrpc":"2.0","id":3,"result":{}}', "wrong_id", "the id 3 where 2 was expected"),
        (b'{"jsonrpc":"2.0","id":"2","result":{}}', "wrong_id", "the id '2' where 2 was expected"),
        (b'{"jsonrpc":"2.0","id":2.0,"result":{}}', "wrong_id", "the id 2.0 where 2 was expected"),
        (b'{"jsonrpc":"2.0","result":{}}', "wrong_id", "no id where 2 was expected"),
        (
            b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
            "wrong_id",
            "'Parse error'",
        ),
    ],
)
def test_anything_else_is_named(line, kind, words):
    failure = read_reply(line, 2)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind(kind)
    assert words in failure.detail
    assert len(failure.detail) < 400


def test_true_is_not_the_id_one():
    assert read_reply('{"jsonrpc":"2.0","id":true,"result":{}}', 1).kind is FailureKind.WRONG_ID


@pytest.mark.parametrize(
    ("value", "quotation"),
    [
        ("two\nlines\x1b[31m", r"'two\nlines\x1b[31m'"),
        (b"caf\xe9", r"'caf\\xe9'"),
        (None, "null"),
        ([True, "a"], '[true, "a"]'),
        ("id 24727059608", "'id [11 digits]'"),
        ("since 20230228", "'since 20230228'"),
        (object(), '"<object>"'),
    ],
)
def test_what_a_system_said_is_quoted_on_one_harmless_line(value, quotation):
    assert shown(value) == quotation


def test_a_quotation_is_short():
    assert len(shown("x" * 10_000_000)) < 130
    assert len(shown({"x": ["y"] * 100_000})) < 130
