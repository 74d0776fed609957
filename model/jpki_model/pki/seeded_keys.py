"""Keys that come out the same for the same name: for published test vectors, and for nothing else.

Anybody can compute them, so they protect nothing.
"""

import hashlib
import math
from collections.abc import Iterator
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

EXPONENT = 65537
SMALL = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))
ROUNDS = 12


@cache
def seeded_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """The key of this name, with exponent 65537."""
    drawn = _primes(f"{name}/{bits}", bits // 2)
    p, q = next(drawn), next(drawn)
    d = pow(EXPONENT, -1, math.lcm(p - 1, q - 1))
    numbers = RSAPrivateNumbers(
        p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), RSAPublicNumbers(EXPONENT, p * q)
    )
    return numbers.private_key()


@cache
def seeded_elliptic_key(
    name: str, curve: type[ec.EllipticCurve] = ec.SECP384R1
) -> ec.EllipticCurvePrivateKey:
    """The key of this name on a curve."""
    octets = hashlib.shake_256(f"jpki-sim/{curve.name}/{name}".encode()).digest(curve().key_size // 8 - 1)
    return ec.derive_private_key(int.from_bytes(octets, "big") | 1, curve())


def _primes(seed: str, bits: int) -> Iterator[int]:
    """Primes whose two highest bits are set, so that a product of two has twice the bits."""
    for number in _numbers(seed, bits):
        candidate = number | 3 << (bits - 2) | 1
        if all(candidate % prime for prime in SMALL) and candidate % EXPONENT != 1 and _is_prime(candidate):
            yield candidate


def _numbers(seed: str, bits: int) -> Iterator[int]:
    count = 0
    while True:
        octets = hashlib.shake_256(f"jpki-sim/{seed}/{count}".encode()).digest(bits // 8)
        yield int.from_bytes(octets, "big")
        count += 1


def _is_prime(number: int) -> bool:
    """Miller and Rabin, with the first primes as bases: the numbers are drawn, not chosen by an opponent."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, *SMALL[: ROUNDS - 1]):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = pow(power, 2, number)
            if power == number - 1:
                break
        else:
            return False
    return True
