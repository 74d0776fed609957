"""Transitions and their shortest histories, random histories with shrinking, lanes and their picture."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from history_systems import CURRENT, MOVE_NOT_NOTIFIED, a_history, an_event, right, with_fault
from jpki_model.world.events import KINDS
from jpki_oracle.histories.build import reference
from jpki_oracle.histories.faults import FAULTS
from jpki_oracle.histories.history import shipped_histories
from jpki_oracle.histories.lanes import lanes_of
from jpki_oracle.histories.lanes_drawing import lanes_svg
from jpki_oracle.histories.machine import explore
from jpki_oracle.histories.transitions import played_steps, reached
from jpki_oracle.histories.words import CAUSES, EVENTS
from jpki_oracle.judge import Verdict
from jpki_oracle.sut.session import Session


def test_the_shipped_histories_make_every_transition_that_one_event_makes() -> None:
    made = {step for each in shipped_histories("transitions") for step in played_steps(each, reference)}
    assert set(reached(reference, 1, 10_000)) <= made
    assert len(made) >= 130


def test_each_history_of_transitions_is_for_the_last_one_that_it_makes() -> None:
    for each in shipped_histories("transitions"):
        assert each.about == f"transition|{played_steps(each, reference)[-1]}"


def test_pairs_of_kinds_come_up_one_after_the_other() -> None:
    pairs = set()
    for each in shipped_histories("pairs"):
        steps = played_steps(each, reference)
        pairs |= {(a.kind, bool(a.refused), b.kind, bool(b.refused)) for a, b in pairwise(steps)}
    assert len(pairs) >= 600
    assert {first for first, *_ in pairs} >= set(KINDS) - {
        "born",
        "network_held",
        "card_found",
        "pin_reset",
        "stay_extended",
    }


def test_random_histories_find_nothing_in_the_right_world() -> None:
    explored = explore(Session(right()), CURRENT, examples=40, steps=10, number=3)
    assert explored.judgement is None
    assert explored.played >= 20


def test_random_histories_are_shrunk_to_the_one_event_that_is_needed() -> None:
    explored = explore(
        Session(with_fault(FAULTS["reissue-keeps-card"])), CURRENT, examples=400, steps=12, number=1
    )
    assert explored.judgement is not None
    assert explored.judgement.verdict is Verdict.FAIL
    assert explored.judgement.scenario.question() == "2024-07-01 reissue_requested"


def test_the_same_seed_draws_the_same_histories() -> None:
    found = [
        explore(Session(with_fault(FAULTS["loss-ignored"])), CURRENT, examples=300, steps=12, number=5)
        for _ in range(2)
    ]
    assert found[0].played == found[1].played


def test_a_history_has_a_lane_for_each_card_certificate_and_period() -> None:
    lanes = lanes_of(MOVE_NOT_NOTIFIED, CURRENT)
    assert [(lane.item, lane.bars[-1].state, str(lane.bars[-1].start)) for lane in lanes.lanes[:3]] == [
        ("card", "lapsed", "2024-08-22"),
        ("signature", "revoked", "2024-08-10"),
        ("authentication", "revoked", "2024-09-10"),
    ]
    periods = {lane.item: (str(lane.bars[0].start), str(lane.bars[0].end)) for lane in lanes.lanes[3:]}
    assert periods == {
        "period-planned": ("2024-08-10", "2024-09-09"),
        "period-arrival": ("2024-08-07", "2024-08-21"),
    }


@pytest.mark.parametrize(("lang", "words"), [("en", "notice of moving out"), ("ja", "転出届")])
def test_the_picture_is_svg_in_black_and_white_with_a_mark_for_each_event(lang: str, words: str) -> None:
    refused = a_history(an_event("2024-08-01", "movein_notified"))
    for each, circles in ((MOVE_NOT_NOTIFIED, 4), (refused, 1)):
        picture = lanes_svg(lanes_of(each, CURRENT), lang)
        root = ElementTree.fromstring(picture)
        marks = [e for e in root if e.tag.endswith("circle")]
        assert len(marks) == circles
        colours = {e.get(name) for e in root.iter() for name in ("fill", "stroke")} - {None}
        assert colours <= {"white", "black", "#444", "#bbb", "#999", "url(#ended)", "url(#waits)"}
    assert words in lanes_svg(lanes_of(MOVE_NOT_NOTIFIED, CURRENT), lang)


def test_every_kind_of_event_has_words() -> None:
    assert set(EVENTS) == set(KINDS)
    assert all(text.en and text.ja for text in (*EVENTS.values(), *CAUSES.values()))
