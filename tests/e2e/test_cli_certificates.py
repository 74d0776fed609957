"""The public-key side on the command line: verifiers and authorities judged, the authority as a server."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import pytest
from jpki_oracle.cli import main
from jpki_oracle.commands.certificate_specification import RULES
from jpki_spec.certificate_readings import CERTIFICATE_READINGS


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process."""

    def run_(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["jpki-oracle", *arguments, "--lang", "en"])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return run_


def test_certify_judges_the_reference_verifier(run: Run) -> None:
    done = run("certify", "verifier:")

    assert done.returncode == 0, done.stderr
    assert "All that was judged is right." in done.stdout


def test_certify_judges_the_roles_of_an_issue(run: Run) -> None:
    done = run("certify", "issue:")

    assert done.returncode == 0, done.stderr
    assert "All that was judged is right." in done.stdout


def test_certify_judges_an_authority_and_tells_a_step_by_its_id(run: Run) -> None:
    done = run("certify", "authority:", "--only", "authority-renewal", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert "authority-renewal-signature-former" in done.stdout
    assert json.loads(done.stdout)


def test_readings_and_rules_of_certificates_are_shown_as_tables_and_in_full(run: Run) -> None:
    for command, id in (("readings", "list_partition"), ("rules", "certificate.elliptic-key")):
        for form in ("text", "markdown", "json"):
            assert id in run(command, "--format", form).stdout
        whole = json.loads(run(command, id, "--format", "json").stdout)
        assert whole["id"] == id
    assert run("readings", "list_partitions").returncode == 2


def test_every_rule_that_hangs_on_a_reading_exists_and_every_reading_has_one() -> None:
    for reading in CERTIFICATE_READINGS.values():
        assert reading.rules
        assert set(reading.rules) <= set(RULES)


def test_the_authority_of_the_next_card_is_judged_by_its_edition(run: Run) -> None:
    done = run("certify", "authority:next-card", "--only", "authority-own", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["edition"] == "next-card"


def test_a_reading_of_certificates_is_taken_by_the_pack_authority_and_told(run: Run) -> None:
    asked = ("certify", "authority:", "--only", "authority-open-signature-hold")
    done = run(*asked, "--reading", "held=released")

    assert done.returncode == 0, done.stderr
    assert "held = never" in done.stdout
    assert run(*asked, "--reading", "held=released", "--strict").returncode == 1


def test_the_cases_of_the_verifier_are_listed_without_a_system_being_asked(run: Run) -> None:
    done = run("certify", "python:nowhere:Nothing", "--pack", "verifier", "--dry-run", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 150


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("certify", "verifier:x"), "takes nothing behind the colon"),
        (("certify", "verifier:", "--pack", "verifier", "--pack", "status"), "runs alone"),
        (("certify", "authority:", "--dry-run"), "there is no dry run"),
        (("certify", "verifier:", "--only", "verifier-nothing"), "no case has such an id"),
        (("certify", "verifier:", "--reading", "serial_octet=4"), "did you mean 'serial_octets'?"),
        (("certify", "verifier:", "--reading", "serial_octets=5"), "it has 20, 4"),
        (("certify", "verifier:", "--reading", "serial_octets"), "QUESTION=ANSWER"),
        (("certify", "verifier:", "--edition", "next"), "next"),
        (("certify", "authority:", "--reading", "held=maybe"), "it has never, released"),
        (("certify", "authority:", "--reading", "nothing=x"), "'nothing'"),
        (("certify", "authority:next"), "names no edition"),
        (("certify", "issue:x"), "takes nothing behind the colon"),
        (("certify", "issue:", "--dry-run"), "there is no dry run"),
        (("certify", "issue:", "--reading", "key-pair-made-by=chip"), "no reading changes"),
        (("certify", "issue:", "--pack", "issue", "--pack", "status"), "runs alone"),
        (("certify", "der:/nowhere", "--reading", "x=y"), "unknown reading of certificates 'x'"),
        (("certify", "ocsp:http://x/#y", "--reading", "responder=z"), "it has delegated, authority"),
        (("emulate", "authority", "--http", "0", "--on", "2026-02-30"), "--on"),
        (("emulate", "authority", "--http", "0", "--keys", "/nowhere"), "no folder of keys"),
        (("emulate", "authority", "--http", "0", "--edition", "next"), "next"),
        (("emulate", "authority", "--http", "0", "--edition", "next-card", "--keys", "."), "leave one"),
        (("emulate", "authority", "--http", "0", "--host", "256.1.1.1"), "256.1.1.1:0"),
    ],
)
def test_what_cannot_be_done_is_told_and_exits_with_2(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_certificates_in_files_are_linted(run: Run, tmp_path: Path) -> None:
    from datetime import date

    from cryptography.hazmat.primitives.serialization import Encoding
    from jpki_model.pki.authority import CertificateAuthority
    from jpki_model.pki.holder import Holder
    from jpki_model.pki.keys import new_key

    root = CertificateAuthority.new("signature", date(2023, 7, 16), date(2033, 7, 15))
    made = root.issue(Holder(date(1992, 2, 29)), new_key().public_key(), date(2025, 4, 1), date(2030, 2, 28))
    (tmp_path / "authority.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "holder.der").write_bytes(made.public_bytes(Encoding.DER))
    assert run("certify", f"der:{tmp_path}").returncode == 0

    done = run("certify", f"der:{tmp_path}", "--reading", "policies_critical=no")
    assert done.returncode == 0
    assert "policies_critical = yes" in done.stdout, "acceptable, and under which answer"
    strict = run("certify", f"der:{tmp_path}", "--reading", "policies_critical=no", "--strict")
    assert strict.returncode == 1
    assert "certificate-holder-policies-critical" in strict.stdout

    done = run("certify", f"der:{tmp_path}", "--edition", "next-card")
    assert done.returncode == 1
    assert "certificate-holder-elliptic-key" in done.stdout


NESTED = b"\x05\x00"
for _ in range(60):
    NESTED = b"\x30" + (bytes([len(NESTED)]) if len(NESTED) < 128 else bytes([0x81, len(NESTED)])) + NESTED


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "a file of 0 octets"),
        (b"<html></html>", "a web page"),
        (NESTED, "more than 24 levels"),
        (b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01", "a length beyond the end"),
        (b"\x30\x82\x03\x00\x30\x03", "no certificate in DER or PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not a certificate in PEM"),
    ],
)
def test_a_file_that_is_no_certificate_is_named_with_what_it_is(
    run: Run, tmp_path: Path, octets: bytes, words: str
) -> None:
    (tmp_path / "spoilt.der").write_bytes(octets)
    done = run("certify", f"der:{tmp_path}")

    assert done.returncode == 2
    assert words in done.stderr
    assert "spoilt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address", ["ocsp:http://x/", "crl:x#y", "der:/nowhere", "ocsp:http://127.0.0.1:1/#/nowhere"]
)
def test_an_address_of_certificates_that_cannot_be_used_is_told_in_a_line(run: Run, address: str) -> None:
    done = run("certify", address)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr.startswith("jpki-oracle: ")


def test_a_port_that_is_taken_is_told_in_a_line(run: Run) -> None:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("emulate", "authority", "--http", str(taken.getsockname()[1]))

    assert done.returncode == 2
    assert "Address already in use" in done.stderr


def test_the_authority_is_served_until_ctrl_c(tmp_path: Path) -> None:
    command = [
        Path(sys.executable).with_name("jpki-oracle"),
        "emulate",
        "authority",
        "--http",
        "0",
        "--lang",
        "en",
    ]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        place = re.search("http://[0-9.:]+", served.stdout.readline())
        assert place
        assert urllib.request.urlopen(f"{place[0]}/signature.crl", timeout=10).status == 200
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=10) == 0
