"""Histories and the world from the command line: certify, histories, emulate world as a process."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkout import ROOT, environment

Run = Callable[..., subprocess.CompletedProcess[str]]

FORGETFUL = '''
class Sut:
    """A register that knows the holder and forgets every event."""

    def describe(self):
        return {"protocol": 1, "name": "forgetful", "version": "1", "capabilities": ["lifecycle"],
                "edition": "2024-05-27"}

    def lifecycle(self, session, start=None, residents=None, event=None, close=None):
        if event is None:
            return {}
        return {"accepted": True, "card": "valid", "signature": "valid", "authentication": "valid"}
'''


@pytest.fixture
def forgetful(tmp_path: Path) -> str:
    (tmp_path / "forgetful_register.py").write_text(FORGETFUL, encoding="utf-8")
    return "python:forgetful_register:Sut"


def test_the_reference_world_passes_in_the_edition_named(main: Run) -> None:
    for address in ("world:", "world:mic-2017"):
        done = main("certify", address, "--pack", "lifecycle", "--suite", "faults")
        assert done.returncode == 0, done.stderr
        assert "All that was judged is right." in done.stdout


def test_an_edition_that_does_not_exist_is_told(main: Run) -> None:
    done = main("certify", "world:2023", "--pack", "lifecycle")
    assert done.returncode == 2
    assert "names no edition (unknown edition '2023'" in done.stderr


def test_a_system_that_fails_is_told_with_history_cause_and_clause(
    main: Run, forgetful: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = main("certify", forgetful, "--pack", "lifecycle", "--suite", "faults", "--out", out, cwd=tmp_path)
    assert done.returncode == 1
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]
    failed = [each for each in results if each["verdict"] == "fail"]
    assert failed[0]["trace"][-1].split(": ")[1].startswith("expected ")
    assert {each["pack"] for each in results} == {"lifecycle"}
    died = [each for row in failed for each in row["differences"] if each["rule"] == "world.died"]
    assert died[0]["clauses"] == ["order-lapse-death"]
    cases = ElementTree.parse(out / "junit.xml").findall(".//testcase")
    assert len(cases) == len(results)


def test_failures_on_record_do_not_fail_a_run(main: Run, forgetful: str, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    run = ("certify", forgetful, "--pack", "lifecycle", "--suite", "faults")
    main(*run, "--write-known", known, cwd=tmp_path)
    done = main(*run, "--known", known, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_pack_runs_alone_and_can_be_looked_at_first(main: Run) -> None:
    assert "runs alone" in main("certify", "world:", "--pack", "lifecycle", "--pack", "number").stderr
    done = main(
        "certify", "world:", "--pack", "lifecycle", "--suite", "faults", "--dry-run", "--format", "json"
    )
    assert len(json.loads(done.stdout)) >= 40


def test_histories_are_shown_played_and_drawn(main: Run, tmp_path: Path) -> None:
    rows = json.loads(main("histories", "show", "--suite", "faults", "--format", "json").stdout)
    assert all(row["id"].startswith("lifecycle-") for row in rows)
    assert len(json.loads(main("histories", "faults", "--format", "json").stdout)) >= 40
    (row,) = [row for row in rows if row["about"] == "fault fifteenth-day-in-time"]
    svg = tmp_path / "h.svg"
    done = main("histories", "play", row["id"], "--svg", svg)
    assert done.returncode == 0, done.stderr
    assert "no notice of moving in in time (order-lapse-move-not-notified)" in done.stdout
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    japanese = main("histories", "play", row["id"], "--lang", "ja", "--edition", "mic-2017")
    assert "期間内に転入届がない (card-lapse-move-not-notified)" in japanese.stdout


def test_what_cannot_be_played_is_told_in_one_line(main: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(
        '{"start": "2024-07-01", "events": [{"kind": "moved", "on": "2024-08-01"}]}', encoding="utf-8"
    )
    for path, said in (
        (bad, "kind: 'moved' is not one of"),
        (tmp_path / "none", "no history has such an id"),
    ):
        done = main("histories", "play", path)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_random_histories_find_what_a_system_gets_wrong_and_write_it(
    main: Run, forgetful: str, tmp_path: Path
) -> None:
    found = tmp_path / "found.json"
    done = main("histories", "explore", forgetful, "--examples", "60", "--write", found, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    again = main("certify", forgetful, "--pack", "lifecycle", "--suite", found, cwd=tmp_path)
    assert again.returncode == 1
    right = main("histories", "explore", "world:", "--examples", "30")
    assert (right.returncode, right.stdout.count("nothing found")) == (0, 1)
    other = main("histories", "explore", f"stdio:{sys.executable} examples/sut/conforming/sut.py")
    assert (other.returncode, other.stderr.count("does not claim the capability lifecycle")) == (2, 1)


def test_emulate_world_serves_until_it_is_interrupted(main: Run) -> None:
    command = [sys.executable, "-m", "jpki_oracle.cli", "emulate", "world", "--http", "0"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(LANG="C.UTF-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        done = main("certify", address, "--pack", "lifecycle", "--suite", "faults")
        assert done.returncode == 0, done.stdout + done.stderr
        busy = main("emulate", "world", "--http", address.rpartition(":")[2])
        assert busy.returncode == 2
        assert "cannot be listened on" in busy.stderr
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
