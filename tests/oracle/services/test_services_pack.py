"""The pack `services`: a right engine passes, others are judged as they are."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
import z3
from jpki_model.day import NEVER_DAY
from jpki_model.usage import UseQuestionError, decide, derivation, use_question
from jpki_oracle.campaign import Plan, run
from jpki_oracle.judge import Verdict
from jpki_oracle.reports.files import FileReports, junit_xml
from jpki_oracle.services.case import PACK
from jpki_oracle.services.judge import judge_of
from jpki_oracle.services.shipped import use_scenarios
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.messages import METHODS
from jpki_oracle.sut.session import Session
from jpki_spec.clauses import CLAUSES
from jpki_spec.terms import DATE, LITERAL
from jpki_spec.usage import TOPICS, USE, USE_FIELDS, USE_SORTS
from jpki_spec.usage_readings import UsageLaw, usage_law_of
from jpki_spec.usage_rulebook import usage_rulebook
from jsonschema import Draft202012Validator
from policy_engines import Engine, judged

DOCS = Path(__file__).resolve().parents[3] / "docs"
CURRENT, SLIDES = usage_law_of("2024-05-27", {}), usage_law_of("mic-2017", {})


def test_an_engine_written_from_the_clauses_alone_passes_every_question() -> None:
    judgements, end = judged(Engine())

    assert {each.verdict for each in judgements} == {Verdict.PASS}
    assert end.exit_code == 0


def test_the_same_engine_is_not_right_by_the_slides_of_2017() -> None:
    """They knew no certificates in phones."""
    judgements, end = judged(Engine(), edition="mic-2017")

    wrong = {each.scenario.params["topic"] for each in judgements if each.verdict is Verdict.FAIL}
    assert wrong == {"media"}
    assert end.exit_code == 1


@pytest.mark.parametrize("current", [CURRENT, SLIDES], ids=str)
def test_a_second_evaluator_agrees_on_every_expected_answer(current: UsageLaw) -> None:
    """The solver's own simplification, with days as numbers, against the compiled rules."""
    before = z3.Function("before", DATE, DATE, z3.BoolSort())
    for scenario in use_scenarios():
        question = scenario.use_question
        for outcome, value in decide(question, current).items():
            term = usage_rulebook(current).outcomes[question.topic, outcome]
            pairs = []
            for name, fact in question.facts:
                if USE_FIELDS[name].is_date:
                    term = _with_day(term, before, f"{fact:%Y%m%d}")
                else:
                    sort = "yes_no" if USE_FIELDS[name].is_boolean else name
                    pairs.append((getattr(USE, name).term, USE_SORTS[sort][1][str(fact)]))
            simple = z3.simplify(z3.substitute(term, *pairs))
            told = z3.is_true(simple) if isinstance(value, bool) else str(simple).split(".", 1)[1]
            assert told == value, scenario.id


def _with_day(term, before, number: str):
    """Comparisons of the day with a literal, decided by comparing their digits."""
    pending, found = [term], []
    while pending:
        node = pending.pop()
        if node.decl().eq(before):
            one, other = (
                number if str(side) == "on" else str(side.arg(0).as_long()) for side in node.children()
            )
            found.append((node, z3.BoolVal(one < other)))
        pending += node.children()
    assert LITERAL.arity() == 1
    assert str(NEVER_DAY) > number
    return z3.substitute(term, *found) if found else term


@pytest.mark.parametrize("scenario", use_scenarios()[::7], ids=lambda each: each.id)
def test_a_question_has_words_in_both_languages_a_rule_and_clauses(scenario) -> None:
    kind, english, japanese = scenario.edge.split("|")
    why = derivation(scenario.use_question, scenario.outcome, CURRENT)

    assert kind == "stated"
    assert english.isascii()
    assert scenario.question().startswith(english)
    assert not japanese.isascii()
    assert scenario.rule == why[0].rule.id
    clauses = [clause for step in why for clause in step.clauses()]
    assert clauses
    assert set(clauses) <= set(CLAUSES)


def test_where_no_row_is_for_a_question_the_nearest_ones_are_told() -> None:
    """An iPhone in 2017: what the slides say of reading by Android, and nothing of computers."""
    asked = use_question(
        {
            "topic": "media",
            "medium": "phone-reads-card",
            "operation": "sign",
            "card": True,
            "computer": False,
            "card_reader": False,
            "smartphone": "iphone",
            "entry": "pin",
            "on": "2017-12-15",
        }
    )

    (top,) = derivation(asked, "allowed", SLIDES)
    clauses = top.clauses()
    assert "media-matrix-reading" in clauses
    assert "media-reader-needs" not in clauses


def test_the_ids_of_the_questions_are_unique() -> None:
    ids = [scenario.id for scenario in use_scenarios()]
    assert len(ids) == len(set(ids))
    assert {scenario.use_question.topic for scenario in use_scenarios()} == set(TOPICS)


def test_an_answer_that_is_right_under_another_reading_is_acceptable_and_names_it() -> None:
    def lenient(topic: str, facts, answers):
        ended = topic == "identity-document" and facts["card_force"] == "ended"
        return {"allowed": facts["side"] == "face"} if ended else answers

    judgements, end = judged(Engine(lenient), topic="identity-document")
    readings = {each.readings for each in judgements if each.verdict is Verdict.ACCEPTABLE}

    assert readings == {(("ended-card-as-identity", "yes"),)}
    assert end.exit_code == (1 if any(each.verdict is Verdict.FAIL for each in judgements) else 0)


