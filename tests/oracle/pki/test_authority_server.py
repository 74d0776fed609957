"""The authority as a web service: lists and answers, and what is asked wrongly."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.client import HTTPConnection

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from jpki_model.pki.service import CertificationService
from jpki_oracle.pki.authority_server import LARGEST_REQUEST, AuthorityServer
from pki_examples import HOLDER, PURPOSES, key

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
KEYS = {
    f"{purpose}_{role}": key(f"{purpose} {role}")
    for purpose in PURPOSES
    for role in ("authority", "responder")
}


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorityServer]:
    service = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=KEYS)
    for person in ("good", "moved"):
        service.issue(
            "signature", person, HOLDER, key(person).public_key(), NOON.replace(year=2025), date(2030, 2, 28)
        )
    service.happened("attributes-changed", "moved", NOON.replace(month=3))
    with AuthorityServer("127.0.0.1", 0, service, lambda: NOON) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def ask(
    server: AuthorityServer, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    found = response.status, response.getheader("Content-Type", ""), response.read()
    connection.close()
    return found


def request_for(server: AuthorityServer, person: str) -> bytes:
    service = server._service
    held = next(each for each in service.records["signature"].values() if each.person == person)
    root = service.authorities["signature"].certificate
    built = ocsp.OCSPRequestBuilder().add_certificate(held.certificate, root, SHA1()).build()
    return built.public_bytes(Encoding.DER)


def test_the_list_of_today_and_that_of_a_municipality(server: AuthorityServer) -> None:
    for path in ("/signature.crl", "/signature/Mihon-ken/Mihon-shi.crl"):
        status, kind, body = ask(server, "GET", path)
        assert (status, kind) == (200, "application/pkix-crl")
        assert len(x509.load_der_x509_crl(body)) == 1
    assert len(x509.load_der_x509_crl(ask(server, "GET", "/authentication.crl")[2])) == 0
    assert len(x509.load_der_x509_crl(ask(server, "GET", "/signature/Other-ken/Other-shi.crl")[2])) == 0


@pytest.mark.parametrize(("person", "status"), [("good", "GOOD"), ("moved", "REVOKED")])
def test_a_status_by_post_and_by_get(server: AuthorityServer, person: str, status: str) -> None:
    request = request_for(server, person)
    for found in (
        ask(server, "POST", "/signature.ocsp", request),
        ask(server, "GET", f"/signature.ocsp/{base64.b64encode(request).decode().replace('/', '%2F')}"),
    ):
        assert found[:2] == (200, "application/ocsp-response")
        assert ocsp.load_der_ocsp_response(found[2]).certificate_status.name == status


def test_the_authoritys_certificate(server: AuthorityServer) -> None:
    body = ask(server, "GET", "/signature.cer")[2]
    assert "O=JPKI-SIM" in x509.load_der_x509_certificate(body).subject.rfc4514_string()


@pytest.mark.parametrize(
    "path", ["/", "/signature", "/nothing.crl", "/signature.pdf", "/a/b/c/d", "/signature/x/y.txt"]
)
def test_a_path_that_there_is_not(server: AuthorityServer, path: str) -> None:
    assert ask(server, "GET", path)[0] == 404


@pytest.mark.parametrize("body", [b"", b"<html>", b"\x30\x84\xff\xff\xff\xff", b"\x30" * 3000, b"{}"])
def test_what_is_no_ocsp_request_is_answered_as_malformed(server: AuthorityServer, body: bytes) -> None:
    status, _, found = ask(server, "POST", "/signature.ocsp", body)
    assert status == 200
    assert ocsp.load_der_ocsp_response(found).response_status.name == "MALFORMED_REQUEST"


def test_a_request_that_is_too_long_is_not_read(server: AuthorityServer) -> None:
    assert ask(server, "POST", "/signature.ocsp", b"0" * (LARGEST_REQUEST + 1))[0] == 413


def test_a_request_that_does_not_say_its_length_is_refused(server: AuthorityServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as raw:
        raw.sendall(b"POST /signature.ocsp HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"411" in raw.recv(200)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"[]", -32700),
        (b'{"id":1}', -32700),
        (b"[" * 5000, -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"card"}', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"authority","params":{"at":"yesterday"}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"authority","params":[]}', -32602),
    ],
)
def test_a_message_that_is_none_is_told_what_is_wrong(
    server: AuthorityServer, body: bytes, code: int
) -> None:
    status, _, found = ask(server, "POST", "/", body)
    assert status == 200
    assert json.loads(found)["error"]["code"] == code


def test_it_says_who_it_is(server: AuthorityServer) -> None:
    found = ask(server, "POST", "/", b'{"jsonrpc":"2.0","id":1,"method":"describe"}')[2]
    assert json.loads(found)["result"]["capabilities"] == ["authority"]


def test_a_client_that_sends_nothing_keeps_nobody_waiting(server: AuthorityServer) -> None:
    with socket.create_connection(("127.0.0.1", server.server_address[1])):
        start = time.monotonic()
        assert ask(server, "GET", "/signature.crl")[0] == 200
        assert time.monotonic() - start < 5
