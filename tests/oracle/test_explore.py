"""Exploring a system: the smallest question that it answers wrongly, told in words; and when there is no verdict.

The systems answer as the rules do, but for one known fault; the smallest life for it is worked out by hand.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from jpki_model.life import LifeRecord, life, read_life
from jpki_model.number import judge_number
from jpki_model.outcome import outcome_of
from jpki_oracle.cli import main
from jpki_oracle.explore import Exploration, Failed, Held, Unjudged, Unstable, explore
from jpki_oracle.judge import Verdict
from jpki_oracle.phrases import PHRASES
from jpki_oracle.scenarios.scenario import NUMBER_KINDS
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import FailureKind
from jpki_oracle.sut.session import Session
from jpki_spec.fields import VALIDITY_OUTPUTS
from jpki_spec.laws import law

PLAIN = {"birth": "1990-06-15", "card_issued": "2025-07-01"}
"""The plain card: the tenth birthday after its issue is 15 June 2035."""


class Right:
    """Answers by the rules of one law; `about` is how it sees a life."""

    law = law("2024-05-27")
    capabilities = ("validity", "status", "number")

    def describe(self):
        return {
            "protocol": 1,
            "name": "acme",
            "version": "2.3",
            "capabilities": list(self.capabilities),
            "edition": "2024-05-27",
        }

    def about(self, asked: dict[str, str]) -> LifeRecord:
        return life(asked)

    def validity(self, life):
        outputs = outcome_of(self.about(life), self.law).outputs
        return {name: outputs[name] and outputs[name].isoformat() for name in VALIDITY_OUTPUTS}

    def status(self, life, on):
        return outcome_of(self.about(life), self.law).states(date.fromisoformat(on))

    def number(self, **asked):
        ((kind, text),) = asked.items()
        return {"valid": judge_number(NUMBER_KINDS[kind], text, self.law).valid}


class NoLeapDays(Right):
    """Takes everybody born on 29 February for born on the day before."""

    def about(self, asked):
        birth = asked.get("birth", "")
        return life({**asked, "birth": birth.replace("-02-29", "-02-28")})


class LeapDaysInMarch(Right):
    """Takes everybody born on 29 February for born on 1 March, and what happened on that day with it."""

    def about(self, asked):
        birth = asked.get("birth", "")
        moved = birth.replace("-02-29", "-03-01")
        return life({name: moved if value == birth else value for name, value in asked.items()})


class OneDayEarly(Right):
    """Its cards end on the eve of the birthday."""

    capabilities = ("validity",)

    def validity(self, life):
        answer = super().validity(life)
        if answer["card_expires"]:
            answer["card_expires"] = str(date.fromisoformat(answer["card_expires"]) - timedelta(1))
        return answer


class StatusOneDayEarly(Right):
    """Holds a card for expired on its last day already."""

    capabilities = ("status",)

    def status(self, life, on):
        states, day = super().status(life, on), date.fromisoformat(on)
        ends_today = outcome_of(self.about(life), self.law).outputs["card_expires"] == day
        return {**states, "card": "expired"} if states["card"] == "valid" and ends_today else states


class NeverExpires(Right):
    """Leaves out everything but the card, of which it says that it has no end."""

    capabilities = ("validity",)

    def validity(self, life):
        return {"card_expires": None}


class ModulusTen(Right):
    """Accepts every number of twelve digits."""

    capabilities = ("number",)

    def number(self, **asked):
        text = asked.get("number", "")
        return (
            {"valid": len(text) == 12 and text.isascii() and text.isdigit()}
            if text
            else super().number(**asked)
        )


class MarchCertificates(Right):
    """Right under the reading that puts the birthday of 29 February on 1 March, where certificates are concerned."""

    law = law("2024-05-27", {"leap-birthday-certificate": "march-1"})


class Raises(Right):
    """Fails on everybody who has died."""

    def about(self, asked):
        if "died" in asked:
            raise KeyError("nobody dies here")
        return super().about(asked)


class Dies(Right):
    """A process that is gone at the first question; stands here for its reply."""

    def validity(self, life):
        raise SystemExit(3)


class Moody(OneDayEarly):
    """Answers every other question rightly."""

    asked = 0

    def validity(self, life):
        self.asked += 1
        return super().validity(life) if self.asked % 2 else Right.validity(self, life)


class Mute:
    """Does not even say who it is."""


class Claimless(Right):
    capabilities = ("haruspicy",)


class Counting(Right):
    """Keeps what it was asked."""

    questions: list[str] = []  # noqa: RUF012 - of the class, so that a test can read it

    def validity(self, life):
        self.questions.append(json.dumps(life))
        return super().validity(life)


def address(system: type) -> str:
    return f"python:{__name__}:{system.__name__}"


def explored(system: type, **wanted) -> Held | Failed | Unjudged | Unstable:
    with Session(open_connection(address(system))) as session:
        return explore(session, Exploration(address(system), **wanted))


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
) -> Callable[..., tuple[int, str, str]]:
    """Runs `jpki-oracle explore` in an empty folder: its exit code, what it prints, and its line of error."""
    for name in [name for name in os.environ if name.startswith(("LC_", "LANG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)

    def run(system: type | str, *options: object) -> tuple[int, str, str]:
        where = system if isinstance(system, str) else address(system)
        monkeypatch.setattr(sys, "argv", ["jpki-oracle", "explore", where, *(str(each) for each in options)])
        with pytest.raises(SystemExit) as leave:
            main()
        out, err = capsys.readouterr()
        return int(leave.value.code or 0), out, err

    return run


class TestTheSmallestLife:
    def test_a_right_system_holds(self):
        result = explored(Right, examples=200)
        assert isinstance(result, Held)
        assert 0 < result.asked <= 200

    def test_of_29_february_taken_for_the_28th(self):
        """Born on 29 February 1992, the one nearest to the plain birth, with one certificate or card.

        The two birthdays differ in leap years alone. What is issued on the plain day, in July 2025, ends with the
        fifth birthday in 2030 or the tenth in 2035; so the issue is on another day, and the end in a leap year.
        """
        result = explored(NoLeapDays, packs=("validity",))
        assert isinstance(result, Failed)
        asked = result.judgement.scenario.life.as_json()
        assert asked.pop("birth") == "1992-02-29"
        ((field, issued),) = asked.items()
        assert (field.endswith("_issued"), issued != "2025-07-01") == (True, True)
        (end,) = (d for d in result.judgement.differences if d.outcome.endswith("_expires"))
        assert (end.expected.month, end.expected.day, end.expected.year % 4) == (2, 29, 0)
        assert (end.observed.month, end.observed.day) == (2, 28)

    def test_of_29_february_taken_for_1_march(self):
        """The same birth; what is issued on the plain day will do, since it ends in 2030 or 2035, common years.

        There the birthday is 28 February, where the system says 1 March.
        """
        result = explored(LeapDaysInMarch, packs=("validity",))
        assert isinstance(result, Failed)
        asked = result.judgement.scenario.life.as_json()
        assert (len(asked), asked["birth"]) == (2, "1992-02-29")
        assert "2025-07-01" in asked.values()
        end = result.judgement.differences[0]
        assert (end.expected.month, end.expected.day, end.expected.year) in ((2, 28, 2030), (2, 28, 2035))
        assert end.observed - end.expected == timedelta(1)

    def test_of_a_card_that_ends_a_day_early_is_the_plain_card(self):
        """Any card shows it, so that nothing but a birth and a card on their plain days is left."""
        result = explored(OneDayEarly)
        assert isinstance(result, Failed)
        assert result.judgement.scenario.life.as_json() == PLAIN
        (difference,) = result.judgement.differences
        assert (difference.expected, difference.observed) == (date(2035, 6, 15), date(2035, 6, 14))
        assert (result.judgement.scenario.outcome, difference.rule) == ("card_expires", "validity.card")
        assert result.judgement.scenario.rule == "validity.card"

    def test_of_a_state_is_asked_on_the_very_day(self):
        """The plain card, asked on its last day, 15 June 2035."""
        result = explored(StatusOneDayEarly)
        assert isinstance(result, Failed)
        assert result.judgement.scenario.params == {"life": PLAIN, "on": "2035-06-15"}

    def test_of_a_number_is_nearly_all_zeros(self):
        """Zeros leave the remainder 0, whose check digit is 0: the first wrong number ends in 1."""
        result = explored(ModulusTen)
        assert isinstance(result, Failed)
        assert result.judgement.scenario.number == {"number": "000000000001"}

    def test_a_system_may_leave_out_what_it_does_not_know(self):
        """It answers one outcome only; the question is then about that one, and the plain card shows the fault."""
        result = explored(NeverExpires)
        assert isinstance(result, Failed)
        assert result.judgement.scenario.life.as_json() == PLAIN
        assert dict(result.judgement.observed) == {"card_expires": None}

    def test_another_seed_finds_the_same(self):
        asked = {explored(OneDayEarly, seed=seed).judgement.scenario.id for seed in range(3)}
        assert len(asked) == 1


class TestRepetition:
    def test_the_same_seed_asks_the_same_questions(self):
        asked: list[list[str]] = []
        for seed in (7, 7, 8):
            Counting.questions.clear()
            explored(Counting, examples=60, packs=("validity",), seed=seed)
            asked.append(list(Counting.questions))
        assert asked[0] == asked[1]
        assert asked[0] != asked[2]

    def test_a_system_of_moods_is_unstable(self):
        result = explored(Moody, packs=("validity",))
        assert isinstance(result, Unstable)
        assert result.first != result.second

    def test_nothing_is_left_in_the_folder(self, tmp_path):
        """In a process of its own, since Hypothesis takes its notes once a process."""
        asked = address(OneDayEarly).replace(__name__, Path(__file__).stem)
        done = subprocess.run(
            [sys.executable, "-m", "jpki_oracle.cli", "explore", asked, "-n", "20"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, "")
        assert list(tmp_path.iterdir()) == []


class TestReadings:
    def test_an_answer_right_under_another_reading_does_not_fail(self):
        assert isinstance(explored(MarchCertificates, packs=("validity",), examples=200), Held)

    def test_it_fails_under_strict(self):
        """Born on the nearest 29 February; a certificate of July 2025 ends in 2030, a common year."""
        result = explored(MarchCertificates, packs=("validity",), examples=200, strict=True)
        assert isinstance(result, Failed)
        assert result.judgement.verdict is Verdict.ACCEPTABLE
        asked = {"birth": "1992-02-29", "signature_issued": "2025-07-01"}
        assert result.judgement.scenario.life.as_json() == asked
        first = result.judgement.differences[0]
        assert (first.expected, first.observed) == (date(2030, 2, 28), date(2030, 3, 1))

    def test_it_holds_under_strict_where_that_reading_is_named(self):
        readings = {"leap-birthday-certificate": "march-1"}
        result = explored(
            MarchCertificates, packs=("validity",), examples=200, strict=True, readings=readings
        )
        assert isinstance(result, Held)

    def test_another_edition_judges_by_its_own_rules(self):
        """The slides know no window of renewal: what the law says of the plain card's is wrong under them."""
        result = explored(Right, packs=("validity",), edition="mic-2017")
        assert isinstance(result, Failed)
        assert result.law.edition == "mic-2017"


