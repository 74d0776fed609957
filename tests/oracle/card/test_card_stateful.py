"""Any commands that the rules determine, in any order: the emulated card of every profile answers as they say."""

from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from jpki_model.card.presets import example_card
from jpki_model.card_machine import CardMachine, CardStep, CardValues, card_machine, file_of, first_values
from jpki_oracle.card.commands import Message, apdu
from jpki_oracle.card.observation import Onlooker
from jpki_spec.card import APPLICATIONS, IDENTIFIERS, OPERATIONS, SECRETS
from jpki_spec.card_readings import CardReadings, card_readings
from jpki_spec.card_state import PRESENTED
from jpki_spec.rules.card_access import TAKE_SHORT
from test_card_zoo import VALUES

DEFAULT = card_readings()
PROFILES = [DEFAULT, *DEFAULT.alternatives()]


@cache
def commands() -> tuple[CardStep, ...]:
    """Every command in each of its forms."""
    forms = [CardStep("select-application", application) for application in APPLICATIONS]
    forms += [CardStep("select-file", identifier=identifier) for identifier in IDENTIFIERS]
    for operation in OPERATIONS:
        if operation in ("select-application", "select-file"):
            continue
        values = (
            [(s, p) for s in SECRETS for p in PRESENTED]
            if operation == "verify"
            else [("authentication", "right")]
        )
        values = [(s, "right") for s in SECRETS] if operation == "change" else values
        for secret, presented in values:
            forms.append(CardStep(operation, secret=secret, presented=presented))
            if operation in TAKE_SHORT:
                forms += [
                    CardStep(operation, identifier=i, short=True, secret=secret, presented=presented)
                    for i in IDENTIFIERS
                ]
    return tuple(forms)


class CardAndRules(RuleBasedStateMachine):
    """A card, and beside it what the rules say of it."""

    machine: CardMachine
    state: CardValues

    @initialize(readings=st.sampled_from(PROFILES))
    def personalise(self, readings: CardReadings) -> None:
        changes = DEFAULT.difference(readings).items()
        self.card = example_card(",".join(["probed", *(f"{q}={a}" for q, a in changes)]))
        self.machine, self.state = card_machine(readings), first_values(readings)
        self.onlooker = Onlooker()
        self.sent = 0

    @precondition(lambda self: hasattr(self, "card"))
    @rule(data=st.data())
    def command(self, data: st.DataObject) -> None:
        possible = [c for c in commands() if self.machine.is_determined(self.state, c)]
        step = data.draw(st.sampled_from(possible))
        after, expected = self.machine.step(self.state, step)
        if step.operation == "power-on":
            self.card.power_on()
        elif step.operation == "power-off":
            self.card.power_off()
        elif step.operation == "warm-reset":
            self.card.reset()
        else:
            self.sent += 1
            message = Message(b"%d" % self.sent)
            response = self.card.transmit(apdu(step, file_of(self.state, step), VALUES, message))
            observed = self.onlooker.observe(step, response, expected, message)
            assert observed.fits(expected), f"{step}: expected {expected}, observed {observed}"
        self.state = after


CardAndRules.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestCardAndRules = CardAndRules.TestCase
