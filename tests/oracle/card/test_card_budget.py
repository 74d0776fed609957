"""The budget of tries: proven by the solver, planned, and kept across runs."""

from dataclasses import replace

import pytest
from jpki_oracle.card import budget
from jpki_oracle.card.budget import Budget, Tally
from jpki_oracle.card.budget_proof import DESTRUCTIVE_RULE, OWN_PIN_RULE, Rules, fewest_left, refute
from jpki_oracle.card.guard import Permission, Tier
from jpki_oracle.card.plan import PlannedCase, run_plan
from jpki_oracle.card.record import FileStore, RecordError, state_folder


@pytest.mark.parametrize("maximum", [3, 5])
def test_no_answer_of_a_card_leads_below_what_the_tiers_promise(maximum):
    assert refute(maximum, OWN_PIN_RULE[0], maximum - 1) is None
    assert refute(maximum, DESTRUCTIVE_RULE[0], 2) is None


BROKEN = {
    "a torn card counts for nothing": Rules(presented=lambda tally: tally),
    "a refusal without a counter counts for nothing": Rules(
        refused=lambda tally, tries: replace(tally, lost=tally.lost - 1)
    ),
    "the card's word is taken for a try that did not fall": Rules(
        refused=lambda tally, tries: replace(tally, lost=0, unadmitted=0, asked=tries)
    ),
    "any answer is taken for a full counter": Rules(refused=lambda tally, tries: budget.accepted(tally)),
    "what was asked long ago still holds": Rules(told=lambda tally, tries: replace(tally, lost=0)),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_budget_that_is_broken_on_purpose_is_refuted(what):
    refutation = refute(3, DESTRUCTIVE_RULE[0], 2, BROKEN[what])
    assert refutation is not None
    assert refutation.step.what


def test_a_policy_that_goes_one_try_further_is_refuted():
    def one_further(tally: Tally) -> str | None:
        return None if tally.tries_feared >= 2 else "too few"

    refutation = refute(3, one_further, 2)
    assert refutation is not None
    assert (refutation.step.presents, refutation.step.left_after) == (True, 1)


@pytest.mark.parametrize(
    ("rule", "maximum", "now", "presentations", "fewest"),
    [
        (OWN_PIN_RULE, 3, 3, 1, 2),
        (OWN_PIN_RULE, 5, 5, 1, 4),
        (OWN_PIN_RULE, 5, 4, 1, 4),  # it is not full, so nothing is presented
        (DESTRUCTIVE_RULE, 3, 3, 1, 2),
        (DESTRUCTIVE_RULE, 3, 3, 9, 2),
        (DESTRUCTIVE_RULE, 5, 5, 1, 4),
        (DESTRUCTIVE_RULE, 5, 5, 2, 3),
        (DESTRUCTIVE_RULE, 5, 5, 9, 2),
        (DESTRUCTIVE_RULE, 5, 1, 3, 1),
    ],
)
def test_the_worst_of_a_plan_is_known_before(rule, maximum, now, presentations, fewest):
    assert fewest_left(maximum, now, presentations, rule[0]) == fewest


CASES = [
    PlannedCase("reads", Tier.SAFE, 10, {}, {}),
    PlannedCase("signs", Tier.OWN_PIN, 20, {"jpki/0018": 1}, {}),
    PlannedCase("locks", Tier.DESTRUCTIVE, 40, {"jpki/001B": 1}, {"jpki/001B": 5}),
]


def test_a_plan_names_what_runs_what_is_left_out_and_the_worst():
    plan = run_plan(CASES, Permission(Tier.OWN_PIN), "pcsc:0", {"jpki/0018": 3, "jpki/001B": 5})
    assert (plan.runs, plan.left_out, plan.destructive) == (("reads", "signs"), ("locks",), ())
    assert (plan.commands, round(plan.seconds, 2)) == (30, 0.9)
    (pin,) = plan.pins
    assert (pin.pin, pin.right, pin.wrong, pin.now, pin.at_worst) == ("jpki/0018", 1, 0, 3, 2)


def test_a_safe_plan_presents_nothing():
    plan = run_plan(CASES, Permission(), "pcsc:0", {})
    assert (plan.runs, plan.left_out, plan.pins) == (("reads",), ("signs", "locks"), ())


def test_a_plan_for_an_emulator_has_no_worst():
    plan = run_plan(CASES, Permission(Tier.DESTRUCTIVE, emulator=True), "emulator:", {})
    assert plan.left_out == ()
    assert plan.destructive == ("locks",)
    assert [(pin.pin, pin.wrong, pin.at_worst) for pin in plan.pins] == [
        ("jpki/0018", 0, None),
        ("jpki/001B", 5, None),
    ]


def test_what_is_in_doubt_outlives_the_run_and_is_on_the_disk_before_the_pin_is_sent(tmp_path):
    store = FileStore(b"card 1", tmp_path)
    run = Budget(store)
    run.change("jpki/0018", budget.presented(budget.told(run.tally("jpki/0018"), 3)))
    on_disk = store.path.read_text()
    store.close()
    assert '"lost": 1' in on_disk

    store = FileStore(b"card 1", tmp_path)
    with pytest.raises(RecordError, match="another run uses this card"):
        FileStore(b"card 1", tmp_path)
    again = Budget(store)
    tally = again.tally("jpki/0018")
    assert (tally.asked, tally.lost) == (None, 1)
    assert budget.may_present_own(tally)
    again.change("jpki/0018", budget.told(tally, 3))
    assert budget.may_present_own(again.tally("jpki/0018")) is None


def test_a_wrong_pin_that_the_card_did_not_admit_is_not_forgotten(tmp_path):
    store = FileStore(b"card 1", tmp_path)
    run = Budget(store)
    tally = budget.presented(budget.told(run.tally("jpki/0018"), 3))
    run.change("jpki/0018", budget.refused(tally, 3))
    store.close()

    tally = budget.told(Budget(FileStore(b"card 1", tmp_path)).tally("jpki/0018"), 3)
    assert "cannot be trusted" in budget.may_present_own(tally)
    assert "fewer than 2 tries" in budget.may_present_any(tally)


def test_records_tell_cards_apart_and_hold_nothing_personal(tmp_path):
    one, two = FileStore(b"JPKIAPICCTOKEN2/1234567890123456", tmp_path), FileStore(b"another", tmp_path)
    assert one.path != two.path
    one.save({"jpki/0018": (1, 0)})
    everything = b"".join(path.read_bytes() + path.name.encode() for path in tmp_path.iterdir())
    assert b"1234567890" not in everything
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir() if path.name in ("key",)} == {0}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "jpki-oracle-card", "version": 1, "pins": {"jpki/0018": {"lost": -1, "unadmitted": 0}}}',
    ],
)
def test_a_damaged_record_ends_the_run_and_says_what_to_do(text, tmp_path):
    store = FileStore(b"card 1", tmp_path)
    store.close()
    store.path.write_text(text)
    with pytest.raises(RecordError, match=r"is damaged.*delete the file"):
        FileStore(b"card 1", tmp_path)


def test_without_a_place_for_records_no_pin_is_presented(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="without it no PIN is presented"):
        FileStore(b"card 1", tmp_path / "file" / "cards")


def test_records_stand_in_the_folder_for_states(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "jpki-oracle" / "cards"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local/state/jpki-oracle/cards"