class TestNoVerdict:
    def test_a_question_that_fails_is_told_at_its_smallest(self):
        """Birth and death suffice, on their plain days."""
        result = explored(Raises, packs=("validity",))
        assert isinstance(result, Unjudged)
        assert "KeyError" in result.reason
        assert result.judgement.scenario.life.as_json() == {"birth": "1990-06-15", "died": "2025-07-01"}

    def test_a_system_that_does_not_describe_itself(self):
        result = explored(Mute)
        assert result == Unjudged(
            f"question 1 (describe) was refused (-32601: {__name__}:Mute has no method describe); "
            "every system has to answer it"
        )

    def test_a_system_that_claims_nothing_that_is_asked(self):
        result = explored(Claimless)
        assert isinstance(result, Unjudged)
        assert result.reason.endswith("(it claims: haruspicy)")

    def test_a_system_that_is_gone_is_not_asked_on(self, tmp_path):
        """Whoever exits at the first question is told at once: `describe`, then one question."""
        script = tmp_path / "gone.py"
        script.write_text(
            "import json, sys\n"
            "asked = json.loads(sys.stdin.readline())\n"
            "result = {'protocol': 1, 'name': 'a', 'version': '1', 'capabilities': ['validity']}\n"
            "print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': result}), flush=True)\n"
            "sys.stdin.readline()\n"
            "open(sys.argv[0] + '.asked', 'a').write('x')\n"
            "sys.exit(3)\n",
            encoding="utf-8",
        )
        with Session(open_connection(f"stdio:{sys.executable} -I -S {script}")) as session:
            result = explore(session, Exploration("gone"))
        assert isinstance(result, Unjudged)
        assert FailureKind.EXITED.value in result.reason
        assert (tmp_path / "gone.py.asked").read_text() == "x"


