"""OpenSSL's `ca` and `ocsp` as an authority, judged by the pack; and one whose configuration is wrong."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from jpki_oracle.campaign import Finished, Judged
from jpki_oracle.judge import Verdict
from jpki_oracle.pki.authority_pack import AuthorityPlan, run_authority
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

pytestmark = pytest.mark.interop
EXAMPLE = Path("examples/sut/authority/openssl").resolve()


def run(program: Path) -> tuple[list[Judged], Finished]:
    """The events of one run; the adapter takes dates from the example `conforming`, wherever it stands itself."""
    for needed in ("openssl", "cc"):
        if not shutil.which(needed) and not os.environ.get("CI"):
            pytest.skip(f"{needed} is not installed; in CI this is a failure")
        assert shutil.which(needed)
    address = f"stdio:env PYTHONPATH='{Path.cwd()}' '{sys.executable}' '{program}'"
    with Session(open_connection(address, timeout=30)) as session:
        *events, end = run_authority(session, AuthorityPlan("openssl"))
    assert isinstance(end, Finished)
    return [each for each in events if isinstance(each, Judged)], end


def test_openssl_as_an_authority_does_all_that_the_rules_ask() -> None:
    judged, end = run(EXAMPLE / "authority.py")

    wrong = [each.judgement.scenario.id for each in judged if each.judgement.verdict is not Verdict.PASS]
    assert wrong == []
    assert len(judged) > 200
    assert end.exit_code == 0


def test_an_authority_whose_configuration_drops_one_attribute_is_found_out(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c" / "openssl"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    config = folder / "openssl.cnf"
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    config.write_text("".join(each for each in lines if not each.startswith("otherName.3")), encoding="utf-8")

    judged, end = run(folder / "authority.py")

    failed = {each.judgement.scenario.id for each in judged if each.judgement.verdict is Verdict.FAIL}
    assert "authority-issue-adult-signature-profile" in failed
    assert all(id.endswith("-signature-profile") for id in failed)
    assert end.exit_code == 1
