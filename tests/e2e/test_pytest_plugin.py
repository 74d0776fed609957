"""The pytest plugin, in projects of vendors: pytest is run as they run it, in a folder of its own."""

import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from checkout import environment
from jpki_model.life import life
from jpki_oracle.scenarios.scenario import Scenario, write_suite
from sut_scripts import OTHERS, POISON, RIGHT, WRONG, id_of, pids, program, survivors

Run = subprocess.CompletedProcess[str]

SYSTEMS = '''
def valid(text):
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(text[11 - n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    return int(text[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


class Numbers:
    """Right about My Numbers, and silent about anything else."""

    edition = "2024-05-27"

    def __init__(self):
        import os
        with open("started", "a") as file:
            file.write(f"{os.getpid()}\\n")

    def describe(self):
        names = ["validity", "status", "number"]
        capabilities = [name for name in names if hasattr(self, name)]
        return {"protocol": 1, "name": "acme", "version": "1", "capabilities": capabilities, "edition": self.edition}

    def number(self, number=None, resident_record_code=""):
        if number is None:
            code = resident_record_code
            return {"valid": len(code) == 11 and code.isascii() and code.isdigit()}
        return {"valid": valid(number)}


class Credulous(Numbers):
    def number(self, number):
        return {"valid": True}


class Raising(Numbers):
    def number(self, number):
        raise KeyError("no numbers today")


class Mute:
    pass


class March(Numbers):
    """Puts a leapling's birthday on 1 March, where certificates are concerned: a reading that is open."""

    def validity(self, life):
        return {
            "card_expires": "2030-02-28",
            "signature_expires": "2025-03-01",
            "authentication_expires": "2025-03-01",
            "card_renewable_from": "2029-11-29",
            "signature_renewable_from": "2024-12-02",
            "authentication_renewable_from": "2024-12-02",
        }


class Early(March):
    """Ends the card one day early."""

    def validity(self, life):
        return {"card_expires": "2030-02-27"}


class Unheard(Numbers):
    edition = "1999-01-01"
'''

LEAPLING = life(
    dict.fromkeys(("card_issued", "signature_issued", "authentication_issued"), "2020-06-01")
).replace(birth="1992-02-29")
"""Ends by hand: the tenth birthday after 1 June 2020 is 28 February 2030, the fifth 28 February 2025."""
CARD = Scenario("validity", "card_expires", "validity.card-birthday", "leap-year", life=LEAPLING)
CERTIFICATE = Scenario(
    "validity", "signature_expires", "validity.certificate-birthday", "leap-year", life=LEAPLING
)


def asking(*numbers: str) -> list[Scenario]:
    return [
        Scenario("number", "my_number", "number.my-number", "zeros", number={"number": each})
        for each in numbers
    ]


