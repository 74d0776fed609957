"""Bad input ends in exactly one line on stderr, nothing on stdout, and exit code 2; never in a traceback."""

import json
from hashlib import sha256

import pytest

SUITE_HEAD = '{"format": "jpki-oracle-suite", "version": 2, "count": 1, "scenarios": ['


@pytest.fixture
def folder(tmp_path):
    """A folder of files to fail on."""
    files = {
        "good.toml": "birth = 1992-02-29\ncard_issued = 2020-06-01\n",
        "impossible.toml": "birth = 1992-02-29\ndied = 1991-01-01\n",
        "day.toml": "birth = 1993-02-29\n",
        "field.toml": "birht = 1992-02-29\n",
        "choice.toml": "residence = 'alien'\n",
        "broken.toml": "birth = = 3\n",
        "type.toml": "birth = 3\n",
        "late.toml": "birth = 2395-01-01\ncard_issued = 2399-01-01\n",
        "list.json": "[]",
        "deep.json": "[" * 100_000,
        "life.txt": "birth = 1992-02-29\n",
        "latin.toml": b"# \xe9\n",
        "suite.json": "{}",
        "number.json": SUITE_HEAD + "3]}",
        "known.txt": "# a title\nvalidity-0123456789 wrong\n",
        "journal.ndjson": "not a journal\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def line_of(done) -> str:
    """The one line with which a command has failed."""
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("jpki-oracle: ")
    return done.stderr


@pytest.fixture
def refused(main, folder):
    """Runs a command that must fail, and gives its one line."""
    return lambda *arguments: line_of(main(*arguments, cwd=folder))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["answer", "good.toml", "-e", "2025"], "unknown edition '2025'", id="edition"),
        pytest.param(["answer", "good.toml", "-r", "leap=x"], "unknown reading 'leap'", id="reading"),
        pytest.param(
            ["suite", "build", "nowhere/suite.json"],
            "nowhere/suite.json: there is no folder nowhere",
            id="folder of a suite",
        ),
        pytest.param(
            ["find", "card_expires == birth", "--smt", "nowhere/x.smt2"],
            " nowhere/x.smt2: No such file or directory",
            id="folder of a file",
        ),
        pytest.param(
            ["answer", "good.toml", "-r", "age-attained=x"], "no answer 'x'", id="answer of a reading"
        ),
        pytest.param(
            ["answer", "good.toml", "-r", "age-attained"], "QUESTION=ANSWER", id="reading without an answer"
        ),
        pytest.param(
            ["answer", "good.toml", "-r", "move-limbs=both"], "settles 'move-limbs'", id="settled reading"
        ),
        pytest.param(
            ["answer", "good.toml", "--on", "2023-02-29"], "--on: 2023-02-29 does not exist", id="day"
        ),
        pytest.param(
            ["answer", "good.toml", "--on", "2500-01-01"], "outside of the calendar", id="distant day"
        ),
        pytest.param(["answer", "good.toml", "--format", "xml"], "xml", id="format"),
        pytest.param(["answer", "good.toml", "--lang", "fr"], "fr", id="language"),
        pytest.param(["answer", "missing.toml"], "missing.toml: No such file", id="missing file"),
        pytest.param(["answer", "."], "Is a directory", id="folder"),
        pytest.param(["answer", "life.txt"], "a life is a .toml, .json or .csv file", id="ending"),
        pytest.param(["answer", "impossible.toml"], "died: 1991-01-01 is before birth", id="impossible life"),
        pytest.param(["answer", "day.toml"], "day.toml", id="day that does not exist"),
        pytest.param(["answer", "field.toml"], "did you mean 'birth'?", id="field"),
        pytest.param(["answer", "choice.toml"], "'alien' is not one of citizen", id="choice"),
        pytest.param(["answer", "broken.toml"], "broken.toml", id="broken TOML"),
        pytest.param(["answer", "type.toml"], "birth: 3 is not a date", id="type"),
        pytest.param(["answer", "late.toml"], "outside of the calendar", id="life beyond the calendar"),
        pytest.param(["answer", "list.json"], "expected one life, found 0", id="no life"),
        pytest.param(["answer", "deep.json"], "deep.json", id="deep JSON"),
        pytest.param(["answer", "latin.toml"], "not UTF-8", id="encoding"),
        pytest.param(["timeline", "good.toml", "--svg", "no/such/life.svg"], "No such file", id="picture"),
        pytest.param(["find", "birht < died"], "did you mean birth?", id="name in a predicate"),
        pytest.param(["find", "__import__('os')"], "is not in the language", id="call in a predicate"),
        pytest.param(
            ["find", "residence == correction"], "residence == correction", id="kinds in a predicate"
        ),
        pytest.param(["find", "not " * 900 + "birth < died"], "jpki-oracle: ", id="deep predicate"),
        pytest.param(["find", "died < birth", "--smt", "no/such.smt2"], "No such file", id="SMT-LIB file"),
        pytest.param(
            ["diff", "2016-01-01", "2023-04-01"], "unknown edition '2023-04-01'", id="edition of diff"
        ),
        pytest.param(
            ["diff", "2016-01-01", "2022-04-01", "--output", "x"], "no output 'x'", id="output of diff"
        ),
        pytest.param(["rules", "validity.cart"], "no rule 'validity.cart'", id="rule"),
        pytest.param(["clauses", "--source", "rumour"], "no source 'rumour'", id="source"),
        pytest.param(["properties", "nice"], "no propert", id="property"),
        pytest.param(["suite", "show", "suite.json"], "not a suite", id="suite"),
        pytest.param(["suite", "show", "number.json"], "scenario 1", id="scenario of a suite"),
        pytest.param(["certify", "my_sut.py"], "is not the address of a system under test", id="address"),
        pytest.param(["certify", "stdio:cat", "-p", "telepathy"], "no pack 'telepathy'", id="pack"),
        pytest.param(["certify", "stdio:cat", "--only", "xyz"], "no scenario has such an id", id="scenario"),
        pytest.param(["certify", "stdio:cat", "--timeout", "0"], "timeout", id="timeout"),
        pytest.param(
            ["certify", "stdio:cat", "-e", "2025"], "unknown edition '2025'", id="edition of certify"
        ),
        pytest.param(["certify", "stdio:cat", "--known", "known.txt"], "known.txt:2: ", id="record"),
        pytest.param(["certify", "journal:journal.ndjson"], "journal.ndjson:1: ", id="journal"),
        pytest.param(["certify", "stdio:cat", "--out", "good.toml"], "good.toml", id="folder for reports"),
        *(
            pytest.param(
                ["certify", address, "--pack", pack, "--out", "good.toml"],
                "good.toml",
                id=f"folder of {pack}",
            )
            for address, pack in (
                ("issue:", "issue"),
                ("verifier:", "verifier"),
                ("authority:", "authority"),
                ("stdio:cat", "services"),
            )
        ),
        *(
            pytest.param(
                ["certify", "stdio:cat", "--pack", pack, "--known", "known.txt"],
                "known.txt:2: ",
                id=f"record of {pack}",
            )
            for pack in ("issue", "verifier", "authority", "services")
        ),
        pytest.param(["certify"], "(see `jpki-oracle --help`)", id="missing argument"),
        pytest.param(["frobnicate"], "frobnicate", id="command"),
        pytest.param(["answer", "good.toml", "--frobnicate"], "--frobnicate", id="option"),
    ],
)
def test_it_is_told_in_one_line(refused, arguments, words):
    assert words in refused(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["answer", "good.toml", "-e", "2025"],
        ["answer", "impossible.toml"],
        ["answer", "deep.json"],
        ["find", "residence == correction"],
        ["certify", "my_sut.py"],
        ["frobnicate"],
    ],
    ids=" ".join,
)
def test_it_is_so_for_a_process_of_its_own(jpki, folder, arguments):
    line_of(jpki(*arguments, cwd=folder))


