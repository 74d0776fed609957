"""Verifier cases with a signature that does not belong to the content: changed, forged, badly padded, cut off, replayed."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA512
from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.keys import sign
from jpki_model.pki.seeded_keys import seeded_key
from jpki_model.pki.signed_document import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    attribute,
    signed_attributes,
    signed_data,
)
from jpki_model.pki.signing import SHA1_IDENTIFIER
from jpki_model.pki.verifier import Question

from jpki_oracle.pki.alter import signature_over
from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.pki.vector_kit import AT, CONTENT, MINUTE, Kit, as_rsa, family, invalid

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA1_INFO_WITH_LONG_HASH = bytes.fromhex("302d300906052b0e03021a05000420")
WITHOUT_NULL = bytes.fromhex("302f300b06096086480165030402010420")
LONG_LENGTH = bytes.fromhex("308131300d060960864801650304020105000420")
NULL_WITH_CONTENT = bytes.fromhex("3033300f0609608648016503040201050200000420")
SHA512_IDENTIFIER, SHA256_ECDSA, SIZE = "2.16.840.1.101.3.4.2.3", "1.2.840.10045.4.3.2", 256


def with_signature(kit: Kit, signature: bytes) -> Question:
    """The valid question with other octets for the signature."""
    if kit.task == "authentication":
        return kit.question(certificate=kit.certificate, signature=signature)
    return kit.question(signed_data=signed_data(kit.certificate, attributes_of(kit), signature))


def attributes_of(kit: Kit) -> Value:
    """The signed attributes of the valid message."""
    return signed_attributes(hashlib.sha256(CONTENT[kit.task]).digest(), AT - MINUTE)


def to_sign(kit: Kit) -> bytes:
    """What the valid signature is over."""
    return attributes_of(kit).encoded() if kit.task == "signature" else CONTENT[kit.task]


def raw(key: RSAPrivateKey, block: bytes) -> bytes:
    """A block under the private key, without any padding of its own."""
    numbers = key.private_numbers()
    return pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(SIZE, "big")


@family
def contents(kit: Kit) -> Iterator[VerifierCase]:
    """The content is another than the one that was signed."""
    text, valid = CONTENT[kit.task], kit.question()
    for id, content, en, ja in (
        ("first-bit", bytes([text[0] ^ 0x80]) + text[1:], "the first bit of the content is another", "内容の最初のビットが違う"),
        ("last-bit", text[:-1] + bytes([text[-1] ^ 1]), "the last bit of the content is another", "内容の最後のビットが違う"),
        ("shorter", text[:-1], "the last octet of the content is missing", "内容の最後の1バイトがない"),
        ("longer", text + b"\n", "an octet follows the content", "内容の後に1バイト多い"),
        ("empty", b"", "the content is empty", "内容が空"),
        ("digest", hashlib.sha256(text).digest(), "the content is the hash of what was signed", "内容が署名対象のハッシュ値"),
    ):  # fmt: skip
        yield invalid(kit, f"content/{id}", replace(valid, content=content), "content", en, ja)


@family
def signatures(kit: Kit) -> Iterator[VerifierCase]:
    """The signature's octets are others."""
    right = sign(kit.holder_key, to_sign(kit))
    modulus = as_rsa(kit.holder_key).public_key().public_numbers().n
    number = int.from_bytes(right, "big")
    for id, signature, en, ja in (
        ("first-bit", bytes([right[0] ^ 1]) + right[1:], "one bit of its first octet is another", "署名の先頭が1ビット違う"),
        ("last-bit", right[:-1] + bytes([right[-1] ^ 1]), "its last bit is another", "署名の末尾が1ビット違う"),
        ("empty", b"", "it has no octets", "署名が0バイト"),
        ("zero", bytes(SIZE), "it is the number 0", "署名が数0"),
        ("one", bytes(SIZE - 1) + b"\x01", "it is the number 1", "署名が数1"),
        ("modulus-less-one", (modulus - 1).to_bytes(SIZE, "big"), "it is the modulus less one", "署名が法−1"),
        ("modulus", modulus.to_bytes(SIZE, "big"), "it is the modulus", "署名が法"),
        ("plus-modulus", (number + modulus).to_bytes(SIZE + 1, "big"), "the modulus was added to it", "署名に法を足した"),
        ("longer", b"\x00" + right, "an octet 00 precedes it", "署名の前に00がある"),
        ("followed", right + b"\x00", "an octet 00 follows it", "署名の後に00がある"),
        ("shorter", right[:-1], "its last octet is missing", "署名の最後の1バイトがない"),
        ("backwards", right[::-1], "its octets stand in the reverse order", "署名のバイト順が逆"),
        ("of-other-key", sign(seeded_key("stranger"), to_sign(kit)), "it was made with a stranger's key", "無関係の鍵による署名"),
        ("of-authority", sign(kit.authority().key, to_sign(kit)), "it was made with the authority's key", "認証局の鍵による署名"),
        ("by-sha1", signature_over(to_sign(kit), kit.holder_key, SHA1()), "it is over the SHA-1 of the content", "SHA-1での署名"),
        ("by-sha512", signature_over(to_sign(kit), kit.holder_key, SHA512()), "it is over the SHA-512 of the content", "SHA-512での署名"),
    ):  # fmt: skip
        also = ("malformed", "algorithm")
        yield invalid(kit, f"signature/{id}", with_signature(kit, signature), "content", en, ja, also=also)


