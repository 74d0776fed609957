"""Which commands the rules speak of: what no source determines is not asked of a card.

`is_determined(state, command, readings)` is the way in. Each condition says what is left out, and so what a clean
run does not show.
"""

import z3

from jpki_spec.card import APPLICATIONS, FILES, KEYS, NOBODY, PINS, SECRETS, CardFile
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import NONE, CardCommand, CardState
from jpki_spec.rules import card_access as access
from jpki_spec.rules import card_pin as pin
from jpki_spec.rules.card import SIZED
from jpki_spec.terms import Boolean, Choice


def is_determined(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """The sources say how a card in this state answers the command, and what it does."""
    return z3.And(
        _power_changes(state, command),
        _parameters_are_used(command),
        _files_are_known(state, command),
        _file_has_the_structure(state, command, readings),
        _value_fits(state, command, readings),
        _signing_is_known(state, command, readings),
        _is_known_elsewhere(state, command, readings),
    )


def _power_changes(state: CardState, command: CardCommand) -> Boolean:
    """Power is switched on when it is off; everything else wants it on."""
    return state.powered == z3.Not(command.operation.is_("power-on"))


def _parameters_are_used(command: CardCommand) -> Boolean:
    """A parameter that a command has not is at its first value, so that each command is written in one way."""
    operation, short = command.operation, access.by_short_identifier(command)
    return z3.And(
        z3.Or(operation.is_("select-application"), command.application.is_(NONE)),
        z3.Or(operation.is_("select-file"), short, command.identifier.is_(NONE)),
        z3.Implies(z3.Or(operation.is_("select-file"), short), z3.Not(command.identifier.is_(NONE))),
        z3.Implies(operation.is_("select-application"), z3.Not(command.application.is_(NONE))),
        z3.Implies(command.short, operation.is_(*access.TAKE_SHORT)),
        z3.Or(operation.is_("verify", "change"), command.secret.is_(next(iter(SECRETS)))),
        z3.Or(operation.is_("verify"), command.presented.is_("right")),
    )


def _files_are_known(state: CardState, command: CardCommand) -> Boolean:
    """What is behind an identifier is known; a short one is that of a file which is there."""
    unknown = [
        z3.And(
            state.application.is_(id), command.identifier.is_(*(u for u in a.undetermined if u in _SPOKEN_OF))
        )
        for id, a in APPLICATIONS.items()
        if any(u in _SPOKEN_OF for u in a.undetermined)
    ]
    return z3.And(
        z3.Implies(command.operation.is_("select-file"), z3.Not(z3.Or(*unknown))),
        z3.Implies(command.short, access.exists(state.application, command.identifier)),
    )


_SPOKEN_OF = {file.identifier for file in FILES.values()}


def _file_has_the_structure(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """Bytes are read from files of bytes, records from files of records; ends are asked for of files read freely.

    What is current after a read that is refused for its length is not known.
    """
    at = access.file_of_command(state, command)
    of_records = _is_one(state, at, *(f for f in FILES.values() if f.kind == "records"))
    of_bytes = z3.Or(at.is_(NONE), _is_one(state, at, *(f for f in FILES.values() if f.kind != "records")))
    refused = access.is_refused_to_read(state, command, readings)
    operation = command.operation
    return z3.And(
        z3.Implies(operation.is_("read"), of_bytes),
        z3.Implies(operation.is_("read-beyond", "read-extended"), z3.And(of_bytes, z3.Not(refused))),
        z3.Implies(
            operation.is_("read-extended"),
            z3.Or(z3.Not(command.short), z3.BoolVal(readings.reads("extended_read", "accepted"))),
        ),
        z3.Implies(operation.is_("read-over-end"), z3.And(_is_one(state, at, *SIZED), z3.Not(refused))),
        z3.Implies(operation.is_("read-record"), of_records),
    )


def _value_fits(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """What is presented has the form of the PIN; nothing is known of a locked one and a wrong length.

    Nor is it known what a verified PIN tells that a wrong one has left verified, under the reading that has it so.
    """
    alike = z3.Or(
        *(
            z3.And(pin.is_about(state, command, id), command.secret.is_(*_of_form(file)))
            for id, file in PINS.items()
        ),
        z3.Not(_is_pin(state, command)),
    )
    locked = z3.Or(*(z3.And(pin.is_about(state, command, id), pin.is_locked(state, id)) for id in PINS))
    changeable = z3.Or(
        *(
            z3.And(
                pin.is_about(state, command, id),
                command.secret.is_(PINS[id].secret),
                z3.Not(pin.is_locked(state, id)),
            )
            for id in pin.CHANGEABLE
        )
    )
    lowered = z3.Or(
        *(
            z3.And(
                pin.is_about(state, command, id),
                state.verified[id],
                state.tries[id] != pin.all_tries(id, readings),
            )
            for id in PINS
        )
    )
    plain = z3.And(command.secret.is_(next(iter(SECRETS))), command.presented.is_("right"))
    return z3.And(
        z3.Implies(command.operation.is_("verify"), alike),
        z3.Implies(z3.And(command.operation.is_("verify"), z3.Not(_is_pin(state, command))), plain),
        z3.Implies(
            z3.And(command.operation.is_("verify"), command.presented.is_("wrong-length")), z3.Not(locked)
        ),
        z3.Implies(command.operation.is_("change"), changeable),
        z3.Implies(command.operation.is_("query"), z3.Not(lowered)),
    )


def _of_form(file: CardFile) -> list[str]:
    """The secrets whose values have the length and alphabet of a PIN's."""
    if file.secret == NOBODY:
        return ["text"]
    own = SECRETS[file.secret]
    return [
        id
        for id, other in SECRETS.items()
        if (other.least, other.most, other.alphabet) == (own.least, own.most, own.alphabet)
    ]


def _is_pin(state: CardState, command: CardCommand) -> Boolean:
    return z3.Or(*(pin.is_about(state, command, id) for id in PINS))


def _signing_is_known(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """The signing command is asked for in the application of the keys; its other errors once the key is open."""
    at = access.file_of_command(state, command)
    others = [key for key in KEYS.values() if key not in access.SIGNING_KEYS and key.application == "jpki"]
    known = z3.And(state.application.is_("jpki"), z3.Not(_is_one(state, at, *others)))
    usable = z3.And(known, access.is_key_usable(state, command))
    return z3.And(
        z3.Implies(command.operation.is_("sign"), known),
        z3.Implies(command.operation.is_("sign-too-long", "sign-unknown-scheme"), usable),
        z3.Implies(
            command.operation.is_("sign-by-default-key"), state.application.is_("text", "card-surface")
        ),
        z3.Implies(command.operation.is_("internal-authenticate"), state.application.is_("common")),
    )


def _is_known_elsewhere(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """Data objects are asked for before any selection, secure messaging where there is none; a chain has no end."""
    chained = z3.BoolVal(not readings.reads("command_chaining", "accepted"))
    secured = z3.And(z3.Not(state.application.is_(NONE)), z3.Not(state.application.is_("text")))
    return z3.And(
        z3.Implies(command.operation.is_("get-data"), state.application.is_(NONE)),
        z3.Implies(command.operation.is_("select-secured"), secured),
        z3.Implies(command.operation.is_("chained"), chained),
    )


def _is_one(state: CardState, at: Choice, *files: CardFile) -> Boolean:
    return z3.Or(
        *(z3.And(state.application.is_(file.application), at.is_(file.identifier)) for file in files)
    )
