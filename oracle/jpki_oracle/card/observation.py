"""What a card answered, in the rules' terms: the status word, and whose data came with it.

`Onlooker` knows what it has read so far, and by which public keys signatures verify; it keeps contents and challenges
in memory alone, and compares.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from jpki_model.card_machine import CardStep, ExpectedAnswer
from jpki_spec.card_state import NONE

from jpki_oracle.card.commands import ASKED_OVER_END, CHALLENGE_LENGTH, Message

SIGNATURE_LENGTH = 256
"""Bytes of a signature by a key of 2048 bits (RFC 8017, 8.2.1: as long as the modulus)."""


@dataclass(frozen=True)
class Observation:
    """What could be seen of an answer: the word, the kind of data, whose they are; `flaw` tells what is wrong in them.

    Data that belong to no file that is known have the source `?`.
    """

    word: str
    data: str
    source: str
    flaw: str = ""

    def __str__(self) -> str:
        return answer_line(self.word, self.data, self.source, self.flaw)

    def fits(self, expected: ExpectedAnswer) -> bool:
        """It is what the rules expect."""
        word = self.word[:2] + "xx" if expected.status == "6Cxx" else self.word
        return (word, self.data, self.source, self.flaw) == (
            expected.word,
            expected.data,
            expected.source,
            "",
        )


def answer_line(word: str, data: str, source: str, flaw: str = "") -> str:
    """An answer on a line: the status word, what came with it, and what is wrong in that."""
    line = word if data == NONE else f"{word} {data}{f' of {source}' if source else ''}"
    return f"{line} ({flaw})" if flaw else line


def expected_line(expected: ExpectedAnswer) -> str:
    """An answer of the rules on a line."""
    return answer_line(expected.word, expected.data, expected.source)


class Onlooker:
    """Turns responses into observations, and remembers contents and challenges to compare later ones with."""

    def __init__(self, public_keys: Mapping[str, RSAPublicKey] | None = None) -> None:
        self.public_keys: dict[str, RSAPublicKey] = dict(public_keys or {})
        self._contents: dict[str, bytes] = {}
        self._challenges: set[bytes] = set()

    def remember(self, file: str, content: bytes) -> None:
        """What a file holds from its beginning, at least."""
        if len(content) > len(self._contents.get(file, b"")):
            self._contents[file] = content

    def content(self, file: str) -> bytes | None:
        """What is known of a file from its beginning."""
        return self._contents.get(file)

    def observe(
        self, step: CardStep, response: bytes, expected: ExpectedAnswer, message: Message
    ) -> Observation:
        """What can be seen of a response, where the rules expect an answer."""
        data, word = response[:-2], response[-2:].hex().upper()
        if not data:
            return Observation(word, NONE, "")
        look = _BY_OPERATION.get(step.operation)
        if look is None:
            return Observation(word, "data", "", f"{len(data)} bytes that nobody asked for")
        return look(self, word, data, expected, message)

    def _read(self, word: str, data: bytes, expected: ExpectedAnswer, message: Message) -> Observation:
        source = expected.source or "?"
        known = self._contents.get(source)
        if source == "?" or known is None or not _same(known, data):
            others = [file for file, content in self._contents.items() if _same(content, data)]
            if known is not None or source == "?":
                source = others[0] if others else "?"
        self.remember(source, data) if source != "?" else None
        return Observation(word, "content", source)

    def _read_at_end(self, word: str, data: bytes, expected: ExpectedAnswer, message: Message) -> Observation:
        known = self._contents.get(expected.source)
        if known is not None and not (known.endswith(data) or known[-2:] == data[:2]):
            return Observation(word, "content", "?")
        flaw = "more than is left" if len(data) >= ASKED_OVER_END else ""
        return Observation(word, "content", expected.source or "?", flaw)

    def _signed(self, word: str, data: bytes, expected: ExpectedAnswer, message: Message) -> Observation:
        if len(data) != SIGNATURE_LENGTH:
            flaw = f"{len(data)} bytes, not {SIGNATURE_LENGTH}"
            return Observation(word, "signature", expected.source, flaw)
        if not self.public_keys or expected.source not in ("", *self.public_keys):
            return Observation(word, "signature", expected.source)
        for key in [expected.source, *self.public_keys]:
            if key in self.public_keys and _verifies(self.public_keys[key], data, message.text):
                return Observation(word, "signature", key)
        if expected.source in self.public_keys:
            return Observation(word, "signature", "?")
        return Observation(word, "signature", expected.source)

    def _challenged(self, word: str, data: bytes, expected: ExpectedAnswer, message: Message) -> Observation:
        flaw = "" if len(data) == CHALLENGE_LENGTH else f"{len(data)} bytes, not {CHALLENGE_LENGTH}"
        if data in self._challenges:
            flaw = "the same bytes as before"
        self._challenges.add(data)
        return Observation(word, "challenge", "", flaw)

    def _object(self, word: str, data: bytes, expected: ExpectedAnswer, message: Message) -> Observation:
        return Observation(word, "object", "")


_Look = Callable[[Onlooker, str, bytes, ExpectedAnswer, Message], Observation]
_BY_OPERATION: dict[str, _Look] = {
    "read": Onlooker._read,
    "read-extended": Onlooker._read,
    "read-record": Onlooker._read,
    "read-over-end": Onlooker._read_at_end,
    "sign": Onlooker._signed,
    "sign-by-default-key": Onlooker._signed,
    "internal-authenticate": Onlooker._signed,
    "challenge": Onlooker._challenged,
    "get-data": Onlooker._object,
}


def _same(one: bytes, other: bytes) -> bool:
    """Both are the same file, each read to some length; a few bytes tell nothing."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _verifies(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
