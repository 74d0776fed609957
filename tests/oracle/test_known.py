"""Failures on record: exactly these are forgiven; one that changed or is gone fails the run."""

from pathlib import Path

import pytest
from jpki_oracle.known import KnownFailures, KnownFileError, Standing, known_text, read_known
from leapling_systems import (
    CODE,
    DEAD,
    MARCH_CARD,
    MARCH_CERTIFICATES,
    NUMBER,
    REFUSED,
    RIGHT,
    SIGNATURE,
    STATES,
    STATUS,
    VALIDITY,
    System,
    events,
    exit_code,
    judged,
)


def record(system: System, *scenarios, path: Path) -> KnownFailures:
    """What a run puts on record, read back from a file."""
    path.write_text(
        known_text((each.judgement for each in judged(system, scenarios)), "acme"), encoding="utf-8"
    )
    return read_known(path)


@pytest.fixture
def wrong_card(tmp_path):
    """A record of one wrong answer: the leapling's card, a day too long."""
    return record(System("validity", validity=MARCH_CARD), VALIDITY, path=tmp_path / "known.txt")


def standings(system: System, *scenarios, known: KnownFailures) -> list[Standing]:
    return [each.standing for each in judged(system, scenarios, known=known)]


class TestRoundTrip:
    @pytest.mark.parametrize(
        "reply", [MARCH_CARD, MARCH_CERTIFICATES, {**RIGHT, "card_expires": None}, DEAD, REFUSED, {}]
    )
    def test_what_a_run_records_the_next_run_forgives(self, reply, tmp_path):
        system = System("validity", validity=reply)
        known = record(system, VALIDITY, path=tmp_path / "known.txt")
        assert standings(system, VALIDITY, known=known) == [Standing.KNOWN]
        assert exit_code(system, [VALIDITY], known=known, strict=True) == 0

    def test_a_wrong_state_and_a_wrong_number(self, tmp_path):
        system = System(
            "status",
            "number",
            status={**STATES, "card": "expired", "signature": "valid"},
            number={"valid": False},
        )
        known = record(system, STATUS, NUMBER, CODE, path=tmp_path / "known.txt")
        assert standings(system, STATUS, NUMBER, CODE, known=known) == [Standing.KNOWN] * 3

    def test_what_is_right_is_not_recorded(self, tmp_path):
        system = System("validity", validity=RIGHT)
        assert record(system, VALIDITY, NUMBER, path=tmp_path / "known.txt").ids() == set()

    def test_a_line_tells_the_verdict_and_the_wrong_answer(self, wrong_card):
        assert wrong_card.lines == {VALIDITY.id: "fail card_expires=2030-03-01"}

    def test_the_order_of_the_scenarios_does_not_matter(self):
        system = System("validity", "number", validity=MARCH_CARD, number={"valid": False})
        there, back = (judged(system, order) for order in ([VALIDITY, NUMBER], [NUMBER, VALIDITY]))
        assert known_text((e.judgement for e in there), "acme") == known_text(
            (e.judgement for e in back), "acme"
        )


class TestStanding:
    def test_what_is_not_on_record_is_unlisted(self):
        system = System("validity", validity=MARCH_CARD)
        assert standings(system, VALIDITY, known=KnownFailures()) == [Standing.UNLISTED]

    @pytest.mark.parametrize(
        "now",
        [
            pytest.param({**RIGHT, "card_expires": "2030-03-02"}, id="another wrong day"),
            pytest.param({**RIGHT, "card_expires": None}, id="none"),
            pytest.param({**MARCH_CARD, "signature_expires": "2026-02-28"}, id="one more wrong answer"),
            pytest.param(MARCH_CERTIFICATES, id="acceptable"),
            pytest.param(DEAD, id="dead"),
        ],
    )
    def test_another_wrong_answer_has_changed(self, wrong_card, now):
        assert standings(System("validity", validity=now), VALIDITY, known=wrong_card) == [Standing.CHANGED]

    @pytest.mark.parametrize("now", [RIGHT, {"signature_expires": "2025-02-28"}])
    def test_a_right_answer_or_none_is_fixed(self, wrong_card, now):
        assert standings(System("validity", validity=now), VALIDITY, known=wrong_card) == [Standing.FIXED]


class TestExitCode:
    def test_a_known_failure_does_not_fail_the_run(self, wrong_card):
        assert exit_code(System("validity", validity=MARCH_CARD), [VALIDITY], known=wrong_card) == 0

    def test_a_changed_one_does(self, wrong_card):
        changed = System("validity", validity={**RIGHT, "card_expires": "2030-03-02"})
        assert exit_code(changed, [VALIDITY], known=wrong_card) == 1

    def test_one_that_became_acceptable_does(self, wrong_card):
        # It no longer is what is on record, so the record has to be mended.
        assert exit_code(System("validity", validity=MARCH_CERTIFICATES), [VALIDITY], known=wrong_card) == 1

    def test_a_fixed_one_does(self, wrong_card):
        assert exit_code(System("validity", validity=RIGHT), [VALIDITY], known=wrong_card) == 1

    def test_another_failure_does(self, wrong_card):
        system = System("validity", "number", validity=MARCH_CARD, number={"valid": False})
        assert exit_code(system, [VALIDITY, NUMBER], known=wrong_card) == 1

    def test_a_dead_system_is_not_forgiven_by_a_record_of_a_failure(self, wrong_card):
        assert exit_code(System("validity", validity=DEAD), [VALIDITY], known=wrong_card) == 2

    def test_what_is_on_record_and_was_not_asked_is_told(self, wrong_card):
        system = System("number", number={"valid": True})
        last = events(system, [NUMBER], known=wrong_card)[-1]
        assert last.vanished == (VALIDITY.id,)

    def test_the_known_ones_are_counted(self, wrong_card):
        system = System("validity", "number", validity=MARCH_CARD, number={"valid": True})
        assert events(system, [VALIDITY, NUMBER], known=wrong_card)[-1].known == 1


class TestFile:
    def read(self, tmp_path: Path, text: str | bytes) -> KnownFailures:
        file = tmp_path / "known.txt"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_known(file)

    def test_comments_and_empty_lines_are_passed_over(self, tmp_path):
        text = f"# a title\n\n  {SIGNATURE.id}   fail  card_expires=none # why\r\n"
        assert self.read(tmp_path, text).lines == {SIGNATURE.id: "fail card_expires=none"}

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("# a title\nvalidity-0123456789\n", 2, "expected `ID VERDICT outcome=observed …`"),
            ("validity-0123456789 wrong card_expires=none", 1, "expected `ID VERDICT"),
            ("a fail\n\na fail\n", 3, "a is listed twice"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path, text, line, words):
        with pytest.raises(KnownFileError) as caught:
            self.read(tmp_path, text)
        assert str(caught.value).startswith(f"{tmp_path / 'known.txt'}:{line}: {words}")

    def test_what_is_not_text_is_named(self, tmp_path):
        with pytest.raises(KnownFileError, match=r"known\.txt: not UTF-8 text"):
            self.read(tmp_path, b"\xff\xfe")

    @pytest.mark.parametrize(("name", "words"), [("missing.txt", "No such file"), ("", "Is a directory")])
    def test_what_cannot_be_read_is_named(self, tmp_path, name, words):
        with pytest.raises(KnownFileError, match=words):
            read_known(tmp_path / name)
