"""Key pairs: RSA with 2048 bits and exponent 65537, made where they are needed or given.

P-384 is what has been announced for the next card; an authority can have such a key, a card of today cannot.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY_SIZE = 2048


class UnusableKey(ValueError):
    """A key file that cannot be used; the message is one line for people, without the key."""


AnyPrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
AnyPublicKey = RSAPublicKey | EllipticCurvePublicKey

KeyRing = Mapping[str, RSAPrivateKey]
"""Private keys by the name of what they are for."""


def new_key() -> RSAPrivateKey:
    """A new key pair."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)


def new_elliptic_key() -> EllipticCurvePrivateKey:
    """A new key pair on P-384."""
    return ec.generate_private_key(ec.SECP384R1())


def digest_for(key: AnyPrivateKey | AnyPublicKey) -> SHA256 | SHA384:
    """The hash that goes with a key: SHA-256 for RSA, SHA-384 for P-384."""
    return SHA256() if isinstance(key, RSAPrivateKey | RSAPublicKey) else SHA384()


def sign(key: AnyPrivateKey, data: bytes) -> bytes:
    """The signature over data with the key's hash: PKCS #1 version 1.5 for RSA, else ECDSA in DER, by RFC 6979."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(data, PKCS1v15(), digest_for(key))
    return key.sign(data, ec.ECDSA(digest_for(key), deterministic_signing=True))


def new_keys(names: tuple[str, ...], given: KeyRing | None = None) -> KeyRing:
    """A key for each name: the given one, or a new one; new ones are made side by side."""
    present = dict(given or {})
    missing = [name for name in names if name not in present]
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda _: new_key(), missing)
        return {**present, **dict(zip(missing, made, strict=True))}


def read_keys(folder: Path) -> KeyRing:
    """The keys in the folder's files NAME.pem, without passphrase. Raises `UnusableKey`."""
    if not folder.is_dir():
        raise UnusableKey(f"{folder}: no folder of keys")
    return {path.stem: _read_key(path) for path in sorted(folder.glob("*.pem"))}


def _read_key(path: Path) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UnusableKey(f"{path}: {error.strerror or error}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UnusableKey(f"{path}: not a private key in PEM without a passphrase") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size != KEY_SIZE:
        raise UnusableKey(f"{path}: keys on the card are RSA with {KEY_SIZE} bits")
    return key
