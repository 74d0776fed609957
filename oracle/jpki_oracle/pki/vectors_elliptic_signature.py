"""Verifier cases of the next card's algorithm: ECDSA signatures that are badly made, encoded or named."""

import hashlib
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import sign
from jpki_model.pki.signed_document import signed_attributes, signed_data
from jpki_model.pki.signing import RSA_2048, SHA256_IDENTIFIER, SHA384_ECDSA, SHA384_IDENTIFIER
from jpki_model.pki.verifier import Question

from jpki_oracle.pki.alter import signature_over
from jpki_oracle.pki.vector_file import ACCEPT, VerifierCase
from jpki_oracle.pki.vector_kit import AT, CONTENT, MINUTE, Kit, invalid, next_card_family, valid
from jpki_oracle.pki.vectors_elliptic import NO_NUMBERS, ORDER, SHA256_ECDSA, plain_only

OCTETS = 48
"""Of a number below the order of P-384."""
MOST_TRIES = 5000


def with_signature(kit: Kit, signature: bytes, content: bytes | None = None) -> Question:
    """The valid question with other octets for the signature."""
    text = CONTENT[kit.task] if content is None else content
    if kit.task == "authentication":
        return kit.question(certificate=kit.certificate, signature=signature, content=text)
    return kit.question(signed_data=_message(kit, attributes_of(text), signature), content=text)


def attributes_of(content: bytes) -> Value:
    """The signed attributes of a message over content."""
    return signed_attributes(hashlib.sha384(content).digest(), AT - MINUTE)


def to_sign(kit: Kit, content: bytes | None = None) -> bytes:
    """What the valid signature is over."""
    text = CONTENT[kit.task] if content is None else content
    return attributes_of(text).encoded() if kit.task == "signature" else text


def numbers(r: int, s: int) -> bytes:
    """A signature of two numbers, whatever they are."""
    return der.sequence(der.integer(r), der.integer(s)).encoded()


def _message(
    kit: Kit,
    attributes: Value,
    signature: bytes,
    digest: str = SHA384_IDENTIFIER,
    algorithm: str = SHA384_ECDSA,
) -> bytes:
    return signed_data(kit.certificate, attributes, signature, digest=digest, algorithm=algorithm)


@next_card_family
def valid_forms(kit: Kit) -> Iterator[VerifierCase]:
    """Signatures of unusual form that are as good as any."""
    r, s = decode_dss_signature(sign(kit.holder_key, to_sign(kit)))
    yield valid(
        kit,
        "elliptic-valid/other-s",
        with_signature(kit, numbers(r, ORDER - s)),
        "the second number is the order less what it was, which is a signature too",
        "二つ目の数を位数から引いた、同じく有効な署名",
        under=plain_only(kit),
    )
    content, short = _with_a_short_number(kit)
    yield valid(
        kit,
        "elliptic-valid/short-number",
        with_signature(kit, short, content),
        "a number of the signature has fewer octets than most",
        "署名の数が普通より短い",
        under=plain_only(kit),
    )


def _with_a_short_number(kit: Kit) -> tuple[bytes, bytes]:
    """Content whose signature has a first number of at most 46 octets."""
    for count in range(MOST_TRIES):
        content = hashlib.sha256(f"short {count}".encode()).digest()
        signature = sign(kit.holder_key, to_sign(kit, content))
        if decode_dss_signature(signature)[0].bit_length() <= 8 * (OCTETS - 1) - 1:
            return content, signature
    raise ValueError("no content with a short number was found")


@next_card_family
def contents(kit: Kit) -> Iterator[VerifierCase]:
    """The content is another than the one that was signed."""
    text = CONTENT[kit.task]
    right = sign(kit.holder_key, to_sign(kit))
    message = _message(kit, attributes_of(text), right)
    for id, content, en, ja in (
        ("last-bit", text[:-1] + bytes([text[-1] ^ 1]), "the last bit of the content is another", "内容の最後のビットが違う"),
        ("empty", b"", "the content is empty", "内容が空"),
    ):  # fmt: skip
        question = (
            kit.question(content=content, signed_data=message)
            if kit.task == "signature"
            else kit.question(content=content, signature=right)
        )
        yield invalid(
            kit, f"elliptic-content/{id}", question, "content", en, ja, based_on="elliptic-valid/answer"
        )