@family
def paddings(kit: Kit) -> Iterator[VerifierCase]:
    """Blocks that the key did sign, and that are not PKCS #1 version 1.5: what careless readers of it take."""
    digest = hashlib.sha256(to_sign(kit)).digest()
    info = SHA256_INFO + digest

    def block(
        content: bytes, kind: bytes = b"\x00\x01", fill: bytes = b"\xff", end: bytes = b"\x00"
    ) -> bytes:
        return kind + fill * (SIZE - len(kind) - len(end) - len(content)) + end + content

    short = b"\x00\x01" + b"\xff" * 8 + b"\x00" + info
    for id, made, en, ja in (
        ("garbage-behind", short + b"\xa5" * (SIZE - len(short)), "eight FF, then the hash, then garbage", "FFが8個、ハッシュ値の後がごみ"),
        ("zeros-behind", short + bytes(SIZE - len(short)), "eight FF, then the hash, then zeros", "FFが8個、ハッシュ値の後が0"),
        ("no-fill-garbage-behind", (b"\x00\x01\x00" + info).ljust(SIZE, b"\xa5"), "no FF, then the hash, then garbage", "FFがなく、ハッシュ値の後がごみ"),
        ("one-octet-behind", block(info + b"\x00"), "one octet follows the hash", "ハッシュ値の後に1バイト"),
        ("kind-2", block(info, kind=b"\x00\x02"), "the block is of kind 2", "ブロック種別が2"),
        ("kind-0", block(info, kind=b"\x00\x00", fill=b"\x00"), "the block is of kind 0", "ブロック種別が0"),
        ("no-leading-zero", block(info, kind=b"\x01\x01"), "the block begins with 01", "ブロックが01で始まる"),
        ("fill-zero", block(info, fill=b"\x00"), "it is filled with 00", "詰め物が00"),
        ("fill-other", block(info, fill=b"\xfe"), "it is filled with FE", "詰め物がFE"),
        ("one-fill-other", block(info)[:20] + b"\x7f" + block(info)[21:], "one octet among the FF is 7F", "FFの中に7Fが一つ"),
        ("no-separator", block(info, end=b"\xff"), "no 00 ends the filling", "詰め物の終わりの00がない"),
        ("no-null", block(WITHOUT_NULL + digest), "the hash's algorithm has no NULL", "アルゴリズムのNULLがない"),
        ("null-with-content", block(NULL_WITH_CONTENT + digest), "the hash's NULL has content", "NULLに内容がある"),
        ("long-length", block(LONG_LENGTH + digest), "a length is longer than needed", "長さが最短でない"),
        ("sha1-named", block(SHA1_INFO_WITH_LONG_HASH + digest), "it says SHA-1 and has a SHA-256", "SHA-1と示してSHA-256を持つ"),
        ("digest-alone", block(digest), "the hash stands without its algorithm", "アルゴリズムなしのハッシュ値だけ"),
        ("digest-cut-off", block(info[:-1]), "the last octet of the hash is missing", "ハッシュ値の最後の1バイトがない"),
        ("info-cut-off", block(SHA256_INFO), "there is no hash", "ハッシュ値がない"),
        ("fill-only", b"\x00\x01" + b"\xff" * (SIZE - 2), "there is only filling", "詰め物だけ"),
        ("garbage-in-algorithm", block(bytes.fromhex("3041301d") + SHA256_INFO[4:17] + b"\x04\x0e" + b"\xa5" * 14 + b"\x04\x20" + digest), "the hash's algorithm holds garbage", "アルゴリズムの中にごみ"),
    ):  # fmt: skip
        assert len(made) == SIZE, (id, len(made))
        signature = raw(as_rsa(kit.holder_key), made)
        yield invalid(
            kit,
            f"padding/{id}",
            with_signature(kit, signature),
            "content",
            en,
            ja,
            also=("malformed", "algorithm"),
        )


