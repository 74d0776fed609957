"""Faults of a card's memory, which are no single node of a rule: what it keeps, forgets, or mistakes for another."""

from collections.abc import Iterator
from dataclasses import dataclass

import z3
from jpki_spec.card import FILES, OPERATIONS, PINS, CardFile
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import COMMAND, NONE, STATE, constant
from jpki_spec.rules import card_access as access
from jpki_spec.rules import card_pin as pin
from jpki_spec.terms import Boolean, Term


@dataclass(frozen=True)
class MemoryChange:
    """What stands in the place of what, and the rule, operator and detail by which the fault is known."""

    rule: str
    operator: str
    detail: str
    pairs: tuple[tuple[Term, Term], ...]


def forgetting(readings: CardReadings) -> Iterator[MemoryChange]:
    """For each operation: it brings tries back, costs one, keeps or loses what is verified or selected."""
    book = card_rulebook(readings)
    after = book.after
    for operation in OPERATIONS:
        at = COMMAND.operation.is_(operation)
        tries, verified = after.tries, after.verified
        yield MemoryChange(
            "card.tries-left",
            "tries-return",
            operation,
            tuple((tries[p], z3.If(at, pin.all_tries(p, readings), tries[p])) for p in PINS),
        )
        yield MemoryChange(
            "card.tries-left",
            "tries-fall",
            operation,
            tuple(
                (
                    tries[p],
                    z3.If(z3.And(at, pin.is_about(STATE, COMMAND, p), tries[p] > 0), tries[p] - 1, tries[p]),
                )
                for p in PINS
            ),
        )
        yield MemoryChange(
            "card.verified",
            "verified-kept",
            operation,
            tuple((verified[p], z3.Or(verified[p], z3.And(at, STATE.verified[p]))) for p in PINS),
        )
        yield MemoryChange(
            "card.verified",
            "verified-lost",
            operation,
            tuple((verified[p], z3.And(verified[p], z3.Not(at))) for p in PINS),
        )
        for part, rule in (("application", "card.application-selected"), ("file", "card.file-selected")):
            now, before = getattr(after, part).term, getattr(STATE, part).term
            lost = constant(str(now.sort().name()), NONE)
            yield MemoryChange(rule, f"{part}-lost", operation, ((now, z3.If(at, lost, now)),))
            yield MemoryChange(rule, f"{part}-kept", operation, ((now, z3.If(at, before, now)),))


def wrong_pins(readings: CardReadings) -> Iterator[MemoryChange]:
    """For each two PINs of an application: one counts for the other, verifies the other, opens what the other opens."""
    book = card_rulebook(readings)
    for one in PINS:
        for other in PINS:
            if one == other or PINS[one].application != PINS[other].application:
                continue
            tries, verified = book.after.tries[other], book.after.verified[other]
            rejected = pin.is_rejected(STATE, COMMAND, readings, one)
            accepted = pin.is_accepted(STATE, COMMAND, readings, one)
            detail = f"{one}|{other}"
            costs = z3.If(z3.And(rejected, tries > 0), tries - 1, tries)
            yield MemoryChange("card.tries-left", "other-counter", detail, ((tries, costs),))
            yield MemoryChange(
                "card.verified", "other-verified", detail, ((verified, z3.Or(verified, accepted)),)
            )
    readable = access.is_open_to_read(STATE, access.file_of_command(STATE, COMMAND), readings)
    usable = access.is_key_usable(STATE, COMMAND)
    for file in FILES.values():
        openers = file.openers(readings)
        if not openers or file.kind == "pin":
            continue
        for other in PINS:
            if PINS[other].application == file.application and other not in openers:
                also = z3.And(_is_at(file), STATE.verified[other])
                node = usable if file.kind == "key" else readable
                rule = "card.private-key-use" if file.kind == "key" else "card.read-condition"
                yield MemoryChange(rule, "other-opens", f"{file.id}|{other}", ((node, z3.Or(node, also)),))


def _is_at(file: CardFile) -> Boolean:
    at = access.file_of_command(STATE, COMMAND)
    return z3.And(STATE.application.is_(file.application), at.is_(file.identifier))
