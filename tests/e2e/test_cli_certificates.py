"""The public-key side on the command line: verifiers and authorities judged, the authority as a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

JPKI = [str(Path(sys.executable).with_name("jpki-oracle"))]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*JPKI, *arguments, "--lang", "en"], capture_output=True, text=True, timeout=90, check=False
    )


def test_certify_judges_the_reference_verifier() -> None:
    done = run("certify", "verifier:")

    assert done.returncode == 0, done.stderr
    assert "All that was judged is right." in done.stdout


def test_certify_judges_an_authority_and_tells_a_step_by_its_id() -> None:
    done = run("certify", "authority:", "--only", "authority-renewal", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert "authority-renewal-signature-former" in done.stdout
    assert json.loads(done.stdout)


def test_the_cases_of_the_verifier_are_listed_without_a_system_being_asked() -> None:
    done = run("certify", "python:nowhere:Nothing", "--pack", "verifier", "--dry-run", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 150


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("certify", "verifier:x"), "takes nothing behind the colon"),
        (("certify", "verifier:", "--pack", "verifier", "--pack", "status"), "runs alone"),
        (("certify", "authority:", "--dry-run"), "there is no dry run"),
        (("certify", "verifier:", "--only", "verifier-nothing"), "no case has such an id"),
        (("emulate", "authority", "--http", "0", "--on", "2026-02-30"), "--on"),
        (("emulate", "authority", "--http", "0", "--keys", "/nowhere"), "no folder of keys"),
        (("emulate", "authority", "--http", "0", "--host", "256.1.1.1"), "256.1.1.1:0"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_exits_with_2(
    arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
