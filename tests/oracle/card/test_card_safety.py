"""What each tier may send to a real card, and what none may."""

import pickle

import pytest
from guarded_card import COMMON, JPKI, SURFACE, TEXT, TRIES, RememberingCard
from jpki_oracle.card.budget import Budget, Store
from jpki_oracle.card.safety import GuardedSlot, Permission, Refused, Tier, proves_to_be_emulator
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.slot import CardFailure, CardFailureKind

OWN = Permission(Tier.OWN_PIN, own_pins={"jpki/0018": Secret(b"1234"), "jpki/001B": Secret(b"PASSWORD1")})


class Slot:
    """A card in a slot; each failure that was put down is raised once, before or after the card acts."""

    name = "a reader"

    def __init__(self, card=None) -> None:
        self.card = card or RememberingCard()
        self.failures: list[tuple[str, BaseException]] = []
        self.sent: list[bytes] = []

    def power_on(self) -> bytes:
        self.card.reset()
        return b"\x3b\x00"

    power_off = reset = close = power_on

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        when, failure = self.failures.pop() if self.failures else ("", None)
        response = self.card.transmit(command) if when != "before" else b""
        if failure:
            raise failure
        return response


def select(name: bytes) -> str:
    return f"00A4040C{len(name):02X}{name.hex()}"


def send(slot: GuardedSlot, *commands: str) -> bytes:
    for command in commands:
        response = slot.transmit(bytes.fromhex(command))
    return response


def refusal(slot: GuardedSlot, command: str) -> str:
    """Why a command was not sent; it was not."""
    with pytest.raises(Refused) as caught:
        slot.transmit(bytes.fromhex(command))
    return caught.value.reason


@pytest.fixture
def slot() -> Slot:
    return Slot()


SAFE = [
    (select(JPKI), "an application"),
    (f"00A404000A{JPKI.hex()}00", "an application and its template"),
    (select(JPKI[:8]), "an application by a prefix"),
    ("00A4040C09F04A504B492D53494D", "the application of emulators"),
    ("00A4040C0AF0000000000000000000", "an application that no card has"),
    ("00A4020C020018", "a file"),
    ("00A40000", "the master file"),
    ("0CA4020C020018", "a file, with secure messaging"),
    ("0084000008", "a challenge"),
    ("00CA00F000", "a data object"),
    ("00CA7F21000000", "a long data object"),
]


@pytest.mark.parametrize(("command", "what"), SAFE, ids=[what for _, what in SAFE])
def test_the_safe_tier_asks_everywhere_for(command, what, slot):
    send(GuardedSlot(slot, Permission()), command)
    assert slot.sent == [bytes.fromhex(command)]


@pytest.mark.parametrize(
    ("application", "file", "read"),
    [
        (JPKI, "0002", "00B0000000"),
        (JPKI, "0006", "00B00000A0"),
        (JPKI, "0008", "00B0000003"),
        (JPKI, "000A", "00B0010000"),
        (JPKI, "000B", "00B07FFF00"),
        (SURFACE, "0003", "00B0000000"),
        (TEXT, "0005", "00B00000000000"),
        (COMMON, "0001", "00B2010400"),
    ],
)
def test_the_safe_tier_reads_free_files(application, file, read, slot):
    send(GuardedSlot(slot, Permission()), select(application), f"00A4020C02{file}", read)
    assert slot.sent[-1] == bytes.fromhex(read)


@pytest.mark.parametrize("read", ["00B0860000", "00B2010400", "00B0810000"])
def test_the_safe_tier_knows_which_file_a_short_identifier_reads(read, slot):
    guarded = GuardedSlot(slot, Permission())
    send(guarded, select(JPKI), "00A4020C020006")
    assert (guarded.refusal(bytes.fromhex(read)) is None) == (read != "00B0810000")


@pytest.mark.parametrize(
    ("application", "file"),
    [
        (JPKI, "0001"),
        (JPKI, "0009"),
        (JPKI, "0017"),
        (JPKI, "0018"),
        (SURFACE, "0002"),
        (TEXT, "0002"),
        (TEXT, "0F0F"),
    ],
)
def test_the_safe_tier_reads_no_file_that_needs_a_pin_or_is_not_known(application, file, slot):
    guarded = GuardedSlot(slot, Permission())
    send(guarded, select(application), f"00A4020C02{file}" if file < "001F" else "00A4020C020018")
    assert "not free" in refusal(guarded, "00B0000000")


