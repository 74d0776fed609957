"""Keys, authorities and certificates of the tests on certificates; made once."""

from datetime import date
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import AnyPrivateKey, new_elliptic_key, new_key
from jpki_model.pki.profile import Purpose

HOLDER = Holder(birth=date(1992, 2, 29))
PURPOSES: tuple[Purpose, ...] = ("signature", "authentication")


def key(name: str, algorithm: str = "rsa-2048") -> Any:
    """The key of that name."""
    return _key(name, algorithm)


@cache
def _key(name: str, algorithm: str) -> AnyPrivateKey:
    return new_key() if algorithm == "rsa-2048" else new_elliptic_key()


@cache
def authority(purpose: Purpose, algorithm: str = "rsa-2048") -> CertificateAuthority:
    """The authority for a purpose, from 2023-07-16 to 2033-07-15."""
    return CertificateAuthority.new(
        purpose, date(2023, 7, 16), date(2033, 7, 15), key(f"{purpose} authority", algorithm)
    )


@cache
def certificate(profile: str, algorithm: str = "rsa-2048") -> bytes:
    """A conforming certificate of a profile."""
    purpose: Purpose = "signature" if profile.startswith("signature") else "authentication"
    root = authority(purpose, algorithm)
    if profile.endswith("-authority"):
        return root.certificate.public_bytes(Encoding.DER)
    public = key("holder", algorithm).public_key()
    return root.issue(HOLDER, public, date(2025, 4, 1), date(2030, 2, 28)).public_bytes(Encoding.DER)


def authority_of(profile: str, algorithm: str = "rsa-2048") -> bytes:
    """The certificate of the authority that issued it."""
    return certificate(profile if profile.endswith("-authority") else f"{profile}-authority", algorithm)
