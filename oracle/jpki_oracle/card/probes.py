"""Sequences that look what a card remembers: one command after PINs were presented, then everything that tells of it.

They show most faults of memory, so that the solver is asked for the rest alone.
"""

from collections.abc import Iterator

from jpki_model.card_machine import CardMachine, CardStep, CardValues, first_values
from jpki_spec.card import APPLICATIONS, FILES, NOBODY, OPERATIONS, PINS, CardFile

Commands = tuple[CardStep, ...]
ON = CardStep("power-on")


def probing_sequences(machine: CardMachine) -> list[Commands]:
    """Each operation after right and after wrong values, and each PIN against all that is in its application."""
    found = [*_after_each_operation(machine), *_for_each_pin(machine)]
    return list(dict.fromkeys(found))


def own_pin_tour(pin: str) -> Commands:
    """One sequence that presents a holder's PIN once and then does all that it opens, and sees it closed again.

    On a real card a PIN is presented once in a run, after its counter was asked for.
    """
    file = PINS[pin]
    opened = [
        f for f in FILES.values() if f.application == file.application and file.identifier in f.opened_by
    ]
    keys = [f.identifier for f in opened if f.kind == "key"]
    certificates = [f.identifier for f in opened if f.kind == "certificate"]
    select = CardStep("select-application", file.application)
    steps = [ON, select, CardStep("select-file", identifier=file.identifier), CardStep("query")]
    steps += [CardStep("verify", secret=file.secret), CardStep("query")]
    for key in keys:
        use = CardStep("select-file", identifier=key)
        steps += [use, CardStep("sign"), CardStep("sign"), CardStep("sign-too-long")]
        steps += [CardStep("sign", identifier=key, short=True)]
    for certificate in certificates:
        steps += [CardStep("select-file", identifier=certificate), CardStep("read")]
    steps += [select, *(CardStep("sign", identifier=key, short=True) for key in keys)]
    for certificate in certificates:
        steps += [CardStep("select-file", identifier=certificate), CardStep("read")]
    return tuple(steps)


def _after_each_operation(machine: CardMachine) -> Iterator[Commands]:
    for application, operations in (("jpki", OPERATIONS), ("text", ELSEWHERE), ("common", ELSEWHERE)):
        select = CardStep("select-application", application)
        pins = [p for p in PINS.values() if p.application == application and p.secret != NOBODY]
        current = CardStep("select-file", identifier=pins[0].identifier)
        looks = _looks(application)
        for presented in ("right", "wrong"):
            begun = [ON, select, *(_verify(p.identifier, p.secret, presented) for p in pins), current]
            for operation in operations:
                for form in _forms(operation):
                    query = CardStep("query")
                    yield _determined(machine, [*begun, *form, query, *looks, select, *looks])
            again = [
                CardStep("power-off"),
                ON,
                CardStep("get-data"),
                CardStep("select-master"),
                CardStep("read"),
            ]
            yield _determined(machine, [*begun, *again, current, select, *looks])


ELSEWHERE = ("sign-by-default-key", "internal-authenticate", "read-record")
"""Operations that the public-key application has not."""


def _for_each_pin(machine: CardMachine) -> Iterator[Commands]:
    for pin in PINS.values():
        if pin.secret == NOBODY:
            continue
        select = CardStep("select-application", pin.application)
        others = [p.identifier for p in PINS.values() if p.application == pin.application]
        asked = [CardStep("query", identifier=other, short=True) for other in others]
        inside = [
            CardStep("sign" if file.kind == "key" else "read", identifier=file.identifier, short=True)
            for file in FILES.values()
            if file.application == pin.application and file.kind != "pin"
        ]
        yield _determined(machine, [ON, select, _verify(pin.identifier, pin.secret), *inside, *asked])
        right, wrong = (_verify(pin.identifier, pin.secret, value) for value in ("right", "wrong"))
        yield _determined(machine, [ON, select, wrong, *asked])
        spent = [wrong] * pin.all_tries(machine.readings)
        yield _determined(machine, [ON, select, *spent, right, *asked, *inside, wrong, *asked])
        elsewhere = [command for other in PINS.values() if other is not pin for command in _both(other)]
        yield _determined(machine, [ON, select, wrong, *elsewhere, select, *asked, *inside])
        yield _determined(machine, [ON, select, right, *elsewhere, select, *asked, *inside])


def _both(pin: CardFile) -> list[CardStep]:
    """A wrong and then the right value of a PIN, in its application."""
    select = CardStep("select-application", pin.application)
    if pin.secret == NOBODY:
        return []
    return [select, _verify(pin.identifier, pin.secret, "wrong"), _verify(pin.identifier, pin.secret)]


def _looks(application: str) -> list[CardStep]:
    """What tells of the PINs of an application and of the current file, and costs nothing."""
    files = [file for file in FILES.values() if file.application == application]
    keys = [CardStep("sign", identifier=f.identifier, short=True) for f in files if f.kind == "key"]
    asked = [CardStep("query", identifier=f.identifier, short=True) for f in files if f.kind == "pin"]
    opened = [
        CardStep("read", identifier=f.identifier, short=True)
        for f in files
        if f.opened_by and not f.is_internal
    ]
    return [CardStep("read"), *keys, *asked, *opened]


def _forms(operation: str) -> list[list[CardStep]]:
    """The operation in each of its forms, with a file before it where it needs a certain one."""
    if operation == "select-application":
        return [[CardStep(operation, application)] for application in APPLICATIONS]
    if operation == "select-file":
        return [[CardStep(operation, identifier=identifier)] for identifier in ("000A", "0F0F")]
    if operation == "read-beyond":
        return [[CardStep("select-file", identifier="000A"), CardStep(operation)]]
    if operation == "read-record":
        return [[CardStep("select-file", identifier="0001"), CardStep(operation)]]
    if operation.startswith("read"):
        return [[CardStep(operation)], [CardStep(operation, identifier="0006", short=True)]]
    if operation.startswith("sign") and operation != "sign-by-default-key":
        return [[CardStep("select-file", identifier="0017"), CardStep(operation)], [CardStep(operation)]]
    return [[CardStep(operation)]]


def _verify(identifier: str, secret: str, presented: str = "right") -> CardStep:
    return CardStep("verify", identifier=identifier, short=True, secret=secret, presented=presented)


def _determined(machine: CardMachine, commands: list[CardStep]) -> Commands:
    """The commands without those that no source determines where they stand."""
    state: CardValues = first_values(machine.readings)
    kept = []
    for command in commands:
        if machine.is_determined(state, command):
            kept.append(command)
            state, _ = machine.step(state, command)
    return tuple(kept)
