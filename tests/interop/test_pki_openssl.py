"""Certificates of the test authority, as OpenSSL and pkilint see them."""

import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.pki.authority import CertificateAuthority
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_key
from jpki_model.pki.profile import Purpose
from jpki_model.pki.service import KEY_NAMES, CertificationService
from jpki_oracle.commands.emulate_authority import write_examples
from jpki_oracle.pki.authority_server import AuthorityServer, now

pytestmark = pytest.mark.interop
ROOT_KEY, HOLDER_KEY = new_key(), new_key()
SERVICE_KEYS = {name: new_key() for name in KEY_NAMES}
UNIT = {"signature": "JPKI for digital signature", "authentication": "JPKI for user authentication"}


def openssl(*arguments: str, data: bytes = b"", fails: bool = False) -> str:
    run = subprocess.run(["openssl", *arguments], input=data, capture_output=True, timeout=30, check=False)
    text = (run.stdout + run.stderr).decode(errors="replace")
    assert (run.returncode != 0) == fails, text
    return text


@pytest.fixture(params=["signature", "authentication"])
def purpose(request: pytest.FixtureRequest) -> Purpose:
    return request.param


@pytest.fixture
def pair(tmp_path: Path, purpose: Purpose) -> tuple[Path, Path]:
    """The authority's certificate and a holder's, in PEM."""
    root = CertificateAuthority.new(purpose, date(2023, 7, 16), date(2033, 7, 15), ROOT_KEY)
    holder = root.issue(
        Holder(date(1992, 2, 29)), HOLDER_KEY.public_key(), date(2025, 4, 1), date(2030, 2, 28)
    )
    paths = tmp_path / "root.pem", tmp_path / "holder.pem"
    for path, certificate in zip(paths, (root.certificate, holder), strict=True):
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return paths


def test_openssl_verifies_what_the_authority_issued(pair: tuple[Path, Path]) -> None:
    root, holder = map(str, pair)

    assert "OK" in openssl("verify", "-x509_strict", "-policy_check", "-CAfile", root, holder)


def test_openssl_finds_the_certificate_expired_after_its_last_day(pair: tuple[Path, Path]) -> None:
    root, holder = map(str, pair)
    end = int(subprocess.check_output(["date", "-u", "-d", "2030-02-28T14:59:59Z", "+%s"], text=True))

    assert "OK" in openssl("verify", "-attime", str(end - 1), "-CAfile", root, holder)
    late = openssl("verify", "-attime", str(end + 1), "-CAfile", root, holder, fails=True)
    assert "certificate has expired" in late


def test_the_authoritys_certificate_has_the_facts_of_the_real_ones_but_name_key_serial_and_dates(
    pair: tuple[Path, Path], purpose: Purpose
) -> None:
    text = openssl("x509", "-in", str(pair[0]), "-noout", "-text", "-nameopt", "RFC2253,sep_comma_plus_space")

    assert "Version: 3 (0x2)" in text
    assert text.count("Signature Algorithm: sha256WithRSAEncryption") == 2
    assert "Public-Key: (2048 bit)" in text
    assert "Exponent: 65537" in text
    name = f"OU=Japan Agency for Local Authority Information Systems, OU={UNIT[purpose]}, O=JPKI-SIM, C=JP"
    assert f"Issuer: {name}" in text
    assert f"Subject: {name}" in text
    headings = [
        line.strip() for line in text.splitlines() if line.strip().startswith("X509v3") and ":" in line
    ]
    assert headings == [
        "X509v3 extensions:",
        "X509v3 Key Usage: critical",
        "X509v3 Subject Alternative Name:",
        "X509v3 Basic Constraints: critical",
        "X509v3 CRL Distribution Points:",
        "X509v3 Subject Key Identifier:",
    ]
    assert "Certificate Sign, CRL Sign" in text
    assert "CA:TRUE\n" in text, "no length of path"
    assert "14:59:59 2033 GMT" in text


def test_asn1parse_shows_the_four_attributes_in_the_signature_certificate_and_none_in_the_other(
    pair: tuple[Path, Path], purpose: Purpose
) -> None:
    listing = openssl("asn1parse", "-in", str(pair[1]))
    lines = listing.splitlines()
    place = next((i for i, line in enumerate(lines) if "Subject Alternative Name" in line), None)
    if purpose == "authentication":
        assert place is None
        assert "1.2.392.200149.8.5.5" not in listing
        return
    assert place is not None
    offset = lines[place + 1].split(":")[0].strip()
    inner = openssl("asn1parse", "-in", str(pair[1]), "-strparse", offset)
    found = [line.rsplit(".", 1)[1] for line in inner.splitlines() if "1.2.392.200149.8.5.5" in line]
    assert found == ["1", "4", "3", "5", "2", "6"]
    assert inner.count("UTF8STRING") == 6


