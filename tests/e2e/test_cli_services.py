"""`certify --pack services` and `clauses --coverage` from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, environment

ENGINE = "python:examples.sut.conforming.sut:Sut"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "jpki_oracle.cli", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=120
    )


def test_a_policy_engine_is_certified_and_judged_again_from_its_journal(tmp_path: Path) -> None:
    first = run("certify", ENGINE, "--pack", "services", "--only", "services-seal", "--out", str(tmp_path))
    again = run(
        "certify", f"journal:{tmp_path / 'journal.ndjson'}", "-p", "services", "--only", "services-seal"
    )

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "All that was judged is right." in again.stdout


def test_by_the_slides_the_engine_is_wrong_and_told_so_in_japanese() -> None:
    done = run("certify", ENGINE, "-p", "services", "--edition", "mic-2017", "--lang", "ja")

    assert done.returncode == 1
    assert "media.phones" in done.stdout
    assert "認められないものを認める" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--pack", "services", "--pack", "number"), "services runs alone"),
        (("--pack", "services", "--only", "nothing"), "no question has such an id"),
        (("--pack", "services", "--reading", "full-entries-field=sea"), "has no answer 'sea'"),
        (("--pack", "services", "--edition", "1999"), "unknown edition"),
        (
            ("--pack", "services", "-e", "2024-05-27", "-r", "full-entries-field=same-field"),
            "settles 'full-entries-field'",
        ),
        (("--pack", "service"), "there are validity, status, number, lifecycle, services"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = run("certify", ENGINE, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_questions_are_shown_with_what_is_expected_before_anything_is_asked() -> None:
    done = run("certify", "python:nowhere:Nothing", "-p", "services", "--only", "services-seal", "--dry-run")

    assert done.returncode == 0
    assert "counterpart private-key" in done.stdout


def test_every_rule_of_the_source_is_reached_and_the_exit_code_says_so() -> None:
    done = run("clauses", "--coverage", "--format", "json")
    content = json.loads(done.stdout)

    assert done.returncode == 0
    assert content["reached"] == content["count"] == 80
    assert done.stderr == ""


def test_a_source_with_a_rule_that_nothing_reaches_ends_with_one() -> None:
    done = run("clauses", "--coverage", "--source", "number-act-order")

    assert done.returncode == 1
    assert "order-lapse-outside-register-act: a rule, and no pack reaches it" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("clauses", "number-collection"), "usage.number-collection"),
        (("rules", "media.phones"), "phone-iphone-reads"),
        (("readings", "ended-card-as-identity"), "only that of a card in force"),
        (("readings",), "approval-of-businesses"),
        (("rules",), "usage.free-area"),
    ],
)
def test_the_specification_of_use_is_printed(arguments: tuple[str, ...], shown: str) -> None:
    done = run(*arguments)

    assert done.returncode == 0
    assert shown in done.stdout
