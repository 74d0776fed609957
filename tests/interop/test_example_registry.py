"""The example register, a real program in Node on SQLite, comes out as its README says."""

import os
import re
import shutil
from pathlib import Path

import pytest
from jpki_oracle.campaign import Finished, Plan
from jpki_oracle.commands.histories import chosen_histories
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import case_of
from jpki_oracle.judge import Verdict
from jpki_oracle.known import read_known
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "stdio:node examples/sut/registry/sut.mjs"
FOLDER = ROOT / "examples/sut/registry"

pytestmark = pytest.mark.interop


@pytest.fixture(autouse=True)
def _what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = [program for program in ("node", "sqlite3") if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{missing[0]} is not installed; in CI this is a failure")
    assert not missing
    monkeypatch.chdir(ROOT)


def finished(**options: object) -> Finished:
    plan = Plan(ADDRESS, [case_of(each) for each in chosen_histories((), ())], **options)  # type: ignore[arg-type]
    with Session(open_connection(ADDRESS)) as session:
        (last,) = [event for event in run_histories(session, plan) if isinstance(event, Finished)]
    return last


def test_by_the_slides_it_is_as_on_record() -> None:
    run = finished(known=read_known(FOLDER / "known.txt"), strict=True)
    assert (run.exit_code, run.known, run.vanished) == (0, 1, ())


def test_by_the_law_it_fails_as_often_as_its_readme_says() -> None:
    said = re.search(
        r"fails (\d+) of the\s+(\d+) histories", (FOLDER / "README.md").read_text(encoding="utf-8")
    )
    assert said is not None
    counts = finished(edition="2024-05-27").counts["lifecycle"]
    assert (counts[Verdict.FAIL], sum(counts.values())) == (int(said[1]), int(said[2]))
