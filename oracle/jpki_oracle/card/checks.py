"""The structure checks of a card, each one sentence that can be true or false of what was read from it.

A check returns nothing if it holds, and else what is wrong, in a few words without anything personal. `NotThere` says
that what it is about was not read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from jpki_spec.card import FILES
from jpki_spec.fields import Text
from jpki_spec.rules.registry import Rule

from jpki_oracle.card.contents import Contents, der_length

LABEL = "JPKIAPICCTOKEN2"
LABEL_LENGTH = 32
AVAILABLE = 0x8F
RSA_BITS, RSA_EXPONENT = 2048, 65537
END_OF_DAY = (14, 59, 59)
"""23:59:59 in Japan, as UTC."""
CERTIFICATE_OF_AUTHORITY = {"jpki/0001": "jpki/0002", "jpki/000A": "jpki/000B"}


class NotThere(Exception):
    """What a check is about was not read; the message says why."""


@dataclass(frozen=True)
class Check:
    """A check: its name, the file that it is about, the rule that a failure names, and the check itself."""

    id: str
    file: str
    rule: Rule
    holds: Callable[[Contents], str]


CARD_CHECKS: dict[str, Check] = {}
_Test = Callable[[Contents], str]


def check(
    id: str, file: str, ja: str, facts: list[str], clauses: list[str] | None = None
) -> Callable[[_Test], _Test]:
    """Register a check; its docstring's first line is the English statement."""

    def decorate(function: _Test) -> _Test:
        title = Text((function.__doc__ or id).splitlines()[0].rstrip("."), ja)
        rule = Rule(f"card.{id}", title, tuple(clauses or ()), function, tuple(facts))
        CARD_CHECKS[id] = Check(id, file, rule, function)
        return function

    return decorate


def _content(contents: Contents, file: str) -> bytes:
    if file not in contents.files:
        why = (
            contents.unasked.get(file)
            or f"{FILES[file].title.en} gave no data ({contents.missing.get(file, '')})"
        )
        raise NotThere(why)
    return contents.files[file]


def _certificate(contents: Contents, file: str) -> x509.Certificate:
    _content(contents, file)
    try:
        return contents.certificate(file)
    except ValueError as error:
        raise NotThere(f"{FILES[file].title.en} is no certificate ({str(error).splitlines()[0]})") from None


def _present(file: str) -> _Test:
    def present(contents: Contents) -> str:
        if file in contents.unasked:
            raise NotThere(contents.unasked[file])
        return "" if file in contents.files else f"no data, {contents.missing[file]}"

    present.__doc__ = f"The file {file} ({FILES[file].title.en}) is there and gives data."
    return present


for _id, _file in FILES.items():
    if not _file.is_internal and _id not in ("jpki/0009", "jpki/0001"):
        _opened = "read-condition" if _file.opened_by else "file-selection"
        _name = f"file-{_id.replace('/', '-').lower()}"
        check(_name, _id, f"ファイル {_id}（{_file.title.ja}）があり、読み出せる", [_opened])(_present(_id))


@check(
    "token-information",
    "jpki/0006",
    "トークン情報は160バイトで、個人番号カードのラベルを持つ",
    ["file-selection"],
)
def _(contents: Contents) -> str:
    """The token information has 160 bytes and the label of a My Number Card."""
    data = _content(contents, "jpki/0006")
    label = data[:LABEL_LENGTH].decode("ascii", "replace").rstrip(" \0")
    if len(data) != FILES["jpki/0006"].bytes:
        return f"{len(data)} bytes"
    return "" if label == LABEL else f"the label {label!r}"


@check("availability-length", "jpki/0008", "電子証明書の有無は3バイトである", ["file-selection"])
def _(contents: Contents) -> str:
    """The availability of the certificates has three bytes."""
    length = len(_content(contents, "jpki/0008"))
    return "" if length == FILES["jpki/0008"].bytes else f"{length} bytes"


@check(
    "availability",
    "jpki/0008",
    "電子証明書の有無の表示と内容が一致する",
    ["file-selection"],
    ["certificate-kinds"],
)
def _(contents: Contents) -> str:
    """A certificate that is said to be available is there, and one that is there is said to be."""
    data = _content(contents, "jpki/0008")
    said = data[1:2] == bytes((AVAILABLE,))
    try:
        der_length(contents.files.get("jpki/000A", b""))
        there = True
    except ValueError:
        there = False
    return "" if said == there else f"said to be {'there' if said else 'absent'}, and it is not so"