class TestOddSuite:
    """A suite of somebody else, whose questions cannot be asked or shown."""

    @pytest.fixture
    def write(self, folder):
        def write(edge: str, params: dict[str, str]) -> str:
            id = f"number-{sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:10]}"
            row = {
                "id": id,
                "pack": "number",
                "outcome": "my_number",
                "rule": "number.my-number",
                "edge": edge,
            }
            (folder / "odd.json").write_text(SUITE_HEAD + json.dumps({**row, "params": params}) + "]}")
            return "odd.json"

        return write

    def test_an_edge_that_nobody_knows(self, refused, write):
        refused("suite", "show", write("cliff|1", {"number": "1"}))

    @pytest.mark.parametrize("params", [{"passport": "1"}, {}, {"number": "1", "resident_record_code": "2"}])
    def test_parameters_that_nobody_knows(self, refused, write, params, folder):
        (folder / "odd_sut.py").write_text(SYSTEM.format(capabilities=["number"], edition="2024-05-27"))
        refused("certify", "python:odd_sut:Sut", "--suite", write("zeros", params))


SYSTEM = """
class Sut:
    def describe(self):
        claims = {{"capabilities": {capabilities}, "edition": "{edition}"}}
        return {{"protocol": 1, "name": "acme", "version": "1", **claims}}
"""


def test_an_edition_that_the_system_claims_wrongly(refused, folder):
    (folder / "claiming_sut.py").write_text(SYSTEM.format(capabilities=[], edition="2025"))
    assert "unknown edition '2025'" in refused("certify", "python:claiming_sut:Sut")
