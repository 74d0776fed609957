"""Addresses: a transport and its target, or one clear line."""

import pytest
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.batch import BatchConnection
from jpki_oracle.sut.http import HttpConnection
from jpki_oracle.sut.python import PythonConnection
from jpki_oracle.sut.stdio import StdioConnection


@pytest.mark.parametrize(
    ("address", "transport"),
    [
        ("python:acme.sut:Acme", PythonConnection),
        ("python:acme:parts.Acme", PythonConnection),
        ("stdio:java -jar 'my sut.jar'", StdioConnection),
        ("stdio: node C:sut.js", StdioConnection),
        ("batch:rounds/1", BatchConnection),
        ("http://localhost:8080", HttpConnection),
        ("http://[::1]:8080/rpc?v=1", HttpConnection),
        ("https://acme.example/rpc", HttpConnection),
    ],
)
def test_an_address_opens_its_transport_and_starts_nothing(address, transport, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_connection(address) as connection:
        assert type(connection) is transport
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not the address of a system under test"),
        ("my_sut.py", "is not the address"),
        ("STDIO:cat", "is not the address"),
        ("ftp://host", "is not the address"),
        ("python:acme", "needs the name of a module and of an object in it"),
        ("python:acme:", "needs the name"),
        ("python::Acme", "needs the name"),
        ("python:acme.py:Acme()", "needs the name"),
        ("python:a:b:c", "needs the name"),
        ("stdio:", "no command that can be run (the command is empty)"),
        ("stdio:   ", "the command is empty"),
        ("stdio:java 'x", "no command that can be run (no closing quotation)"),
        ("batch:", "names no folder"),
        ("http:", "is not the URL of a system (it names no host)"),
        ("http://", "it names no host"),
        ("http://host:65536", "is not the URL of a system"),
        ("http://user:secret@host", "it has a user, a password or a fragment"),
    ],
)
def test_a_wrong_address_is_explained_with_all_forms_and_an_example(address, words):
    with pytest.raises(AddressError) as caught:
        open_connection(address)
    message = str(caught.value)
    assert message.startswith(repr(address.replace("user:secret@", "…@")))
    assert words in message
    for form in ("python:MODULE:NAME", "stdio:COMMAND", "batch:DIR", "for example 'stdio:python3 my_sut.py'"):
        assert form in message
    assert "\n" not in message


@pytest.mark.parametrize("timeout", [0, -1.0, float("nan"), float("inf")])
def test_a_timeout_is_a_number_of_seconds(timeout):
    with pytest.raises(AddressError, match="not possible"):
        open_connection("stdio:cat", timeout=timeout)
