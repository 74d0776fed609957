"""Card profiles: each alternative of each open point is a difference that a terminal sees."""

from typing import NamedTuple

import pytest
from card_terminal import JPKI, SURFACE, TEXT, Terminal
from jpki_model.card.profile import PROFILES, CardProfile, UnknownProfile, alternatives, profile

SELECT = f"00A4040C 0A {JPKI}"
SELECT_TEXT = f"00A4040C 0A {TEXT}"
SELECT_SURFACE = f"00A4040C 0A {SURFACE}"
PIN, RIGHT, WRONG, ASK = "00A4020C 02 0018", "00200080 04 31323334", "00200080 04 39393939", "00200080"
IN_JPKI = (SELECT, PIN)
BLOCKED = (*IN_JPKI, WRONG, WRONG, WRONG)
SIGN = "802A0097 01 00 00"
SIGNATURE_PIN = "0020009B 09 50415353574F524431"
TOKEN_INFORMATION = "00A4020C 02 0006"
RESET, POWER = "reset", "power"


class Seen(NamedTuple):
    """What a terminal sees: after these commands the last response ends so, by the value of the profile."""

    commands: tuple[str, ...]
    endings: dict[str, str]


SEEN = {
    "answer_to_reset": Seen((POWER, "00CA5F51 00"), {
        "3BE000FF8131FE4514": "E000FF8131FE45149000",
        "3BDA13FF8131FB468012392F31C173C601C03B": "DA13FF8131FB468012392F31C173C601C03B9000",
        "3BC5FF8131FB458073C6010000": "C5FF8131FB458073C60100009000",
        "3BF59100FF918171FE400042000100D1D6": "F59100FF918171FE400042000100D1D69000",
        "3BF59100FF918171FE4000420001B3A115": "F59100FF918171FE4000420001B3A1159000",
        "3B888001000005E0B381A1007F": "E000FF8131FE45149000",
        "3B888001000041E0B381A1003B": "E000FF8131FE45149000",
        "3B888001004B51FF0081D100BC": "E000FF8131FE45149000",
        "3B888001004B51FFB381D1000F": "E000FF8131FE45149000",
    }),
    "blocked_status": Seen((*BLOCKED, RIGHT), {"6984": "6984", "6983": "6983"}),
    "query_on_blocked": Seen((*BLOCKED, ASK), {"63C0": "63C0", "6984": "6984", "6983": "6983"}),
    "query_when_verified": Seen((*IN_JPKI, RIGHT, ASK), {"63Cmax": "63C3", "9000": "9000"}),
    "verify_with_le": Seen((*IN_JPKI, "00200080 00"), {"query": "63C3", "6700": "6700"}),
    "verify_wrong_length": Seen(
        (*IN_JPKI, "00200080 03 313233"), {"consumes": "63C2", "6700": "6700", "6A80": "6A80"}
    ),
    "verify_wrong_characters": Seen((*IN_JPKI, "00200080 04 41424344"), {"consumes": "63C2", "6A80": "6A80"}),
    "verify_without_pin_file": Seen(
        (SELECT, ASK), {"6986": "6986", "6981": "6981", "6985": "6985", "6A88": "6A88"}
    ),
    "failed_verify_clears": Seen((*IN_JPKI, RIGHT, WRONG, SIGN), {"yes": "6982", "no": "9000"}),
    "same_application_reselect_clears": Seen((*IN_JPKI, RIGHT, SELECT, SIGN), {"yes": "6982", "no": "9000"}),
    "other_application_select_clears": Seen(
        (*IN_JPKI, RIGHT, SELECT_TEXT, SELECT, SIGN), {"yes": "6982", "no": "9000"}
    ),
    "warm_reset_clears": Seen((*IN_JPKI, RIGHT, RESET, SIGN), {"no": "9000", "yes": "6986"}),
    "signature_status_after_signing": Seen(
        (SELECT, SIGNATURE_PIN, "802A009A 01 00 00", "802A009A 01 00 00"), {"keep": "9000", "drop": "6982"}
    ),
    "end_of_file": Seen(
        (SELECT, TOKEN_INFORMATION, "00B0009F 02"), {"short": "399000", "6282": "396282", "6Cxx": "6C01"}
    ),
    "offset_beyond": Seen((SELECT, TOKEN_INFORMATION, "00B000A0 01"), {"6B00": "6B00", "empty": "9000"}),
    "extended_read": Seen(
        (SELECT, TOKEN_INFORMATION, "00B00000 000001"), {"accepted": "4A9000", "6700": "6700"}
    ),
    "read_of_key_file": Seen((*IN_JPKI, "00B00000 00"), {"6981": "6981", "6982": "6982"}),
    "file_padding": Seen((SELECT, "00A4020C 02 000B", "00B007FF 01"), {"filler": "FF9000", "exact": "6B00"}),
    "select_fci": Seen((f"00A40400 0A {JPKI} 00",), {"minimal": "9000", "empty": "9000"}),
    "identifier_prefix_match": Seen(("00A4040C 03 D392F0",), {"on": "9000", "off": "6A82"}),
    "ambiguous_prefix": Seen(("00A40400 02 D392 00",), {
        "resident_register": "D39210003100010104019000",
        "surface": "D39210003100010104029000",
        "text": "D39210003100010104089000",
        "shared": "D39210003100010101009000",
        "jpki": "D392F0002601000000019000",
    }),
    "select_empty_identifier": Seen((SELECT, "00A40400 00"), {"6A82": "6A82", "9000": "9000"}),
    "no_file_selected": Seen((PIN,), {"6A82": "6A82", "6986": "6986"}),
    "first_command_after_power": Seen((POWER, SELECT), {"normal": "9000", "6F00": "6F00"}),
    "command_chaining": Seen(
        (*IN_JPKI, "10200080 02 3132", "00200080 02 3334"),
        {"6E00": "63C2", "6884": "63C2", "accepted": "9000"},
    ),
    "short_identifier_selects": Seen((SELECT, "00200098", ASK), {"reads": "6986", "always": "63C3"}),
    "sign_schemes": Seen((*IN_JPKI, RIGHT, "802A0397 01 00 00"), {"all": "9000", "verbatim": "6A86"}),
    "sign_input_length": Seen(
        (*IN_JPKI, RIGHT, "802A0297 01 00 00"), {"6700": "6700", "6985": "6985"}
    ),
    "sign_empty": Seen((*IN_JPKI, RIGHT, "802A0097 00"), {"6700": "6700", "6985": "6985"}),
    "sign_without_key": Seen(
        (*IN_JPKI, RIGHT, "802A0080 01 00 00"), {"6986": "6986", "6985": "6985", "6981": "6981"}
    ),
    "authority_certificates": Seen((SELECT, "00B08B00 01"), {"free": "309000", "pin": "6982"}),
    "protected_0009": Seen((SELECT, "00B08900 01"), {"closed": "6982", "free": "FF9000"}),
    "unnamed_files": Seen((SELECT, "00A4020C 02 0010"), {"internal": "9000", "absent": "6A82"}),
    "availability_third_byte": Seen((SELECT, "00B08800 00"), {"00": "8F8F009000", "8F": "8F8F8F9000"}),
    "code_a_tries": Seen((SELECT_SURFACE, "00200093"), {"10": "63CA", "3": "63C3"}),
    "code_b_tries": Seen((SELECT_SURFACE, "00200092"), {"10": "63CA", "3": "63C3"}),
    "birth_date_tries": Seen((SELECT_SURFACE, "00200091"), {"10": "63CA", "3": "63C3"}),
    "counters_shared": Seen(
        (SELECT_SURFACE, "00200093 0C" + "30" * 12, SELECT_TEXT, "00200094"),
        {"separate": "63CA", "shared": "63C9"},
    ),
}  # fmt: skip

