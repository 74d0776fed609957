"""Signature algorithms by their identifiers in DER."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import AnyPrivateKey

SHA256_RSA, SHA384_ECDSA = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.3"
SHA256_IDENTIFIER, SHA1_IDENTIFIER = "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"


def algorithm_of(key: AnyPrivateKey) -> Value:
    """The AlgorithmIdentifier of the signatures that `keys.sign` makes with a key."""
    if isinstance(key, RSAPrivateKey):
        return der.sequence(der.object_identifier(SHA256_RSA), der.null())
    return der.sequence(der.object_identifier(SHA384_ECDSA))
