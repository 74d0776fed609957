"""Verifier cases on status: revoked, held, and every way in which a status is not confirmed."""

from collections.abc import Callable, Iterator

from jpki_model.pki import der, status_answer
from jpki_model.pki.der import Value
from jpki_model.pki.keys import sign
from jpki_model.pki.revocation_list import Reason, Revocation, extension
from jpki_model.pki.seeded_keys import seeded_key
from jpki_model.pki.status_answer import GOOD, UNKNOWN, CertificateStatus

from jpki_oracle.pki.alter import SERIAL
from jpki_oracle.pki.vector_file import VerifierCase
from jpki_oracle.pki.vector_kit import (
    AT,
    DAY,
    LIST_BEGINS,
    OTHER,
    SECOND,
    Kit,
    certificate_id,
    family,
    invalid,
    rsa_key,
)

HTML = b"<!DOCTYPE html><title>503 Service Unavailable</title>"
REASONS = {
    Reason.UNSPECIFIED: ("unspecified", "without a reason", "理由なし"),
    Reason.KEY_COMPROMISE: ("key-compromise", "for a key that others know", "鍵の漏えい"),
    Reason.AFFILIATION_CHANGED: ("affiliation-changed", "for a changed attribute", "記載事項の変更"),
    Reason.SUPERSEDED: ("superseded", "since it was renewed", "更新"),
    Reason.CESSATION_OF_OPERATION: ("cessation", "at the holder's request or end", "失効申請等"),
    Reason.CERTIFICATE_HOLD: ("hold", "on hold", "一時保留"),
}


def serial_of(kit: Kit) -> int:
    """The serial number of the holder's certificate."""
    return der.number_in(der.decode(kit.certificate).at(0, SERIAL))


@family
def revoked(kit: Kit) -> Iterator[VerifierCase]:
    """Revoked for each reason, as told by an answer and by a list."""
    since = LIST_BEGINS - DAY
    for code, (id, en, ja) in REASONS.items():
        held = code is Reason.CERTIFICATE_HOLD
        reason, also = ("held", ("revoked",)) if held else ("revoked", ())
        answer = kit.answer(status=CertificateStatus("revoked", since, code))
        yield invalid(
            kit,
            f"revoked/answer-{id}",
            kit.question(answers=[answer]),
            reason,
            f"the answer: revoked, {en}",
            f"OCSP応答で失効（{ja}）",
            also=also,
        )
        entry = Revocation(serial_of(kit), since, code)
        yield invalid(
            kit,
            f"revoked/list-{id}",
            kit.question(lists=[kit.list([entry])]),
            reason,
            f"the list: revoked, {en}",
            f"失効リストにある（{ja}）",
            also=also,
            based_on="valid/list",
        )
    now = kit.answer(status=CertificateStatus("revoked", AT, Reason.AFFILIATION_CHANGED))
    yield invalid(
        kit,
        "revoked/in-this-second",
        kit.question(answers=[now]),
        "revoked",
        "revoked in this very second",
        "まさにその秒に失効",
    )
    after = kit.answer(status=CertificateStatus("revoked", AT - 30 * SECOND, Reason.AFFILIATION_CHANGED))
    yield invalid(
        kit,
        "revoked/after-signing",
        kit.question(answers=[after]),
        "revoked",
        "revoked after it was signed, as the signer says, and before it is judged",
        "署名者の言う署名時刻の後、判断の前に失効",
    )
    entry = Revocation(serial_of(kit), since, Reason.KEY_COMPROMISE)
    conflict = kit.question(lists=[kit.list([entry])], answers=[kit.answer()])
    yield invalid(
        kit,
        "revoked/list-against-answer",
        conflict,
        "revoked",
        "the list names it, the answer says good",
        "失効リストにあり、応答は有効とする",
        based_on="valid/list-and-answer",
    )
    bad = kit.answer(status=CertificateStatus("revoked", since, Reason.KEY_COMPROMISE))
    against = kit.question(lists=[kit.list()], answers=[bad])
    yield invalid(
        kit,
        "revoked/answer-against-list",
        against,
        "revoked",
        "the answer says revoked, the list does not name it",
        "応答は失効とし、失効リストにない",
        based_on="valid/list-and-answer",
    )
    many = [Revocation(serial_of(kit) + n, since, Reason.SUPERSEDED) for n in range(-20, 21)]
    among = kit.question(lists=[kit.list(many)])
    yield invalid(
        kit,
        "revoked/list-among-many",
        among,
        "revoked",
        "the list names it among its neighbours",
        "隣接する番号とともに失効リストにある",
        based_on="valid/list",
    )