class TestCommand:
    def test_nothing_wrong_is_0(self, command):
        code, out, err = command(Right, "--examples", 30)
        assert (code, err) == (0, "")
        assert "different questions were answered rightly." in out

    def test_a_failing_life_is_1_and_is_told_in_words(self, command):
        code, out, err = command(OneDayEarly)
        assert (code, err) == (1, "")
        head, question, *_ = [part for part in out.split("\n\n") if not part.startswith("The smallest")]
        assert head == f"acme 2.3 at {address(OneDayEarly)}, judged by edition 2024-05-27"
        assert question == "validity: birth 1990-06-15, card_issued 2025-07-01"
        assert "card_expires: expected 2035-06-15, observed 2035-06-14" in out
        assert "something valid is refused from 2035-06-15 to 2035-06-15" in out
        assert "validity.card: Last day on which the card is valid = 2035-06-15" in out
        assert "act-card-validity (" in out
        assert out.endswith("jpki-oracle suite add FILE LIFE.toml --note '…'\n")

    def test_the_life_is_saved_and_its_day_named(self, command, tmp_path):
        code, out, _ = command(StatusOneDayEarly, "--save", "it's.toml")
        assert code == 1
        assert read_life(tmp_path / "it's.toml").as_json() == PLAIN
        assert "suite add FILE 'it'\"'\"'s.toml' --on 2035-06-15 --note" in out

    def test_a_number_is_found_again_by_its_seed(self, command, tmp_path):
        code, out, _ = command(ModulusTen, "--save", "life.toml", "--seed", 3)
        assert code == 1
        assert "--seed 3 --examples 500 finds it again." in out
        assert list(tmp_path.iterdir()) == []

    def test_japanese_and_markdown(self, command):
        code, out, _ = command(OneDayEarly, "--lang", "ja", "--format", "markdown")
        assert code == 1
        assert "| card_expires " in out
        assert "期待 2035-06-15, 回答 2035-06-14" in out

    def test_json(self, command):
        code, out, _ = command(OneDayEarly, "--format", "json")
        told = json.loads(out)
        assert (code, told["result"], told["exit_code"]) == (1, "failed", 1)
        assert told["judgement"]["params"] == {"life": PLAIN}
        assert told["judgement"]["differences"][0]["expected"] == "2035-06-15"

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_flaky_system_is_2_with_both_answers(self, command, form):
        code, out, _ = command(Moody, "-p", "validity", "--format", form)
        assert code == 2
        if form == "json":
            told = json.loads(out)
            assert told["result"] == "unstable"
            assert len(set(told["answers"])) == 2
        else:
            assert "The system is flaky: asked the same again, it answers differently." in out
            assert out.count("answer: card_expires 20") == 2

    @pytest.mark.parametrize("system", [Mute, Claimless, Raises, Dies])
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_no_verdict_is_2(self, command, system, form):
        code, out, err = command(system, "--format", form)
        assert (code, err) == (2, "")
        assert ("unjudged" in out) is (form == "json")

    def test_a_life_that_could_not_be_judged_is_told(self, command):
        _, out, _ = command(Raises, "-p", "validity")
        assert (
            "The smallest question that could not be judged:\n\nvalidity: birth 1990-06-15, died 2025-07-01\n"
            in out
        )

    @pytest.mark.parametrize(
        ("system", "options", "line"),
        [
            ("batch:folder", [], "'batch:folder' cannot be explored"),
            ("journal:file", [], "'journal:file' cannot be explored"),
            ("acme", [], "'acme' is not the address of a system under test"),
            (Right, ["--examples", 0], "--examples is a number above 0, not 0"),
            (Right, ["--pack", "tarot"], "no pack 'tarot'; there are validity, status, number"),
            (Right, ["--edition", "2023"], "unknown edition '2023'"),
            (Right, ["--reading", "x"], "a reading is written QUESTION=ANSWER"),
            (Right, ["--reading", "x=y"], "unknown reading 'x'"),
            (Right, ["--timeout", "0"], "a timeout of 0 s is not possible"),
            (OneDayEarly, ["--save", "no/such/folder.toml"], "no/such/folder.toml: No such file"),
        ],
    )
    def test_bad_input_is_one_line_and_2(self, command, system, options, line):
        code, out, err = command(system, *options)
        assert (code, out) == (2, "")
        assert err.startswith(f"jpki-oracle: {line}")
        assert err.count("\n") == 1

    def test_its_phrases_are_in_both_languages(self):
        phrases = {key: both for key, both in PHRASES.items() if key.startswith("explore-")}
        assert len(phrases) == 9
        assert all(en != ja for en, ja in phrases.values())


class WrongOrSilent(OneDayEarly):
    """Wrong about everybody with a card of whom more is known, and silent about those of whom nothing more is."""

    def validity(self, life):
        if set(life) == {"birth", "card_issued"}:
            raise KeyError("nothing to go by")
        return super().validity(life)


def test_a_wrong_answer_does_not_shrink_to_a_question_that_cannot_be_judged():
    """The smallest life with a card has nothing but a birth, and is not answered; that is another failure."""
    result = explored(WrongOrSilent)
    assert isinstance(result, Failed)
    assert result.judgement.verdict is Verdict.FAIL
    assert {"birth", "card_issued"} < set(result.judgement.scenario.life.stated)
