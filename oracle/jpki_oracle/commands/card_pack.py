"""`certify … --pack card`: what a card holds, and sequences of commands, as far as its tier allows."""

from dataclasses import dataclass

from jpki_spec.card import PINS

from jpki_oracle.card.address import is_card_address
from jpki_oracle.card.campaign import CardPlan, run_card
from jpki_oracle.card.case import PACK
from jpki_oracle.card.commands import HolderValues
from jpki_oracle.card.guard import Permission, Tier
from jpki_oracle.card.opening import OpenCard, open_card
from jpki_oracle.card.plan import PlannedCase, run_plan
from jpki_oracle.card.safety import GuardedSlot
from jpki_oracle.card.sequences import CardSequence, shipped_sequences
from jpki_oracle.commands.card import (
    CardOptions,
    announce_plan,
    opened_card,
    presents_pins,
    print_plan,
    tries_now,
)
from jpki_oracle.commands.card_fuzz import claimed_readings, example_values
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures


@dataclass(frozen=True)
class CardRequest:
    """What the command line asked for of a card."""

    address: str
    options: CardOptions
    readings: tuple[str, ...]
    only: tuple[str, ...]
    known: KnownFailures
    dry_run: bool


def is_for_cards(address: str, packs: tuple[str, ...]) -> bool:
    """The pack `card` is what is asked for: by its name, or since the address leads to a card and to nothing else."""
    if PACK in packs and len(packs) > 1:
        raise CommandFailure(f"{PACK} runs alone: it speaks to a card, the other packs to a system")
    return PACK in packs or (not packs and is_card_address(address))


def card_pack_command(request: CardRequest, how: Reporting) -> int:
    """Run the pack, or show the plan, and give the exit code."""
    readings = claimed_readings(request.address, request.readings)
    with opened_card(request.address, request.options, how.lang) as card:
        only_plan = request.options.plan or request.dry_run
        if only_plan or presents_pins(card):
            cases = [_planned(sequence) for sequence in shipped_sequences().sequences]
            plan = run_plan(cases, card.permission, request.address, tries_now(card))
            if only_plan:
                print_plan(plan, how.form, how.lang)
                return 0
            announce_plan(plan, how.lang)
        own = request.address.startswith("emulator:")
        plan_of_card = CardPlan(
            request.address,
            lambda: card,
            (lambda: _new(request.address)) if own else None,
            _values(card),
            readings,
            only=request.only,
            known=request.known,
            strict=how.strict,
        )
        return report(run_card(plan_of_card), request.address, how)


def _values(card: OpenCard) -> HolderValues:
    """The values of the example card for an emulator, with those that the tester gives; else these alone."""
    given = {_secret(pin): secret.data for pin, secret in card.permission.own_pins.items()}
    return HolderValues({**example_values(), **given} if _is_free(card.permission) else given)


def _secret(pin: str) -> str:
    return PINS[pin].secret


def _is_free(permission: Permission) -> bool:
    return permission.emulator and permission.tier is Tier.DESTRUCTIVE


def _new(address: str) -> GuardedSlot:
    return open_card(address).slot


def _planned(sequence: CardSequence) -> PlannedCase:
    return PlannedCase(
        sequence.id, Tier(sequence.tier), len(sequence.commands), sequence.right, sequence.wrong
    )