NOT_ON_THE_EXAMPLE = {"availability_when_absent", "missing_certificate"}
"""Points about certificates that are not there: test_card_personalisation.py."""


def last_response(terminal: Terminal, commands: tuple[str, ...]) -> str:
    response = ""
    for command in commands:
        if command == RESET:
            terminal.card.reset()
        elif command == POWER:
            terminal.card.power_on()
        else:
            data, sw = terminal.send(command)
            response = data.hex().upper() + sw
    return response


@pytest.mark.parametrize(
    ("point", "value", "ending"),
    [(point, value, ending) for point, seen in SEEN.items() for value, ending in seen.endings.items()],
)
def test_an_answer_is_seen_at_the_terminal(point: str, value: str, ending: str) -> None:
    terminal = Terminal(f"probed,{point}={value}")

    assert last_response(terminal, SEEN[point].commands).endswith(ending)


def test_every_value_of_every_point_is_looked_at() -> None:
    looked_at = {point: tuple(seen.endings) for point, seen in SEEN.items()}

    assert looked_at == {p: v for p, v in alternatives().items() if p not in NOT_ON_THE_EXAMPLE}


def test_a_template_is_given_or_not() -> None:
    assert len(Terminal("probed,select_fci=minimal").send(f"00A40400 0A {JPKI} 00").data) == 14
    assert Terminal("probed,select_fci=empty").send(f"00A40400 0A {JPKI} 00").data == b""


