"""`certify pkcs11:MODULE`: what middleware shows of a card, with one of the holder's PINs if it is given."""

from collections.abc import Iterator, Mapping

from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import Event, Started, judged_events
from jpki_oracle.card.case import PACK
from jpki_oracle.card.middleware import CHECKS, judgements, observe
from jpki_oracle.card.secret import Secret
from jpki_oracle.commands.card import CardOptions, card_errors, holders_pins
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures
from jpki_oracle.sut.messages import Description

SCHEME = "pkcs11:"
PATIENCE = 6
"""A module reads whole certificates before it answers: so many times as long as one answer of a card may take."""


def middleware_command(address: str, options: CardOptions, known: KnownFailures, how: Reporting) -> int:
    """Judge what the module shows; the exit code."""
    if options.destructive or options.plan:
        raise CommandFailure(
            "middleware is only looked at, and with --own-pin logged in to: no plan, no destructive run"
        )
    with card_errors(), holders_pins(options) as pins:
        return report(_events(address, options, known, pins, how), address, how)


def _events(
    address: str, options: CardOptions, known: KnownFailures, pins: Mapping[str, Secret], how: Reporting
) -> Iterator[Event]:
    view = observe(address.removeprefix(SCHEME).strip(), own=pins, timeout=PATIENCE * options.timeout)
    system = Description(protocol=1, name=view.library or address, version="PKCS#11", capabilities=[PACK])
    yield Started(address, system, law(CURRENT_EDITION), len(CHECKS))
    yield from judged_events(judgements(view), known, PACK, strict=how.strict)
