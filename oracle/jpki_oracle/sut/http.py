"""The transport `http://HOST:PORT`: one JSON-RPC message a POST, over a connection that is kept."""

import contextlib
import http.client
import socket
import ssl
import threading
from urllib.parse import urlsplit

from jpki_oracle.sut.connection import (
    LONGEST_LINE,
    Failure,
    FailureKind,
    Reply,
    Request,
    Transport,
    read_reply,
)
from jpki_oracle.sut.quoting import shown

GIVE_UP_AFTER = 3
"""Failures in a row after which a server is asked no more."""


class HttpConnection(Transport):
    """A server that answers each POST of a question by the answer, with status 200.

    No proxy is used and no redirect followed. After a failure the connection is made anew for the next question;
    a question is never sent twice. After three failures in a row the remaining questions are not asked.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        """`timeout` are the seconds for a whole answer, however slowly it drips; raises ValueError for no URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it names no host")
        if parts.username or parts.password or parts.fragment:
            raise ValueError("it has a user, a password or a fragment")
        self._tls = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port  # .port raises ValueError itself
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._url = url
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._answered = False
        self._failures = 0
        self._last_failure = ""

    def ask(self, request: Request) -> Reply:
        """Posts one question; whatever the server does becomes a reply."""
        if self._failures >= GIVE_UP_AFTER:
            return Failure(
                FailureKind.NOT_ASKED,
                f"{request} was not asked: given up after {GIVE_UP_AFTER} failures in a row, "
                f"the last being: {self._last_failure}",
            )
        try:
            reply = self._exchange(request)
        except (
            BaseException
        ):  # after an interrupt the answer that is under way must not reach the next question
            self._drop()
            raise
        if isinstance(reply, Failure):
            self._drop()
            self._failures += 1
            self._last_failure = reply.detail
        else:
            self._failures, self._answered = 0, True
        return reply

    def close(self) -> None:
        """Closes the connection."""
        self._drop()

    def _exchange(self, request: Request) -> Reply:
        try:
            connection = self._connected()
        except TimeoutError:
            return Failure(
                FailureKind.TIMEOUT, f"{request}: no connection to {self._url} within {self._timeout:g} s"
            )
        except OSError as error:
            return Failure(
                FailureKind.EXITED if self._answered else FailureKind.NOT_STARTED,
                f"{self._url} cannot be reached: {error.strerror or error}; start the server, or check host and port",
            )
        alarm = _Alarm(connection, self._timeout)
        try:
            with alarm:
                connection.request("POST", self._path, request.line().encode(), _HEADERS)
                response = connection.getresponse()
                body = response.read(LONGEST_LINE + 1)
                if response.length and len(body) <= LONGEST_LINE:
                    raise http.client.IncompleteRead(body, response.length)
        except (OSError, http.client.HTTPException) as error:
            if alarm.rang or isinstance(error, TimeoutError):
                return Failure(
                    FailureKind.TIMEOUT,
                    f"{request}: no whole answer from {self._url} within {self._timeout:g} s",
                )
            return Failure(FailureKind.EXITED, f"{request}: {self._url} {_broken(error)}")
        if alarm.rang:
            return Failure(
                FailureKind.TIMEOUT, f"{request}: no whole answer from {self._url} within {self._timeout:g} s"
            )
        if response.status != http.client.OK:
            return Failure(
                FailureKind.NOT_A_RESPONSE,
                f"{request}: {self._url} answered with HTTP status {response.status} ({shown(response.reason)}); "
                "a JSON-RPC answer, also one with an error, has status 200",
            )
        if len(body) > LONGEST_LINE:
            return Failure(
                FailureKind.TOO_LONG,
                f"{request}: the answer has more than {LONGEST_LINE} bytes, starting {shown(body)}",
            )
        if response.will_close:
            self._drop()
        return read_reply(body, request.id)

    def _connected(self) -> http.client.HTTPConnection:
        """The kept connection, or a new one if the server has closed it meanwhile."""
        kept = self._connection
        if kept is not None and kept.sock is not None and not _was_closed(kept, kept.sock):
            return kept
        self._drop()
        if self._tls:
            self._connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=self._timeout, context=ssl.create_default_context()
            )
        else:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        self._connection.connect()
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


class _Alarm:
    """Shuts a connection down when its time is over, whatever is being read then."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._socket = connection.sock
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self.rang = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def _was_closed(connection: http.client.HTTPConnection, kept: socket.socket) -> bool:
    """The server has closed a connection that it kept open, or says on it what nobody asked: it is of no use."""
    kept.setblocking(False)
    try:
        kept.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        kept.settimeout(connection.timeout)
    return True


def _broken(error: Exception) -> str:
    if isinstance(error, http.client.BadStatusLine) and not isinstance(error, http.client.RemoteDisconnected):
        return "does not speak HTTP"
    if isinstance(error, http.client.IncompleteRead):
        return "ended its answer before the length that it had announced"
    if isinstance(error, http.client.RemoteDisconnected):
        return "closed the connection instead of answering"
    return f"broke off: {shown(str(error) or type(error).__name__)}"


_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
