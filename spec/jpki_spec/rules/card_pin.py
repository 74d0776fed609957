"""PINs of the card: what is presented, how the tries fall and return, and what stays verified for how long."""

import z3

from jpki_spec.card import NOBODY, PINS
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import CardCommand, CardState, choice, constant
from jpki_spec.rules import card_access as access
from jpki_spec.rules.registry import card_rule
from jpki_spec.terms import Boolean, Choice, Number, Term


def all_tries(pin: str, readings: CardReadings) -> Number:
    """How many tries a PIN has at first."""
    return z3.IntVal(PINS[pin].all_tries(readings))


def is_about(state: CardState, command: CardCommand, pin: str) -> Boolean:
    """The command is about this PIN."""
    file = PINS[pin]
    return z3.And(
        state.application.is_(file.application),
        access.file_of_command(state, command).is_(file.identifier),
    )


@card_rule(
    "card.pin-matches", ja="照合は提示された値とその暗証番号とを比べる", facts=["separate-pins", "right-pin"]
)
def is_matched(command: CardCommand, pin: str) -> Boolean:
    """What is presented is the value of this PIN and not of another."""
    if PINS[pin].secret == NOBODY:
        return z3.BoolVal(False)
    return z3.And(command.presented.is_("right"), command.secret.is_(PINS[pin].secret))


@card_rule(
    "card.locked",
    ja="残り回数がなくなれば何も受け付けない",
    facts=["blocked", "unlocking"],
)
def is_locked(state: CardState, pin: str) -> Boolean:
    """With no try left nothing opens a PIN any more."""
    return state.tries[pin] <= 0


@card_rule(
    "card.pin-accepted", ja="閉塞されていない暗証番号に正しい値が提示された", facts=["right-pin", "blocked"]
)
def is_accepted(state: CardState, command: CardCommand, readings: CardReadings, pin: str) -> Boolean:
    """A PIN that is not locked takes its own value."""
    return z3.And(
        access.is_heard(state, command, readings),
        command.operation.is_("verify"),
        is_about(state, command, pin),
        z3.Not(is_locked(state, pin)),
        is_matched(command, pin),
    )


@card_rule(
    "card.pin-rejected",
    ja="閉塞されていない暗証番号に誤った値が提示された",
    facts=["wrong-pin", "wrong-length"],
)
def is_rejected(state: CardState, command: CardCommand, readings: CardReadings, pin: str) -> Boolean:
    """A PIN that is not locked refuses any other value, and counts it."""
    counted = z3.Not(is_matched(command, pin))
    if not readings.reads("verify_wrong_length", "consumes"):
        counted = z3.And(counted, z3.Not(command.presented.is_("wrong-length")))
    return z3.And(
        access.is_heard(state, command, readings),
        command.operation.is_("verify"),
        is_about(state, command, pin),
        z3.Not(is_locked(state, pin)),
        counted,
    )


@card_rule("card.tries-fall", ja="誤った暗証番号は残り回数を1減らす", facts=["wrong-pin"])
def tries_after_rejection(state: CardState, pin: str) -> Number:
    """A wrong PIN takes one try."""
    return state.tries[pin] - 1


@card_rule("card.tries-return", ja="正しい暗証番号は残り回数を元に戻す", facts=["right-pin"])
def tries_after_acceptance(readings: CardReadings, pin: str) -> Number:
    """The right PIN brings all tries back."""
    return all_tries(pin, readings)


@card_rule(
    "card.tries-left", ja="残り回数は照合によってのみ変わる", facts=["wrong-pin", "right-pin", "query"]
)
def tries_left(state: CardState, command: CardCommand, readings: CardReadings, pin: str) -> Number:
    """Tries change by a VERIFY alone."""
    accepted = [is_accepted(state, command, readings, each) for each in counted_with(pin, readings)]
    rejected = [is_rejected(state, command, readings, each) for each in counted_with(pin, readings)]
    fallen = z3.If(_any(rejected), tries_after_rejection(state, pin), state.tries[pin])
    return z3.If(_any(accepted), tries_after_acceptance(readings, pin), fallen)


def counted_with(pin: str, readings: CardReadings) -> list[str]:
    """The PINs that have one counter with this one, itself among them."""
    if readings.reads("counters_shared", "shared") and PINS[pin].secret in ("code-a", "code-b"):
        return [other for other in PINS if PINS[other].secret == PINS[pin].secret]
    return [pin]


