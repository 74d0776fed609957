"""Documents signed with a certificate's key: CMS SignedData (RFC 5652) beside the document, one signer.

`signed_document(content, signer, sign)` is the way in; `sign` is a key's, or a card's that signs a DigestInfo.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from jpki_model.pki import der
from jpki_model.pki.certificate_view import view
from jpki_model.pki.der import Value
from jpki_model.pki.keys import AnyPrivateKey
from jpki_model.pki.keys import sign as sign_with
from jpki_model.pki.revocation_list import time
from jpki_model.pki.signing import RSA_2048, RSA_ENCRYPTION, SHA256_IDENTIFIER, SignatureAlgorithm

DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
ECDSA = "1.2.840.10045.4."
Signing = Callable[[bytes], bytes]
"""The signature over octets, with the hash that goes with the key."""


def signed_document(
    content: bytes,
    certificate: bytes,
    signing: Signing,
    *,
    at: datetime | None = None,
    more_certificates: tuple[bytes, ...] = (),
    algorithm: SignatureAlgorithm = RSA_2048,
) -> bytes:
    """The signature over a document, without the document, with the signer's certificate; `at` is what it says itself
    about when it was made."""
    attributes = signed_attributes(hashlib.new(algorithm.digest, content).digest(), at)
    signature = signing(attributes.encoded())
    how = {"digest": algorithm.digest_identifier, "algorithm": algorithm.in_messages[0]}
    return signed_data(certificate, attributes, signature, more_certificates, **how)


def signed_attributes(digest: bytes, at: datetime | None = None) -> Value:
    """The attributes that are signed in place of the content."""
    attributes = [
        attribute(CONTENT_TYPE, der.object_identifier(DATA)),
        attribute(MESSAGE_DIGEST, der.octet_string(digest)),
    ]
    if at is not None:
        attributes.append(attribute(SIGNING_TIME, time(at)))
    return der.set_of(*attributes)


def attribute(identifier: str, value: Value) -> Value:
    """One attribute with one value."""
    return der.sequence(der.object_identifier(identifier), der.set_of(value))


def signed_data(
    certificate: bytes,
    attributes: Value | None,
    signature: bytes,
    more_certificates: tuple[bytes, ...] = (),
    *,
    digest: str = SHA256_IDENTIFIER,
    algorithm: str = RSA_ENCRYPTION,
) -> bytes:
    """The message around a signature."""
    signer = view(certificate)
    digest_algorithm = der.sequence(der.object_identifier(digest), der.null())
    signed = (Value(0xA0, children=attributes.children),) if attributes else ()
    information = der.sequence(
        der.integer(1),
        der.sequence(signer.issuer, signer.serial),
        digest_algorithm,
        *signed,
        _signature_algorithm(algorithm),
        der.octet_string(signature),
    )
    shown = sorted((certificate, *more_certificates))
    return der.sequence(
        der.object_identifier(SIGNED_DATA),
        der.explicit(
            0,
            der.sequence(
                der.integer(1),
                der.set_of(digest_algorithm),
                der.sequence(der.object_identifier(DATA)),
                Value(0xA0, children=tuple(map(der.decode, shown))),
                der.set_of(information),
            ),
        ),
    ).encoded()


def _signature_algorithm(identifier: str) -> Value:
    """With NULL for parameters, but for ECDSA, which has none (RFC 5754, RFC 5758)."""
    named = der.object_identifier(identifier)
    return der.sequence(named) if identifier.startswith(ECDSA) else der.sequence(named, der.null())


def signing_of(key: AnyPrivateKey) -> Signing:
    """Signs with a key."""
    return lambda octets: sign_with(key, octets)