@family
def silent(kit: Kit) -> Iterator[VerifierCase]:
    """The service says nothing: it is not accepted."""
    yield invalid(
        kit,
        "status/none",
        kit.question(answers=[]),
        "status",
        "there is neither list nor answer",
        "失効リストも応答もない",
    )
    for id, octets, en, ja in (
        ("answer-empty", b"", "the answer has no octets", "応答が0バイト"),
        ("answer-html", HTML, "the answer is a web page", "応答がHTML"),
        ("answer-malformed-request", status_answer.error(1), "the responder calls the request malformed", "応答が malformedRequest"),
        ("answer-internal-error", status_answer.error(2), "the responder has an internal error", "応答が internalError"),
        ("answer-try-later", status_answer.error(3), "the responder asks to try later", "応答が tryLater"),
        ("answer-unauthorized", status_answer.error(6), "the responder does not serve the verifier", "応答が unauthorized"),
        ("answer-cut-off", kit.answer()[:-40], "the answer is cut off", "応答が途切れている"),
        ("answer-longer", kit.answer() + b"\x00", "an octet follows the answer", "応答の後に余分な1バイト"),
        ("answer-unknown", kit.answer(status=UNKNOWN), "the responder does not know the certificate", "応答が unknown"),
    ):  # fmt: skip
        yield invalid(kit, f"status/{id}", kit.question(answers=[octets]), "status", en, ja)
    for id, octets, en, ja in (
        ("list-empty", b"", "the list has no octets", "失効リストが0バイト"),
        ("list-html", HTML, "the list is a web page", "失効リストがHTML"),
        ("list-cut-off", kit.list()[:-40], "the list is cut off", "失効リストが途切れている"),
        ("list-longer", kit.list() + b"\x00", "an octet follows the list", "失効リストの後に余分な1バイト"),
    ):  # fmt: skip
        yield invalid(
            kit, f"status/{id}", kit.question(lists=[octets]), "status", en, ja, based_on="valid/list"
        )


@family
def stale(kit: Kit) -> Iterator[VerifierCase]:
    """Lists and answers that hold no longer, or not yet."""
    for id, answer, en, ja in (
        ("stale", kit.answer(since=AT - DAY, until=AT - SECOND), "the answer held to the second before", "応答が1秒前に期限切れ"),
        ("from-later", kit.answer(since=AT + SECOND), "the answer holds from one second later on", "応答が1秒後から有効"),
    ):  # fmt: skip
        yield invalid(kit, f"status/answer-{id}", kit.question(answers=[answer]), "status", en, ja)
    for id, made, en, ja in (
        ("stale", kit.list(begins=LIST_BEGINS - DAY, ends=AT - SECOND), "the list held to the second before", "失効リストが1秒前に期限切れ"),
        ("from-later", kit.list(begins=AT + SECOND), "the list is of one second later", "失効リストが1秒後の発行"),
    ):  # fmt: skip
        yield invalid(
            kit, f"status/list-{id}", kit.question(lists=[made]), "status", en, ja, based_on="valid/list"
        )