@card_rule("card.exhausted", ja="残り回数を使い切った暗証番号は照合済みでなくなる", facts=["blocked"])
def is_exhausted_by(state: CardState, command: CardCommand, readings: CardReadings, pin: str) -> Boolean:
    """A PIN that loses its last try is no longer verified, whatever a wrong PIN does otherwise."""
    rejected = [is_rejected(state, command, readings, each) for each in counted_with(pin, readings)]
    return z3.And(_any(rejected), state.tries[pin] <= 1)


@card_rule(
    "card.verified-lost",
    ja="照合済みの状態は電源断と選択により失われる",
    facts=["power-cycle-clears", "warm-reset", "selection-clears"],
)
def is_verification_lost(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """What was verified is lost with the power, and by the selection of an application."""
    selects = z3.And(command.operation.is_("select-application"), access.is_heard(state, command, readings))
    same = command.application.term == state.application.term
    if readings.reads("same_application_reselect_clears", "no"):
        selects = z3.And(selects, z3.Not(same))
    if readings.reads("other_application_select_clears", "no"):
        selects = z3.And(selects, same)
    return z3.Or(access.starts_anew(command, readings), selects)


@card_rule(
    "card.verified",
    ja="暗証番号は正しい値の提示から失われるまで照合済みである",
    facts=["right-pin", "failed-verify", "separate-pins", "selection-clears"],
    clauses=["media-pin-entry"],
)
def verified(state: CardState, command: CardCommand, readings: CardReadings, pin: str) -> Boolean:
    """A PIN is verified from its right presentation until that is lost."""
    lost = [is_verification_lost(state, command, readings)]
    if readings.reads("failed_verify_clears", "yes"):
        lost.append(is_rejected(state, command, readings, pin))
    else:
        lost.append(is_exhausted_by(state, command, readings, pin))
    if readings.reads("signature_status_after_signing", "drop") and pin == "jpki/001B":
        key = access.file_of_command(state, command).is_("001A")
        signs = z3.And(access.is_heard(state, command, readings), command.operation.is_("sign"))
        lost.append(z3.And(signs, key, access.is_key_usable(state, command)))
    kept = z3.And(state.verified[pin], z3.Not(_any(lost)))
    return z3.Or(is_accepted(state, command, readings, pin), kept)


@card_rule("card.query", ja="空のVERIFYは残り回数を告げる", facts=["query", "blocked"])
def status_of_query(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """An empty VERIFY tells the tries that are left."""
    status = _word(readings.reading("verify_without_pin_file"))
    blocked = readings.reading("query_on_blocked")
    for pin in PINS:
        told = _word("63Cx")
        if readings.reads("query_when_verified", "9000"):
            told = z3.If(state.verified[pin], _word("9000"), told)
        if blocked != "63C0":
            told = z3.If(is_locked(state, pin), _word(blocked), told)
        status = z3.If(is_about(state, command, pin), told, status)
    return choice("card_status", status)


@card_rule("card.verify", ja="VERIFYへの応答", facts=["wrong-pin", "right-pin", "blocked", "wrong-length"])
def status_of_verify(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """What a VERIFY is answered with."""
    status = _word(readings.reading("verify_without_pin_file"))
    wrong_length = readings.reading("verify_wrong_length")
    for pin in PINS:
        compared = z3.If(is_matched(command, pin), _word("9000"), _word("63Cx"))
        if wrong_length != "consumes":
            compared = z3.If(command.presented.is_("wrong-length"), _word(wrong_length), compared)
        answer = z3.If(is_locked(state, pin), _word(readings.reading("blocked_status")), compared)
        status = z3.If(is_about(state, command, pin), answer, status)
    return choice("card_status", status)


@card_rule(
    "card.tries-told", ja="告げられる残り回数は、誤りを数えた後の値である", facts=["query", "wrong-pin"]
)
def tries_told(state: CardState, command: CardCommand, readings: CardReadings) -> Number:
    """The tries that an answer tells are those left after the command."""
    told = z3.IntVal(0)
    for pin in PINS:
        left = tries_left(state, command, readings, pin)
        told = z3.If(is_about(state, command, pin), left, told)
    return told


@card_rule("card.pin-change", ja="暗証番号は照合の後に変更できる", facts=["pin-change"])
def status_of_change(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """A PIN is changed after it was verified."""
    ways = [z3.And(is_about(state, command, pin), state.verified[pin]) for pin in CHANGEABLE]
    return choice("card_status", z3.If(z3.Or(*ways), _word("9000"), _word("6982")))


CHANGEABLE: tuple[str, ...] = tuple(id for id, pin in PINS.items() if pin.change == "24")
"""The PINs that the ISO command changes."""


def _any(ways: list[Boolean]) -> Boolean:
    return ways[0] if len(ways) == 1 else z3.Or(*ways)


def _word(status: str) -> Term:
    return constant("card_status", status)