def test_pkilint_finds_no_error_in_a_certificate_that_rfc_5280_would_not_have(
    pair: tuple[Path, Path],
) -> None:
    program = Path(sys.executable).with_name("lint_pkix_cert")
    for path in pair:
        run = subprocess.run(
            [program, "lint", "-s", "ERROR", str(path)],
            capture_output=True,
            timeout=60,
            check=False,
            text=True,
        )
        assert (run.returncode, run.stdout.strip()) == (0, ""), run.stdout + run.stderr


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The authority as a server, with its clock, and a folder of example certificates."""
    service = CertificationService.new(date(2023, 7, 16), date(2039, 7, 15), keys=SERVICE_KEYS)
    write_examples(service, tmp_path, now())
    with AuthorityServer("127.0.0.1", 0, service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", tmp_path / "signature"
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("good", "good"),
        ("good-minor-correction", "good"),
        ("revoked-attributes-changed", "affiliationChanged"),
        ("revoked-record-deleted", "cessationOfOperation"),
        ("held-card-lost", "certificateHold"),
        ("revoked-key-trouble", "keyCompromise"),
    ],
)
def test_openssl_asks_the_authority_for_statuses(served: tuple[str, Path], name: str, says: str) -> None:
    place, folder = served
    root = str(folder / "authority.pem")
    text = openssl(
        "ocsp", "-issuer", root, "-CAfile", root, "-cert", str(folder / f"{name}.pem"),
        "-url", f"{place}/signature.ocsp", "-nonce",
    )  # fmt: skip

    assert "Response verify OK" in text
    assert "WARNING" not in text, "the nonce and the times are right"
    assert says in text


def test_openssl_verifies_the_list_and_rejects_what_it_names(served: tuple[str, Path]) -> None:
    place, folder = served
    root = str(folder / "authority.pem")
    listed = folder / "list.pem"
    listed.write_bytes(urllib.request.urlopen(f"{place}/signature.crl", timeout=10).read())
    assert "verify OK" in openssl(
        "crl", "-inform", "DER", "-in", str(listed), "-CAfile", root, "-out", f"{listed}.pem"
    )

    checked = ["verify", "-crl_check", "-CRLfile", f"{listed}.pem", "-CAfile", root]
    assert "OK" in openssl(*checked, str(folder / "good.pem"))
    assert "certificate revoked" in openssl(*checked, str(folder / "revoked-record-deleted.pem"), fails=True)


def test_openssl_matches_the_list_of_a_municipality_with_its_distribution_point(
    served: tuple[str, Path],
) -> None:
    place, folder = served
    root, good = str(folder / "authority.pem"), str(folder / "good.pem")
    for where, fails in (("Mihon-ken/Mihon-shi", False), ("Mihon-ken/Tonari-shi", True)):
        octets = urllib.request.urlopen(f"{place}/signature/{where}.crl", timeout=10).read()
        listed = folder / "part.pem"
        openssl("crl", "-inform", "DER", "-out", str(listed), data=octets)
        checked = ["verify", "-crl_check", "-extended_crl", "-CRLfile", str(listed), "-CAfile", root, good]
        text = openssl(*checked, fails=fails)
        assert ("CRL" in text and "error" in text) if fails else "OK" in text


@pytest.mark.parametrize("program", ["lint_crl", "lint_ocsp_response"])
def test_pkilint_finds_no_error_in_lists_and_answers(served: tuple[str, Path], program: str) -> None:
    place, folder = served
    octets = urllib.request.urlopen(f"{place}/signature.crl", timeout=10).read()
    arguments = ["lint", "-s", "ERROR", "-t", "CRL", "-p", "PKIX"]
    if program == "lint_ocsp_response":
        root, good = str(folder / "authority.pem"), str(folder / "good.pem")
        out = str(folder / "answer")
        openssl(
            "ocsp",
            "-issuer",
            root,
            "-cert",
            good,
            "-url",
            f"{place}/signature.ocsp",
            "-respout",
            out,
            "-noverify",
        )
        octets, arguments = (folder / "answer").read_bytes(), ["lint", "-s", "ERROR"]
    (folder / "linted").write_bytes(octets)
    command = [Path(sys.executable).with_name(program), *arguments, str(folder / "linted")]
    run = subprocess.run(command, capture_output=True, timeout=60, check=False, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, ""), run.stdout + run.stderr
