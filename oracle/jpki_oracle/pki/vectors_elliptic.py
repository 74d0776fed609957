"""Verifier cases of the next card's algorithm, ECDSA on P-384 with SHA-384: certificates, paths, lists and answers."""

from collections.abc import Iterator
from datetime import date

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from jpki_model.pki import der
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.der import Value
from jpki_model.pki.seeded_keys import seeded_elliptic_key
from jpki_model.pki.signing import P_384, RSA_2048

from jpki_oracle.pki import alter
from jpki_oracle.pki.alter import altered, setting, signature_over, signed
from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.pki.vector_kit import SECOND, Kit, encoded, invalid, next_card_family, valid

SHA256_ECDSA, SHA1_ECDSA = "1.2.840.10045.4.3.2", "1.2.840.10045.4.1"
BRAINPOOL = "1.3.36.3.3.2.8.1.1.11"
FIELD_PRIME = 2**384 - 2**128 - 2**96 + 2**32 - 1
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
CURVE_B = 0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF
BASE_X = 0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7
BASE_Y = 0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F
"""The parameters of P-384 (FIPS 186-4, D.1.2.4)."""
NO_NUMBERS = der.sequence(der.integer(0), der.integer(0)).encoded()
"""A signature of two zeros, which some verifiers took for one of everything."""


@next_card_family
def ordinary(kit: Kit) -> Iterator[VerifierCase]:
    """What is to be accepted, and what the others are based on."""
    under = plain_only(kit)
    for id, question, en, ja in (
        ("answer", kit.question(), "all is P-384, its status is told by an answer", "すべてP-384、状態はOCSP応答で確認できる"),
        ("list", kit.question(lists=[kit.list()]), "all is P-384, its status is told by a list", "すべてP-384、状態は失効リストで確認できる"),
        ("answer-by-authority", kit.question(answers=[kit.answer(key=kit.authority().key, shown=())]), "the authority itself answered", "認証局自身の応答"),
    ):  # fmt: skip
        yield valid(kit, f"elliptic-valid/{id}", question, en, ja, under=under)
    today = Kit(kit.task)
    anchors = (encoded(today.authority().certificate), *kit.anchors)
    yield valid(
        kit,
        "elliptic-valid/certificate-of-today",
        kit.question(certificate=today.certificate, key=today.holder_key, anchors=anchors, answers=[today.answer()]),
        "a certificate of today, RSA, of the authority's former generation",
        "旧世代の認証局による現行のRSAの証明書",
    )  # fmt: skip
    mixed = kit.issued(today.authority())
    told = today.answer(mixed)
    yield valid(
        kit,
        "elliptic-valid/authority-of-today",
        kit.question(certificate=mixed, anchors=anchors, answers=[told]),
        "a P-384 key, certified by the authority of today with RSA",
        "P-384の鍵を現行の認証局がRSAで証明",
        under=under,
    )


def plain_only(kit: Kit) -> dict[str, str]:
    """Where bare signatures stand in another form, one in DER is none."""
    return {"signature_form=plain": "content"} if kit.task == "authentication" else {}