def _parses(file: str) -> _Test:
    def parses(contents: Contents) -> str:
        _content(contents, file)
        try:
            key = contents.certificate(file).public_key()
        except ValueError as error:
            return str(error).splitlines()[0]
        if not isinstance(key, RSAPublicKey):
            return "its key is not RSA"
        numbers = key.public_numbers()
        if key.key_size != RSA_BITS or numbers.e != RSA_EXPONENT:
            return f"RSA of {key.key_size} bits with exponent {numbers.e}"
        return ""

    parses.__doc__ = f"The {FILES[file].title.en} is one in DER, with an RSA key of 2048 bits."
    return parses


def _issued(file: str, authority: str) -> _Test:
    def issued(contents: Contents) -> str:
        certificate, issuer = _certificate(contents, file), _certificate(contents, authority)
        if certificate.issuer != issuer.subject:
            return "its issuer is not the subject of the authority's certificate"
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            return "its signature does not verify by the authority's key"
        return ""

    issued.__doc__ = (
        f"The {FILES[file].title.en} was signed by the authority whose certificate is in {authority}."
    )
    return issued


def _is_authority(file: str) -> _Test:
    def authority(contents: Contents) -> str:
        certificate = _certificate(contents, file)
        try:
            basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        except x509.ExtensionNotFound:
            return "it has no basicConstraints"
        return "" if basic.ca else "it is not of an authority"

    authority.__doc__ = f"The {FILES[file].title.en} is that of an authority."
    return authority


def _ends_with_the_day(file: str) -> _Test:
    def ends(contents: Contents) -> str:
        end = _certificate(contents, file).not_valid_after_utc
        return "" if (end.hour, end.minute, end.second) == END_OF_DAY else f"it ends at {end:%H:%M:%S} UTC"

    ends.__doc__ = f"The {FILES[file].title.en} ends at 23:59:59 in Japan."
    return ends


def _register(id: str, file: str, ja: str, clause: str, test: _Test) -> None:
    check(id, file, FILES[file].title.ja + ja, ["file-selection"], [clause])(test)


for _end, _ca in CERTIFICATE_OF_AUTHORITY.items():
    _short, _ca_short = (file.split("/")[1].lower() for file in (_end, _ca))
    _kind = "signature-certificate-fields" if _end == "jpki/0001" else "authentication-certificate-fields"
    _register(
        f"certificate-{_short}", _end, "はDERの証明書で、RSA 2048ビットの鍵を持つ", _kind, _parses(_end)
    )
    _register(
        f"issuer-{_short}", _end, f"は {_ca} の認証局が署名している", "certificate-issuer", _issued(_end, _ca)
    )
    _register(
        f"end-{_short}",
        _end,
        "は日本時間の23時59分59秒に終わる",
        "certificate-validity",
        _ends_with_the_day(_end),
    )
    _register(f"certificate-{_ca_short}", _ca, "はDERの証明書である", "certificate-issuer", _parses(_ca))
    _register(f"authority-{_ca_short}", _ca, "は認証局のものである", "certificate-issuer", _is_authority(_ca))


@check("my-number-text", "text/0001", "個人番号のファイルは FF10 0C と12桁の数字からなる", ["text-condition"])
def _(contents: Contents) -> str:
    """The My Number as text is FF10, 0C and twelve digits."""
    data = _content(contents, "text/0001")
    if data[:3] != bytes.fromhex("FF100C"):
        return "it does not begin with FF 10 0C"
    return "" if data[3:15].isdigit() else "twelve digits do not follow"


@check("texts-signed", "text/0003", "署名ファイルは個人番号のファイルのハッシュ値を持つ", ["text-condition"])
def _(contents: Contents) -> str:
    """The signature over the texts is of the My Number that stands on the card."""
    number, signed = _content(contents, "text/0001"), _content(contents, "text/0003")
    digest = Hash(SHA256())
    digest.update(number[: FILES["text/0001"].bytes])
    return "" if digest.finalize() in signed else "the hash in it is another one"


@check("serial-record", "common/0001", "製造番号の記録は28桁の数字を持つ", ["file-selection"])
def _(contents: Contents) -> str:
    """The record of the serial number holds 28 digits."""
    data = _content(contents, "common/0001")
    return "" if data[:2] == b"\x01\x1c" and data[2:30].isdigit() else "it is not 01 1C and 28 digits"
