"""OCSP (RFC 6960): requests read, answers written, for any number of certificates in one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jpki_model.pki import der
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.keys import AnyPrivateKey, sign
from jpki_model.pki.revocation_list import Reason
from jpki_model.pki.signing import algorithm_of

SUCCESSFUL, MALFORMED, INTERNAL_ERROR, TRY_LATER, UNAUTHORIZED = 0, 1, 2, 3, 6
BASIC, NONCE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.48.1.2"
LONGEST_NONCE = 128
MOST_ASKED = 100


@dataclass(frozen=True)
class AskedCertificate:
    """The certificate that a request asks about: a CertID as it is encoded, and its parts."""

    encoded: Value
    digest: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int


@dataclass(frozen=True)
class StatusRequest:
    """A request: what is asked about, and the nonce extension's octets, if there is one."""

    asked: tuple[AskedCertificate, ...]
    nonce: bytes | None


@dataclass(frozen=True)
class CertificateStatus:
    """`good`, `unknown`, or `revoked` since an instant for a reason."""

    kind: str
    since: datetime | None = None
    reason: Reason | None = None


GOOD, UNKNOWN = CertificateStatus("good"), CertificateStatus("unknown")


def read_request(data: bytes) -> StatusRequest:
    """A request. Raises `NotDer` for what is none."""
    try:
        whole = der.decode(data)
        parts = [part for part in whole.at(0).children if part.tag not in (0xA0, 0xA1)]
        asked = tuple(_asked(each.at(0)) for each in parts[0].children)
        nonces = [
            each.children[-1].content
            for part in parts[1:]
            for each in part.at(0).children
            if der.dotted(each.at(0)) == NONCE
        ]
    except IndexError:
        raise NotDer("not an OCSP request") from None
    if not asked or len(asked) > MOST_ASKED:
        raise NotDer(f"an OCSP request for {len(asked)} certificates")
    if nonces and len(nonces[0]) > LONGEST_NONCE:
        raise NotDer(f"a nonce of {len(nonces[0])} octets")
    return StatusRequest(asked, nonces[0] if nonces else None)


def _asked(value: Value) -> AskedCertificate:
    algorithm, name, key, serial = value.children
    return AskedCertificate(
        value, der.dotted(algorithm.at(0)), name.content, key.content, der.number_in(serial)
    )


def error(status: int) -> bytes:
    """An answer that says only why there is none."""
    return der.sequence(Value(der.ENUMERATED, bytes([status]))).encoded()


@dataclass(frozen=True)
class AnswerFrame:
    """What an answer says beside the statuses: who answers (SHA-1 of its key), when, from when to when it holds."""

    responder_key_hash: bytes
    produced: datetime
    since: datetime
    until: datetime | None
    certificates: tuple[bytes, ...] = ()
    nonce: bytes | None = None


def answer(
    frame: AnswerFrame, statuses: Sequence[tuple[Value, CertificateStatus]], key: AnyPrivateKey
) -> bytes:
    """A successful answer for CertIDs with their statuses, signed."""
    until = (der.explicit(0, _time(frame.until)),) if frame.until else ()
    single = (der.sequence(asked, _status(status), _time(frame.since), *until) for asked, status in statuses)
    extra: tuple[Value, ...] = ()
    if frame.nonce is not None:
        nonce = der.sequence(der.object_identifier(NONCE), der.octet_string(frame.nonce))
        extra = (der.explicit(1, der.sequence(nonce)),)
    data = der.sequence(
        der.explicit(2, der.octet_string(frame.responder_key_hash)),
        _time(frame.produced),
        der.sequence(*single),
        *extra,
    )
    shown = tuple(map(der.decode, frame.certificates))
    certificates = (der.explicit(0, der.sequence(*shown)),) if shown else ()
    basic = der.sequence(data, algorithm_of(key), der.bit_string(sign(key, data.encoded())), *certificates)
    inner = der.sequence(der.object_identifier(BASIC), der.octet_string(basic.encoded()))
    return der.sequence(Value(der.ENUMERATED, b"\x00"), der.explicit(0, inner)).encoded()


def _status(status: CertificateStatus) -> Value:
    if status.kind == "good":
        return Value(0x80)
    if status.since is None:
        return Value(0x82)
    reason = (der.explicit(0, Value(der.ENUMERATED, bytes([status.reason]))),) if status.reason else ()
    return Value(0xA1, children=(_time(status.since), *reason))


def _time(instant: datetime) -> Value:
    return Value(der.GENERALIZED_TIME, f"{instant.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())
