"""What middleware shows, judged: one fault at a time is planted in what a good module shows of a card."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from jpki_oracle.card import middleware
from jpki_oracle.card.middleware import MiddlewareView, Token, judgements, observe
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.judge import Verdict

MESSAGE = b"jpki-oracle"
AUTHENTICATION, SIGNATURE = "User Authentication PIN", "Digital Signature PIN"


def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate(
    subject: str, issuer: str, public, signer, *, authority: bool = False, for_signatures: bool = False
):
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text)])

    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(
        name(issuer), name(subject), public.public_key(), 7, now, now + timedelta(days=900)
    )
    made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    usage = x509.KeyUsage(
        not authority, for_signatures, False, False, False, authority, authority, False, False
    )
    return made.add_extension(usage, critical=True).sign(signer, SHA256())


HOLDERS, AUTHORITYS = key(), key()
ROOT = certificate("root", "root", AUTHORITYS, AUTHORITYS, authority=True)
OWN = certificate("holder", "root", HOLDERS, AUTHORITYS)
SIGNS = certificate("holder", "root", HOLDERS, AUTHORITYS, for_signatures=True)
STRAY = certificate("holder", "root", HOLDERS, HOLDERS)


def shown(*certificates: x509.Certificate) -> tuple[dict[str, object], ...]:
    return tuple(
        {"class": "CERTIFICATE", "label": "", "id": "01", "value": each.public_bytes(Encoding.DER).hex()}
        for each in certificates
    )


PRIVATE = {
    "class": "PRIVATE_KEY", "label": "", "id": "01", "sensitive": True, "extractable": False, "exponent": False,
}  # fmt: skip
LOGIN = {
    "objects": [*shown(OWN), PRIVATE],
    "signatures": {"01": HOLDERS.sign(MESSAGE, PKCS1v15(), SHA256()).hex()},
}
GOOD = Token(AUTHENTICATION, ("LOGIN_REQUIRED",), ("SHA256_RSA_PKCS",), shown(OWN, ROOT), LOGIN)


def verdicts(token: Token) -> dict[str, Verdict]:
    judged = judgements(MiddlewareView("a module", (token,)))
    return {each.scenario.id.removeprefix("card-pkcs11-"): each.verdict for each in judged}


def test_a_good_module_passes() -> None:
    assert set(verdicts(GOOD).values()) == {Verdict.PASS}


def test_without_a_pin_what_needs_one_is_not_judged() -> None:
    found = verdicts(replace(GOOD, login=None))
    assert {id for id, verdict in found.items() if verdict is Verdict.NOT_APPLICABLE} == {
        "keys-stay",
        "key-fits",
    }


@pytest.mark.parametrize(
    ("token", "check"),
    [
        (replace(GOOD, flags=()), "login"),
        (replace(GOOD, objects=(*GOOD.objects, PRIVATE)), "keys-hidden"),
        (replace(GOOD, mechanisms=("SHA256", "ECDSA")), "mechanisms"),
        (replace(GOOD, objects=shown(ROOT)), "certificates"),
        (replace(GOOD, objects=shown(STRAY, ROOT)), "certificates"),
        (replace(GOOD, objects=shown(OWN, ROOT, SIGNS)), "signature-certificate"),
        (
            replace(GOOD, login={**LOGIN, "objects": [*shown(OWN), {**PRIVATE, "extractable": True}]}),
            "keys-stay",
        ),
        (
            replace(GOOD, login={**LOGIN, "objects": [*shown(OWN), {**PRIVATE, "exponent": True}]}),
            "keys-stay",
        ),
        (replace(GOOD, login={**LOGIN, "signatures": {"01": "00" * 256}}), "key-fits"),
        (replace(GOOD, login={**LOGIN, "signatures": {"02": LOGIN["signatures"]["01"]}}), "key-fits"),
    ],
)
def test_a_planted_fault_fails_its_check_alone(token, check):
    failed = {id for id, verdict in verdicts(token).items() if verdict is Verdict.FAIL}
    assert failed == {check}


def test_what_is_no_certificate_fails():
    broken = {"class": "CERTIFICATE", "label": "", "id": "01", "value": "3082"}
    assert verdicts(replace(GOOD, objects=(broken,)))["certificates"] is Verdict.FAIL


def test_a_failure_names_its_rule_and_facts():
    (failed,) = [
        each for each in judgements(MiddlewareView("", (replace(GOOD, flags=()),))) if each.differences
    ]
    assert failed.differences[0].rule == "card.pkcs11-login"
    assert failed.differences[0].clauses == ["signing"]


@pytest.fixture
def modules(monkeypatch, tmp_path):
    """A module file, and what the process that uses it shows; gives the questions that were put."""
    asked = []
    module = tmp_path / "module.so"
    module.write_bytes(b"")

    def show(*tokens: Token) -> tuple[str, list[dict[str, str]]]:
        def ask(question, timeout):
            asked.append(question)
            return MiddlewareView("a module", tokens)

        monkeypatch.setattr(middleware, "_ask", ask)
        return str(module), asked

    return show


PIN = {"jpki/0018": Secret(b"1234")}


def test_the_pin_goes_to_the_token_that_is_surely_its_own(modules):
    module, asked = modules(GOOD, replace(GOOD, label=SIGNATURE))
    observe(module, own=PIN)
    assert [question.get("label") for question in asked] == [None, AUTHENTICATION]
    assert "pin" not in asked[0]


@pytest.mark.parametrize(
    "labels",
    [("My Number Card",), (SIGNATURE,), (AUTHENTICATION, AUTHENTICATION), ("Authentication and Signature",)],
)
def test_the_pin_goes_nowhere_unless_that_is_certain(labels, modules):
    module, asked = modules(*(replace(GOOD, label=label) for label in labels))
    with pytest.raises(CardFailure, match="not certain which token the PIN belongs to, so it was not sent"):
        observe(module, own=PIN)
    assert len(asked) == 1


@pytest.mark.parametrize("flag", ["USER_PIN_COUNT_LOW", "USER_PIN_FINAL_TRY", "USER_PIN_LOCKED"])
def test_the_pin_goes_nowhere_once_a_try_was_lost(flag, modules):
    module, asked = modules(replace(GOOD, flags=("LOGIN_REQUIRED", flag)))
    with pytest.raises(CardFailure, match=f"says {flag}: a try was lost, so the PIN was not sent"):
        observe(module, own=PIN)
    assert len(asked) == 1


def test_a_module_without_a_token_has_no_card(modules):
    module, _ = modules()
    with pytest.raises(CardFailure) as caught:
        observe(module)
    assert caught.value.kind is CardFailureKind.NO_CARD


def test_without_python_pkcs11_the_extra_is_named(modules, monkeypatch):
    module, _ = modules(GOOD)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CardFailure, match=r"jpki-oracle\[pkcs11\]"):
        observe(module)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import os; os.kill(os.getpid(), 11)", "by signal 11"),
        ("import sys; sys.exit('no licence')", "by code 1; its last line on stderr: 'no licence'"),
        ('print(\'{"error": "PinLocked"}\')', "cannot be used: 'PinLocked'"),
    ],
)
def test_a_module_that_takes_its_process_down_is_told(script, words, tmp_path, monkeypatch):
    program = tmp_path / "python"
    program.write_text(f"#!{sys.executable}\n{script}\n")
    program.chmod(0o755)
    module = tmp_path / "module.so"
    module.write_bytes(b"")
    monkeypatch.setattr(middleware.sys, "executable", str(program))
    with pytest.raises(CardFailure) as caught:
        observe(str(module))
    assert words in caught.value.detail
