"""`suite add` and `diagnose` as they are used: a pinned life, files changed by hand, a system that cannot decide."""

import json

import pytest
from checkout import ROOT
from jpki_model.life import read_life
from jpki_oracle.scenarios.scenario import Scenario, write_suite

FLAKY = """
from examples.sut.conforming.sut import Sut as Right

class Sut(Right):
    asked = 0

    def validity(self, life):
        Sut.asked += 1
        return {**super().validity(life), **({"card_expires": None} if Sut.asked % 2 else {})}
"""


@pytest.fixture
def pinned(tmp_path, jpki):
    """A suite file with the leapling of the examples."""
    file = tmp_path / "mine.json"
    done = jpki("suite", "add", file, "examples/lives/leapling.toml", "--note", "acme 2.3 said 1 March")
    assert done.returncode == 0, done.stderr
    return file


def test_a_pinned_life_is_asked_with_its_note(pinned, jpki):
    assert [row["note"] for row in json.loads(pinned.read_text())["scenarios"]] == ["acme 2.3 said 1 March"]
    done = jpki("certify", "python:examples.sut.conforming.sut:Sut", "--suite", pinned)
    assert (done.returncode, done.stderr) == (0, "")
    assert "validity            1       1" in done.stdout


def test_the_same_life_is_not_pinned_twice(pinned, jpki):
    done = jpki("suite", "add", pinned, "examples/lives/leapling.toml", "--note", "again")
    assert done.returncode == 2
    assert "has this question already" in done.stderr


def test_a_note_is_needed(tmp_path, jpki):
    done = jpki("suite", "add", tmp_path / "mine.json", "examples/lives/leapling.toml", "--note", " ")
    assert done.returncode == 2
    assert "a note is needed" in done.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("acme", "acne"), "changed by hand"),
        (lambda text: text.replace('"version": 2', '"version": 3'), "update jpki-oracle"),
    ],
    ids=["changed by hand", "from a newer version"],
)
def test_a_suite_that_cannot_be_trusted_is_refused(pinned, change, words, jpki):
    pinned.write_text(change(pinned.read_text()))
    done = jpki("certify", "python:examples.sut.conforming.sut:Sut", "--suite", pinned)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_flaky_system_is_named_with_both_answers(tmp_path, pinned, jpki):
    (tmp_path / "flaky.py").write_text(FLAKY)
    done = jpki("diagnose", "python:flaky:Sut", "--suite", pinned, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert done.returncode == 2
    assert "flaky" in done.stderr
    assert "it answered 2030-02-28 and then None" in done.stderr


def test_a_system_that_is_right_is_explained_by_its_claim(pinned, jpki):
    done = jpki("diagnose", "python:examples.sut.conforming.sut:Sut", "--suite", pinned)
    assert done.returncode == 0
    assert "2024-05-27, as claimed" in done.stdout


@pytest.fixture
def late(tmp_path):
    """A life whose card would end on 1 January 2404, after the calendar of the rules (until 2400)."""
    file = tmp_path / "late.toml"
    file.write_text("birth = 2390-01-01\ncard_issued = 2399-01-01\n")
    return file


def test_a_life_that_an_edition_rejects_is_not_pinned(tmp_path, late, jpki):
    done = jpki("suite", "add", tmp_path / "mine.json", late, "--note", "late")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "has no answer to this life: 2404-01-01 is outside of the calendar" in done.stderr


def test_a_pinned_life_that_an_edition_rejects_cannot_be_judged(tmp_path, late, jpki):
    scenario = Scenario(
        "validity", "card_expires", "pinned", "pinned|late", life=read_life(late), note="late"
    )
    suite = tmp_path / "mine.json"
    suite.write_text(write_suite([scenario]))
    done = jpki("certify", "python:examples.sut.conforming.sut:Sut", "--suite", suite)
    assert done.returncode == 2
    assert "edition 2024-05-27 has no answer to this life" in done.stdout
    assert done.stderr == ""
