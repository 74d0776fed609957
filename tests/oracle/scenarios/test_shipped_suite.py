"""The suite that comes with the program: what it holds, that its ids stay, and that it reaches every edge."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import pytest
from jpki_model.evaluate import Value, compile_terms
from jpki_model.life import life
from jpki_model.solver import NoLife, Question
from jpki_oracle.judge import Judge
from jpki_oracle.scenarios.boundary import all_goals, all_laws, is_met, values_of
from jpki_oracle.scenarios.goals import Goal
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import Scenario, schema, shipped_suite, write_suite
from jpki_spec.laws import EDITIONS, Law, law
from jpki_spec.rules.registry import RULES
from jsonschema import Draft202012Validator

SHIPPED = files("jpki_oracle.scenarios").joinpath("boundary.json").read_bytes()
SUITE = shipped_suite("boundary")


class TestContent:
    def test_it_has_at_least_three_hundred_scenarios(self):
        assert len(SUITE) >= 300

    def test_each_pack_has_its_share(self):
        assert all(count >= 50 for count in Counter(scenario.pack for scenario in SUITE).values())

    def test_its_ids_are_unique(self):
        assert [id for id, count in Counter(scenario.id for scenario in SUITE).items() if count > 1] == []

    def test_its_schema_is_a_schema(self):
        Draft202012Validator.check_schema(schema())

    def test_it_follows_its_schema(self):
        assert list(Draft202012Validator(schema()).iter_errors(json.loads(SHIPPED))) == []

    def test_the_schema_refuses_a_scenario_without_a_question(self):
        content = json.loads(SHIPPED)
        del content["scenarios"][0]["params"]
        assert len(list(Draft202012Validator(schema()).iter_errors(content))) == 1

    def test_its_count_is_right(self):
        assert json.loads(SHIPPED)["count"] == len(SUITE)

    def test_writing_what_was_read_gives_the_same_bytes(self):
        assert write_suite(SUITE).encode() == SHIPPED

    def test_the_order_of_the_scenarios_does_not_matter(self):
        assert write_suite(reversed(SUITE)).encode() == SHIPPED

    def test_there_is_a_day_where_a_state_is_asked_for_and_only_there(self):
        assert {scenario.pack for scenario in SUITE if scenario.on is not None} == {"status"}

    @pytest.mark.parametrize("part", ["validity.", "moves.", "revocation.", "states.", "number."])
    def test_every_part_of_the_rules_is_on_some_edge(self, part):
        on_edge = {scenario.rule for scenario in SUITE}
        assert any(rule.startswith(part) for rule in on_edge & set(RULES))


class TestIds:
    """An id follows from the question alone, and never changes: records of known failures hang on it."""

    @pytest.mark.parametrize(
        ("pack", "params", "id"),
        [
            (
                "validity",
                {"life": {"birth": "1992-02-29", "card_issued": "2020-06-01"}},
                "validity-2308ec2373",
            ),
            (
                "validity",
                {"life": {"birth": "1995-06-12", "card_issued": "2016-04-19"}},
                "validity-65511d9307",
            ),
            (
                "status",
                {"life": {"birth": "1992-02-29", "card_issued": "2020-06-01"}, "on": "2028-02-29"},
                "status-c43120c809",
            ),
            ("number", {"number": "319592179286"}, "number-ffb4cdcc17"),
            ("number", {"resident_record_code": "24727059608"}, "number-3d80f5ea0e"),
        ],
    )
    def test_five_that_were_written_down(self, pack, params, id):
        row = params.get("life")
        on = date.fromisoformat(params["on"]) if "on" in params else None
        scenario = Scenario(pack, "", "", "", life(row) if row else None, on, None if row else params)
        assert scenario.id == id

    def test_each_is_the_pack_and_a_digest_of_the_question(self):
        for row in json.loads(SHIPPED)["scenarios"]:
            digest = hashlib.sha256(json.dumps(row["params"], sort_keys=True).encode()).hexdigest()
            assert row["id"] == f"{row['pack']}-{digest[:10]}"

    def test_why_it_is_asked_does_not_matter(self):
        one, other = (Scenario("number", about, about, about, number={"number": "0"}) for about in "ab")
        assert one.id == other.id


@dataclass(frozen=True)
class Reached:
    """Every goal of every edition, and those that no scenario of the suite meets."""

    goals: Sequence[tuple[Law, Goal]]
    unmet: Sequence[tuple[Law, Goal]]


def suite_values(pack: str) -> list[dict[str, Value]]:
    return [values_of(s.life, s.on) for s in SUITE if s.pack == pack and s.life is not None]


@pytest.fixture(scope="module")
def reached():
    """All goals of a pack compiled together, since they share most of their terms: seconds instead of minutes."""
    goals: list[tuple[Law, Goal]] = []
    unmet: list[tuple[Law, Goal]] = []
    for pack in ("validity", "status"):
        of_pack = {
            goal.term.get_id(): (each, goal)
            for each in all_laws()
            for goal in all_goals(each)
            if goal.pack == pack
        }
        compiled = compile_terms([goal.term for _, goal in of_pack.values()])
        met = [
            any(column) for column in zip(*(compiled(values) for values in suite_values(pack)), strict=True)
        ]
        goals += of_pack.values()
        unmet += [each for each, is_reached in zip(of_pack.values(), met, strict=True) if not is_reached]
    return Reached(goals, unmet)


class TestEdges:
    """Each edge of each rule of each edition is met by a scenario, or proven out of reach of every life.

    The whole proof takes minutes (`suite build` does it); here a fixed sample of what is unmet is proven.
    """

    def test_there_are_goals_for_every_edition(self, reached):
        assert {law.edition for law, _ in reached.goals} == set(EDITIONS)

    def test_most_are_met(self, reached):
        assert len(reached.goals) > 2000
        assert len(reached.unmet) < len(reached.goals) / 4

    def test_a_sample_of_the_unmet_is_out_of_reach(self, reached):
        sample = reached.unmet[:: max(1, len(reached.unmet) // 24)]
        reachable = [
            (str(law), goal.outcome, goal.rule, goal.edge)
            for law, goal in sample
            if not isinstance(Question(goal.term, law).ask(readable=False), NoLife)
        ]
        assert reachable == []

    def test_a_goal_is_met_as_the_builder_sees_it(self, reached):
        unmet = {goal.term.get_id() for _, goal in reached.unmet}
        for _, goal in reached.goals[::100]:
            assert is_met(goal, suite_values(goal.pack)) == (goal.term.get_id() not in unmet)

    def test_without_its_scenarios_a_goal_is_not_met(self, reached):
        unmet = {goal.term.get_id() for _, goal in reached.unmet}
        _, goal = next(each for each in reached.goals if each[1].term.get_id() not in unmet)
        meeting = [values for values in suite_values(goal.pack) if is_met(goal, [values])]
        rest = [values for values in suite_values(goal.pack) if values not in meeting]
        assert meeting != []
        assert not is_met(goal, rest)


MY_NUMBERS = [s for s in SUITE if s.number and "number" in s.number]
CODES = [s for s in SUITE if s.number and "resident_record_code" in s.number]


def my_number_is_valid(text: str) -> bool:
    """Order of the Number Act, check digit: 11 - (sum of P(n) * Q(n), n = 1 to 11, modulo 11); 0 for 0 and 1.

    P(n) is the n-th digit from the right, without the check digit; Q(n) is n + 1 up to n = 6, n - 5 from there.
    """
    if len(text) != 12 or not all(character in "0123456789" for character in text):
        return False
    total = sum(int(text[11 - n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    return int(text[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


class TestNumbers:
    """The pack `number`, against a check digit that is computed here."""

    @pytest.fixture(params=MY_NUMBERS, ids=lambda scenario: scenario.id)
    def scenario(self, request):
        return request.param

    def test_a_my_number_is_expected_to_be_what_was_computed(self, scenario):
        expected = Judge(law("2024-05-27")).expected(scenario)
        assert expected == {"my_number": my_number_is_valid(scenario.number["number"])}

    @pytest.mark.parametrize("remainder", range(11))
    @pytest.mark.parametrize("valid", [True, False])
    def test_every_remainder_is_asked_with_a_right_and_a_wrong_digit(self, remainder, valid):
        asked = [s.number["number"] for s in MY_NUMBERS if s.edge.startswith(f"remainder|{remainder}|")]
        assert [my_number_is_valid(text) for text in asked].count(valid) == 1

    def test_every_digit_counts(self):
        single = [s.number["number"] for s in MY_NUMBERS if s.edge.startswith("place|")]
        right = [text for text in single if my_number_is_valid(text)]
        assert {text[:11].index("3") for text in right} == set(range(11))

    @pytest.mark.parametrize("scenario", CODES, ids=lambda scenario: scenario.id)
    def test_a_code_is_expected_to_have_eleven_digits(self, scenario):
        text = scenario.number["resident_record_code"]
        eleven = len(text) == 11 and all(character in "0123456789" for character in text)
        assert Judge(law("2024-05-27")).expected(scenario) == {"resident_record_code": eleven}

    def test_what_is_no_number_is_asked_too(self):
        malformed = [s.number["number"] for s in MY_NUMBERS if s.edge.startswith("form|")]
        assert "" in malformed
        assert {len(text) for text in malformed} >= {0, 11, 12, 13}
        assert any(text.isdigit() and not text.isascii() for text in malformed)

    def test_what_was_found_once_is_found_again(self):
        # Known failures are recorded by id, and an id follows from the number.
        assert [s.id for s in number_scenarios()] == [s.id for s in number_scenarios()]

    def test_their_edges_are_those_that_are_shipped(self):
        shipped = Counter((s.outcome, s.edge) for s in SUITE if s.pack == "number")
        assert Counter((s.outcome, s.edge) for s in number_scenarios()) == shipped
