"""Key pairs: RSA with 2048 bits and exponent 65537, made where they are needed or given."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY_SIZE = 2048


class UnusableKey(ValueError):
    """A key file that cannot be used; the message is one line for people, without the key."""


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
