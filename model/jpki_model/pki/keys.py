"""Key pairs: RSA with 2048 bits and exponent 65537, made where they are needed or given."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEY_SIZE = 2048

KeyRing = Mapping[str, RSAPrivateKey]
"""Private keys by the name of what they are for."""


def new_key() -> RSAPrivateKey:
    """A new key pair."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)


def new_keys(names: tuple[str, ...], given: KeyRing | None = None) -> KeyRing:
    """A key for each name: the given one, or a new one; new ones are made side by side."""
    present = dict(given or {})
    missing = [name for name in names if name not in present]
    with ThreadPoolExecutor() as pool:
        made = pool.map(lambda _: new_key(), missing)
        return {**present, **dict(zip(missing, made, strict=True))}
