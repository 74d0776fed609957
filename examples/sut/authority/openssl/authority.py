"""OpenSSL as a certification authority: its records in `index.txt`, lists by `ca -gencrl`, status answers by `ocsp`.

Certificates are made by `x509 -force_pubkey`, since only the public key comes, and entered by `ca -valid`. OpenSSL 3.0
takes their beginning, revocations and answers from the clock of the machine, so each program is given the clock of the
question (`clock.c`). Until when a certificate is valid is taken from the example `conforming`.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3]))
from examples.sut.conforming.sut import Sut  # noqa: E402

Json = dict[str, Any]
UNITS = {"signature": "JPKI for digital signature", "authentication": "JPKI for user authentication"}
AGENCY = "Japan Agency for Local Authority Information Systems"
REVOKES = {
    "attributes-changed": (("signature",), "affiliationChanged"),
    "record-deleted": (tuple(UNITS), "cessationOfOperation"),
    "signature-revocation-requested": (("signature",), "cessationOfOperation"),
    "authentication-revocation-requested": (("authentication",), "cessationOfOperation"),
    "key-trouble": (tuple(UNITS), "keyCompromise"),
    "card-lost": (tuple(UNITS), "certificateHold"),
}
"""Of each event; all others revoke nothing."""
ERAS = ((5, date(2019, 5, 1)), (4, date(1989, 1, 8)), (3, date(1926, 12, 25)), (2, date(1912, 7, 30)))
FIRST = datetime(2023, 7, 15, 14, 59, 59, tzinfo=UTC)
ROOT_DAYS = 7305


class Authority:
    """One authority in a folder of its own."""

    def __init__(self, purpose: str, folder: Path, clock: Path) -> None:
        self.folder, self.clock, self.purpose = folder, clock, purpose
        self.holders: dict[str, list[Path]] = {}
        folder.mkdir()
        for name, text in (
            ("index.txt", ""),
            ("index.txt.attr", "unique_subject = no\n"),
            ("crlnumber", "01\n"),
        ):
            (folder / name).write_text(text)
        for name in ("authority", "responder"):
            self.run(
                FIRST,
                "genpkey",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                "rsa_keygen_bits:2048",
                "-out",
                f"{name}.key",
            )
        name = f"/C=JP/O=JPKI-SIM/OU={UNITS[purpose]}/OU={AGENCY}"
        root = [
            "-new",
            "-key",
            "authority.key",
            "-subj",
            name,
            "-set_serial",
            self.serial(),
            "-days",
            str(ROOT_DAYS),
        ]
        self.run(FIRST, "x509", *root, *self.extensions("root"), "-out", "authority.pem")
        self.run(FIRST, "pkey", "-in", "responder.key", "-pubout", "-out", "responder.pub")
        name = f"/C=JP/O=JPKI-SIM/OU={UNITS[purpose]}/CN=OCSP responder"
        self.certify("responder.pub", name, FIRST, ROOT_DAYS - 1, "responder", {}, "responder.pem")

    @staticmethod
    def serial() -> str:
        """A number of eight octets that is positive."""
        return hex(secrets.randbits(62) | 1 << 62)

    @staticmethod
    def extensions(section: str) -> list[str]:
        return ["-extfile", str(HERE / "openssl.cnf"), "-extensions", section]

    def run(self, at: datetime, *arguments: str, **more: str) -> bytes:
        """OpenSSL at an instant. Raises RuntimeError with what it says."""
        values = {
            "UNIT": UNITS[self.purpose],
            "CLOCK": str(int(at.timestamp())),
            "LD_PRELOAD": str(self.clock),
        }
        unused = dict.fromkeys(
            ("NAME", "BIRTH", "SEX", "ADDRESS", "NAME_FLAGS", "ADDRESS_FLAGS", "PREFECTURE", "MUNICIPALITY"),
            "-",
        )
        environment = {**os.environ, **unused, **values, **more}
        done = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, env=environment, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')[-300:]}")
        return done.stdout

    def certify(
        self,
        public: str,
        subject: str,
        begins: datetime,
        days: int,
        section: str,
        known: dict[str, str],
        to: str,
    ) -> None:
        issuer = ["-CA", "authority.pem", "-CAkey", "authority.key", "-set_serial", self.serial()]
        what = ["-new", "-force_pubkey", public, "-subj", subject, "-days", str(days)]
        self.run(begins, "x509", *what, *issuer, *self.extensions(section), "-out", to, **known)

    def issue(self, asked: Json, at: datetime, expires: date) -> bytes:
        person, holder = asked["person"], asked["holder"]
        for former in self.holders.get(person, []):
            self.revoke(former, "superseded", at)
        name = secrets.token_hex(8)
        (self.folder / f"{name}.der").write_bytes(bytes.fromhex(asked["public_key"]))
        self.run(
            at, "pkey", "-pubin", "-inform", "DER", "-in", f"{name}.der", "-pubout", "-out", f"{name}.pub"
        )
        # from the last second of the day before in Japan, so that whole days lead to the last second of the last
        begins = at.replace(hour=14, minute=59, second=59)
        begins -= timedelta(days=1) if begins > at else timedelta()
        ends = datetime(expires.year, expires.month, expires.day, 14, 59, 59, tzinfo=UTC)
        known = self.known(holder, date.fromisoformat(asked["life"]["birth"]))
        subject = self.subject(holder, at)
        self.certify(f"{name}.pub", subject, begins, (ends - begins).days, self.purpose, known, f"{name}.pem")
        self.run(at, "ca", "-config", str(HERE / "openssl.cnf"), "-valid", f"{name}.pem", **known)
        self.holders.setdefault(person, []).append(self.folder / f"{name}.pem")
        return self.run(at, "x509", "-in", f"{name}.pem", "-outform", "DER")

    def subject(self, holder: Json, at: datetime) -> str:
        if self.purpose == "authentication":
            return f"/C=JP/CN={secrets.token_hex(6).upper()}{holder['municipality_code']}001A"
        number = f"{at + timedelta(hours=9):%Y%m%d%H%M%S}{secrets.randbelow(10**5):05}{holder['municipality_code']}"
        return f"/C=JP/L={holder['prefecture']}/L={holder['municipality']}/CN={number}"

    @staticmethod
    def known(holder: Json, birth: date) -> dict[str, str]:
        era = next((code for code, begins in ERAS if birth >= begins), 1)
        return {
            "NAME": holder["name"],
            "NAME_FLAGS": "0" * len(holder["name"]),
            "ADDRESS": holder["address"],
            "ADDRESS_FLAGS": "0" * len(holder["address"]),
            "SEX": holder["sex"],
            "BIRTH": f"{era}{birth:%Y%m%d}",
            "PREFECTURE": holder["prefecture"],
            "MUNICIPALITY": holder["municipality"],
        }

    def revoke(self, certificate: Path, reason: str, at: datetime) -> None:
        config = ["-config", str(HERE / "openssl.cnf")]
        try:
            self.run(at, "ca", *config, "-revoke", certificate.name, "-crl_reason", reason)
        except RuntimeError as error:
            if "Already revoked" not in str(error):
                raise

    def revocation_list(self, day: date, where: dict[str, str]) -> bytes:
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
        config = ["-config", str(HERE / "openssl.cnf"), "-gencrl", "-crlexts", "list"]
        period = ["-crl_lastupdate", f"{begins:%Y%m%d%H%M%SZ}"]
        period += ["-crl_nextupdate", f"{begins + timedelta(days=2, seconds=-1):%Y%m%d%H%M%SZ}"]
        self.run(begins, "ca", *config, *period, "-out", "list.pem", **where)
        return self.run(begins, "crl", "-in", "list.pem", "-outform", "DER")

    def answer(self, request: bytes, at: datetime) -> bytes:
        (self.folder / "request").write_bytes(request)
        signer = [
            "-rsigner",
            "responder.pem",
            "-rkey",
            "responder.key",
            "-CA",
            "authority.pem",
            "-nmin",
            "15",
        ]
        self.run(at, "ocsp", "-index", "index.txt", *signer, "-reqin", "request", "-respout", "response")
        return (self.folder / "response").read_bytes()


def compiled_clock(folder: Path) -> Path:
    clock = folder / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", clock, HERE / "clock.c"], check=True)
    return clock


def answered(asked: Json, authorities: dict[str, Authority]) -> Json:
    at = datetime.strptime(asked.pop("at"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    ((request, content),) = asked.items()
    if request == "certificate_of":
        own = authorities[content]
        return {"certificate": own.run(at, "x509", "-in", "authority.pem", "-outform", "DER").hex()}
    if request == "event":
        purposes, reason = REVOKES.get(content["kind"], ((), ""))
        for purpose in purposes:
            for certificate in authorities[purpose].holders.get(content["person"], []):
                authorities[purpose].revoke(certificate, reason, at)
        return {}
    own = authorities[content["purpose"]]
    if request == "issue":
        expires = Sut().validity(content["life"]).get(f"{content['purpose']}_expires")
        if not isinstance(expires, str):
            return {"refused": True}
        return {"certificate": own.issue(content, at, date.fromisoformat(expires)).hex()}
    if request == "revocation_list":
        where = {"PREFECTURE": content["prefecture"], "MUNICIPALITY": content["municipality"]}
        return {"revocation_list": own.revocation_list(date.fromisoformat(content["on"]), where).hex()}
    return {"response": own.answer(bytes.fromhex(content["request"]), at).hex()}


def main() -> None:
    version = subprocess.run(
        ["openssl", "version"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    about = {"protocol": 1, "name": "OpenSSL ca", "version": version, "capabilities": ["authority"]}
    with tempfile.TemporaryDirectory() as place:
        clock = compiled_clock(Path(place))
        authorities = {purpose: Authority(purpose, Path(place) / purpose, clock) for purpose in UNITS}
        for line in sys.stdin:
            if not line.strip():
                continue
            request = json.loads(line)
            head: Json = {"jsonrpc": "2.0", "id": request["id"]}
            if request["method"] == "describe":
                print(json.dumps({**head, "result": about}), flush=True)
            elif request["method"] == "authority":
                print(json.dumps({**head, "result": answered(request["params"], authorities)}), flush=True)
            else:
                print(
                    json.dumps({**head, "error": {"code": -32601, "message": "unknown method"}}), flush=True
                )


if __name__ == "__main__":
    main()
