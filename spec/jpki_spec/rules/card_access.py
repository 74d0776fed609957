"""Files and keys of the card: which one a command is about, and what has to be verified before it is read or used."""

from collections.abc import Iterable

import z3

from jpki_spec.card import FILES, KEYS, CardFile
from jpki_spec.card_readings import CardReadings, card_readings
from jpki_spec.card_state import NONE, CardCommand, CardState, choice, constant
from jpki_spec.rules.registry import card_rule
from jpki_spec.terms import Boolean, Choice, Term

POWER = ("power-on", "power-off", "warm-reset")
READ_SHORT = ("read", "read-over-end", "read-extended")
TAKE_SHORT = (*READ_SHORT, "query", "verify", "sign")
"""The commands that can name a file by its short identifier; the first of them read."""
SIGNING_KEYS = tuple(key for key in KEYS.values() if key.openers(card_readings()))
"""The private keys of the holder."""


def is_a_command(command: CardCommand) -> Boolean:
    """It is sent to the chip, rather than done to its power."""
    return z3.Not(command.operation.is_(*POWER))


@card_rule(
    "card.first-command",
    ja="電源投入後の最初の命令も実行される",
    facts=["power-cycle-clears"],
)
def is_heard(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """A command to a chip with power is carried out, the first since the power came among them."""
    heard = z3.And(state.powered, is_a_command(command))
    if readings.reads("first_command_after_power", "6F00"):
        return z3.And(heard, z3.Not(state.fresh))
    return heard


@card_rule(
    "card.starts-anew",
    ja="電源断により選択と照合の状態は失われる",
    facts=["power-cycle-clears", "warm-reset"],
    clauses=["media-reader-tap"],
)
def starts_anew(command: CardCommand, readings: CardReadings) -> Boolean:
    """Without power the chip forgets what was selected and verified."""
    if readings.reads("warm_reset_clears", "yes"):
        return command.operation.is_(*POWER)
    return command.operation.is_("power-on", "power-off")


def by_short_identifier(command: CardCommand) -> Boolean:
    """The command names a file itself."""
    return z3.And(command.short, command.operation.is_(*TAKE_SHORT))


@card_rule(
    "card.short-identifier",
    ja="短い識別子で読まれたファイルはカレントになる",
    facts=["short-identifier"],
)
def becomes_current(command: CardCommand, readings: CardReadings) -> Boolean:
    """A file that is read by its short identifier becomes the current one."""
    if readings.reads("short_identifier_selects", "always"):
        return by_short_identifier(command)
    return z3.And(command.short, command.operation.is_(*READ_SHORT))


@card_rule(
    "card.file-of-command",
    ja="命令の対象はカレントファイル又は短い識別子のファイルである",
    facts=["short-identifier"],
)
def file_of_command(state: CardState, command: CardCommand) -> Choice:
    """A command is about the current file, or the one that it names itself."""
    return choice(
        "card_identifier",
        z3.If(by_short_identifier(command), command.identifier.term, state.file.term),
    )


def exists(application: Choice, identifier: Choice) -> Boolean:
    """The application has such a file."""
    return _any_of(application, identifier, FILES.values())


@card_rule(
    "card.selection-answered",
    ja="ないファイルの選択は拒まれる",
    facts=["file-selection"],
)
def status_of_selection(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """The selection of a file that is not there is refused."""
    there = z3.If(exists(state.application, command.identifier), _word("9000"), _word("6A82"))
    nowhere = _word(readings.reading("no_file_selected"))
    return choice("card_status", z3.If(state.application.is_(NONE), nowhere, there))


@card_rule(
    "card.signature-certificate-read",
    ja="署名用電子証明書は署名用の暗証番号を照合した後に読める",
    facts=["read-condition"],
    clauses=["signature-certificate-attributes"],
)
def signature_certificate_opened(state: CardState) -> Boolean:
    """The signature certificate, which states the four attributes, is read after its PIN only."""
    return state.verified["jpki/001B"]


@card_rule(
    "card.opened-by-one",
    ja="ファイルを開く暗証番号が複数あれば、そのいずれかで足りる",
    facts=["text-condition", "read-condition"],
)
def is_one_verified(state: CardState, pins: tuple[str, ...]) -> Boolean:
    """One of the PINs that open a file is enough.

    The My Number is opened by its PIN or code A, the four attributes by the PIN or code B.
    """
    opened = [state.verified[pin] for pin in pins]
    return opened[0] if len(opened) == 1 else z3.Or(*opened)


@card_rule(
    "card.read-condition",
    ja="読出しは、ファイルを開く暗証番号の照合を要する",
    facts=["read-condition"],
)
def is_open_to_read(state: CardState, file: Choice, readings: CardReadings) -> Boolean:
    """A file is read if it is free, or a PIN that opens it is verified."""
    to_read = [each for each in FILES.values() if not each.is_internal]
    ways = [_any_of(state.application, file, (each for each in to_read if each.is_free(readings)))]
    for each in to_read:
        at = z3.And(state.application.is_(each.application), file.is_(each.identifier))
        if each.id == "jpki/0001":
            ways.append(z3.And(at, signature_certificate_opened(state)))
        elif openers := each.openers(readings):
            ways.append(z3.And(at, is_one_verified(state, openers)))
    return z3.Or(*ways)


@card_rule(
    "card.key-never-leaves",
    ja="鍵と暗証番号は読み出せない",
    facts=["internal-file"],
    clauses=["key-pair-stays", "media-private-key-never-output"],
)
def is_internal(state: CardState, file: Choice) -> Boolean:
    """No command gives a key or a PIN away."""
    return _any_of(state.application, file, (f for f in FILES.values() if f.is_internal))


@card_rule(
    "card.read-refused", ja="開いていないファイルは読み出せない", facts=["read-condition", "internal-file"]
)
def is_refused_to_read(state: CardState, command: CardCommand, readings: CardReadings) -> Boolean:
    """Nothing is read without a current file, from a key or PIN, or before its condition is met."""
    file = file_of_command(state, command)
    return z3.Or(file.is_(NONE), is_internal(state, file), z3.Not(is_open_to_read(state, file, readings)))


@card_rule(
    "card.read",
    ja="読出しへの応答",
    facts=["read-condition", "internal-file", "no-current-file"],
)
def status_of_read(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """What a read is answered with."""
    file = file_of_command(state, command)
    opened = z3.If(is_open_to_read(state, file, readings), _word("9000"), _word("6982"))
    inside = z3.If(is_internal(state, file), _word(readings.reading("read_of_key_file")), opened)
    return choice("card_status", z3.If(file.is_(NONE), _word("6986"), inside))


@card_rule(
    "card.private-key-use",
    ja="秘密鍵は自らの暗証番号を照合した後にのみ使える",
    facts=["signing", "separate-pins"],
    clauses=["media-pin-entry", "key-pair-each-certificate"],
)
def is_key_usable(state: CardState, command: CardCommand) -> Boolean:
    """A private key is used only after its own PIN."""
    file = file_of_command(state, command)
    ways = []
    for key in SIGNING_KEYS:
        (opener,) = key.openers(card_readings())
        at = z3.And(state.application.is_(key.application), file.is_(key.identifier))
        ways.append(z3.And(at, state.verified[opener]))
    return z3.Or(*ways)


@card_rule("card.sign", ja="署名の命令への応答", facts=["signing", "signing-schemes", "no-current-file"])
def status_of_signing(state: CardState, command: CardCommand, readings: CardReadings) -> Choice:
    """What the signing command is answered with."""
    is_key = _any_of(state.application, file_of_command(state, command), SIGNING_KEYS)
    allowed = z3.If(is_key_usable(state, command), _word("9000"), _word("6982"))
    return choice("card_status", z3.If(is_key, allowed, _word(readings.reading("sign_without_key"))))


def _any_of(application: Choice, identifier: Choice, files: Iterable[CardFile]) -> Boolean:
    """The file is one of these."""
    by_application: dict[str, list[str]] = {}
    for file in files:
        by_application.setdefault(file.application, []).append(file.identifier)
    ways = [z3.And(application.is_(a), identifier.is_(*ids)) for a, ids in by_application.items()]
    return ways[0] if len(ways) == 1 else z3.Or(*ways)


def _word(status: str) -> Term:
    return constant("card_status", status)
