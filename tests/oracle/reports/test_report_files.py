"""The files of a run: JUnit for build servers, JSON for programs, the matrix for laboratories, the journal for all."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jpki_oracle.campaign import Judged, Plan, run
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.known import KnownFailures, Standing, known_text
from jpki_oracle.reports.files import FileReports, junit_xml, matrix_csv, results_json
from jpki_oracle.scenarios.scenario import Scenario
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Answer, Failure, FailureKind, Refusal
from jpki_oracle.sut.session import Session
from leapling_systems import (
    CODE,
    DEAD,
    MARCH_CARD,
    MARCH_CERTIFICATES,
    NUMBER,
    RIGHT,
    SIGNATURE,
    STATES,
    STATUS,
    VALIDITY,
    WRONG_NUMBER,
    System,
    events,
)

SCENARIOS = [VALIDITY, STATUS, NUMBER, WRONG_NUMBER, CODE]


class Mixed(System):
    """One of each verdict: fail, inconclusive, pass, fail, acceptable."""

    def ask(self, request):
        if request.method == "number":
            number = (request.params or {}).get("number")
            self.replies["number"] = {"valid": number is not None}
        return super().ask(request)


def mixed(**replies) -> Mixed:
    return Mixed("validity", "status", "number", **{"validity": MARCH_CARD, "status": DEAD, **replies})


def suites(text: str) -> dict[str, ElementTree.Element]:
    return {suite.get("name", ""): suite for suite in ElementTree.fromstring(text)}


def properties(case: ElementTree.Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in case.iter("property"):
        found.setdefault(each.get("name", ""), []).append(each.get("value", ""))
    return found


class TestJunit:
    @pytest.fixture
    def found(self):
        return suites(junit_xml(events(mixed(), SCENARIOS), "en"))

    def test_there_is_a_suite_for_each_pack(self, found):
        assert list(found) == ["validity", "status", "number"]

    @pytest.mark.parametrize(
        ("pack", "counts"), [("validity", "1 1 0 0"), ("status", "1 0 1 0"), ("number", "3 1 0 0")]
    )
    def test_its_counts_are_right(self, found, pack, counts):
        names = ("tests", "failures", "errors", "skipped")
        assert " ".join(found[pack].get(name, "") for name in names) == counts

    def test_every_scenario_is_a_test(self, found):
        names = [case.get("name") for suite in found.values() for case in suite.iter("testcase")]
        assert names == [scenario.id for scenario in SCENARIOS]

    def test_the_rule_is_a_property(self, found):
        case = found["validity"].find("testcase")
        assert properties(case)["rule"] == ["validity.card-birthday"]

    def test_the_clauses_of_what_is_wrong_are_properties(self, found):
        case = found["validity"].find("testcase")
        assert {"act-card-validity", "ordinance-card-leap-birthday"} <= set(properties(case)["clause"])

    def test_a_failure_tells_expected_and_observed(self, found):
        message = found["validity"].find("testcase/failure").get("message")
        assert message == "card_expires: expected 2030-02-28, observed 2030-03-01"

    def test_a_failure_tells_the_derivation(self, found):
        text = found["validity"].find("testcase/failure").text
        assert "validity.card-birthday" in text
        assert "birth 1992-02-29" in text

    def test_an_inconclusive_scenario_is_an_error(self, found):
        assert "exited with code 3" in found["status"].find("testcase/error").get("message")

    def test_an_acceptable_one_is_a_failure_if_strict(self):
        found = suites(junit_xml(events(mixed(), [CODE], strict=True), "en", strict=True))
        assert found["number"].get("failures") == "1"

    def test_what_is_not_applicable_is_skipped(self):
        found = suites(junit_xml(events(System("status", status=STATES), [VALIDITY]), "en"))
        assert found["validity"].get("skipped") == "1"

    def test_a_known_failure_is_skipped(self):
        wrong = [e.judgement for e in events(mixed(), [VALIDITY]) if isinstance(e, Judged)]
        line = known_text(wrong, "acme").splitlines()[1].partition("#")[0].split()
        known = KnownFailures({line[0]: " ".join(line[1:])})
        found = suites(junit_xml(events(mixed(), [VALIDITY], known=known), "en"))
        assert (found["validity"].get("skipped"), found["validity"].get("failures")) == ("1", "0")

    def test_one_that_is_fixed_is_a_failure(self):
        known = KnownFailures({VALIDITY.id: "fail card_expires=2030-03-01"})
        found = suites(junit_xml(events(mixed(validity=RIGHT), [VALIDITY], known=known), "en"))
        assert found["validity"].get("failures") == "1"

    def test_one_that_changed_into_acceptable_is_a_failure(self):
        known = KnownFailures({VALIDITY.id: "fail card_expires=2030-03-01"})
        found = suites(junit_xml(events(mixed(validity=MARCH_CERTIFICATES), [VALIDITY], known=known), "en"))
        assert found["validity"].get("failures") == "1"

    def test_a_system_that_does_not_start_is_an_error(self):
        class Missing(System):
            def ask(self, request):
                return Failure(FailureKind.NOT_STARTED, "'acme' cannot be started: No such file")

        found = suites(junit_xml(events(Missing(), SCENARIOS), "en"))
        assert found["describe"].find("testcase/error").get("message").startswith("'acme' cannot be started")

    @pytest.mark.parametrize("said", ["\x00\x1b[31m\x07", "<b>&amp;\"']]>", "\ufffe\uffff", "😀 ﷐"])
    def test_whatever_a_system_says_is_well_formed(self, said):
        text = junit_xml(events(mixed(status=Refusal(1, said)), [STATUS]), "en")
        assert suites(text)["status"].get("errors") == "1"

    def test_there_is_no_time_of_day(self):
        text = junit_xml(events(mixed(), SCENARIOS), "en")
        assert "time" not in {
            name for element in ElementTree.fromstring(text).iter() for name in element.attrib
        }


class TestMatrix:
    """The sheet that Japanese laboratories file."""

    COLUMNS = ("item", "precondition", "step", "expected", "observed", "verdict", "evidence", "note")

    def rows(self, lang: str = "en", **replies) -> list[list[str]]:
        text = matrix_csv(events(mixed(**replies), SCENARIOS), lang)
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))

    def test_it_begins_with_a_byte_order_mark(self):
        assert matrix_csv([], "en")[0] == "\ufeff"

    def test_its_columns_are_the_documented_ones(self):
        assert tuple(self.rows()[0]) == self.COLUMNS

    def test_its_columns_are_japanese_where_asked_for(self):
        head = ["項番", "前提条件", "手順", "期待結果", "実測結果", "判定", "エビデンス", "備考"]
        assert self.rows("ja")[0] == head

    def test_every_scenario_is_a_numbered_row(self):
        assert [row[0] for row in self.rows()[1:]] == ["1", "2", "3", "4", "5"]

    def test_every_row_has_every_column(self):
        assert {len(row) for row in self.rows()} == {8}

    def test_lines_end_as_the_format_asks(self):
        text = matrix_csv(events(mixed(), SCENARIOS), "en")
        assert text.count("\n") == text.count("\r\n") == 6

    def test_a_wrong_answer_is_told(self):
        row = dict(zip(self.COLUMNS, self.rows()[1], strict=True))
        assert row["expected"] == "card_expires 2030-02-28"
        assert row["observed"] == "card_expires 2030-03-01"
        assert row["verdict"] == "fail"
        assert row["precondition"].startswith("birth 1992-02-29, card_issued 2020-06-01")
        assert row["evidence"] == f"journal.ndjson {VALIDITY.id}"

    def test_a_right_answer_is_told_too(self):
        row = dict(zip(self.COLUMNS, self.rows(validity=RIGHT)[1], strict=True))
        assert row["expected"] == row["observed"] == "card_expires 2030-02-28"

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
    def test_no_cell_is_a_formula(self, sign):
        said = f'{sign}HYPERLINK("http://example.org")'
        judgement = Judgement(VALIDITY, Verdict.INCONCLUSIVE, reason=said)
        text = matrix_csv([Judged(judgement, None, Standing.UNLISTED)], "en")
        _, row = csv.reader(io.StringIO(text[1:], newline=""))
        assert row[-1] == f"'{said}"

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
    def test_whatever_a_system_says_begins_no_cell(self, sign):
        said = f'{sign}HYPERLINK("http://example.org")'
        numbers = [Scenario("number", "my_number", "number.my-number", "zeros", number={"number": said})]
        text = matrix_csv(events(mixed(status=Refusal(1, said)), [STATUS, *numbers]), "en")
        cells = [cell for row in csv.reader(io.StringIO(text[1:], newline="")) for cell in row]
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []


class TestJson:
    @pytest.fixture
    def content(self):
        return json.loads(results_json(events(mixed(), SCENARIOS)))

    def test_it_says_what_it_is(self, content):
        assert (content["format"], content["version"]) == ("jpki-oracle-results", 1)

    def test_it_says_who_was_judged_by_which_law(self, content):
        assert content["system"]["name"] == "acme"
        assert (content["edition"], content["readings"]) == ("2024-05-27", {})

    def test_its_results_are_in_order_of_id(self, content):
        ids = [row["id"] for row in content["results"]]
        assert ids == sorted(scenario.id for scenario in SCENARIOS)

    def test_its_counts_are_right(self, content):
        assert content["counts"] == {
            "validity": {"fail": 1},
            "status": {"inconclusive": 1},
            "number": {"pass": 1, "fail": 1, "acceptable": 1},
        }
        assert content["exit_code"] == 2

    def test_a_wrong_answer_has_its_reasons(self, content):
        (row,) = [row for row in content["results"] if row["id"] == VALIDITY.id]
        (difference,) = row["differences"]
        assert (difference["expected"], difference["observed"]) == ("2030-02-28", "2030-03-01")
        assert difference["rule"] == "validity.card"
        assert "ordinance-card-leap-birthday" in difference["clauses"]
        assert {"depth", "rule", "value", "clauses"} <= set(difference["because"][0])

    def test_an_acceptable_one_has_its_reading(self, content):
        (row,) = [row for row in content["results"] if row["id"] == CODE.id]
        assert row["readings"] == [{"resident-record-code-check": "mod-11"}]

    def test_none_stays_null(self):
        content = json.loads(
            results_json(events(mixed(validity={**RIGHT, "card_expires": None}), [VALIDITY]))
        )
        assert content["results"][0]["differences"][0]["observed"] is None


FORMS: dict[str, Callable[..., str]] = {
    "results.json": lambda found, lang: results_json(found),
    "junit.xml": junit_xml,
    "matrix.csv": matrix_csv,
}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_two_runs_give_the_same_text(form, lang):
    assert form(events(mixed(), SCENARIOS), lang) == form(events(mixed(), SCENARIOS), lang)


@pytest.mark.parametrize(("form", "word"), [("junit.xml", "期待"), ("matrix.csv", "不合格")])
def test_a_japanese_report_has_japanese_words(form, word):
    text = FORMS[form](events(mixed(), SCENARIOS), "ja")
    assert word in text
    assert "expected" not in text


class TestFolder:
    """All files of a run, written at its end; the journal while it runs."""

    def write(self, folder: Path, system: System) -> None:
        reports = FileReports(folder, "en")
        for event in events(system, SCENARIOS):
            reports.hear(event)

    def test_it_holds_the_four_files_and_nothing_else(self, tmp_path):
        self.write(tmp_path / "made" / "out", mixed())
        names = sorted(file.name for file in (tmp_path / "made" / "out").iterdir())
        assert names == ["journal.ndjson", "junit.xml", "matrix.csv", "results.json"]

    def test_two_runs_give_the_same_bytes(self, tmp_path):
        for name in ("one", "other"):
            self.write(tmp_path / name, mixed())
        for file in (tmp_path / "one").iterdir():
            assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()

    def test_before_the_end_there_is_the_journal_alone(self, tmp_path):
        reports = FileReports(tmp_path, "en")
        for event in events(mixed(), SCENARIOS)[:-1]:
            reports.hear(event)
        names = [file.name for file in tmp_path.iterdir()]
        lines = (tmp_path / "journal.ndjson").read_text(encoding="utf-8").splitlines()
        reports.hear(events(mixed(), SCENARIOS)[-1])
        assert names == ["journal.ndjson"]
        assert [json.loads(line)["event"] for line in lines] == ["started", *["asked"] * 5]


class TestReplay:
    """`journal:FILE` judges a recorded run again, without the system."""

    @pytest.fixture
    def again(self, tmp_path):
        """The events of a run, and those of its journal judged again."""

        def replay(system: System, **plan) -> tuple[list[Judged], list[Judged]]:
            reports = FileReports(tmp_path, "en")
            first = events(system, SCENARIOS)
            for event in first:
                reports.hear(event)
            with Session(open_connection(f"journal:{tmp_path / 'journal.ndjson'}")) as session:
                second = list(run(session, Plan("journal", SCENARIOS, **plan)))
            return [[e for e in found if isinstance(e, Judged)] for found in (first, second)]

        return replay

    @pytest.mark.parametrize(
        "replies",
        [
            {},
            {"validity": RIGHT, "status": STATES},
            {"validity": {**RIGHT, "card_expires": None}, "status": {}},
            {"validity": MARCH_CERTIFICATES, "status": Refusal(-32602, "はい")},
            {"validity": Failure(FailureKind.TIMEOUT, "no answer within 1 s")},
            {
                "validity": {"signature_expires": "2025-02-28"},
                "status": {**STATES, "causes": {"card": "old"}},
            },
        ],
        ids=["mixed", "right", "null and nothing", "refused", "late", "left out"],
    )
    def test_it_gives_the_same_judgements(self, again, replies):
        first, second = again(mixed(**replies))
        assert [e.judgement for e in first] == [e.judgement for e in second]

    def test_it_can_be_judged_by_another_reading(self, again):
        _, second = again(
            mixed(validity=MARCH_CERTIFICATES), readings={"leap-birthday-certificate": "march-1"}
        )
        assert second[0].judgement.verdict == "pass"

    def test_a_flaky_system_stays_flaky(self, tmp_path):
        class Moody(System):
            def ask_again(self, request):
                return Answer({**RIGHT, "card_expires": None})

        reports = FileReports(tmp_path, "en")
        for event in events(Moody("validity", validity=RIGHT), [VALIDITY]):
            reports.hear(event)
        with Session(open_connection(f"journal:{tmp_path / 'journal.ndjson'}")) as session:
            (each,) = (e for e in run(session, Plan("journal", [VALIDITY])) if isinstance(e, Judged))
        assert each.judgement.reason.startswith("flaky")

    def test_a_question_that_was_not_asked_then_is_inconclusive(self, tmp_path):
        reports = FileReports(tmp_path, "en")
        for event in events(mixed(), [VALIDITY]):
            reports.hear(event)
        with Session(open_connection(f"journal:{tmp_path / 'journal.ndjson'}")) as session:
            (each,) = [
                e for e in run(session, Plan("journal", [SIGNATURE, NUMBER][1:])) if isinstance(e, Judged)
            ]
        assert each.judgement.verdict == "inconclusive"
        assert "has no reply to this question" in each.judgement.reason