@pytest.fixture
def vendor(tmp_path: Path) -> Callable[..., Run]:
    """Runs pytest in a vendor's folder, which has `systems.py` and `suite.json` and nothing else."""
    (tmp_path / "systems.py").write_text(SYSTEMS, encoding="utf-8")
    write(tmp_path, *asking(RIGHT, WRONG, POISON))

    def run(*arguments: str, sut: str | None = None, suite: str | None = "suite.json") -> Run:
        options = [f"--jpki-sut=python:systems:{sut}"] if sut else []
        options += [f"--jpki-suite={suite}"] if suite else []
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:benchmark",
            "-p",
            "no:schemathesis",
            *options,
            *arguments,
        ]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(COLUMNS="200"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def write(folder: Path, *scenarios: Scenario) -> None:
    (folder / "suite.json").write_text(write_suite(scenarios), encoding="utf-8")


def node(number: str) -> str:
    return f"jpki::{id_of(number)}"


def counted(done: Run) -> str:
    """The last line of pytest, without the time."""
    last = (done.stdout.strip().splitlines() or [done.stderr])[-1]
    return last.strip("= ").partition(" in ")[0]


class TestItems:
    def test_an_empty_folder_has_one_item_a_scenario(self, vendor):
        done = vendor(sut="Numbers")
        assert (done.returncode, counted(done)) == (0, "3 passed")

    def test_the_id_of_an_item_is_that_of_its_scenario(self, vendor):
        done = vendor("--collect-only", "-q", sut="Numbers")
        collected = {line for line in done.stdout.splitlines() if line.startswith("jpki::")}
        assert collected == {node(RIGHT), node(WRONG), node(POISON)}
        digest = sha256(f'{{"number": "{RIGHT}"}}'.encode()).hexdigest()
        assert node(RIGHT) == f"jpki::number-{digest[:10]}"

    def test_without_a_system_there_are_none(self, vendor):
        done = vendor(suite=None)
        assert (done.returncode, counted(done)) == (5, "no tests ran")

    def test_they_stand_beside_the_tests_of_the_vendor(self, vendor, tmp_path):
        (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
        done = vendor("-v", sut="Numbers")
        assert (done.returncode, counted(done)) == (0, "4 passed")
        assert "test_own.py::test_own PASSED" in done.stdout
        assert f"{node(RIGHT)} PASSED" in done.stdout

    def test_the_shipped_suites_are_asked_where_none_is_named(self, vendor):
        done = vendor("--jpki-pack=number", sut="Numbers", suite=None)
        number, passed = counted(done).split()
        assert (done.returncode, passed) == (0, "passed")
        assert int(number) > 80

    def test_scenarios_of_another_edition_are_left_out(self, vendor, tmp_path):
        foreign = Scenario(
            "validity",
            "card_expires",
            "validity.card-birthday",
            "leap-year",
            LEAPLING,
            editions=("mic-2017",),
        )
        write(tmp_path, *asking(RIGHT), foreign)
        assert counted(vendor(sut="Numbers")) == "1 passed"
        assert counted(vendor("--jpki-edition=mic-2017", sut="Numbers")) == "1 passed, 1 skipped"

    def test_the_system_over_stdio_is_let_go(self, vendor, tmp_path):
        """Even one that stays when nobody asks any more."""
        address = program(tmp_path / "sut")
        script = tmp_path / "sut" / "sut.py"
        script.write_text(script.read_text().replace("sys.exit(0)", "time.sleep(100)"), encoding="utf-8")
        done = vendor(f"--jpki-sut={address}")
        assert (done.returncode, counted(done)) == (0, "3 passed")
        assert len(pids(tmp_path / "sut")) == 2
        assert survivors(tmp_path / "sut") == []


class TestVerdicts:
    def test_a_failure_is_told_in_words(self, vendor):
        done = vendor(sut="Credulous")
        assert (done.returncode, counted(done)) == (1, "1 failed, 2 passed")
        for words in (
            "my_number: expected not valid, observed valid",
            f"   asked        number '{WRONG}'",
            "   effect       a wrong number is accepted",
            "   because      number.my-number: ",
            "   clause       order-check-digit (",
            f"FAILED {node(WRONG)} - Failed: my_number: expected not valid, observed valid",
        ):
            assert words in done.stdout
        assert "pytest_scenarios" not in done.stdout

    def test_of_a_life_too(self, vendor, tmp_path):
        write(tmp_path, CARD)
        done = vendor(sut="Early")
        assert done.returncode == 1
        for words in (
            "card_expires: expected 2030-02-28, observed 2030-02-27",
            "asked        birth 1992-02-29, card_issued 2020-06-01, signature_issued",
            "something valid is refused from 2030-02-28 to 2030-02-28",
            "validity.card-birthday: The birthday that ends the card",
        ):
            assert words in done.stdout

    def test_right_under_another_reading_passes_unless_strict(self, vendor, tmp_path):
        write(tmp_path, CERTIFICATE)
        assert counted(vendor(sut="March")) == "1 passed"
        strict = vendor("--jpki-strict", sut="March")
        assert (strict.returncode, counted(strict)) == (1, "1 failed")
        assert "right if     leap-birthday-certificate = march-1" in strict.stdout
        named = vendor("--jpki-strict", "--jpki-reading=leap-birthday-certificate=march-1", sut="March")
        assert counted(named) == "1 passed"

    def test_what_is_not_claimed_is_skipped_with_its_reason(self, vendor, tmp_path):
        write(tmp_path, *asking(RIGHT), CARD)
        done = vendor("-rs", sut="Numbers")
        assert (done.returncode, counted(done)) == (0, "1 passed, 1 skipped")
        assert "the system does not claim the capability validity" in done.stdout

    def test_what_is_not_answered_is_skipped_with_its_reason(self, vendor, tmp_path):
        write(tmp_path, CERTIFICATE)
        (tmp_path / "systems.py").write_text(SYSTEMS.replace("2030-02-27", "2030-02-28"), encoding="utf-8")
        done = vendor("-rs", sut="Early")
        assert counted(done) == "1 skipped"
        assert "it does not answer signature_expires, which this scenario is about" in done.stdout

    def test_what_could_not_be_judged_is_an_error_that_says_so(self, vendor):
        done = vendor(sut="Raising")
        assert (done.returncode, counted(done)) == (1, "3 errors")
        assert "inconclusive: raised: question 2 (number): raised KeyError: " in done.stdout
        assert f"asked        number '{RIGHT}'" in done.stdout
        assert f"ERROR {node(RIGHT)} - Failed: inconclusive: raised" in done.stdout
        assert "pytest_scenarios" not in done.stdout

    @pytest.mark.parametrize(
        ("system", "why"), [("Mute", "has no method describe"), ("Unheard", "unknown edition")]
    )
    def test_a_system_that_cannot_start_is_told_once(self, vendor, system, why):
        done = vendor(sut=system)
        assert (done.returncode, counted(done)) == (1, "2 skipped, 1 error")
        assert f"python:systems:{system} could not be judged: " in done.stdout
        assert why in done.stdout

    def test_the_verdict_stands_in_the_xml(self, vendor, tmp_path):
        vendor("--junitxml=out.xml", sut="Credulous")
        root = ElementTree.parse(tmp_path / "out.xml")
        verdicts = sorted(each.get("value") for each in root.iter("property"))
        assert verdicts == ["fail", "pass", "pass"]
        (failure,) = root.iter("failure")
        assert "expected not valid, observed valid" in failure.get("message", "")


class TestSelection:
    def test_by_id(self, vendor):
        done = vendor(node(WRONG), sut="Credulous")
        assert (done.returncode, counted(done)) == (1, "1 failed")

    def test_by_id_beside_a_file(self, vendor, tmp_path):
        (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
        assert counted(vendor(node(RIGHT), sut="Numbers")) == "1 passed"
        assert counted(vendor(node(RIGHT), "test_own.py", sut="Numbers")) == "2 passed"

    def test_all_of_them(self, vendor, tmp_path):
        (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
        assert counted(vendor("jpki", sut="Numbers")) == "3 passed"

    def test_by_k(self, vendor):
        done = vendor("-k", id_of(POISON), sut="Numbers")
        assert counted(done) == "1 passed, 2 deselected"
        assert "collected 3 items / 2 deselected / 1 selected" in done.stdout

    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_in_workers_of_which_each_has_a_session(self, vendor, tmp_path, workers):
        write(tmp_path, *asking(RIGHT, WRONG, POISON, *OTHERS))
        done = vendor("-n", workers, sut="Numbers")
        assert (done.returncode, counted(done)) == (0, "5 passed")
        started = (tmp_path / "started").read_text().split()
        assert len(started) == len(set(started)) == int(workers)

    def test_by_id_in_workers(self, vendor):
        assert counted(vendor("-n", "2", node(RIGHT), node(WRONG), sut="Numbers")) == "2 passed"

    def test_a_batch_is_the_same_whatever_is_selected(self, vendor, tmp_path):
        vendor("--jpki-sut=batch:lab", "-k", "nothing")
        vendor("--jpki-sut=batch:lab", node(RIGHT))
        questions = (tmp_path / "lab" / "questions.ndjson").read_text().splitlines()
        assert len(questions) == 4


class TestFixtures:
    def test_a_test_runs_once_a_scenario(self, vendor, tmp_path):
        write(tmp_path, CARD, *asking(RIGHT))
        (tmp_path / "test_own.py").write_text(
            "from datetime import date\n"
            "def test_own(jpki_scenario):\n"
            "    if jpki_scenario.pack == 'number':\n"
            f"        assert jpki_scenario.id == '{id_of(RIGHT)}'\n"
            f"        assert jpki_scenario.question == {{'number': '{RIGHT}'}}\n"
            "        assert jpki_scenario.expected == {'my_number': True}\n"
            "    else:\n"
            "        assert jpki_scenario.about == 'card_expires'\n"
            "        assert jpki_scenario.question['life']['birth'] == '1992-02-29'\n"
            "        assert jpki_scenario.expected['card_expires'] == date(2030, 2, 28)\n",
            encoding="utf-8",
        )
        done = vendor("-v")
        assert (done.returncode, counted(done)) == (0, "2 passed")
        assert f"test_own.py::test_own[{id_of(RIGHT)}] PASSED" in done.stdout

    def test_what_is_expected_hangs_on_the_options(self, vendor, tmp_path):
        write(tmp_path, CERTIFICATE)
        (tmp_path / "test_own.py").write_text(
            "def test_own(jpki_scenario):\n"
            "    assert str(jpki_scenario.expected['signature_expires']) == '2025-03-01'\n",
            encoding="utf-8",
        )
        assert counted(vendor("-q")) == "1 failed"
        assert counted(vendor("--jpki-reading=leap-birthday-certificate=march-1")) == "1 passed"

    def test_the_session_asks_the_system(self, vendor, tmp_path):
        (tmp_path / "test_own.py").write_text(
            "def test_own(jpki_session):\n"
            f"    assert jpki_session.ask('number', {{'number': '{RIGHT}'}}).result == {{'valid': True}}\n",
            encoding="utf-8",
        )
        done = vendor(sut="Numbers")
        assert (done.returncode, counted(done)) == (0, "4 passed")
        assert len((tmp_path / "started").read_text().split()) == 1

    def test_a_session_without_a_system_says_what_to_do(self, vendor, tmp_path):
        (tmp_path / "test_own.py").write_text("def test_own(jpki_session):\n    pass\n", encoding="utf-8")
        done = vendor(suite=None)
        assert (done.returncode, counted(done)) == (1, "1 error")
        assert "jpki_session needs a system to talk to: state one by --jpki-sut ADDRESS" in done.stdout
        assert "Traceback" not in done.stdout


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["--jpki-sut=acme"], "--jpki-sut: 'acme' is not the address of a system under test"),
            (["--jpki-sut=journal:none"], "--jpki-sut: none: No such file"),
            (["--jpki-sut=python:systems:Numbers", "--jpki-edition=2023"], "unknown edition '2023'"),
            (["--jpki-edition=2023"], "unknown edition '2023'"),
            (["--jpki-reading=x"], "--jpki-reading: a reading is written QUESTION=ANSWER"),
            (
                ["--jpki-sut=python:systems:Numbers", "--jpki-reading=x=y"],
                "--jpki-reading: unknown reading 'x'",
            ),
            (["--jpki-pack=tarot"], "--jpki-pack: no pack 'tarot'; there are validity, status, number"),
            (["--jpki-suite=none.json"], "--jpki-suite: none.json: No such file"),
            (["--jpki-suite=systems.py"], "--jpki-suite: systems.py: Expecting value"),
            (["--jpki-sut=python:systems:Numbers", "jpki::number-0"], "no scenario 'number-0' among those"),
            (["--jpki-sut=batch:folder", "-n", "1"], "--jpki-sut: the workers of xdist cannot share"),
        ],
    )
    def test_bad_input_is_one_line_and_4(self, vendor, arguments, line):
        done = vendor(*arguments, suite=None)
        assert done.returncode == 4
        (told,) = [each for each in done.stderr.splitlines() if each]
        assert told.startswith("ERROR: ")
        assert line in told
        assert "Traceback" not in done.stdout + done.stderr

    def test_ids_of_scenarios_mean_nothing_without_a_system(self, vendor):
        done = vendor(node(RIGHT), suite=None)
        assert done.returncode == 4
        assert "file or directory not found: jpki::" in done.stderr

    def test_the_options_are_explained(self, vendor):
        shown = vendor("--help", suite=None).stdout
        for option in (
            "--jpki-sut",
            "--jpki-edition",
            "--jpki-reading",
            "--jpki-pack",
            "--jpki-suite",
            "--jpki-strict",
        ):
            assert option in shown


def test_a_project_that_does_not_use_it_pays_nothing(tmp_path):
    """The plugin is there, and neither the solver nor anything else of the oracle has been imported for it."""
    (tmp_path / "test_own.py").write_text(
        "import sys\n"
        "def test_own(pytestconfig):\n"
        "    assert pytestconfig.pluginmanager.has_plugin('jpki_oracle')\n"
        "    ours = {n for n in sys.modules if n.startswith(('jpki_', 'z3', 'pydantic', 'hypothesis.strategies'))}\n"
        "    assert ours == {'jpki_oracle', 'jpki_oracle.pytest_plugin'}\n",
        encoding="utf-8",
    )
    others = [f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "schemathesis", "anyio")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *others],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, counted(done)) == (0, "1 passed"), done.stdout
