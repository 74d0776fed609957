"""The classes of transitions of the abstract card: what is asked, about which file, and how that is answered.

A suite covers a class if one of its commands falls into it; each operation is so seen allowed and refused, for each
file and PIN that it can be about.
"""

from collections.abc import Iterator

import z3
from jpki_model.card_machine import CardMachine, CardStep, CardValues, ExpectedAnswer, first_values
from jpki_spec.card_state import NONE, constant

from jpki_oracle.card.unrolling import Moment, SolverGaveUp, Unrolling

ABOUT_A_FILE = (
    "read",
    "read-over-end",
    "read-beyond",
    "read-extended",
    "read-record",
    "query",
    "verify",
    "change",
    "sign",
    "sign-too-long",
    "sign-unknown-scheme",
)
TransitionClass = tuple[str, ...]
"""Operation, `short`, the application and identifier that it names, the application and file that it is about, what
it presents, the status word and the kind of data of the answer."""


def class_of(state: CardValues, command: CardStep, answer: ExpectedAnswer) -> TransitionClass:
    """The class of one transition."""
    about = NONE
    if command.operation in ABOUT_A_FILE:
        about = command.identifier if command.short else str(state["current_file"])
    named = command.identifier if command.operation == "select-file" else NONE
    short = str(command.short)
    asked = (command.operation, short, command.application, named, str(state["current_application"]), about)
    return (*asked, command.secret, command.presented, answer.status, answer.data)


def classes_of(machine: CardMachine, commands: tuple[CardStep, ...]) -> Iterator[TransitionClass]:
    """The classes into which the commands of a sequence fall."""
    state: CardValues = first_values(machine.readings)
    for command in commands:
        later, answer = machine.step(state, command)
        yield class_of(state, command, answer)
        state = later


def new_classes(
    unrolling: Unrolling, length: int, known: set[TransitionClass], machine: CardMachine
) -> Iterator[tuple[CardStep, ...]]:
    """For each class that a last command at this length can fall into and that is not known, a sequence; adds it."""
    key = _key(unrolling.moment(length - 1))
    solver = unrolling.solver
    solver.push()
    for each in known:
        solver.add(_other_than(key, each))
    while (steps := unrolling.found(z3.BoolVal(True), length)) is not None:
        found = list(classes_of(machine, steps))[-1]
        if found in known:
            raise SolverGaveUp(f"the solver and the compiled rules differ on {steps}")
        known.add(found)
        solver.add(_other_than(key, found))
        yield steps
    solver.pop()


def _key(moment: Moment) -> list[z3.ExprRef]:
    command, state, none = moment.command, moment.state, constant("card_identifier", NONE)
    operation = command["operation"]
    about_file = z3.Or(*(operation == constant("card_operation", o) for o in ABOUT_A_FILE))
    at = z3.If(command["short"], command["identifier"], state["current_file"])
    named = z3.If(operation == constant("card_operation", "select-file"), command["identifier"], none)
    parts = [operation, command["short"], command["application"], named, state["current_application"]]
    parts += [z3.If(about_file, at, none), command["secret"], command["presented"]]
    return [*parts, moment.answer["status"], moment.answer["data"]]


def _other_than(key: list[z3.ExprRef], known: TransitionClass) -> z3.BoolRef:
    same = [
        part
        == (z3.BoolVal(value == "True") if z3.is_bool(part) else constant(str(part.sort().name()), value))
        for part, value in zip(key, known, strict=True)
    ]
    return z3.Not(z3.And(*same))
