"""pyHanko and pyhanko-certvalidator as a verifier: CMS, path, lists and status answers, all by the library.

A bare signature over a challenge is verified with `cryptography`, since the library knows only messages.
"""

from __future__ import annotations

import asyncio
import io
import warnings
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key
from line_protocol import Judged, accepted, rejected, serve
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

POLICY = {"signature": "1.2.392.200149.8.5.1.1.20", "authentication": "1.2.392.200149.8.5.1.3.30"}


def parsed(kind: Any, octets: str) -> Any:
    return kind.load(bytes.fromhex(octets), strict=True)


def evidence(kind: Any, octets: list[str]) -> list[Any]:
    """What can be read; the rest says nothing."""
    found = []
    for each in octets:
        try:
            value = parsed(kind, each)
            value.native  # noqa: B018 - reads the whole of it
            found.append(value)
        except (ValueError, TypeError, KeyError):
            continue
    return found


def context(asked: dict[str, Any]) -> ValidationContext:
    at = datetime.strptime(asked["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return ValidationContext(
        trust_roots=[parsed(x509.Certificate, each) for each in asked["anchors"]],
        crls=evidence(crl.CertificateList, asked["revocation_lists"]),
        ocsps=evidence(ocsp.OCSPResponse, asked["status_answers"]),
        moment=at,
        allow_fetching=False,
        revocation_mode="hard-fail",
        time_tolerance=timedelta(0),
    )


def parameters(asked: dict[str, Any]) -> PKIXValidationParams:
    return PKIXValidationParams(
        user_initial_policy_set=frozenset({POLICY[asked["task"]]}), initial_explicit_policy=True
    )


def judge(asked: dict[str, Any]) -> Judged:
    try:
        return asyncio.run(signed(asked) if asked["task"] == "signature" else answered(asked))
    except RevokedError as error:
        return rejected("held" if "hold" in str(error) else "revoked", str(error))
    except ExpiredError as error:
        return rejected("expired", str(error))
    except NotYetValidError as error:
        return rejected("not-yet-valid", str(error))
    except InsufficientRevinfoError as error:
        return rejected("status", str(error))
    except PathBuildingError as error:
        return rejected("issuer", str(error))
    except InvalidCertificateError as error:
        return rejected("purpose", str(error))
    except (PathValidationError, ValidationError) as error:
        return rejected(of_path(str(error)), str(error))
    except SignatureValidationError as error:
        return rejected("malformed", str(error))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        AssertionError,
        NotImplementedError,  # what pyHanko raises for an algorithm that it does not have
        RecursionError,
    ) as error:
        return rejected("malformed", f"{type(error).__name__}: {error}")


def of_path(text: str) -> str:
    """The class of what went wrong on a path, by the library's words."""
    for reason, words in (
        ("extension", "critical extension"),
        ("algorithm", "mechanism"),
        ("purpose", "policies"),
        ("purpose", "policy"),
        ("algorithm", "algorithm"),
        ("issuer", "signature could not be verified"),
        ("path", "not a CA"),
        ("path", "path length"),
        ("path", "sign other certificates"),
        ("path", "maximum path"),
    ):
        if words in text:
            return reason
    return "issuer"


def of_indication(text: str) -> str:
    return "algorithm" if "CRYPTO" in text else "status" if "REV" in text else "issuer"


async def signed(asked: dict[str, Any]) -> Judged:
    info = parsed(cms.ContentInfo, asked["signed_data"])
    info.native  # noqa: B018 - reads the whole of it
    status = await async_validate_detached_cms(
        io.BytesIO(bytes.fromhex(asked["signed_content"])),
        info["content"],
        signer_validation_context=context(asked),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )
    if not status.intact or not status.valid:
        return rejected("content", "the content or the signature is another")
    others = [each.chosen for each in info["content"]["certificates"]]
    await checked(asked, status.signing_cert, {"non_repudiation"}, set(), others)
    if status.trusted:
        return accepted()
    return rejected(of_indication(str(status.trust_problem_indic)), str(status.trust_problem_indic))


async def answered(asked: dict[str, Any]) -> Judged:
    certificate = parsed(x509.Certificate, asked["certificate"])
    certificate.native  # noqa: B018 - reads the whole of it
    await checked(asked, certificate, {"digital_signature"}, {"client_auth"}, [])
    key = load_der_public_key(certificate.public_key.dump())
    parts = bytes.fromhex(asked["signature"]), bytes.fromhex(asked["signed_content"])
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(*parts, ECDSA(SHA384()))
        else:
            key.verify(*parts, PKCS1v15(), SHA256())  # type: ignore[union-attr, call-arg, arg-type]
    except InvalidSignature:
        return rejected("content", "the signature does not verify")
    return accepted()


async def checked(
    asked: dict[str, Any], certificate: Any, usage: set[str], extended: set[str], others: list[Any]
) -> None:
    validator = CertificateValidator(
        certificate, others, validation_context=context(asked), pkix_params=parameters(asked)
    )
    await validator.async_validate_usage(usage, extended or None, extended_optional=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve("pyHanko", version("pyhanko"), judge)
