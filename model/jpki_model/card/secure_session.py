"""A session of secure messaging in the text application: AES-128 in CBC mode, a counter, no checksum.

Each command under the session counts, from 1; its initial vector is the counter's block enciphered with the key.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


@dataclass
class SecureSession:
    """A session key with its counter; `broken` after a cryptogram that did not decipher."""

    key: bytes = field(repr=False)
    counter: int = 0
    broken: bool = False

    def next(self) -> None:
        """Another command came, whether or not it will be carried out."""
        self.counter += 1

    def decipher(self, cryptogram: bytes) -> bytes | None:
        """The plain text without its padding; None where block length or padding are wrong."""
        if not cryptogram or len(cryptogram) % BLOCK:
            return None
        decryptor = Cipher(algorithms.AES128(self.key), modes.CBC(self._vector())).decryptor()
        padded = decryptor.update(cryptogram) + decryptor.finalize()
        plain = padded.rstrip(b"\x00")
        return plain[:-1] if plain.endswith(b"\x80") and len(padded) - len(plain) < BLOCK else None

    def encipher(self, plain: bytes) -> bytes:
        """The cryptogram of a text, padded by 80 00…"""
        padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)
        encryptor = Cipher(algorithms.AES128(self.key), modes.CBC(self._vector())).encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def _vector(self) -> bytes:
        block = Cipher(
            algorithms.AES128(self.key), modes.ECB()
        ).encryptor()  # one block: the standard's vector
        return block.update(self.counter.to_bytes(BLOCK, "big")) + block.finalize()
