"""`certify` of cards on the command line: the emulated card, one behind messages, the plan, what cannot be had."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT

Certify = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def certify(jpki: Certify) -> Certify:
    return lambda *arguments: jpki("certify", *arguments)


@pytest.mark.parametrize("profile", ["probed", "iso"])
def test_the_emulated_card_passes_as_its_profile(certify: Certify, profile: str) -> None:
    done = certify(f"emulator:{profile}")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "card" in done.stdout


def test_a_card_behind_messages_is_judged_as_any_other(certify: Certify) -> None:
    card = f"stdio:{sys.executable} {ROOT / 'examples/card/card_over_stdio.py'}"

    done = certify(card, "--pack", "card", "--format", "json")

    rows = json.loads(done.stdout)["results"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert {row["verdict"] for row in rows} <= {"pass", "not applicable"}


def test_a_reading_that_is_not_claimed_is_named(certify: Certify) -> None:
    done = certify("emulator:probed", "--reading", "blocked_status=6983", "--format", "json")

    results = json.loads(done.stdout)["results"]
    acceptable = [row for row in results if row["verdict"] == "acceptable"]
    assert done.returncode == 0
    assert acceptable
    assert all({"blocked_status": "6984"} in row["readings"] for row in acceptable)


def test_with_strict_it_fails(certify: Certify) -> None:
    assert certify("emulator:probed", "--reading", "blocked_status=6983", "--strict").returncode == 1


def test_reports_are_written_without_any_pin(certify: Certify, tmp_path: Path) -> None:
    done = certify("emulator:probed", "--out", str(tmp_path))

    assert done.returncode == 0
    assert {"results.json", "junit.xml", "matrix.csv", "journal.ndjson"} <= {
        p.name for p in tmp_path.iterdir()
    }
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "50 41 53 53 57 4F 52 44 31" not in text
        assert "PASSWORD1" not in text


def test_known_failures_do_not_fail_the_run(certify: Certify, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    claim = ("emulator:probed", "--reading", "blocked_status=6983", "--strict")

    certify(*claim, "--write-known", str(known))

    assert certify(*claim, "--known", str(known)).returncode == 0


def test_the_plan_is_shown_and_nothing_runs(certify: Certify) -> None:
    done = certify("emulator:probed", "--plan")

    assert done.returncode == 0, done.stderr
    assert "jpki/0018" in done.stdout


def test_an_unknown_profile_is_told_in_one_line(certify: Certify) -> None:
    done = certify("emulator:probet")

    assert done.returncode == 2
    assert "probet" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_reading_is_told_in_one_line(certify: Certify) -> None:
    done = certify("emulator:probed", "--reading", "blocked_status=9999")

    assert done.returncode == 2
    assert "6984, 6983" in done.stderr


def test_the_pack_card_runs_alone(certify: Certify) -> None:
    done = certify("emulator:probed", "--pack", "card", "--pack", "status")

    assert done.returncode == 2
    assert "runs alone" in done.stderr


def test_rules_readings_and_properties_of_the_card_are_shown(jpki: Certify) -> None:
    assert "card.private-key-use" in jpki("rules").stdout
    assert "media-pin-entry" in jpki("rules", "card.private-key-use").stdout
    assert "6983" in jpki("readings", "blocked_status").stdout
    proven = jpki("properties", "card-key-never-leaves", "--format", "json")
    assert proven.returncode == 0
    assert json.loads(proven.stdout)[0]["result"] == "proven"
