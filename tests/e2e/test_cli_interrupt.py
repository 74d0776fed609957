"""Ctrl-C while a system is judged: nothing half-written under its final name, nothing left running."""

import json
import signal
import subprocess
import sys
import time

import pytest
from checkout import ROOT, environment
from sut_scripts import OTHERS, RIGHT, WRONG, program, suite, survivors


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the run leaves its files."""
    return tmp_path_factory.mktemp("interrupted")


@pytest.fixture(scope="module")
def interrupted(folder):
    """Interrupts a run that hangs at its third question (the first is put twice); gives how it ended."""
    numbers = (RIGHT, WRONG, *OTHERS)
    counter = "count = globals().get('count', 0) + 1"
    address = program(folder / "acme", "time.sleep(60)", when="globals().get('count', 0) == 4", each=counter)
    out = folder / "out"
    command = [
        sys.executable,
        "-m",
        "jpki_oracle.cli",
        "certify",
        address,
        "--suite",
        str(suite(folder, *numbers)),
    ]
    command += ["--out", str(out), "--write-known", str(folder / "known.txt"), "--timeout", "50"]
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    journal = out / "journal.ndjson"
    while time.monotonic() < deadline and (not journal.exists() or journal.read_text().count("\n") < 3):
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    stdout, stderr = child.communicate(timeout=15)
    return child.returncode, stdout, stderr


def test_it_ends_with_one_line_and_the_code_of_an_interrupt(interrupted):
    code, _, stderr = interrupted
    assert (code, stderr) == (130, "jpki-oracle: interrupted\n")


def test_no_report_and_no_record_is_left_under_its_name(interrupted, folder):
    assert [file.name for file in (folder / "out").iterdir()] == ["journal.ndjson"]
    assert not (folder / "known.txt").exists()


def test_the_journal_has_whole_lines_only(interrupted, folder):
    lines = (folder / "out" / "journal.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    assert all(line.endswith("\n") for line in lines)
    assert [json.loads(line)["event"] for line in lines] == ["started", "asked", "asked"]


def test_nothing_is_left_running(interrupted, folder):
    assert survivors(folder / "acme") == []