def test_nothing_is_read_while_nobody_knows_which_file_it_is(slot):
    guarded = GuardedSlot(slot, Permission())
    assert "not free" in refusal(guarded, "00B0000004")
    send(guarded, select(JPKI))
    assert "not free" in refusal(guarded, "00B0000004")
    send(guarded, "00A4020C020006")
    guarded.reset()
    assert "not free" in refusal(guarded, "00B0000004")
    send(guarded, select(JPKI), "00A4020C020006", select(JPKI[:5]))
    assert "not free" in refusal(guarded, "00B0860000"), "a prefix may select any application"


@pytest.mark.parametrize("query", ["00200080", "00200098", "0020009B"])
def test_the_counter_is_asked_for_by_four_bytes(query, slot):
    guarded = GuardedSlot(slot, Permission())
    assert "no application" in refusal(guarded, query)
    assert send(guarded, select(JPKI), "00A4020C020018", query)[0] == 0x63
    assert slot.card.tries == TRIES


@pytest.mark.parametrize(
    "command",
    [
        "0020008000",
        "00200080000000",
        "002000800431323334",
        "00200080000004 31323334",
        "00200081",
        "00200000",
        "00200180",
        "08200080",
        "80200080",
        "10200080",
        "00210080",
    ],
)
def test_no_other_verify_is_sent_in_the_safe_tier(command, slot):
    guarded = GuardedSlot(slot, Permission())
    send(guarded, select(JPKI), "00A4020C020018")
    before = len(slot.sent)
    if command == "00200081":  # asks file 0001, which has no counter; costs nothing
        send(guarded, command)
    else:
        refusal(guarded, command)
        assert len(slot.sent) == before
    assert slot.card.presented == 0


# Section by section what a real card must never get, in the words of the standards.
NEVER = {
    "CHANGE REFERENCE DATA": "0024018004 35363738",
    "CHANGE KEY (JICSAP)": "8032008004 35363738",
    "LOCK DF (JICSAP)": "80500000",
    "UNLOCK DF (JICSAP)": "80520000",
    "UNLOCK KEY (JICSAP)": "80540080",
    "ERASE ALL RECORDS (JICSAP)": "80060000",
    "MANAGE ATTRIBUTES (JICSAP)": "808A2200",
    "MANAGE ATTRIBUTES, other P1": "808A2400",
    "VERIFY TERMINAL CERTIFICATE": "80A206C1 02 AABB",
    "SET SESSION KEY": "80AE0000 000100" + "00" * 256,
    "RESET RETRY COUNTER": "002C0080",
    "CREATE FILE": "00E00000 02 6200",
    "DELETE FILE": "00E40000",
    "UPDATE BINARY": "00D60000 01 00",
    "UPDATE BINARY, odd": "00D70000 01 00",
    "PUT DATA": "00DA0000 01 00",
    "PUT DATA, odd": "00DB0000 01 00",
    "APPEND RECORD": "00E20000 01 00",
    "UPDATE RECORD": "00DC0104 01 00",
    "ERASE BINARY": "000E0000",
    "INITIALIZE UPDATE (GlobalPlatform)": "80500000 08 0102030405060708 00",
    "EXTERNAL AUTHENTICATE (GlobalPlatform)": "84820100 10" + "00" * 16,
    "EXTERNAL AUTHENTICATE": "00820080 08" + "00" * 8,
    "SET STATUS (GlobalPlatform)": "80F04000 00",
    "TERMINATE CARD USAGE": "00FE0000",
    "DELETE (GlobalPlatform)": "80E40000",
    "PUT KEY (GlobalPlatform)": "80D80000",
    "an instruction that nobody knows": "80F60000",
    "another one": "00FC0000",
    "an application that is searched for": "00A4040C07A0000000031010",
    "the issuer's domain": "00A4040C08A000000151000000",
    "applications by one byte": "00A4040C01D3",
    "applications without a name": "00A4040000",
    "bytes that are no command": "00A4",
    "a length that does not fit": "00A4020C050018",
    "UNLOCK KEY in another class": "00540080",
}


