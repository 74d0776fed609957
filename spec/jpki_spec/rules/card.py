"""The card as a transition system: what a command is answered with, and what the card remembers of it.

`card_step(state, command, readings)` is the way in. What is not determined by any source, `is_determined` tells;
such commands are never asked for.
"""

import z3

from jpki_spec.card import FILES, PINS
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_state import NONE, CardAnswer, CardCommand, CardState, choice, constant
from jpki_spec.rules import card_access as access
from jpki_spec.rules import card_pin as pin
from jpki_spec.rules.registry import card_rule
from jpki_spec.terms import Boolean, Choice, Number, Term


def card_step(state: CardState, command: CardCommand, readings: CardReadings) -> tuple[CardState, CardAnswer]:
    """The state after a command, and the answer to it."""
    after = CardState(
        powered(state, command),
        fresh(state, command),
        current_application(state, command, readings),
        current_file(state, command, readings),
        {id: pin.verified(state, command, readings, id) for id in PINS},
        {id: pin.tries_left(state, command, readings, id) for id in PINS},
    )
    application, file = source_of_answer(state, command, readings)
    answer = CardAnswer(
        status_of_answer(state, command, readings),
        tries_in_answer(state, command, readings),
        data_of_answer(state, command, readings),
        application,
        file,
    )
    return after, answer


def first_state(readings: CardReadings) -> CardState:
    """A card that lies there, with all tries left."""
    return CardState(
        z3.BoolVal(False),
        z3.BoolVal(False),
        choice("card_application", constant("card_application", NONE)),
        choice("card_identifier", constant("card_identifier", NONE)),
        {id: z3.BoolVal(False) for id in PINS},
        {id: pin.all_tries(id, readings) for id in PINS},
    )


@card_rule(
    "card.power",
    ja="電源が入っている間だけチップは応答する",
    facts=["power-cycle-clears"],
    clauses=["media-reader-tap"],
)
def powered(state: CardState, command: CardCommand) -> Boolean:
    """The chip works while it has power."""
    return z3.And(
        z3.Not(command.operation.is_("power-off")),
        z3.Or(command.operation.is_("power-on"), state.powered),
    )


@card_rule("card.fresh", ja="電源投入後の最初の命令", facts=["power-cycle-clears"])
def fresh(state: CardState, command: CardCommand) -> Boolean:
    """Whether the next command is the first since the power came."""
    return z3.Or(command.operation.is_("power-on"), z3.And(state.fresh, command.operation.is_("warm-reset")))


