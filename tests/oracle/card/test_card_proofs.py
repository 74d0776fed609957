"""The card's properties are proven for any number of commands, and each falls when a rule is broken on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import z3
from jpki_oracle.card.proofs import Broken, Empty, Inductive, Prover, prove
from jpki_spec.card import FILES
from jpki_spec.card_readings import CardReadings, card_readings
from jpki_spec.card_state import CardAnswer, CardCommand, CardState, choice, constant
from jpki_spec.fields import Text
from jpki_spec.properties.card import CARD_PROPERTIES
from jpki_spec.properties.card_registry import CardClaim, CardProperty, invariants
from jpki_spec.rules.card import card_step
from jpki_spec.terms import Boolean

DEFAULT = card_readings()
READINGS = [DEFAULT, *DEFAULT.alternatives()]
AUTHENTICATION, SIGNATURE, TEXT, CODE_B = "jpki/0018", "jpki/001B", "text/0011", "text/0015"
Step = tuple[CardState, CardAnswer]
Breaking = Callable[[CardState, CardCommand, CardState, CardAnswer], Step]


@pytest.mark.parametrize("readings", READINGS, ids=str)
def test_every_property_is_proven_under_these_readings(readings: CardReadings) -> None:
    prover = Prover(readings)
    for each in CARD_PROPERTIES.values():
        if each.is_claimed(readings):
            assert prover.prove(each) == Inductive(), each.id


def test_a_property_whose_premise_nothing_meets_is_called_empty() -> None:
    no_read_from_nowhere = CardProperty(
        "empty",
        Text("e", "空"),
        (),
        guarantee=lambda event: CardClaim(
            z3.And(event.answer.data.is_("content"), z3.Not(event.before.powered)), z3.BoolVal(False)
        ),
    )

    assert prove(no_read_from_nowhere, DEFAULT) == Empty()


def test_an_invariant_that_fails_before_the_first_command_is_told_so() -> None:
    powered = CardProperty("powered", Text("e", "常"), (), invariant=lambda state, *_: state.powered)

    finding = prove(powered, DEFAULT)

    assert isinstance(finding, Broken)
    assert finding.at_first


def test_a_property_is_excepted_only_where_it_does_not_hold() -> None:
    for each in CARD_PROPERTIES.values():
        for question, answer in each.excepting:
            assert isinstance(prove(each, DEFAULT.with_reading(question, answer)), Broken), each.id


def _tries(pin: str, when: Callable[[CardState, CardCommand], Boolean], change: int) -> Breaking:
    """Whenever that happens, the tries of a PIN change by so many."""

    def broken(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
        tries = z3.If(when(state, command), state.tries[pin] + change, after.tries[pin])
        return replace(after, tries={**after.tries, pin: tries}), answer

    return broken


def _verified(pin: str, when: Callable[[CardState, CardCommand, CardAnswer], Boolean]) -> Breaking:
    """Whenever that happens, a PIN is verified."""

    def broken(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
        verified = z3.Or(when(state, command, answer), after.verified[pin])
        return replace(after, verified={**after.verified, pin: verified}), answer

    return broken


def _gives(data: str, file: str) -> Breaking:
    """A read or use of a file is always answered with it."""

    def broken(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
        where = FILES[file]
        at = z3.And(state.is_at(where.application, where.identifier), z3.Not(command.short))
        asked = z3.And(command.operation.is_("sign" if data == "signature" else "read"), at)
        given = {
            "status": ("card_status", "9000"),
            "data": ("card_data", data),
            "application": ("card_application", where.application),
            "file": ("card_identifier", where.identifier),
        }
        changed = {
            name: choice(sort, z3.If(asked, constant(sort, value), getattr(answer, name).term))
            for name, (sort, value) in given.items()
        }
        return after, replace(answer, **changed)

    return broken


def _accepts(when: Callable[[CardState, CardCommand], Boolean]) -> Breaking:
    """Whenever that happens, the answer is 9000."""

    def broken(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
        status = z3.If(when(state, command), constant("card_status", "9000"), answer.status.term)
        return after, replace(answer, status=choice("card_status", status))

    return broken


def _keeps(part: str, operation: str) -> Breaking:
    """An operation leaves a part of the state as it was."""

    def broken(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
        before, now = getattr(state, part), getattr(after, part)
        kept = z3.If(command.operation.is_(operation), before.term, now.term)
        return replace(after, **{part: replaced(now, kept)}), answer

    def replaced(now: object, term: Boolean) -> object:
        return choice("card_application" if part == "application" else "card_identifier", term)

    return broken


def _verifies(pin: str, secret: str | None = None) -> Callable[[CardState, CardCommand], Boolean]:
    file = FILES[pin]

    def at(state: CardState, command: CardCommand) -> Boolean:
        here = z3.And(state.powered, state.is_at(file.application, file.identifier), z3.Not(command.short))
        own = command.secret.is_(secret) if secret else z3.BoolVal(True)
        return z3.And(here, command.operation.is_("verify"), own)

    return at


def _on(*operations: str) -> Callable[[CardState, CardCommand], Boolean]:
    return lambda state, command: z3.And(state.powered, command.operation.is_(*operations))


def _on_power(state: CardState, command: CardCommand) -> Boolean:
    return command.operation.is_("power-on")


def _forgets_all_wrong(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
    tries = z3.If(_on_power(state, command), z3.IntVal(3), after.tries[AUTHENTICATION])
    return replace(after, tries={**after.tries, AUTHENTICATION: tries}), answer


def _elsewhere(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
    return after, replace(
        answer, application=choice("card_application", constant("card_application", "jpki"))
    )


def _query_logs_out(state: CardState, command: CardCommand, after: CardState, answer: CardAnswer) -> Step:
    out = {pin: z3.And(after.verified[pin], z3.Not(command.operation.is_("query"))) for pin in after.verified}
    return replace(after, verified=out), answer


BROKEN: dict[str, Breaking] = {
    "card-tries-within": _tries(AUTHENTICATION, _on_power, +1),
    "card-tries-count": _forgets_all_wrong,
    "card-locked-for-good": _forgets_all_wrong,
    "card-verified-was-entered": _verified(
        SIGNATURE, lambda s, c, a: z3.And(_verifies(AUTHENTICATION)(s, c), a.status.is_("9000"))
    ),
    "card-verified-in-its-application": _verified(
        TEXT, lambda s, c, a: z3.And(s.verified[TEXT], c.operation.is_("select-application"))
    ),
    "card-verified-not-locked": _verified(
        TEXT, lambda s, c, a: z3.And(s.verified[TEXT], c.operation.is_("verify"))
    ),
    "card-file-in-application": _keeps("file", "select-application"),
    "card-nothing-without-power": _keeps("application", "power-off"),
    "card-key-used-after-its-pin": _gives("signature", "jpki/001A"),
    "card-signature-certificate-after-its-pin": _gives("content", "jpki/0001"),
    "card-protected-file-after-a-pin": _gives("content", "text/0001"),
    "card-key-never-leaves": _gives("content", "jpki/0017"),
    "card-locked-opens-nothing": _accepts(_verifies(AUTHENTICATION, "authentication")),
    "card-own-value-only": _accepts(_verifies(AUTHENTICATION, "text")),
    "card-wrong-value-costs-a-try": _tries(AUTHENTICATION, _verifies(AUTHENTICATION, "text"), 0),
    "card-right-value-restores": _tries(AUTHENTICATION, _verifies(AUTHENTICATION), 0),
    "card-only-verify-touches-tries": _tries(AUTHENTICATION, _on("challenge"), -1),
    "card-safe-tier": _tries(SIGNATURE, _on("select-file"), -1),
    "card-query-changes-nothing": _query_logs_out,
    "card-applications-apart": _elsewhere,
    "card-new-after-power-on": _verified(CODE_B, lambda s, c, a: s.verified[CODE_B]),
}


@pytest.mark.parametrize("id", BROKEN)
def test_a_rule_broken_on_purpose_has_a_counterexample(id: str) -> None:
    def rules(state: CardState, command: CardCommand, readings: CardReadings) -> Step:
        return BROKEN[id](state, command, *card_step(state, command, readings))

    finding = prove(CARD_PROPERTIES[id], DEFAULT, rules)

    assert isinstance(finding, Broken)
    assert finding.command


def test_a_shared_counter_that_counts_in_one_application_only_has_a_counterexample() -> None:
    shared = card_readings({"counters_shared": "shared"})

    def rules(state: CardState, command: CardCommand, readings: CardReadings) -> Step:
        after, answer = card_step(state, command, readings)
        apart, _ = card_step(state, command, DEFAULT)
        return replace(after, tries={**after.tries, CODE_B: apart.tries[CODE_B]}), answer

    assert isinstance(prove(CARD_PROPERTIES["card-one-counter"], shared, rules), Broken)


def test_each_property_was_seen_to_fall() -> None:
    assert set(BROKEN) | {"card-one-counter"} == set(CARD_PROPERTIES)


def test_a_counterexample_tells_the_command_and_what_stood_before_and_after_it() -> None:
    def rules(state: CardState, command: CardCommand, readings: CardReadings) -> Step:
        return BROKEN["card-key-never-leaves"](state, command, *card_step(state, command, readings))

    finding = prove(CARD_PROPERTIES["card-key-never-leaves"], DEFAULT, rules)

    assert isinstance(finding, Broken)
    assert finding.command["operation"] == "read"
    assert finding.before["current_file"] == "0017"
    assert finding.after["data"] == "content"


def test_the_invariants_hold_together_of_some_state() -> None:
    assert len(invariants(DEFAULT)) == 9
