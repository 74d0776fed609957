"""`pkcs11:MODULE`: what can be seen of a card through PKCS#11 middleware, and whether that fits the card's rules.

Nothing is presented unless the holder gives a PIN, and then only to the one token that is surely its own, while the
middleware does not say that a try was lost.
"""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from jpki_model.derivation import Step
from jpki_spec.fields import Text
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Rule

from jpki_oracle.card.case import structure_case
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.judge import Difference, Judgement, Verdict
from jpki_oracle.sut.quoting import shown

MISSING_EXTRA = (
    "middleware needs python-pkcs11: install jpki-oracle with its extra, `pip install 'jpki-oracle[pkcs11]'`"
)
TOKEN_OF = {
    "jpki/0018": re.compile("authentication|認証", re.I),
    "jpki/001B": re.compile("signature|署名用", re.I),
}
"""By which words in its label the token of a PIN is known; exactly one has to have them, and none of the other's."""
LOST_TRIES = ("USER_PIN_COUNT_LOW", "USER_PIN_FINAL_TRY", "USER_PIN_LOCKED")
SIGNING = {"RSA_PKCS", "SHA256_RSA_PKCS"}


@dataclass(frozen=True)
class Token:
    """A token as the module shows it; `login` is what it shows with the PIN, or None."""

    label: str
    flags: tuple[str, ...]
    mechanisms: tuple[str, ...]
    objects: tuple[Mapping[str, Any], ...]
    login: Mapping[str, Any] | None

    def certificates(self) -> list[x509.Certificate]:
        """Those that are seen without a PIN; raises ValueError for what is no certificate."""
        return [x509.load_der_x509_certificate(bytes.fromhex(each["value"])) for each in self._certificates()]

    def certificate_of(self, id: str) -> x509.Certificate | None:
        """The certificate with the identifier of a key, seen with the PIN."""
        found = [
            each for each in (self.login or {}).get("objects", ()) if each["id"] == id and each.get("value")
        ]
        return x509.load_der_x509_certificate(bytes.fromhex(found[0]["value"])) if found else None

    def _certificates(self) -> list[Mapping[str, Any]]:
        return [each for each in self.objects if each["class"] == "CERTIFICATE"]


@dataclass(frozen=True)
class MiddlewareView:
    """What a module shows: its own description, and its tokens."""

    library: str
    tokens: tuple[Token, ...]


def observe(module: str, *, own: Mapping[str, Secret] | None = None, timeout: float = 60.0) -> MiddlewareView:
    """What the module at the path `module` shows, with one of the holder's PINs if it is given.

    Raises CardFailure without python-pkcs11 or such a module, if it crashes, hangs, or shows no token, if it is not
    certain which token a PIN belongs to, or if a try was lost before.
    """
    if importlib.util.find_spec("pkcs11") is None:
        raise CardFailure(CardFailureKind.NO_SUPPORT, MISSING_EXTRA)
    if not Path(module).is_file():
        raise CardFailure(
            CardFailureKind.NO_SUPPORT,
            f"there is no PKCS#11 module at {module!r}; OpenSC's is opensc-pkcs11.so (Debian: opensc-pkcs11)",
        )
    view = _ask({"module": str(Path(module).resolve())}, timeout)
    if not view.tokens:
        raise CardFailure(CardFailureKind.NO_CARD, f"{module} shows no token; put a card into the reader")
    for pin, secret in (own or {}).items():
        label = _token_of(pin, view)
        asked = {"module": str(Path(module).resolve()), "label": label, "pin": secret.data.decode("ascii")}
        view = _ask(asked, timeout)
    return view


def judgements(view: MiddlewareView) -> Iterator[Judgement]:
    """A judgement of each check."""
    for id, (rule, holds) in CHECKS.items():
        case = structure_case(id, rule.id)
        try:
            wrong = holds(view)
        except LookupError as missing:
            yield Judgement(case, Verdict.NOT_APPLICABLE, reason=str(missing.args[0]))
            continue
        except ValueError as error:
            wrong = f"what is no certificate ({str(error).splitlines()[0]})"
        expected, observed = {case.outcome: "holds"}, {case.outcome: wrong or "holds"}
        if not wrong:
            yield Judgement(case, Verdict.PASS, expected=expected, observed=observed)
            continue
        difference = Difference(case.outcome, "holds", wrong, CURRENT_EDITION, (Step(rule, True, (), ()),))
        yield Judgement(case, Verdict.FAIL, (difference,), expected=expected, observed=observed)


CHECKS: dict[str, tuple[Rule, Callable[[MiddlewareView], str]]] = {}


def _check(
    id: str, ja: str, facts: tuple[str, ...], clauses: tuple[str, ...] = ()
) -> Callable[[Callable[[MiddlewareView], str]], Callable[[MiddlewareView], str]]:
    def enter(function: Callable[[MiddlewareView], str]) -> Callable[[MiddlewareView], str]:
        title = Text((function.__doc__ or "").rstrip("."), ja)
        CHECKS[id] = (Rule(f"card.{id}", title, clauses, function, facts), function)
        return function

    return enter


@_check("pkcs11-login", "各トークンは利用前に暗証番号を求める", ("signing",))
def _login_is_required(view: MiddlewareView) -> str:
    """Every token asks for a PIN before its keys can be used."""
    open_tokens = [token.label for token in view.tokens if "LOGIN_REQUIRED" not in token.flags]
    return f"no login for {', '.join(map(repr, open_tokens))}" if open_tokens else ""


