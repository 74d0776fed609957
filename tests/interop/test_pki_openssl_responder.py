"""OpenSSL's own responder and its own lists, judged by the pack for status services."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from socket import socket

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jpki_model.pki.keys import new_keys
from jpki_model.pki.service import KEY_NAMES, CertificationService
from jpki_oracle.commands.emulate_authority import write_examples
from jpki_oracle.judge import Verdict
from jpki_oracle.pki.status_pack import fetching, ocsp_judgements, read_known_certificates

pytestmark = pytest.mark.interop
KEYS = new_keys(KEY_NAMES)


def index_of(service: CertificationService, now: datetime) -> str:
    """The records of the authority as OpenSSL's `ca` keeps them."""
    lines = []
    for serial, issued in service.records["signature"].items():
        ends = f"{issued.certificate.not_valid_after_utc:%y%m%d%H%M%SZ}"
        since = f"{issued.revoked.since:%y%m%d%H%M%SZ}" if issued.revoked else ""
        reason = ",certificateHold" if issued.revoked and issued.revoked.reason == 6 else ""
        state = "R" if issued.revoked else "V"
        number = f"{serial:X}"
        lines.append(
            f"{state}\t{ends}\t{since}{reason}\t{number.zfill(len(number) + len(number) % 2)}\tunknown\t/CN={number}"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def responder(tmp_path: Path) -> Iterator[str]:
    now = datetime.now(UTC).replace(microsecond=0)
    service = CertificationService.new(date(2023, 7, 16), date(2039, 7, 15), keys=KEYS)
    write_examples(service, tmp_path, now - timedelta(days=1))
    (tmp_path / "index").write_text(index_of(service, now))
    (tmp_path / "key.pem").write_bytes(
        KEYS["signature_responder"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (tmp_path / "responder.der").write_bytes(service.responders["signature"])
    convert = ["openssl", "x509", "-inform", "DER", "-in", "responder.der", "-out", "responder.pem"]
    subprocess.run(convert, cwd=tmp_path, check=True)
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["openssl", "ocsp", "-index", "index", "-port", str(port)]
    command += ["-rsigner", "responder.pem", "-rkey", "key.pem"]
    command += ["-CA", "signature/authority.pem", "-nmin", "10", "-ignore_err"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        first = running.stdout.readline()  # it says when it listens
        assert "ACCEPT" in first or "waiting" in first.lower(), first
        yield f"http://127.0.0.1:{port}/"
        running.terminate()


def test_openssls_responder_says_of_each_certificate_what_is_known(responder: str, tmp_path: Path) -> None:
    known = read_known_certificates(tmp_path / "signature")
    judgements = {each.scenario.id: each for each in ocsp_judgements(known, fetching(responder, 3))}

    wrong = {
        id: (each.verdict, each.reason) for id, each in judgements.items() if each.verdict is not Verdict.PASS
    }
    # It closes the connection on what is no request, which is no answer to judge.
    assert {id: verdict for id, (verdict, _) in wrong.items()} == {
        "status-service-ocsp-malformed-request": Verdict.INCONCLUSIVE
    }
    assert len(judgements) == 38
