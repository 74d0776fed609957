"""Signature algorithms by their identifiers in DER, and the two that the service has: today's, and the next card's."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import AnyPrivateKey

SHA256_RSA, SHA384_ECDSA = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.3"
SHA256_IDENTIFIER, SHA1_IDENTIFIER = "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26"
SHA384_IDENTIFIER = "2.16.840.1.101.3.4.2.2"
RSA_ENCRYPTION, ELLIPTIC_KEY, P384 = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.3.132.0.34"


@dataclass(frozen=True)
class SignatureAlgorithm:
    """A signature algorithm: the AlgorithmIdentifier of signatures, that of keys, the hash, and the identifiers by
    which a CMS message may name the signature."""

    name: str
    identifier: Value
    key: Value
    digest: str
    digest_identifier: str
    in_messages: tuple[str, ...]


RSA_2048 = SignatureAlgorithm(
    "rsa-2048",
    der.sequence(der.object_identifier(SHA256_RSA), der.null()),
    der.sequence(der.object_identifier(RSA_ENCRYPTION), der.null()),
    "sha256",
    SHA256_IDENTIFIER,
    (RSA_ENCRYPTION, SHA256_RSA),
)
P_384 = SignatureAlgorithm(
    "p-384",
    der.sequence(der.object_identifier(SHA384_ECDSA)),
    der.sequence(der.object_identifier(ELLIPTIC_KEY), der.object_identifier(P384)),
    "sha384",
    SHA384_IDENTIFIER,
    (SHA384_ECDSA,),
)
ALGORITHMS = {each.name: each for each in (RSA_2048, P_384)}


def algorithm_for(key: AnyPrivateKey) -> SignatureAlgorithm:
    """The algorithm of the signatures that `keys.sign` makes with a key."""
    return RSA_2048 if isinstance(key, RSAPrivateKey) else P_384


def algorithm_of(key: AnyPrivateKey) -> Value:
    """The AlgorithmIdentifier of the signatures that `keys.sign` makes with a key."""
    return algorithm_for(key).identifier
