"""`certify` from outside: its options, its exit codes, and systems under test that misbehave."""

import csv
import json
import os
import pty
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from checkout import ROOT, environment
from jpki_oracle.scenarios.scenario import Scenario, write_suite
from sut_scripts import OTHERS, POISON, RIGHT, WRONG, id_of, program, suite, survivors

CONFORMING = "python:examples.sut.conforming.sut:Sut"
NUMBERS = (RIGHT, WRONG, POISON, *OTHERS)


@pytest.fixture
def acme(tmp_path):
    """The address of a system that is right, and the options that ask it for five numbers."""
    return [program(tmp_path / "acme"), "--suite", suite(tmp_path, *NUMBERS)]


@pytest.fixture
def liar(tmp_path):
    """The same, but a number of twelve zeros is denied."""
    return [program(tmp_path / "liar", "result = {'valid': False}"), "--suite", suite(tmp_path, *NUMBERS)]


class TestRun:
    def test_a_right_system(self, jpki, acme):
        done = jpki("certify", *acme)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == "All that was judged is right."

    def test_the_whole_shipped_suite_on_the_conforming_example(self, jpki):
        done = jpki("certify", CONFORMING, "--format", "json")
        content = json.loads(done.stdout)
        assert (done.returncode, done.stderr) == (0, "")
        assert {row["verdict"] for row in content["results"]} == {"pass"}
        assert set(content["counts"]) == {"validity", "status", "number"}

    def test_a_wrong_system(self, main, liar):
        done = main("certify", *liar)
        assert (done.returncode, done.stderr) == (1, "")
        assert "1. my_number: expected valid, observed not valid" in done.stdout
        assert "order-check-digit" in done.stdout

    def test_nothing_to_judge(self, main, acme):
        done = main("certify", acme[0], "--pack", "validity", "--only", "validity-6")
        assert done.returncode == 2
        assert done.stdout.splitlines()[-1] == "Nothing was judged."

    def test_plain_text_has_no_escape_sequences(self, main, liar):
        assert "\x1b" not in main("certify", *liar).stdout

    def test_markdown_is_a_table(self, main, acme):
        assert "| number" in main("certify", *acme, "--format", "markdown").stdout

    def test_it_speaks_japanese(self, main, acme):
        assert (
            main("certify", *acme, "--lang", "ja").stdout.splitlines()[-1] == "判定したものはすべて正しい。"
        )

    def test_an_edition_overrides_the_current_one(self, main, acme):
        assert "judged by edition mic-2017" in main("certify", *acme, "-e", "mic-2017").stdout


