"""Each command: what it prints, where, and how it ends."""

import importlib.metadata
import json
import tomllib
from datetime import date
from xml.etree import ElementTree

import pytest

COMMANDS = (
    [],
    ["certify"],
    ["answer"],
    ["timeline"],
    ["find"],
    ["prove"],
    ["diff"],
    ["rules"],
    ["clauses"],
    ["readings"],
    ["editions"],
    ["properties"],
    ["suite"],
    ["suite", "build"],
    ["suite", "show"],
    ["doctor"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_printed_for_every_command(main, command):
    done = main(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")
    assert "\x1b" not in done.stdout


def test_the_version_is_that_of_the_package(jpki):
    done = jpki("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"jpki-oracle {importlib.metadata.version('jpki-oracle')}\n"


class TestAnswer:
    @pytest.fixture
    def content(self, main, leapling):
        done = main("answer", leapling, "--on", "2025-03-01", "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    def test_json_has_the_documented_keys(self, content):
        assert {"edition", "readings", "outputs", "because"} <= set(content)
        assert (content["edition"], content["readings"]) == ("2024-05-27", {})
        for name, value in {
            "card_expires": "2030-02-28",
            "signature_expires": "2025-02-28",
            "authentication_renewable_from": "2024-11-29",
            "card_lapses": None,
            "card_ends": "2030-02-28",
            "age": 28,
            "card_state": "valid",
            "signature_state": "expired",
            "authentication_state": "expired",
        }.items():
            assert content["outputs"][name] == value
        assert {"output", "rule", "value", "clauses"} <= set(content["because"][0])

    def test_text_tells_the_day_the_rule_and_the_clause(self, jpki, leapling):
        done = jpki("answer", leapling)
        assert (done.returncode, done.stderr) == (0, "")
        for part in ("card_expires = 2030-02-28", "validity.card-birthday", "ordinance-card-leap-birthday"):
            assert part in done.stdout
        assert "card_state" not in done.stdout

    def test_a_reading_and_an_edition_are_used(self, main, leapling):
        options = ["--edition", "mic-2017", "--reading", "leap-birthday-card=march-1", "--format", "json"]
        content = json.loads(main("answer", leapling, *options).stdout)
        assert (content["edition"], content["readings"]) == ("mic-2017", {"leap-birthday-card": "march-1"})
        assert content["outputs"]["card_expires"] == "2030-03-01"

    def test_it_speaks_japanese(self, main, leapling):
        done = main("answer", leapling, "--lang", "ja")
        assert done.returncode == 0
        assert "カードの有効期間が満了する日" in done.stdout

    def test_it_speaks_the_language_of_the_locale(self, jpki, leapling):
        assert "カードの有効期間が満了する日" in jpki("answer", leapling, LANG="ja_JP.UTF-8").stdout

    def test_a_life_without_dates_has_an_answer(self, main, tmp_path):
        file = tmp_path / "nobody.json"
        file.write_text("{}")
        content = json.loads(main("answer", file, "--on", "2024-01-01", "--format", "json").stdout)
        assert content["outputs"]["card_expires"] is None
        assert content["outputs"]["card_state"] == "not_yet"


class TestTimeline:
    def test_the_spans_are_told_and_drawn(self, jpki, leapling, tmp_path):
        done = jpki("timeline", leapling, "--svg", tmp_path / "life.svg", "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        spans = {(s["item"], s["state"]): (s["from"], s["to"]) for s in json.loads(done.stdout)["spans"]}
        assert spans["card", "valid"] == ("2020-06-01", "2030-02-28")
        assert spans["signature", "valid"] == ("2020-06-01", "2025-02-28")
        assert spans["signature", "expired"][0] == "2025-03-01"
        assert ElementTree.parse(tmp_path / "life.svg").getroot().tag.endswith("svg")

    def test_markdown_is_a_table(self, main, leapling):
        lines = main("timeline", leapling, "--format", "markdown").stdout.splitlines()
        assert any(line.startswith("|--") for line in lines)


class TestFind:
    """Exit 0 with a life, 1 with a proof that there is none."""

    def test_what_it_prints_is_a_life_that_answer_reads(self, jpki, tmp_path):
        done = jpki("find", "signature_expires > card_expires", "--edition", "mic-2017")
        assert (done.returncode, done.stderr) == (0, "")
        file = tmp_path / "found.toml"
        file.write_text(done.stdout, encoding="utf-8")
        answer = jpki("answer", file, "--edition", "mic-2017", "--format", "json")
        assert answer.returncode == 0
        outputs = json.loads(answer.stdout)["outputs"]
        assert date.fromisoformat(outputs["signature_expires"]) > date.fromisoformat(outputs["card_expires"])

    def test_a_plain_age_is_found(self, main):
        done = main("find", "age < 18")
        assert (done.returncode, done.stderr) == (0, "")
        assert set(tomllib.loads(done.stdout)) == {"birth", "card_issued"}

    def test_that_there_is_none_is_proven(self, main):
        done = main("find", "died < birth")
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.startswith("Proven: there is no such life")
        assert "nothing comes before birth" in done.stdout

    def test_the_question_is_written_as_smt_lib(self, main, tmp_path):
        done = main(
            "find", "died < birth", "--any-life", "--smt", tmp_path / "question.smt2", "--format", "json"
        )
        assert done.returncode == 0
        assert json.loads(done.stdout)["result"] == "found"
        text = (tmp_path / "question.smt2").read_text(encoding="utf-8")
        assert "(set-logic QF_BV)" in text
        assert text.rstrip().endswith("(check-sat)")


class TestProve:
    """Exit 0 with a proof, 1 with a life against it."""

    def test_a_proof(self, jpki):
        done = jpki("prove", "authentication_expires <= card_expires")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Proven: it holds for every life\n")

    def test_a_proof_that_says_nothing_says_so(self, main):
        done = main("prove", "card_issued < birth if died < birth else True", "--format", "json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["vacuous"] == "no-premise"

    def test_a_counterexample(self, main):
        done = main("prove", "authentication_expires <= card_expires", "-e", "mic-2017")
        assert (done.returncode, done.stderr) == (1, "")
        assert "authentication_issued" in tomllib.loads(done.stdout)


class TestDiff:
    """Exit 1 where there are differences, 0 where there are none."""

    def test_differences(self, main):
        done = main("diff", "2016-01-01", "2022-04-01", "--output", "card_expires", "--format", "json")
        assert (done.returncode, done.stderr) == (1, "")
        (difference,) = json.loads(done.stdout)["differences"]
        assert [kind["rule"] for kind in difference["kinds"]] == ["validity.adult"]

    def test_a_reading(self, main):
        readings = ("2024-05-27", "2024-05-27,leap-birthday-certificate=march-1")
        done = main("diff", *readings, "--output", "authentication_expires")
        assert done.returncode == 1
        assert "02-29" in done.stdout

    def test_none(self, jpki):
        done = jpki("diff", "2022-04-01", "2024-05-27", "--output", "card_expires")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "Proven equal: card_expires\n"


class TestSpecification:
    @pytest.mark.parametrize("command", ["rules", "clauses", "readings", "editions"])
    def test_a_table_as_json(self, main, command):
        done = main(command, "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert len(json.loads(done.stdout)) >= 5

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            (["rules", "validity.card-birthday"], "ordinance-card-leap-birthday"),
            (["clauses", "ordinance-card-leap-birthday"], "validity.card-birthday"),
            (["readings", "leap-birthday-certificate"], "march-1"),
            (["editions", "2022-04-01"], "adult_age"),
        ],
    )
    def test_one_entry_in_full(self, main, arguments, part):
        done = main(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert part in done.stdout

    def test_a_property_is_proven(self, jpki):
        done = jpki("properties", "no-move-no-lapse", "-e", "mic-2017", "--format", "json")
        assert (done.returncode, done.stderr) == (0, "")
        (row,) = json.loads(done.stdout)
        assert (row["id"], row["result"]) == ("no-move-no-lapse", "proven")


def test_doctor_finds_what_is_required(jpki):
    done = jpki("doctor", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"Python", "z3-solver", "solver"} <= {row["part"] for row in json.loads(done.stdout)}


def test_the_shipped_suite_is_shown(main):
    done = main("suite", "show", "--pack", "number", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {row["pack"] for row in json.loads(done.stdout)} == {"number"}