def test_each_link_of_a_chain_is_refused_or_accepted() -> None:
    links = {"6E00": "6E00", "6884": "6884", "accepted": "9000"}
    for value, sw in links.items():
        terminal = Terminal(f"probed,command_chaining={value}")
        terminal.run(*IN_JPKI)

        assert terminal.send("10200080 02 3132").sw == sw


def test_a_chain_that_another_command_breaks_is_forgotten() -> None:
    terminal = Terminal("probed,command_chaining=accepted")
    terminal.run(*IN_JPKI, "10200080 02 3132")

    assert terminal.send(PIN).sw == "9000"
    assert terminal.send("00200080 02 3334").sw == "63C2"


def test_reading_many_bytes_too_many_cannot_be_said_in_one_byte() -> None:
    terminal = Terminal("probed,end_of_file=6Cxx")
    terminal.run(SELECT, "00A4020C 02 000B")

    assert terminal.send("00B00000 00FFFF").sw == "6700"


@pytest.mark.parametrize("value", alternatives()["end_of_file"])
def test_without_a_number_what_is_there_is_enough(value: str) -> None:
    terminal = Terminal(f"probed,end_of_file={value}")
    terminal.run(SELECT, TOKEN_INFORMATION)

    assert terminal.send("00B0009F 00") == (b"9", "9000")
    assert terminal.send("00B0009F 01") == (b"9", "9000")


@pytest.mark.parametrize(("file", "pin", "value"), [("0002", "001B", "PASSWORD1"), ("000B", "0018", "1234")])
def test_an_authoritys_certificate_may_need_the_pin_of_its_key(file: str, pin: str, value: str) -> None:
    terminal = Terminal("probed,authority_certificates=pin")
    terminal.select(JPKI)
    other, right = {"001B": ("0018", "1234"), "0018": ("001B", "PASSWORD1")}[pin]
    terminal.verify(other, right)
    assert terminal.read(file, 1).sw == "6982"
    terminal.verify(pin, value)

    assert terminal.read(file, 1).sw == "9000"


def test_internal_files_whose_meaning_is_known_are_there_under_every_profile() -> None:
    assert Terminal("probed,unnamed_files=absent").run(SELECT, "00A4020C 02 0016").sw == "9000"


def test_a_chain_of_more_than_65535_bytes_is_refused() -> None:
    terminal = Terminal("probed,command_chaining=accepted")
    link = "10200080 00 8000" + "00" * 0x8000
    terminal.run(*IN_JPKI)

    assert (terminal.send(link).sw, terminal.send(link).sw) == ("9000", "6700")


def test_an_exhausted_pin_is_not_verified_whatever_the_profile_says() -> None:
    terminal = Terminal("probed,failed_verify_clears=no")
    terminal.run(*IN_JPKI, RIGHT, WRONG, WRONG, WRONG)

    assert terminal.send(SIGN).sw == "6982"


def test_what_a_refused_presentation_costs() -> None:
    for value, sw in {"6700": "63C3", "6A80": "63C3", "consumes": "63C2"}.items():
        terminal = Terminal(f"probed,verify_wrong_length={value}")
        terminal.run(*IN_JPKI, "00200080 03 313233")

        assert terminal.send(ASK).sw == sw


def test_the_default_is_the_probed_card() -> None:
    assert profile() == CardProfile() == PROFILES["probed"]
    assert all(getattr(profile(), point) == values[0] for point, values in alternatives().items())


def test_the_strict_card_answers_by_the_standard() -> None:
    """ISO/IEC 7816-4: 9000 for a verified reference, 6983 when blocked, 6282 at the end of a file."""
    terminal = Terminal("iso")
    assert terminal.run(*IN_JPKI, RIGHT, ASK).sw == "9000"
    assert terminal.run(WRONG, WRONG, WRONG, RIGHT).sw == "6983"
    assert terminal.run(SELECT, TOKEN_INFORMATION, "00B0009F 02").sw == "6282"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("real", "no card profile 'real'; there are probed, iso"),
        ("probed,blocked_status", "a change of a card profile is written FIELD=VALUE, not 'blocked_status'"),
        (
            "probed,bloked_status=6983",
            "a card profile has no field 'bloked_status'; did you mean 'blocked_status'?",
        ),
        ("probed,blocked_status=6985", "blocked_status of a card profile is one of 6984, 6983, not '6985'"),
    ],
)
def test_a_profile_that_does_not_exist(text: str, told: str) -> None:
    with pytest.raises(UnknownProfile) as failure:
        profile(text)

    assert str(failure.value) == told
