"""`audit` and `synth` when something goes wrong: bad arguments, unreadable files, interrupts, a full disk."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_command import CARDS, COMMAND, run
from checkout import ROOT, environment


@pytest.fixture
def here(main):
    """The same in this process, where the libraries are loaded once."""

    def call(*arguments, expect, cwd=ROOT):
        finished = main(*arguments, cwd=cwd)
        assert finished.returncode == expect, finished.stderr + finished.stdout
        return finished

    return call


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """A synthetic register of 20,000 people, made once."""
    file = tmp_path_factory.mktemp("register") / "register.parquet"
    run("synth", file, "--rows", 20_000, expect=0)
    return file


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.parquet"], "no such file"),
        (["."], "no .parquet or .csv"),
        (["cards.csv", "--map", "born=birth"], "no column 'born'"),
        (["cards.csv", "--map", "birth"], "COLUMN=FIELD"),
        (["cards.csv", "--engine", "oracle"], "duckdb, polars, spark"),
        (["cards.csv", "--add", "age"], "--out"),
        (["cards.csv", "--add", "luck", "--out", "x"], "no such output"),
        (["cards.csv", "--against", "1999-01-01"], "unknown edition"),
        (["broken.parquet"], "broken.parquet"),
        (["nobirth.csv"], "no column `birth`"),
        (["nothing.csv"], "nothing can be compared"),
        (["number.parquet"], "is of type"),
        (["postgresql://user:secret@127.0.0.1:1/db#cards"], "127.0.0.1"),
        (["duckdb:none.duckdb#t"], "no such database"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(tmp_path, monkeypatch, arguments, words, here):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    if arguments != ["."]:
        Path("cards.csv").write_text(CARDS, encoding="utf-8")
        Path("broken.parquet").write_bytes(b"PAR1 is not all that it takes")
        Path("nobirth.csv").write_text("card_expires\n2030-01-01\n", encoding="utf-8")
        Path("nothing.csv").write_text("birth\n1990-01-01\n", encoding="utf-8")
        pq.write_table(pa.table({"birth": [1], "card_expires": [2]}), "number.parquet")
    finished = here("audit", *arguments, expect=2, cwd=tmp_path)
    assert words in finished.stderr
    assert len(finished.stderr.strip().splitlines()) == 1
    assert "secret" not in finished.stderr + finished.stdout


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("arguments", [["missing.parquet"], ["cards.csv", "--add", "luck"]])
def test_what_fails_at_once_makes_no_folder_and_takes_none_away(tmp_path, here, there, arguments):
    (tmp_path / "cards.csv").write_text(CARDS, encoding="utf-8")
    if there:
        (tmp_path / "results").mkdir()
    here("audit", *arguments, "--out", "results/today", expect=2, cwd=tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"cards.csv", *(["results"] if there else [])}
    assert not (tmp_path / "results" / "today").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_killed_half_way_leaves_nothing_that_looks_finished(tmp_path, register, how):
    out, big = tmp_path / "out", tmp_path / "big.parquet"
    duckdb.sql(f"COPY (SELECT t.* FROM '{register}' t, range(150)) TO '{big}' (FORMAT PARQUET)")
    running = subprocess.Popen(
        [*COMMAND, "audit", big, "--out", out, "--add", "all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(out.glob(".unfinished-*/*")) and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(how)
    _, said = running.communicate(timeout=60)
    assert running.returncode != 0
    left = [path.name for path in out.iterdir()] if out.exists() else []
    assert [name for name in left if not name.startswith(".unfinished-")] == []
    if how == signal.SIGINT:
        assert not out.exists()
        assert said.strip().splitlines()[-1] == "jpki-oracle: interrupted"
        assert running.returncode == 130


@pytest.mark.parametrize("command", ["synth", "audit"])
def test_a_disk_that_takes_no_more_is_a_clear_error_and_leaves_nothing(tmp_path, command):
    file, out = tmp_path / "register.parquet", tmp_path / "out"
    out.mkdir()
    run("synth", file, "--rows", 20_000, expect=0)
    arguments = {
        "synth": ["synth", out / "other.parquet"],
        "audit": ["audit", file, "--add", "all", "--out", out],
    }
    finished = subprocess.run(
        [*COMMAND, *map(str, arguments[command])],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert finished.returncode == 2
    assert len(finished.stderr.strip().splitlines()) == 1
    assert "File too large" in finished.stderr
    assert "exception" not in finished.stderr
    assert list(out.iterdir()) == []


def test_memory_does_not_grow_with_the_rows(tmp_path, register):
    """Eight million rows are more than a gigabyte when all are in memory; an audit takes some megabytes more."""

    def most_memory(copies):
        folder = tmp_path / str(copies)
        folder.mkdir()
        for number in range(copies):
            (folder / f"part-{number:03}.parquet").hardlink_to(register)
        running = subprocess.Popen(
            [*COMMAND, "audit", folder, "--memory", "1GB", "--out", tmp_path / f"out-{copies}"],
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        assert running.returncode == 0
        return used.ru_maxrss * 1024

    assert most_memory(400) - most_memory(4) < 100_000_000
