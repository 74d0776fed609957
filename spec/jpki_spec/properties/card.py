"""What holds of the card after any number of commands, stated apart from its rules.

An invariant speaks of a state and of what has happened so far (`History`); it is proven by induction, together with
the others. A guarantee speaks of one command in any state in which the invariants hold.
"""

from collections.abc import Callable

import z3

from jpki_spec.card import FILES, KEYS, OPERATIONS, PINS, CardFile
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import NONE, CardState
from jpki_spec.properties.card_events import CardEvent, History, gives, sharing_counter
from jpki_spec.properties.card_registry import (
    CARD_PROPERTIES,
    CardClaim,
    always,
    invariants,
    on_every_command,
)
from jpki_spec.terms import Boolean

__all__ = ["CARD_PROPERTIES", "invariants"]


def each_pin(condition: Callable[[str], Boolean]) -> Boolean:
    """The condition holds of every PIN."""
    return z3.And(*(condition(pin) for pin in PINS))


@always(
    "card-tries-within",
    "the tries left are never below zero and never more than a PIN has",
    "残り回数は0未満にも、その暗証番号の回数を超える数にもならない",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(
        lambda pin: z3.And(state.tries[pin] >= 0, state.tries[pin] <= PINS[pin].all_tries(readings))
    )


@always(
    "card-tries-count",
    "the tries left are all tries less the wrong values since the last right one",
    "残り回数は、全回数から最後の正しい値の後の誤りの数を引いたものである",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(lambda pin: state.tries[pin] + history.wrong[pin] == PINS[pin].all_tries(readings))


@always(
    "card-one-counter",
    "PINs that share a counter have the same tries left",
    "残り回数を共有する暗証番号の回数は等しい",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(
        lambda pin: z3.And(*(state.tries[pin] == state.tries[p] for p in sharing_counter(pin, readings)))
    )


@always(
    "card-locked-for-good",
    "a PIN whose tries are used up stays locked",
    "残り回数を使い切った暗証番号は閉塞されたままである",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(lambda pin: z3.Implies(history.exhausted[pin], state.tries[pin] == 0))


@always(
    "card-verified-was-entered",
    "a PIN is verified only if its own value was entered since the power came and since the last selection",
    "照合済みであるのは、電源投入と最後の選択の後に自らの値が入力された暗証番号だけである",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(lambda pin: z3.Implies(state.verified[pin], history.entered[pin]))


@always(
    "card-verified-in-its-application",
    "a PIN is verified only while its own application is the current one",
    "暗証番号が照合済みであるのは、そのAPがカレントである間だけである",
    excepting=(("other_application_select_clears", "no"),),
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(lambda pin: z3.Implies(state.verified[pin], state.application.is_(PINS[pin].application)))


@always(
    "card-verified-not-locked",
    "no PIN is verified and locked",
    "照合済みで閉塞された暗証番号はない",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    return each_pin(lambda pin: z3.Implies(state.verified[pin], state.tries[pin] > 0))


@always(
    "card-file-in-application",
    "the current file is one of the current application",
    "カレントファイルはカレントAPのファイルである",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    there = [
        z3.And(state.application.is_(f.application), state.file.is_(f.identifier)) for f in FILES.values()
    ]
    return z3.Or(state.file.is_(NONE), *there)


@always(
    "card-nothing-without-power",
    "without power nothing is selected and nothing verified",
    "電源がなければ、選択も照合済みの状態もない",
)
def _(state: CardState, history: History, readings: CardReadings) -> Boolean:
    nothing = z3.And(
        state.application.is_(NONE), state.file.is_(NONE), each_pin(lambda pin: z3.Not(state.verified[pin]))
    )
    return z3.Implies(z3.Not(state.powered), nothing)


@on_every_command(
    "card-key-used-after-its-pin",
    "a private key signs only after its own PIN was entered since the power came and since the last selection",
    "秘密鍵が署名するのは、電源投入と最後の選択の後に自らの暗証番号が入力されたときだけである",
)
def _(event: CardEvent) -> CardClaim:
    keys = [key for key in KEYS.values() if key.openers(event.readings)]
    used = [gives(event, "signature", key) for key in keys]
    right = [z3.Implies(gives(event, "signature", key), _one_entered(event, key)) for key in keys]
    return CardClaim(z3.Or(*used), z3.And(*right))


@on_every_command(
    "card-signature-certificate-after-its-pin",
    "the signature certificate is read only after the signature password was entered",
    "署名用電子証明書は、署名用の暗証番号が入力された後にのみ読める",
)
def _(event: CardEvent) -> CardClaim:
    certificate = FILES["jpki/0001"]
    return CardClaim(gives(event, "content", certificate), _one_entered(event, certificate))


@on_every_command(
    "card-protected-file-after-a-pin",
    "what a PIN protects is read only after one of the PINs that open it was entered",
    "保護されたファイルは、開く暗証番号のいずれかが入力された後にのみ読める",
)
def _(event: CardEvent) -> CardClaim:
    files = [file for file in FILES.values() if file.openers(event.readings) and not file.is_internal]
    read = [gives(event, "content", file) for file in files]
    right = [z3.Implies(gives(event, "content", file), _one_entered(event, file)) for file in files]
    return CardClaim(z3.Or(*read), z3.And(*right))


@on_every_command(
    "card-key-never-leaves",
    "no command gives the content of a key or of a PIN",
    "どの命令も鍵や暗証番号の内容を返さない",
)
def _(event: CardEvent) -> CardClaim:
    internal = [gives(event, "content", file) for file in FILES.values() if file.is_internal]
    return CardClaim(event.answer.data.is_("content"), z3.Not(z3.Or(*internal)))


@on_every_command(
    "card-locked-opens-nothing",
    "once its tries are used up, no value verifies a PIN",
    "残り回数を使い切った暗証番号は、どの値によっても照合されない",
)
def _(event: CardEvent) -> CardClaim:
    tried = [z3.And(event.history.exhausted[pin], event.presents(pin)) for pin in PINS]
    return CardClaim(z3.Or(*tried), z3.Not(event.answer.status.is_("9000")))


@on_every_command(
    "card-own-value-only",
    "a PIN is verified by its own value alone, not by another PIN's",
    "暗証番号は自らの値によってのみ照合され、ほかの暗証番号の値では照合されない",
)
def _(event: CardEvent) -> CardClaim:
    presented = [event.presents(pin) for pin in PINS]
    own = [event.presents_own_value(pin) for pin in PINS]
    return CardClaim(z3.And(z3.Or(*presented), event.answer.status.is_("9000")), z3.Or(*own))


@on_every_command(
    "card-wrong-value-costs-a-try",
    "a wrong value takes one try of its own PIN, which the answer tells, and leaves that of the others",
    "誤った値はその暗証番号の残り回数を1減らし、応答がそれを告げる。ほかの暗証番号の回数は変わらない",
)
def _(event: CardEvent) -> CardClaim:
    counted, right = [], []
    for pin in PINS:
        here = z3.And(event.presents(pin), event.answer.status.is_("63Cx"))
        counted.append(here)
        sharing = sharing_counter(pin, event.readings)
        effects = [event.answer.tries == event.after.tries[pin]]
        for other in PINS:
            less = 1 if other in sharing else 0
            effects.append(event.after.tries[other] == event.before.tries[other] - less)
        right.append(z3.Implies(here, z3.And(*effects)))
    return CardClaim(z3.Or(*counted), z3.And(*right))


@on_every_command(
    "card-right-value-restores",
    "the right value brings all tries back",
    "正しい値は残り回数を元に戻す",
)
def _(event: CardEvent) -> CardClaim:
    accepted, right = [], []
    for pin in PINS:
        here = z3.And(event.presents(pin), event.answer.status.is_("9000"))
        accepted.append(here)
        number = PINS[pin].all_tries(event.readings)
        right.append(z3.Implies(here, event.after.tries[pin] == number))
    return CardClaim(z3.Or(*accepted), z3.And(*right))


@on_every_command(
    "card-only-verify-touches-tries",
    "no command but a VERIFY with a value changes a counter or verifies a PIN",
    "値を伴うVERIFY以外の命令は、残り回数を変えず、照合済みにもしない",
)
def _(event: CardEvent) -> CardClaim:
    same = each_pin(
        lambda pin: z3.And(
            event.after.tries[pin] == event.before.tries[pin],
            z3.Implies(event.after.verified[pin], event.before.verified[pin]),
        )
    )
    return CardClaim(z3.Not(event.command.operation.is_("verify")), same)


@on_every_command(
    "card-safe-tier",
    "the commands of the safe tier lower no counter, verify nothing and use no key",
    "安全な段階の命令は、残り回数を減らさず、照合済みにせず、鍵を使わない",
)
def _(event: CardEvent) -> CardClaim:
    safe = [id for id, operation in OPERATIONS.items() if operation.tier == "safe"]
    same = each_pin(lambda pin: event.after.tries[pin] == event.before.tries[pin])
    gained = each_pin(lambda pin: z3.Implies(event.after.verified[pin], event.before.verified[pin]))
    unused = z3.Not(event.answer.data.is_("signature"))
    return CardClaim(event.command.operation.is_(*safe), z3.And(same, gained, unused))


@on_every_command(
    "card-query-changes-nothing",
    "asking for the tries left changes nothing but the current file",
    "残り回数の照会は、カレントファイルのほか何も変えない",
)
def _(event: CardEvent) -> CardClaim:
    before, after = event.before.terms(), event.after.terms()
    kept = [after[name] == before[name] for name in before if name not in ("current_file", "fresh")]
    return CardClaim(event.command.operation.is_("query"), z3.And(*kept))


@on_every_command(
    "card-applications-apart",
    "nothing of another application is read or used",
    "カレントでないAPのものは読まれも使われもしない",
)
def _(event: CardEvent) -> CardClaim:
    here = event.answer.application.term == event.before.application.term
    return CardClaim(event.answer.data.is_("content", "signature"), here)


@on_every_command(
    "card-new-after-power-on",
    "a card that gets its power has no application selected and no PIN verified",
    "電源投入の直後は、選択されたAPも照合済みの暗証番号もない",
)
def _(event: CardEvent) -> CardClaim:
    nothing = z3.And(
        event.after.application.is_(NONE), each_pin(lambda pin: z3.Not(event.after.verified[pin]))
    )
    return CardClaim(event.command.operation.is_("power-on"), nothing)


def _one_entered(event: CardEvent, file: CardFile) -> Boolean:
    return z3.Or(*(event.history.entered[pin] for pin in file.openers(event.readings)))
