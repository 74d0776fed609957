"""`certify … --pack card-fuzz`: random commands to an emulated card for some time, down to the shortest bad trace."""

import math
from collections.abc import Mapping

from jpki_spec.card import PINS, SECRETS
from jpki_spec.card_readings import CARD_READINGS, CardReadings, UnknownCardReading, card_readings

from jpki_oracle.card.emulator import EmulatorSlot, open_emulator
from jpki_oracle.card.fuzz import FuzzRequest, FuzzResult, fuzz
from jpki_oracle.card.opening import OpenCard
from jpki_oracle.card.safety import Tier
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.card import CardOptions, card_line, opened_card, profile_of
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.language import language, say

PACK = "card-fuzz"


def card_fuzz_command(
    address: str, options: CardOptions, readings: tuple[str, ...], form: str, lang: str | None
) -> int:
    """Fuzz the card; 0 if nothing was found, 1 if something was."""
    words = language(lang)
    if not (options.seconds > 0 and math.isfinite(options.seconds)):
        raise CommandFailure(f"--seconds {options.seconds:g}: state a number of seconds above 0")
    claimed = claimed_readings(address, readings)
    with opened_card(address, options, words) as card:
        if not (card.permission.emulator and card.permission.tier is Tier.DESTRUCTIVE):
            raise CommandFailure(
                f"{PACK} changes and locks PINs, so it runs only on an emulator that proves to be one (for one in a "
                "reader, with --destructive); the card that is there got nothing but safe commands"
            )
        if options.plan:
            print(card_line(card, words))
            return 0
        result = _fuzzed(card, address, options, claimed)
    _print(result, form, words)
    return 0 if result.finding is None else 1


def _fuzzed(card: OpenCard, address: str, options: CardOptions, readings: CardReadings) -> FuzzResult:
    own = address.startswith("emulator:")
    given = {PINS[pin].secret: secret.data for pin, secret in card.permission.own_pins.items()}
    request = FuzzRequest(
        options.seconds,
        options.seed,
        {**example_values(), **given},
        _private_numbers() if own else {},
        readings,
        (lambda: _new(address)) if own else None,
    )
    with progress() as tell:
        return fuzz(card.slot, request, tell)


def _new(address: str) -> EmulatorSlot:
    return open_emulator(address, profile_of(address))


def _private_numbers() -> dict[str, bytes]:
    """The secret numbers of the keys on the emulated card: none of them may ever be in an answer."""
    from jpki_model.card.files import Key
    from jpki_model.card.presets import example_contents

    numbers = {}
    for application in example_contents().applications:
        for file in application.files.values():
            if isinstance(file, Key) and file.key:
                secret = file.key.private_numbers()
                for name, number in (("d", secret.d), ("p", secret.p), ("q", secret.q)):
                    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
                    numbers[f"{name} of the key {file.name}"] = octets
    return numbers


def example_values() -> Mapping[str, bytes]:
    """The PINs and codes of the example card, which an emulator is expected to have unless others are given."""
    from jpki_model.card.issuing import EXAMPLE_SECRETS
    from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER

    known = EXAMPLE_SECRETS.values(EXAMPLE_HOLDER, EXAMPLE_DATES.card_expires)
    named = {name.replace("_", "-"): value for name, value in known.items()}
    return {name: value for name, value in named.items() if name in SECRETS}


def claimed_readings(address: str, stated: tuple[str, ...]) -> CardReadings:
    """What the card claims: an emulator of ours by its profile, and what is stated on top."""
    from jpki_model.card.profile import UnknownProfile, profile

    claimed: dict[str, str] = {}
    try:
        if address.startswith("emulator:"):
            behaviour = profile(profile_of(address))
            claimed = {id: str(getattr(behaviour, id)) for id in CARD_READINGS if hasattr(behaviour, id)}
        return card_readings({**claimed, **reading_arguments(stated)})
    except (UnknownProfile, UnknownCardReading) as error:
        raise CommandFailure(str(error)) from None


def _print(result: FuzzResult, form: str, lang: str) -> None:
    finding = result.finding
    if form == "json":
        print_json(
            {
                "pack": PACK,
                "seed": result.seed,
                "traces": result.traces,
                "commands": result.commands,
                "finding": finding and {"kind": finding.kind, "what": finding.what},
                "unstable": result.unstable,
                "trace": [{"sent": line.sent, "came": line.came} for line in result.trace],
            }
        )
        return
    counts = {"commands": result.commands, "traces": result.traces, "seed": result.seed}
    if finding is None:
        print(say("fuzz-held", lang, **counts))
        return
    print(say("fuzz-found", lang, what=finding.what, **counts))
    if result.unstable:
        print(say("fuzz-unstable", lang))
    print(say("fuzz-trace", lang))
    print_table(
        [{say("asked", lang): line.sent, say("observed", lang): line.came} for line in result.trace], form
    )
