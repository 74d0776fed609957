"""The shipped sequences: what the file says of itself, and that they show the faults of the rules."""

import json
import random
from importlib.resources import files

import jsonschema
import pytest
from jpki_model.card_machine import CardMachine, CardStep, card_machine, first_values
from jpki_oracle.card.faults import card_faults
from jpki_oracle.card.sequences import (
    SHIPPED,
    CardSequence,
    SequenceError,
    of_tier,
    parse_sequences,
    schema,
    shipped_sequences,
    write_sequences,
)
from jpki_oracle.card.settle import Equivalent, Settling, Shown
from jpki_oracle.card.transitions import classes_of
from jpki_oracle.card.trials import Trials
from jpki_spec.card import APPLICATIONS, FILES, IDENTIFIERS, OPERATIONS, PINS, SECRETS
from jpki_spec.card_readings import card_readings

DEFAULT = card_readings()
TEXT = files("jpki_oracle.card").joinpath(SHIPPED).read_text(encoding="utf-8")
SUITE = shipped_sequences()
EVERY = 37
"""Of so many faults one is run here; all of them were when the file was written."""


def test_the_file_follows_its_schema() -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(TEXT))


def test_the_file_is_written_as_it_is_read() -> None:
    assert write_sequences(SUITE) == TEXT


def test_every_fault_is_shown_or_proven_to_change_nothing() -> None:
    faults = {fault.id: fault for fault in card_faults(DEFAULT)}
    settled = set(SUITE.equivalent) | set(SUITE.within)

    assert len(faults) == SUITE.faults
    assert settled <= set(faults)
    trials = Trials(card_machine(DEFAULT), [sequence.commands for sequence in SUITE.sequences])
    for id in list(faults)[::EVERY]:
        assert trials.shows(faults[id]).any() != (id in settled), id


def test_no_fault_is_left_to_a_limited_length() -> None:
    assert dict(SUITE.within) == {}


