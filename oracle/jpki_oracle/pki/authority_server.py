"""The test authority as a web service: revocation lists and OCSP as verifiers ask for them, and the messages by POST.

GET  /signature.cer                      the authority's certificate, in DER (the same for authentication)
GET  /signature.crl                      the revocation list of today, in DER
GET  /signature/PREFECTURE/MUNICIPALITY.crl  the same for one distribution point
POST /signature.ocsp                     an OCSP request, in DER; also GET /signature.ocsp/BASE64
POST /                                   a JSON-RPC 2.0 message of the capability `authority`
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki.japan_time import JAPAN
from jpki_model.pki.profile import Purpose
from jpki_model.pki.service import PURPOSES, CertificationService
from jpki_spec.laws import Law
from pydantic import ValidationError

from jpki_oracle.pki.reference_authority import ReferenceAuthority
from jpki_oracle.sut.messages import explain
from jpki_oracle.sut.pki_messages import AuthorityParams

LARGEST_REQUEST = 1 << 16
CERTIFICATE, LIST = "application/pkix-cert", "application/pkix-crl"
OCSP_REQUEST, OCSP_RESPONSE, JSON = (
    "application/ocsp-request",
    "application/ocsp-response",
    "application/json",
)
Clock = Callable[[], datetime]


def now() -> datetime:
    """The instant at which lists and answers are asked for, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Page:
    """What is sent back."""

    status: HTTPStatus
    kind: str
    body: bytes


class AuthorityServer(ThreadingHTTPServer):
    """Serves one certification service. Raises OSError for a port that cannot be listened on."""

    daemon_threads = True

    def __init__(
        self,
        host: str,
        port: int,
        service: CertificationService,
        clock: Clock = now,
        rules: Law | None = None,
    ) -> None:
        super().__init__((host, port), _Handler)
        self._service, self._clock, self._lock = service, clock, Lock()
        self._messages = ReferenceAuthority(service, rules)

    def page(self, path: str) -> Page:
        """The answer to GET."""
        parts = [unquote(part) for part in path.strip("/").split("/")]
        name, dot, kind = parts[0].partition(".")
        purpose = _purpose(name)
        if purpose and dot and kind == "ocsp" and len(parts) > 1:
            return self._answered(purpose, "/".join(parts[1:]))
        with self._lock:
            if purpose and parts[1:] == [] and kind == "cer":
                certificate = self._service.authorities[purpose].certificate
                return Page(HTTPStatus.OK, CERTIFICATE, certificate.public_bytes(Encoding.DER))
            if purpose and parts[1:] == [] and kind == "crl":
                return Page(HTTPStatus.OK, LIST, self._list(purpose, None))
            if purpose and len(parts) == 3 and parts[2].endswith(".crl"):
                return Page(
                    HTTPStatus.OK, LIST, self._list(purpose, (parts[1], parts[2].removesuffix(".crl")))
                )
        return _told(
            HTTPStatus.NOT_FOUND, "there are /signature.cer, .crl and .ocsp, and those of authentication"
        )

    def posted(self, path: str, body: bytes) -> Page:
        """The answer to POST."""
        if path == "/":
            return self._message(body)
        name, _, kind = path.strip("/").partition(".")
        purpose = _purpose(name)
        if purpose is None or kind != "ocsp":
            return _told(
                HTTPStatus.NOT_FOUND, "requests go to /signature.ocsp, /authentication.ocsp, messages to /"
            )
        with self._lock:
            return Page(HTTPStatus.OK, OCSP_RESPONSE, self._service.answer(purpose, body, self._clock()))

    def _answered(self, purpose: Purpose, text: str) -> Page:
        try:
            request = base64.b64decode(text, validate=True)
        except binascii.Error:
            request = b""
        with self._lock:
            return Page(HTTPStatus.OK, OCSP_RESPONSE, self._service.answer(purpose, request, self._clock()))

    def _list(self, purpose: Purpose, where: tuple[str, str] | None) -> bytes:
        today = self._clock().astimezone(JAPAN).date()
        return self._service.revocation_list(purpose, today, where)

    def _message(self, body: bytes) -> Page:
        head: dict[str, Any] = {"jsonrpc": "2.0", "id": None}
        try:
            asked = json.loads(body)
            head["id"], method, params = asked["id"], asked["method"], asked.get("params", {})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return _json({**head, "error": {"code": -32700, "message": "not a JSON-RPC 2.0 request"}})
        if method == "describe":
            return _json({**head, "result": self._messages.describe()})
        if method != "authority":
            return _json(
                {**head, "error": {"code": -32601, "message": "the methods are describe and authority"}}
            )
        try:
            content = AuthorityParams.model_validate(params).content()
        except ValidationError as error:
            return _json({**head, "error": {"code": -32602, "message": explain(error)}})
        with self._lock:
            return _json({**head, "result": self._messages.authority(**content)})


def _purpose(name: str) -> Purpose | None:
    return next((purpose for purpose in PURPOSES if purpose == name), None)


def _json(content: dict[str, Any]) -> Page:
    return Page(HTTPStatus.OK, JSON, json.dumps(content).encode())


def _told(status: HTTPStatus, text: str) -> Page:
    return Page(status, "text/plain; charset=utf-8", f"{text}\n".encode())


class _Handler(BaseHTTPRequestHandler):
    server: AuthorityServer
    protocol_version = "HTTP/1.1"
    timeout = 20
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._send(self.server.page(self.path.partition("?")[0]))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self.close_connection = True
            return self._send(_told(HTTPStatus.LENGTH_REQUIRED, "a request states its Content-Length"))
        if int(length) > LARGEST_REQUEST:
            self.close_connection = True
            text = f"a request has at most {LARGEST_REQUEST} octets"
            return self._send(_told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text))
        return self._send(self.server.posted(self.path.partition("?")[0], self.rfile.read(int(length))))

    def _send(self, page: Page) -> None:
        self.send_response(page.status)
        self.send_header("Content-Type", page.kind)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what is asked for names serial numbers of holders."""
