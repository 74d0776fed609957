"""The report on the terminal, in both languages and both styles."""

import io

import pytest
from jpki_oracle.known import KnownFailures
from jpki_oracle.language import say
from jpki_oracle.phrases import PHRASES
from jpki_oracle.reports.terminal import TerminalReport
from jpki_oracle.sut.connection import Failure, FailureKind
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
    System,
    events,
)


def report(system: System, *scenarios, lang: str = "en", style: str = "text", **plan) -> str:
    out = io.StringIO()
    terminal = TerminalReport(out, lang, style)
    for event in events(system, scenarios, **plan):
        terminal.hear(event)
    return out.getvalue()


WRONG = System("validity", "status", "number", validity=MARCH_CARD, status=DEAD, number={"valid": False})


def test_it_says_who_is_judged_by_which_law():
    text = report(System("validity", validity=RIGHT), VALIDITY)
    assert text.startswith("acme 2.3 at acme, judged by edition 2024-05-27\n")


def test_a_failure_is_told_with_its_reasons():
    text = report(WRONG, VALIDITY)
    for part in (
        "1. card_expires: expected 2030-02-28, observed 2030-03-01",
        VALIDITY.id,
        "birth 1992-02-29",
        "something that is not valid is held valid from 2030-03-01 to 2030-03-01",
        "validity.card-birthday",
        "ordinance-card-leap-birthday",
    ):
        assert part in text


def test_an_acceptable_answer_names_its_reading():
    text = report(System("validity", validity=MARCH_CERTIFICATES), SIGNATURE)
    assert "Right only under another reading" in text
    assert "leap-birthday-certificate = march-1" in text
    assert "1 March" in text


def test_an_inconclusive_scenario_is_told_with_what_happened():
    assert "exited with code 3" in report(WRONG, STATUS)


def test_outcomes_that_were_never_answered_are_told():
    text = report(System("validity", validity={"card_expires": "2030-02-28"}), VALIDITY)
    assert "never answered: signature_expires, authentication_expires, card_renewable_from" in text


def test_a_system_that_does_not_start_is_told():
    class Missing(System):
        def ask(self, request):
            return Failure(FailureKind.NOT_STARTED, "'acme' cannot be started: No such file")

    assert report(Missing(), VALIDITY) == "acme could not be judged: 'acme' cannot be started: No such file\n"


@pytest.mark.parametrize(
    ("system", "scenarios", "last"),
    [
        (System("validity", validity=RIGHT), [VALIDITY], "All that was judged is right."),
        (WRONG, [VALIDITY], "Some answers are wrong."),
        (WRONG, [VALIDITY, STATUS], "Not everything could be judged."),
        (System("status", status=STATES), [VALIDITY], "Nothing was judged."),
    ],
)
def test_it_ends_with_the_result(system, scenarios, last):
    assert report(system, *scenarios).splitlines()[-1] == last


class TestRecord:
    KNOWN = KnownFailures({VALIDITY.id: "fail card_expires=2030-03-01"})

    def test_known_failures_are_counted_and_not_told_again(self):
        text = report(WRONG, VALIDITY, known=self.KNOWN)
        assert "1 of them on record as known" in text
        assert "What is wrong" not in text
        assert text.splitlines()[-1] == "Exactly the failures on record, and no other."

    def test_what_is_fixed_is_told(self):
        text = report(System("validity", validity=RIGHT), VALIDITY, known=self.KNOWN)
        assert f"on record as fail card_expires=2030-03-01, but did not fail: {VALIDITY.id}" in text

    def test_what_changed_is_told(self):
        changed = System("validity", validity={**RIGHT, "card_expires": None})
        text = report(changed, VALIDITY, known=self.KNOWN)
        assert f"on record as fail card_expires=2030-03-01, but came out differently: {VALIDITY.id}" in text

    def test_what_vanished_is_told(self):
        text = report(System("number", number={"valid": True}), NUMBER, known=self.KNOWN)
        assert f"on record, but not among the scenarios: {VALIDITY.id}" in text


class TestMarkdown:
    @pytest.fixture
    def lines(self):
        return report(WRONG, VALIDITY, style="markdown").splitlines()

    def test_the_verdicts_are_a_table(self, lines):
        head = next(number for number, line in enumerate(lines) if line.startswith("| pack"))
        assert set(lines[head + 1]) <= set("|-: ")
        assert lines[head + 2].startswith("| validity")

    def test_the_failures_have_a_heading(self, lines):
        assert "## What is wrong, the simplest case of each kind" in lines


class TestJapanese:
    def test_it_is_japanese(self):
        text = report(WRONG, VALIDITY, STATUS, CODE, lang="ja")
        for word in ("版 2024-05-27 で判定", "不合格", "期待", "判定不能"):
            assert word in text

    def test_no_english_phrase_is_left(self):
        text = report(WRONG, VALIDITY, lang="ja")
        for key in ("failures-head", "result-1", "scenarios", "because"):
            assert say(key, "en") not in text.replace("card_expires", "")


@pytest.mark.parametrize("key", PHRASES)
def test_every_phrase_tells_the_same_in_both_languages(key):
    en, ja = ({part.split("}")[0] for part in text.split("{")[1:]} for text in PHRASES[key])
    assert en <= ja


def test_two_reports_of_one_run_are_the_same():
    assert report(WRONG, VALIDITY, STATUS, NUMBER) == report(WRONG, VALIDITY, STATUS, NUMBER)
