"""`diagnose` of a run on record, and of systems that give nothing to go by, as it is used."""

import json

import pytest

SILENT = """
class Sut:
    def describe(self):
        return {"protocol": 1, "name": "silent", "version": "1", "capabilities": ["validity"]}

    def validity(self, life):
        return {}
"""


@pytest.fixture(scope="module")
def on_record(tmp_path_factory, jpki):
    """The folder of a run of the conforming example."""
    out = tmp_path_factory.mktemp("run")
    jpki("certify", "python:examples.sut.conforming.sut:Sut", "--pack", "validity", "--out", out)
    return out


def test_a_record_is_diagnosed_without_the_system(on_record, jpki):
    done = jpki("diagnose", on_record, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["wrong"], told["further"], told["foretold"]) == (0, 0, 0)
    assert told["explanations"] == [{"edition": "2024-05-27", "readings": {}, "faults": []}]


def test_readings_are_told_from_the_answers_on_record_alone(on_record, jpki):
    """A record holds no answers to the questions about readings; it must not be said that every reading fits."""
    done = jpki("diagnose", on_record / "results.json", "--readings-only")
    assert done.returncode == 0
    assert "the defaults" in done.stdout
    assert "renewal-window-months=forward" not in done.stdout


def test_a_system_that_answers_nothing_cannot_be_diagnosed(tmp_path, jpki):
    (tmp_path / "silent.py").write_text(SILENT)
    for options in ([], ["--readings-only"]):
        done = jpki("diagnose", "python:silent:Sut", *options, PYTHONPATH=str(tmp_path))
        assert done.returncode == 2
        assert "silent answered none of" in done.stderr
