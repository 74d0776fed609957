"""The judge of cards: what a case says, what is hidden in it, and what happens when a card cannot go on."""

import json

import pytest
from faulty_cards import FaultyCard
from faulty_contents import SignsWithoutPin
from jpki_model.card.presets import example_card
from jpki_model.card_machine import CardStep
from jpki_oracle.campaign import Finished, Judged, Started
from jpki_oracle.card.campaign import CardPlan, run_card
from jpki_oracle.card.commands import HolderValues, Message, MissingValue, apdu
from jpki_oracle.card.emulator import EmulatorSlot
from jpki_oracle.card.judge import CardJudge, Target
from jpki_oracle.card.opening import OpenCard
from jpki_oracle.card.safety import GuardedSlot, Permission, Tier
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.sequences import CardSequence, of_tier, shipped_sequences
from jpki_oracle.card.slot import CardFailure, CardFailureKind
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.reports.files import junit_xml, results_json
from jpki_spec.card import PINS
from jpki_spec.card_readings import card_readings
from test_card_zoo import VALUES, guarded

ON, JPKI = CardStep("power-on"), CardStep("select-application", "jpki")
KEY = CardStep("select-file", identifier="001A")
SIGN_UNASKED = CardSequence((ON, JPKI, KEY, CardStep("sign")), "card.private-key-use")
WRONG_PIN = CardSequence(
    (ON, JPKI, CardStep("select-file", identifier="0018"), CardStep("verify", presented="wrong")),
    "card.verify",
)


def judge_of(card: FaultyCard | None = None, renew: bool = False) -> CardJudge:
    slot = guarded(card or example_card())
    return CardJudge(
        Target(slot, VALUES, (lambda: guarded(example_card())) if renew else None), card_readings()
    )


def test_a_failure_tells_what_was_expected_the_rule_and_the_clause() -> None:
    judgement = judge_of(SignsWithoutPin()).judge(SIGN_UNASKED)

    (difference,) = judgement.differences
    assert judgement.verdict is Verdict.FAIL
    assert (difference.expected, difference.observed) == ("6982", "9000 signature")
    assert "card.private-key-use" in [s.rule.id for top in difference.why for _, s in top.walk()]
    assert {"media-pin-entry", "signing"} <= set(difference.clauses)


def test_the_trace_shows_commands_and_hides_pins() -> None:
    judgement = judge_of().judge(WRONG_PIN)

    assert judgement.verdict is Verdict.PASS
    assert judgement.trace[1].startswith("> SELECT: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01")
    assert judgement.trace[-1] == "> VERIFY: 00 20 00 80 04 ** ** ** **  < 63 C2"


def test_no_report_holds_a_value_or_a_personal_content() -> None:
    card, opened = example_card(), []

    def open_card() -> OpenCard:
        opened.append(OpenCard(guarded(card), None, None))
        return opened[-1]

    sequences = of_tier(shipped_sequences().sequences, "destructive")[:200]
    events = list(run_card(CardPlan("zoo", open_card, None, VALUES, sequences=sequences)))
    texts = [results_json(events), junit_xml(events, "en")]
    for text in texts:
        for value in VALUES.right.values():
            assert value.hex(" ").upper() not in text
        assert VALUES.right["code-a"].decode() not in text


def test_each_sequence_begins_with_all_tries_where_the_right_value_can_be_presented() -> None:
    judge = judge_of()

    verdicts = [judge.judge(WRONG_PIN).verdict for _ in range(5)]

    assert verdicts == [Verdict.PASS] * 5


def test_after_a_lock_another_card_is_taken_where_there_is_one() -> None:
    locking = next(s for s in shipped_sequences().sequences if s.locks)

    first, second = judge_of(renew=True), judge_of()
    first.judge(locking)
    second.judge(locking)

    assert first.judge(locking).verdict is Verdict.PASS
    again = second.judge(locking)
    assert again.verdict is Verdict.NOT_APPLICABLE
    assert "tries left, and no new card is at hand" in again.reason


class Torn(FaultyCard):
    """Taken out of the reader at the first VERIFY with a value."""

    def transmit(self, command: bytes) -> bytes:
        if self.presents(command):
            raise CardFailure(CardFailureKind.TORN, "the card was taken out of the reader")
        return super().transmit(command)


def test_a_card_that_is_taken_out_is_inconclusive_and_named() -> None:
    judgement = judge_of(Torn()).judge(WRONG_PIN)

    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.reason == "torn: the card was taken out of the reader"


def test_a_value_that_the_tester_has_not_given_makes_a_case_not_applicable() -> None:
    judge = CardJudge(Target(guarded(example_card())), card_readings())

    judgement = judge.judge(WRONG_PIN)

    assert judgement.verdict is Verdict.NOT_APPLICABLE
    assert judgement.reason == "no value is given for user-authentication PIN"