@family
def others(kit: Kit) -> Iterator[VerifierCase]:
    """Lists and answers about something else, or by somebody else."""
    authority, stranger = kit.authority(), seeded_key("stranger")
    neighbour = kit.issued(key=kit.responder_key)
    other = Kit(OTHER[kit.task])
    own_name = certificate_id(kit.certificate, authority)
    wrong_key = own_name.with_at((2,), der.octet_string(b"\x11" * 20))
    wrong_name = own_name.with_at((1,), der.octet_string(b"\x11" * 20))
    next_serial = own_name.with_at((3,), der.integer(serial_of(kit) + 1))
    for id, answer, en, ja in (
        ("other-serial", kit.answer_for([(next_serial, GOOD)]), "the answer is about the next serial number", "応答が隣の番号のもの"),
        ("other-certificate", kit.answer(neighbour), "the answer is about another holder's certificate", "応答が別の利用者の証明書のもの"),
        ("other-authority-name", kit.answer_for([(wrong_name, GOOD)]), "the answer is about an authority of another name", "応答が別の名称の認証局のもの"),
        ("other-authority-key", kit.answer_for([(wrong_key, GOOD)]), "the answer is about an authority with another key", "応答が別の鍵の認証局のもの"),
        ("by-stranger", kit.answer(key=stranger, shown=()), "the answer is signed with a stranger's key", "応答が無関係の鍵で署名"),
        ("by-holder", kit.answer(key=kit.holder_key, shown=(kit.certificate,)), "the holder signed the answer", "応答に本人が署名"),
        ("responder-without-usage", kit.answer(shown=(kit.responder(for_status=False),)), "the responder's certificate is not for answers", "レスポンダの証明書がOCSP署名用でない"),
        ("responder-expired", kit.answer(shown=(kit.responder(first_day=LIST_BEGINS.date(), last_day=LIST_BEGINS.date()),)), "the responder's certificate ended yesterday", "レスポンダの証明書が昨日で終了"),
        ("responder-of-other-authority", kit.answer(key=other.responder_key, shown=(other.responder(),)), "the responder is that of the other authority", "もう一方の認証局のレスポンダ"),
        ("responder-not-shown", kit.answer(shown=()), "the responder's certificate is not there", "レスポンダの証明書がない"),
        ("other-responder-named", kit.answer(named=b"\x22" * 20), "the answer names another responder", "応答が別のレスポンダを名乗る"),
        ("signature-broken", _last_octet_changed_in_answer(kit), "the answer's signature is another", "応答の署名が1ビット違う"),
    ):  # fmt: skip
        yield invalid(kit, f"status/answer-{id}", kit.question(answers=[answer]), "status", en, ja)
    by_other = kit.list(authority=other.authority())
    for id, made, en, ja in (
        ("by-other-authority", by_other, "the list is that of the other authority", "もう一方の認証局の失効リスト"),
        ("by-stranger", kit.list(authority=kit.authority(generation=" of nobody")), "the list is signed by an authority of the same name with another key", "同名で鍵の違う認証局の失効リスト"),
        ("signature-broken", kit.list()[:-1] + bytes([kit.list()[-1] ^ 1]), "the list's signature is another", "失効リストの署名が1ビット違う"),
        ("of-other-municipality", kit.list(where=("Mihon-ken", "Tonari-shi")), "the list is that of another municipality", "別の市区町村の失効リスト"),
        ("unknown-critical", _list_with(kit, extension("1.3.6.1.4.1.55555.4", der.null(), critical=True)), "the list has an unknown critical extension", "失効リストに未知のクリティカル拡張"),
        ("delta", _list_with(kit, extension("2.5.29.27", der.integer(9000), critical=True)), "the list has only what is new since another", "差分の失効リスト"),
        ("for-authorities", _list_with_point(kit, Value(0x82, b"\xff")), "the list is for certificates of authorities only", "認証局証明書だけの失効リスト"),
        ("for-some-reasons", _list_with_point(kit, Value(0x83, b"\x05\x60")), "the list is for some reasons only", "一部の理由だけの失効リスト"),
    ):  # fmt: skip
        yield invalid(
            kit, f"status/list-{id}", kit.question(lists=[made]), "status", en, ja, based_on="valid/list"
        )


def _last_octet_changed_in_answer(kit: Kit) -> bytes:
    """The answer with another last octet of its signature."""
    return _within_answer(kit, lambda basic: basic.with_at((2,), _flipped(basic.at(2))))


def _flipped(bits: Value) -> Value:
    return Value(bits.tag, bits.content[:-1] + bytes([bits.content[-1] ^ 1]))


def _within_answer(kit: Kit, change: Callable[[Value], Value]) -> bytes:
    whole = der.decode(kit.answer())
    basic = change(der.decode(whole.at(1, 0, 1).content))
    return whole.with_at((1, 0, 1), der.octet_string(basic.encoded())).encoded()


def _resigned_list(kit: Kit, change: Callable[[Value], Value]) -> bytes:
    whole = der.decode(kit.list())
    content = change(whole.at(0))
    signature = der.bit_string(sign(rsa_key(kit.authority()), content.encoded()))
    return der.sequence(content, whole.at(1), signature).encoded()


def _list_with(kit: Kit, added: Value) -> bytes:
    """The list with one more extension."""

    def change(content: Value) -> Value:
        last = len(content.children) - 1
        return content.with_inserted((last, 0, 3), added)

    return _resigned_list(kit, change)


def _list_with_point(kit: Kit, part: Value) -> bytes:
    """The list with one more part in its issuingDistributionPoint."""

    def change(content: Value) -> Value:
        last = len(content.children) - 1
        octets = content.at(last, 0, 2).children[-1].content
        point = der.decode(octets).with_inserted((1,), part)
        return content.with_at((last, 0, 2, 2), der.octet_string(point.encoded()))

    return _resigned_list(kit, change)