class TestChoice:
    def test_only_one_scenario(self, main, acme):
        done = main("certify", *acme, "--only", id_of(WRONG), "--format", "json")
        assert [row["id"] for row in json.loads(done.stdout)["results"]] == [id_of(WRONG)]

    def test_only_two_scenarios_by_the_beginning_of_their_ids(self, main, acme):
        chosen = sorted([id_of(WRONG), id_of(RIGHT)])
        done = main("certify", *acme, "--only", chosen[0][:14], "--only", chosen[1], "--format", "json")
        assert [row["id"] for row in json.loads(done.stdout)["results"]] == chosen

    def test_a_dry_run_prints_the_scenarios_and_starts_nothing(self, main, acme, tmp_path):
        done = main("certify", *acme, "--dry-run", "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert {row["id"] for row in json.loads(done.stdout)} == {id_of(number) for number in NUMBERS}
        assert not (tmp_path / "acme" / "pids").exists()


class TestRecord:
    """`--write-known` records, `--known` forgives exactly what is on record."""

    @pytest.fixture
    def known(self, main, liar, tmp_path):
        file = tmp_path / "known.txt"
        assert main("certify", *liar, "--write-known", file).returncode == 1
        return file

    def test_it_names_the_wrong_answer(self, known):
        assert known.read_text().splitlines()[1].startswith(f"{id_of(POISON)} fail my_number=no ")

    def test_what_is_on_record_is_forgiven(self, main, liar, known):
        done = main("certify", *liar, "--known", known)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == "Exactly the failures on record, and no other."

    def test_what_is_fixed_has_to_leave_the_record(self, main, acme, known):
        done = main("certify", *acme, "--known", known)
        assert done.returncode == 1
        assert "did not fail" in done.stdout


class TestStrict:
    @pytest.fixture
    def formula(self, tmp_path):
        """Denies a code by the unconfirmed formula, which a reading allows."""
        (tmp_path / "formula_sut.py").write_text(
            "class Sut:\n    def describe(self):\n"
            "        return {'protocol': 1, 'name': 'f', 'version': '1', 'capabilities': ['number']}\n"
            "    def number(self, resident_record_code):\n        return {'valid': False}\n"
        )
        params = {"resident_record_code": "24727059609"}  # eleven digits, wrong by the formula
        made = Scenario(
            "number", "resident_record_code", "number.resident-record-code", "zeros", number=params
        )
        (tmp_path / "suite.json").write_text(write_suite([made]))
        return ["python:formula_sut:Sut", "--suite", "suite.json"]

    @pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
    def test_acceptable_counts_as_wrong_if_strict(self, main, formula, tmp_path, options, code):
        done = main("certify", *formula, *options, cwd=tmp_path)
        assert done.returncode == code
        assert "resident-record-code-check = mod-11" in done.stdout

    def test_the_reading_that_is_given_makes_it_right(self, main, formula, tmp_path):
        reading = ["--reading", "resident-record-code-check=mod-11"]
        assert main("certify", *formula, "--strict", *reading, cwd=tmp_path).returncode == 0


class TestOut:
    @pytest.fixture
    def out(self, main, liar, tmp_path):
        done = main("certify", *liar, "--out", tmp_path / "out")
        assert done.returncode == 1
        assert done.stderr.startswith("Written: ")
        assert "Written" not in done.stdout
        return tmp_path / "out"

    def test_the_files_are_there_and_read(self, out):
        assert ElementTree.parse(out / "junit.xml").getroot().find("testsuite").get("failures") == "1"
        assert len(json.loads((out / "results.json").read_text())["results"]) == len(NUMBERS)
        with (out / "matrix.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(NUMBERS)
        assert sorted(file.name for file in out.iterdir()) == [
            "journal.ndjson",
            "junit.xml",
            "matrix.csv",
            "results.json",
        ]

    def test_a_second_run_writes_the_same_bytes(self, main, liar, out, tmp_path):
        main("certify", *liar, "--out", tmp_path / "again")
        for file in out.iterdir():
            assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()

    def test_the_journal_is_judged_again_without_the_system(self, main, liar, out):
        done = main("certify", f"journal:{out / 'journal.ndjson'}", *liar[1:], "--format", "json")
        assert done.returncode == 1
        replayed, first = json.loads(done.stdout), json.loads((out / "results.json").read_text())
        assert replayed["results"] == first["results"]

    def test_a_journal_can_be_judged_again_into_its_own_folder(self, main, liar, out):
        done = main("certify", f"journal:{out / 'journal.ndjson'}", *liar[1:], "--out", out)
        assert done.returncode == 1
        assert len((out / "journal.ndjson").read_text().splitlines()) == len(NUMBERS) + 2


class TestMisbehaviour:
    """A system that hangs, dies or babbles at one question: that one is inconclusive, the others are judged."""

    @pytest.mark.parametrize(
        ("poison", "reason"),
        [
            pytest.param("time.sleep(60)", "timeout: ", id="hangs"),
            pytest.param(
                "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "timeout: ", id="stubborn"
            ),
            pytest.param("sys.exit(3)", "exited: ", id="dies"),
            pytest.param("os.kill(os.getpid(), signal.SIGKILL)", "exited: ", id="is killed"),
            pytest.param("say('Traceback (most recent call last):'); continue", "not json: ", id="babbles"),
            pytest.param(
                'say(\'{"jsonrpc": "2.0", "id": 999, "result": {}}\'); continue', "wrong id: ", id="mixes"
            ),
            pytest.param("result = {'valid': 'yes'}", "wrong type: ", id="answers another type"),
            pytest.param("result = {}", "wrong type: ", id="says nothing"),
        ],
    )
    def test_at_one_question(self, main, tmp_path, poison, reason):
        options = ["--suite", suite(tmp_path, *NUMBERS), "--timeout", "0.5", "--format", "json"]
        done = main("certify", program(tmp_path / "acme", poison), *options)
        content = json.loads(done.stdout)
        verdicts = {row["id"]: row["verdict"] for row in content["results"]}
        (broken,) = [row for row in content["results"] if row["verdict"] != "pass"]
        assert done.returncode == 2
        assert verdicts == {id_of(n): "inconclusive" if n == POISON else "pass" for n in NUMBERS}
        assert (broken["id"], broken["reason"].startswith(reason)) == (id_of(POISON), True)
        assert survivors(tmp_path / "acme") == []

    @pytest.mark.parametrize("poison", ["time.sleep(60)", "sys.exit(3)", "say('hello'); continue"])
    def test_at_every_question_it_is_asked_three_times_only(self, main, tmp_path, poison):
        address = program(tmp_path / "acme", poison, when="number is not None")
        done = main(
            "certify", address, "--suite", suite(tmp_path, *NUMBERS), "--timeout", "0.5", "--format", "json"
        )
        reasons = [row["reason"] for row in json.loads(done.stdout)["results"]]
        assert done.returncode == 2
        assert sum(reason.startswith("not asked: ") for reason in reasons) == len(NUMBERS) - 3
        assert survivors(tmp_path / "acme") == []

    def test_before_it_has_described_itself(self, jpki, tmp_path):
        address = program(tmp_path / "acme", "sys.exit(3)", when="True")
        options = ["--suite", suite(tmp_path, *NUMBERS), "--out", tmp_path / "out", "--timeout", "0.5"]
        done = jpki("certify", address, *options)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "could not be judged" in done.stdout
        assert "exited with code 3" in done.stdout
        assert (
            ElementTree.parse(tmp_path / "out" / "junit.xml").getroot().find("testsuite").get("errors") == "1"
        )
        assert survivors(tmp_path / "acme") == []

    def test_a_program_that_does_not_exist(self, main):
        done = main("certify", "stdio:/no/such/program")
        assert (done.returncode, done.stderr) == (2, "")
        assert "cannot be started" in done.stdout


class TestTerminal:
    """A bar on stderr while a run takes its time, on a terminal only; its colours honour NO_COLOR."""

    def on_terminal(self, tmp_path, **variables):
        address = program(tmp_path / "acme", each="time.sleep(0.4)")
        command = [sys.executable, "-m", "jpki_oracle.cli", "certify", address]
        command += ["--suite", str(suite(tmp_path, *NUMBERS))]
        reader, writer = pty.openpty()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(TERM="xterm", **variables),
            stdout=subprocess.PIPE,
            stderr=writer,
        )
        os.close(writer)
        stdout, _ = child.communicate(timeout=30)
        shown = b""
        while chunk := _read(reader):
            shown += chunk
        os.close(reader)
        assert child.returncode == 0
        return stdout.decode(), shown.decode()

    def test_the_bar_stays_out_of_stdout(self, tmp_path):
        stdout, stderr = self.on_terminal(tmp_path)
        assert "\x1b" not in stdout
        assert "number" in stderr

    def test_it_has_no_colour_under_no_color(self, tmp_path):
        _, stderr = self.on_terminal(tmp_path, NO_COLOR="1")
        assert re.findall(r"\x1b\[[0-9;]*(?:3[0-7]|38;[0-9;]*|9[0-7])m", stderr) == []


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # on Linux the end of a terminal is an error
        return b""
