"""Judges what a card holds: files, certificates, the keys that fit them, counters, signatures with all their bytes.

`StructureJudge(judge)` reads the card once and gives a judgement for each check that there is.
"""

from collections.abc import Iterator

from jpki_model.card_machine import CardStep
from jpki_model.derivation import Step
from jpki_spec.card import FILES, KEYS, NOBODY, PINS
from jpki_spec.card_readings import card_readings
from jpki_spec.fields import Text
from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.rules.registry import Rule

from jpki_oracle.card.apdu import describe, shown_response, status, tries_left
from jpki_oracle.card.case import CardCase, structure_case
from jpki_oracle.card.checks import CARD_CHECKS, Check, NotThere
from jpki_oracle.card.commands import Message, MissingValue, apdu
from jpki_oracle.card.contents import Contents, read_contents
from jpki_oracle.card.judge import CardJudge
from jpki_oracle.card.observation import SIGNATURE_LENGTH
from jpki_oracle.card.safety import Refused, Tier
from jpki_oracle.card.slot import CardFailure
from jpki_oracle.judge import Difference, Judgement, Verdict

SIGNATURES = 600
"""Signatures of which each has all its bytes: a card that drops leading zeros shows it in one of 256."""
COUNTERS = Rule(
    "card.counters-at-most",
    Text("No PIN has more tries left than it has at all", "残り回数は全回数を超えない"),
    (),
    lambda: None,
    ("query", "right-pin"),
)
WHOLE_SIGNATURES = Rule(
    "card.signature-length",
    Text(
        "A signature is as long as the key's modulus, leading zeros and all",
        "署名は先頭の0を含め鍵の法と同じ長さである",
    ),
    ("media-signature-sends",),
    lambda: None,
    ("signing",),
)
KEY_FITS = Rule(
    "card.key-fits-certificate",
    Text(
        "A signature by a key on the card verifies by its certificate",
        "カードの鍵による署名は、その電子証明書で検証できる",
    ),
    ("verifier-decrypts", "key-pair-definition"),
    lambda: None,
    ("signing",),
)


