"""What the commands about cards have in common: opening a card as far as it is allowed, and showing the plan."""

import getpass
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

from jpki_oracle.card.budget import MAXIMA
from jpki_oracle.card.emulator import DEFAULT_PROFILE
from jpki_oracle.card.fuzz_watch import census
from jpki_oracle.card.opening import NotPermitted, OpenCard, Wish, open_card
from jpki_oracle.card.plan import BudgetBroken, RunPlan
from jpki_oracle.card.record import RecordError
from jpki_oracle.card.safety import Refused, Tier
from jpki_oracle.card.secret import Secret, SecretError, ask_secrets
from jpki_oracle.card.slot import CardFailure
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table
from jpki_oracle.language import say
from jpki_oracle.sut.address import AddressError


@dataclass(frozen=True)
class CardOptions:
    """What the command line says of a card: PINs of the holder by name, where they come from, how far a run may go."""

    own_pins: tuple[str, ...] = ()
    pin_fd: int | None = None
    destructive: bool = False
    plan: bool = False
    seconds: float = 10.0
    seed: int = 0
    timeout: float = 10.0


@contextmanager
def opened_card(address: str, options: CardOptions, lang: str) -> Iterator[OpenCard]:
    """The card at `address` for a run; it is let go at the end without power.

    Raises CommandFailure, with a line for people, for everything that can be wrong with the card, its reader, its
    record, or with what was asked for; also if that comes up during the run.
    """
    with (
        card_errors(),
        holders_pins(options) as pins,
        open_card(address, wish_of(options, pins, lang), timeout=options.timeout) as card,
    ):
        yield card


@contextmanager
def holders_pins(options: CardOptions) -> Iterator[Mapping[str, Secret]]:
    """The PINs that the holder gives, by their files; forgotten at the end. Raises SecretError."""
    pins = ask_secrets(options.own_pins, options.pin_fd)
    try:
        yield pins
    finally:
        for secret in pins.values():
            secret.forget()


@contextmanager
def card_errors() -> Iterator[None]:
    """Everything that can be wrong with a card, its reader or its record becomes a CommandFailure."""
    try:
        yield
    except (
        AddressError,
        CardFailure,
        NotPermitted,
        RecordError,
        SecretError,
        BudgetBroken,
        Refused,
    ) as error:
        raise CommandFailure(str(error)) from None


def wish_of(options: CardOptions, pins: Mapping[str, Secret], lang: str) -> Wish:
    """How far the run is wanted to go; PINs that are given for a destructive run are the right ones of that card."""
    tier = Tier.DESTRUCTIVE if options.destructive else None
    return Wish(tier, pins, _serial_asker(lang) if sys.stdin.isatty() else None)


def card_line(card: OpenCard, lang: str) -> str:
    """Which card it is and how far the run goes, on a line."""
    what = say("card-emulator" if card.permission.emulator else "card-real", lang)
    return say(
        "card-opened", lang, name=card.slot.name, card=what, tier=say(f"tier-{card.permission.tier}", lang)
    )


def tries_now(card: OpenCard) -> Mapping[str, int]:
    """The tries left of each PIN of which it is known how many there are; the card is left without power."""
    card.slot.power_on()
    found = census(card.slot)
    card.slot.power_off()
    return {pin: tries for pin, tries in found.items() if pin in MAXIMA}


def print_plan(plan: RunPlan, form: str, lang: str) -> None:
    """What the run is going to do, before it does it."""
    totals = {
        say("plan-cases", lang): len(plan.runs),
        say("plan-left-out", lang): len(plan.left_out),
        say("plan-destructive", lang): len(plan.destructive),
        say("plan-commands", lang): plan.commands,
        say("plan-seconds", lang): round(plan.seconds, 1),
    }
    pins = [
        {
            say("plan-pin", lang): pin.title,
            say("plan-right", lang): pin.right,
            say("plan-wrong", lang): pin.wrong,
            say("plan-now", lang): pin.now,
            say("plan-at-worst", lang): pin.at_worst,
        }
        for pin in plan.pins
    ]
    if form == "json":
        print_json({"tier": plan.tier, "totals": totals, "pins": pins, "left_out": plan.left_out})
        return
    print_table([totals], form)
    print()
    if pins:
        print_table(pins, form)
    else:
        print(say("plan-no-pin", lang))
    if not plan.emulator and plan.tier is not Tier.SAFE:
        print(say("plan-proven", lang))


def presents_pins(card: OpenCard) -> bool:
    """PINs may be presented to a card that has not proven to be an emulator: then the plan comes before the run."""
    return not card.permission.emulator and card.permission.tier is not Tier.SAFE


def announce_plan(plan: RunPlan, lang: str) -> None:
    """The plan of a run that follows, on stderr."""
    with redirect_stdout(sys.stderr):
        print_plan(plan, "text", lang)


def profile_of(address: str) -> str:
    """The profile that an address `emulator:PROFILE` names."""
    return address.partition(":")[2].strip() or DEFAULT_PROFILE


def _serial_asker(lang: str) -> Callable[[str], str]:
    return lambda end: getpass.getpass(say("card-serial", lang, end=end))