@pytest.mark.parametrize("permission", [Permission(), OWN, Permission(Tier.DESTRUCTIVE)], ids=list(Tier))
@pytest.mark.parametrize("what", NEVER)
def test_no_tier_sends_to_a_real_card(what, permission, slot):
    guarded = GuardedSlot(slot, permission)
    send(guarded, select(JPKI), "00A4020C020018", "00200080")
    before = len(slot.sent)
    refusal(guarded, NEVER[what])
    assert len(slot.sent) == before


@pytest.mark.parametrize("permission", [Permission(), OWN, Permission(Tier.DESTRUCTIVE)], ids=list(Tier))
@pytest.mark.parametrize(("application", "file"), [(TEXT, "0001"), (SURFACE, "0005")])
def test_no_tier_reads_the_my_number(application, file, permission, slot):
    guarded = GuardedSlot(slot, permission)
    send(guarded, select(application), f"00A4020C02{file}")
    assert "My Number" in refusal(guarded, "00B0000011")
    assert "My Number" in refusal(guarded, f"00B0{0x80 | int(file):02X}0011")


@pytest.mark.parametrize(
    ("application", "file", "code"),
    [(TEXT, "0014", b"123456789018"), (TEXT, "0015", b"12345678901234"), (SURFACE, "0011", b"010203")],
)
def test_no_tier_guesses_a_code_made_of_personal_data(application, file, code, slot):
    guarded = GuardedSlot(slot, Permission(Tier.DESTRUCTIVE))
    send(guarded, select(application), f"00A4020C02{file}", "00200080")
    assert "no try is ever spent" in refusal(guarded, f"00200080{len(code):02X}{code.hex()}")


AT_THE_PIN = (select(JPKI), "00A4020C020018")
RIGHT, WRONG = "002000800431323334", "002000800430303030"


def test_an_own_pin_is_presented_once_and_opens_its_certificate_and_key(slot):
    guarded = GuardedSlot(slot, OWN)
    assert send(guarded, *AT_THE_PIN, "00200080", RIGHT) == b"\x90\x00"
    assert send(guarded, "00A4020C020017", "802A0080 01 AA 00") == b"\x90\x00"
    assert "presented in this run already" in refusal(guarded, "0020009804 31323334")
    send(guarded, "00A4020C020001", "00B0000000")


def test_an_own_pin_is_not_presented_unless_the_card_was_asked_before(slot):
    guarded = GuardedSlot(slot, OWN)
    send(guarded, *AT_THE_PIN)
    assert "was not asked" in refusal(guarded, RIGHT)
    send(guarded, "00200080")
    guarded.reset()
    send(guarded, *AT_THE_PIN)
    assert "was not asked" in refusal(guarded, RIGHT)


def test_an_own_pin_is_not_presented_to_a_counter_that_is_not_full(slot):
    slot.card.tries[JPKI, 0x18] = 2
    guarded = GuardedSlot(slot, OWN)
    send(guarded, *AT_THE_PIN, "00200080")
    assert "stands at 2 of 3" in refusal(guarded, RIGHT)


def test_only_the_pin_that_the_holder_gave_is_presented_and_only_to_its_file(slot):
    guarded = GuardedSlot(slot, OWN)
    send(guarded, *AT_THE_PIN, "00200080", "0020009B")
    send(guarded, "00A4020C020018")
    assert "not the PIN that the holder has given" in refusal(guarded, WRONG)
    send(guarded, "00A4020C02001B")
    assert "not the PIN that the holder has given" in refusal(guarded, RIGHT)
    assert slot.card.presented == 0


def test_after_the_first_refusal_nothing_at_all_is_sent(slot):
    slot.card.tries = {**TRIES}
    guarded = GuardedSlot(slot, Permission(Tier.OWN_PIN, own_pins={"jpki/0018": Secret(b"0000")}))
    assert send(guarded, *AT_THE_PIN, "00200080", WRONG) == b"\x63\xc2"
    for command in (select(JPKI), "00200080", WRONG, "0084000008"):
        assert "refused the PIN of jpki/0018 (63C2, tries left: 2)" in refusal(guarded, command)