@next_card_family
def signatures(kit: Kit) -> Iterator[VerifierCase]:
    """Two numbers that are no signature, or not written as one."""
    right = sign(kit.holder_key, to_sign(kit))
    r, s = decode_dss_signature(right)
    one, two = der.decode(right).children
    longer_length = b"\x30\x81" + right[1:]
    negative = der.sequence(Value(der.INTEGER, r.to_bytes(OCTETS, "big")), two).encoded()
    stretched = b"\x30" + bytes([right[1] + 1]) + b"\x02" + bytes([len(one.content) + 1, 0])
    stretched += one.content + two.encoded()
    for id, signature, en, ja in (
        ("zeros", NO_NUMBERS, "both numbers are 0", "二つの数が0"),
        ("first-zero", numbers(0, s), "the first number is 0", "一つ目の数が0"),
        ("second-zero", numbers(r, 0), "the second number is 0", "二つ目の数が0"),
        ("ones", numbers(1, 1), "both numbers are 1", "二つの数が1"),
        ("orders", numbers(ORDER, ORDER), "both numbers are the order", "二つの数が位数"),
        ("first-plus-order", numbers(r + ORDER, s), "the order was added to the first number", "一つ目の数に位数を足した"),
        ("second-plus-order", numbers(r, s + ORDER), "the order was added to the second number", "二つ目の数に位数を足した"),
        ("first-negative", numbers(-r, s), "the first number is negative", "一つ目の数が負"),
        ("swapped", numbers(s, r), "the two numbers are exchanged", "二つの数が入れ替わっている"),
        ("last-bit", right[:-1] + bytes([right[-1] ^ 1]), "its last bit is another", "署名の末尾が1ビット違う"),
        ("long-length", longer_length, "its length is longer than needed", "長さが最短でない"),
        ("padded-number", stretched, "an octet 00 precedes its first number", "一つ目の数の前に余分な00"),
        ("sign-dropped", negative if negative != right and r >> 383 else numbers(r - (1 << 384), s), "the octet that keeps a number positive is missing", "数を正に保つ00がない"),
        ("followed", right + b"\x00", "an octet 00 follows it", "署名の後に00がある"),
        ("third-number", der.sequence(one, two, der.integer(0)).encoded(), "a third number stands in it", "三つ目の数がある"),
        ("shorter", right[:-1], "its last octet is missing", "署名の最後の1バイトがない"),
        ("empty", b"", "it has no octets", "署名が0バイト"),
        ("of-other-key", sign(kit.key("stranger"), to_sign(kit)), "it was made with a stranger's key", "無関係の鍵による署名"),
        ("of-authority", sign(kit.authority().key, to_sign(kit)), "it was made with the authority's key", "認証局の鍵による署名"),
        ("by-sha256", signature_over(to_sign(kit), kit.holder_key, SHA256()), "it is over the SHA-256 of the content", "SHA-256での署名"),
        ("by-rsa", sign(Kit(kit.task).holder_key, to_sign(kit)), "it is a signature with RSA", "RSAによる署名"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"elliptic-signature/{id}",
            with_signature(kit, signature),
            "content",
            en,
            ja,
            also=("malformed", "algorithm"),
            based_on="elliptic-valid/answer",
        )
    plain = r.to_bytes(OCTETS, "big") + s.to_bytes(OCTETS, "big")
    yield invalid(
        kit,
        "elliptic-signature/plain",
        with_signature(kit, plain),
        "content",
        "its two numbers stand one behind the other, without DER",
        "二つの数がDERなしで並ぶ",
        also=("malformed", "algorithm"),
        based_on="elliptic-valid/answer",
        under={"signature_form=plain": ACCEPT} if kit.task == "authentication" else {},
    )


@next_card_family
def messages(kit: Kit) -> Iterator[VerifierCase]:
    """Messages that name another algorithm than the one that is allowed, or than was used."""
    if kit.task != "signature":
        return
    text, key = CONTENT[kit.task], kit.holder_key
    right = attributes_of(text)
    weak = signed_attributes(hashlib.sha256(text).digest(), AT - MINUTE)
    signature = sign(key, right.encoded())
    by_sha256 = _message(
        kit, weak, signature_over(weak.encoded(), key, SHA256()), SHA256_IDENTIFIER, SHA256_ECDSA
    )
    for id, message, en, ja in (
        ("message-sha256", by_sha256, "all of it is made with SHA-256", "すべてSHA-256で作られた"),
        ("message-digest-renamed", _message(kit, right, signature, digest=SHA256_IDENTIFIER), "it says SHA-256 and has a SHA-384", "SHA-256と示してSHA-384を持つ"),
        ("message-rsa-named", _message(kit, right, signature, algorithm=RSA_2048.in_messages[0]), "it says RSA and was made with ECDSA", "RSAと示してECDSAで作られた"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"elliptic-algorithm/{id}",
            kit.question(signed_data=message),
            "algorithm",
            en,
            ja,
            also=("content", "malformed"),
            based_on="elliptic-valid/answer",
        )