@next_card_family
def issuers(kit: Kit) -> Iterator[VerifierCase]:
    """Not issued by an authority that is trusted."""
    stranger = kit.authority(generation=" of nobody")
    whole = der.decode(kit.certificate)
    last = bytearray(kit.certificate)
    last[-1] ^= 1
    for id, certificate, en, ja in (
        ("same-name-other-key", kit.issued(stranger), "issued by an authority with the right name and another key", "名称は正しいが鍵の違う認証局が発行"),
        ("key-pretended", altered(kit.certificate, lambda tbs: tbs, stranger.key), "names the right key and is signed with another", "正しい鍵を示しつつ別の鍵で署名"),
        ("signature-of-zeros", whole.with_at((2,), der.bit_string(NO_NUMBERS)).encoded(), "the authority's signature is two zeros", "認証局の署名が二つの0"),
        ("signature-last-bit", bytes(last), "the last bit of the authority's signature is another", "認証局の署名の末尾が1ビット違う"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"elliptic-issuer/{id}",
            kit.question(certificate=certificate),
            "issuer",
            en,
            ja,
            based_on="elliptic-valid/answer",
        )


@next_card_family
def certificate_algorithms(kit: Kit) -> Iterator[VerifierCase]:
    """The authority's signature is made, or named, in another way than the one that is allowed."""
    key = kit.authority().key
    tbs = der.decode(kit.certificate).at(0)
    right, null = P_384.identifier, der.sequence(P_384.identifier.at(0), der.null())
    weak, old = (der.sequence(der.object_identifier(oid)) for oid in (SHA256_ECDSA, SHA1_ECDSA))
    for id, certificate, also, en, ja in (
        ("certificate-sha256", signed(_naming(tbs, weak), weak, key, SHA256()), ("issuer",), "the authority signed with SHA-256", "認証局がSHA-256で署名"),
        ("certificate-sha1", signed(_naming(tbs, old), old, key, SHA1()), ("issuer",), "the authority signed with SHA-1", "認証局がSHA-1で署名"),
        ("certificate-null", signed(_naming(tbs, null), null, key), ("malformed", "issuer"), "the algorithm has parameters NULL, which ECDSA has not", "ECDSAにないNULLのパラメータがある"),
        ("certificate-two", signed(_naming(tbs, weak), right, key), ("malformed", "issuer"), "the certificate names two different algorithms", "証明書内の二つのアルゴリズムが違う"),
        ("certificate-rsa-named", signed(_naming(tbs, RSA_2048.identifier), RSA_2048.identifier, key), ("issuer", "malformed"), "the certificate names RSA and is signed with ECDSA", "RSAと示してECDSAで署名"),
    ):  # fmt: skip
        reason = "issuer" if id.endswith("rsa-named") else "algorithm"
        yield invalid(
            kit,
            f"elliptic-algorithm/{id}",
            kit.question(certificate=certificate),
            reason,
            en,
            ja,
            also=tuple(each for each in ("algorithm", *also) if each != reason),
            based_on="elliptic-valid/answer",
        )


def _naming(tbs: Value, algorithm: Value) -> Value:
    return tbs.with_at((alter.ALGORITHM,), algorithm)


@next_card_family
def keys(kit: Kit) -> Iterator[VerifierCase]:
    """Keys that are not on the curve that is allowed, or say so in another way."""
    small = seeded_elliptic_key(f"small {kit.task}", ec.SECP256R1)
    yield invalid(
        kit,
        "elliptic-key/p-256",
        kit.question(certificate=kit.issued(key=small), key=small),
        "algorithm",
        "the holder's key is on P-256",
        "本人の鍵がP-256上",
        also=("content", "purpose"),
        based_on="elliptic-valid/answer",
    )
    days = (date(2023, 7, 16), date(2033, 7, 15))
    root = CertificateAuthority.new(
        kit.task, *days, seeded_elliptic_key(f"small authority {kit.task}", ec.SECP256R1)
    )
    made = kit.issued(root)
    yield invalid(
        kit,
        "elliptic-key/authority-p-256",
        kit.question(
            certificate=made,
            anchors=(encoded(root.certificate),),
            answers=[kit.answer(made, authority=root, key=root.key, shown=())],
        ),
        "issuer",
        "the authority's key is on P-256",
        "認証局の鍵がP-256上",
        also=("algorithm", "status"),
        based_on="elliptic-valid/answer-by-authority",
    )
    key = der.decode(kit.certificate).at(0, alter.KEY)
    point = key.at(1).content
    beside = point[:-1] + bytes([point[-1] ^ 1])
    for id, value, en, ja in (
        ("curve-spelt-out", key.with_at((0, 1), _explicit_curve()), "the key spells out its curve in place of naming it", "曲線を名前でなくパラメータで示す"),
        ("other-curve-named", key.with_at((0, 1), der.object_identifier(BRAINPOOL)), "the key names another curve of the same length", "同じ長さの別の曲線を示す"),
        ("point-beside-curve", key.with_at((1,), Value(der.BIT_STRING, beside)), "the key is a point beside the curve", "鍵が曲線上にない点"),
        ("point-at-infinity", key.with_at((1,), der.bit_string(b"\x00")), "the key is the point at infinity", "鍵が無限遠点"),
        ("no-curve", key.with_at((0, 1), None), "the key names no curve", "鍵に曲線がない"),
    ):  # fmt: skip
        changed = kit.changed(setting(alter.KEY, to=value))
        yield invalid(
            kit,
            f"elliptic-key/{id}",
            kit.question(certificate=changed),
            "algorithm",
            en,
            ja,
            also=("malformed", "content", "issuer"),
            based_on="elliptic-valid/answer",
        )


def _explicit_curve() -> Value:
    """ECParameters of P-384 (SEC 1, C.2), all but the seed."""
    prime = der.sequence(der.object_identifier("1.2.840.10045.1.1"), der.integer(FIELD_PRIME))
    a, b, x, y = (number.to_bytes(48, "big") for number in (FIELD_PRIME - 3, CURVE_B, BASE_X, BASE_Y))
    curve = der.sequence(der.octet_string(a), der.octet_string(b))
    base = der.octet_string(b"\x04" + x + y)
    return der.sequence(der.integer(1), prime, curve, base, der.integer(ORDER), der.integer(1))


@next_card_family
def statuses(kit: Kit) -> Iterator[VerifierCase]:
    """Lists and answers that are not signed as they have to be."""
    authority, former = kit.authority(), Kit(kit.task).authority()
    for id, made, en, ja in (
        ("list-of-zeros", _list_signed(kit, NO_NUMBERS), "the list's signature is two zeros", "失効リストの署名が二つの0"),
        ("list-rsa-named", _list_naming(kit, RSA_2048.identifier), "the list names RSA and is signed with ECDSA", "失効リストがRSAと示してECDSAで署名"),
        ("list-sha256", _list_naming(kit, der.sequence(der.object_identifier(SHA256_ECDSA)), SHA256()), "the list is signed with SHA-256", "失効リストがSHA-256で署名"),
        ("list-of-former-generation", kit.list(authority=former), "the list is signed with RSA by the former generation", "旧世代がRSAで署名した失効リスト"),
        ("list-by-stranger", kit.list(authority=kit.authority(generation=" of nobody")), "the list is signed by an authority of the same name with another key", "同名で鍵の違う認証局の失効リスト"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"elliptic-status/{id}",
            kit.question(lists=[made]),
            "status",
            en,
            ja,
            based_on="elliptic-valid/list",
        )
    for id, answer, en, ja in (
        ("answer-of-zeros", _answer_signed(kit, NO_NUMBERS), "the answer's signature is two zeros", "応答の署名が二つの0"),
        ("answer-by-stranger", kit.answer(key=kit.key("stranger"), shown=()), "the answer is signed with a stranger's key", "応答が無関係の鍵で署名"),
        ("answer-of-former-generation", kit.answer(key=former.key, shown=()), "the answer is signed with RSA by the former generation", "旧世代がRSAで署名した応答"),
        ("answer-stale", kit.answer(until=kit.question().at - SECOND, since=authority.certificate.not_valid_before_utc), "the answer held to the second before", "応答が1秒前に期限切れ"),
    ):  # fmt: skip
        yield invalid(
            kit,
            f"elliptic-status/{id}",
            kit.question(answers=[answer]),
            "status",
            en,
            ja,
            based_on="elliptic-valid/answer",
        )


def _list_signed(kit: Kit, signature: bytes) -> bytes:
    return der.decode(kit.list()).with_at((2,), der.bit_string(signature)).encoded()


def _list_naming(kit: Kit, named: Value, digest: HashAlgorithm | None = None) -> bytes:
    """The list signed with the authority's key and any hash, naming any algorithm."""
    content = der.decode(kit.list()).at(0).with_at((1,), named)
    signature = signature_over(content.encoded(), kit.authority().key, digest)
    return der.sequence(content, named, der.bit_string(signature)).encoded()


def _answer_signed(kit: Kit, signature: bytes) -> bytes:
    whole = der.decode(kit.answer())
    basic = der.decode(whole.at(1, 0, 1).content).with_at((2,), der.bit_string(signature))
    return whole.with_at((1, 0, 1), der.octet_string(basic.encoded())).encoded()