class StructureJudge:
    """Judges what one card holds, and tells the judge of sequences what it has read."""

    def __init__(self, judge: CardJudge) -> None:
        self._judge = judge
        self._target = judge.target

    def cases(self) -> list[CardCase]:
        """The checks as cases, in their order."""
        of_keys = [f"key-{key.rpartition('/')[2].lower()}" for key in _KEYS]
        named = [(id, check.rule.id) for id, check in CARD_CHECKS.items()]
        named += [("counters", COUNTERS.id)] + [(id, KEY_FITS.id) for id in of_keys]
        return [structure_case(id, rule) for id, rule in [*named, ("whole-signatures", WHOLE_SIGNATURES.id)]]

    def judgements(self) -> Iterator[Judgement]:
        """A judgement for each check."""
        try:
            contents = read_contents(self._target.slot, self._target.values)
        except CardFailure as failure:
            reason = f"{failure.kind.value.replace('_', ' ')}: {failure.detail}"
            for case in self.cases():
                yield Judgement(case, Verdict.INCONCLUSIVE, reason=reason)
            return
        for file, data in contents.files.items():
            self._judge.onlooker.remember(file, data)
        self._judge.onlooker.public_keys.update(contents.public_keys())
        for check in CARD_CHECKS.values():
            yield self._checked(check, contents)
        yield self._counters()
        for key in _KEYS:
            yield self._key(key, contents)
        yield self._whole_signatures()

    def _checked(self, check: Check, contents: Contents) -> Judgement:
        case = structure_case(check.id, check.rule.id)
        trace = tuple(contents.trace.get(check.file, ()))
        try:
            wrong = check.holds(contents)
        except NotThere as reason:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=str(reason), trace=trace)
        return _judgement(case, check.rule, wrong, trace)

    def _counters(self) -> Judgement:
        """Every counter that is told is at most what the PIN has."""
        case, lines, wrong = structure_case("counters", COUNTERS.id), list[str](), list[str]()
        slot, nothing = self._target.slot, Message(b"")
        readings = card_readings()
        try:
            slot.power_on()
            if self._judge.readings.reads("first_command_after_power", "6F00"):
                slot.transmit(apdu(CardStep("select-master"), None, self._target.values, nothing))
            for pin in PINS.values():
                answer = b""
                for step in (
                    CardStep("select-application", pin.application),
                    CardStep("select-file", identifier=pin.identifier),
                    CardStep("query"),
                ):
                    command = apdu(step, pin, self._target.values, nothing)
                    answer = slot.transmit(command)
                    lines.append(f"> {describe(command)}  < {shown_response(answer, longest=0)}")
                told = tries_left(answer)
                if told is not None and told > pin.all_tries(readings):
                    wrong.append(f"{pin.id} tells {told} tries of {pin.all_tries(readings)}")
            slot.power_off()
        except CardFailure as failure:
            return Judgement(case, Verdict.INCONCLUSIVE, reason=failure.detail, trace=tuple(lines))
        except Refused as refused:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=refused.reason, trace=tuple(lines))
        return _judgement(case, COUNTERS, "; ".join(wrong), tuple(lines))

    def _key(self, key: str, contents: Contents) -> Judgement:
        """The key signs what its certificate's key verifies."""
        case = structure_case(f"key-{key.rpartition('/')[2].lower()}", KEY_FITS.id)
        if key not in contents.public_keys():
            return Judgement(case, Verdict.NOT_APPLICABLE, reason="its certificate was not read")
        steps = [*self._opening(key), CardStep("sign")]
        try:
            exchanges = self._judge.perform(steps)
            self._target.slot.power_off()
        except CardFailure as failure:
            return Judgement(case, Verdict.INCONCLUSIVE, reason=failure.detail)
        except (Refused, MissingValue) as error:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=str(error))
        last = exchanges[-1]
        lines = tuple(exchange.line for exchange in exchanges)
        if last.step.operation != "sign":
            reason = f"it could not be asked to sign: {last.step.operation} was answered {last.observed}"
            return Judgement(case, Verdict.INCONCLUSIVE, reason=reason, trace=lines)
        return _judgement(case, KEY_FITS, "" if last.fits else str(last.observed), lines)

    def _opening(self, key: str) -> list[CardStep]:
        """Power, application, counter, PIN and key, in the plain form."""
        (opener,) = KEYS[key].openers(card_readings())
        pin = PINS[opener]
        assert pin.secret != NOBODY
        first_is_lost = self._judge.readings.reads("first_command_after_power", "6F00")
        return [
            CardStep("power-on"),
            *([CardStep("select-master")] if first_is_lost else []),
            CardStep("select-application", pin.application),
            CardStep("select-file", identifier=pin.identifier),
            CardStep("query"),
            CardStep("verify", secret=pin.secret),
            CardStep("select-file", identifier=KEYS[key].identifier),
        ]

    def _whole_signatures(self) -> Judgement:
        """Many signatures, each as long as the modulus."""
        case, slot = structure_case("whole-signatures", WHOLE_SIGNATURES.id), self._target.slot
        if slot.permission.tier is not Tier.DESTRUCTIVE:
            return Judgement(
                case, Verdict.NOT_APPLICABLE, reason="many signatures are asked of emulators alone"
            )
        try:
            exchanges = self._judge.perform(self._opening("jpki/0017"))
            if not exchanges[-1].fits:
                return Judgement(case, Verdict.INCONCLUSIVE, reason="the key could not be opened")
            for number in range(SIGNATURES):
                command = apdu(
                    CardStep("sign"), FILES["jpki/0017"], self._target.values, Message(b"%d" % number)
                )
                response = slot.transmit(command)
                if status(response) != _OK or len(response) != SIGNATURE_LENGTH + 2:
                    line = f"> {describe(command)}  < {shown_response(response, longest=0)}"
                    return _judgement(case, WHOLE_SIGNATURES, f"{len(response) - 2} bytes", (line,))
            slot.power_off()
        except CardFailure as failure:
            return Judgement(case, Verdict.INCONCLUSIVE, reason=failure.detail)
        except (Refused, MissingValue) as reason:
            return Judgement(case, Verdict.NOT_APPLICABLE, reason=str(reason))
        return _judgement(case, WHOLE_SIGNATURES, "", ())


def _judgement(case: CardCase, rule: Rule, wrong: str, trace: tuple[str, ...]) -> Judgement:
    if not wrong:
        return Judgement(
            case,
            Verdict.PASS,
            expected={case.outcome: "holds"},
            observed={case.outcome: "holds"},
            trace=trace,
        )
    why = (Step(rule, True, (), ()),)
    difference = Difference(case.outcome, "holds", wrong, CURRENT_EDITION, why)
    return Judgement(
        case, Verdict.FAIL, (difference,), (), (), "", {case.outcome: "holds"}, {case.outcome: wrong}, trace
    )


_KEYS = tuple(id for id, key in KEYS.items() if key.openers(card_readings()))
_OK = 0x9000