def test_a_system_may_claim_a_reading_and_is_judged_by_it() -> None:
    def any_card(topic: str, facts, answers):
        if facts["card_force"] == "in-force":
            return answers
        of_the_number = facts["side"] == "both" and facts["handling"] == "copied"
        named = facts["requester"] != "not-named"
        return {"allowed": facts["side"] != "back" and (named or not of_the_number)}

    claims = {"readings": {"ended-card-as-identity": "yes"}}
    judgements, end = judged(Engine(any_card, **claims), topic="identity-document")

    assert {each.verdict for each in judgements} == {Verdict.PASS}
    assert end.exit_code == 0


def test_a_claim_about_use_does_not_disturb_the_packs_over_lives() -> None:
    engine = Engine(readings={"ended-card-as-identity": "yes"}, capabilities=[])
    with Session(engine) as session:
        started, *_ = run(session, Plan("engine", []))

    assert started.law.readings == {}


def test_an_engine_that_says_nothing_is_inconclusive() -> None:
    judgements, end = judged(Engine(lambda topic, facts, answers: {}), topic="seal")

    assert {each.verdict for each in judgements} == {Verdict.INCONCLUSIVE}
    assert end.exit_code == 2


def test_an_answer_of_a_wrong_type_is_inconclusive_and_named() -> None:
    judgements, _ = judged(Engine(lambda topic, facts, answers: {"allowed": "true"}), topic="free-area")

    assert {each.verdict for each in judgements} == {Verdict.INCONCLUSIVE}
    assert "allowed: 'true' is not a truth value" in judgements[0].reason


def test_a_flaky_engine_is_not_judged() -> None:
    heard: list[int] = []

    def flaky(topic: str, facts, answers):
        heard.append(1)
        return {"allowed": len(heard) % 2 == 0}

    judgements, end = judged(Engine(flaky), topic="card-standard")

    assert any("flaky" in each.reason for each in judgements)
    assert end.exit_code == 2


def test_a_system_that_makes_no_such_claim_is_not_judged() -> None:
    judgements, end = judged(Engine(capabilities=["number"]), topic="seal")

    assert {each.verdict for each in judgements} == {Verdict.NOT_APPLICABLE}
    assert end.exit_code == 2


def test_a_question_is_what_the_message_carries_and_back() -> None:
    for scenario in use_scenarios():
        sent = METHODS[PACK].params.model_validate(scenario.params).content()
        assert use_question(sent) == scenario.use_question


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"topic": "weather"}, "no topic 'weather'"),
        ({"topic": "seal"}, "states seal_part"),
        ({"topic": "seal", "seal_part": "ink"}, "no 'ink'"),
        ({"topic": "card-entries", "entry_changed": "name", "room": "yes"}, "not true or false"),
    ],
)
def test_what_is_no_question_is_refused_in_one_line(params: dict[str, object], message: str) -> None:
    with pytest.raises(UseQuestionError, match=message):
        use_question(params)


def test_facts_of_another_topic_are_not_sent() -> None:
    with Session(Engine()) as session, pytest.raises(ValueError, match="states exactly seal_part"):
        session.ask(PACK, {"topic": "seal", "seal_part": "imprint", "room": True})


def test_a_run_is_judged_again_from_its_journal(tmp_path: Path) -> None:
    def wrong(topic: str, facts, answers):
        return {"allowed": True} if topic == "free-area" else answers

    asked = [each for each in use_scenarios() if each.use_question.topic in ("free-area", "seal")]
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, connection in (
        (first, lambda: Engine(wrong)),
        (second, lambda: open_connection(f"journal:{first / 'journal.ndjson'}")),
    ):
        files = FileReports(folder, "en")
        with Session(connection()) as session:
            for event in run(session, Plan("engine", asked), judge_of):
                files.hear(event)

    assert "fail" in (first / "results.json").read_text(encoding="utf-8")
    for name in ("journal.ndjson", "results.json", "junit.xml", "matrix.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_reports_of_files_tell_rule_and_clauses() -> None:
    asked = [each for each in use_scenarios() if each.use_question.topic == "free-area"]
    with Session(Engine(lambda topic, facts, answers: {"allowed": True})) as session:
        events = list(run(session, Plan("engine", asked), judge_of))
    text = junit_xml(events, "ja")

    assert "usage.free-area" in text
    assert "free-area-local" in text
    assert "認められないものを認める" in text


def test_the_shipped_file_is_json_with_one_question_a_line() -> None:
    text = files("jpki_oracle.services").joinpath("use_scenarios.json").read_text(encoding="utf-8")
    content = json.loads(text)

    assert content["format"] == "jpki-oracle-services"
    assert content["count"] == len(content["scenarios"]) == len(text.splitlines()) - 2
    assert [row["id"] for row in content["scenarios"]] == [each.id for each in use_scenarios()]


def test_the_published_schema_accepts_the_shipped_questions_and_no_others() -> None:
    text = files("jpki_oracle.services").joinpath("use_scenarios.json").read_text(encoding="utf-8")
    rows = json.loads(text)["scenarios"]
    published = json.loads((DOCS / "schema" / "services-questions.schema.json").read_text(encoding="utf-8"))
    question = Draft202012Validator(published["properties"]["scenarios"]["items"])

    assert [row["id"] for row in rows[::25] if not question.is_valid(row)] == []
    other = {**rows[0], "params": {**rows[0]["params"], "service": "laundry"}}
    missing = {**rows[0], "params": {"topic": "service"}}
    assert not question.is_valid(other)
    assert not question.is_valid(missing)
