"""A second build by the same program reads what the first one found, and believes nothing that leaves a mutant open."""

import json
from dataclasses import replace

import pytest
from jpki_oracle.cli import app
from jpki_oracle.mutants.index import shipped_complete
from jpki_oracle.mutants.memory import Memory, default_memory, program_digest
from jpki_oracle.mutants.whole import build_key, remember_builds, remembered_builds
from jpki_spec.laws import law
from typer.testing import CliRunner

EDITION = "mic-2017"


@pytest.fixture(scope="module")
def built():
    """A complete suite, as a build would end with."""
    return shipped_complete(law(EDITION))


def test_what_was_built_is_read_as_it_was(built, tmp_path):
    memory = Memory(tmp_path / "memory")
    remember_builds("key", [built], memory)
    memory.save()
    (again,) = remembered_builds("key", Memory(tmp_path / "memory"))
    assert names(again) == names(built)
    assert (again.kills == built.kills).all()


def names(build):
    """All of a build but its matrix, in words."""
    return {
        "law": str(build.law),
        "mutants": [mutant.id for mutant in build.mutants],
        "scenarios": [(scenario.id, scenario.edge) for scenario in build.scenarios],
        "proofs": [
            (proof.rung, proof.everywhere, [mutant.id for mutant in proof.mutants]) for proof in build.proofs
        ],
    }


def test_a_build_without_one_of_its_scenarios_is_not_believed(built):
    memory = Memory()
    remember_builds("key", [replace(built, scenarios=built.scenarios[1:])], memory)
    assert remembered_builds("key", memory) is None


def test_a_build_without_one_of_its_proofs_is_not_believed(built):
    memory = Memory()
    remember_builds("key", [replace(built, proofs=built.proofs[1:])], memory)
    assert remembered_builds("key", memory) is None


def test_what_was_never_built_is_not_known():
    assert remembered_builds("key", Memory()) is None


@pytest.mark.parametrize("changed", ["rules.py", "numbers.toml"])
def test_a_program_with_other_rules_or_numbers_is_another_program(tmp_path, monkeypatch, changed):
    one, like_it, other = (f"{name}_{changed[:5]}" for name in ("one", "like_it", "other"))
    for package in (one, like_it, other):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        for name in ("rules.py", "numbers.toml"):
            is_changed = package == other and name == changed
            (tmp_path / package / name).write_text("years = 11\n" if is_changed else "years = 10\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert program_digest((one,)) == program_digest((like_it,)) != program_digest((other,))


def test_suite_build_reads_what_was_built_before(built, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    memory = Memory(default_memory())
    remember_builds(build_key(str(built.law)), [built], memory)
    memory.save()

    def build(*given, **settings):
        raise AssertionError("built anew")

    monkeypatch.setattr("jpki_oracle.commands.suite.build", build)
    result = CliRunner().invoke(app, ["suite", "build", str(tmp_path / "suite.json"), "-e", EDITION])
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "suite.json").read_text())["scenarios"]
    lives = {scenario.id for scenario in built.scenarios if scenario.life is not None}
    assert {each["id"] for each in written if each["pack"] != "number"} == lives