def test_the_safe_tier_sends_nothing_but_safe_sequences_and_passes() -> None:
    card = example_card()
    before = card.tries_left()
    judge = CardJudge(Target(GuardedSlot(EmulatorSlot(card, "zoo"), Permission())), card_readings())

    verdicts = {judge.judge(s).verdict for s in of_tier(shipped_sequences().sequences, "safe")}

    assert verdicts == {Verdict.PASS}
    assert card.tries_left() == before


def test_with_the_holders_pins_each_is_presented_once() -> None:
    card = example_card()
    presented = []

    class Counting(EmulatorSlot):
        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0x20 and len(command) > 5:
                presented.append(command[5:])
            return super().transmit(command)

    own = {pin: Secret(VALUES.right[PINS[pin].secret]) for pin in ("jpki/0018", "jpki/001B")}
    values = HolderValues({PINS[pin].secret: secret.data for pin, secret in own.items()})
    slot = GuardedSlot(Counting(card, "zoo"), Permission(Tier.OWN_PIN, own_pins=own))
    judge = CardJudge(Target(slot, values), card_readings())

    judgements = [judge.judge(s) for s in of_tier(shipped_sequences().sequences, "own-pin")]

    assert {j.verdict for j in judgements} == {Verdict.PASS}
    assert sorted(presented) == sorted(secret.data for secret in own.values())


def test_a_campaign_tells_the_card_and_counts() -> None:
    def open_card() -> OpenCard:
        return OpenCard(guarded(example_card()), None, None)

    events = list(run_card(CardPlan("zoo", open_card, None, VALUES, sequences=[WRONG_PIN])))

    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    judged: list[Judgement] = [event.judgement for event in events if isinstance(event, Judged)]
    assert judged[-1].scenario.id == WRONG_PIN.id
    assert events[-1].counts["card"][Verdict.PASS] == len(judged)
    assert events[-1].exit_code == 0


def test_a_card_that_cannot_be_opened_ends_with_exit_2() -> None:
    def open_card() -> OpenCard:
        raise CardFailure(CardFailureKind.NO_CARD, "no card in the reader")

    events = list(run_card(CardPlan("pcsc:none", open_card)))

    assert isinstance(events[-1], Finished)
    assert events[-1].exit_code == 2


def test_the_results_of_a_case_hold_its_commands() -> None:
    def open_card() -> OpenCard:
        return OpenCard(guarded(SignsWithoutPin()), None, None)

    events = list(run_card(CardPlan("zoo", open_card, None, VALUES, sequences=[SIGN_UNASKED])))

    rows = {row["id"]: row for row in json.loads(results_json(events))["results"]}
    row = rows[SIGN_UNASKED.id]
    assert row["verdict"] == "fail"
    assert row["params"]["commands"][-1] == {"do": "sign"}
    assert row["trace"][-1].endswith("<256 bytes> 90 00")


def test_a_wrong_value_has_the_form_of_the_right_one_and_is_no_other() -> None:
    for secret, right in VALUES.right.items():
        wrong = VALUES.value(secret, "wrong")
        assert len(wrong) == len(right)
        assert wrong not in VALUES.right.values()


def test_a_value_of_another_length_is_never_one_that_the_pin_may_have() -> None:
    assert len(VALUES.value("authentication", "wrong-length")) == 5
    assert len(VALUES.value("signature", "wrong-length")) == 5


def test_values_are_not_shown() -> None:
    assert "1234" not in repr(VALUES)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (JPKI, "00A4040C0AD392F000260100000001"),
        (CardStep("select-file", identifier="0018"), "00A4020C020018"),
        (CardStep("query"), "00200080"),
        (CardStep("query", identifier="001B", short=True), "0020009B"),
        (CardStep("verify"), "002000800431323334"),
        (CardStep("read"), "00B0000000"),
        (CardStep("read", identifier="000A", short=True), "00B08A0000"),
        (CardStep("read-record"), "00B2010400"),
        (CardStep("challenge"), "0084000008"),
        (CardStep("get-data"), "00CA00F000"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.operation,
)
def test_commands_are_written_as_clients_send_them(step: CardStep, expected: str) -> None:
    """OpenSC's trace, and the examples of other clients."""
    assert apdu(step, None, VALUES, Message(b"")).hex().upper() == expected


def test_what_is_signed_is_a_digest_info() -> None:
    command = apdu(CardStep("sign"), None, VALUES, Message(b"abc"))

    assert command[:5] == bytes.fromhex("802A008033")
    assert command[5:24].hex() == "3031300d060960864801650304020105000420"
    assert command[24:56].hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert command[56:] == b"\x00"


def test_a_missing_value_is_named_and_not_the_others() -> None:
    with pytest.raises(MissingValue, match="no value is given for signature password"):
        HolderValues({"authentication": b"1234"}).value("signature", "right")