def test_a_counter_that_falls_by_being_asked_ends_the_run(slot):
    guarded = GuardedSlot(slot, Permission())
    send(guarded, *AT_THE_PIN, "00200080")
    slot.card.tries[JPKI, 0x18] = 2
    send(guarded, "00200080")
    assert "fell from 3 to 2" in refusal(guarded, "00200080")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("failure", [CardFailure(CardFailureKind.TORN, "torn"), KeyboardInterrupt()], ids=str)
def test_a_card_that_was_lost_gets_nothing_more_in_this_run_and_its_tries_are_in_doubt(when, failure, slot):
    store = Store()
    guarded = GuardedSlot(slot, OWN, Budget(store))
    send(guarded, *AT_THE_PIN, "00200080")
    slot.failures.append((when, failure))
    with pytest.raises(type(failure)):
        send(guarded, RIGHT)
    assert "lost" in refusal(guarded, "00200080")
    with pytest.raises(CardFailure, match="lost"):
        guarded.power_on()
    assert store.load() == {"jpki/0018": (1, 0)}

    again = GuardedSlot(slot, OWN, Budget(store))
    send(again, *AT_THE_PIN, "00200080")
    assert store.load() == {}, "the card has said where it stands"
    assert send(again, RIGHT) == b"\x90\x00"


def test_a_destructive_run_on_a_real_card_leaves_two_tries(slot):
    guarded = GuardedSlot(slot, Permission(Tier.DESTRUCTIVE))
    assert send(guarded, *AT_THE_PIN, "00200080", WRONG) == b"\x63\xc2"
    assert "fewer than 2 tries" in refusal(guarded, WRONG)
    assert "fewer than 2 tries" in refusal(guarded, RIGHT)


class Emulator(RememberingCard):
    """Has the application by which emulators prove to be one."""

    text = b"JPKI-SIM emulated card, not a My Number Card"

    def transmit(self, command: bytes) -> bytes:
        if command.endswith(b"\xf0JPKI-SIM"):
            self._here = True
            return b"\x90\x00"
        if getattr(self, "_here", False) and command == bytes.fromhex("00B0000000"):
            return self.text + b"\x90\x00"
        return b"\x90\x00" if getattr(self, "_here", False) else super().transmit(command)


def test_only_the_marker_and_its_text_prove_an_emulator():
    assert proves_to_be_emulator(Slot(Emulator()))
    pretender = Emulator()
    pretender.text = b"My Number Card"
    assert not proves_to_be_emulator(Slot(pretender))
    real = RememberingCard()
    assert not proves_to_be_emulator(Slot(real))
    assert real.harm == []


def test_an_emulator_gets_anything_but_no_card_that_takes_its_place():
    slot = Slot(Emulator())
    guarded = GuardedSlot(slot, Permission(Tier.DESTRUCTIVE, emulator=True))
    guarded.power_on()
    for command in NEVER.values():
        send(guarded, command)

    slot.failures.append(("before", CardFailure(CardFailureKind.TORN, "torn")))
    with pytest.raises(CardFailure):
        send(guarded, "0024018004 35363738")
    slot.card = RememberingCard()
    with pytest.raises(CardFailure, match="does not prove to be an emulator"):
        guarded.power_on()
    refusal(guarded, "0024018004 35363738")
    assert slot.card.harm == []


def test_an_emulator_that_comes_back_is_asked_on():
    slot = Slot(Emulator())
    guarded = GuardedSlot(slot, Permission(Tier.DESTRUCTIVE, emulator=True))
    guarded.power_on()
    slot.failures.append(("after", CardFailure(CardFailureKind.GONE, "gone")))
    with pytest.raises(CardFailure):
        send(guarded, "00FF0000")
    guarded.power_on()
    send(guarded, "0024018004 35363738")


def test_a_refusal_shows_the_command_without_the_pin(slot):
    with pytest.raises(Refused) as caught:
        GuardedSlot(slot, Permission()).transmit(bytes.fromhex(RIGHT))
    assert "VERIFY: 00 20 00 80 04 ** ** ** **" in str(caught.value)


def test_a_pin_is_neither_printed_nor_written():
    secret = Secret(b"1234")
    assert "1234" not in repr(secret) + str(secret) + repr(OWN)
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(secret)
    secret.forget()
    assert (secret.data, secret.is_equal(b"")) == (b"", False)
