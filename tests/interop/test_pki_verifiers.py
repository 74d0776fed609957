"""Real verifiers behind the example adapters, on a part of the cases: they decide as is on record for them."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from jpki_oracle.campaign import Finished, Judged
from jpki_oracle.known import Standing, read_known
from jpki_oracle.pki.case import verifier_scenario
from jpki_oracle.pki.vector_file import read_cases
from jpki_oracle.pki.verifier_judge import VerifierPlan, run_verifier
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

pytestmark = pytest.mark.interop
EXAMPLES = Path("examples/sut/verifier")
PYTHON = f"'{sys.executable}' {EXAMPLES}"
SYSTEMS = {
    "openssl": (f"{PYTHON}/openssl_verifier.py", "openssl", None),
    "cryptography": (f"{PYTHON}/cryptography_verifier.py", None, None),
    "pyhanko": (f"{PYTHON}/pyhanko_verifier.py", None, None),
    "java": (
        f"java --add-exports java.base/sun.security.pkcs=ALL-UNNAMED {EXAMPLES}/PkixVerifier.java",
        "java",
        None,
    ),
    "pkijs": (f"node {EXAMPLES}/pkijs_verifier.mjs", "node", EXAMPLES / "node_modules" / "pkijs"),
}
EVERY = 9
"""Of the cases that are not on record as wrong; of those every second."""


def missing(program: str | None, folder: Path | None) -> str:
    if program and not shutil.which(program):
        return f"{program} is not installed"
    return "" if folder is None or folder.exists() else f"{folder} is missing: run `make examples`"


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_real_verifier_decides_as_is_on_record(name: str) -> None:
    command, program, folder = SYSTEMS[name]
    reason = missing(program, folder)
    if reason and not os.environ.get("CI"):
        pytest.skip(f"{reason}; in CI this is a failure")
    assert not reason
    known = read_known(Path(f"examples/known/verifier_{name}.txt"))
    scenarios = [verifier_scenario(case) for case in read_cases()]
    listed = [each for each in scenarios if each.id in known.ids()]
    others = [each for each in scenarios if each.id not in known.ids()]
    plan = VerifierPlan(name, listed[::2] + others[::EVERY], known, strict=True, edition="next-card")

    with Session(open_connection(f"stdio:{command}", timeout=20)) as session:
        *judged, end = run_verifier(session, plan)

    changed = [
        (each.judgement.scenario.id, each.judgement.observed, each.judgement.reason)
        for each in judged
        if isinstance(each, Judged) and each.standing in (Standing.CHANGED, Standing.FIXED)
    ]
    assert changed == []
    assert isinstance(end, Finished)
    assert end.exit_code == 0
    assert len(judged) > 40