@card_rule(
    "card.application-selected",
    ja="APはその識別子で選択される",
    facts=["application-selection", "application-unknown", "warm-reset"],
    clauses=["chip-applications"],
)
def current_application(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """An application becomes the current one by its identifier."""
    selected = z3.And(command.operation.is_("select-application"), access.is_heard(state, command, readings))
    kept = z3.If(selected, command.application.term, state.application.term)
    return choice(
        "card_application",
        z3.If(access.starts_anew(command, readings), constant("card_application", NONE), kept),
    )


@card_rule(
    "card.file-selected",
    ja="ファイルはカレントAPの下で選択され、APの選択により失われる",
    facts=["file-selection", "short-identifier", "application-selection"],
)
def current_file(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """A file of the current application becomes the current one; another application has none at first."""
    named = z3.Or(command.operation.is_("select-file"), access.becomes_current(command, readings))
    heard = access.is_heard(state, command, readings)
    selected = z3.And(named, access.exists(state.application, command.identifier), heard)
    wanted = command.identifier.term
    if readings.reads("short_identifier_selects", "always"):  # 0019 is named by INTERNAL AUTHENTICATE itself
        there = z3.And(state.application.is_("common"), heard)
        authenticates = z3.And(command.operation.is_("internal-authenticate"), there)
        selected = z3.Or(selected, authenticates)
        wanted = z3.If(authenticates, constant("card_identifier", "0019"), wanted)
    left = z3.Or(
        access.starts_anew(command, readings), z3.And(command.operation.is_("select-application"), heard)
    )
    kept = z3.If(selected, wanted, state.file.term)
    return choice("card_identifier", z3.If(left, constant("card_identifier", NONE), kept))


@card_rule(
    "card.answer",
    ja="命令への応答",
    facts=["class-and-instruction", "master-file", "data-objects", "challenge"],
)
def status_of_answer(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """What a command is answered with."""
    done = _word("9000")
    no_application = state.application.is_(NONE)
    read = access.status_of_read(state, command, readings).term
    sign = access.status_of_signing(state, command, readings).term
    is_open = z3.Not(access.is_refused_to_read(state, command, readings))
    by_operation: dict[tuple[str, ...], Term] = {
        ("select-application", "challenge", "get-data", "sign-by-default-key", "internal-authenticate"): done,
        ("select-stranger",): _word("6A82"),
        ("select-file",): access.status_of_selection(state, command, readings).term,
        ("select-master",): z3.If(no_application, _word("6A86"), done),
        ("select-secured",): _word("6882"),
        ("read", "read-record"): read,
        ("read-over-end",): z3.If(is_open, _word(_END[readings.reading("end_of_file")]), read),
        ("read-beyond",): z3.If(is_open, _word(_BEYOND[readings.reading("offset_beyond")]), read),
        ("read-extended",): z3.If(is_open, _word(_EXTENDED[readings.reading("extended_read")]), read),
        ("query",): pin.status_of_query(state, command, readings).term,
        ("verify",): pin.status_of_verify(state, command, readings).term,
        ("change",): pin.status_of_change(state, command, readings).term,
        ("sign",): sign,
        ("sign-too-long",): z3.If(sign == done, _word(readings.reading("sign_input_length")), sign),
        ("sign-unknown-scheme",): z3.If(sign == done, _word("6A86"), sign),
        ("unknown-class",): _word("6E00"),
        ("other-channel",): _word("6881"),
        ("chained",): _word(_CHAINED[readings.reading("command_chaining")]),
    }
    status = _word("6D00")
    for operations, word in reversed(by_operation.items()):
        status = z3.If(command.operation.is_(*operations), word, status)
    status = z3.If(access.is_heard(state, command, readings), status, _word("6F00"))
    status = z3.If(z3.And(powered(state, command), access.is_a_command(command)), status, _word("silent"))
    return choice("card_status", z3.If(command.operation.is_("power-on", "warm-reset"), _word("atr"), status))


_END = {"short": "9000", "6282": "6282", "6Cxx": "6Cxx"}
_BEYOND = {"6B00": "6B00", "empty": "9000"}
_EXTENDED = {"accepted": "9000", "6700": "6700"}
_CHAINED = {"6E00": "6E00", "6884": "6884", "accepted": "9000"}


@card_rule(
    "card.data",
    ja="応答に伴うデータ",
    facts=["signing", "genuineness", "challenge", "end-of-file"],
    clauses=["media-encrypt-in-chip"],
)
def data_of_answer(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """What comes with an answer: a file, a signature made in the chip, random bytes, or nothing."""
    status = status_of_answer(state, command, readings)
    reads = command.operation.is_("read", "read-over-end", "read-extended", "read-record")
    signs = command.operation.is_("sign", "sign-by-default-key", "internal-authenticate")
    kinds = {
        "content": z3.And(reads, status.is_("9000", "6282")),
        "signature": z3.And(signs, status.is_("9000")),
        "challenge": z3.And(command.operation.is_("challenge"), status.is_("9000")),
        "object": z3.And(command.operation.is_("get-data"), status.is_("9000")),
    }
    data = constant("card_data", NONE)
    for kind, condition in reversed(kinds.items()):
        data = z3.If(condition, constant("card_data", kind), data)
    return choice("card_data", data)


def source_of_answer(state: CardState, command: CardCommand, readings: CardReadings) -> tuple[Choice, Choice]:
    """Of which application and file the data of an answer are; none where they are of no file."""
    has_source = data_of_answer(state, command, readings).is_("content", "signature")
    return given_application(state, has_source), given_file(state, command, has_source)


@card_rule(
    "card.applications-apart",
    ja="読まれ、使われるのはカレントAPのものだけである",
    facts=["application-selection"],
    clauses=["chip-applications"],
)
def given_application(state: CardState, has_source: Boolean) -> Choice:
    """What is read or used is of the current application."""
    return choice(
        "card_application", z3.If(has_source, state.application.term, constant("card_application", NONE))
    )


@card_rule(
    "card.file-given",
    ja="読まれ、使われるのは命令の対象のファイルである",
    facts=["short-identifier", "genuineness"],
)
def given_file(state: CardState, command: CardCommand, has_source: Boolean) -> Choice:
    """What is read or used is the file that the command is about, or the key that proves the card genuine."""
    none = constant("card_identifier", NONE)
    by_default = command.operation.is_("sign-by-default-key")
    file = z3.If(
        command.operation.is_("internal-authenticate"),
        constant("card_identifier", "0019"),
        access.file_of_command(state, command).term,
    )
    return choice("card_identifier", z3.If(z3.And(has_source, z3.Not(by_default)), file, none))


@card_rule("card.tries-in-answer", ja="残り回数は 63Cx の応答だけが告げる", facts=["query", "wrong-pin"])
def tries_in_answer(state: CardState, command: CardCommand, readings: CardReadings) -> Number:
    """The tries left are told by an answer 63Cx and by no other."""
    told = status_of_answer(state, command, readings).is_("63Cx")
    return z3.If(told, pin.tries_told(state, command, readings), z3.IntVal(0))


def _word(status: str) -> Term:
    return constant("card_status", status)


SIZED = tuple(file for file in FILES.values() if file.bytes is not None and not file.is_internal)
"""The files over whose end a read can be asked for, since their length is the same on every card."""
