"""A solver that gives up ends a build; no suite is written that may miss a fault."""

import gc

import pytest
from jpki_model.patience import in_steps
from jpki_oracle.cli import app, main
from jpki_oracle.mutants import equivalence
from jpki_oracle.mutants.equivalence import MutantUndecided, groups, settle
from jpki_oracle.mutants.mutant import mutants_of
from jpki_spec.laws import law
from typer.testing import CliRunner

CURRENT = law("2024-05-27")


@pytest.fixture
def impatient(monkeypatch):
    """A solver with a step for each question."""
    monkeypatch.setattr(equivalence, "PATIENCE", in_steps(1))
    for name in ("FAIR", "SHORT"):
        monkeypatch.setattr(equivalence, name, 1)


def test_a_mutant_that_is_too_hard_is_named(impatient):
    hard = [m for m in mutants_of(CURRENT) if m.observed.outcome == "card_state" and m.fault]
    group = next(g for g in groups(hard) if g[0].fault.rule == "moves.return-not-presented")
    with pytest.raises(MutantUndecided, match=r"card_state/moves\.return-not-presented"):
        settle(group[:1], CURRENT)


def test_the_command_says_so_in_one_line_and_writes_nothing(monkeypatch, capsys, tmp_path):
    def gives_up(*arguments, **options):
        raise MutantUndecided("2024-05-27: card_state/moves.died: timeout")

    monkeypatch.setattr("jpki_oracle.commands.suite.build", gives_up)
    file = tmp_path / "suite.json"
    arguments = ["jpki-oracle", "suite", "build", str(file), "-e", "2024-05-27", "--no-cache"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as leave:
        main()
    assert leave.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "jpki-oracle: the solver gave up, so no suite was written: 2024-05-27: card_state/moves.died: timeout"
    ]
    assert not file.exists()


def test_a_build_that_fails_leaves_python_as_it_was(monkeypatch, tmp_path):
    """How often garbage is looked for is set for the whole process."""
    meanwhile = []

    def gives_up(*arguments, **options):
        meanwhile.append(gc.get_threshold())
        raise MutantUndecided("too hard")

    monkeypatch.setattr("jpki_oracle.commands.suite.build", gives_up)
    before = gc.get_threshold()
    arguments = ["suite", "build", str(tmp_path / "suite.json"), "-e", "mic-2017", "--no-cache"]
    assert CliRunner().invoke(app, arguments).exit_code != 0
    assert meanwhile != [before]
    assert gc.get_threshold() == before
