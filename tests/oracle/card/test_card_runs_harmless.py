"""Whole runs of the pack on a card that passes for a real one, torn out and interrupted at random: no try is lost."""

import random
from contextlib import suppress

import pytest
from guarded_card import ManInTheMiddle
from jpki_model.card.presets import example_card
from jpki_model.card_machine import CardStep
from jpki_oracle.campaign import Finished
from jpki_oracle.card.budget import Budget, Store
from jpki_oracle.card.campaign import CardPlan, run_card
from jpki_oracle.card.commands import HolderValues
from jpki_oracle.card.emulator import EmulatorSlot
from jpki_oracle.card.fuzz_watch import census
from jpki_oracle.card.opening import OpenCard
from jpki_oracle.card.safety import GuardedSlot, Permission, Tier
from jpki_oracle.card.secret import Secret
from jpki_oracle.card.sequences import CardSequence

APPLICATIONS = ("jpki", "text", "card-surface", "common", "resident-register")
FILES = ("0001", "0002", "0006", "000A", "0011", "0014", "0017", "0018", "001A", "001B", "001C")


class RealCard:
    """An emulated card that does not say so, and counts the PINs that are presented to it."""

    def __init__(self) -> None:
        self.inside = example_card()
        self.presented = 0

    def reset(self) -> None:
        self.inside.power_off()
        self.inside.power_on()

    def transmit(self, command: bytes) -> bytes:
        if not self.inside.powered:
            self.inside.power_on()
        self.presented += command[1:2] == b"\x20" and len(command) > 4
        return b"\x6a\x82" if command.endswith(b"JPKI-SIM") else self.inside.transmit(command)

    def tries(self) -> dict[str, int]:
        """The tries left, asked behind the back of everybody."""
        self.reset()
        slot = EmulatorSlot(self.inside, "the card itself")
        slot.power_on()
        return census(slot)


def random_sequences(chance: random.Random, count: int) -> list[CardSequence]:
    """Sequences that select, ask, read, verify right and wrong, and sign."""
    sequences = []
    for _ in range(count):
        steps = [CardStep("power-on"), CardStep("select-application", chance.choice(APPLICATIONS))]
        for _ in range(chance.randrange(1, 6)):
            steps.append(
                chance.choice(
                    (
                        CardStep("select-file", identifier=chance.choice(FILES)),
                        CardStep("select-application", chance.choice(APPLICATIONS)),
                        CardStep("query"),
                        CardStep("read"),
                        CardStep("read", identifier=chance.choice(FILES), short=True),
                        CardStep(
                            "verify", secret="authentication", presented=chance.choice(("right", "wrong"))
                        ),
                        CardStep("verify", identifier="0018", short=True, secret="authentication"),
                        CardStep("verify", secret="signature"),
                        CardStep("sign"),
                        CardStep("challenge"),
                        CardStep("warm-reset"),
                    )
                )
            )
        sequences.append(CardSequence(tuple(steps)))
    return sequences


def run(card: RealCard, permission: Permission, store: Store, chance: random.Random, trouble: float) -> int:
    """One run as `certify` makes it; its exit code, 130 if it was interrupted."""
    slot = GuardedSlot(ManInTheMiddle(card, chance, trouble), permission, Budget(store))
    values = {"authentication": next((s.data for s in permission.own_pins.values()), b"0000")}
    plan = CardPlan(
        "pcsc:",
        lambda: OpenCard(slot, None, None),
        values=HolderValues(values),
        sequences=random_sequences(chance, 30),
    )
    code = 130
    with suppress(KeyboardInterrupt):
        for event in run_card(plan):
            if isinstance(event, Finished):
                code = event.exit_code
    return code


def test_safe_runs_lose_no_try_however_they_end():
    chance, codes = random.Random(11), set()
    for _ in range(40):
        card = RealCard()
        before = card.tries()
        codes.add(run(card, Permission(), Store(), chance, chance.choice((0.0, 0.01, 0.05))))
        assert (card.tries(), card.presented) == (before, 0)
    assert {0, 2, 130} <= codes, "some runs end well, some lose the card, some are interrupted"


@pytest.mark.parametrize(("pin", "cost"), [(b"1234", 0), (b"9999", 1)])
def test_runs_with_the_holders_pin_present_it_once_and_lose_one_try_at_the_most(pin, cost):
    chance, presented = random.Random(12), 0
    for _ in range(25):
        card, store = RealCard(), Store()
        before = card.tries()
        for _ in range(2):
            earlier = card.presented
            permission = Permission(Tier.OWN_PIN, own_pins={"jpki/0018": Secret(pin)})
            run(card, permission, store, chance, chance.choice((0.0, 0.01)))
            assert card.presented - earlier <= 1
        presented += card.presented
        lost = {p: before[p] - tries for p, tries in card.tries().items() if tries != before[p]}
        assert lost in ({}, {"jpki/0018": cost})
    assert presented > 10
