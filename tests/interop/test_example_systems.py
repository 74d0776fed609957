"""The example systems, as real programs: each comes out exactly as on record."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import certify_all  # noqa: E402


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.mark.interop
@pytest.mark.parametrize("system", certify_all.SYSTEMS, ids=lambda system: system.name)
def test_an_example_system_comes_out_as_on_record(system: certify_all.System) -> None:
    missing = system.missing()
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{missing}; in CI this is a failure")
    assert missing is None

    _, exit_code = certify_all.certify(system, write=False)

    assert exit_code == 0


def test_a_system_that_does_not_fail_as_recorded_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = tmp_path / "known"
    records.mkdir()
    recorded = (ROOT / "examples/known/python_dateutil.txt").read_text(encoding="utf-8").splitlines()
    (records / "python_dateutil.txt").write_text("\n".join(recorded[:-1]) + "\n", encoding="utf-8")
    monkeypatch.setattr(certify_all, "RECORDS", records)
    system = next(s for s in certify_all.SYSTEMS if s.name == "python_dateutil")

    _, exit_code = certify_all.certify(system, write=False)

    assert exit_code == 1
