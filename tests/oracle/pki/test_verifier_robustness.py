"""The reference verifier on octets that nobody made on purpose: always a decision, and never one for a changed part."""

import random
from dataclasses import replace

import pytest
from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_model.pki.verifier import Decision, Question, verify
from jpki_oracle.pki.alter import KEY, SERIAL, VALIDITY, setting, setting_extension
from jpki_oracle.pki.vector_file import read_cases
from jpki_oracle.pki.vector_kit import Kit

CASES = {case.id: case for case in read_cases()}
TIMES = 120


def spoiled(octets: bytes, dice: random.Random) -> bytes:
    changed = bytearray(octets)
    for _ in range(dice.choice((1, 1, 1, 3, 10))):
        match dice.randrange(4):
            case 0:
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            case 1:
                del changed[dice.randrange(len(changed)) :]
            case 2:
                place = dice.randrange(len(changed))
                changed[place:place] = dice.randbytes(dice.randrange(1, 5))
            case _:
                changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        if not changed:
            break
    return bytes(changed)


def changed_question(question: Question, part: str, dice: random.Random) -> Question:
    if part in ("revocation_lists", "status_answers", "anchors"):
        return replace(question, **{part: tuple(spoiled(each, dice) for each in getattr(question, part))})
    return replace(question, **{part: spoiled(getattr(question, part), dice)})


@pytest.mark.parametrize(
    ("id", "part"),
    [
        ("signature/valid/answer", "signed_data"),
        ("signature/valid/answer", "status_answers"),
        ("signature/valid/list", "revocation_lists"),
        ("authentication/valid/answer", "certificate"),
        ("authentication/valid/answer", "signature"),
        ("authentication/valid/answer", "anchors"),
    ],
)
def test_changed_octets_are_decided_upon_and_not_accepted_unless_they_say_the_same(
    id: str, part: str
) -> None:
    dice, valid = random.Random(f"{id} {part}"), CASES[id].question
    for _ in range(TIMES):
        question = changed_question(valid, part, dice)
        decision = verify(question)
        assert isinstance(decision, Decision)
        if question != valid and part in ("certificate", "signature", "revocation_lists"):
            assert not decision.accepted


def test_random_octets_are_malformed() -> None:
    dice, valid = random.Random(1), CASES["signature/valid/answer"].question
    for length in (0, 1, 2, 100, 5000):
        assert verify(replace(valid, signed_data=dice.randbytes(length))).reason == "malformed"


def test_a_message_of_more_than_a_mebibyte_is_not_read() -> None:
    valid = CASES["signature/valid/answer"].question
    decision = verify(replace(valid, signed_data=b"\x30\x83\x20\x00\x00" + bytes(1 << 21)))
    assert decision.reason == "malformed"


EMPTY = der.sequence()
ODD = {
    "a key of an unknown kind": (
        setting(KEY, 0, 0, to=der.object_identifier("1.3.6.1.4.1.55555.6")),
        "algorithm",
    ),
    "a key that is none": (setting(KEY, to=EMPTY), "malformed"),
    "an RSA key without numbers": (setting(KEY, 1, to=der.bit_string(EMPTY.encoded())), "malformed"),
    "empty policies": (setting_extension("2.5.29.32", EMPTY), "purpose"),
    "a policy without identifier": (setting_extension("2.5.29.32", der.sequence(EMPTY)), "malformed"),
    "an empty keyUsage": (setting_extension("2.5.29.15", der.bit_string(b"")), "purpose"),
    "a time that is none": (setting(VALIDITY, 0, to=der.integer(1)), "malformed"),
    "a day that does not exist": (
        setting(VALIDITY, 1, to=Value(der.UTC_TIME, b"300230145959Z")),
        "malformed",
    ),
    "an endless serial number": (setting(SERIAL, to=der.integer(1 << 4000)), "status"),
}


@pytest.mark.parametrize("what", ODD)
def test_an_authority_that_signed_something_odd_does_not_break_the_verifier(what: str) -> None:
    change, reason = ODD[what]
    kit = Kit("authentication")
    valid = CASES["authentication/valid/answer"].question

    assert verify(replace(valid, certificate=kit.changed(change))).reason == reason
