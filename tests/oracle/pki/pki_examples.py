"""Keys, authorities and certificates of the tests on certificates; made once."""

from datetime import date
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_key
from jpki_model.pki.profile import Purpose

HOLDER = Holder(birth=date(1992, 2, 29))
PURPOSES: tuple[Purpose, ...] = ("signature", "authentication")


@cache
def key(name: str) -> RSAPrivateKey:
    """The key of that name."""
    return new_key()


@cache
def authority(purpose: Purpose) -> CertificateAuthority:
    """The authority for a purpose, from 2023-07-16 to 2033-07-15."""
    return CertificateAuthority.new(
        purpose, date(2023, 7, 16), date(2033, 7, 15), key(f"{purpose} authority")
    )


@cache
def certificate(profile: str) -> bytes:
    """A conforming certificate of a profile."""
    purpose: Purpose = "signature" if profile.startswith("signature") else "authentication"
    if profile.endswith("-authority"):
        return authority(purpose).certificate.public_bytes(Encoding.DER)
    issued = authority(purpose).issue(HOLDER, key("holder").public_key(), date(2025, 4, 1), date(2030, 2, 28))
    return issued.public_bytes(Encoding.DER)


def authority_of(profile: str) -> bytes:
    """The certificate of the authority that issued it."""
    return certificate(profile if profile.endswith("-authority") else f"{profile}-authority")
