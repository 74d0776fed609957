"""The card's rules against traces of cards and clients: each answer stands in a published trace or table."""

import pytest
from jpki_model.card_machine import CardMachine, CardStep, card_machine, first_values
from jpki_spec.card_readings import card_readings

ON, OFF, RESET = CardStep("power-on"), CardStep("power-off"), CardStep("warm-reset")
QUERY, READ, SIGN = CardStep("query"), CardStep("read"), CardStep("sign")


def application(id: str) -> CardStep:
    return CardStep("select-application", application=id)


def file(identifier: str) -> CardStep:
    return CardStep("select-file", identifier=identifier)


def verify(secret: str, presented: str = "right") -> CardStep:
    return CardStep("verify", secret=secret, presented=presented)


def words(*commands: CardStep, **readings: str) -> list[str]:
    """The status words of a card that is put into a reader and sent these commands."""
    return [answer.word for answer in card_machine(card_readings(readings)).run(commands)]


JPKI, TEXT, SURFACE = application("jpki"), application("text"), application("card-surface")
AUTHENTICATED = [ON, JPKI, file("0018"), verify("authentication")]
WRONG = [verify("authentication", "wrong")] * 3


def test_opensc_signs_as_in_its_trace() -> None:
    """Selection, two counters asked for, PIN, key, signature: the trace of pkcs15-crypt."""
    trace = [ON, JPKI, file("0018"), QUERY, file("001B"), QUERY, file("0018"), verify("authentication")]

    answers = card_machine(card_readings()).run([*trace, file("0017"), SIGN])

    assert [a.word for a in answers] == [
        "atr", "9000", "9000", "63C3", "9000", "63C5", "9000", "9000", "9000", "9000"
    ]  # fmt: skip
    assert (answers[-1].data, answers[-1].source) == ("signature", "jpki/0017")


def test_the_signature_certificate_is_refused_before_its_password_and_read_after_it() -> None:
    """The log of OpenSC#3169: `00 B0 00 00 04` is answered with 6982."""
    assert words(ON, JPKI, file("0001"), READ)[-1] == "6982"
    assert words(ON, JPKI, file("001B"), verify("signature"), file("0001"), READ)[-1] == "9000"


def test_the_authentication_certificate_is_free() -> None:
    answer = card_machine(card_readings()).run([ON, JPKI, file("000A"), READ])[-1]

    assert (answer.word, answer.data, answer.source) == ("9000", "content", "jpki/000A")


def test_the_counter_is_asked_for_while_the_pin_is_verified() -> None:
    """Pull request 959: VERIFY 9000, then 63C3, never 9000."""
    assert words(*AUTHENTICATED, QUERY)[-1] == "63C3"
    assert words(*AUTHENTICATED, QUERY, query_when_verified="9000")[-1] == "9000"


def test_three_wrong_pins_lock_and_then_the_right_one_is_refused() -> None:
    assert words(ON, JPKI, file("0018"), *WRONG, verify("authentication"))[3:] == [
        "63C2",
        "63C1",
        "63C0",
        "6984",
    ]


def test_a_locked_pin_is_refused_with_6983_under_another_reading() -> None:
    assert (
        words(ON, JPKI, file("0018"), *WRONG, verify("authentication"), blocked_status="6983")[-1] == "6983"
    )


def test_the_right_pin_brings_the_tries_back() -> None:
    assert words(ON, JPKI, file("0018"), *WRONG[:2], verify("authentication"), QUERY)[-1] == "63C3"


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ([OFF, ON, JPKI], "6982"),
        ([JPKI], "6982"),
        ([TEXT, JPKI], "6982"),
        ([RESET], "9000"),
        ([file("000A"), READ], "9000"),
        ([QUERY], "9000"),
        ([WRONG[0]], "6982"),
    ],
    ids=["power", "same AP", "other AP", "warm reset", "file", "query", "wrong PIN"],
)
def test_what_becomes_of_a_verified_pin(between: list[CardStep], expected: str) -> None:
    """Power, selections and a wrong PIN take it away; a warm reset, files and queries do not."""
    assert words(*AUTHENTICATED, *between, file("0017"), SIGN)[-1] == expected


