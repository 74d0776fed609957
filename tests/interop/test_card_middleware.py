"""A card through OpenSC's PKCS#11 module, judged; and what goes wrong with modules."""

import shutil
from pathlib import Path

import pytest
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.presets import example_card
from jpki_oracle.card.middleware import judgements, observe
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.judge import Verdict
from virtual_card_reader import PKCS11_MODULE, VirtualCardReader

pytestmark = pytest.mark.interop

OWN = {"jpki/0018": Secret(b"1234")}


@pytest.fixture(autouse=True)
def _without_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def verdicts(**more: object) -> dict[str, Verdict]:
    view = observe(str(PKCS11_MODULE), **more)  # type: ignore[arg-type]
    return {judged.scenario.id: judged.verdict for judged in judgements(view)}


@pytest.mark.usefixtures("card")
def test_without_a_pin_all_that_can_be_seen_is_judged() -> None:
    found = verdicts()
    assert {id for id, verdict in found.items() if verdict is Verdict.NOT_APPLICABLE} == {
        "card-pkcs11-keys-stay",
        "card-pkcs11-key-fits",
    }
    assert set(found.values()) == {Verdict.PASS, Verdict.NOT_APPLICABLE}


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(("pin", "value"), [("jpki/0018", b"1234"), ("jpki/001B", b"PASSWORD1")])
def test_with_the_holders_pin_its_key_signs_and_stays(pin: str, value: bytes) -> None:
    assert set(verdicts(own={pin: Secret(value)}).values()) == {Verdict.PASS}


def test_a_wrong_pin_is_sent_once_and_then_no_more(card: EmulatedCard) -> None:
    found = verdicts(own={"jpki/0018": Secret(b"9999")})
    assert found["card-pkcs11-key-fits"] is Verdict.NOT_APPLICABLE
    with pytest.raises(CardFailure, match="a try was lost, so the PIN was not sent"):
        observe(str(PKCS11_MODULE), own={"jpki/0018": Secret(b"9999")})


def test_an_empty_reader_shows_no_token(reader: VirtualCardReader) -> None:
    reader.remove()
    with pytest.raises(CardFailure, match="shows no token") as caught:
        observe(str(PKCS11_MODULE))
    assert caught.value.kind is CardFailureKind.NO_CARD


def test_a_library_that_is_no_module_is_told(tmp_path: Path) -> None:
    other = next(Path("/usr/lib").glob("*/libpcsclite.so.1"))
    library = tmp_path / "other.so"
    shutil.copy(other, library)
    with pytest.raises(CardFailure, match=r"cannot be used|has ended the process"):
        observe(str(library))
    text = tmp_path / "text.so"
    text.write_text("no library")
    with pytest.raises(CardFailure, match="cannot be used"):
        observe(str(text))
    with pytest.raises(CardFailure, match="there is no PKCS#11 module at"):
        observe(str(tmp_path / "missing.so"))


def test_a_module_that_does_not_answer_is_not_waited_for(card: EmulatedCard) -> None:
    with pytest.raises(CardFailure, match=r"has not answered within 0\.01 s"):
        observe(str(PKCS11_MODULE), timeout=0.01)


def test_the_middleware_and_the_card_agree_on_the_certificates(card: EmulatedCard) -> None:
    assert example_card() is not card
    view = observe(str(PKCS11_MODULE))
    seen = {c.fingerprint(c.signature_hash_algorithm) for token in view.tokens for c in token.certificates()}  # type: ignore[arg-type]
    assert len(seen) == 3  # that of authentication, and two of authorities