@_check("pkcs11-keys-hidden", "暗証番号なしに秘密鍵は見えない", ("signing",))
def _keys_are_hidden(view: MiddlewareView) -> str:
    """Without a PIN no private key is shown."""
    return "; ".join(
        f"{token.label!r} shows one"
        for token in view.tokens
        for o in token.objects
        if o["class"] == "PRIVATE_KEY"
    )


@_check("pkcs11-mechanisms", "RSA PKCS #1 v1.5 による署名ができる", ("signing-schemes",))
def _mechanisms(view: MiddlewareView) -> str:
    """Every token signs by RSA with the padding of PKCS #1 v1.5."""
    return "; ".join(
        f"{token.label!r} does not" for token in view.tokens if not SIGNING & set(token.mechanisms)
    )


@_check(
    "pkcs11-certificates", "認証用証明書は暗証番号なしに読め、発行者の証明書で検証できる", ("read-condition",)
)
def _certificates(view: MiddlewareView) -> str:
    """A certificate is read without a PIN, and verifies by one of an authority that is there as well."""
    found = [certificate for token in view.tokens for certificate in token.certificates()]
    authorities = [certificate for certificate in found if _is_authority(certificate)]
    holders = [certificate for certificate in found if not _is_authority(certificate)]
    if not holders:
        return "no certificate of the holder is read"
    strays = [each for each in holders if not any(_issued(each, authority) for authority in authorities)]
    return (
        f"{len(strays)} of {len(holders)} certificates verify by no authority that is there" if strays else ""
    )


@_check("pkcs11-signature-certificate", "署名用証明書は暗証番号なしに読めない", ("read-condition",))
def _signature_certificate(view: MiddlewareView) -> str:
    """The signature certificate, which has the holder's name and address, is not read without its PIN."""
    for token in view.tokens:
        for certificate in token.certificates():
            if not _is_authority(certificate) and _is_for_signatures(certificate):
                return f"{token.label!r} shows it"
    return ""


@_check("pkcs11-keys-stay", "秘密鍵は取り出せない", ("internal-file",), ("media-signature-sends",))
def _keys_stay(view: MiddlewareView) -> str:
    """No private key can be taken out."""
    keys = [
        o for token in _logged_in(view) for o in (token.login or {})["objects"] if o["class"] == "PRIVATE_KEY"
    ]
    if not keys:
        raise LookupError("no private key is shown")
    out = [key for key in keys if key["extractable"] or key["exponent"] or key["sensitive"] is False]
    return f"{len(out)} of {len(keys)} can" if out else ""


@_check("pkcs11-key-fits", "署名は同じ識別子の電子証明書で検証できる", ("signing",))
def _key_fits(view: MiddlewareView) -> str:
    """A signature verifies by the certificate that has the key's identifier."""
    from jpki_oracle.card.middleware_client import MESSAGE

    wrong = []
    for token in _logged_in(view):
        for id, signature in (token.login or {})["signatures"].items():
            certificate = token.certificate_of(id)
            if certificate is None or not _verifies(certificate, bytes.fromhex(signature), MESSAGE):
                wrong.append(f"key {id} of {token.label!r} does not fit")
    return "; ".join(wrong)


def _logged_in(view: MiddlewareView) -> list[Token]:
    tokens = [token for token in view.tokens if token.login]
    if not tokens:
        raise LookupError("no PIN was given")
    for token in tokens:
        if "error" in (token.login or {}):
            raise LookupError(f"{token.label!r} has refused: {(token.login or {})['error']}")
    return tokens


def _token_of(pin: str, view: MiddlewareView) -> str:
    words = TOKEN_OF.get(pin)
    others = [each for other, each in TOKEN_OF.items() if other != pin]
    labels = ", ".join(repr(token.label) for token in view.tokens)
    fitting = [
        token for token in view.tokens
        if words and words.search(token.label) and not any(other.search(token.label) for other in others)
    ]  # fmt: skip
    if len(fitting) != 1:
        raise CardFailure(
            CardFailureKind.FOREIGN,
            f"it is not certain which token the PIN belongs to, so it was not sent: {labels}",
        )
    if low := [flag for flag in LOST_TRIES if flag in fitting[0].flags]:
        raise CardFailure(
            CardFailureKind.BUSY,
            f"{fitting[0].label!r} says {low[0]}: a try was lost, so the PIN was not sent; use the right PIN once in "
            "another program",
        )
    return fitting[0].label


def _ask(asked: Mapping[str, str], timeout: float) -> MiddlewareView:
    command = [sys.executable, "-m", "jpki_oracle.card.middleware_client"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked) + "\n",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CardFailure(
            CardFailureKind.LATE, f"{asked['module']} has not answered within {timeout:g} s"
        ) from None
    try:
        answer = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        raise CardFailure(
            CardFailureKind.GONE,
            f"{asked['module']} has ended the process that used it, by {how}{_last_words(done.stderr)}",
        ) from None
    if "error" in answer:
        raise CardFailure(CardFailureKind.GONE, f"{asked['module']} cannot be used: {shown(answer['error'])}")
    return MiddlewareView(answer["library"], tuple(_token(row) for row in answer["tokens"]))


def _last_words(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    return f"; its last line on stderr: {shown(lines[-1])}" if lines else ""


def _token(row: Mapping[str, Any]) -> Token:
    objects = tuple(row["objects"])
    return Token(row["label"], tuple(row["flags"]), tuple(row["mechanisms"]), objects, row.get("login"))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _is_for_signatures(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return False


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _verifies(certificate: x509.Certificate, signature: bytes, message: bytes) -> bool:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(signature, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
