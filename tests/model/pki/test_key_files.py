"""Keys from files, for cards that shall have the same ones each time."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from jpki_model.pki.keys import UnusableKey, new_key, new_keys, read_keys


def pem(key: PrivateKeyTypes, encryption: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def test_keys_are_read_by_their_names(tmp_path: Path) -> None:
    key = new_key()
    (tmp_path / "signature_key.pem").write_bytes(pem(key, NoEncryption()))

    assert {n: k.private_numbers() for n, k in read_keys(tmp_path).items()} == {
        "signature_key": key.private_numbers()
    }


def test_given_keys_are_kept_and_missing_ones_made() -> None:
    key = new_key()
    ring = new_keys(("one", "other"), {"one": key})

    assert ring["one"] is key
    assert ring["other"].key_size == 2048
    assert ring["other"].public_key().public_numbers().e == 65537


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no key", "not a private key in PEM without a passphrase"),
        (b"", "not a private key in PEM without a passphrase"),
        (pem(new_key(), BestAvailableEncryption(b"x")), "not a private key in PEM without a passphrase"),
        (
            pem(rsa.generate_private_key(65537, 1024), NoEncryption()),
            "keys on the card are RSA with 2048 bits",
        ),
        (
            pem(ec.generate_private_key(ec.SECP256R1()), NoEncryption()),
            "keys on the card are RSA with 2048 bits",
        ),
    ],
    ids=["text", "empty", "passphrase", "short", "other kind"],
)
def test_a_file_that_is_no_key_of_a_card(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "signature_key.pem"
    file.write_bytes(content)

    with pytest.raises(UnusableKey) as failure:
        read_keys(tmp_path)

    assert str(failure.value) == f"{file}: {told}"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="no folder of keys"):
        read_keys(tmp_path / "nowhere")
