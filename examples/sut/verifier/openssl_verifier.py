"""OpenSSL's command line as a verifier: `cms -verify` and `verify`, with lists; `ocsp` for status answers.

What OpenSSL cannot be told is done here, and nothing else: `ocsp` compares times with the clock of the machine, so the
period that it prints is compared with the instant that is asked about.
"""

from __future__ import annotations

import base64
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from line_protocol import Judged, accepted, rejected, serve

POLICY = {"signature": "1.2.392.200149.8.5.1.1.20", "authentication": "1.2.392.200149.8.5.1.3.30"}
LONG = "3000000000"
REASONS = {
    "expired": ["certificate has expired"],
    "not-yet-valid": ["certificate is not yet valid"],
    "revoked": ["certificate revoked"],
    "status": ["CRL", "certificate revocation list"],
    "path": ["invalid CA certificate", "path length", "certificate signing", "non-CA certificate"],
    "extension": ["unhandled critical extension"],
    "purpose": ["explicit policy", "uns(uitable|upported) certificate purpose", "inconsistent certificate"],
    "algorithm": ["too weak", "too small", "unknown digest", "no matching digest", "digest algorithm"],
    "issuer": ["issuer certificate", "self.signed certificate", "certificate signature failure"],
    "content": ["verification failure", "bad signature", "wrong signature length", "data too large"],
    "malformed": [
        "Could not (read|find|open)",
        "Error reading",
        "asn1",
        "wrong (tag|content type)",
        "signer",
    ],
}
"""What OpenSSL says, by the class of the reason; the first that fits."""


def openssl(*arguments: str, cwd: str) -> tuple[bool, str]:
    run = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, timeout=10, check=False)
    return run.returncode == 0, (run.stderr + run.stdout).decode("utf-8", "replace")


def pem(kind: str, octets: bytes) -> str:
    return f"-----BEGIN {kind}-----\n{base64.encodebytes(octets).decode()}-----END {kind}-----\n"


def why(text: str) -> Judged:
    fits = (reason for reason, words in REASONS.items() if re.search("|".join(words), text, re.IGNORECASE))
    reason = next(fits, "content")
    line = next((line for line in text.splitlines() if "rror" in line), text)
    return rejected(reason, line)


def judge(asked: dict[str, Any]) -> Judged:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        at = datetime.strptime(asked["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        lists = readable_lists(asked["revocation_lists"], place, folder)
        anchors = "".join(pem("CERTIFICATE", bytes.fromhex(each)) for each in asked["anchors"])
        (place / "trusted.pem").write_text(anchors + "".join(pem("X509 CRL", each) for each in lists))
        (place / "content").write_bytes(bytes.fromhex(asked["signed_content"]))
        common = ["-CAfile", "trusted.pem"] if anchors else ["-no-CAfile"]
        common += ["-no-CApath", "-no-CAstore", "-auth_level", "2"]
        common += ["-attime", str(int(at.timestamp()))]
        common += ["-policy", POLICY[asked["task"]], "-explicit_policy", "-x509_strict"]
        common += ["-crl_check", "-extended_crl"] if lists else []
        check = signed if asked["task"] == "signature" else answered
        good, text = check(asked, place, folder, common)
        if not good:
            return why(text)
        return status(asked, place, folder, at, bool(lists))


def readable_lists(lists: list[str], place: Path, folder: str) -> list[bytes]:
    found = []
    for each in lists:
        (place / "list").write_bytes(bytes.fromhex(each))
        if openssl("crl", "-inform", "DER", "-in", "list", "-noout", cwd=folder)[0]:
            found.append(bytes.fromhex(each))
    return found


def signed(asked: dict[str, Any], place: Path, folder: str, common: list[str]) -> tuple[bool, str]:
    (place / "message").write_bytes(bytes.fromhex(asked["signed_data"]))
    arguments = ["-verify", "-inform", "DER", "-in", "message", "-content", "content", "-binary"]
    arguments += ["-purpose", "smimesign", "-signer", "signer.pem", "-out", "out", *common]
    return openssl("cms", *arguments, cwd=folder)


def answered(asked: dict[str, Any], place: Path, folder: str, common: list[str]) -> tuple[bool, str]:
    (place / "certificate").write_bytes(bytes.fromhex(asked["certificate"]))
    (place / "signature").write_bytes(bytes.fromhex(asked["signature"]))
    good, text = openssl("x509", "-inform", "DER", "-in", "certificate", "-out", "signer.pem", cwd=folder)
    if not good:
        return False, f"Could not read: {text}"
    good, text = openssl("verify", "-purpose", "sslclient", *common, "signer.pem", cwd=folder)
    if not good:
        return False, text
    openssl("x509", "-in", "signer.pem", "-pubkey", "-noout", "-out", "key.pem", cwd=folder)
    _, kind = openssl("pkey", "-pubin", "-in", "key.pem", "-text", "-noout", cwd=folder)
    digest = "-sha384" if "ASN1 OID" in kind else "-sha256"
    return openssl("dgst", digest, "-verify", "key.pem", "-signature", "signature", "content", cwd=folder)


def status(asked: dict[str, Any], place: Path, folder: str, at: datetime, listed: bool) -> Judged:
    confirmed, told = listed, "neither a list nor an answer confirms its status"
    for each in asked["status_answers"]:
        (place / "answer").write_bytes(bytes.fromhex(each))
        for issuer in asked["anchors"]:
            (place / "issuer.pem").write_text(pem("CERTIFICATE", bytes.fromhex(issuer)))
            arguments = ["-respin", "answer", "-issuer", "issuer.pem", "-cert", "signer.pem", "-no_nonce"]
            arguments += [
                "-CAfile",
                "issuer.pem",
                "-attime",
                str(int(at.timestamp())),
                "-validity_period",
                LONG,
            ]
            good, text = openssl("ocsp", *arguments, cwd=folder)
            state = re.search(r"signer\.pem: (good|revoked|unknown)", text)
            if not good or "Response verify OK" not in text or not state or not holds(text, at):
                told = text if state else told
            elif state[1] == "revoked":
                held = "certificateHold" in text
                return rejected("held" if held else "revoked", " ".join(text.split()))
            elif state[1] == "good":
                confirmed = True
    return accepted() if confirmed else rejected("status", " ".join(told.split()))


def holds(text: str, at: datetime) -> bool:
    times = dict(re.findall(r"(This Update|Next Update): (.*) GMT", text))
    begins, ends = (
        datetime.strptime(times[name], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC) if name in times else None
        for name in ("This Update", "Next Update")
    )
    return begins is not None and ends is not None and begins <= at <= ends


if __name__ == "__main__":
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    serve("OpenSSL", version.split()[1], judge)