def test_random_commands_find_no_difference_where_the_solver_proved_none() -> None:
    faults = {fault.id: fault for fault in card_faults(DEFAULT)}
    dice = random.Random(5)
    walks = [random_walk(dice, 25) for _ in range(12)]
    trials = Trials(card_machine(DEFAULT), walks)

    for id in SUITE.equivalent[:: max(len(SUITE.equivalent) // 25, 1)]:
        assert not trials.shows(faults[id]).any(), id


def random_walk(dice: random.Random, length: int) -> tuple[CardStep, ...]:
    """Commands that the rules determine, one after the other."""
    machine: CardMachine = card_machine(DEFAULT)
    state, commands = first_values(DEFAULT), list[CardStep]()
    while len(commands) < length:
        command = CardStep(
            dice.choice(list(OPERATIONS)),
            dice.choice(["none", *APPLICATIONS]),
            dice.choice(["none", *IDENTIFIERS]),
            dice.random() < 0.3,
            dice.choice(list(SECRETS)),
            dice.choice(["right", "right", "wrong"]),
        )
        if machine.is_determined(state, command):
            state, _ = machine.step(state, command)
            commands.append(command)
    return tuple(commands)


def test_each_operation_is_seen_and_each_that_can_be_refused_is_seen_both_ways() -> None:
    machine = card_machine(DEFAULT)
    seen = {each for s in SUITE.sequences for each in classes_of(machine, s.commands)}
    words = {operation: {c[8] for c in seen if c[0] == operation} for operation in OPERATIONS}

    assert len(seen) == SUITE.classes
    for operation in ("read", "sign", "change", "select-file", "select-master", "verify"):
        assert "9000" in words[operation]
        assert words[operation] - {"9000"}, operation
    assert all(words.values())


def test_each_protected_file_is_seen_read_and_refused_and_each_key_used_and_refused() -> None:
    machine = card_machine(DEFAULT)
    seen = {each for s in SUITE.sequences for each in classes_of(machine, s.commands)}
    for file in FILES.values():
        if not file.openers(DEFAULT) or file.kind == "pin":
            continue
        operation = "sign" if file.kind == "key" else "read"
        words = {c[8] for c in seen if (c[0], c[4], c[5]) == (operation, file.application, file.identifier)}
        assert {"9000", "6982"} <= words, file.id


def test_each_pin_is_seen_right_wrong_and_locked() -> None:
    machine = card_machine(DEFAULT)
    seen = {each for s in SUITE.sequences for each in classes_of(machine, s.commands)}
    for pin in PINS.values():
        words = {c[8] for c in seen if (c[0], c[4], c[5]) == ("verify", pin.application, pin.identifier)}
        assert words >= ({"6984"} if pin.secret == "-" else {"9000", "63Cx", "6984"}), pin.id


def test_safe_sequences_present_nothing() -> None:
    for sequence in of_tier(SUITE.sequences, "safe"):
        assert not sequence.right
        assert not sequence.wrong
        assert not sequence.locks


def test_with_a_holders_pins_there_is_one_sequence_for_each_after_the_counter_was_asked_for() -> None:
    own = [s for s in of_tier(SUITE.sequences, "own-pin") if s.tier == "own-pin"]

    assert sorted(pin for s in own for pin in s.right) == ["jpki/0018", "jpki/001B"]
    for sequence in own:
        assert not sequence.wrong
        assert [c.operation for c in sequence.commands[:5]] == [
            "power-on", "select-application", "select-file", "query", "verify"
        ]  # fmt: skip
        assert "sign" in [c.operation for c in sequence.commands]


def test_sequences_that_lock_a_pin_come_last() -> None:
    locking = [bool(s.locks) for s in of_tier(SUITE.sequences, "destructive") if s.tier == "destructive"]

    assert locking == sorted(locking)
    assert any(locking)


def test_a_sequence_counts_what_it_presents() -> None:
    wrong = CardStep("verify", presented="wrong")
    select = (
        CardStep("power-on"),
        CardStep("select-application", "jpki"),
        CardStep("select-file", identifier="0018"),
    )

    sequence = CardSequence((*select, CardStep("verify"), wrong, wrong, wrong))

    assert dict(sequence.right) == {"jpki/0018": 1}
    assert dict(sequence.wrong) == {"jpki/0018": 3}
    assert sequence.locks == ("jpki/0018",)
    assert sequence.tier == "destructive"


def test_a_file_that_was_changed_by_hand_is_refused() -> None:
    changed = TEXT.replace('"do": "challenge"', '"do": "get-data"', 1)

    with pytest.raises(SequenceError, match="its digest does not fit"):
        parse_sequences(changed, "mine.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "not sequences of a card"),
        ("{", "mine.json"),
        ('{"format": "jpki-oracle-card-sequences"}', "version"),
    ],
)
def test_another_file_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SequenceError, match=said):
        parse_sequences(text, "mine.json")


def test_a_fault_is_settled_by_the_shortest_sequence_that_shows_it() -> None:
    """A key that wants no PIN shows at once: power, application, key by its short identifier."""
    fault = next(
        f
        for f in card_faults(DEFAULT)
        if f.rule == "card.private-key-use"
        and (f.operator, f.detail) == ("condition-dropped", "2")
        and f.node.decl().name() == "and"
    )

    settled = Settling(DEFAULT).settle(fault)

    assert isinstance(settled, Shown)
    assert [command.operation for command in settled.commands] == ["power-on", "select-application", "sign"]


def test_a_fault_that_nothing_can_show_is_proven_for_any_length() -> None:
    """Tries are never below zero, so that `= 0` and `≤ 0` are the same."""
    fault = next(f for f in card_faults(DEFAULT) if f.rule == "card.locked" and f.detail == "equal")

    assert Settling(DEFAULT).settle(fault) == Equivalent(None)