@family
def algorithms(kit: Kit) -> Iterator[VerifierCase]:
    """Messages that say another algorithm than the one that is allowed, or than was used."""
    if kit.task != "signature":
        return
    content, key = CONTENT[kit.task], kit.holder_key
    weak = signed_attributes(hashlib.sha1(content, usedforsecurity=False).digest())
    by_sha1 = signed_data(
        kit.certificate, weak, signature_over(weak.encoded(), key, SHA1()), digest=SHA1_IDENTIFIER
    )
    right = attributes_of(kit)
    signature = sign(key, right.encoded())
    for id, message, en, ja in (
        ("sha1", by_sha1, "all of it is made with SHA-1", "すべてSHA-1で作られた"),
        ("digest-renamed", signed_data(kit.certificate, right, signature, digest=SHA512_IDENTIFIER), "it says SHA-512 and has a SHA-256", "SHA-512と示してSHA-256を持つ"),
        ("ecdsa-named", signed_data(kit.certificate, right, signature, algorithm=SHA256_ECDSA), "it says ECDSA and was made with RSA", "ECDSAと示してRSAで作られた"),
        ("none-named", signed_data(kit.certificate, right, signature, algorithm="1.3.6.1.4.1.55555.5"), "it names an algorithm that nobody knows", "未知のアルゴリズムを示す"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"algorithm/message-{id}",
            kit.question(signed_data=message),
            "algorithm",
            en,
            ja,
            also=("content", "malformed"),
        )


@family
def attributes(kit: Kit) -> Iterator[VerifierCase]:
    """Signed attributes that do not hold the content."""
    if kit.task != "signature":
        return
    content, key = CONTENT[kit.task], kit.holder_key
    digest = hashlib.sha256(content).digest()
    of_type = attribute(CONTENT_TYPE, der.object_identifier("1.2.840.113549.1.7.1"))
    of_digest = attribute(MESSAGE_DIGEST, der.octet_string(digest))
    other_type = attribute(CONTENT_TYPE, der.object_identifier(SIGNED_DATA))
    for id, listed, reason, en, ja in (
        ("no-digest", der.set_of(of_type), "malformed", "the signed attributes have no messageDigest", "messageDigest属性がない"),
        ("no-content-type", der.set_of(of_digest), "malformed", "the signed attributes have no contentType", "contentType属性がない"),
        ("other-content-type", der.set_of(other_type, of_digest), "malformed", "the attribute contentType says another type", "contentType属性が別の型"),
        ("other-digest", signed_attributes(hashlib.sha256(content + b"!").digest()), "content", "the attribute messageDigest is that of another content", "messageDigest属性が別の内容のもの"),
    ):  # fmt: skip
        message = signed_data(kit.certificate, listed, sign(key, listed.encoded()))
        yield invalid(
            kit,
            f"message/{id}",
            kit.question(signed_data=message),
            reason,
            en,
            ja,
            also=("content", "malformed"),
        )
    swapped = signed_data(
        kit.certificate,
        signed_attributes(digest, AT),
        sign(key, signed_attributes(digest, AT - MINUTE).encoded()),
    )
    yield invalid(
        kit,
        "message/time-changed",
        kit.question(signed_data=swapped),
        "content",
        "the attribute signingTime was changed after signing",
        "signingTime属性が署名後に変えられた",
    )
    confused = attributes_of(kit).encoded()
    bare = kit.question(content=confused, signed_data=signed_data(kit.certificate, None, sign(key, b"other")))
    yield invalid(
        kit,
        "message/bare-other",
        bare,
        "content",
        "the signature without attributes is over another content",
        "属性なしの署名が別の内容のもの",
        based_on="valid/no-attributes",
    )


@family
def malformed(kit: Kit) -> Iterator[VerifierCase]:
    """What cannot be read as what it should be."""
    nested = b"\x05\x00"
    for _ in range(2000):
        nested = b"\x30" + der.encoded_length(len(nested)) + nested
    bomb, long = nested, b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01"
    if kit.task == "signature":
        message = kit.question().signed_data
        whole = der.decode(message)
        no_certificate = whole.with_at((1, 0, 3), None).encoded()
        no_signer = whole.with_at((1, 0, 4), der.set_of()).encoded()
        rows = (
            ("message-empty", b"", "the message has no octets", "メッセージが0バイト"),
            ("message-half", message[: len(message) // 2], "the message is cut off in the middle", "メッセージが途中で切れている"),
            ("message-less-one", message[:-1], "the last octet of the message is missing", "メッセージの最後の1バイトがない"),
            ("message-longer", message + b"\x00", "an octet follows the message", "メッセージの後に余分な1バイト"),
            ("message-html", b"<html></html>", "the message is a web page", "メッセージがHTML"),
            ("message-nested", bomb, "the message is two thousand sequences in each other", "2000重の入れ子"),
            ("message-length", long, "the message claims two gigabytes", "2ギガバイトと示すメッセージ"),
            ("message-no-certificate", no_certificate, "the signer's certificate is not there", "署名者の証明書がない"),
            ("message-no-signer", no_signer, "there is no signer", "署名者情報がない"),
            ("message-is-certificate", kit.certificate, "the message is a certificate", "メッセージが証明書"),
        )  # fmt: skip
        for id, octets, en, ja in rows:
            yield invalid(
                kit,
                f"malformed/{id}",
                kit.question(signed_data=octets),
                "malformed",
                en,
                ja,
                also=("content", "issuer"),
            )
        return
    certificate, signature = kit.certificate, kit.question().signature
    for id, octets, en, ja in (
        ("certificate-empty", b"", "the certificate has no octets", "証明書が0バイト"),
        ("certificate-half", certificate[: len(certificate) // 2], "the certificate is cut off in the middle", "証明書が途中で切れている"),
        ("certificate-less-one", certificate[:-1], "the last octet of the certificate is missing", "証明書の最後の1バイトがない"),
        ("certificate-longer", certificate + b"\x00", "an octet follows the certificate", "証明書の後に余分な1バイト"),
        ("certificate-html", b"<html></html>", "the certificate is a web page", "証明書がHTML"),
        ("certificate-nested", bomb, "the certificate is two thousand sequences in each other", "2000重の入れ子"),
        ("certificate-length", long, "the certificate claims two gigabytes", "2ギガバイトと示す証明書"),
        ("certificate-indefinite", b"\x30\x80" + certificate[4:] + b"\x00\x00", "the certificate's length is not stated", "証明書の長さが不定"),
    ):  # fmt: skip
        question = kit.question(certificate=certificate, signature=signature)
        yield invalid(
            kit,
            f"malformed/{id}",
            replace(question, certificate=octets),
            "malformed",
            en,
            ja,
            also=("issuer",),
        )


@family
def replayed(kit: Kit) -> Iterator[VerifierCase]:
    """Answers to challenges that are not this one."""
    if kit.task != "authentication":
        return
    valid, challenge = kit.question(), CONTENT[kit.task]
    spent = replace(valid, spent=(hashlib.sha256(b"another").digest(), challenge))
    yield invalid(
        kit, "replay/spent", spent, "replay", "the challenge was answered before", "チャレンジが使用済み"
    )
    before = sign(kit.holder_key, hashlib.sha256(b"challenge of yesterday").digest())
    yield invalid(
        kit,
        "replay/of-another-challenge",
        with_signature(kit, before),
        "content",
        "the signature is that over yesterday's challenge",
        "昨日のチャレンジへの署名",
    )
    document = sign(kit.holder_key, CONTENT["signature"])
    yield invalid(
        kit,
        "replay/of-a-document",
        with_signature(kit, document),
        "content",
        "the signature is that over a document",
        "文書への署名",
    )