def test_a_warm_reset_takes_it_away_under_another_reading() -> None:
    assert words(*AUTHENTICATED, RESET, JPKI, file("0017"), SIGN, warm_reset_clears="yes")[-1] == "6982"


def test_the_other_keys_pin_does_not_open_a_key() -> None:
    assert words(*AUTHENTICATED, file("001A"), SIGN)[-1] == "6982"


def test_a_key_by_its_short_identifier_signs_too() -> None:
    short = CardStep("sign", identifier="0017", short=True)

    assert words(*AUTHENTICATED, short)[-1] == "9000"


@pytest.mark.parametrize(
    ("secret", "pin", "file_id", "expected"),
    [
        ("text", "0011", "0001", "9000"),
        ("text", "0011", "0002", "9000"),
        ("code-a", "0014", "0001", "9000"),
        ("code-a", "0014", "0002", "6982"),
        ("code-b", "0015", "0001", "6982"),
        ("code-b", "0015", "0002", "9000"),
    ],
)
def test_number_and_attributes_are_opened_by_their_codes(
    secret: str, pin: str, file_id: str, expected: str
) -> None:
    """The table of a service's documentation: the number by A or the PIN, the attributes by B or the PIN."""
    assert words(ON, TEXT, file(pin), verify(secret), file(file_id), READ)[-1] == expected


def test_the_image_of_the_number_is_opened_by_code_a_alone() -> None:
    assert words(ON, SURFACE, file("0012"), verify("code-b"), file("0005"), READ)[-1] == "6982"
    assert words(ON, SURFACE, file("0013"), verify("code-a"), file("0005"), READ)[-1] == "9000"


@pytest.mark.parametrize("identifier", ["0017", "0018", "001A", "001B"])
def test_keys_and_pins_are_not_read(identifier: str) -> None:
    commands = [ON, JPKI, file("0018"), verify("authentication"), file("001B"), verify("signature")]

    assert words(*commands, file(identifier), READ)[-1] == "6981"


def test_the_pin_that_nobody_knows_is_blocked_on_every_card() -> None:
    assert words(ON, TEXT, file("0012"), QUERY, verify("text"))[3:] == ["63C0", "6984"]


def test_an_application_or_file_that_is_not_there_is_not_found() -> None:
    assert words(ON, CardStep("select-stranger"), JPKI, file("0F0F"), file("0018"))[1:] == [
        "6A82", "9000", "6A82", "9000"
    ]  # fmt: skip


def test_reading_without_a_current_file_is_refused() -> None:
    assert words(ON, JPKI, READ)[-1] == "6986"


def test_the_master_file_is_selected_only_below_an_application() -> None:
    assert words(ON, CardStep("select-master"), JPKI, CardStep("select-master"))[1:] == [
        "6A86",
        "9000",
        "9000",
    ]


def test_the_first_command_is_lost_under_one_reading() -> None:
    assert words(ON, JPKI, JPKI, first_command_after_power="6F00") == ["atr", "6F00", "9000"]


def test_one_counter_for_both_applications_under_one_reading() -> None:
    commands = [ON, TEXT, file("0015"), verify("code-b", "wrong"), SURFACE, file("0012"), QUERY]

    assert words(*commands)[-1] == "63CA"
    assert words(*commands, counters_shared="shared")[-1] == "63C9"


def test_the_password_is_asked_for_again_under_one_reading() -> None:
    commands = [ON, JPKI, file("001B"), verify("signature"), file("001A"), SIGN, SIGN]

    assert words(*commands)[-2:] == ["9000", "9000"]
    assert words(*commands, signature_status_after_signing="drop")[-2:] == ["9000", "6982"]


def test_a_card_with_tries_spent_goes_on_from_there() -> None:
    machine = CardMachine(card_readings())
    state = first_values(card_readings(), {"jpki/0018": 1})

    answers = machine.run([ON, JPKI, file("0018"), QUERY], state)

    assert answers[-1].word == "63C1"


def test_what_no_source_determines_is_told_so() -> None:
    """What is behind 0019 of the public-key application is not known."""
    machine = card_machine(card_readings())
    state, _ = machine.step(first_values(card_readings()), ON)
    state, _ = machine.step(state, JPKI)

    assert not machine.is_determined(state, file("0019"))
    assert machine.is_determined(state, file("0018"))
