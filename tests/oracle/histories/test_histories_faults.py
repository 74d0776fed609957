"""Every fault of the published list is found, named, and shown by a history no longer than needed."""

from dataclasses import replace

import pytest
from history_systems import CURRENT, judged, right, with_fault
from jpki_model.world.events import KINDS
from jpki_oracle.histories.build import LENGTH, faulty, fewest, reference
from jpki_oracle.histories.fault import Fault, fault
from jpki_oracle.histories.faults import FAULTS
from jpki_oracle.histories.history import History, shipped_histories
from jpki_oracle.histories.observation import first_difference
from jpki_oracle.histories.search import NotFound, shortest
from jpki_oracle.histories.seeds import SEEDS, taken_down
from jpki_oracle.judge import Verdict
from jpki_spec.clauses import CLAUSES

SHOWN = {each.about.removeprefix("fault|"): each for each in shipped_histories("faults")}
EACH = pytest.mark.parametrize("planted", FAULTS.values(), ids=lambda planted: planted.id)


def test_there_are_more_than_forty_and_each_has_its_history() -> None:
    assert len(FAULTS) >= 40
    assert set(SHOWN) == set(FAULTS)


@EACH
def test_a_planted_fault_fails_at_the_last_event_of_its_history_and_the_right_world_passes(
    planted: Fault,
) -> None:
    shown = SHOWN[planted.id]
    (judgement,) = judged(with_fault(planted), shown)
    assert judgement.verdict in (Verdict.FAIL, Verdict.ACCEPTABLE)
    assert judgement.differences
    assert len(judgement.trace) == len(shown.events) + 1
    assert {clause for each in judgement.differences for clause in each.clauses} <= set(CLAUSES)
    (other,) = judged(right(), shown)
    assert other.verdict is Verdict.PASS


@EACH
def test_no_event_of_its_history_can_be_left_out(planted: Fault) -> None:
    shown = SHOWN[planted.id]
    for place in range(len(shown.events) - 1):
        shorter = replace(shown, events=shown.events[:place] + shown.events[place + 1 :])
        assert first_difference(shorter, reference, faulty(planted)) is None


@pytest.mark.parametrize(
    "planted", [each for each in FAULTS.values() if 1 < len(SHOWN[each.id].events) <= 3], ids=lambda p: p.id
)
def test_the_bounded_search_knows_no_shorter_history(planted: Fault) -> None:
    length = len(SHOWN[planted.id].events) - 1
    found = shortest(reference, faulty(planted), planted.kinds, length)
    assert isinstance(found, NotFound)
    assert found.whole


def test_few_histories_show_all_faults() -> None:
    chosen = fewest(SHOWN.values())
    lengths = sorted(len(each.events) for each in chosen)
    assert len(chosen) <= 150
    assert lengths[len(lengths) // 2] <= 6


def test_a_seed_longer_than_needed_is_taken_down() -> None:
    planted = FAULTS["second-move-forgotten"]
    seed = SEEDS[planted.id]
    longer = replace(
        seed, events=(*seed.events[:3], replace(seed.events[-1], on=seed.events[2].on), *seed.events[3:])
    )
    assert len(longer.events) == 6
    assert len(taken_down(longer, reference, faulty(planted)).events) == 5
    with pytest.raises(ValueError, match="does not tell the two apart"):
        taken_down(longer, reference, reference)


def test_what_faults_are_about_are_kinds_of_event_and_ids_are_taken_once() -> None:
    for planted in FAULTS.values():
        assert set(planted.kinds) <= set(KINDS), planted.id
    assert max(len(each.events) for id, each in SHOWN.items() if id not in SEEDS) <= LENGTH
    with pytest.raises(ValueError, match="already"):
        fault("loss-ignored", "again", "再び", "day")(FAULTS["loss-ignored"].world)


def test_faults_hold_under_the_edition_they_are_searched_in() -> None:
    assert CURRENT.edition == "2024-05-27"
    assert {each.start.isoformat() for each in SHOWN.values() if isinstance(each, History)} == {"2024-07-01"}
