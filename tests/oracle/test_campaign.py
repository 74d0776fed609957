"""A run: which law it judges by, what it asks, and how it ends."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jpki_oracle.campaign import Finished, Judged, NotStarted, Plan, Started, run
from jpki_oracle.judge import Verdict
from jpki_oracle.scenarios.scenario import suites
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.connection import Failure, FailureKind
from jpki_oracle.sut.session import Session
from jpki_spec.laws import UnknownLaw, law
from leapling_systems import (
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

ROOT = Path(__file__).parents[2]


def verdicts(system: System, *scenarios, **plan) -> list[Verdict]:
    return [each.judgement.verdict for each in judged(system, scenarios, **plan)]


def law_of(system: System, **plan) -> str:
    started = events(system, [VALIDITY], **plan)[0]
    assert isinstance(started, Started)
    return str(started.law)


class TestPrepared:
    """What a laboratory is handed before it has said which edition and readings its system claims."""

    OLDER = replace(VALIDITY, editions=("2016-01-01",))
    OTHER_READING = replace(SIGNATURE, editions=(), readings=("2024-05-27 age-attained=eve",))
    FOR_ALL = replace(NUMBER, editions=())

    def questions(self, folder, edition):
        plan = Plan(f"batch:{folder}", [self.OLDER, self.OTHER_READING, self.FOR_ALL], edition)
        with Session(open_connection(plan.address)) as session:
            list(run(session, plan))
        return [json.loads(line) for line in (folder / "questions.ndjson").read_text().splitlines()]

    def test_all_questions_of_all_editions_where_none_is_named(self, tmp_path):
        asked = self.questions(tmp_path, None)
        assert [each["method"] for each in asked] == ["describe", "validity", "validity", "number"]

    def test_those_of_the_named_edition_and_its_other_readings(self, tmp_path):
        asked = self.questions(tmp_path, "2024-05-27")
        assert [each["params"] for each in asked[1:]] == [self.OTHER_READING.params, self.FOR_ALL.params]

    def test_not_those_of_readings_of_another_edition(self, tmp_path):
        asked = self.questions(tmp_path, "2016-01-01")
        assert [each["params"] for each in asked[1:]] == [self.OLDER.params, self.FOR_ALL.params]


class TestEvents:
    def test_a_run_starts_tells_each_scenario_and_finishes(self):
        system = System("validity", "status", validity=RIGHT, status=STATES)
        assert [type(e) for e in events(system, [VALIDITY, STATUS])] == [Started, Judged, Judged, Finished]

    def test_it_ends_with_the_verdicts_counted_by_pack(self):
        system = System("validity", "number", validity=MARCH_CERTIFICATES, number={"valid": True})
        last = events(system, [VALIDITY, SIGNATURE, NUMBER])[-1]
        assert last.counts == {"validity": {Verdict.ACCEPTABLE: 2}, "number": {Verdict.PASS: 1}}

    def test_every_reply_is_kept(self):
        (each,) = judged(System("validity", validity=REFUSED), [VALIDITY])
        assert each.reply == REFUSED

    def test_a_system_that_does_not_describe_itself_is_not_judged(self):
        class Mute(System):
            def ask(self, request):
                return Failure(FailureKind.TIMEOUT, "question 1 (describe): no answer within 10 s")

        first, last = events(Mute(), [VALIDITY])
        assert isinstance(first, NotStarted)
        assert (last.exit_code, last.counts) == (2, {})


class Moody(System):
    """Answers rightly the first time that it is asked, and by 1 March the second time; or the other way round."""

    def __init__(self, *answers):
        super().__init__("validity", "status", status=STATES)
        self.answers = iter(answers)

    def ask(self, request):
        if request.method == "validity":
            self.replies = {"validity": next(self.answers)}
        return super().ask(request)


class TestFlaky:
    """A wrong answer is asked for again, and so is each sixteenth; a system that changes its mind is not judged."""

    def test_a_wrong_answer_that_is_right_the_second_time_is_inconclusive_with_both(self):
        (each,) = judged(Moody(MARCH_CARD, RIGHT), [VALIDITY])
        assert each.judgement.verdict is Verdict.INCONCLUSIVE
        assert each.judgement.reason == (
            "flaky: asked the same twice, it answered card_expires 2030-03-01, then 2030-02-28"
        )

    def test_a_right_answer_that_is_wrong_the_second_time_is_found_at_the_first_question(self):
        assert exit_code(Moody(RIGHT, MARCH_CARD), [VALIDITY]) == 2

    def test_one_that_does_not_answer_again_is_named_too(self):
        (each,) = judged(Moody(MARCH_CARD, DEAD), [VALIDITY])
        assert each.judgement.reason.startswith("flaky: it answered, and asked the same again it did not")
        assert DEAD.detail in each.judgement.reason

    def test_a_right_answer_in_between_is_asked_for_once(self):
        system = System("validity", "status", validity=RIGHT, status=STATES)
        judged(system, [VALIDITY, STATUS])
        assert system.asked == ["validity", "validity", "status"]

    def test_both_replies_are_kept(self):
        (each,) = judged(Moody(MARCH_CARD, RIGHT), [VALIDITY])
        assert each.again != each.reply


class TestCapabilities:
    def test_a_pack_that_is_not_claimed_is_not_applicable_and_says_so(self):
        (each,) = judged(System("status", status=STATES), [VALIDITY])
        assert each.judgement.verdict is Verdict.NOT_APPLICABLE
        assert each.judgement.reason == "the system does not claim the capability validity"

    def test_it_is_not_asked(self):
        system = System("status", status=STATES)
        judged(system, [VALIDITY, STATUS])
        assert system.asked == ["status"]

    def test_a_capability_that_nobody_knows_does_not_matter(self):
        assert exit_code(System("validity", "telepathy", validity=RIGHT), [VALIDITY]) == 0


class TestLaw:
    """The system claims an edition and readings; the plan may override them."""

    def test_the_claimed_edition_is_used(self):
        assert law_of(System("validity", edition="mic-2017", validity=RIGHT)) == "mic-2017"

    def test_without_a_claim_it_is_the_current_law(self):
        assert law_of(System("validity", edition=None, validity=RIGHT)) == "2024-05-27"

    def test_the_claimed_readings_are_used(self):
        march = {"leap-birthday-certificate": "march-1"}
        system = System("validity", readings=march, validity=MARCH_CERTIFICATES)
        assert verdicts(system, SIGNATURE) == [Verdict.PASS]

    def test_a_reading_of_the_plan_overrides_the_claimed_one(self):
        march = {"leap-birthday-certificate": "march-1"}
        system = System("validity", readings=march, validity=MARCH_CERTIFICATES)
        plan = {"readings": {"leap-birthday-certificate": "february-28"}}
        assert verdicts(system, SIGNATURE, **plan) == [Verdict.ACCEPTABLE]

    def test_a_reading_of_the_plan_joins_the_claimed_ones(self):
        system = System("validity", readings={"age-attained": "eve"}, validity=RIGHT)
        law = law_of(system, readings={"leap-age": "february-28"})
        assert law == "2024-05-27 age-attained=eve leap-age=february-28"

    def test_an_edition_of_the_plan_overrides_the_claimed_one(self):
        system = System("validity", edition="mic-2017", validity=RIGHT)
        assert law_of(system, edition="2022-04-01") == "2022-04-01"

    def test_readings_that_were_claimed_for_another_edition_are_left(self):
        system = System("validity", edition="mic-2017", readings={"move-limbs": "both"}, validity=RIGHT)
        assert law_of(system, edition="2022-04-01") == "2022-04-01"

    def test_readings_are_kept_where_the_plan_names_the_claimed_edition(self):
        system = System("validity", edition="mic-2017", readings={"move-limbs": "both"}, validity=RIGHT)
        assert law_of(system, edition="mic-2017") == "mic-2017 move-limbs=both"

    @pytest.mark.parametrize(
        ("claim", "words"),
        [
            ({"edition": "2025-01-01"}, "unknown edition '2025-01-01'"),
            ({"readings": {"leap-birthday": "march-1"}}, "unknown reading 'leap-birthday'"),
            ({"readings": {"age-attained": "noon"}}, "has no answer 'noon'"),
            ({"readings": {"move-limbs": "both"}}, "settles 'move-limbs'"),
        ],
    )
    def test_a_claim_of_a_law_that_does_not_exist_is_an_error(self, claim, words):
        with pytest.raises(UnknownLaw, match=words):
            events(System("validity", validity=RIGHT, **claim), [VALIDITY])


class TestExitCode:
    """0 all right, 1 something wrong, 2 not everything could be judged; the worse code wins."""

    def test_all_right(self):
        assert exit_code(System("validity", validity=RIGHT), [VALIDITY]) == 0

    def test_all_right_and_another_pack_not_claimed(self):
        assert exit_code(System("validity", validity=RIGHT), [VALIDITY, NUMBER]) == 0

    def test_wrong(self):
        assert exit_code(System("validity", validity=MARCH_CARD), [VALIDITY]) == 1

    def test_acceptable_is_right(self):
        assert exit_code(System("validity", validity=MARCH_CERTIFICATES), [VALIDITY]) == 0

    def test_acceptable_is_wrong_if_strict(self):
        assert exit_code(System("validity", validity=MARCH_CERTIFICATES), [VALIDITY], strict=True) == 1

    def test_strict_does_not_hurt_what_is_right(self):
        assert exit_code(System("validity", validity=RIGHT), [VALIDITY], strict=True) == 0

    @pytest.mark.parametrize("reply", [DEAD, REFUSED, {}])
    def test_inconclusive(self, reply):
        assert exit_code(System("validity", validity=reply), [VALIDITY]) == 2

    @pytest.mark.parametrize("order", [[VALIDITY, STATUS], [STATUS, VALIDITY]])
    def test_inconclusive_before_wrong(self, order):
        system = System("validity", "status", validity=MARCH_CARD, status=DEAD)
        assert exit_code(system, order) == 2

    def test_wrong_before_right(self):
        system = System("validity", "status", validity=MARCH_CARD, status=STATES)
        assert exit_code(system, [VALIDITY, STATUS]) == 1

    def test_nothing_asked(self):
        assert exit_code(System("status", status=STATES), [VALIDITY]) == 2

    def test_nothing_answered_that_was_asked_for(self):
        assert exit_code(System("validity", validity={"signature_expires": "2025-02-28"}), [VALIDITY]) == 2

    def test_a_wrong_type_is_inconclusive(self):
        assert exit_code(System("validity", validity={"card_expires": 20300228}), [VALIDITY]) == 2


@pytest.fixture(scope="module")
def last_events():
    """A run of the whole shipped suite against examples/sut/conforming."""
    address = "python:examples.sut.conforming.sut:Sut"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        with Session(open_connection(address)) as session:
            return list(run(session, Plan(address, suites())))


class TestConformingSystem:
    """The independent implementation in examples/sut/conforming is right about the whole shipped suite."""

    def test_everything_passes(self, last_events):
        assert {e.judgement.verdict for e in last_events if isinstance(e, Judged)} == {Verdict.PASS}

    def test_every_scenario_was_judged(self, last_events):
        served = [scenario for scenario in suites() if scenario.serves(law("2024-05-27"))]
        assert sum(isinstance(event, Judged) for event in last_events) == len(served) > 700

    def test_it_ends_well(self, last_events):
        assert last_events[-1].exit_code == 0
