"""How fast the test authority is: status answers a second, and a revocation list of a million entries.

Printed by `make bench-pki`. `--entries` for a shorter list.
"""

import argparse
import resource
import time
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_key
from jpki_model.pki.revocation_list import ListFrame, Reason, Revocation, revocation_list
from jpki_model.pki.service import CertificationService
from tabulate import tabulate

ISSUED = datetime(2025, 4, 1, 0, 30, tzinfo=UTC)
ANSWERS = 3000


def status_answers() -> float:
    """Answers a second, on one core, to a request that asks for one certificate."""
    roles = [
        f"{purpose}_{role}"
        for purpose in ("signature", "authentication")
        for role in ("authority", "responder")
    ]
    keys = {role: new_key() for role in roles}
    service = CertificationService.new(date(2023, 7, 16), date(2033, 7, 15), keys=keys)
    holder = Holder(date(1992, 2, 29))
    issued = service.issue("signature", "one", holder, new_key().public_key(), ISSUED, date(2030, 2, 28))
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        issued, service.authorities["signature"].certificate, SHA1()
    )
    request = builder.build().public_bytes(Encoding.DER)
    at = ISSUED + timedelta(days=1)
    service.answer("signature", request, at)
    started = time.perf_counter()
    for _ in range(ANSWERS):
        service.answer("signature", request, at)
    return ANSWERS / (time.perf_counter() - started)


def long_list(entries: int) -> tuple[float, float]:
    """Seconds to build and sign a list of so many entries, and to read it and search one of them."""
    key, name = new_key(), x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "JPKI-SIM")])
    frame = ListFrame(name.public_bytes(), b"0" * 20, ISSUED, ISSUED + timedelta(days=2))
    revoked = (
        Revocation(serial, ISSUED - timedelta(minutes=serial % 500_000), Reason.SUPERSEDED)
        for serial in range(1, entries + 1)
    )
    started = time.perf_counter()
    octets = revocation_list(frame, revoked, key)
    built = time.perf_counter()
    found = x509.load_der_x509_crl(octets).get_revoked_certificate_by_serial_number(entries)
    if found is None:
        raise AssertionError("the last entry was not found")
    return built - started, time.perf_counter() - built


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    entries = parser.parse_args().entries
    answers = status_answers()
    built, read = long_list(entries)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        ["status answers a second", f"{answers:,.0f}"],
        [f"list of {entries:,} entries, built (s)", f"{built:.1f}"],
        ["the same, read and searched (s)", f"{read:.1f}"],
        ["most memory (MiB)", f"{peak:,.0f}"],
    ]
    print(tabulate(rows, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
